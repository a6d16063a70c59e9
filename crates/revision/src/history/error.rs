//! What can be wrong with a history, each with its places and its remedy.

use std::fmt;

use super::mention::Mention;
use crate::id::{Label, RevisionId};
use crate::near::list;
use crate::place::Place;

/// Everything that is wrong with a history, causes before what only follows from them.
// Invariant: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryErrors(Vec<HistoryError>);

/// A reason why revisions form no history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Several files bear one id.
    #[error("revision {id} stands in {} files", places.len())]
    DuplicateId {
        /// The id.
        id: RevisionId,
        /// Where each file says so.
        places: Vec<Place>,
    },
    /// A revision comes after one that no file holds.
    #[error("revision {id} comes after {parent}, which is in no file")]
    MissingParent {
        /// The revision.
        id: RevisionId,
        /// What it comes after.
        parent: RevisionId,
        /// The id that was probably meant.
        near: Option<RevisionId>,
        /// Where the parent is named.
        place: Box<Place>,
    },
    /// A revision depends on one that no file holds.
    #[error("revision {id} depends on {dependency}, which is in no file")]
    MissingDependency {
        /// The revision.
        id: RevisionId,
        /// What it depends on.
        dependency: RevisionId,
        /// The id that was probably meant.
        near: Option<RevisionId>,
        /// Where the dependency is named.
        place: Box<Place>,
    },
    /// Revisions that come after themselves.
    #[error("revisions come after themselves: {}", chain(path))]
    Cycle {
        /// The circle; each comes before the next, and the last before the first.
        path: Vec<RevisionId>,
        /// Where each names the one before it.
        places: Vec<Place>,
    },
    /// Several revisions bear one label.
    #[error("label {label} stands on {} revisions", places.len())]
    DuplicateLabel {
        /// The label.
        label: Label,
        /// Where each says so.
        places: Vec<Place>,
    },
    /// A label that is the id of a revision.
    #[error("label {label} is also the id of a revision")]
    LabelIsId {
        /// The label.
        label: Label,
        /// Where it is given.
        place: Box<Place>,
    },
    /// Every revision comes after another one.
    #[error("no revision is the first: each comes after another one")]
    NoBase,
    /// Several revisions come after nothing.
    #[error("{} revisions come after nothing: {}", bases.len(), list(bases))]
    SeveralBases {
        /// The revisions, the oldest first.
        bases: Vec<Mention>,
        /// Where each says so.
        places: Vec<Place>,
    },
    /// Several revisions that nothing comes after.
    #[error("choose between {} heads{}: {}", heads.len(), parting(common.as_deref()), list(heads))]
    SeveralHeads {
        /// The heads, the oldest first.
        heads: Vec<Mention>,
        /// The last revision that they have in common.
        common: Option<Box<Mention>>,
    },
}

fn chain(path: &[RevisionId]) -> String {
    let words: Vec<&str> = path
        .iter()
        .chain(path.first())
        .map(RevisionId::as_str)
        .collect();
    words.join(" → ")
}

fn parting(common: Option<&Mention>) -> String {
    common.map_or_else(String::new, |common| format!(", which part at {common}"))
}

impl HistoryError {
    /// The places to show.
    pub fn places(&self) -> &[Place] {
        match self {
            Self::DuplicateId { places, .. }
            | Self::Cycle { places, .. }
            | Self::DuplicateLabel { places, .. }
            | Self::SeveralBases { places, .. } => places,
            Self::MissingParent { place, .. }
            | Self::MissingDependency { place, .. }
            | Self::LabelIsId { place, .. } => std::slice::from_ref(&**place),
            Self::NoBase | Self::SeveralHeads { .. } => &[],
        }
    }

    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::DuplicateId { id, .. } => format!(
                "remove the copy, or give one of the two a new id and name it as parent where {id} was meant"
            ),
            Self::MissingParent {
                parent: missing,
                near,
                ..
            }
            | Self::MissingDependency {
                dependency: missing,
                near,
                ..
            } => {
                let bring =
                    format!("bring the file of {missing} back (git log --all -S {missing})");
                match near {
                    Some(near) => format!("did you mean {near}? Correct the header, or {bring}"),
                    None => format!("{bring}, or name another revision in the header"),
                }
            }
            Self::Cycle { .. } => {
                "correct the parent of one of them: only what was written before can come before"
                    .to_owned()
            }
            Self::DuplicateLabel { label, .. } => format!(
                "keep {label} on one revision; what descends from it is on its branch anyway"
            ),
            Self::LabelIsId { .. } => "choose another label".to_owned(),
            Self::NoBase => {
                "write `-- parent: none` in the header of the first revision".to_owned()
            }
            Self::SeveralBases { bases, .. } => match &bases[..] {
                [first, second, ..] => format!(
                    "put one on top of the other: name a parent in the header of {}, such as the head above {}",
                    second.id, first.id
                ),
                _ => "name a parent in the header of all but one".to_owned(),
            },
            Self::SeveralHeads { heads, .. } => match &heads[..] {
                [onto, .., branch] => format!(
                    "put the branch that no other database has on top: `schemist rebase {} --onto {}`, or join both: `schemist merge heads`",
                    branch.id, onto.id
                ),
                _ => "run `schemist heads`".to_owned(),
            },
        }
    }
}

impl HistoryErrors {
    pub(crate) fn from_errors(errors: Vec<HistoryError>) -> Option<Self> {
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// The errors; there is at least one.
    pub fn errors(&self) -> &[HistoryError] {
        &self.0
    }
}

impl fmt::Display for HistoryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        write!(f, "read the history: {first}")?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl std::error::Error for HistoryErrors {}
