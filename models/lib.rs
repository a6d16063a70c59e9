//! The orchestration database of a data-pipeline tool: the project that schemist tries itself on.

pub mod audit;
pub mod backfills;
pub mod pipelines;
pub mod runs;
pub mod triggers;
pub mod users;
