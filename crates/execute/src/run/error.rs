//! Why applying stopped, and what the database has now.

use std::fmt;

use schemist_connect::StatementError;
use schemist_revision::{Direction, RevisionId};

use super::watch::Blocker;
use crate::journal::{JournalError, State};

/// A revision that was not applied, or not to its end.
#[derive(Debug)]
pub struct RunError {
    /// The revision.
    pub revision: RevisionId,
    /// The way that was tried.
    pub direction: Direction,
    /// How many of its statements were run and kept, those of an earlier try included.
    pub done: usize,
    /// How many there are.
    pub total: usize,
    /// What the journal says of the revision now.
    pub journal: Standing,
    /// Whom the last statement waited for, where that is known.
    pub blockers: Vec<Blocker>,
    /// Why it stopped.
    pub failure: Failure,
}

/// What the journal says of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Absent,
    /// That it is there, all of it or a part.
    Present(State),
    /// It could not be asked.
    Unknown,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("not applied"),
            Self::Present(state) => state.fmt(f),
            Self::Unknown => f.write_str("unknown, since the connection is gone"),
        }
    }
}

/// Why applying stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The server refused a statement.
    #[error("run statement {} on line {line}", .index + 1)]
    Statement {
        /// Its number among the statements of its way, counted from 0.
        index: usize,
        /// Its line in the revision's file.
        line: usize,
        /// Its text.
        sql: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server refused something that is not in the file: to begin, to commit, a setting.
    #[error("{what}")]
    Server {
        /// What was tried.
        what: &'static str,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The journal could not be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal says something else than when the plan was made.
    #[error("go on: the journal now says {found}; somebody else changed it")]
    Moved {
        /// What it says.
        found: Standing,
    },
    /// The file is not the one that was cut short.
    #[error("resume: the file was edited after {state}")]
    Edited {
        /// How far it had come.
        state: State,
    },
    /// A statement opens or ends a transaction by itself.
    #[error(
        "run line {line}: BEGIN, COMMIT and ROLLBACK part the journal from what was done; begin a section with `-- [up, new transaction]` or `-- [up, no transaction]` instead"
    )]
    OwnTransaction {
        /// Its line in the revision's file.
        line: usize,
        /// Its text.
        sql: String,
    },
    /// A statement was begun by an earlier try, and nothing tells whether it ran.
    #[error(
        "resume: nothing tells whether the statement on line {line} ran before the run was cut"
    )]
    MayHaveRun {
        /// Its number among the statements of its way, counted from 0.
        index: usize,
        /// Its line in the revision's file.
        line: usize,
    },
    /// A statement connects to a publisher, which nobody allowed.
    #[error("run line {line}: it connects to another server")]
    Connects {
        /// Its line in the revision's file.
        line: usize,
        /// Its text, without secrets.
        sql: String,
    },
    /// Rows point at rows that are not there.
    #[error("commit: rows would point at rows that are not there: {}", .0.join(", "))]
    ForeignKeys(Vec<String>),
    /// The session no longer holds the lock.
    #[error("go on: the lock is lost")]
    LockLost,
    /// An index of the same name is being built.
    #[error("build index {0}: a build of it is in progress; wait for its end")]
    IndexInProgress(String),
    /// Foreign keys could not be switched off.
    #[error("switch foreign keys off: a transaction is open on this connection")]
    ForeignKeysStay,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.direction {
            Direction::Up => "upgrade to",
            Direction::Down => "downgrade from",
        };
        let Self {
            revision,
            done,
            total,
            journal,
            ..
        } = self;
        write!(
            f,
            "{way} {revision}: {done} of {total} statements are applied, the journal says {journal}"
        )
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.failure)
    }
}
