//! The lock, and locks that are not got in time.

use std::time::Duration;

use schemist_execute::journal::JournalName;
use schemist_execute::lock::{Lock, LockError};
use schemist_revision::Transaction;

use crate::ground::{Ground, applied, both, run, section, told, up};

#[test]
fn a_second_process_is_told_who_holds_the_lock() {
    run(both(async |ground| {
        let mut first = ground.lock().await.unwrap();
        let error = ground.lock().await.unwrap_err();
        let LockError::Held { holder, .. } = &error else {
            panic!("{error}")
        };
        // SQLite serves nobody: the process is ours.
        let process = first.session().process();
        let process = process.unwrap_or_else(|| i64::from(std::process::id()));
        assert_eq!(holder.as_ref().map(|holder| holder.process), Some(process));
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
        let waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
        let releasing = std::thread::spawn(move || {
            run(async {
                // Only somebody who waits can be made to wait too long.
                while other.query(waiting).await.unwrap().is_empty() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                std::thread::sleep(Duration::from_millis(150));
                other.close().await;
            });
        });
        let done = applied(&ground, &there).await;
        releasing.join().unwrap();
        assert!(done.unwrap().retries > 0);
    });
}
