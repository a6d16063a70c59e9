//! Applying revisions: section by section, with the journal moving along.

mod apply;
mod definition;
mod error;
mod index;
mod manner;
mod passage;
mod probe;
mod quiet;
mod rehearse;
mod script;
mod sqlite;
mod watch;

pub use apply::{Applied, Known, Progress, Publishers, RunOptions, apply, apply_watched};
pub use error::{Failure, RunError, Standing};
pub use passage::{Passage, Repetition, RunSection, RunStatement};
pub use rehearse::{rehearse, say};
pub(crate) use script::lock_key;
pub use script::script;
pub use watch::{Blocker, Sight};
