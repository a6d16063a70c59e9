//! Revisions run on a database, and what keeps that safe: guards, questions to the rows, backups, repair.

pub(crate) mod backup;
mod dump;
pub(crate) mod expectation;
pub mod guard;
pub(crate) mod hooks;
pub(crate) mod idle;
pub(crate) mod passages;
pub(crate) mod path;
pub mod plan;
pub(crate) mod preflight;
pub mod repair;
mod run;
pub mod stamp;
pub(crate) mod undo;

pub use self::run::{
    Backup, DataLoss, Event, Extent, Gap, HookUse, Idle, Progress, Publishers, Request, Rows,
    Sight, apply, outlook, script,
};
pub(crate) use self::run::{
    failed_at, line_start, options, passages as passages_of, place, shown, stopped_without_file,
};
