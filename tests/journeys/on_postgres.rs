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

#[test]
fn a_revision_is_completed_for_one_more_dialect() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY, title text NOT NULL);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    assert_snapshot!(transcript(&sandbox, &[
        "revision --complete head --dialect sqlite",
        "revision --complete head --dialect sqlite",
        "revision --complete base --dialect sqlite",
        "upgrade",
        "upgrade --url sqlite://books.db",
        "check --url sqlite://books.db",
    ]), @"
    $ schemist revision --complete head --dialect sqlite
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
    Wrote revision 111111111111

    $ schemist revision --complete head --dialect sqlite
    --- stderr
    error: cannot complete revision 111111111111 for sqlite: it has sections for it
      --> migrations/2026-11-20_111111111111_books.sql:21:1
       |
    21 | -- [up sqlite]
       | ^^^^^^^^^^^^^^ the first of them
      hint: remove them first, or edit them by hand
    --- exit code 1

    $ schemist revision --complete base --dialect sqlite
    --- stderr
    error: cannot complete the base: it is no revision
      hint: name a revision: `--complete head`
    --- exit code 1

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist upgrade --url sqlite://books.db
    --- stderr
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist check --url sqlite://books.db
    --- stderr
    The database is what the models say (1 object compared)
    ");
}

#[test]
fn what_is_only_in_the_database_is_named_before_a_revision_is_written() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    database.execute("ALTER TABLE book ADD COLUMN note text");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id bigint PRIMARY KEY, title text);",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "check",
        "revision --autogenerate -m title",
        "revision --autogenerate -m title --from history",
    ]), @r#"
    $ schemist check
    alter table "book"
      column "note" is only in the database
      column "title" is only in the models
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m title
    --- stderr
    error: cannot start from the live database: it is not what the history says
      because: table "book" differs
        column "note" is only in the database
      hint: choose: --from live takes the database as it is, --from history leaves the difference alone; or undo it in the database first
    --- exit code 2

    $ schemist revision --autogenerate -m title --from history
    migrations/2026-11-20_222222222222_title.sql
    --- stderr
      postgres alter table "book"
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
}

#[test]
fn subscriptions_connect_only_where_that_is_allowed() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE SUBSCRIPTION news CONNECTION 'host=nowhere.invalid password=hush' PUBLICATION a WITH (connect = false, slot_name = NONE);\n",
    );
    sandbox.use_database(&database);
    let first = transcript(
        &sandbox,
        &["revision --autogenerate -m news", "upgrade", "check"],
    );
    assert!(first.contains("subscription_switched_off"), "{first}");
    assert!(!first.contains("hush"), "{first}");
    sandbox.write(
        "migrations/2026-11-20_222222222222_on.sql",
        "-- schemist revision\n-- id: 222222222222\n-- parent: 111111111111\n-- message: on\n-- created: 2026-11-20T10:12:00Z\n-- dialects: postgres\n\n-- [up]\nALTER SUBSCRIPTION news CONNECTION 'password=hush';\nALTER SUBSCRIPTION news ENABLE;\n\n-- [down]\nALTER SUBSCRIPTION news DISABLE;\n",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --dry-run", "upgrade", "upgrade --allow-connect"]), @r"
    $ schemist upgrade --dry-run
    would apply 222222222222 (2026-11-20, on)
      ALTER SUBSCRIPTION news CONNECTION '*************';
      ALTER SUBSCRIPTION news ENABLE;

    $ schemist upgrade
    --- stderr
    error: cannot apply revision 222222222222: cannot run line 10: it connects to another server
      --> migrations/2026-11-20_222222222222_on.sql:10:1
       |
    10 | ALTER SUBSCRIPTION news ENABLE;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
      now: the journal says not applied
      hint: allow it: `schemist upgrade --allow-connect`
    --- exit code 1

    $ schemist upgrade --allow-connect
    --- stderr
    error: cannot apply revision 222222222222: statement 2 on line 10 fails
      --> migrations/2026-11-20_222222222222_on.sql:10:1
       |
    10 | ALTER SUBSCRIPTION news ENABLE;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: cannot enable subscription that does not have a slot name
      now: 0 of 2 statements are kept, and the journal says not applied
      hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    --- exit code 1
    ");
}
