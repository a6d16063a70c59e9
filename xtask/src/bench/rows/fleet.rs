//! Many schemas with the same models.

use std::fs;

use super::list::Measured;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, cannot_write, finish, put};
use crate::bench::queries;
use crate::bench::schema::{Checks, Product, Schema};

/// How many tables each schema has.
const TABLES: usize = 10;

/// The status of all.
pub fn status(ground: &Ground) -> Result<Measured, String> {
    let postgres = ground.postgres()?;
    let members = ground.tables;
    let database = "bench_fleet";
    postgres.make(database)?;
    postgres.ask(database, "CREATE SCHEMA tenant_0")?;
    let schema = Schema::made_up(TABLES, Product::Postgres, Checks::Bounds);
    let settings =
        "each = \"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%' ORDER BY 1\"\n";
    let models = [("schema.sql".to_owned(), schema.ddl())];
    let project = ground.project_of("fleet", &models, settings)?;
    let url = postgres.url(database);
    let on_first = |words: &[&str]| project.run(&url, &[words, &["-n", "main/tenant_0"]].concat());
    on_first(&["revision", "--autogenerate", "-m", "first"])?;
    on_first(&["upgrade"])?;
    // The others are copies, with their journals: to upgrade each takes longer than all that is measured.
    let dump = ground.folder().join("tenant.sql");
    let mut pg_dump = postgres.program("pg_dump");
    finish(pg_dump.args(["-n", "tenant_0", database, "-f"]).arg(&dump))?;
    let first = fs::read_to_string(&dump).map_err(cannot_write)?;
    let others: String = (1..members)
        .map(|number| first.replace("tenant_0", &format!("tenant_{number}")))
        .collect();
    postgres.load(database, &put(ground.folder(), "tenants.sql", &others)?)?;
    postgres.ask(database, "ANALYZE")?;

    let numbers = "SELECT string_agg(oid::text, ' ') FROM pg_catalog.pg_namespace WHERE nspname LIKE 'tenant%'";
    let mut script = String::new();
    for number in postgres.ask(database, numbers)?.split(' ') {
        script.push_str(&queries::of_schemas(postgres, number)?);
    }
    let script = put(ground.folder(), "fleet.sql", &script)?;
    let taken = hold(
        ground,
        &[
            Contestant::new("schemist status --all", || {
                project.command(&url, &["status", "--all"])
            }),
            Contestant::new("psql, a catalog read of each", || {
                let mut psql = postgres.psql(database);
                psql.args(["-A", "-t", "-o", "/dev/null", "-f"])
                    .arg(&script);
                psql
            })
            .at_most(2),
        ],
    )?;
    Ok(Measured {
        goals: vec![Goal::times_of(3.0, &taken[0], &taken[1])],
        taken,
        notes: vec![format!(
            "Each of the {members} schemas has {TABLES} tables and a journal of its own; `psql` asks on one connection, `status` on four."
        )],
    })
}
