//! Journal, lock and running; PostgreSQL where `SCHEMIST_TEST_POSTGRES_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use std::time::Duration;

use insta::assert_snapshot;
use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_execute::journal::{self, JournalEntry, JournalName, JournalWriter, State};
use schemist_execute::lock::{Lock, LockError};
use schemist_execute::run::{
    Applied, Passage, RunError, RunOptions, RunSection, RunStatement, apply, rehearse, script,
};
use schemist_execute::scratch::{Scratch, ScratchOptions, ScratchPlace, ScratchServer};
use schemist_revision::{Direction, ForeignKeys, RevisionId, Transaction};
use schemist_sql::Dialect;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// A database of its own for a test.
enum Ground {
    File(tempfile::TempDir),
    Scratch(Box<(ScratchServer, Scratch)>),
}

impl Ground {
    fn sqlite() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("SCHEMIST_TEST_POSTGRES_URL") else {
            eprintln!("passed over: SCHEMIST_TEST_POSTGRES_URL names no server");
            return None;
        };
        let place = ScratchPlace::Url(DatabaseUrl::parse(&url).unwrap());
        let options = ScratchOptions {
            dialect: Dialect::Postgres,
            likeness: None,
            default_schema: None,
            template: None,
            started: 3000,
        };
        let mut server = ScratchServer::open(&place, options).await.unwrap();
        let scratch = server.create().await.unwrap();
        Some(Self::Scratch(Box::new((server, scratch))))
    }

    fn url(&self) -> DatabaseUrl {
        match self {
            Self::File(folder) => {
                DatabaseUrl::parse(&format!("sqlite://{}/x.db", folder.path().display())).unwrap()
            }
            Self::Scratch(both) => both.1.url().clone(),
        }
    }

    async fn session(&self) -> Session {
        Session::connect(&self.url(), &Pins::default(), Access::Create)
            .await
            .unwrap()
    }

    async fn lock(&self) -> Result<Lock, LockError> {
        Lock::take(
            self.session().await,
            &JournalName::default(),
            Duration::ZERO,
        )
        .await
    }

    async fn ask(&self, sql: &str) -> String {
        let rows = self.session().await.query(sql).await.unwrap();
        rows.iter()
            .map(|row| row.text(0).to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    }

    async fn state(&self, id: &str) -> String {
        let journal = journal::read(&mut self.session().await, &JournalName::default())
            .await
            .unwrap();
        let entry = journal.entry(&RevisionId::parse(id).unwrap()).cloned();
        entry.map_or("absent".to_owned(), |entry| {
            let error = entry
                .error
                .map_or(String::new(), |error| format!(" ({error})"));
            format!("{}{error}", entry.state)
        })
    }
}

fn section(transaction: Transaction, statements: &[&str]) -> RunSection {
    let statements = statements.iter().enumerate();
    RunSection {
        transaction,
        foreign_keys: ForeignKeys::On,
        statements: statements
            .map(|(i, sql)| RunStatement {
                sql: (*sql).to_owned(),
                line: 10 + i,
            })
            .collect(),
    }
}

fn passage(id: &str, direction: Direction, sections: Vec<RunSection>) -> Passage {
    let entry = JournalEntry {
        id: RevisionId::parse(id).unwrap(),
        parents: Vec::new(),
        message: "a test".to_owned(),
        up: "1".repeat(64).parse().unwrap(),
        down: Some("2".repeat(64).parse().unwrap()),
        applied_at: None,
        applied_by: None,
        tool_version: "0.1.0".to_owned(),
        duration_ms: 0,
        batch: 1,
        state: State::Applied,
        statements: 0,
        catalog: None,
        error: None,
    };
    Passage {
        entry,
        direction,
        sections,
    }
}

fn up(sections: Vec<RunSection>) -> Passage {
    passage("a1", Direction::Up, sections)
}

async fn applied(ground: &Ground, passage: &Passage) -> Result<Applied, RunError> {
    let mut lock = ground.lock().await.unwrap();
    let options = RunOptions {
        lock_timeout: Duration::from_millis(100),
        lock_attempts: 3,
        ..RunOptions::default()
    };
    let done = apply(&mut lock, passage, &options).await;
    lock.release().await.close().await;
    done
}

fn told(error: &RunError) -> String {
    let mut lines = vec![format!("cannot {error}")];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n")
}

async fn both(test: impl AsyncFn(&Ground)) {
    test(&Ground::sqlite()).await;
    if let Some(ground) = Ground::postgres().await {
        test(&ground).await;
    }
}

#[test]
fn a_revision_goes_up_and_down_with_its_journal() {
    run(both(async |ground| {
        assert_eq!(ground.state("a1").await, "absent");
        let there = up(vec![section(
            Transaction::Same,
            &["CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)"],
        )]);
        assert_eq!(applied(ground, &there).await.unwrap().statements, 2);
        assert_eq!(ground.state("a1").await, "applied");
        // Somebody else was faster.
        let error = applied(ground, &there).await.unwrap_err();
        assert!(told(&error).ends_with("the journal now says applied; somebody else changed it"));
        let back = passage(
            "a1",
            Direction::Down,
            vec![section(Transaction::Same, &["DROP TABLE t"])],
        );
        applied(ground, &back).await.unwrap();
        assert_eq!(ground.state("a1").await, "absent");
        assert_eq!(
            ground
                .ask("SELECT action || ' ' || outcome FROM schemist_log ORDER BY number")
                .await,
            "upgrade done, downgrade done"
        );
        let log = journal::read_log(&mut ground.session().await, &JournalName::default())
            .await
            .unwrap();
        assert_eq!(log.len(), 2);
    }));
}

#[test]
fn a_failed_transaction_leaves_nothing_but_a_line_in_the_log() {
    run(both(async |ground| {
        let broken = up(vec![section(
            Transaction::Same,
            &["CREATE TABLE t (a int)", "CREATE TABLE t (a int)"],
        )]);
        let error = applied(ground, &broken).await.unwrap_err();
        assert!(told(&error).starts_with(
            "cannot upgrade to a1: 0 of 2 statements are applied, the journal says not applied\nrun statement 2 on line 11\n"
        ));
        assert_eq!(ground.state("a1").await, "absent");
        assert_eq!(
            ground.ask("SELECT outcome FROM schemist_log").await,
            "failed"
        );
        applied(
            ground,
            &up(vec![section(
                Transaction::Same,
                &["CREATE TABLE t (a int)"],
            )]),
        )
        .await
        .unwrap();
    }));
}

#[test]
fn a_revision_of_several_sections_is_resumed_where_it_was_cut_short() {
    run(both(async |ground| {
        let sections = |last: &str| {
            vec![
                section(
                    Transaction::Same,
                    &["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"],
                ),
                section(Transaction::No, &["INSERT INTO t VALUES (2)", last]),
                section(Transaction::New, &["INSERT INTO t VALUES (4)"]),
            ]
        };
        let error = applied(ground, &up(sections("INSERT INTO u VALUES (3)")))
            .await
            .unwrap_err();
        assert!(
            told(&error).contains("3 of 5 statements are applied, the journal says partial 3/5")
        );
        assert!(
            ground
                .state("a1")
                .await
                .starts_with("partial 3/5 (line 11: ")
        );
        let mut edited = up(sections("INSERT INTO t VALUES (3)"));
        edited.entry.up = "3".repeat(64).parse().unwrap();
        assert!(
            told(&applied(ground, &edited).await.unwrap_err())
                .contains("the file was edited after partial 3/5")
        );
        let done = applied(ground, &up(sections("INSERT INTO t VALUES (3)")))
            .await
            .unwrap();
        assert_eq!((done.statements, done.resumed_at), (2, 3));
        assert_eq!(ground.ask("SELECT a FROM t ORDER BY a").await, "1, 2, 3, 4");
        assert_eq!(ground.state("a1").await, "applied");
    }));
}

#[test]
fn a_statement_that_ends_the_transaction_is_refused_before_anything_runs() {
    run(async {
        let ground = Ground::sqlite();
        let broken = up(vec![section(
            Transaction::Same,
            &["CREATE TABLE t (a)", "COMMIT"],
        )]);
        let error = applied(&ground, &broken).await.unwrap_err();
        assert_snapshot!(told(&error), @r"
        cannot upgrade to a1: 0 of 2 statements are applied, the journal says not applied
        run line 11: BEGIN, COMMIT and ROLLBACK part the journal from what was done; begin a section with `-- [up, new transaction]` or `-- [up, no transaction]` instead
        ");
        assert_eq!(
            ground
                .ask("SELECT count(*) FROM sqlite_master WHERE name = 't'")
                .await,
            "0"
        );
    });
}

#[test]
fn a_rebuild_without_foreign_keys_keeps_the_children_and_refuses_orphans() {
    run(async {
        let ground = Ground::sqlite();
        let tables = [
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)",
        ];
        let rows = ["INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1)"];
        applied(
            &ground,
            &up(vec![section(Transaction::Same, &[tables, rows].concat())]),
        )
        .await
        .unwrap();
        let rebuild = |copied: &str| {
            let copy = format!("INSERT INTO p2 SELECT id, 0 FROM p {copied}");
            let statements = [
                "CREATE TABLE p2 (id INTEGER PRIMARY KEY, n)",
                &copy,
                "DROP TABLE p",
                "ALTER TABLE p2 RENAME TO p",
            ];
            let section = RunSection {
                foreign_keys: ForeignKeys::Off,
                ..section(Transaction::Same, &statements)
            };
            passage("b2", Direction::Up, vec![section])
        };
        let error = applied(&ground, &rebuild("WHERE id > 1"))
            .await
            .unwrap_err();
        assert_snapshot!(told(&error), @r#"
        cannot upgrade to b2: 0 of 4 statements are applied, the journal says not applied
        commit: rows would point at rows that are not there: 1 of table "c" to table "p"
        "#);
        assert_eq!(ground.state("b2").await, "absent");
        applied(&ground, &rebuild("")).await.unwrap();
        assert_eq!(ground.ask("SELECT count(*) FROM c").await, "1");
    });
}

#[test]
fn a_second_process_is_told_who_holds_the_lock() {
    run(both(async |ground| {
        // SQLite has the lock only while a transaction writes.
        let mut first = ground.lock().await.unwrap();
        first
            .session()
            .execute("CREATE TABLE t (a int)")
            .await
            .unwrap();
        match ground.url().dialect() {
            Dialect::Sqlite => drop(first.session().execute("BEGIN IMMEDIATE").await.unwrap()),
            Dialect::Postgres | Dialect::Mysql => {}
        }
        let error = ground.lock().await.unwrap_err();
        let LockError::Held { holder, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(
            holder.as_ref().map(|holder| holder.process),
            first.session().process()
        );
        drop(first);
        drop(
            Lock::take(
                ground.session().await,
                &JournalName::default(),
                Duration::from_secs(2),
            )
            .await
            .unwrap(),
        );
    }));
}

#[test]
fn a_lock_that_is_not_got_in_time_is_tried_again() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let mut other = ground.session().await;
        other.execute("CREATE TABLE t (a int)").await.unwrap();
        other.execute("BEGIN; LOCK TABLE t").await.unwrap();
        let there = up(vec![section(
            Transaction::Same,
            &["ALTER TABLE t ADD b int"],
        )]);
        let error = applied(&ground, &there).await.unwrap_err();
        assert!(told(&error).contains("canceling statement due to lock timeout"));
        let releasing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            run(other.close());
        });
        let done = applied(&ground, &there).await;
        releasing.join().unwrap();
        assert!(done.unwrap().retries > 0);
    });
}

#[test]
fn an_invalid_index_is_built_again() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let mut session = ground.session().await;
        session.execute("CREATE TABLE t (a int)").await.unwrap();
        session
            .execute("INSERT INTO t VALUES (1), (1)")
            .await
            .unwrap();
        let build = up(vec![section(
            Transaction::No,
            &["CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I\" ON t (a)"],
        )]);
        let error = applied(&ground, &build).await.unwrap_err();
        assert!(told(&error).contains("the journal says partial 0/1"));
        session
            .execute("DELETE FROM t WHERE ctid = '(0,1)'")
            .await
            .unwrap();
        applied(&ground, &build).await.unwrap();
        assert_eq!(
            ground
                .ask("SELECT indisvalid FROM pg_index WHERE indexrelid = '\"I\"'::regclass")
                .await,
            "t"
        );
    });
}

#[test]
fn a_search_path_that_a_statement_moves_does_not_move_the_journal() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let moves = up(vec![section(
            Transaction::Same,
            &[
                "SELECT set_config('search_path', '', false)",
                "CREATE TABLE public.t ()",
            ],
        )]);
        applied(&ground, &moves).await.unwrap();
        assert_eq!(ground.state("a1").await, "applied");
    });
}

#[test]
fn a_rehearsal_needs_no_journal_and_keeps_to_the_same_rules() {
    run(async {
        let options = ScratchOptions {
            dialect: Dialect::Sqlite,
            likeness: None,
            default_schema: None,
            template: None,
            started: 3001,
        };
        let mut server = ScratchServer::open(&ScratchPlace::Memory, options)
            .await
            .unwrap();
        let mut scratch = server.create().await.unwrap();
        let tables = section(
            Transaction::Same,
            &[
                "CREATE TABLE p (id INTEGER PRIMARY KEY)",
                "CREATE TABLE c (p REFERENCES p)",
            ],
        );
        let rows = section(
            Transaction::No,
            &["INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1)"],
        );
        rehearse(&mut scratch, &[tables, rows]).await.unwrap();
        let orphans = RunSection {
            foreign_keys: ForeignKeys::Off,
            ..section(Transaction::Same, &["DELETE FROM p"])
        };
        let error = rehearse(&mut scratch, &[orphans]).await.unwrap_err();
        assert_snapshot!(error, @r#"commit: rows would point at rows that are not there: 1 of table "c" to table "p""#);
        let rows = scratch
            .session
            .query("SELECT (SELECT count(*) FROM p), foreign_keys FROM pragma_foreign_keys")
            .await
            .unwrap();
        assert_eq!((rows[0].text(0), rows[0].text(1)), ("1", "1"));
    });
}

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
