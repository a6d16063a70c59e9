//! Files of SQLite that somebody else has, or that are none.

use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const BOOK: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text);";

/// Keeps a transaction open for a few seconds.
const LONG: &str = "SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT i FROM n)";

fn with_revision() -> (Sandbox, Database) {
    let sandbox = project(BOOK);
    sandbox
        .run(&["revision", "--autogenerate", "-q", "-m", "books"])
        .succeeds();
    // An empty file is an empty database.
    sandbox.write("schemist.db", "");
    let database = Database::sqlite_file(&sandbox.project().join("schemist.db"));
    (sandbox, database)
}

#[test]
fn what_is_no_database_is_said_to_be_none() {
    let (sandbox, _database) = with_revision();
    sandbox.write(
        "notes.txt",
        "These are notes, and no database of anything at all.\n",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --url sqlite://notes.txt", "check --url sqlite://models", "upgrade --url sqlite://no/folder/x.db"]), @"
    $ schemist upgrade --url sqlite://notes.txt
    --- stderr
    error: cannot open <project>/notes.txt
      because: file is not a database
      hint: name a file of SQLite in the url; this one is none, or it is encrypted
    --- exit code 1

    $ schemist check --url sqlite://models
    --- stderr
    error: cannot open <project>/models
      because: unable to open database file
      hint: see that the path leads to a file, and that this user may read it; for a new one, that its folder is there
    --- exit code 1

    $ schemist upgrade --url sqlite://no/folder/x.db
    --- stderr
    error: cannot open <project>/no/folder/x.db
      because: unable to open database file
      hint: see that the path leads to a file, and that this user may read it; for a new one, that its folder is there
    --- exit code 1
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_that_writes_is_named() {
    let (mut sandbox, database) = with_revision();
    let name = std::fs::read_to_string("/proc/self/comm").unwrap();
    sandbox.hide(name.trim(), "<program>");
    sandbox.hide(&std::process::id().to_string(), "<pid>");
    thread::scope(|scope| {
        scope.spawn(|| database.execute(&format!("BEGIN IMMEDIATE; {LONG}; COMMIT")));
        thread::sleep(Duration::from_millis(300));
        assert_snapshot!(transcript(&sandbox, &["upgrade --lock-wait 100ms"]), @"
        $ schemist upgrade --lock-wait <time>
        --- stderr
        error: cannot get the lock: held by process <pid> of this machine (<program>); wait longer with --lock-wait
          hint: wait for it to end, or add --lock-wait 5min
        --- exit code 4
        ");
    });
    sandbox.run(&["upgrade"]).succeeds();
}

#[test]
fn a_writer_and_a_reader_are_waited_for() {
    let (sandbox, database) = with_revision();
    thread::scope(|scope| {
        scope.spawn(|| {
            database.execute(&format!(
                "BEGIN; SELECT * FROM sqlite_master; {LONG}; COMMIT"
            ))
        });
        thread::sleep(Duration::from_millis(100));
        sandbox.run(&["upgrade"]).succeeds();
    });
    assert_eq!(database.rows("SELECT count(*) FROM schemist_log"), ["1"]);
}

#[test]
fn two_that_upgrade_at_once_apply_each_revision_once() {
    let (sandbox, database) = with_revision();
    for mode in ["DELETE", "WAL"] {
        database.execute(&format!("PRAGMA journal_mode = {mode}"));
        thread::scope(|scope| {
            let runs = [(), ()].map(|()| scope.spawn(|| sandbox.run(&["upgrade"]).succeeds()));
            for run in runs {
                run.join().unwrap();
            }
        });
        let log = "SELECT count(*) FROM schemist_log WHERE action = 'upgrade'";
        let upgrades = if mode == "WAL" { "2" } else { "1" };
        assert_eq!(database.rows(log), [upgrades], "{mode}");
        assert_eq!(database.rows("PRAGMA journal_mode"), [mode.to_lowercase()]);
        sandbox.run(&["downgrade", "base", "--yes"]).succeeds();
    }
}

#[test]
fn what_only_the_application_has_is_named() {
    let sandbox =
        project("CREATE TABLE book (id integer PRIMARY KEY, title text CHECK (is_title(title)));");
    let generate = "revision --autogenerate -m books";
    let first = transcript(&sandbox, &[generate]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, title text, code text COLLATE german);",
    );
    let second = transcript(&sandbox, &[generate]);
    sandbox.write(
        "models/schema.sql",
        "CREATE VIRTUAL TABLE book USING spellfix1;",
    );
    let third = transcript(&sandbox, &[generate]);
    assert_snapshot!(format!("{first}\n{second}\n{third}"), @"
    $ schemist revision --autogenerate -m books
    --- stderr
    error: cannot compile the models: no such function: is_title
     --> models/schema.sql:1:1
      |
    1 | CREATE TABLE book (id integer PRIMARY KEY, title text CHECK (is_title(title)));
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refused here
      hint: if only your application registers it: views and triggers may name it, tables and indexes may not; let the application make those, and leave them out with `exclude`
    --- exit code 1

    $ schemist revision --autogenerate -m books
    --- stderr
    error: cannot compile the models: no such collation sequence: german
     --> models/schema.sql:1:1
      |
    1 | CREATE TABLE book (id integer PRIMARY KEY, title text, code text COLLATE german);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refused here
      hint: if only your application registers it: views and triggers may name it, tables and indexes may not; let the application make those, and leave them out with `exclude`
    --- exit code 1

    $ schemist revision --autogenerate -m books
    --- stderr
    error: cannot compile the models: no such module: spellfix1
     --> models/schema.sql:1:1
      |
    1 | CREATE VIRTUAL TABLE book USING spellfix1;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refused here
      hint: if only your application registers it: views and triggers may name it, tables and indexes may not; let the application make those, and leave them out with `exclude`
    --- exit code 1
    ");
}

#[test]
fn views_and_triggers_may_call_what_only_the_application_has() {
    let sandbox = project(
        "CREATE TABLE book (id integer PRIMARY KEY, title text);
        CREATE VIEW good AS SELECT id FROM book WHERE is_title(title);
        CREATE TRIGGER look BEFORE INSERT ON book WHEN NOT is_title(new.title) BEGIN SELECT RAISE(ABORT, 'no title'); END;",
    );
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate -q -m books", "upgrade -q", "check -q"]), @"
    $ schemist revision --autogenerate -q -m books
    migrations/2026-11-20_111111111111_books.sql

    $ schemist upgrade -q

    $ schemist check -q
    ");
}
