//! What `verify` finds, and how it says so.

use insta::assert_snapshot;
use schemist_testkit::{Database, Output, Sandbox};

use crate::{project, transcript};

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL);\n";
const SHELVES: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL, shelf text);\n\
                       CREATE VIEW shelved AS SELECT id FROM book WHERE shelf IS NOT NULL;\n";

/// A project of two revisions on SQLite.
fn shelves() -> Sandbox {
    let mut sandbox = project(BOOKS);
    let version = Database::sqlite().rows("SELECT sqlite_version()").remove(0);
    sandbox.hide(&version, "<version>");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write("models/schema.sql", SHELVES);
    transcript(&sandbox, &["revision --autogenerate -m shelves"]);
    sandbox
}

/// Changes the text of the newest revision.
fn edit(sandbox: &Sandbox, text: &str, other: &str) {
    let files = sandbox.files("migrations");
    let name = format!("migrations/{}", files.last().map_or("none", String::as_str));
    let before = sandbox.read(&name);
    assert!(before.contains(text), "{before}");
    sandbox.write(&name, &before.replacen(text, other, 1));
}

/// A JSON document without what differs from run to run.
fn without_times(said: &Output) -> String {
    let is_time = |line: &&str| {
        let key = line.trim_start().split(':').next().unwrap_or_default();
        ["\"up\"", "\"down\"", "\"again\""].contains(&key)
    };
    let lines: Vec<_> = said.stdout.lines().filter(|line| !is_time(line)).collect();
    lines.join("\n")
}

#[test]
fn a_history_is_proven_without_its_database() {
    let sandbox = shelves();
    assert_snapshot!(transcript(&sandbox, &["verify", "verify head"]), @r#"
    $ schemist verify
    sqlite <version>: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say

    $ schemist verify head
    sqlite <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; the head is what the models say
    "#);
    assert_snapshot!(without_times(&sandbox.run(&["verify", "head", "--format", "json"])), @r#"
    {
      "command": "verify",
      "is_proven": true,
      "reports": [
        {
          "broken_queries": [],
          "dialect": "sqlite",
          "differences": [],
          "is_proven": true,
          "milliseconds": {
          },
          "notes": [],
          "passed_over": 0,
          "revision": "222222222222",
          "revisions": 1,
          "server": "<version>"
        }
      ],
      "version": 1
    }
    "#);
    assert_snapshot!(transcript(&sandbox, &["verify base", "verify 333", "verify --seed rows.sql", "current"]), @"
    $ schemist verify base
    --- stderr
    error: cannot verify base: it is no revision
      hint: name a revision, or none for the whole history
    --- exit code 1

    $ schemist verify 333
    --- stderr
    error: cannot find revision `333`
      hint: run `schemist history` to see all revisions
    --- exit code 1

    $ schemist verify --seed rows.sql
    --- stderr
    error: the following required arguments were not provided:
      <REVISION>

    Usage: schemist verify --seed <FILE> <REVISION>

    For more information, try '--help'.
    --- exit code 64

    $ schemist current
    111111111111 2026-11-20 books (base)
    ");
    let empty = project(BOOKS);
    assert_snapshot!(transcript(&empty, &["verify"]), @r#"
    $ schemist verify
    --- stderr
    error: cannot verify the history: there is no revision yet
      hint: run `schemist revision --autogenerate -m "…"` first
    --- exit code 1
    "#);
}

#[test]
fn models_that_say_more_than_the_history() {
    let sandbox = shelves();
    sandbox.write(
        "models/schema.sql",
        &SHELVES.replace("shelf text", "shelf text DEFAULT 'a'"),
    );
    assert_snapshot!(transcript(&sandbox, &["verify", "verify head"]), @r#"
    $ schemist verify
    sqlite <version>: 2 revisions up in <time>, down in <time>, up again in <time>; something differs
      the head is not what the models say
        alter table "book"
          column "shelf" value: nothing → DEFAULT 'a'
    --- exit code 2

    $ schemist verify head
    sqlite <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; something differs
      the head is not what the models say
        alter table "book"
          column "shelf" value: nothing → DEFAULT 'a'
    --- exit code 2
    "#);
}

#[test]
fn a_way_down_that_leaves_something() {
    let sandbox = shelves();
    edit(
        &sandbox,
        "ALTER TABLE \"book\" DROP COLUMN \"shelf\";",
        "-- nothing",
    );
    assert_snapshot!(transcript(&sandbox, &["verify"]), @r#"
    $ schemist verify
    sqlite <version>: 2 revisions up in <time>; something differs
      taking back 222222222222 (2026-11-20, shelves) does not lead to where it came from
        alter table "book"
          column "shelf" is only in the way down
    --- exit code 2
    "#);
}

#[test]
fn a_statement_that_fails() {
    let sandbox = shelves();
    edit(&sandbox, "DROP COLUMN \"shelf\"", "DROP COLUMN \"shelve\"");
    assert_snapshot!(transcript(&sandbox, &["verify"]), @r#"
    $ schemist verify
    sqlite <version>: not proven
    --- stderr
    error: cannot take back revision 222222222222 on a scratch database
      --> migrations/2026-11-20_222222222222_shelves.sql:18:1
       |
    18 | ALTER TABLE "book" DROP COLUMN "shelve";
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: run statement 2 on line 18
      because: no such column: ""shelve""
    --- exit code 1
    "#);
}

#[test]
fn a_revision_without_a_way_back() {
    let sandbox = shelves();
    edit(
        &sandbox,
        "-- proven",
        "-- irreversible: shelves are for ever\n-- proven",
    );
    assert_snapshot!(transcript(&sandbox, &["verify", "verify head"]), @"
    $ schemist verify
    sqlite <version>: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    --- stderr
    note: revision 222222222222 has no way back: shelves are for ever

    $ schemist verify head
    sqlite <version>: 222222222222 with made-up rows up in <time>; the head is what the models say
    --- stderr
    note: revision 222222222222 has no way back: shelves are for ever
    ");
}

#[test]
fn rows_of_a_file() {
    let sandbox = shelves();
    edit(
        &sandbox,
        "ALTER TABLE \"book\" ADD COLUMN \"shelf\" text;",
        "ALTER TABLE \"book\" ADD COLUMN \"shelf\" text;\nDELETE FROM book WHERE title = 'none';\n\
         CREATE UNIQUE INDEX once ON book (title);\nDROP INDEX once;",
    );
    sandbox.write("rows.sql", "INSERT INTO book VALUES (1, 'a'), (2, 'none');");
    sandbox.write("twice.sql", "INSERT INTO book VALUES (1, 'a'), (2, 'a');");
    sandbox.write("wrong.sql", "INSERT INTO book VALUES (1, 'a', 'shelf');");
    assert_snapshot!(transcript(&sandbox, &[
        "verify head",
        "verify head --seed rows.sql",
        "verify head --seed twice.sql",
        "verify head --seed wrong.sql",
        "verify head --seed none.sql",
    ]), @r#"
    $ schemist verify head
    sqlite <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; the head is what the models say

    $ schemist verify head --seed rows.sql
    sqlite <version>: 222222222222 with the rows of rows.sql up in <time>, down in <time>, up again in <time>; the head is what the models say
    --- stderr
    note: rows of table "book" are gone after the way up
    note: rows of table "book" are gone after the way up and down

    $ schemist verify head --seed twice.sql
    sqlite <version>: not proven
    --- stderr
    error: cannot replay revision 222222222222 on a scratch database
      --> migrations/2026-11-20_222222222222_shelves.sql:13:1
       |
    13 | CREATE UNIQUE INDEX once ON book (title);
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: run statement 3 on line 13
      because: UNIQUE constraint failed: book.title
    --- exit code 1

    $ schemist verify head --seed wrong.sql
    sqlite <version>: not proven
    --- stderr
    error: cannot put in the rows of wrong.sql: table book has 2 columns but 3 values were supplied
     --> wrong.sql:1:1
      |
    1 | INSERT INTO book VALUES (1, 'a', 'shelf');
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      hint: they must fit the tables as they are before the revision
    --- exit code 1

    $ schemist verify head --seed none.sql
    sqlite <version>: not proven
    --- stderr
    error: cannot read none.sql
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1
    "#);
}
