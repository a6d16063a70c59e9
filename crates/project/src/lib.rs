//! What the tool does: settings and workflows, from a project's folder to its databases.
//!
//! It stands apart because it alone puts the other crates together, and because files, variables,
//! clock and chance enter here and nowhere below. It prints nothing, asks nothing, and deliberately
//! turns no error into a program's end: that is for the binary.

pub mod apply;
pub mod check;
pub mod compile;
pub mod connection;
pub mod diagram;
mod ensure;
pub mod environment;
mod error;
pub mod fleet;
mod folder;
pub mod fresh;
pub mod generate;
mod git;
pub mod graph;
pub mod import;
pub mod init;
pub mod inspect;
pub mod known;
pub mod lint;
mod markup;
pub mod page;
mod project;
pub mod prove;
pub mod pull;
pub mod queries;
pub mod rebase;
pub mod report;
pub mod review;
pub mod safety;
pub mod settings;
mod words;

pub use apply::expectation::Expectation;
pub use environment::Environment;
pub use error::{Complaint, Exit, ProjectError, StoppedRun};
pub use folder::MigrationsFolder;
pub use inspect::standing::Standing;
pub use inspect::ways::{RevisionWay, WayStatement, ways};
pub use project::{CacheUse, Choice, Entry};
pub use words::nearest;

// The binary speaks of revisions without a road of its own to them.
pub use schemist_catalog::{Forms, Hazard, Pair, Severity};
pub use schemist_connect::Part;
pub use schemist_diff::Change;
pub use schemist_execute::journal::{JournalEntry, State};
pub use schemist_execute::lock::{Grip, Holder};
pub use schemist_execute::scratch::Protection;
pub use schemist_execute::sweep;
pub use schemist_revision::{
    Direction, Drawing, Glyphs, History, Label, LockSource, Mark, Mention, Place, Point, Range,
    RevisionFile, RevisionId, StatementLock, Target, TargetError, draw, marks, summary,
};
pub use schemist_sql::{Dialect, Span, TokenKind, in_one_line, tokens, without_secrets};
