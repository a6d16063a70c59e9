//! The ground that a revision stands on: the session, the lock, and what the journal says of it.
//!
//! On PostgreSQL what belongs together is sent together: with many small revisions, the journeys to the
//! server take longer than its work. The first transaction begins with the reading of the journal, or where
//! it is known what that says, in the message of its first statement; the last statement of each comes with
//! the journal's and with COMMIT.

use std::time::Duration;

use schemist_connect::{Row, StatementError};
use schemist_revision::Direction;
use schemist_sql::{Dialect, Script};

use super::super::error::Failure;
use super::super::passage::{RunStatement, Unit};
use super::{Beginning, Known, Running, Step, Stop, refused, standing, texts};
use crate::journal::{self, JournalEntry, State};
use crate::lock::Lock;

impl Running<'_> {
    /// Pins the session, since a revision before this one may have changed its settings, and reads what the
    /// journal says of this one; its tables are made where they are missing.
    pub(super) async fn enter(
        &mut self,
        units: &[Unit<'_>],
    ) -> Result<Option<JournalEntry>, Failure> {
        match self.lock.writer().dialect() {
            Dialect::Postgres if units.first().is_some_and(|unit| !unit.is_alone()) => {
                if let Some(found) = self.enter_at_once().await? {
                    return Ok(found);
                }
            }
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => {}
        }
        if !journal::missing(self.lock).await?.is_empty() {
            journal::change(self.lock, &[]).await?;
        }
        self.pin().await?;
        Ok(journal::read_one(self.lock, &self.passage.entry.id).await?)
    }

    /// The same with the beginning of the first transaction, where all of the journal is there; else nothing
    /// is done.
    async fn enter_at_once(&mut self) -> Result<Option<Option<JournalEntry>>, Failure> {
        let writer = self.lock.writer();
        let log = journal::ask_presence(writer.dialect(), &writer.name().log_table());
        let mut steps = self.first_steps();
        steps.push((log, READ_JOURNAL));
        // What is wrong is told by asking one by one.
        let mut answers = self
            .lock
            .session()
            .query_each(&texts(&steps))
            .await
            .unwrap_or_default();
        let log = answers.pop().unwrap_or_default();
        if log.first().is_none_or(|row| row.get(0).is_none()) {
            self.roll_back().await;
            return Ok(None);
        }
        self.beginning = Beginning::Asked;
        self.found_at_beginning(&steps, &answers).map(Some)
    }

    /// Pins the session, outside of a transaction.
    pub(super) async fn pin(&mut self) -> Result<(), Failure> {
        let pinned = self.lock.session().pin().await;
        pinned.map_err(|source| Failure::Server {
            what: "pin the session",
            source,
        })?;
        self.is_pinned = true;
        Ok(())
    }

    /// Leaves the transaction that began with the reading of the journal, where it is not the one to go on with.
    pub(super) async fn leave_beginning(&mut self) -> Result<(), Failure> {
        if let Beginning::Asked = self.beginning {
            self.roll_back().await;
            self.pin().await?;
        }
        Ok(())
    }

    pub(super) async fn roll_back(&mut self) {
        self.beginning = Beginning::Nothing;
        // It may be over already: SQLite ends it by itself at some errors.
        let _over = self.lock.session().execute("ROLLBACK").await;
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
        if let Beginning::Asked = std::mem::replace(&mut self.beginning, Beginning::Nothing) {
            return Ok(());
        }
        let steps = self.first_steps();
        if self.is_pinned && !self.asks_journal() {
            self.beginning = Beginning::Held(steps);
            return Ok(());
        }
        let sent = self.lock.session().query_each(&texts(&steps)).await;
        let answers = sent.map_err(|(place, source)| {
            let what = steps.get(place).map_or(READ_JOURNAL, |(_, what)| what);
            refused(what, source)
        })?;
        let found = self.found_at_beginning(&steps, &answers)?;
        self.expect(found.as_ref()).map_err(Stop::Failed)
    }

    /// Whether the journal is asked before anything is run. An entry that is there although it is known that
    /// there is none keeps PostgreSQL from writing another one, and takes everything back.
    pub(super) fn asks_journal(&self) -> bool {
        match (self.lock.writer().dialect(), self.options.known) {
            (Dialect::Postgres, Known::Absent) => {
                self.done > 0 || self.passage.direction == Direction::Down
            }
            (Dialect::Postgres, Known::Nothing) | (Dialect::Sqlite | Dialect::Mysql, _) => true,
        }
    }

    /// What begins a transaction on PostgreSQL; the last ones ask for the lock and for the journal's entry.
    fn first_steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.is_pinned {
            steps.push(("BEGIN".to_owned(), BEGIN));
        } else {
            // The default that is pinned comes too late for the transaction that it is pinned in.
            let begin = "BEGIN ISOLATION LEVEL READ COMMITTED".to_owned();
            steps.push((begin, BEGIN));
            let pins = self.lock.session().pins().iter();
            steps.extend(pins.map(|pin| (pin.clone(), "pin the session")));
            steps.push((ASK_EVENT_TRIGGERS.to_owned(), LOOK_FOR_EVENT_TRIGGERS));
        }
        let limits = self.timeouts("SET LOCAL ", self.options.lock_timeout);
        steps.extend(limits.into_iter().map(|limit| (limit, "set a timeout")));
        if self.asks_journal() || !self.is_pinned {
            steps.extend(self.lock.ask_held().map(|asked| (asked, LOOK_AT_LOCK)));
        }
        if self.asks_journal() {
            let entry = self.lock.writer().select_entry(&self.passage.entry.id);
            steps.push((entry, READ_JOURNAL));
        }
        steps
    }

    /// What the journal says, in the answers to the first steps.
    fn found_at_beginning(
        &mut self,
        steps: &[Step],
        answers: &[Vec<Row>],
    ) -> Result<Option<JournalEntry>, Failure> {
        let mut entry: &[Row] = &[];
        for ((_, what), answer) in steps.iter().zip(answers) {
            match *what {
                LOOK_AT_LOCK if !Lock::is_held_by(answer) => return Err(Failure::LockLost),
                LOOK_FOR_EVENT_TRIGGERS => {
                    self.is_unwatched = answer.first().is_some_and(|row| row.text(0) == "f");
                }
                READ_JOURNAL => entry = answer,
                _ => {}
            }
        }
        Ok(journal::entry_in(entry)?)
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

    /// What begins the transaction in the message of its first statement.
    pub(super) fn held_steps(&mut self) -> Vec<Step> {
        match std::mem::replace(&mut self.beginning, Beginning::Unasked) {
            Beginning::Held(steps) => steps,
            other => {
                self.beginning = other;
                Vec::new()
            }
        }
    }

    /// Runs the last statement, writes what is done into the journal, and commits all of it.
    pub(super) async fn end_with_journal(
        &mut self,
        done: usize,
        last: Option<&RunStatement>,
    ) -> Result<(), Stop> {
        let mut steps = Vec::new();
        if last.is_none() {
            steps.extend(self.held_steps());
        }
        match self.beginning {
            Beginning::Held(_) | Beginning::Unasked => {
                steps.extend(self.lock.insist_on_held().map(|held| (held, LOOK_AT_LOCK)));
            }
            Beginning::Nothing | Beginning::Asked => {}
        }
        let journal = self.journal_statements(done).into_iter();
        steps.extend(journal.map(|statement| (statement, WRITE_JOURNAL)));
        steps.push(("COMMIT".to_owned(), "commit"));
        let message = texts(&steps);
        let sent = match last {
            Some(statement) => self.send_with(done - 1, statement, message).await?,
            None => self.lock.session().execute_each(&message).await,
        };
        self.beginning = Beginning::Nothing;
        match sent {
            Ok(()) => {
                self.is_pinned = true;
                self.is_noted = true;
                Ok(())
            }
            Err((place, source)) => {
                let what = steps.get(place).map_or(WRITE_JOURNAL, |(_, what)| what);
                Err(self.not_ended(what, source).await)
            }
        }
    }

    /// What it means that a transaction was taken back at its end.
    async fn not_ended(&mut self, what: &'static str, source: StatementError) -> Stop {
        match (what, source.code.as_deref()) {
            (LOOK_AT_LOCK, Some(INVALID_TEXT)) => Failure::LockLost.into(),
            (WRITE_JOURNAL, Some(UNIQUE_VIOLATION)) if !self.is_noted => {
                self.roll_back().await;
                let found = self.standing_now().await;
                Failure::Moved { found }.into()
            }
            _ => refused(what, source),
        }
    }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION: &str = "23505";
const INVALID_TEXT: &str = "22P02";

/// What they run may change a setting, too.
const ASK_EVENT_TRIGGERS: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger)";

const BEGIN: &str = "begin a transaction";
const LOOK_AT_LOCK: &str = "look at the lock";
const LOOK_FOR_EVENT_TRIGGERS: &str = "look for event triggers";
const READ_JOURNAL: &str = "read the journal";
const WRITE_JOURNAL: &str = "write the journal";
