//! The words for how a database stands.

use std::fmt;

use crate::error::Exit;

/// How a database stands; the order is that of what must be seen to first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// It cannot be asked.
    Unreachable,
    /// Somebody applies revisions to it now.
    Locked,
    /// A revision is applied whose file is missing below others.
    MissingFiles,
    /// The files form no history.
    BrokenHistory,
    /// A revision is applied that has nothing to do with the files.
    UnknownRevision,
    /// An applied revision is not what it was when it was applied.
    EditedFiles,
    /// A revision was cut short.
    HalfApplied,
    /// It and the files went different ways, or the files went two.
    Diverged,
    /// It has revisions that the files lack.
    Ahead,
    /// A revision below applied ones is not applied.
    OutOfOrder,
    /// Nothing is applied.
    NoRevision,
    /// Revisions wait to be applied.
    Behind,
    /// Somebody changed it beside the revisions.
    Drifted,
    /// Nothing is to be done.
    UpToDate,
}

impl Condition {
    /// The word, as scripts read it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Locked => "locked",
            Self::MissingFiles => "missing-files",
            Self::BrokenHistory => "broken-history",
            Self::UnknownRevision => "unknown-revision",
            Self::EditedFiles => "edited-files",
            Self::HalfApplied => "half-applied",
            Self::Diverged => "diverged",
            Self::Ahead => "ahead",
            Self::OutOfOrder => "out-of-order",
            Self::NoRevision => "no-revision",
            Self::Behind => "behind",
            Self::Drifted => "drifted",
            Self::UpToDate => "up-to-date",
        }
    }

    /// How a program ends that is to tell it.
    pub const fn exit(self) -> Exit {
        match self {
            Self::UpToDate => Exit::Done,
            Self::Unreachable => Exit::Error,
            Self::Locked => Exit::Lock,
            Self::MissingFiles
            | Self::BrokenHistory
            | Self::UnknownRevision
            | Self::EditedFiles
            | Self::Diverged
            | Self::OutOfOrder => Exit::History,
            Self::HalfApplied | Self::Ahead | Self::NoRevision | Self::Behind | Self::Drifted => {
                Exit::Differences
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One thing that was found about a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The word for it.
    pub condition: Condition,
    /// What it is in this case.
    pub says: String,
    /// What to do about it; nothing where nothing is to be done.
    pub action: Option<String>,
}

impl Finding {
    pub(super) fn new(
        condition: Condition,
        says: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self {
            condition,
            says: says.into(),
            action: Some(action.into()),
        }
    }
}
