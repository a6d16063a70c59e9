//! Applying revisions: many small ones, and one large one.

use std::fmt::Write as _;

use super::files::{alembic_revisions, step, write_revisions};
use super::list::Measured;
use crate::bench::contest::{Contestant, Taken, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, put};
use crate::bench::measure::take;
use crate::bench::schema::{Checks, Product, Schema};

/// Many small ones.
pub fn small_revisions(ground: &Ground) -> Result<Measured, String> {
    let postgres = ground.postgres()?;
    let project = ground.project("upgrade", "")?;
    write_revisions(&project, ground.tables)?;
    let mut script = String::new();
    for number in 0..ground.tables {
        let _ = writeln!(script, "BEGIN;\n{}COMMIT;", step(number));
    }
    let script = put(&project.folder, "steps.sql", &script)?;
    let url = postgres.url("bench_upgrade");
    let anew = || postgres.make("bench_upgrade");
    let mut contestants = vec![
        Contestant::new("schemist upgrade", || project.command(&url, &["upgrade"])).before(anew),
        Contestant::new("psql, the same statements", || {
            let mut psql = postgres.psql("bench_upgrade");
            psql.arg("-f").arg(&script);
            psql
        })
        .before(anew),
    ];
    let mut notes = Vec::new();
    let alchemy = postgres.alchemy("+psycopg", "bench_upgrade");
    match alembic_revisions(ground, "upgrade-alembic", ground.tables) {
        Ok((alembic, folder)) => contestants.push(
            Contestant::new("alembic upgrade", move || {
                alembic.command(&folder, &alchemy, &["upgrade", "head"])
            })
            .before(anew)
            .at_most(2),
        ),
        Err(reason) => notes.push(format!("{reason}.")),
    }
    notes.push("Alembic runs all in one transaction.".to_owned());
    let taken = hold(ground, &contestants)?;
    Ok(Measured {
        goals: vec![Goal::times_of(1.3, &taken[0], &taken[1])],
        taken,
        notes,
    })
}

/// A large one.
pub fn first_revision(ground: &Ground) -> Result<Measured, String> {
    let postgres = ground.postgres()?;
    let tables = ground.tables * 5;
    let schema = Schema::made_up(tables, Product::Postgres, Checks::Bounds);
    let project = ground.project("first", &schema.ddl())?;
    let ddl = put(&project.folder, "load.sql", &schema.ddl())?;
    let url = postgres.url("bench_first");
    let mut write = Taken::by("schemist revision --autogenerate");
    let mut apply = Taken::by("schemist upgrade");
    let mut bare = Taken::by("psql, the models");
    // It is long, and says whether it works rather than how fast.
    postgres.make("bench_first")?;
    let command = project.command(&url, &["revision", "--autogenerate", "-m", "first"]);
    write.add(&take(&command, &[0], ground.folder())?);
    let command = project.command(&url, &["upgrade"]);
    apply.add(&take(&command, &[0], ground.folder())?);
    project.run(&url, &["check"])?;
    postgres.make("bench_first")?;
    let mut psql = postgres.psql("bench_first");
    psql.arg("-f").arg(&ddl);
    bare.add(&take(&psql, &[0], ground.folder())?);
    eprintln!(".");
    let locks = postgres.ask("postgres", "SHOW max_locks_per_transaction")?;
    Ok(Measured {
        taken: vec![write, apply, bare],
        goals: Vec::new(),
        notes: vec![format!(
            "The revision is proven, it is applied with max_locks_per_transaction = {locks}, and `check` finds no difference afterwards; each ran once."
        )],
    })
}
