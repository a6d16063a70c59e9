//! The journal: which revisions a database has, and everything that was ever done to it.
//!
//! Its two tables are a format. A later version may add columns that may be empty; it never gives a
//! column another meaning. An older tool reads the columns that it knows, by name.

mod entry;
mod read;
mod statements;

pub use entry::{Action, JournalEntry, JournalName, LogLine, Outcome, State};
pub use read::{Journal, JournalError, change, read, read_log};
pub(crate) use read::{ask_presence, entry_in, missing, read_one};
pub use statements::JournalWriter;
