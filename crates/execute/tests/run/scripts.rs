//! Scripts, run by the clients that they are written for.

use insta::assert_snapshot;
use schemist_execute::journal::{JournalName, JournalWriter};
use schemist_execute::run::{RunSection, script};
use schemist_revision::{Direction, ForeignKeys, Transaction};
use schemist_sql::Dialect;

use crate::ground::{both, passage, run, section, up};

#[test]
fn a_script_says_the_same_as_a_run() {
    let rebuild = RunSection {
        foreign_keys: ForeignKeys::Off,
        ..section(Transaction::Same, &["DROP TABLE t"])
    };
    let writer = JournalWriter::new(Dialect::Sqlite, &JournalName::default(), None);
    let whole = script(
        &writer,
        None,
        &[passage("a1", Direction::Down, vec![rebuild])],
    );
    let (_, body) = whole.split_once("-- down").unwrap();
    assert_snapshot!(body, @r#"
     a1: a test
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    DROP TABLE t;
    CREATE TEMP TABLE "schemist_check" ("broken_references" INTEGER CHECK ("broken_references" = 0));
    INSERT INTO temp."schemist_check" SELECT count(*) FROM pragma_foreign_key_check;
    DROP TABLE temp."schemist_check";
    DELETE FROM "schemist_revision" WHERE "id" = 'a1';
    INSERT INTO "schemist_log" ("action", "revision", "at", "by", "tool_version", "duration_ms", "outcome", "error")
    VALUES ('downgrade', 'a1', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'a script', '0.1.0', 0, 'done', NULL);
    COMMIT;
    PRAGMA foreign_keys = ON;
    "#);
    let sections = vec![
        section(Transaction::Same, &["CREATE TYPE e AS ENUM ('a')"]),
        section(Transaction::No, &["ALTER TYPE e ADD VALUE 'b'"]),
    ];
    let writer = JournalWriter::new(Dialect::Postgres, &JournalName::default(), None);
    let whole = script(&writer, None, &[up(sections)]);
    let (_, body) = whole.split_once("-- up").unwrap();
    assert_snapshot!(body, @r#"
     a1: a test
    BEGIN;
    CREATE TYPE e AS ENUM ('a');
    INSERT INTO "public"."schemist_revision" ("id", "parents", "message", "up_checksum", "down_checksum", "applied_at", "applied_by", "tool_version", "duration_ms", "batch", "state", "direction", "statements_done", "statements_total", "catalog_hash", "error")
    VALUES ('a1', '', 'a test', '1111111111111111111111111111111111111111111111111111111111111111', '2222222222222222222222222222222222222222222222222222222222222222', clock_timestamp(), session_user, '0.1.0', 0, 1, 'partial', 'up', 1, 2, NULL, NULL);
    COMMIT;
    ALTER TYPE e ADD VALUE 'b';
    BEGIN;
    DELETE FROM "public"."schemist_revision" WHERE "id" = 'a1';
    INSERT INTO "public"."schemist_revision" ("id", "parents", "message", "up_checksum", "down_checksum", "applied_at", "applied_by", "tool_version", "duration_ms", "batch", "state", "direction", "statements_done", "statements_total", "catalog_hash", "error")
    VALUES ('a1', '', 'a test', '1111111111111111111111111111111111111111111111111111111111111111', '2222222222222222222222222222222222222222222222222222222222222222', clock_timestamp(), session_user, '0.1.0', 0, 1, 'applied', 'up', 2, 2, NULL, NULL);
    INSERT INTO "public"."schemist_log" ("action", "revision", "at", "by", "tool_version", "duration_ms", "outcome", "error")
    VALUES ('upgrade', 'a1', clock_timestamp(), session_user, '0.1.0', 0, 'done', NULL);
    COMMIT;
    "#);
}

/// Feeds a script to a client program; `None` where it is not installed.
fn fed(program: &str, arguments: &[&str], text: &str) -> Option<(bool, String)> {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("passed over: {program} is not installed");
        return None;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

#[test]
fn the_clients_run_a_script_once_and_stop_at_its_first_error() {
    run(both(async |ground| {
        let dialect = ground.url().dialect();
        let rebuild = RunSection {
            foreign_keys: ForeignKeys::Off,
            ..section(Transaction::New, &["DELETE FROM t"])
        };
        let sections = vec![
            section(
                Transaction::Same,
                &[
                    "CREATE TABLE t (a int PRIMARY KEY)",
                    "INSERT INTO t VALUES (1)",
                ],
            ),
            section(Transaction::No, &["INSERT INTO t VALUES (2)"]),
            rebuild,
        ];
        let writer = JournalWriter::new(dialect, &JournalName::default(), None);
        let text = script(&writer, None, &[up(sections)]);
        let url = ground.url();
        let path = url
            .sqlite_path()
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        let feed = || match dialect {
            Dialect::Sqlite => fed("sqlite3", &[&path], &text),
            Dialect::Postgres | Dialect::Mysql => {
                fed("psql", &["-X", "-q", "-d", &url.redacted()], &text)
            }
        };
        let Some(first) = feed() else { return };
        assert_eq!(first, (true, String::new()));
        assert_eq!(ground.state("a1").await, "applied");
        assert!(!feed().unwrap().0);
        assert_eq!(ground.ask("SELECT count(*) FROM schemist_log").await, "1");
    }));
}
