//! Why a word names no revision, or not the one that is needed.

use super::resolve::Point;
use crate::history::{AppliedErrors, HistoryError, Mention};
use crate::id::{Label, RevisionId};
use crate::near::list;

/// A reason why a target cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The text is not of the grammar.
    #[error("read `{0}` as a revision")]
    Syntax(String),
    /// No revision has such an id.
    #[error("find revision `{text}`")]
    Unknown {
        /// The text.
        text: String,
        /// A word of the grammar that was probably meant.
        word: Option<&'static str>,
        /// Revisions that were perhaps meant.
        near: Vec<Mention>,
    },
    /// Several ids begin so.
    #[error("choose between {} revisions that begin with `{prefix}`: {}", matches.len(), list(matches))]
    Ambiguous {
        /// The start.
        prefix: String,
        /// The revisions.
        matches: Vec<Mention>,
    },
    /// No revision bears such a label.
    #[error("find the branch {label}")]
    UnknownLabel {
        /// The label.
        label: Label,
        /// A label that was probably meant.
        near: Option<Label>,
    },
    /// The revision is on another branch.
    #[error("find revision {id} on the branch {label}")]
    NotOnBranch {
        /// The branch.
        label: Label,
        /// The revision.
        id: RevisionId,
    },
    /// More steps down than there are.
    #[error("follow `{text}` past the base: {}", count(*available, from.as_ref(), "applied", "before"))]
    PastBase {
        /// The target.
        text: String,
        /// How many steps there are.
        available: usize,
        /// Where they are counted from, unless it is where the database stands.
        from: Option<Point>,
    },
    /// More steps up than there are.
    #[error("follow `{text}` past the head: {}", count(*available, from.as_ref(), "pending", "after"))]
    PastHead {
        /// The target.
        text: String,
        /// How many steps there are.
        available: usize,
        /// Where they are counted from, unless it is where the database stands.
        from: Option<Point>,
    },
    /// A step that could lead to several revisions.
    #[error(
        "follow `{text}` beyond {at}, from where it could lead to {}",
        list(choices)
    )]
    Fork {
        /// The target.
        text: String,
        /// Where the ways part.
        at: RevisionId,
        /// Where they lead.
        choices: Vec<Mention>,
    },
    /// The database stands at several revisions, and one is needed.
    #[error("choose between the {} revisions that the database is at: {}", current.len(), list(current))]
    SeveralCurrent {
        /// The revisions.
        current: Vec<Mention>,
    },
    /// A target that leads down where up was asked, or the other way round.
    #[error("go {wanted} to `{text}`")]
    WrongWay {
        /// The target.
        text: String,
        /// The way that was asked.
        wanted: crate::Direction,
    },
    /// A revision to go down to that is not applied.
    #[error("go down to revision {0}: it is not applied")]
    NotApplied(RevisionId),
    /// A range or several revisions where one is needed.
    #[error("take `{0}` for one revision")]
    NotOne(String),
    /// The ends of a range that do not follow from each other.
    #[error("list from {from} to {to}, which does not come after it")]
    NotAncestor {
        /// The lower end.
        from: RevisionId,
        /// The upper end; it may be the base.
        to: Point,
        /// Whether they follow from each other the other way round.
        is_reversed: bool,
    },
    /// There is no revision at all.
    #[error("find a head: there is no revision yet")]
    Empty,
    /// The history does not allow it.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// What is applied does not fit the files.
    #[error(transparent)]
    Applied(#[from] AppliedErrors),
}

/// Says how many revisions there are.
fn count(available: usize, from: Option<&Point>, state: &str, side: &str) -> String {
    let number = match available {
        0 => "no revision".to_owned(),
        1 => "only 1 revision".to_owned(),
        many => format!("only {many} revisions"),
    };
    match (from, available) {
        (None, 0 | 1) => format!("{number} is {state}"),
        (None, _) => format!("{number} are {state}"),
        (Some(from), 0 | 1) => format!("{number} comes {side} {from}"),
        (Some(from), _) => format!("{number} come {side} {from}"),
    }
}

const GRAMMAR: &str = "write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range";

impl TargetError {
    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Syntax(_) => GRAMMAR.to_owned(),
            Self::Unknown {
                word: Some(word), ..
            } => format!("did you mean `{word}`?"),
            Self::Unknown { near, .. } if !near.is_empty() => {
                let names: Vec<String> = near.iter().map(ToString::to_string).collect();
                format!("did you mean {}?", names.join(" or "))
            }
            Self::Unknown { .. } => "run `schemist history` to see all revisions".to_owned(),
            Self::Ambiguous { matches, .. } => {
                format!(
                    "write more of it: {}",
                    matches.first().map_or("", |first| first.id.as_str())
                )
            }
            Self::UnknownLabel {
                near: Some(near), ..
            } => format!("did you mean {near}?"),
            Self::UnknownLabel { near: None, .. } => {
                "run `schemist branches` to see the labels".to_owned()
            }
            Self::NotOnBranch { id, .. } => format!("leave the label out: {id}"),
            Self::PastBase { .. } => "write `base` to go down all the way".to_owned(),
            Self::PastHead { .. } => "write `head` to go up all the way".to_owned(),
            Self::Fork { choices, .. } => {
                format!(
                    "name the revision: {}",
                    choices.first().map_or("", |first| first.id.as_str())
                )
            }
            Self::SeveralCurrent { current } => match &current[..] {
                [first, ..] => format!(
                    "count from one of them: {}-1, or from a branch: <label>@-1",
                    first.id
                ),
                [] => "count from a revision: <id>-1".to_owned(),
            },
            Self::WrongWay {
                text,
                wanted: crate::Direction::Up,
            } => format!("run `schemist downgrade {text}`"),
            Self::WrongWay {
                text,
                wanted: crate::Direction::Down,
            } => format!("run `schemist upgrade {text}`"),
            Self::NotApplied(id) => {
                format!("run `schemist upgrade {id}`, or `schemist current` to see what is applied")
            }
            Self::NotOne(_) => "name one revision, such as `head`".to_owned(),
            Self::NotAncestor {
                from,
                to,
                is_reversed: true,
            } => format!("put the earlier one first: {to}:{from}"),
            Self::NotAncestor { .. } => {
                "run `schemist history` to see which revision comes after which".to_owned()
            }
            Self::Empty => {
                "run `schemist revision --autogenerate -m \"…\"` to write the first one".to_owned()
            }
            Self::History(error) => error.remedy(),
            Self::Applied(errors) => errors
                .errors()
                .iter()
                .map(|error| error.remedy())
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }
}
