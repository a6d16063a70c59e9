//! The ground that a revision stands on: the session, the lock, and what the journal says of it.
//!
//! On PostgreSQL what is asked together is sent together: with many small revisions, the journeys to the
//! server take longer than its work.

use std::time::Duration;

use schemist_connect::Row;
use schemist_revision::Direction;
use schemist_sql::{Dialect, Script};

use super::super::error::Failure;
use super::{Running, Stop, refused, standing};
use crate::journal::{self, JournalEntry, State};

impl Running<'_> {
    /// Pins the session, since a revision before this one may have changed its settings, and reads what the
    /// journal says of this one; its tables are made where they are missing.
    pub(super) async fn enter(&mut self) -> Result<Option<JournalEntry>, Failure> {
        match self.lock.writer().dialect() {
            Dialect::Postgres => {
                if let Some(found) = self.enter_at_once().await? {
                    return Ok(found);
                }
            }
            Dialect::Sqlite | Dialect::Mysql => {}
        }
        if !journal::missing(self.lock).await?.is_empty() {
            journal::change(self.lock, &[]).await?;
        }
        let pinned = self.lock.session().pin().await;
        pinned.map_err(|source| Failure::Server {
            what: "pin the session",
            source,
        })?;
        Ok(journal::read_one(self.lock, &self.passage.entry.id).await?)
    }

    /// The same where all of the journal is there; else nothing is done.
    async fn enter_at_once(&mut self) -> Result<Option<Option<JournalEntry>>, Failure> {
        let writer = self.lock.writer();
        let log = journal::ask_presence(writer.dialect(), &writer.name().log_table());
        let entry = writer.select_entry(&self.passage.entry.id);
        let session = self.lock.session();
        let mut statements = session.pins();
        statements.extend([log, entry]);
        // What is wrong is told by asking one by one.
        let Ok(mut answers) = session.query_each(&statements).await else {
            return Ok(None);
        };
        let entry = answers.pop().unwrap_or_default();
        let log = answers.pop().unwrap_or_default();
        if log.first().is_none_or(|row| row.get(0).is_none()) {
            return Ok(None);
        }
        Ok(Some(journal::entry_in(&entry)?))
    }

    /// Begins a transaction, sets its limits, and makes sure that nobody else has been here.
    pub(super) async fn begin_on_ground(&mut self) -> Result<(), Stop> {
        match self.lock.writer().dialect() {
            Dialect::Postgres => self.begin_at_once().await,
            Dialect::Mysql => self.begin_step_by_step("BEGIN").await,
            // The write lock at once: a transaction that reads first may never get it.
            Dialect::Sqlite => self.begin_step_by_step("BEGIN IMMEDIATE").await,
        }
    }

    async fn begin_step_by_step(&mut self, begin: &str) -> Result<(), Stop> {
        self.server(begin, "begin a transaction").await?;
        self.check_ground().await?;
        self.set_timeouts("SET LOCAL ", self.options.lock_timeout)
            .await
    }

    async fn begin_at_once(&mut self) -> Result<(), Stop> {
        let mut steps = vec![("BEGIN".to_owned(), "begin a transaction")];
        let limits = self.timeouts("SET LOCAL ", self.options.lock_timeout);
        steps.extend(limits.into_iter().map(|limit| (limit, "set a timeout")));
        steps.extend(self.lock.ask_held().map(|asked| (asked, LOOK_AT_LOCK)));
        let has_lock = steps.len() > 3;
        let entry = self.lock.writer().select_entry(&self.passage.entry.id);
        steps.push((entry, READ_JOURNAL));
        let (statements, what): (Vec<String>, Vec<&'static str>) = steps.into_iter().unzip();
        let sent = self.lock.session().query_each(&statements).await;
        let mut answers = sent.map_err(|(place, source)| {
            refused(what.get(place).copied().unwrap_or(READ_JOURNAL), source)
        })?;
        let entry: Vec<Row> = answers.pop().unwrap_or_default();
        if has_lock && answers.pop().unwrap_or_default().is_empty() {
            return Err(Failure::LockLost.into());
        }
        let found = journal::entry_in(&entry)?;
        self.expect(found.as_ref()).map_err(Stop::Failed)
    }

    /// Makes sure that nobody else has been here.
    pub(super) async fn check_ground(&mut self) -> Result<(), Failure> {
        let held = self.lock.is_held().await;
        if !held.map_err(|source| Failure::Server {
            what: LOOK_AT_LOCK,
            source,
        })? {
            return Err(Failure::LockLost);
        }
        let found = journal::read_one(self.lock, &self.passage.entry.id).await?;
        self.expect(found.as_ref())
    }

    /// Holds that the journal says what we left in it.
    fn expect(&self, found: Option<&JournalEntry>) -> Result<(), Failure> {
        let expected = match self.done {
            0 => match self.passage.direction {
                Direction::Up => None,
                Direction::Down => Some(State::Applied),
            },
            done => self.passage.entry_after(done).map(|entry| entry.state),
        };
        let found_state = found.map(|entry| entry.state);
        // A statement alone that failed at once left `partial 0/n`.
        let is_start = matches!(found_state, Some(State::Partial { done: 0, direction, .. }) if direction == self.passage.direction);
        if found_state == expected || (self.done == 0 && is_start) {
            return Ok(());
        }
        Err(Failure::Moved {
            found: standing(found),
        })
    }

    pub(super) async fn set_timeouts(
        &mut self,
        set: &'static str,
        lock_timeout: Duration,
    ) -> Result<(), Stop> {
        match self.lock.writer().dialect() {
            Dialect::Sqlite => return Ok(()),
            Dialect::Mysql => return self.set_mysql_timeouts(lock_timeout).await,
            Dialect::Postgres => {}
        }
        for limit in self.timeouts(set, lock_timeout) {
            self.server(&limit, "set a timeout").await?;
        }
        Ok(())
    }

    /// The statements that set PostgreSQL's limits.
    fn timeouts(&self, set: &'static str, lock_timeout: Duration) -> [String; 2] {
        let statement_timeout = self.options.statement_timeout.unwrap_or_default();
        let limits = [
            ("lock_timeout = ", lock_timeout),
            ("statement_timeout = ", statement_timeout),
        ];
        limits.map(|(name, limit)| {
            let milliseconds = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
            let mut script = Script::new(Dialect::Postgres);
            script.keyword(set).keyword(name).number(milliseconds);
            script.into_text()
        })
    }

    /// Writes what is done into the journal and commits it with what was run.
    pub(super) async fn commit_with_journal(&mut self, done: usize) -> Result<(), Stop> {
        let mut statements = self.journal_statements(done);
        let written = statements.len();
        statements.push("COMMIT".to_owned());
        let sent = self.lock.session().query_each(&statements).await;
        sent.map(drop).map_err(|(place, source)| {
            let what = if place < written {
                "write the journal"
            } else {
                "commit"
            };
            refused(what, source)
        })
    }
}

const LOOK_AT_LOCK: &str = "look at the lock";
const READ_JOURNAL: &str = "read the journal";
