//! The way up and down on PostgreSQL.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

#[test]
fn tables_and_an_enum_go_up_and_down() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE TYPE status AS ENUM ('new', 'done');\nCREATE TABLE run (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'new');\n",
    );
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TYPE status AS ENUM ('new', 'failed', 'done');\nCREATE TABLE run (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'new');\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "check",
        "revision --autogenerate -m failed",
        "upgrade",
        "check",
        "downgrade -1",
        "current",
    ]), @r#"
    $ schemist check
    alter enum type "status"
      labels: (new, done) → (new, failed, done)
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m failed
    migrations/2026-11-20_222222222222_failed.sql
    --- stderr
      postgres alter enum type "status"
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    Applied 222222222222 (2026-11-20, failed) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)

    $ schemist downgrade -1
    --- stderr
    Took back 222222222222 (2026-11-20, failed) in <time>

    $ schemist current
    111111111111 2026-11-20 runs (base)
    "#);
}
