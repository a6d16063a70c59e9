//! Where a database stands against its files, in one word, with what to do about it.
//!
//! Everything here only reads: a role that may read the journal is enough, and nothing is made.

mod condition;
mod read;
mod weigh;

pub use condition::{Condition, Finding};
pub use read::{Completed, Drift, Status, Sums, read};
pub(crate) use read::{patient_for_little, privileges};
