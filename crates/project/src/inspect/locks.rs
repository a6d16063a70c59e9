//! Who is at work in a database, who waits for whom, and ending one of them.

mod file_users;

use schemist_connect::{Access, Session, StatementError};
use schemist_execute::lock::{self, Grip};
use schemist_introspect::read_activity;
pub use schemist_introspect::{Activity, Hold, Wait, Worker};
use schemist_sql::{Dialect, Script, without_secrets};

use crate::error::ProjectError;
use crate::project::Entry;

pub use file_users::FileUser;
pub(crate) use file_users::holders;

/// Who is at work in a database.
#[derive(Debug, Clone)]
pub struct Locks {
    /// Where it is, without its password.
    pub place: String,
    /// Its dialect.
    pub dialect: Dialect,
    /// Who applies revisions now.
    pub grip: Grip,
    /// Everybody who is connected.
    pub activity: Activity,
    /// The processes of this machine that lock a SQLite file.
    pub file_users: Vec<FileUser>,
}

/// Asks who is at work; where a table is named, only those who have or want it, and whom those wait for.
///
/// # Errors
/// Where there is no connection, or the server tells nobody.
pub async fn read(entry: &Entry, table: Option<&str>) -> Result<Locks, ProjectError> {
    let mut session = entry.connect(Access::Read).await?;
    let read = read_in(entry, &mut session, table).await;
    session.close().await;
    read
}

async fn read_in(
    entry: &Entry,
    session: &mut Session,
    table: Option<&str>,
) -> Result<Locks, ProjectError> {
    let mut activity = read_activity(session)
        .await
        .map_err(|error| refused("ask who is at work", &error))?;
    let grip = lock::grip(session, &entry.settings.journal)
        .await
        .map_err(|error| refused("ask who holds the lock", &error))?;
    for worker in &mut activity.sessions {
        worker.query = without_secrets(session.dialect(), &worker.query);
    }
    if let Some(table) = table {
        keep_table(&mut activity, table);
    }
    let url = entry.url()?;
    Ok(Locks {
        place: url.redacted(),
        dialect: session.dialect(),
        grip,
        activity,
        file_users: url.sqlite_path().map(file_users::read).unwrap_or_default(),
    })
}

/// Leaves out whoever has nothing to do with a table.
fn keep_table(activity: &mut Activity, table: &str) {
    let named = |own: &str| {
        own.eq_ignore_ascii_case(table)
            || own
                .rsplit('.')
                .next()
                .is_some_and(|last| last.eq_ignore_ascii_case(table))
    };
    activity.holds.retain(|hold| named(&hold.table));
    let mut concerned: Vec<i64> = activity.holds.iter().map(|hold| hold.process).collect();
    // Whom they wait for, and who waits for them, belongs to the story.
    let mut at = 0;
    while at < concerned.len() {
        let one = concerned[at];
        for wait in &activity.waits {
            for (near, far) in [(wait.waiter, wait.blocker), (wait.blocker, wait.waiter)] {
                if near == one && !concerned.contains(&far) {
                    concerned.push(far);
                }
            }
        }
        at += 1;
    }
    activity
        .sessions
        .retain(|worker| concerned.contains(&worker.process));
    activity
        .waits
        .retain(|wait| concerned.contains(&wait.waiter));
}

fn refused(what: &str, error: &StatementError) -> ProjectError {
    ProjectError::refused(
        format!("{what}: {error}"),
        "ask as a user who may see the server's sessions: pg_read_all_stats in PostgreSQL, PROCESS in MySQL",
    )
}

/// Finds a session of this database that may be ended.
///
/// # Errors
/// Where there is no connection, or no such session in this database.
pub async fn find(entry: &Entry, process: i64) -> Result<Worker, ProjectError> {
    let locks = read(entry, None).await?;
    match locks.dialect {
        Dialect::Sqlite => Err(ProjectError::refused(
            "end a session: SQLite has none",
            "end the process that uses the file in the system's own way",
        )),
        Dialect::Postgres | Dialect::Mysql => {
            locks.activity.worker(process).cloned().ok_or_else(|| {
                ProjectError::refused(
                    format!(
                        "end process {process}: nobody of that number uses {}",
                        locks.place
                    ),
                    "run `schemist locks` to see who does",
                )
            })
        }
    }
}

/// Ends a session; what it had not committed is taken back.
///
/// # Errors
/// Where the server refuses.
pub async fn terminate(entry: &Entry, worker: &Worker) -> Result<(), ProjectError> {
    let mut session = entry.connect(Access::Read).await?;
    let mut script = Script::new(session.dialect());
    let ended = match session.dialect() {
        Dialect::Postgres => {
            script
                .keyword("SELECT pg_terminate_backend(")
                .number(worker.process)
                .keyword(")");
            session.query(script.as_str()).await.map(drop)
        }
        Dialect::Mysql => {
            script.keyword("KILL CONNECTION ").number(worker.process);
            session.execute(script.as_str()).await.map(drop)
        }
        Dialect::Sqlite => Ok(()),
    };
    session.close().await;
    ended.map_err(|error| {
        ProjectError::refused(
            format!("end process {}: {error}", worker.process),
            "connect as the same user, or as one who may: GRANT pg_signal_backend in PostgreSQL, CONNECTION ADMIN or CONNECTION_ADMIN in MySQL",
        )
    })
}
