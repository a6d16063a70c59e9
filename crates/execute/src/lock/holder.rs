//! Who holds the lock of a journal, asked without taking it.

use std::fmt;

use schemist_connect::{Row, Session, StatementError};
use schemist_sql::{Dialect, Script};

use super::file::{holder_at, lock_path};
use super::writer::writer_of;
use super::{THIS_KEY, mysql};
use crate::journal::{JournalName, JournalWriter};
use crate::run::lock_key;

/// Whether somebody applies revisions now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grip {
    /// Nobody does.
    Free,
    /// Somebody does; who, where the database says.
    Held(Option<Holder>),
}

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The process on the server that serves them.
    pub process: i64,
    /// The database user.
    pub user: String,
    /// Where they connect from.
    pub client: String,
    /// What they call themselves.
    pub application: String,
    /// Since when they are connected.
    pub since: String,
}

impl Holder {
    /// What is said of what nobody knows.
    pub(super) const UNKNOWN: &str = "unknown";

    pub(super) fn from_row(row: &Row) -> Self {
        Self {
            process: row.text(0).parse().unwrap_or_default(),
            user: row.text(1).to_owned(),
            client: row.text(2).to_owned(),
            application: row.text(3).to_owned(),
            since: row.text(4).to_owned(),
        }
    }
}

impl Holder {
    /// Ends their session on the server; what it had not committed is taken back.
    ///
    /// # Errors
    /// [`StatementError`] where the server refuses.
    pub async fn end(&self, session: &mut Session) -> Result<(), StatementError> {
        let mut script = Script::new(session.dialect());
        match session.dialect() {
            Dialect::Postgres => {
                script
                    .keyword("SELECT pg_terminate_backend(")
                    .number(self.process)
                    .keyword(")");
                session.query(script.as_str()).await.map(drop)
            }
            Dialect::Mysql => {
                script.keyword("KILL CONNECTION ").number(self.process);
                session.execute(script.as_str()).await.map(drop)
            }
            Dialect::Sqlite => Ok(()),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process,
            user,
            client,
            application,
            since,
        } = self;
        // Of a file nobody knows who has it, but which process.
        if user == Self::UNKNOWN && client == "this machine" {
            write!(f, "process {process} of this machine ({application})")?;
        } else {
            write!(
                f,
                "user {user} from {client} ({application}, process {process})"
            )?;
        }
        if since != Self::UNKNOWN {
            write!(f, " since {since}")?;
        }
        Ok(())
    }
}

/// Asks whether the lock of a journal is held; changes nothing.
///
/// # Errors
/// [`StatementError`] where the server refuses the question.
pub async fn grip(session: &mut Session, name: &JournalName) -> Result<Grip, StatementError> {
    let writer = JournalWriter::new(session.dialect(), name, session.default_schema());
    let holder = match session.dialect() {
        Dialect::Postgres => of_key(session, lock_key(&writer)).await?,
        Dialect::Mysql => mysql::named_holder(session, &writer).await?,
        Dialect::Sqlite => return of_file(session).await,
    };
    Ok(holder.map_or(Grip::Free, |holder| Grip::Held(Some(holder))))
}

/// Who holds an advisory lock of PostgreSQL.
pub(super) async fn of_key(
    session: &mut Session,
    key: i64,
) -> Result<Option<Holder>, StatementError> {
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword(
            "SELECT a.pid, coalesce(a.usename, 'unknown'), coalesce(host(a.client_addr), 'this machine'), a.application_name,
                    coalesce(to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"'), 'unknown')
             FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
             WHERE l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
               AND ",
        )
        .keyword(THIS_KEY)
        .number(key);
    let rows = session.query(script.as_str()).await?;
    Ok(rows.first().map(Holder::from_row))
}

/// Who applies stands in a file beside SQLite's; of others who write the database says nothing but that
/// a writer is refused.
async fn of_file(session: &mut Session) -> Result<Grip, StatementError> {
    if let Some(holder) = lock_path(session).and_then(|path| holder_at(&path)) {
        return Ok(Grip::Held(Some(holder)));
    }
    // A session that only reads takes no lock to write; nothing is written under this one.
    session.execute("PRAGMA query_only = OFF").await?;
    session.query("PRAGMA busy_timeout = 0").await?;
    let begun = session.execute("BEGIN IMMEDIATE").await;
    if begun.is_ok() {
        session.execute("ROLLBACK").await?;
    }
    session.query("PRAGMA busy_timeout = 5000").await?;
    session.execute("PRAGMA query_only = ON").await?;
    match begun {
        Err(error) if error.is_lock_timeout() => {
            let holder = session.url().sqlite_path().and_then(writer_of);
            Ok(Grip::Held(holder))
        }
        // A file that may not be written to is locked by nobody that could.
        Ok(_) | Err(_) => Ok(Grip::Free),
    }
}
