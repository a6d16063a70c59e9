//! Applying and resuming.

use std::time::Duration;

use insta::assert_snapshot;
use schemist_execute::journal::{self, JournalName};
use schemist_execute::lock::LockError;
use schemist_execute::run::{Failure, Known, RunSection, rehearse};
use schemist_execute::scratch::{ScratchOptions, ScratchPlace, ScratchServer};
use schemist_revision::{Direction, ForeignKeys, Transaction};
use schemist_sql::Dialect;

use crate::ground::{
    Ground, applied, applied_under, applied_where, both, passage, run, section, told, up,
};

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
fn what_is_known_of_the_journal_is_not_asked_and_not_trusted() {
    run(both(async |ground| {
        let first = up(vec![section(
            Transaction::Same,
            &["CREATE TABLE t (a int)"],
        )]);
        applied(ground, &first).await.unwrap();
        let second = |statements| {
            let sections = vec![
                section(Transaction::Same, statements),
                section(Transaction::New, &["CREATE INDEX i ON t (a)"]),
            ];
            passage("b2", Direction::Up, sections)
        };
        let broken = second(&["CREATE TABLE u (a int)", "CREATE TABLE t (a int)"]);
        let error = applied_where(ground, &broken, Known::Absent).await;
        assert!(told(&error.unwrap_err()).contains("0 of 3 statements are applied"));
        assert_eq!(ground.state("b2").await, "absent");
        let right = second(&["CREATE TABLE u (a int)"]);
        let done = applied_where(ground, &right, Known::Absent).await.unwrap();
        assert_eq!(done.statements, 2);
        assert_eq!(ground.state("b2").await, "applied");
        // Somebody else was faster, against all that is known: nothing of it stays.
        let late = second(&["CREATE TABLE late (a int)"]);
        let error = applied_where(ground, &late, Known::Absent).await;
        assert!(
            told(&error.unwrap_err())
                .ends_with("the journal now says applied; somebody else changed it")
        );
        let session = &mut ground.session().await;
        assert!(session.query("SELECT * FROM late").await.is_err());
        assert_eq!(ground.state("b2").await, "applied");
    }));
}

/// Nothing is asked before it then: PostgreSQL gets its first statement with what begins the transaction.
#[test]
fn a_revision_after_a_quiet_one_is_held_to_the_same_rules() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let mut lock = ground.lock().await.unwrap();
        let lock = &mut lock;
        let of = |id, statements: &[&str]| {
            passage(
                id,
                Direction::Up,
                vec![section(Transaction::Same, statements)],
            )
        };
        let first = of("a1", &["CREATE TABLE t (a int)"]);
        applied_under(lock, &first, Known::Nothing).await.unwrap();
        let second = of("b1", &["CREATE TABLE s (a int)"]);
        applied_under(lock, &second, Known::Absent).await.unwrap();
        assert!(lock.session().is_settled());
        let quiet = of(
            "a2",
            &["CREATE TABLE u (a int)", "COMMENT ON TABLE u IS ''"],
        );
        applied_under(lock, &quiet, Known::Absent).await.unwrap();
        assert_eq!(ground.state("a2").await, "applied");
        // What the server says of a statement is told of that one, with the place in it.
        for (statement, wrong) in [
            ("CREATE TABLE v (a nothing)", "nothing"),
            ("CREATE TABL v ()", "TABL"),
        ] {
            for statements in [vec![statement], vec!["CREATE TABLE w ()", statement]] {
                lock.session().settle();
                let error = applied_under(lock, &of("a3", &statements), Known::Absent).await;
                let Failure::Statement { index, source, .. } = error.unwrap_err().failure else {
                    panic!("another failure");
                };
                assert_eq!(index, statements.len() - 1);
                assert_eq!(source.position, statement.find(wrong));
                assert_eq!(ground.state("a3").await, "absent");
                assert_eq!(ground.ask("SELECT to_regclass('w')").await, "");
            }
        }
        lock.session().settle();
        let error = applied_under(lock, &of("a2", &["CREATE TABLE w ()"]), Known::Absent).await;
        assert!(told(&error.unwrap_err()).ends_with("somebody else changed it"));
        // A setting that a revision leaves behind does not reach the next one.
        let loud = of("a4", &["SET search_path = pg_catalog"]);
        lock.session().settle();
        applied_under(lock, &loud, Known::Absent).await.unwrap();
        assert!(!lock.session().is_settled());
        let next = of("a5", &["CREATE TABLE x ()"]);
        applied_under(lock, &next, Known::Absent).await.unwrap();
        assert_eq!(ground.ask("SELECT to_regclass('public.x')").await, "x");
        assert!(lock.session().is_settled());
        lock.session()
            .execute("SELECT pg_advisory_unlock_all()")
            .await
            .unwrap();
        lock.session().settle();
        let error = applied_under(lock, &of("a6", &["CREATE TABLE y ()"]), Known::Absent).await;
        assert!(matches!(error.unwrap_err().failure, Failure::LockLost));
        assert_eq!(ground.ask("SELECT to_regclass('y')").await, "");
    });
}

/// What they run may leave a setting behind.
#[test]
fn where_there_are_event_triggers_no_revision_is_quiet() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let mut lock = ground.lock().await.unwrap();
        let of = |id, statements: &[&str]| {
            passage(
                id,
                Direction::Up,
                vec![section(Transaction::Same, statements)],
            )
        };
        let trigger = [
            "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN SET search_path = pg_temp; END $$",
            "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
        ];
        for (id, statements) in [
            ("a1", &trigger[..]),
            ("a2", &["CREATE TABLE t ()"]),
            ("a3", &["CREATE TABLE u ()"]),
        ] {
            let known = if id == "a1" {
                Known::Nothing
            } else {
                Known::Absent
            };
            applied_under(&mut lock, &of(id, statements), known)
                .await
                .unwrap();
            assert!(!lock.session().is_settled());
        }
        assert_eq!(ground.ask("SELECT to_regclass('public.u')").await, "u");
    });
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
fn orphans_that_were_there_before_are_no_hindrance() {
    run(async {
        let ground = Ground::sqlite();
        let tables = [
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)",
            "CREATE TABLE log (n)",
            "CREATE TRIGGER cleared AFTER DELETE ON log BEGIN DELETE FROM p WHERE id = old.n; END",
            "INSERT INTO p VALUES (1)",
            "INSERT INTO log VALUES (1)",
        ];
        applied(&ground, &up(vec![section(Transaction::Same, &tables)]))
            .await
            .unwrap();
        let orphan = "PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (1), (7)";
        ground.session().await.execute(orphan).await.unwrap();
        let without_keys = |id: &str, statements: &[&str]| {
            let section = RunSection {
                foreign_keys: ForeignKeys::Off,
                ..section(Transaction::Same, statements)
            };
            passage(id, Direction::Up, vec![section])
        };
        let rebuild = without_keys(
            "b2",
            &[
                "CREATE TABLE c2 (p REFERENCES p ON DELETE CASCADE, n)",
                "INSERT INTO c2 SELECT p, 0 FROM c",
                "DROP TABLE c",
                "ALTER TABLE c2 RENAME TO c",
            ],
        );
        assert_eq!(applied(&ground, &rebuild).await.unwrap().statements, 4);
        // Only the trigger names the parent.
        let clearing = without_keys("c3", &["DELETE FROM log"]);
        assert_snapshot!(told(&applied(&ground, &clearing).await.unwrap_err()), @r#"
        cannot upgrade to c3: 0 of 1 statements are applied, the journal says not applied
        commit: rows would point at rows that are not there: 1 of table "c" to table "p"
        "#);
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
fn a_statement_that_was_run_before_the_journal_could_say_so_is_not_run_again() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let statements = [
            "CREATE INDEX CONCURRENTLY \"new\" ON t (a)",
            "ALTER TYPE mood ADD VALUE 'glad'",
            "DROP INDEX CONCURRENTLY \"old\"",
        ];
        let mut session = ground.session().await;
        for sql in [
            "CREATE TABLE t (a int)",
            "CREATE TYPE mood AS ENUM ('sad')",
            "CREATE INDEX \"old\" ON t (a)",
        ] {
            session.execute(sql).await.unwrap();
        }
        for (place, statement) in statements.iter().enumerate() {
            // As a run leaves it that is killed between the statement and the journal.
            let mut stopping = statements;
            stopping[place] = "CALL missing()";
            applied(&ground, &up(vec![section(Transaction::No, &stopping)]))
                .await
                .unwrap_err();
            session
                .execute("UPDATE schemist_revision SET error = NULL, state = 'running', catalog_hash = 'begun'")
                .await
                .unwrap();
            session.execute(statement).await.unwrap();
        }
        let revision = up(vec![section(Transaction::No, &statements)]);
        let done = applied(&ground, &revision).await.unwrap();
        assert_eq!((done.resumed_at, done.statements), (2, 1));
        assert_eq!(ground.state("a1").await, "applied");
    });
}

#[test]
fn a_run_that_was_killed_while_it_built_an_index_is_resumed() {
    run(async {
        let Some(ground) = Ground::postgres().await else {
            return;
        };
        let mut session = ground.session().await;
        for sql in [
            "CREATE TABLE t (a int NOT NULL)",
            "CREATE INDEX \"I\" ON t (a)",
            "BEGIN",
            "LOCK TABLE t IN ROW EXCLUSIVE MODE",
        ] {
            session.execute(sql).await.unwrap();
        }
        let revision = up(vec![
            section(
                Transaction::No,
                &["CREATE UNIQUE INDEX CONCURRENTLY \"schemist_new_I\" ON t (a)"],
            ),
            section(
                Transaction::Same,
                &[
                    "ALTER INDEX \"I\" RENAME TO \"schemist_old_I\"",
                    "ALTER INDEX \"schemist_new_I\" RENAME TO \"I\"",
                ],
            ),
            section(
                Transaction::No,
                &["DROP INDEX CONCURRENTLY \"schemist_old_I\""],
            ),
        ]);
        // The build waits for the other transaction when its run ends.
        let killed = tokio::time::timeout(Duration::from_millis(700), applied(&ground, &revision));
        killed.await.unwrap_err();
        assert_eq!(ground.state("a1").await, "partial 0/4");
        session.execute("COMMIT").await.unwrap();
        while let Err(held) = ground.lock().await.map(drop) {
            assert!(matches!(held, LockError::Held { .. }), "{held}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        applied(&ground, &revision).await.unwrap();
        assert_eq!(ground.state("a1").await, "applied");
        let indexes = "SELECT indexrelid::regclass::text || indisvalid || indisunique FROM pg_index WHERE indrelid = 't'::regclass";
        assert_eq!(ground.ask(indexes).await, "\"I\"truetrue");
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
        rehearse(&mut scratch.session, &[tables, rows])
            .await
            .unwrap();
        let orphans = RunSection {
            foreign_keys: ForeignKeys::Off,
            ..section(Transaction::Same, &["DELETE FROM p"])
        };
        let error = rehearse(&mut scratch.session, &[orphans])
            .await
            .unwrap_err();
        assert_snapshot!(error, @r#"commit: rows would point at rows that are not there: 1 of table "c" to table "p""#);
        let rows = scratch
            .session
            .query("SELECT (SELECT count(*) FROM p), foreign_keys FROM pragma_foreign_keys")
            .await
            .unwrap();
        assert_eq!((rows[0].text(0), rows[0].text(1)), ("1", "1"));
    });
}
