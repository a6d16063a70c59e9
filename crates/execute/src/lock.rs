//! The lock without which nothing is applied.

mod file;
mod holder;
mod mysql;
mod writer;

use std::time::{Duration, Instant};

use schemist_connect::{Access, ConnectError, Pins, Row, Session, StatementError};
use schemist_sql::{Dialect, Script};

use crate::duty::Interruptible;
use crate::journal::{JournalName, JournalWriter};
use crate::run::lock_key;
use file::{Asked, FileLock, lock_path};
use writer::writer_of;

pub use holder::{Grip, Holder, grip};
pub(crate) use mysql::lock_name;

/// How often a lock that another holds is asked for.
const POLL: Duration = Duration::from_millis(200);

/// The right to apply revisions to a database.
///
/// It owns the session that applies, so that both live and die together: nobody can apply without
/// it, and a lost session loses the lock.
#[derive(Debug)]
pub struct Lock {
    session: Session,
    writer: JournalWriter,
    key: Option<i64>,
    // Held while it is there.
    file: Option<FileLock>,
    // An interrupted process ends what it runs, and the lock with it.
    _ending: Interruptible,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else is applying.
    #[error("get the lock: held by {}; wait longer with --lock-wait", holder_text(.holder.as_ref()))]
    Held {
        /// Who, where the database says.
        holder: Option<Holder>,
        /// How long we waited.
        waited: Duration,
    },
    /// Statements of one session go to different processes.
    #[error(
        "get the lock: a transaction pooler stands before the server, which breaks locks and settings; connect to the server itself, or to a pool in session mode"
    )]
    Pooler,
    /// A second session, to tell a pooler, could not be opened.
    #[error("get the lock")]
    Connect(#[from] ConnectError),
    /// The server refuses.
    #[error("get the lock")]
    Server(#[from] StatementError),
}

fn holder_text(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), Holder::to_string)
}

impl Lock {
    /// Takes the lock of a journal, waiting for at most `wait`.
    ///
    /// # Errors
    /// [`LockError`]; where another holds the lock, it says who.
    pub async fn take(
        session: Session,
        name: &JournalName,
        wait: Duration,
    ) -> Result<Self, LockError> {
        let writer = JournalWriter::new(session.dialect(), name, session.default_schema());
        let ending = Interruptible::new(&session);
        let mut lock = Self {
            session,
            writer,
            key: None,
            file: None,
            _ending: ending,
        };
        match lock.session.dialect() {
            Dialect::Postgres => lock.take_advisory(wait).await?,
            Dialect::Sqlite => lock.take_write_lock(wait).await?,
            Dialect::Mysql => lock.take_named(wait).await?,
        }
        Ok(lock)
    }

    /// The session that applies.
    pub const fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The writer of the journal that is locked.
    pub const fn writer(&self) -> &JournalWriter {
        &self.writer
    }

    /// Gives the lock back, and the session with it.
    pub async fn release(mut self) -> Session {
        if self.is_named() {
            self.release_name().await;
        }
        if let Some(key) = self.key.take() {
            let mut script = Script::new(Dialect::Postgres);
            script
                .keyword("SELECT pg_advisory_unlock(k), pg_advisory_unlock(k) FROM (VALUES (")
                .number(key)
                .keyword(")) AS held (k)");
            // What fails here is a session that is gone, and its lock with it.
            let _gone = self.session.query(script.as_str()).await;
        }
        drop(self.file.take());
        self.session
    }

    /// Whether the session still holds the lock: it may have been moved by a pooler.
    pub(crate) async fn is_held(&mut self) -> Result<bool, StatementError> {
        if self.is_named() {
            return self.holds_name().await;
        }
        let Some(asked) = self.ask_held() else {
            return Ok(true);
        };
        Ok(Self::is_held_by(&self.session.query(&asked).await?))
    }

    /// What is asked of PostgreSQL for that. The lock is held twice, so that one hold can be given back and
    /// taken again, which tells as much as the view of all locks and takes a tenth of its time.
    pub(crate) fn ask_held(&self) -> Option<String> {
        let key = self.key?;
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("SELECT CASE WHEN pg_advisory_unlock(")
            .number(key)
            .keyword(") THEN pg_try_advisory_lock(")
            .number(key)
            .keyword(") END");
        Some(script.into_text())
    }

    /// The same as a statement that fails where the lock is lost, with `invalid_text_representation`.
    pub(crate) fn insist_on_held(&self) -> Option<String> {
        let key = self.key?;
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("SELECT (CASE WHEN pg_advisory_unlock(")
            .number(key)
            .keyword(") THEN CASE WHEN pg_try_advisory_lock(")
            .number(key)
            .keyword(") THEN 'true' ELSE 'lost' END ELSE 'lost' END)::boolean");
        Some(script.into_text())
    }

    /// Whether the answer to that says so.
    pub(crate) fn is_held_by(answer: &[Row]) -> bool {
        answer.first().is_some_and(|row| row.text(0) == "t")
    }

    /// Whether the lock is one of a name, which the server itself remembers.
    const fn is_named(&self) -> bool {
        match self.writer.dialect() {
            Dialect::Mysql => true,
            Dialect::Postgres | Dialect::Sqlite => false,
        }
    }

    async fn take_advisory(&mut self, wait: Duration) -> Result<(), LockError> {
        let key = lock_key(&self.writer);
        self.refuse_pooler().await?;
        let mut script = Script::new(Dialect::Postgres);
        // Polled: the blocking form holds a snapshot, for which a concurrent build would wait.
        script
            .keyword("SELECT pg_try_advisory_lock(k) AND pg_try_advisory_lock(k) FROM (VALUES (")
            .number(key)
            .keyword(")) AS held (k)");
        let began = Instant::now();
        loop {
            let rows = self.session.query(script.as_str()).await?;
            if rows.first().is_some_and(|row| row.text(0) == "t") {
                break;
            }
            let waited = began.elapsed();
            if waited >= wait {
                return Err(LockError::Held {
                    holder: holder::of_key(&mut self.session, key).await?,
                    waited,
                });
            }
            tokio::time::sleep(POLL.min(wait - waited)).await;
        }
        self.key = Some(key);
        if self.is_held().await? {
            Ok(())
        } else {
            Err(LockError::Pooler)
        }
    }

    /// Tells a transaction pooler: two open sessions of ours on one process of the server.
    async fn refuse_pooler(&mut self) -> Result<(), LockError> {
        let url = self.session.url().clone();
        let mine = self.process().await?;
        let mut other = Session::connect(&url, &Pins::default(), Access::Read).await?;
        // A pooler hands out the connection that was used last.
        let others = other
            .query("SELECT pg_backend_pid()")
            .await?
            .first()
            .map(|row| row.text(0).to_owned());
        other.close().await;
        let now = self.process().await?;
        let is_pooled = mine == others
            || mine != now
            || self.session.process().map(|pid| pid.to_string()) != now;
        if is_pooled {
            Err(LockError::Pooler)
        } else {
            Ok(())
        }
    }

    async fn process(&mut self) -> Result<Option<String>, StatementError> {
        let rows = self.session.query("SELECT pg_backend_pid()").await?;
        Ok(rows.first().map(|row| row.text(0).to_owned()))
    }

    /// SQLite itself locks for as long as a transaction writes: what is between transactions is held by a
    /// file beside the database's.
    async fn take_write_lock(&mut self, wait: Duration) -> Result<(), LockError> {
        self.take_file(wait).await?;
        let milliseconds = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let mut script = Script::new(Dialect::Sqlite);
        script
            .keyword("PRAGMA busy_timeout = ")
            .number(milliseconds);
        self.session.query(script.as_str()).await?;
        match self.session.execute("BEGIN IMMEDIATE").await {
            Ok(_) => Ok(self.session.execute("ROLLBACK").await.map(drop)?),
            Err(error) if error.is_lock_timeout() => Err(LockError::Held {
                holder: self.session.url().sqlite_path().and_then(writer_of),
                waited: wait,
            }),
            Err(error) => Err(error.into()),
        }
    }
}

impl Lock {
    async fn take_file(&mut self, wait: Duration) -> Result<(), LockError> {
        let Some(path) = lock_path(&self.session) else {
            return Ok(());
        };
        let began = Instant::now();
        loop {
            let holder = match FileLock::ask(&path) {
                Asked::Got(lock) => {
                    self.file = Some(lock);
                    return Ok(());
                }
                Asked::Needless => return Ok(()),
                Asked::Held(holder) => Some(holder),
            };
            let waited = began.elapsed();
            if waited >= wait {
                return Err(LockError::Held { holder, waited });
            }
            tokio::time::sleep(POLL.min(wait - waited)).await;
        }
    }
}

/// A key of 64 bits stands in `pg_locks` as two halves.
const THIS_KEY: &str =
    "locktype = 'advisory' AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = ";
