//! Everything that can be said of a database, and the way out of what is wrong.

use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, Reader};

use crate::{project, transcript};

const BODY: &str = "\n-- [up]\nSELECT 1;\n\n-- [down]\nSELECT 1;\n";

fn revision(id: &str, parent: &str) -> String {
    format!("-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: step {id}\n{BODY}")
}

#[test]
fn drift_is_named_and_the_way_out_is_shown() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY, title text);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let clean = transcript(&sandbox, &["diagnose --drift --exit-code"]);
    let database = Database::sqlite_file(&sandbox.project().join("schemist.db"));
    database
        .execute("ALTER TABLE book ADD COLUMN pages integer; CREATE TABLE by_hand (id integer)");
    let drifted = transcript(&sandbox, &["diagnose --drift --guide --exit-code"]);
    assert_snapshot!([clean, drifted].join("\n"), @r#"
    $ schemist diagnose --drift --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending

    Drift
      none: the database is what the files say at 111111111111

    $ schemist diagnose --drift --guide --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      111111111111
    State     drifted: the database is not what revision 111111111111 left (its catalog was fbaff206 and is c954c73a)
    Action    `schemist diagnose --drift` names what differs

    Drift against the files at 111111111111
      table "book" differs
        column "pages" is only in the database
      table "by_hand" is only in the database

    Guide
      1. back up, so that every later step can be taken back
           sqlite3 <project>/schemist.db ".backup before.db"
      2. see what differs
           schemist diagnose --drift
      3. keep it: declare it in the models, and write a revision for the other databases
           schemist revision --autogenerate --from live -m "…"
      4. or undo it: write what leads back, and run it
           schemist diff database current
      5. look again
           schemist diagnose

    Recommended
      - declare what should stay in the models, and undo the rest: `schemist revision --autogenerate --from live|history`
    --- exit code 2
    "#);
}

#[test]
fn what_the_server_and_the_user_bring_along() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.use_database(&database);
    let settings = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("privileges = false\n{settings}"));
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let name = database.rows("SELECT current_database()").remove(0);
    let reader = Reader::of(&database, "");
    sandbox.hide(&reader.redacted_url(), "<reader's url>");
    sandbox.hide(reader.name(), "reader");
    sandbox.hide(&name, "shop");
    let locks = database.rows("SHOW max_locks_per_transaction").remove(0);
    sandbox.hide(
        &format!("max_locks_per_transaction is {locks}"),
        "max_locks_per_transaction is <locks>",
    );
    sandbox.set("DATABASE_URL", reader.url());
    // A session may be seen for a moment after its program ended: also that of whoever looks for others, who
    // looks from another database.
    let Some(beside) = Database::postgres() else {
        return;
    };
    let others = format!("SELECT pid FROM pg_stat_activity WHERE datname = '{name}'");
    while !beside.rows(&others).is_empty() {
        thread::sleep(Duration::from_millis(10));
    }
    assert_snapshot!(transcript(&sandbox, &["diagnose --server"]), @r#"
    $ schemist diagnose --server
    Database  <reader's url> (PostgreSQL 15.18)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending

    Server
      ok       version    PostgreSQL 15.18
      warning  schema     reader may not create in schema public: enough to look, not to upgrade: GRANT CREATE ON SCHEMA "public" TO "reader";
      warning  database   reader may not create schemas or extensions in shop: GRANT CREATE ON DATABASE "shop" TO "reader";
      warning  scratch    reader may not create scratch databases, which `revision` and `check` need: ALTER ROLE "reader" CREATEDB; or set scratch = "local" or scratch_url in schemist.toml
      ok       databases  reader may list the databases
      warning  sessions   reader does not see what other users' sessions do: GRANT pg_read_all_stats TO "reader";
      ok       encoding   UTF8
      ok       locks      max_locks_per_transaction is <locks>
      ok       time zone  UTC
    "#);
}

#[test]
fn a_user_who_may_not_list_the_databases_is_told_what_to_grant() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("");
    let reader = Reader::of(&database, "");
    sandbox.set("DATABASE_URL", reader.url());
    sandbox.hide(reader.name(), "reader");
    database.execute("REVOKE SELECT ON pg_catalog.pg_database FROM PUBLIC");
    let said = sandbox.run(&["diagnose", "--server"]).succeeds();
    let line = said.lines().find(|line| line.contains("  databases "));
    assert_snapshot!(line.unwrap_or(&said).trim_start(), @r#"warning  databases  reader may not list the databases, so that missing ones are found by trying: GRANT SELECT ON pg_database TO "reader";"#);
}

#[test]
fn a_mysql_user_is_told_what_to_grant() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let mut sandbox = project("");
    sandbox.use_database(&database);
    let name = database.rows("SELECT database()").remove(0);
    let reader = Reader::of_mysql(&database);
    sandbox.hide(&reader.redacted_url(), "<reader's url>");
    sandbox.hide(reader.name(), "reader");
    sandbox.hide(&name, "shop");
    sandbox.set("DATABASE_URL", reader.url());
    assert_snapshot!(transcript(&sandbox, &["diagnose --server"]), @"
    $ schemist diagnose --server
    Database  <reader's url> (MariaDB 10.11.14)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    Server
      ok       version    MariaDB 10.11.14
      warning  rights     reader@% may not make tables in shop: enough to look, not to upgrade: GRANT CREATE ON `shop`.* TO 'reader'@'%';
      warning  rights     reader@% may not change tables in shop: enough to look, not to upgrade: GRANT ALTER ON `shop`.* TO 'reader'@'%';
      warning  rights     reader@% may not drop tables in shop: enough to look, not to upgrade: GRANT DROP ON `shop`.* TO 'reader'@'%';
      warning  rights     reader@% may not make indexes in shop: enough to look, not to upgrade: GRANT INDEX ON `shop`.* TO 'reader'@'%';
      warning  rights     reader@% may not make foreign keys in shop: enough to look, not to upgrade: GRANT REFERENCES ON `shop`.* TO 'reader'@'%';
      warning  rights     reader@% may not see what other users' sessions do: GRANT PROCESS ON *.* TO 'reader'@'%';
      warning  rights     reader@% may not list the databases: GRANT SHOW DATABASES ON *.* TO 'reader'@'%';
      ok       time zone  UTC
      ok       sql_mode   strict
      ok       names      lower_case_table_names is 0
    ");
}

#[test]
fn everything_that_is_wrong_with_the_files_at_once() {
    let sandbox = project("");
    let fine = transcript(&sandbox, &["history --check"]);
    sandbox.write("migrations/1.sql", &revision("a1", "none"));
    sandbox.write("migrations/2.sql", &revision("a1", "none"));
    sandbox.write("migrations/3.sql", &revision("c3", "b9"));
    sandbox.write("migrations/4.sql", &revision("d4", "e5"));
    sandbox.write("migrations/5.sql", &revision("e5", "d4"));
    sandbox.write("migrations/6.sql", &revision("f6", "none"));
    let wrong = transcript(&sandbox, &["history --check"]);
    for file in ["2", "3", "4", "5"] {
        sandbox.remove(&format!("migrations/{file}.sql"));
    }
    sandbox.write("migrations/6.sql", &revision("f6", "a1"));
    sandbox.write(
        "migrations/7.sql",
        &revision("a7", "a1").replace("SELECT 1", "SELECT 'open"),
    );
    sandbox.write(
        "migrations/8.sql",
        &revision("b8", "f6")
            .replace("-- message", "-- dialects: sqlite, mysql\n-- message")
            .replace("[up]", "[up sqlite]"),
    );
    let heads = transcript(
        &sandbox,
        &["history --check", "history --check --format json"],
    );
    sandbox.write("migrations/1.sql", "SELECT 1;");
    let unread = transcript(&sandbox, &["history --check", "status", "diagnose --guide"]);
    assert_snapshot!([fine, wrong].join("\n"), @"
    $ schemist history --check
    --- stderr
    Nothing is wrong with 0 revisions

    $ schemist history --check
    --- stderr
    error: cannot read the history: revision a1 stands in 2 files
     --> migrations/1.sql:2:8
      |
    2 | -- id: a1
      |        ^^ this id is used twice
      |
     ::: migrations/2.sql:2:8
      |
    2 | -- id: a1
      |        ^^ this id is used twice
      hint: remove the copy, or give one of the two a new id and name it as parent where a1 was meant
    error: cannot read the history: revision c3 comes after b9, which is in no file
     --> migrations/3.sql:3:12
      |
    3 | -- parent: b9
      |            ^^ no file has this id
      hint: bring the file of b9 back (git log --all -S b9), or name another revision in the header
    error: cannot read the history: revisions come after themselves: d4 → e5 → d4
     --> migrations/4.sql:3:12
      |
    3 | -- parent: e5
      |            ^^ comes after e5
      |
     ::: migrations/5.sql:3:12
      |
    3 | -- parent: d4
      |            ^^ comes after d4
      hint: correct the parent of one of them: only what was written before can come before
    error: cannot read the history: 2 revisions come after nothing: a1 (step a1) and f6 (step f6)
     --> migrations/1.sql:3:12
      |
    3 | -- parent: none
      |            ^^^^ comes after nothing
      |
     ::: migrations/6.sql:3:12
      |
    3 | -- parent: none
      |            ^^^^ comes after nothing
      hint: put one on top of the other: name a parent in the header of f6, such as the head above a1
    --- exit code 5
    ");
    assert_snapshot!([heads, unread].join("\n"), @r#"
    $ schemist history --check
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (step a1): a7 (step a7) and b8 (step b8)
      hint: put the branch that no other database has on top: `schemist rebase b8 --onto a7`, or join both: `schemist merge heads`
    error: cannot use revision a7: it has no section `down` for postgres
     --> migrations/7.sql:1:1
      |
    1 | -- schemist revision
      | ^^^^^^^^^^^^^^^^^^^^ no section `down` for postgres
      hint: run `schemist revision --complete a7 --dialect postgres` if it is the head, write a section `-- [down postgres]`, or list in `dialects` only what the revision serves
    error: cannot use revision b8: it has no section `up` for mysql
     --> migrations/8.sql:4:14
      |
    4 | -- dialects: sqlite, mysql
      |              ^^^^^^^^^^^^^ no section `up` for mysql
      hint: run `schemist revision --complete b8 --dialect mysql` if it is the head, write a section `-- [up mysql]`, or list in `dialects` only what the revision serves
    --- exit code 5

    $ schemist history --check --format json
    {
      "command": "history",
      "errors": [
        {
          "because": [],
          "hint": "put the branch that no other database has on top: `schemist rebase b8 --onto a7`, or join both: `schemist merge heads`",
          "message": "cannot choose between 2 heads, which part at a1 (step a1): a7 (step a7) and b8 (step b8)",
          "now": null,
          "places": []
        },
        {
          "because": [],
          "hint": "run `schemist revision --complete a7 --dialect postgres` if it is the head, write a section `-- [down postgres]`, or list in `dialects` only what the revision serves",
          "message": "cannot use revision a7: it has no section `down` for postgres",
          "now": null,
          "places": [
            {
              "column": 1,
              "label": "no section `down` for postgres",
              "line": 1,
              "path": "migrations/7.sql"
            }
          ]
        },
        {
          "because": [],
          "hint": "run `schemist revision --complete b8 --dialect mysql` if it is the head, write a section `-- [up mysql]`, or list in `dialects` only what the revision serves",
          "message": "cannot use revision b8: it has no section `up` for mysql",
          "now": null,
          "places": [
            {
              "column": 14,
              "label": "no section `up` for mysql",
              "line": 4,
              "path": "migrations/8.sql"
            }
          ]
        }
      ],
      "files": 4,
      "is_valid": false,
      "version": 1
    }
    --- exit code 5

    $ schemist history --check
    --- stderr
    error: cannot read migrations/1.sql: the file does not begin with `-- schemist revision`
     --> migrations/1.sql:1:1
      |
    1 | SELECT 1;
      | ^^^^^^^^^ expected `-- schemist revision`
      hint: make `-- schemist revision` the first line, or move the file out of the migrations folder
    --- exit code 5

    $ schemist status
    Database  sqlite://<project>/schemist.db (no file yet)
    Current   none
    Head      none
    State     broken-history: the revision files cannot be read: read migrations/1.sql: the file does not begin with `-- schemist revision`
    Action    `schemist history --check` shows where, and what to do

    $ schemist diagnose --guide
    Database  sqlite://<project>/schemist.db (no file yet)
    Current   none
    Head      none
    State     broken-history: the revision files cannot be read: read migrations/1.sql: the file does not begin with `-- schemist revision`
    Action    `schemist history --check` shows where, and what to do

    Guide
      1. see every mistake, each with its place and its remedy
           schemist history --check
      2. look again
           schemist diagnose
    "#);
}
