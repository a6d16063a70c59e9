//! A difference becomes a revision file: names that changed, hints, sections, headers.

mod autogenerate;
pub mod complete;
pub mod compose;
pub mod hints;
pub mod new_revision;
pub mod renames;
pub mod starting_point;
pub(crate) mod suggestion;
pub mod wording;

pub use self::autogenerate::{Aim, Difference, Outcome, Reach, Request, Rigour, Written, revision};
