//! Who is at work in a database.

use std::io::Write;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use schemist_testkit::{Database, Reader, Sandbox};

use crate::{project, transcript};

/// Runs `locks` until it shows a text, for as long as a sleeping session of a test sleeps.
fn locks_until(sandbox: &Sandbox, arguments: &[&str], wanted: &str) -> String {
    let mut shown = String::new();
    for _ in 0..60 {
        shown = sandbox.run(&[&["locks"], arguments].concat()).succeeds();
        if shown.contains(wanted) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    shown
}

fn number_before(text: &str, words: &str) -> String {
    let line = text.lines().find(|line| line.contains(words));
    let line = line.unwrap_or_else(|| panic!("{words} in:\n{text}"));
    let digits: String = line
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits
}

#[test]
fn who_waits_for_whom_is_a_tree() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("CREATE TABLE book (id integer); CREATE TABLE other (id integer)");
    let mut sandbox = project("");
    sandbox.use_database(&database);
    thread::scope(|scope| {
        scope.spawn(|| {
            let ended = database.try_execute(
                "BEGIN; TABLE other; INSERT INTO book VALUES (1); SELECT pg_sleep(30)",
            );
            assert!(ended.is_err(), "it was ended");
        });
        let shown = locks_until(&sandbox, &[], "has RowExclusiveLock");
        let blocker = number_before(&shown, "pg_sleep");
        scope.spawn(|| database.execute("ALTER TABLE book ADD title text"));
        locks_until(&sandbox, &[], "waits for AccessExclusiveLock");
        scope.spawn(|| database.execute("SELECT * FROM book"));
        let shown = locks_until(&sandbox, &["--table", "book"], "waits for AccessShareLock");
        assert!(shown.contains("╰─ "), "{shown}");
        assert!(shown.contains("   ╰─ "), "{shown}");
        assert!(!shown.contains("other "), "{shown}");
        let json = sandbox.run(&["locks", "--format", "json"]).succeeds();
        assert!(
            json.contains(&format!("\"blocked_by\": [\n        {blocker}\n      ]")),
            "{json}"
        );
        // Somebody who may not see it is told what would help.
        let reader = Reader::of(&database, "");
        let outcome = sandbox.run(&["locks", "--url", reader.url()]);
        assert!(
            outcome.stderr.contains("GRANT pg_read_all_stats TO "),
            "{outcome}"
        );
        drop(reader);
        let refused = sandbox.run(&["locks", "--terminate", &blocker]);
        assert!(
            refused.stderr.contains("nobody is there to ask"),
            "{refused}"
        );
        assert!(
            refused.stderr.contains("hint: add --yes if you mean it"),
            "{refused}"
        );
        let ended = sandbox.run(&["locks", "--terminate", &blocker, "--yes"]);
        assert!(
            ended.stderr.contains(&format!("Ended process {blocker}")),
            "{ended}"
        );
    });
    let unknown = transcript(&sandbox, &["locks --terminate 1 --yes", "locks"]);
    insta::assert_snapshot!(unknown, @"
    $ schemist locks --terminate 1 --yes
    --- stderr
    error: cannot end process 1: nobody of that number uses <url>
      hint: run `schemist locks` to see who does
    --- exit code 1

    $ schemist locks
    Nobody applies revisions now
    ");
}

#[test]
fn a_transaction_that_nobody_goes_on_with_is_named() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("CREATE TABLE book (id integer)");
    let mut sandbox = project("");
    sandbox.use_database(&database);
    let mut client = sandbox
        .command("psql")
        .args(["-X", "-q", "-d", database.url()])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the client of the server");
    let mut typed = client.stdin.take().expect("its stdin");
    typed
        .write_all(b"BEGIN; INSERT INTO book VALUES (1);\n")
        .expect("it reads");
    let shown = locks_until(&sandbox, &["--table", "book"], "idle in transaction for ");
    assert!(shown.contains("INSERT INTO book VALUES (1)"), "{shown}");
    assert!(shown.contains("has RowExclusiveLock"), "{shown}");
    let json = sandbox.run(&["locks", "--format", "json"]).succeeds();
    assert!(json.contains("\"is_idle_in_transaction\": true"), "{json}");
    let idle = number_before(&shown, "idle in transaction");
    let ended = sandbox.run(&["locks", "--terminate", &idle, "--yes"]);
    let said = format!("<url>: end process {idle}\n");
    assert!(ended.stderr.starts_with(&said), "{ended}");
    drop(typed);
    client.wait().expect("it ends");
    assert_eq!(database.rows("SELECT count(*) FROM book"), ["0"]);
}

#[test]
fn whoever_waits_for_a_definition_of_mysql_is_named() {
    let Some(database) = Database::mysql() else {
        return;
    };
    database.execute("CREATE TABLE book (id integer)");
    let mut sandbox = project("");
    sandbox.use_database(&database);
    thread::scope(|scope| {
        scope.spawn(|| {
            let ended =
                database.try_execute("BEGIN; INSERT INTO book VALUES (1); SELECT sleep(20)");
            assert!(ended.is_err(), "it was ended");
        });
        let shown = locks_until(&sandbox, &[], "SELECT sleep(20)");
        let blocker = number_before(&shown, "SELECT sleep(20)");
        scope.spawn(|| database.execute("ALTER TABLE book ADD title text"));
        let shown = locks_until(&sandbox, &[], "╰─ ");
        assert!(
            shown.contains("Waiting for table metadata lock: ALTER TABLE book"),
            "{shown}"
        );
        sandbox
            .run(&["locks", "--terminate", &blocker, "--yes"])
            .succeeds();
    });
}

#[test]
fn sqlite_says_what_it_can() {
    let sandbox = project("");
    sandbox.write("schemist.db", "");
    insta::assert_snapshot!(transcript(&sandbox, &["locks", "locks --terminate 1"]), @"
    $ schemist locks
    Nobody applies revisions now
    --- stderr
    note: SQLite locks its file as a whole and keeps no list of who uses it

    $ schemist locks --terminate 1
    --- stderr
    error: cannot end a session: SQLite has none
      hint: end the process that uses the file in the system's own way
    --- exit code 1
    ");
}
