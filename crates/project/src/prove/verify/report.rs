//! What is asked of `verify`, and what it found.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use schemist_catalog::Pair;
use schemist_diff::Change;
use schemist_revision::{Mention, RevisionId, Target};
use schemist_sql::Dialect;

use crate::error::ProjectError;
use crate::generate::Reach;
use crate::queries::Failing;

/// What is to be proven.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The revisions to prove, each on its own; without one, the whole history.
    pub target: Option<Target>,
    /// On which dialects; none: on all of the project's.
    pub dialects: BTreeSet<Dialect>,
    /// A file of SQL that puts rows in before a revision.
    pub seed: Option<PathBuf>,
    /// Whether dialects count that no scratch server can be had for.
    pub reach: Reach,
    /// Whether the queries of the application have to work at the upper end.
    pub queries: Looking,
}

/// Whether the queries of the application are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looking {
    /// They are not.
    #[default]
    Away,
    /// They are prepared.
    At,
}

/// What was found on one dialect.
#[derive(Debug)]
pub struct Report {
    /// The dialect.
    pub dialect: Dialect,
    /// The server's version, where one was reached.
    pub version: Option<String>,
    /// The revision that was proven on its own; `None` for the whole history.
    pub revision: Option<RevisionId>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a proof.
#[derive(Debug)]
pub enum Verdict {
    /// It was gone both ways.
    Walked(Box<Walk>),
    /// It ended early.
    Failed(Box<ProjectError>),
    /// There is no server for it, and that was allowed.
    LeftOut(String),
}

/// A way that was gone.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// How many revisions were run.
    pub revisions: usize,
    /// How many do not serve the dialect.
    pub passed_over: usize,
    /// With which rows.
    pub rows: Rows,
    /// How long each way took.
    pub times: Times,
    /// Whether its upper end was compared with the models.
    pub is_compared: bool,
    /// Where a schema is not what it should be.
    pub differences: Vec<Difference>,
    /// The queries that do not work at its upper end.
    pub broken: Vec<Failing>,
    /// What to tell the user beside.
    pub notes: Vec<String>,
}

/// How long each way took; `None` where it was not gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Up.
    pub up: Duration,
    /// Down.
    pub down: Option<Duration>,
    /// Up for the second time.
    pub again: Option<Duration>,
}

/// The rows that a revision was run with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Rows {
    /// None.
    #[default]
    None,
    /// Made-up ones.
    MadeUp,
    /// Those of a file.
    Of(String),
}

/// A place where a schema is not what it should be.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The place.
    pub place: Place,
    /// The changes that are missing.
    pub changes: Vec<Change>,
}

/// A place on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The upper end, against the models.
    Head,
    /// Below a revision that was taken back, against what was there before it was applied.
    Below(Mention),
    /// The upper end, reached for the second time.
    Again,
}

impl Place {
    /// What is wrong there.
    pub fn sentence(&self) -> String {
        match self {
            Self::Head => "the head is not what the models say".to_owned(),
            Self::Below(revision) => {
                format!("taking back {revision} does not lead to where it came from")
            }
            Self::Again => "the second way up does not lead to where the first one did".to_owned(),
        }
    }

    /// What the two sides are called: what was found, and what it should be.
    pub const fn titles(&self) -> Pair<&'static str> {
        match self {
            Self::Head => Pair {
                before: "the history",
                after: "the models",
            },
            Self::Below(_) => Pair {
                before: "the way down",
                after: "the way up",
            },
            Self::Again => Pair {
                before: "the second way up",
                after: "the first",
            },
        }
    }
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_proven(&self) -> bool {
        match &self.verdict {
            Verdict::Walked(walk) => walk.differences.is_empty() && walk.broken.is_empty(),
            Verdict::Failed(_) => false,
            Verdict::LeftOut(_) => true,
        }
    }
}
