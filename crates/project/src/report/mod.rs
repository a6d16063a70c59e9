//! What a check found, and the forms in which it is written: for people, and for the programs of a pipeline.
//!
//! Everything here is text from what was found; nothing is read or written.

mod beside;
mod finding;
mod format;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod origin;
mod sarif;
mod sheet;
mod shown;
mod sql;

#[cfg(test)]
mod sample;
#[cfg(test)]
pub(crate) mod tests;

pub use finding::{Failure, Finding, Looked, Report, Since, SourceLine, Statement, Why};
pub(crate) use finding::{object_of, owner};
pub use format::{ReportFormat, document, render};
pub use human::{Line, Role, finding_lines, other_lines, text_of};
pub use json::fields;
pub(crate) use markdown::{block, inline};
pub(crate) use origin::Origins;
pub use sheet::{Level, Note, Sheet, Suite};
pub use shown::shown;
pub(crate) use shown::shown_line;
