//! Who may do what: where the models say so, and where they do not.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const STRUCT: &str = "#[derive(schemist::Model)]\npub struct Book {\n    #[column(primary_key)]\n    pub id: i64,\n    pub title: String,\n}\n";

/// A project of a struct and a view over it, applied to a database.
fn shop(database: &Database) -> Sandbox {
    let mut sandbox = project("CREATE VIEW titles AS SELECT id, title FROM book;");
    sandbox.write("models/lib.rs", STRUCT);
    sandbox.use_database(database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox
}

fn may_read_titles(database: &Database) -> String {
    let asked = "SELECT has_table_privilege('pg_monitor', 'titles', 'SELECT')::text";
    database.rows(asked).join("")
}

#[test]
fn structs_leave_privileges_alone_also_on_what_is_made_anew() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = shop(&database);
    database.execute(
        "GRANT SELECT, INSERT ON titles, book TO pg_monitor;
         ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;",
    );
    sandbox.write(
        "models/schema.sql",
        "CREATE VIEW titles AS SELECT title FROM book; CREATE VIEW ids AS SELECT id FROM book;",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "check -v",
        "revision --autogenerate -m titles",
        "upgrade",
        "check",
    ]), @r#"
    $ schemist check -v
    create view "ids"
      declared in models/schema.sql:1
        CREATE VIEW "ids" AS
        SELECT book.id
           FROM book;
    alter view "titles"
      column "id": bigint → nothing
      query:
        the database      the models
        SELECT book.id, | SELECT book.title
            book.title  <
           FROM book         FROM book
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        DROP VIEW "titles";
        CREATE VIEW "titles" AS
        SELECT book.title
           FROM book;
    made anew around these
        GRANT INSERT ON TABLE "titles" TO "pg_monitor";
    --- stderr
    note: not managed: table "schemist_log" (belongs to schemist)
    note: not managed: table "schemist_revision" (belongs to schemist)
    note: left alone: default privileges on tables (the models do not speak of it)
    note: left alone: privileges on table "book" (the models do not speak of it)
    note: left alone: privileges on view "titles" (the models do not speak of it)
    2 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m titles
    migrations/2026-11-20_222222222222_titles.sql
    --- stderr
      postgres create view "ids"
      postgres alter view "titles"
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, titles) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (3 objects compared)
    "#);
    assert_eq!(may_read_titles(&database), "true");
    let written = sandbox.read("migrations/2026-11-20_222222222222_titles.sql");
    // Both ways.
    let granted: Vec<_> = written
        .lines()
        .filter(|line| line.contains("ON TABLE"))
        .collect();
    assert_snapshot!(granted.join("\n"), @r#"
    GRANT INSERT ON TABLE "titles" TO "pg_monitor";
    GRANT INSERT ON TABLE "titles" TO "pg_monitor";
    "#);
}

#[test]
fn a_grant_in_the_models_or_a_setting_makes_privileges_theirs() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = shop(&database);
    database.execute("GRANT INSERT ON titles TO pg_monitor");
    let settings = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("privileges = true\n{settings}"));
    let by_setting = transcript(&sandbox, &["check"]);
    sandbox.write("schemist.toml", &settings);
    sandbox.write(
        "models/schema.sql",
        "CREATE VIEW titles AS SELECT id, title FROM book; GRANT SELECT ON titles TO pg_monitor;",
    );
    let by_grant = transcript(&sandbox, &["check"]);
    sandbox.write("schemist.toml", &format!("privileges = false\n{settings}"));
    let left_alone = transcript(&sandbox, &["check"]);
    assert_snapshot!(format!("{by_setting}\n{by_grant}\n{left_alone}"), @r#"
    $ schemist check
    alter privileges on view "titles"
      grant "INSERT for role pg_monitor" is only in the database
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        -- hazard privilege_revoked: role "pg_monitor" loses INSERT on view "titles", and what needs it fails
        REVOKE INSERT ON TABLE "titles" FROM "pg_monitor";
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check
    alter privileges on view "titles"
      grant "INSERT for role pg_monitor" is only in the database
      grant "SELECT for role pg_monitor" is only in the models
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        -- hazard privilege_revoked: role "pg_monitor" loses INSERT on view "titles", and what needs it fails
        REVOKE INSERT ON TABLE "titles" FROM "pg_monitor";
        -- hazard privilege_granted: role "pg_monitor" gets SELECT on view "titles"
        GRANT SELECT ON TABLE "titles" TO "pg_monitor";
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)
    "#);
}
