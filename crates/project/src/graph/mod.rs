//! The history as a picture: the forms in which it is written beside the drawing for terminals.

mod dot;
mod mermaid;
mod svg;

use std::collections::BTreeSet;

use schemist_revision::{History, RevisionFile, RevisionId};

pub use dot::text as dot;
pub use mermaid::text as mermaid;
pub use svg::Cell;
pub(crate) use svg::cells;

/// What a picture of the history shows.
#[derive(Debug, Clone, Copy)]
pub struct Graph<'a> {
    /// The history.
    pub history: &'a History,
    /// The revisions to show, the oldest first.
    pub revisions: &'a [&'a RevisionFile],
    /// Where the database stands; nowhere if nobody asked it.
    pub current: &'a BTreeSet<RevisionId>,
}
