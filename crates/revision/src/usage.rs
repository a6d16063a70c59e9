//! Why a revision that can be read cannot be run.

use schemist_sql::Dialect;

use crate::body::Direction;
use crate::header::Message;
use crate::id::RevisionId;
use crate::place::Place;
use crate::problem::FileErrors;

/// A reason why a revision cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UseError {
    /// Something is wrong below the header.
    #[error(transparent)]
    Broken(#[from] FileErrors),
    /// The revision lists a dialect and has nothing for it.
    #[error("use revision {id}: it has no section `{direction}` for {dialect}")]
    NoSection {
        /// The revision.
        id: RevisionId,
        /// The dialect that misses out.
        dialect: Dialect,
        /// The way that is missing.
        direction: Direction,
        /// Where the dialect is listed.
        place: Place,
    },
    /// A section without SQL does not say that it is meant so.
    #[error("use revision {id}: its section `{direction}` is empty")]
    EmptySection {
        /// The revision.
        id: RevisionId,
        /// The way that is empty.
        direction: Direction,
        /// The section's marker.
        place: Place,
    },
    /// The revision says that there is no way back.
    #[error("take revision {id} back: {reason}")]
    Irreversible {
        /// The revision.
        id: RevisionId,
        /// Its author's reason.
        reason: Message,
        /// Where the header says so.
        place: Place,
    },
}

impl UseError {
    /// The places to show.
    pub fn places(&self) -> Vec<Place> {
        match self {
            Self::Broken(errors) => errors
                .problems()
                .iter()
                .map(|problem| problem.place.clone())
                .collect(),
            Self::NoSection { place, .. }
            | Self::EmptySection { place, .. }
            | Self::Irreversible { place, .. } => {
                vec![place.clone()]
            }
        }
    }

    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Broken(errors) => errors.problems().iter().map(|it| it.error.remedy()).collect::<Vec<_>>().join("\n"),
            Self::NoSection { id, dialect, direction, .. } => {
                format!("run `schemist revision --complete {id} --dialect {dialect}` if it is the head, write a section `-- [{direction} {dialect}]`, or list in `dialects` only what the revision serves")
            }
            Self::EmptySection { .. } => {
                "write the SQL, or a comment that says why there is none, or `-- irreversible: <reason>` in the header".to_owned()
            }
            Self::Irreversible { .. } => {
                "restore a backup, or write a `down` section and remove `irreversible` from the header".to_owned()
            }
        }
    }
}
