//! `check` on SQLite and on MariaDB.

use std::process::Command;

use super::check::beside;
use super::list::Measured;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, Project, finish, put};
use crate::bench::schema::{Checks, Product, Schema};

/// In a file.
pub fn sqlite(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables, Product::Sqlite, Checks::Bounds);
    let project = ground.project("sqlite", &schema.ddl())?;
    let ddl = put(&project.folder, "load.sql", &schema.ddl())?;
    let database = project.folder.join("live.db");
    let script = format!(
        "PRAGMA synchronous = OFF;\nBEGIN;\n.read {}\nCOMMIT;\n",
        ddl.display()
    );
    let script = put(&project.folder, "make.sql", &script)?;
    let read = format!(".read {}", script.display());
    finish(
        Command::new("sqlite3")
            .arg("-bail")
            .arg(&database)
            .arg(read),
    )?;
    let url = format!("sqlite://{}", database.display());
    let alchemy = format!("sqlite:///{}", database.display());
    compare(ground, &schema, &project, &url, &alchemy, 100.0)
}

/// On a server.
pub fn mariadb(ground: &Ground) -> Result<Measured, String> {
    let server = ground.mysql()?;
    let schema = Schema::made_up(ground.tables, Product::Mysql, Checks::Bounds);
    let project = ground.project("mariadb", &schema.ddl())?;
    let ddl = put(&project.folder, "load.sql", &schema.ddl())?;
    server.make("bench", &ddl)?;
    let (url, alchemy) = (server.url("bench"), server.alchemy("bench"));
    compare(ground, &schema, &project, &url, &alchemy, 20.0)
}

fn compare(
    ground: &Ground,
    schema: &Schema,
    project: &Project,
    url: &str,
    alchemy: &str,
    limit: f64,
) -> Result<Measured, String> {
    project.run(url, &["check"])?;
    let mut contestants = vec![Contestant::new("schemist check", || {
        project.command(url, &["check"])
    })];
    let mut notes = Vec::new();
    match beside(ground, &project.folder, schema) {
        Ok((alembic, folder)) => contestants.push(
            Contestant::new("alembic check", move || {
                alembic.command(&folder, alchemy, &["check"])
            })
            .at_most(2),
        ),
        Err(reason) => notes.push(format!("{reason}.")),
    }
    let taken = hold(ground, &contestants)?;
    let alembic = taken.get(1);
    let goals = alembic.map(|alembic| Goal::faster_than(limit, &taken[0], alembic));
    Ok(Measured {
        goals: goals.into_iter().collect(),
        taken,
        notes,
    })
}
