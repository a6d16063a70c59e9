//! Coming from another tool: its history, and where its version table says a database stands.
//!
//! Where the files are SQL they become revision files; of programs in Python or JavaScript only the
//! names and their order are read.

pub mod backstage;
mod found;
mod python;
mod run;
mod script_names;
mod sql_files;
mod version_table;

pub use found::{Found, FoundRevision, Tool};
pub use run::{Imported, Next, Request, Writing, import};
