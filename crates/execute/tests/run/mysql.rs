//! Where every statement commits by itself: journalled one by one, and resumed at the right one.

use std::time::Duration;

use insta::assert_snapshot;
use schemist_execute::load::{LoadOptions, LoadStatement, Order, load};
use schemist_execute::lock::LockError;
use schemist_revision::{Direction, Transaction};

use crate::ground::{Ground, applied, passage, run, section, told, up};

#[test]
fn each_statement_is_kept_with_its_place_in_the_journal() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        let broken = up(vec![section(
            Transaction::Same,
            &[
                "CREATE TABLE t (a int)",
                "INSERT INTO t VALUES (1)",
                "CREATE TABLE u (a int, a int)",
            ],
        )]);
        let error = applied(&ground, &broken).await.unwrap_err();
        assert_snapshot!(told(&error), @"
        cannot upgrade to a1: 2 of 3 statements are applied, the journal says partial 2/3
        run statement 3 on line 12
        Duplicate column name 'a'
        ");
        assert_eq!(
            ground.state("a1").await,
            "partial 2/3 (line 12: Duplicate column name 'a')"
        );
        let error = applied(&ground, &broken).await.unwrap_err();
        assert!(told(&error).contains("2 of 3"));
        ground
            .session()
            .await
            .execute("DROP TABLE t")
            .await
            .unwrap();
    });
}

#[test]
fn a_revision_goes_up_and_down() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        let there = up(vec![section(
            Transaction::Same,
            &[
                "SET foreign_key_checks = 0",
                "CREATE TABLE t (a int)",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.a = 2; END",
            ],
        )]);
        applied(&ground, &there).await.unwrap();
        assert_eq!(ground.state("a1").await, "applied");
        let back = passage(
            "a1",
            Direction::Down,
            vec![section(Transaction::Same, &["DROP TABLE t"])],
        );
        applied(&ground, &back).await.unwrap();
        assert_eq!(ground.state("a1").await, "absent");
        assert_eq!(
            ground
                .ask("SELECT concat(action, ' ', outcome) FROM schemist_log ORDER BY number")
                .await,
            "upgrade done, downgrade done"
        );
    });
}

#[test]
fn the_holder_of_the_lock_is_named() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        let mut first = ground.lock().await.unwrap();
        let error = ground.lock().await.unwrap_err();
        let LockError::Held { holder, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(
            holder.as_ref().map(|holder| holder.process),
            first.session().process()
        );
        first.release().await.close().await;
        drop(ground.lock().await.unwrap());
    });
}

/// Cuts a revision at its second statement, which waits for a lock on the table.
async fn cut(ground: &Ground) {
    let mut other = ground.session().await;
    other.execute("CREATE TABLE t (a int)").await.unwrap();
    other.execute("LOCK TABLES t WRITE").await.unwrap();
    let url = ground.url();
    let name = url.database().unwrap().to_owned();
    let killer = async {
        loop {
            let waiting = other
                .query(&format!(
                    "SELECT id FROM information_schema.processlist WHERE db = '{name}' AND info LIKE 'ALTER TABLE t%'"
                ))
                .await
                .unwrap();
            if let Some(row) = waiting.first() {
                let kill = format!("KILL {}", row.text(0));
                other.execute(&kill).await.unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let there = two();
    let (error, ()) = tokio::join!(applied(ground, &there), killer);
    assert!(told(&error.unwrap_err()).contains("1 of 2 statements"));
    other.close().await;
}

fn two() -> schemist_execute::run::Passage {
    up(vec![section(
        Transaction::Same,
        &["CREATE TABLE u (a int)", "ALTER TABLE t ADD b int"],
    )])
}

#[test]
fn a_statement_that_was_begun_and_did_not_run_is_run() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        cut(&ground).await;
        assert_eq!(
            ground.ask("SELECT state FROM schemist_revision").await,
            "running"
        );
        assert_eq!(applied(&ground, &two()).await.unwrap().resumed_at, 1);
        assert_eq!(ground.state("a1").await, "applied");
        assert_eq!(
            ground.ask("SELECT group_concat(column_name) FROM information_schema.columns WHERE table_schema = database() AND table_name = 't'").await,
            "a,b"
        );
    });
}

#[test]
fn a_statement_that_was_begun_and_ran_is_not_run_again() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        cut(&ground).await;
        // As if the server had ended it after the connection was lost.
        let mut session = ground.session().await;
        session.execute("ALTER TABLE t ADD b int").await.unwrap();
        assert_eq!(applied(&ground, &two()).await.unwrap().resumed_at, 1);
        assert_eq!(ground.state("a1").await, "applied");
    });
}

#[test]
fn where_nothing_tells_the_operator_is_asked() {
    run(async {
        let Some(ground) = Ground::mysql().await else {
            return;
        };
        let call = up(vec![section(Transaction::Same, &["CALL p()"])]);
        let mut session = ground.session().await;
        session
            .execute("CREATE PROCEDURE p() BEGIN KILL CONNECTION_ID(); END")
            .await
            .unwrap();
        applied(&ground, &call).await.unwrap_err();
        assert_snapshot!(told(&applied(&ground, &call).await.unwrap_err()), @"
        cannot upgrade to a1: 0 of 1 statements are applied, the journal says partial 0/1
        resume: nothing tells whether the statement on line 10 ran before the run was cut
        ");
    });
}

#[test]
fn a_declaration_is_loaded_in_any_order() {
    run(async {
        let Some(Ground::Scratch(mut both)) = Ground::mysql().await else {
            return;
        };
        let session = &mut both.1.session;
        let texts = [
            "CREATE VIEW v AS SELECT w.a FROM w",
            "CREATE VIEW w AS SELECT f(a) AS a FROM child",
            "CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x + 1",
            "CREATE INDEX i ON child (b)",
            "ALTER TABLE child ADD b int",
            "CREATE TABLE child (a int, CONSTRAINT k FOREIGN KEY (a) REFERENCES parent (id))",
            "CREATE TABLE parent (id int PRIMARY KEY)",
            "CREATE TRIGGER g BEFORE INSERT ON child FOR EACH ROW SET NEW.b = 1",
        ];
        let statements = texts.map(|sql| LoadStatement { sql, file: 0 });
        let options = LoadOptions {
            orders: vec![Order::Free],
            ..LoadOptions::default()
        };
        load(session, &statements, &options).await.unwrap();
        let rows = session.query("SHOW TABLES").await.unwrap();
        let names: Vec<_> = rows.iter().map(|row| row.text(0)).collect();
        assert_eq!(names, ["child", "parent", "v", "w"]);
        let twice = [
            "CREATE TABLE x (a int)",
            "CREATE TABLE IF NOT EXISTS X (a int)",
            "CREATE VIEW y AS SELECT 1 FROM nowhere",
        ];
        let errors = load(
            session,
            &twice.map(|sql| LoadStatement { sql, file: 0 }),
            &options,
        )
        .await
        .unwrap_err();
        assert!(errors.to_string().contains("load"), "{errors}");
    });
}
