//! What becomes of rows whose enum value is gone.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const TYPE: &str = "CREATE TYPE status AS ENUM ('NEW', 'FAILED', 'CANCELLED');
CREATE TABLE run (id bigint PRIMARY KEY, status status NOT NULL);
";
const CHECK: &str = "CREATE TABLE run (id integer PRIMARY KEY, status text NOT NULL CHECK (status IN ('NEW', 'FAILED', 'CANCELLED')));
";
const STRUCTS: &str = "
#[derive(Model)]
pub struct Run {
    #[column(primary_key)]
    pub id: i64,
    pub status: Status,
}

#[derive(DbEnum)]
#[db_enum(rename_all = \"SCREAMING_SNAKE_CASE\")]
pub enum Status { New, Failed, Cancelled }
";

/// Models in a database with one row of each value.
fn start(sandbox: &Sandbox, database: &Database) {
    transcript(sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    database.execute("INSERT INTO run VALUES (1, 'NEW'), (2, 'FAILED'), (3, 'CANCELLED')");
}

fn rows(database: &Database) -> String {
    database
        .rows("SELECT id || ' ' || status FROM run ORDER BY id")
        .join(", ")
}

#[test]
fn a_map_is_typed_for_a_type() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(TYPE);
    sandbox.use_database(&database);
    start(&sandbox, &database);
    sandbox.write("models/schema.sql", &TYPE.replace("'FAILED', ", ""));
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m no --map status.LOST=CANCELLED",
        "revision --autogenerate -m no --map run.state.FAILED=CANCELLED",
        "revision --autogenerate -m no --map FAILED=CANCELLED",
        "revision --autogenerate -m cancelled --map run.status.FAILED=CANCELLED",
        "upgrade",
        "check",
    ]), @r#"
    $ schemist revision --autogenerate -m no --map status.LOST=CANCELLED
    --- stderr
    error: cannot map status.LOST=CANCELLED: no enum type or column fits that has the value
      hint: name it as `type.value=other` or `table.column.value=other`, by what is in the database
    --- exit code 1

    $ schemist revision --autogenerate -m no --map run.state.FAILED=CANCELLED
    --- stderr
    error: cannot map run.state.FAILED=CANCELLED: no enum type or column fits that has the value
      hint: name it as `type.value=other` or `table.column.value=other`, by what is in the database
    --- exit code 1

    $ schemist revision --autogenerate -m no --map FAILED=CANCELLED
    --- stderr
    error: invalid value 'FAILED=CANCELLED' for '--map <VALUE=OTHER>': read the map `FAILED=CANCELLED`: it is not of the form `type.value=other_value`

    For more information, try '--help'.
    --- exit code 64

    $ schemist revision --autogenerate -m cancelled --map run.status.FAILED=CANCELLED
    migrations/2026-11-20_222222222222_cancelled.sql
    --- stderr
      postgres alter enum type "status"
    warning: hazard table_rewritten: table "run" is locked and written anew while column "status" becomes status
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, cancelled) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)
    "#);
    assert_snapshot!(rows(&database), @"1 NEW, 2 CANCELLED, 3 CANCELLED");
}

#[test]
fn a_map_stands_in_sql_models() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(TYPE);
    sandbox.use_database(&database);
    start(&sandbox, &database);
    let models = TYPE.replace(
        "'FAILED', 'CANCELLED')",
        "'CANCELLED'\n-- @removed FAILED -> CANCELLED\n)",
    );
    sandbox.write("models/schema.sql", &models);
    transcript(
        &sandbox,
        &["revision --autogenerate -m cancelled", "upgrade"],
    );
    assert_snapshot!(rows(&database), @"1 NEW, 2 CANCELLED, 3 CANCELLED");
    sandbox.write(
        "models/schema.sql",
        "-- @removed A -> B\nCREATE TABLE run (\n-- @removed A -> B\nid integer);",
    );
    assert_snapshot!(transcript(&sandbox, &["check"]), @"
    $ schemist check
    --- stderr
    error: cannot follow `-- @removed`: what stands below it is no enum type
     --> models/schema.sql:1:1
      |
    1 | -- @removed A -> B
      | ^^^^^^^^^^^^^^^^^^ this line
    error: cannot follow `-- @removed`: what stands below it is no enum type
     --> models/schema.sql:3:1
      |
    3 | -- @removed A -> B
      | ^^^^^^^^^^^^^^^^^^ this line
      hint: put it directly above what it is about
    --- exit code 1
    ");
}

#[test]
fn sqlite_maps_the_texts_of_a_checked_column() {
    for (models, is_typed) in [(CHECK, false), (CHECK, true)] {
        let database = Database::sqlite();
        let mut sandbox = project(models);
        sandbox.use_database(&database);
        start(&sandbox, &database);
        let after = models.replace("'FAILED', ", "");
        let command = if is_typed {
            sandbox.write("models/schema.sql", &after);
            "revision --autogenerate -m cancelled --map run.status.FAILED=CANCELLED"
        } else {
            let after = after.replace(
                " status text",
                "\n-- @removed FAILED -> CANCELLED\nstatus text",
            );
            sandbox.write("models/schema.sql", &after);
            "revision --autogenerate -m cancelled"
        };
        transcript(&sandbox, &[command, "upgrade"]);
        assert_eq!(rows(&database), "1 NEW, 2 CANCELLED, 3 CANCELLED");
    }
}

#[test]
fn an_enum_of_structs_is_mapped_by_its_name_on_every_dialect() {
    let Some(postgres) = Database::postgres() else {
        return;
    };
    for database in [postgres, Database::sqlite()] {
        let mut sandbox = project("");
        sandbox.use_database(&database);
        sandbox.write("models/run.rs", STRUCTS);
        start(&sandbox, &database);
        sandbox.write("models/run.rs", &STRUCTS.replace("Failed, ", ""));
        transcript(
            &sandbox,
            &[
                "revision --autogenerate -m cancelled --map status.FAILED=CANCELLED",
                "upgrade",
            ],
        );
        assert_eq!(rows(&database), "1 NEW, 2 CANCELLED, 3 CANCELLED");
    }
}
