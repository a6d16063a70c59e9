//! Locks that others hold, statements that take too long, and fresh databases and older files.

use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const BOOKS: &str = "-- schemist revision\n-- id: a1\n-- message: books\n\n-- [up]\nCREATE TABLE book (id integer PRIMARY KEY);\n\n-- [down]\nDROP TABLE book;\n";

fn books(database: &Database, up: &str) -> Sandbox {
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.use_database(database);
    sandbox.write("migrations/a.sql", BOOKS);
    sandbox.run(&["upgrade"]).succeeds();
    sandbox.write(
        "migrations/b.sql",
        &format!("-- schemist revision\n-- id: b1\n-- parent: a1\n-- message: pages\n\n-- [up]\n{up};\n\n-- [down]\n-- nothing\n"),
    );
    sandbox
}

/// The words without the numbers of processes.
fn without_numbers(text: &str) -> String {
    let words: Vec<&str> = text.split("process ").collect();
    let rest = words[1..].iter().map(|word| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("process <pid>{word}")
    });
    std::iter::once(words[0].to_owned()).chain(rest).collect()
}

#[test]
fn whoever_holds_a_table_is_named() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = books(&database, "ALTER TABLE book ADD COLUMN pages integer");
    // A server that listens on a socket knows no address.
    sandbox.hide("127.0.0.1", "this machine");
    thread::scope(|scope| {
        scope.spawn(|| database.execute("BEGIN; LOCK TABLE book; SELECT pg_sleep(4); COMMIT"));
        thread::sleep(Duration::from_millis(300));
        let output = sandbox.run(&["upgrade", "--lock-timeout", "500ms", "--lock-attempts", "1"]);
        assert_snapshot!(without_numbers(&output.to_string()), @"
        $ schemist upgrade --lock-timeout <time> --lock-attempts 1
        --- stderr
        <url>: a1 → b1, 1 revision to apply
        b1: statement 1 of 1 waits for process <pid> of user postgres (this machine): BEGIN; LOCK TABLE book; SELECT pg_sleep(4); COMMIT
        error: cannot apply revision b1: statement 1 on line 7 fails
         --> migrations/b.sql:7:1
          |
        7 | ALTER TABLE book ADD COLUMN pages integer;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
          because: canceling statement due to lock timeout
          because: it waited for process <pid> of user postgres (this machine): BEGIN; LOCK TABLE book; SELECT pg_sleep(4); COMMIT
          now: 0 of 1 statements are kept, and the journal says not applied
          hint: let them end, or stop what uses the table; then run `schemist upgrade` again, or wait longer with --lock-timeout <time>
        --- exit code 4
        ");
    });
    // What failed left nothing behind.
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    Applied b1 (pages) in <time>
    ");
}

#[test]
fn a_statement_that_takes_too_long_is_ended() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = books(&database, "SELECT pg_sleep(60)");
    assert_snapshot!(transcript(&sandbox, &["upgrade --statement-timeout 50ms"]), @"
    $ schemist upgrade --statement-timeout <time>
    --- stderr
    <url>: a1 → b1, 1 revision to apply
    error: cannot apply revision b1: statement 1 on line 7 fails
     --> migrations/b.sql:7:1
      |
    7 | SELECT pg_sleep(60);
      | ^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: canceling statement due to statement timeout
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: it took longer than --statement-timeout allows; run `schemist upgrade` again with a longer one
    --- exit code 4
    ");
}

#[test]
fn the_build_of_an_index_shows_how_far_it_is() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = books(
        &database,
        "SELECT 1;\n\n-- [up, no transaction]\nCREATE INDEX CONCURRENTLY book_id ON book (id)",
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            database.execute("BEGIN; INSERT INTO book VALUES (1); SELECT pg_sleep(2); COMMIT");
        });
        thread::sleep(Duration::from_millis(200));
        let output = sandbox.run(&["upgrade"]).ends_with(0);
        assert!(
            output
                .stderr
                .contains("b1: statement 2 of 2 waits for process"),
            "{output}"
        );
    });
}

#[test]
fn the_build_of_an_index_is_told_in_the_words_of_the_server() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = books(
        &database,
        "SELECT 1;\n\n-- [up, no transaction]\nCREATE INDEX CONCURRENTLY book_slow ON book (slow(id))",
    );
    // One row to a page, and a moment for each.
    database.execute(
        "CREATE FUNCTION slow(n integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN n; END';
         ALTER TABLE book ADD COLUMN wide char(6000) DEFAULT 'x';
         ALTER TABLE book ALTER COLUMN wide SET STORAGE PLAIN;
         INSERT INTO book SELECT i FROM generate_series(1, 300) i",
    );
    let output = sandbox.run(&["upgrade"]).ends_with(0);
    let mut told = output
        .stderr
        .lines()
        .filter(|line| line.starts_with("b1: statement 2 of 2 building index: scanning table"));
    assert!(told.any(|line| line.ends_with(" %")), "{output}");
}

#[test]
fn an_empty_database_is_made_from_the_models_at_once() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write("migrations/a.sql", BOOKS);
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --fresh",
        "current",
        "check",
        "upgrade --fresh",
    ]), @r#"
    $ schemist upgrade --fresh
    --- stderr
    sqlite://<project>/schemist.db: make everything that the models say
    Made 1 object from the models; the database is at a1 (books)

    $ schemist current
    a1 books (head) (base)

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist upgrade --fresh
    --- stderr
    sqlite://<project>/schemist.db: make everything that the models say
    error: cannot make a fresh database: this one is not empty (table "book" is only in the database)
      hint: run `schemist upgrade`, which goes on from where it stands
    --- exit code 1
    "#);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, pages integer);",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --fresh --url sqlite://other.db"]), @"
    $ schemist upgrade --fresh --url sqlite://other.db
    --- stderr
    sqlite://<project>/other.db: make everything that the models say
    error: cannot make a fresh database: the models are not what the history makes
      hint: run `schemist revision --autogenerate` first, or `schemist upgrade` without --fresh
    --- exit code 1
    ");
}

#[test]
fn what_older_files_do_not_know_is_taken_back() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write("migrations/a.sql", BOOKS);
    sandbox.write("old/a.sql", BOOKS);
    sandbox.write(
        "migrations/b.sql",
        "-- schemist revision\n-- id: b1\n-- parent: a1\n-- message: pages\n\n-- [up]\nCREATE TABLE page (id integer);\n\n-- [down]\nDROP TABLE page;\n",
    );
    sandbox.run(&["upgrade"]).succeeds();
    assert_snapshot!(transcript(&sandbox, &[
        "downgrade --to-files old --dry-run",
        "downgrade --to-files old",
        "downgrade --to-files old",
        "downgrade --to-files v1.0",
        "downgrade",
    ]), @"
    $ schemist downgrade --to-files old --dry-run
    would take back b1 (pages)
      DROP TABLE page;
    plan 7eea9cf04018215a

    $ schemist downgrade --to-files old
    --- stderr
    sqlite://<project>/schemist.db: b1 → a1, 1 revision to take back
    Took back b1 (pages) in <time>
    The database is at a1 now; 1 revision is pending

    $ schemist downgrade --to-files old
    --- stderr
    Nothing to take back: the database is there already

    $ schemist downgrade --to-files v1.0
    --- stderr
    error: cannot find the files of v1.0: it is no folder, and git says: fatal: not a git repository (or any of the parent directories): .git
      hint: name a folder of revision files, or a commit, tag or branch of this repository
    --- exit code 1

    $ schemist downgrade
    --- stderr
    error: the following required arguments were not provided:
      <REVISION>

    Usage: schemist downgrade <REVISION>

    For more information, try '--help'.
    --- exit code 64
    ");
}
