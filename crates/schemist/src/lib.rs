//! Declare a database's schema as Rust structs; the tool `schemist` writes the revisions.
//!
//! It stands apart because it is the one crate that your program depends on: the derives check what
//! you declare while you type, and give you the names. It deliberately does not connect to anything:
//! the tool reads your source, and does not build it.
//!
//! ```
//! use schemist::{DbEnum, Model};
//!
//! #[derive(DbEnum)]
//! #[db_enum(name = "block_run_status", rename_all = "SCREAMING_SNAKE_CASE")]
//! pub enum BlockRunStatus {
//!     Initial,
//!     Running,
//!     UpstreamFailed,
//! }
//!
//! #[derive(Model)]
//! pub struct PipelineRun {
//!     #[column(primary_key, identity)]
//!     pub id: i64,
//! }
//!
//! #[derive(Model)]
//! #[model(table = "block_run", index(pipeline_run_id, status))]
//! pub struct BlockRun {
//!     #[column(primary_key, identity)]
//!     pub id: i64,
//!     #[column(references(PipelineRun::id, on_delete = "cascade"))]
//!     pub pipeline_run_id: i64,
//!     pub status: BlockRunStatus,
//!     #[column(renamed_from = "reason")]
//!     pub message: Option<String>,
//! }
//!
//! assert_eq!(BlockRun::TABLE, "block_run");
//! assert_eq!(BlockRun::COLUMNS, ["id", "pipeline_run_id", "status", "message"]);
//! // The name of each column is a constant named after its field.
//! assert_eq!(BlockRun::PIPELINE_RUN_ID, "pipeline_run_id");
//!
//! assert_eq!(BlockRunStatus::LABELS, ["INITIAL", "RUNNING", "UPSTREAM_FAILED"]);
//! assert_eq!(BlockRunStatus::UpstreamFailed.label(), "UPSTREAM_FAILED");
//! ```
//!
//! A reference to something that is no model, or to a field that it does not have, does not compile:
//!
//! ```compile_fail
//! #[derive(schemist::Model)]
//! struct BlockRun {
//!     #[column(references(PipelineRun::id))]
//!     pipeline_run_id: i64,
//! }
//! ```
//!
//! What sqlx is told (`rename`, `rename_all`, `type_name`, `skip`, `flatten`, `json`) is read, and
//! needs not be said twice.

mod model;

#[doc(hidden)]
pub mod __private;

pub use model::{DbEnum, Fragment, Model};
pub use schemist_derive::{DbEnum, Model};
