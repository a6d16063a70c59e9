//! What the tool does: settings and workflows, from a project's folder to its databases.
//!
//! It stands apart because it alone puts the other crates together, and because files, variables,
//! clock and chance enter here and nowhere below. It prints nothing, asks nothing, and deliberately
//! turns no error into a program's end: that is for the binary.

pub mod apply;
mod backup;
pub mod bench;
pub mod cache;
pub mod check;
pub mod compare;
pub mod compile;
pub mod complete;
pub mod compose;
pub mod connection;
pub mod diagnose;
pub mod drift;
mod ensure;
pub mod environment;
mod error;
mod expectation;
pub mod fleet;
mod folder;
pub mod fresh;
pub mod generate;
pub mod guard;
mod guide;
pub mod hash;
pub mod hints;
pub mod history_check;
pub mod import;
pub mod init;
pub mod known;
pub mod locks;
pub mod made_up_rows;
mod made_up_value;
pub mod new_revision;
mod passages;
mod passed_over;
mod path;
pub mod portrait;
mod preflight;
mod project;
pub mod prove;
pub mod pull;
pub mod rebase;
pub mod renames;
pub mod repair;
pub mod replay;
pub mod report;
pub mod safety;
mod server_check;
pub mod settings;
pub mod settle;
pub mod stamp;
mod stand_in;
mod standing;
pub mod starting_point;
pub mod status;
mod suggestion;
mod undo;
pub mod verify;
pub mod wording;
mod words;

pub use environment::Environment;
pub use error::{Complaint, Exit, ProjectError, StoppedRun};
pub use expectation::Expectation;
pub use folder::MigrationsFolder;
pub use project::{CacheUse, Choice, Entry};
pub use standing::Standing;

// The binary speaks of revisions without a road of its own to them.
pub use schemist_catalog::{Forms, Hazard, Pair, Severity};
pub use schemist_connect::Part;
pub use schemist_diff::Change;
pub use schemist_execute::journal::{JournalEntry, State};
pub use schemist_execute::lock::{Grip, Holder};
pub use schemist_execute::scratch::Protection;
pub use schemist_execute::sweep;
pub use schemist_revision::{
    Direction, Drawing, Glyphs, History, Label, Mark, Mention, Place, Point, Range, RevisionFile,
    RevisionId, Target, TargetError, draw, marks, summary,
};
pub use schemist_sql::{Dialect, Span, without_secrets};
