//! What the tool does: settings and workflows, from a project's folder to its databases.
//!
//! It stands apart because it alone puts the other crates together, and because files, variables,
//! clock and chance enter here and nowhere below. It prints nothing, asks nothing, and deliberately
//! turns no error into a program's end: that is for the binary.

pub mod bench;
pub mod cache;
pub mod compose;
pub mod environment;
mod error;
mod folder;
pub mod hash;
pub mod hints;
pub mod made_up_rows;
mod project;
pub mod prove;
pub mod renames;
pub mod replay;
pub mod settings;
pub mod settle;
mod words;

pub use environment::Environment;
pub use error::{Complaint, Exit, ProjectError};
pub use folder::MigrationsFolder;
pub use project::{Choice, Entry};
