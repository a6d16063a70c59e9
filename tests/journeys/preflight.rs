//! What the rows stand against is told before a revision runs.

use insta::assert_snapshot;
use schemist_sql::Dialect;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

fn revision(sandbox: &Sandbox, up: &str) {
    sandbox.write(
        "migrations/b.sql",
        &format!("-- schemist revision\n-- id: b1\n-- parent: a1\n-- message: stricter\n\n-- [up]\n{up}\n\n-- [down]\nSELECT 1;\n"),
    );
}

fn shop(dialect: Dialect) -> Option<(Sandbox, Database)> {
    let database = Database::of(dialect)?;
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.use_database(&database);
    let shown = database.url().split('?').next().unwrap_or_default();
    sandbox.hide(shown, "<url>");
    sandbox.write(
        "migrations/a.sql",
        "-- schemist revision\n-- id: a1\n-- message: books\n\n-- [up]\n\
         CREATE TABLE author (id integer PRIMARY KEY);\n\
         CREATE TABLE book (id integer PRIMARY KEY, isbn varchar(20), pages varchar(20), author integer);\n\n\
         -- [down]\nDROP TABLE book;\nDROP TABLE author;\n",
    );
    sandbox.run(&["upgrade"]).succeeds();
    database.execute(
        "INSERT INTO author VALUES (1);
         INSERT INTO book VALUES (1, NULL, '10', 1), (2, NULL, 'ten', 7), (3, 'x', '-3', NULL), (4, 'x', '9', 8);",
    );
    Some((sandbox, database))
}

#[test]
fn rows_that_make_statements_fail_are_counted_and_named() {
    let Some((sandbox, database)) = shop(Dialect::Postgres) else {
        return;
    };
    revision(
        &sandbox,
        "ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
CREATE UNIQUE INDEX book_isbn ON book (isbn);
ALTER TABLE book ADD CONSTRAINT author FOREIGN KEY (author) REFERENCES author (id);
ALTER TABLE book ADD CHECK (length(pages) < 3);
ALTER TABLE book ALTER COLUMN pages TYPE integer USING pages::integer;
DROP TABLE author;",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade", "current", "upgrade --no-preflight"]), @r#"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    warning: b1: rows of table author are lost with it: 1
    error: cannot apply revision b1: rows stand against it, and nothing was run
      --> migrations/b.sql:7:1
       |
     7 | ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of table book have no isbn: 2 (1, 2)
     8 | CREATE UNIQUE INDEX book_isbn ON book (isbn);
       | --------------------------------------------- values of (isbn) stand in several rows of table book: 1 (x)
     9 | ALTER TABLE book ADD CONSTRAINT author FOREIGN KEY (author) REFERENCES author (id);
       | ----------------------------------------------------------------------------------- rows of table book point at nothing in table author, by (author): 2 (7, 8)
    10 | ALTER TABLE book ADD CHECK (length(pages) < 3);
       | ----------------------------------------------- rows of table book are against the check (length(pages) < 3): 1 (2)
    11 | ALTER TABLE book ALTER COLUMN pages TYPE integer USING pages::integer;
       | ---------------------------------------------------------------------- values of pages in table book cannot be converted: invalid input syntax for type integer: "ten": 1 (ten)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3

    $ schemist current
    a1 books (base)

    $ schemist upgrade --no-preflight
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    error: cannot apply revision b1: statement 1 on line 7 fails
     --> migrations/b.sql:7:1
      |
    7 | ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: column "isbn" of relation "book" contains null values
      now: 0 of 6 statements are kept, and the journal says not applied
      hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    --- exit code 1
    "#);
    assert_eq!(database.rows("SELECT count(*) FROM book"), ["4"]);
}

#[test]
fn what_the_revision_mends_itself_is_not_asked_about() {
    let Some((sandbox, _database)) = shop(Dialect::Postgres) else {
        return;
    };
    revision(
        &sandbox,
        "UPDATE book SET isbn = 'none' WHERE isbn IS NULL;\nALTER TABLE book ALTER COLUMN isbn SET NOT NULL;",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    Applied b1 (stricter) in <time>
    ");
}

#[test]
fn rows_that_are_lost_are_told_and_refused_where_it_is_protected() {
    let Some((sandbox, database)) = shop(Dialect::Postgres) else {
        return;
    };
    revision(
        &sandbox,
        "ALTER TABLE book DROP COLUMN pages;\nDROP TABLE author;",
    );
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\n\n[env.prod]\nprotected = true\n",
    );
    let name = database.rows("SELECT current_database()").remove(0);
    let shown = transcript(
        &sandbox,
        &[
            &format!("upgrade --env prod --confirm {name}"),
            "upgrade",
            "downgrade b1",
        ],
    );
    assert_snapshot!(shown.replace(&name, "<database>"), @"
    $ schemist upgrade --env prod --confirm <database>
    --- stderr
    prod, <url>: a1 → b1, 1 revision to apply
    warning: b1: values of pages in table book are lost with it: 4
    warning: b1: rows of table author are lost with it: 1
    error: cannot apply revision b1: rows would be lost, and this database is protected
     --> migrations/b.sql:7:1
      |
    7 | ALTER TABLE book DROP COLUMN pages;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values of pages in table book are lost with it: 4
    8 | DROP TABLE author;
      | ------------------ rows of table author are lost with it: 1
      hint: add --allow-data-loss if you mean it
    --- exit code 3

    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    warning: b1: values of pages in table book are lost with it: 4
    warning: b1: rows of table author are lost with it: 1
    Applied b1 (stricter) in <time>

    $ schemist downgrade b1
    --- stderr
    Nothing to take back: the database is there already
    ");
}

#[test]
fn the_rows_of_mariadb_are_asked_too() {
    let Some((sandbox, _database)) = shop(Dialect::Mysql) else {
        return;
    };
    revision(
        &sandbox,
        "ALTER TABLE book MODIFY COLUMN isbn varchar(20) NOT NULL;
ALTER TABLE book ADD UNIQUE KEY isbn (isbn);
ALTER TABLE book ADD CONSTRAINT author FOREIGN KEY (author) REFERENCES author (id);
ALTER TABLE book DROP COLUMN pages;",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    warning: b1: values of pages in table book are lost with it: 4
    error: cannot apply revision b1: rows stand against it, and nothing was run
     --> migrations/b.sql:7:1
      |
    7 | ALTER TABLE book MODIFY COLUMN isbn varchar(20) NOT NULL;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of table book have no isbn: 2 (1, 2)
    8 | ALTER TABLE book ADD UNIQUE KEY isbn (isbn);
      | -------------------------------------------- values of (isbn) stand in several rows of table book: 1 (x)
    9 | ALTER TABLE book ADD CONSTRAINT author FOREIGN KEY (author) REFERENCES author (id);
      | ----------------------------------------------------------------------------------- rows of table book point at nothing in table author, by (author): 2 (7, 8)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3
    ");
}

#[test]
fn the_rows_of_sqlite_are_asked_too() {
    let Some((sandbox, _database)) = shop(Dialect::Sqlite) else {
        return;
    };
    revision(&sandbox, "CREATE UNIQUE INDEX book_isbn ON book (isbn);");
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    error: cannot apply revision b1: rows stand against it, and nothing was run
     --> migrations/b.sql:7:1
      |
    7 | CREATE UNIQUE INDEX book_isbn ON book (isbn);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values of (isbn) stand in several rows of table book: 1 (x)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3
    ");
    revision(
        &sandbox,
        "ALTER TABLE book DROP COLUMN pages;\nDROP TABLE author;",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    warning: b1: values of pages in table book are lost with it: 4
    warning: b1: rows of table author are lost with it: 1
    Applied b1 (stricter) in <time>
    ");
}

#[test]
fn values_are_asked_as_the_statement_converts_them_and_other_servers_are_not_asked() {
    let Some((sandbox, database)) = shop(Dialect::Postgres) else {
        return;
    };
    database.execute(
        "ALTER TABLE book ADD price numeric(5, 2) DEFAULT 1.50, ADD flags bit(4) DEFAULT B'1010';
         CREATE EXTENSION postgres_fdw;
         CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
         CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (\"user\" 'nobody');
         CREATE FOREIGN TABLE elsewhere (id integer, note text) SERVER away;",
    );
    revision(
        &sandbox,
        "ALTER TABLE book ALTER COLUMN price TYPE integer;
ALTER TABLE elsewhere ALTER COLUMN id TYPE bigint, DROP COLUMN note;",
    );
    let applied = sandbox.run(&["upgrade"]).ends_with(0).to_string();
    assert!(applied.contains("Applied b1 (stricter)"), "{applied}");
    sandbox.write(
        "migrations/c.sql",
        "-- schemist revision\n-- id: c1\n-- parent: b1\n-- message: fewer flags\n\n-- [up]\n\
         ALTER TABLE book ALTER COLUMN flags TYPE bit(3);\n\n-- [down]\nSELECT 1;\n",
    );
    let refused = sandbox.run(&["upgrade"]).ends_with(3).to_string();
    assert!(refused.contains("length(flags) = 3"), "{refused}");
}
