//! The graph of all revisions: which comes after which.

mod applied;
mod build;
mod error;
mod graph;
mod mention;
mod path;

pub use applied::{AppliedError, AppliedErrors};
pub use error::{HistoryError, HistoryErrors};
pub use graph::History;
pub(crate) use graph::Links;
pub use mention::Mention;
