//! What a reviewer reads: revisions with their statements, what they change, what they risk and what they lose.

mod sheet;

pub use sheet::{Proven, Sheet, Stated, Stretch, Told, Way, Ways};
