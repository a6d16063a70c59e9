//! What `repair` finds after a cut, and what each of its ways out does.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

/// A revision with a call in its middle, of which nobody can tell whether it ran.
const IN_DOUBT: &str = "-- schemist revision
-- id: a1
-- message: counted

-- [up, no transaction]
CREATE TABLE counter (n integer NOT NULL);
CALL tick();
CREATE TABLE after (n integer NOT NULL);

-- [down]
DROP TABLE after;
DROP TABLE counter;
";

fn in_doubt(database: &Database) -> Sandbox {
    let mut sandbox = project("CREATE TABLE counter (n integer NOT NULL);");
    sandbox.use_database(database);
    sandbox.write("migrations/a1.sql", IN_DOUBT);
    database.execute("CREATE TABLE tick (n integer)");
    database.execute(
        "CREATE PROCEDURE tick() LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO tick VALUES (1); COMMIT;
            PERFORM pg_terminate_backend(pg_backend_pid()); END $$",
    );
    sandbox
}

#[test]
fn where_nothing_tells_whether_a_statement_ran_a_person_is_asked() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = in_doubt(&database);
    let _cut = sandbox.run(&["upgrade"]).ends_with(1);
    assert_snapshot!(transcript(&sandbox, &["upgrade", "repair", "repair --resume --did-run", "repair"]), @"
    $ schemist upgrade
    --- stderr
    <url>: base → a1, 1 revision to apply
    error: cannot apply revision a1: cannot resume: nothing tells whether the statement on line 7 ran before the run was cut
      now: the journal says partial 1/3
      hint: look in the database whether it ran, then run `schemist repair --resume --did-run` or `schemist repair --resume --did-not-run`
    --- exit code 1

    $ schemist repair
    revision a1 is half applied (partial 1/3)
      the statement on line 7 was begun, and nobody noted its end: CALL tick()
      schemist upgrade a1                  go on; it asks where nothing tells what ran
      schemist repair --resume --did-run   you looked, and it ran (or --did-not-run)
      schemist repair --undo               back to what was there before
      schemist repair --mark-applied       you did the rest by hand
      schemist repair --mark-rolled-back   you took it back by hand
    --- exit code 2

    $ schemist repair --resume --did-run
    --- stderr
    <url>: go on with what was cut short
    <url>: base → a1, 1 revision to apply
    Applied a1 (counted) from statement 3 on in <time>

    $ schemist repair
    --- stderr
    Nothing to repair
    ");
    assert_eq!(database.rows("SELECT count(*) FROM tick"), ["1"]);
    transcript(&sandbox, &["downgrade base"]);
    let _cut = sandbox.run(&["upgrade"]).ends_with(1);
    database.execute(
        "CREATE OR REPLACE PROCEDURE tick() LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO tick VALUES (2); END $$",
    );
    assert_snapshot!(transcript(&sandbox, &["repair --resume --did-not-run", "current"]), @"
    $ schemist repair --resume --did-not-run
    --- stderr
    <url>: go on with what was cut short
    <url>: base → a1, 1 revision to apply
    Applied a1 (counted) from statement 2 on in <time>

    $ schemist current
    a1 counted (head) (base)
    ");
    assert_eq!(database.rows("SELECT n FROM tick"), ["1", "1", "2"]);
}

#[test]
fn what_is_there_of_a_revision_is_undone() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = in_doubt(&database);
    let _cut = sandbox.run(&["upgrade"]).ends_with(1);
    database.execute("DROP TABLE tick; DROP PROCEDURE tick()");
    assert_snapshot!(transcript(&sandbox, &["downgrade base", "repair --undo", "current", "repair --undo"]), @"
    $ schemist downgrade base
    --- stderr
    error: cannot take anything back: revision a1 is half applied (partial 1/3)
      hint: run `schemist upgrade a1` to finish it, or `schemist repair --undo` to take back what there is of it
    --- exit code 1

    $ schemist repair --undo
    --- stderr
    <url>: undo what was cut short
    Undid a1 (counted): 1 statement brought the database back

    $ schemist current
    --- stderr
    No revision is applied

    $ schemist repair --undo
    --- stderr
    <url>: undo what was cut short
    error: cannot repair anything: no revision is half-way
      hint: run `schemist repair` to see what else is wrong
    --- exit code 1
    ");
    assert_eq!(
        database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"),
        ["schemist_log", "schemist_revision"]
    );
}

/// The same on SQLite, where only a section of its own can leave a half.
fn half(second: &str) -> Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "migrations/a.sql",
        &format!(
            "-- schemist revision\n-- id: a1\n-- message: half\n\n-- [up]\nCREATE TABLE book (id integer PRIMARY KEY);\n\n\
             -- [up, new transaction]\n{second};\n\n-- [down]\nDROP TABLE book;\n"
        ),
    );
    let _cut = sandbox.run(&["upgrade"]).ends_with(1);
    sandbox
}

#[test]
fn a_half_is_called_whole_or_nothing_on_somebodys_word() {
    let sandbox = half("INSERT INTO missing VALUES (1)");
    assert_snapshot!(transcript(&sandbox, &["repair", "repair --mark-applied", "current", "repair --mark-applied"]), @"
    $ schemist repair
    revision a1 is half applied (partial 1/2)
      the statement on line 9 failed: INSERT INTO missing VALUES (1)
      because: line 9: no such table: missing
      schemist upgrade a1                  go on; it asks where nothing tells what ran
      schemist repair --undo               back to what was there before
      schemist repair --mark-applied       you did the rest by hand
      schemist repair --mark-rolled-back   you took it back by hand
    --- exit code 2

    $ schemist repair --mark-applied
    --- stderr
    sqlite://<project>/schemist.db: mark as applied what was cut short
    The journal now says that a1 (half) is applied

    $ schemist current
    a1 half (head) (base)

    $ schemist repair --mark-applied
    --- stderr
    sqlite://<project>/schemist.db: mark as applied what was cut short
    error: cannot repair anything: no revision is half-way
      hint: run `schemist repair` to see what else is wrong
    --- exit code 1
    ");
    let sandbox = half("INSERT INTO missing VALUES (1)");
    assert_snapshot!(transcript(&sandbox, &["repair --mark-rolled-back", "current"]), @"
    $ schemist repair --mark-rolled-back
    --- stderr
    sqlite://<project>/schemist.db: mark as not applied what was cut short
    The journal now says that a1 (half) is not applied

    $ schemist current
    --- stderr
    No revision is applied
    ");
    let sandbox = half("INSERT INTO missing VALUES (1)");
    assert_snapshot!(transcript(&sandbox, &["repair --undo", "current"]), @"
    $ schemist repair --undo
    --- stderr
    sqlite://<project>/schemist.db: undo what was cut short
    Undid a1 (half): 1 statement brought the database back

    $ schemist current
    --- stderr
    No revision is applied
    ");
}

#[test]
fn an_edit_is_accepted() {
    let sandbox = half("INSERT INTO missing VALUES (1)");
    let text = sandbox.read("migrations/a.sql");
    sandbox.write(
        "migrations/a.sql",
        &text.replace(
            "INSERT INTO missing VALUES (1)",
            "INSERT INTO book VALUES (7)",
        ),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade", "repair --accept-edits", "upgrade", "repair"]), @"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    error: cannot apply revision a1: cannot resume: the file was edited after partial 1/2
      now: the journal says partial 1/2
      hint: take the edit back; or, where what was run is still the same, run `schemist repair --accept-edits`; or run `schemist repair --undo`
    --- exit code 1

    $ schemist repair --accept-edits
    --- stderr
    sqlite://<project>/schemist.db: accept the files as they are
    Accepted a1 (half) as it is now

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    Applied a1 (half) from statement 2 on in <time>

    $ schemist repair
    --- stderr
    Nothing to repair
    ");
    let text = sandbox.read("migrations/a.sql");
    sandbox.write("migrations/a.sql", &text.replace("(7)", "(8)"));
    assert_snapshot!(transcript(&sandbox, &["repair", "upgrade", "repair --accept-edits", "upgrade", "repair --accept-edits"]), @"
    $ schemist repair
    revision a1 (half) was edited after it was applied
      schemist repair --accept-edits       the file is right as it is now
    --- exit code 2

    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision a1 was edited after it was applied: its checksum for sqlite was 9df2155d and is cd22289f
     --> migrations/a.sql:2:8
      |
    2 | -- id: a1
      |        ^^ edited
      hint: take the edit back and put it into a new revision, or accept it: `schemist repair --accept-edits`
    --- exit code 5

    $ schemist repair --accept-edits
    --- stderr
    sqlite://<project>/schemist.db: accept the files as they are
    Accepted a1 (half) as it is now

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist repair --accept-edits
    --- stderr
    sqlite://<project>/schemist.db: accept the files as they are
    Nothing to accept: no applied revision was edited
    ");
}

#[test]
fn whoever_holds_the_lock_is_named_and_ended() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.use_database(&database);
    // A server that listens on a socket knows no address.
    sandbox.hide("127.0.0.1", "this machine");
    sandbox.write(
        "migrations/a.sql",
        "-- schemist revision\n-- id: a1\n-- message: slow\n\n-- [up]\nSELECT pg_sleep(60);\n\n-- [down]\n-- nothing\n",
    );
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| sandbox.run(&["upgrade"]));
        let asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'";
        let mut pids = database.rows(asked);
        while pids.is_empty() {
            pids = database.rows(asked);
        }
        let mut shown = transcript(
            &sandbox,
            &[
                "upgrade --lock-wait 10ms",
                "repair",
                "repair --unlock",
                "repair --unlock --yes",
                "repair --unlock",
            ],
        );
        shown = shown.replace(&pids[0], "<pid>");
        assert_snapshot!(without_times(&shown), @"
        $ schemist upgrade --lock-wait <time>
        --- stderr
        error: cannot get the lock: held by user postgres from this machine (schemist, process <pid>) since <time>; wait longer with --lock-wait
          hint: wait for it to end, or add --lock-wait 5min
        --- exit code 4

        $ schemist repair
        the lock is held by user postgres from this machine (schemist, process <pid>) since <time>
          schemist repair --unlock             end that session
        --- exit code 2

        $ schemist repair --unlock
        --- stderr
        <url>: end the session that holds the lock
        error: cannot end the session of user postgres from this machine (schemist, process <pid>) since <time>: nobody agreed
          hint: add --yes if you mean it
        --- exit code 1

        $ schemist repair --unlock --yes
        --- stderr
        <url>: end the session that holds the lock
        Ended the session of user postgres from this machine (schemist, process <pid>) since <time>

        $ schemist repair --unlock
        --- stderr
        <url>: end the session that holds the lock
        Nothing to unlock: nobody holds the lock
        ");
        let ended = slow.join().unwrap();
        assert_snapshot!(ended, @"
        $ schemist upgrade
        --- stderr
        <url>: base → a1, 1 revision to apply
        error: cannot apply revision a1: statement 1 on line 6 fails
         --> migrations/a.sql:6:1
          |
        6 | SELECT pg_sleep(60);
          | ^^^^^^^^^^^^^^^^^^^ the server refuses this
          because: terminating connection due to administrator command
          now: 0 of 1 statements are kept, and the journal says unknown, since the connection is gone
          hint: see that the server is up, then run `schemist upgrade` again: it finds out what ran, and goes on from there
        --- exit code 1
        ");
    });
}

fn without_times(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" since ") {
        Some((before, after)) => {
            let rest = after.get(20..).unwrap_or_default();
            format!("{before} since <time>{rest}")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
