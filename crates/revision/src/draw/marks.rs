//! What is special about a revision, in a word each.

use std::collections::BTreeSet;
use std::fmt;

use crate::file::RevisionFile;
use crate::history::History;
use crate::id::{Label, RevisionId};
use crate::time::Timestamp;

/// Something special about a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Nothing comes after it.
    Head,
    /// It comes after nothing.
    Base,
    /// The history goes on in several ways after it.
    BranchPoint,
    /// It joins branches.
    Merge,
    /// The database stands at it.
    Current,
    /// A branch begins with it.
    Label(Label),
    /// It needs a revision of another branch.
    DependsOn(RevisionId),
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("(head)"),
            Self::Base => f.write_str("(base)"),
            Self::BranchPoint => f.write_str("(branch point)"),
            Self::Merge => f.write_str("(merge)"),
            Self::Current => f.write_str("(current)"),
            Self::Label(label) => write!(f, "(label {label})"),
            Self::DependsOn(id) => write!(f, "(depends on {id})"),
        }
    }
}

/// Everything special about a revision, for a database that stands at `current`.
pub fn marks(history: &History, file: &RevisionFile, current: &BTreeSet<RevisionId>) -> Vec<Mark> {
    let children = history.children(file.id()).len();
    let header = file.header();
    let plain = [
        (Mark::Head, children == 0),
        (Mark::Base, header.is_base()),
        (Mark::BranchPoint, children > 1),
        (Mark::Merge, header.is_merge()),
        (Mark::Current, current.contains(file.id())),
    ];
    let plain = plain
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(mark, _)| mark);
    let labels = header.labels.iter().cloned().map(Mark::Label);
    plain
        .chain(labels)
        .chain(header.depends_on.iter().cloned().map(Mark::DependsOn))
        .collect()
}

/// Writes a revision in one line: its id, its day, its message, its marks.
pub fn summary(file: &RevisionFile, marks: &[Mark]) -> String {
    let header = file.header();
    let mut words = vec![header.id.to_string()];
    words.extend(header.created.map(Timestamp::date));
    words.push(header.message.to_string());
    words.extend(marks.iter().map(ToString::to_string));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
