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
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, runs)
        ALTER TYPE "status" ADD VALUE 'failed' AFTER 'new';
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
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, failed) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, failed) in <time>
    The database is at 111111111111 now; 1 revision is pending

    $ schemist current
    111111111111 2026-11-20 runs (base)
    "#);
}

#[test]
fn a_table_in_use_is_changed_in_sections_and_a_run_goes_on_where_it_stopped() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY, isbn text, gone text);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    database.execute("INSERT INTO book (id, isbn) SELECT n, n FROM generate_series(1, 5000) AS n");
    database.execute("INSERT INTO book VALUES (0, NULL)");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (
            id bigint PRIMARY KEY,
            isbn text NOT NULL UNIQUE,
            -- @backfill id * 10
            pages integer NOT NULL
        );",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m online",
        "upgrade",
        "upgrade --no-preflight",
        "current",
    ]), @r#"
    $ schemist revision --autogenerate -m online
    migrations/2026-11-20_222222222222_online.sql
    --- stderr
      postgres alter table "book"
    warning: hazard column_dropped: column "gone" of table "book" is dropped with all of its values
    warning: hazard unique_added: duplicates in table "book" make this fail
    warning: hazard not_null_set: rows of table "book" with no "pages" make this fail
    warning: hazard not_null_set: rows of table "book" with no "isbn" make this fail
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    error: cannot apply revision 222222222222: rows stand against it, and nothing was run
      --> migrations/2026-11-20_222222222222_online.sql:58:1
       |
    58 | ALTER TABLE "book" ALTER COLUMN "isbn" SET NOT NULL;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of table "book" have no "isbn": 1 (0)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3

    $ schemist upgrade --no-preflight
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    error: cannot apply revision 222222222222: statement 8 on line 51 fails
      --> migrations/2026-11-20_222222222222_online.sql:51:1
       |
    51 | ALTER TABLE "book" VALIDATE CONSTRAINT "schemist_required_isbn";
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: check constraint "schemist_required_isbn" of relation "book" is violated by some row
      now: 6 of 14 statements are kept, and the journal says partial 6/14
      hint: mend what the server names, then run `schemist upgrade` again: it goes on after statement 6
    --- exit code 1

    $ schemist current
    111111111111 2026-11-20 books (base)
    --- stderr
    warning: revision 222222222222 is partial 6/14
    "#);
    database.execute("UPDATE book SET isbn = 'none' WHERE isbn IS NULL");
    assert_snapshot!(transcript(&sandbox, &["upgrade", "check", "downgrade -1", "current"]), @r#"
    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, online) from statement 7 on in <time>

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    warning: 222222222222: values of "pages" in table "book" are lost with it: 5001
    Took back 222222222222 (2026-11-20, online) in <time>
    The database is at 111111111111 now; 1 revision is pending

    $ schemist current
    111111111111 2026-11-20 books (base)
    "#);
    assert_eq!(database.rows("SELECT count(*) FROM book"), ["5001"]);
    let file = sandbox.read("migrations/2026-11-20_222222222222_online.sql");
    assert!(file.contains("\n-- not_atomic: up postgres\n"), "{file}");
}

#[test]
fn a_setting_or_an_option_asks_for_the_plain_forms() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY, isbn text);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id bigint PRIMARY KEY, isbn text NOT NULL);
        CREATE INDEX book_isbn ON book (isbn);",
    );
    let online = transcript(&sandbox, &["diff database models"]);
    assert!(online.contains("CONCURRENTLY"), "{online}");
    transcript(
        &sandbox,
        &["revision --autogenerate -m plain --offline-ddl"],
    );
    let plain = sandbox.read("migrations/2026-11-20_222222222222_plain.sql");
    assert!(!plain.contains("CONCURRENTLY"), "{plain}");
    assert!(!plain.contains("not_atomic"), "{plain}");
    let settings = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("online = false\n{settings}"));
    let offline = transcript(&sandbox, &["diff database models"]);
    assert!(!offline.contains("CONCURRENTLY"), "{offline}");
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
    sqlite://<project>/books.db: base → 111111111111, 1 revision to apply
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
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        ALTER TABLE "book" ADD COLUMN "title" text;
        -- hazard column_dropped: column "note" of table "book" is dropped with all of its values
        ALTER TABLE "book" DROP COLUMN "note";
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
    assert_snapshot!(transcript(&sandbox, &["upgrade --dry-run", "upgrade", "upgrade --allow-connect"]), @"
    $ schemist upgrade --dry-run
    would apply 222222222222 (2026-11-20, on)
      ALTER SUBSCRIPTION news CONNECTION '*************';
      ALTER SUBSCRIPTION news ENABLE;
    plan db94536df7002cb1

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
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
    <url>: 111111111111 → 222222222222, 1 revision to apply
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
