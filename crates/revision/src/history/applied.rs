//! What a journal says against what the files say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use petgraph::Direction as Way;
use schemist_sql::Dialect;

use super::graph::{History, Links};
use super::mention::Mention;
use crate::body::Direction;
use crate::checksum::Checksum;
use crate::header::Key;
use crate::id::RevisionId;
use crate::near::{list, nearest};
use crate::place::Place;
use crate::usage::UseError;

/// Everything about a journal that does not fit the files.
// Invariant: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedErrors(Vec<AppliedError>);

/// A reason why applied revisions do not fit the files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppliedError {
    /// A revision is applied whose file is not there.
    #[error("revision {id} is applied, but it is in no file")]
    Unknown {
        /// The revision.
        id: RevisionId,
        /// A file's id that is almost the same.
        near: Option<RevisionId>,
    },
    /// A revision is not applied, but some that come after it are.
    #[error("revision {missing} was passed over: {} came after it", list(after))]
    OutOfOrder {
        /// The revision in the middle.
        missing: Mention,
        /// Those that are applied all the same, the oldest first.
        after: Vec<RevisionId>,
    },
    /// The statements of an applied revision are no longer those that were applied.
    #[error("revision {id} was edited after it was applied: its checksum for {dialect} was {} and is {}", recorded.short(), found.short())]
    Edited {
        /// The revision.
        id: RevisionId,
        /// The dialect.
        dialect: Dialect,
        /// The checksum in the journal.
        recorded: Checksum,
        /// The checksum of the file.
        found: Checksum,
        /// The file.
        place: Place,
    },
}

impl AppliedError {
    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unknown { id, near } => {
                let near = near
                    .as_ref()
                    .map_or_else(String::new, |near| format!("did you mean {near}? Else "));
                format!(
                    "{near}bring its file back (git pull, git log --all -S {id}), or say where the database stands: `schemist stamp --purge <revision>`"
                )
            }
            Self::OutOfOrder { missing, .. } => format!(
                "apply it with `schemist upgrade --missing`; or go down below it and up again: `schemist downgrade {}-1`, or say that it is applied: `schemist stamp {}`",
                missing.id, missing.id
            ),
            Self::Edited { .. } => "take the edit back and put it into a new revision, or accept it: `schemist repair --accept-edits`".to_owned(),
        }
    }

    /// The place to show, if it is in a file.
    pub const fn place(&self) -> Option<&Place> {
        match self {
            Self::Unknown { .. } | Self::OutOfOrder { .. } => None,
            Self::Edited { place, .. } => Some(place),
        }
    }
}

impl AppliedErrors {
    pub(crate) fn none_of(errors: Vec<AppliedError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// The errors; there is at least one.
    pub fn errors(&self) -> &[AppliedError] {
        &self.0
    }
}

impl fmt::Display for AppliedErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        write!(f, "go on from where the database stands: {first}")?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl std::error::Error for AppliedErrors {}

impl History {
    /// Makes sure that what is applied is in the files, without gaps.
    ///
    /// # Errors
    /// Every revision that is applied without being known, or missing below applied ones.
    pub fn check_applied(&self, applied: &BTreeSet<RevisionId>) -> Result<(), AppliedErrors> {
        let mut errors = self.unknown(applied);
        let indices: BTreeSet<usize> = applied.iter().filter_map(|id| self.index(id)).collect();
        let mut needed = BTreeSet::new();
        // From the top: each way down then covers what follows.
        for index in indices.iter().rev() {
            if !needed.contains(index) {
                needed.extend(self.reach(Some(*index), Way::Incoming, Links::All));
            }
        }
        for missing in self.files(needed.difference(&indices).copied()) {
            let after = self.reach(self.index(missing.id()), Way::Outgoing, Links::All);
            let after = self
                .files(&after & &indices)
                .iter()
                .map(|file| file.id().clone())
                .collect();
            errors.push(AppliedError::OutOfOrder {
                missing: Mention::from(missing),
                after,
            });
        }
        AppliedErrors::none_of(errors)
    }

    /// Those of the applied revisions that are in no file.
    pub(crate) fn unknown(&self, applied: &BTreeSet<RevisionId>) -> Vec<AppliedError> {
        let known = || {
            self.revisions()
                .iter()
                .map(|file| file.id())
                .filter(|id| !applied.contains(id))
        };
        let near = |id: &RevisionId| {
            nearest(id.as_str(), known().map(RevisionId::as_str))
                .and_then(|near| RevisionId::parse(near).ok())
        };
        let missing = applied.iter().filter(|id| self.index(id).is_none());
        missing
            .map(|id| AppliedError::Unknown {
                id: id.clone(),
                near: near(id),
            })
            .collect()
    }

    /// Finds the applied revisions whose statements were changed since, in the order of the history.
    ///
    /// # Errors
    /// [`UseError`] where a file can no longer be used.
    pub fn edited(
        &self,
        dialect: Dialect,
        recorded: &BTreeMap<RevisionId, Checksum>,
    ) -> Result<Vec<AppliedError>, UseError> {
        let mut edited = Vec::new();
        for file in self.revisions() {
            let Some(recorded) = recorded.get(file.id()) else {
                continue;
            };
            let found = file.checksum(dialect, Direction::Up)?;
            if found != *recorded {
                let place = file.place(Key::Id, "edited");
                let (id, recorded) = (file.id().clone(), recorded.clone());
                edited.push(AppliedError::Edited {
                    id,
                    dialect,
                    recorded,
                    found,
                    place,
                });
            }
        }
        Ok(edited)
    }
}
