//! Running a passage against a database.

mod alone;
mod commits;
mod ground;
mod transaction;

use std::time::{Duration, Instant};

use schemist_connect::StatementError;
use schemist_revision::Direction;
use schemist_sql::without_secrets;

use super::error::{Failure, RunError, Standing};
use super::passage::{Passage, RunStatement, Unit, UnitKind, connecting, own_transaction};
use super::quiet;
use super::watch::{self, Blocker, Sight};
use crate::journal::{self, Action, JournalEntry, LogLine, Outcome, State};
use crate::lock::Lock;

/// How statements are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// How long a statement may wait for a lock, since everybody else queues behind it.
    pub lock_timeout: Duration,
    /// The same for builds that let others pass, whose waits are long and harmless.
    pub concurrent_lock_timeout: Duration,
    /// How often a section is tried whose lock was not got in time.
    pub lock_attempts: u32,
    /// Whether statements may connect to publishers.
    pub publishers: Publishers,
    /// How long a statement may take; `None` is as long as it needs.
    pub statement_timeout: Option<Duration>,
    /// What is known of the journal.
    pub known: Known,
}

/// What is known of the journal before a revision runs, since it was read under the same lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known {
    /// Nothing: it is asked.
    #[default]
    Nothing,
    /// Its tables are there, and it has no entry of the revision.
    Absent,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(3),
            concurrent_lock_timeout: Duration::from_secs(30 * 60),
            lock_attempts: 8,
            publishers: Publishers::Refused,
            statement_timeout: None,
            known: Known::Nothing,
        }
    }
}

/// Whether statements about subscriptions may connect to other servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Publishers {
    /// They may not.
    #[default]
    Refused,
    /// They may: somebody asked for it.
    Allowed,
}

/// What applying took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// How many statements were run now.
    pub statements: usize,
    /// How many had been run by an earlier try.
    pub resumed_at: usize,
    /// How long it took.
    pub duration: Duration,
    /// How often a section was tried again for want of a lock.
    pub retries: u32,
}

/// The pause before the second attempt; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Runs one way of one revision, from where an earlier try was cut short.
///
/// # Errors
/// [`RunError`], which says what is applied now and what the journal says.
pub async fn apply(
    lock: &mut Lock,
    passage: &Passage,
    options: &RunOptions,
) -> Result<Applied, RunError> {
    apply_watched(lock, passage, options, &mut |_| {}).await
}

/// The same, and tells what is seen of statements that take their time.
///
/// # Errors
/// As for [`apply`].
pub async fn apply_watched(
    lock: &mut Lock,
    passage: &Passage,
    options: &RunOptions,
    tell: &mut dyn FnMut(Progress),
) -> Result<Applied, RunError> {
    let is_settled = lock.session().is_settled();
    let mut running = Running {
        is_pinned: is_settled,
        // Else nobody could have said that it is settled.
        is_unwatched: is_settled,
        blockers: Vec::new(),
        tell,
        lock,
        passage,
        options,
        began: Instant::now(),
        done: 0,
        begun: None,
        beginning: Beginning::Nothing,
        is_noted: true,
        retries: 0,
    };
    match running.run().await {
        Ok(resumed_at) => Ok(Applied {
            statements: passage.total() - resumed_at,
            resumed_at,
            duration: running.began.elapsed(),
            retries: running.retries,
        }),
        Err(stop) => Err(running.explain(stop).await),
    }
}

/// Something to know while a revision runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A statement is sent to the server.
    Sent {
        /// Its number, counted from 0.
        index: usize,
        /// How many there are.
        total: usize,
    },
    /// A statement takes its time.
    Seen {
        /// Its number, counted from 0.
        index: usize,
        /// How many there are.
        total: usize,
        /// What is seen of it.
        sight: Sight,
    },
    /// A lock was not got in time, and the section is tried again.
    Again {
        /// Which try comes next.
        attempt: u32,
        /// After how long.
        pause: Duration,
        /// Whom it waited for.
        blockers: Vec<Blocker>,
    },
}

struct Running<'a> {
    // Whom the last statement waited for.
    blockers: Vec<Blocker>,
    tell: &'a mut dyn FnMut(Progress),
    lock: &'a mut Lock,
    passage: &'a Passage,
    options: &'a RunOptions,
    began: Instant,
    // Statements that were run and kept.
    done: usize,
    // What the next statement would change, as an earlier try that did not end it found it.
    begun: Option<String>,
    beginning: Beginning,
    // Whether the session is pinned for good: what is set in a transaction goes with it.
    is_pinned: bool,
    // Whether no event trigger runs with the statements.
    is_unwatched: bool,
    // Whether the journal may have an entry already.
    is_noted: bool,
    retries: u32,
}

/// How far a transaction of PostgreSQL has begun of which no statement was sent yet.
enum Beginning {
    /// There is none.
    Nothing,
    /// It began with the reading of the journal.
    Asked,
    /// It begins in the message of its first statement, and looks at the lock in that of its last.
    Held(Vec<Step>),
    /// The same, after its first statement.
    Unasked,
}

/// A statement of ours, and what it does.
type Step = (String, &'static str);

fn texts(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|(text, _)| text.clone()).collect()
}

/// Whether what failed may be tried again.
enum Stop {
    /// Nothing was changed; a lock was not got in time.
    Crowded(Failure),
    /// It failed for good.
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Stop {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

impl Running<'_> {
    async fn run(&mut self) -> Result<usize, Failure> {
        let dialect = self.lock.writer().dialect();
        if let Some(statement) = own_transaction(dialect, &self.passage.sections) {
            return Err(Failure::OwnTransaction {
                line: statement.line,
                sql: without_secrets(dialect, &statement.sql),
            });
        }
        let connecting = match self.options.publishers {
            Publishers::Refused => connecting(dialect, &self.passage.sections),
            Publishers::Allowed => None,
        };
        if let Some(statement) = connecting {
            return Err(Failure::Connects {
                line: statement.line,
                sql: without_secrets(dialect, &statement.sql),
            });
        }
        let units = self.passage.units(dialect);
        let found = if self.asks_journal() || units.first().is_none_or(Unit::is_alone) {
            self.enter(&units).await?
        } else {
            None
        };
        self.is_noted = found.is_some();
        self.done = self.resume_at(found)?;
        let resumed_at = self.done;
        if resumed_at > 0 {
            self.leave_beginning().await?;
        }
        self.set_again(resumed_at).await?;
        for unit in units.iter().filter(|unit| unit.first >= resumed_at) {
            if unit.end() > self.done || self.passage.total() == 0 {
                self.run_unit(unit).await?;
                self.done = unit.end();
                self.begun = None;
            }
        }
        if self.is_unwatched && self.is_quiet() && !units.iter().any(Unit::is_alone) {
            self.lock.session().settle();
        }
        Ok(resumed_at)
    }

    /// Whether no statement can have changed a setting.
    fn is_quiet(&self) -> bool {
        let sections = self.passage.sections.iter();
        let mut statements = sections.flat_map(|section| &section.statements);
        statements.all(|statement| quiet::is_quiet(&statement.sql))
    }

    /// How many statements an earlier try has run and kept.
    fn resume_at(&mut self, found: Option<JournalEntry>) -> Result<usize, Failure> {
        let fits = match (
            self.passage.direction,
            found.as_ref().map(|entry| entry.state),
        ) {
            (Direction::Up, None) | (Direction::Down, Some(State::Applied)) => Some(0),
            (
                way,
                Some(State::Partial {
                    direction, done, ..
                }),
            ) if way == direction => Some(done),
            (Direction::Up | Direction::Down, _) => None,
        };
        self.begun = found.as_ref().and_then(|entry| entry.begun.clone());
        let Some(done) = fits else {
            return Err(Failure::Moved {
                found: standing(found.as_ref()),
            });
        };
        let Some(entry) = found.filter(|entry| done > 0 || entry.begun.is_some()) else {
            return Ok(done);
        };
        let is_same = match self.passage.direction {
            Direction::Up => entry.up == self.passage.entry.up,
            Direction::Down => entry.down == self.passage.entry.down,
        };
        let units = self.passage.units(self.lock.writer().dialect());
        let is_boundary = units.iter().any(|unit| unit.first == done);
        if is_same && is_boundary {
            Ok(done)
        } else {
            Err(Failure::Edited { state: entry.state })
        }
    }

    /// Runs a unit, and again while it only lacks a lock.
    async fn run_unit(&mut self, unit: &Unit<'_>) -> Result<(), Failure> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let ran = match unit.kind {
                UnitKind::Transaction(keys) => self.run_transaction(unit, keys).await,
                UnitKind::Alone => self.run_alone(unit).await,
            };
            match ran {
                Ok(()) => return Ok(()),
                Err(Stop::Crowded(_)) if attempt < self.options.lock_attempts => {
                    attempt += 1;
                    self.retries += 1;
                    (self.tell)(Progress::Again {
                        attempt,
                        pause,
                        blockers: self.blockers.clone(),
                    });
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(Stop::Crowded(failure) | Stop::Failed(failure)) => return Err(failure),
            }
        }
    }

    async fn send(&mut self, index: usize, statement: &RunStatement) -> Result<(), Stop> {
        let sent = self.send_with(index, statement, Vec::new()).await?;
        // There is no other.
        sent.map_err(|(_, source)| refused("run a statement", source))
    }

    /// Sends a statement and in the same message others that are not in the file; what is wrong with one of
    /// those is told apart, with its place among them.
    async fn send_with(
        &mut self,
        index: usize,
        statement: &RunStatement,
        others: Vec<String>,
    ) -> Result<Result<(), (usize, StatementError)>, Stop> {
        let total = self.passage.total();
        (self.tell)(Progress::Sent { index, total });
        let before = self.held_steps();
        let tell = &mut *self.tell;
        let mut seen = |sight| {
            tell(Progress::Seen {
                index,
                total,
                sight,
            });
        };
        let mut message = texts(&before);
        message.push(statement.sql.clone());
        message.extend(others);
        let limit = self.options.lock_timeout;
        let session = self.lock.session();
        let (done, blockers) = watch::execute(session, &message, limit, &mut seen).await;
        let (place, source) = match done {
            Ok(()) => return Ok(Ok(())),
            Err(failed) => failed,
        };
        self.blockers = blockers;
        if let Some((_, what)) = before.get(place) {
            return Err(refused(what, source));
        }
        if place > before.len() {
            return Ok(Err((place - before.len() - 1, source)));
        }
        let is_crowded = source.is_lock_timeout();
        let failure = Failure::Statement {
            index,
            line: statement.line,
            sql: without_secrets(self.lock.writer().dialect(), &statement.sql),
            source,
        };
        Err(if is_crowded {
            Stop::Crowded(failure)
        } else {
            Stop::Failed(failure)
        })
    }

    /// Runs a statement that is not in the file.
    async fn server(&mut self, sql: &str, what: &'static str) -> Result<(), Stop> {
        let done = self.lock.session().execute(sql).await;
        done.map(drop).map_err(|source| refused(what, source))
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Moves the journal to where it stands after some statements.
    fn journal_statements(&self, done: usize) -> Vec<String> {
        let writer = self.lock.writer();
        let mut statements = match self.passage.entry_after(done) {
            Some(entry) => {
                let entry = JournalEntry {
                    duration_ms: self.milliseconds(),
                    ..entry
                };
                if self.is_noted {
                    writer.put(&entry)
                } else {
                    vec![writer.insert(&entry)]
                }
            }
            None => vec![writer.delete(&self.passage.entry.id)],
        };
        if done == self.passage.total() {
            statements.push(writer.log(&self.log_line(Outcome::Done)));
        }
        statements
    }

    fn log_line(&self, outcome: Outcome) -> LogLine {
        LogLine {
            action: match self.passage.direction {
                Direction::Up => Action::Upgrade,
                Direction::Down => Action::Downgrade,
            },
            revision: self.passage.entry.id.clone(),
            by: self.passage.entry.applied_by.clone(),
            tool_version: self.passage.entry.tool_version.clone(),
            duration_ms: self.milliseconds(),
            outcome,
        }
    }

    /// Writes the failure down, and says what the journal says then.
    async fn explain(&mut self, failure: Failure) -> RunError {
        let words = words_of(&failure);
        // The failure itself says more than one of what follows it.
        let _unheard = self.leave_beginning().await;
        let mut statements = Vec::new();
        // What was changed outside a transaction may have left traces, even where nothing is done.
        let is_alone =
            matches!(&failure, Failure::Statement { index, .. } if self.leaves_traces(*index));
        if is_alone || (self.done > 0 && self.done < self.passage.total()) {
            let total = self.passage.total();
            let state = State::Partial {
                direction: self.passage.direction,
                done: self.done,
                total,
            };
            let entry = self.passage.entry.clone();
            let duration_ms = self.milliseconds();
            let entry = JournalEntry {
                state,
                statements: total,
                error: Some(words.clone()),
                duration_ms,
                ..entry
            };
            statements.extend(self.lock.writer().put(&entry));
        }
        statements.push(
            self.lock
                .writer()
                .log(&self.log_line(Outcome::Failed(words))),
        );
        let is_untouched = matches!(
            failure,
            Failure::Moved { .. }
                | Failure::LockLost
                | Failure::Edited { .. }
                | Failure::OwnTransaction { .. }
                | Failure::Connects { .. }
                | Failure::MayHaveRun { .. }
        );
        if !is_untouched {
            if !self.is_pinned {
                let _unheard = self.pin().await;
            }
            let _unheard = journal::change(self.lock, &statements).await;
        }
        let journal = self.standing_now().await;
        RunError {
            revision: self.passage.entry.id.clone(),
            direction: self.passage.direction,
            done: self.done,
            total: self.passage.total(),
            journal,
            blockers: std::mem::take(&mut self.blockers),
            failure,
        }
    }
}

impl Running<'_> {
    /// Asks the journal, which may not be there.
    pub(super) async fn standing_now(&mut self) -> Standing {
        match journal::missing(self.lock).await {
            Ok(missing) if missing.is_empty() => {}
            Ok(_) => return Standing::Absent,
            Err(_) => return Standing::Unknown,
        }
        let found = journal::read_one(self.lock, &self.passage.entry.id).await;
        found.map_or(Standing::Unknown, |entry| standing(entry.as_ref()))
    }
}

/// What the refusal of a statement that is not in the file means.
fn refused(what: &'static str, source: StatementError) -> Stop {
    let is_crowded = source.is_lock_timeout();
    let failure = Failure::Server { what, source };
    if is_crowded {
        Stop::Crowded(failure)
    } else {
        Stop::Failed(failure)
    }
}

fn standing(entry: Option<&JournalEntry>) -> Standing {
    entry.map_or(Standing::Absent, |entry| Standing::Present(entry.state))
}

fn words_of(failure: &Failure) -> String {
    let server = |source: &StatementError| source.message.clone();
    match failure {
        Failure::Statement { line, source, .. } => format!("line {line}: {}", server(source)),
        Failure::Server { what, source } => format!("{what}: {}", server(source)),
        other => other.to_string(),
    }
}
