//! Revisions run on a database, and what keeps that safe: guards, questions to the rows, backups, repair.

pub(crate) mod backup;
mod dump;
pub(crate) mod expectation;
pub mod guard;
pub(crate) mod passages;
pub(crate) mod path;
pub(crate) mod preflight;
pub mod repair;
mod run;
pub mod stamp;
pub(crate) mod undo;

pub use self::run::{
    Backup, DataLoss, Event, Extent, Gap, Progress, Publishers, Request, Rows, Sight, Step,
    StepStatement, apply, outlook, plan, script,
};
pub(crate) use self::run::{failed_at, line_start, options, place, shown, stopped_without_file};
