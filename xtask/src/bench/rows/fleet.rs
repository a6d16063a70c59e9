//! Many schemas with the same models.

use std::fmt::Write as _;

use super::list::Measured;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, put};
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
    let mut schemas = String::new();
    for number in 0..members {
        let _ = writeln!(schemas, "CREATE SCHEMA tenant_{number};");
    }
    let schemas = put(ground.folder(), "schemas.sql", &schemas)?;
    postgres.load(database, &schemas)?;
    let schema = Schema::made_up(TABLES, Product::Postgres, Checks::Bounds);
    let settings =
        "each = \"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%' ORDER BY 1\"\n";
    let models = [("schema.sql".to_owned(), schema.ddl())];
    let project = ground.project_of("fleet", &models, settings)?;
    let url = postgres.url(database);
    let first = [
        "revision",
        "--autogenerate",
        "-m",
        "first",
        "-n",
        "main/tenant_0",
    ];
    project.run(&url, &first)?;
    project.run(&url, &["upgrade", "--all"])?;
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
