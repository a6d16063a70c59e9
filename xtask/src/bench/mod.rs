//! `cargo xtask bench`: how long the tool takes, beside what the servers need anyway and what others take.
//!
//! Inputs are made up, the same on every machine. All contestants of a row run in turn, round after round,
//! so that a machine that is busy is so for all of them; what counts are the ratios of one run. Servers are
//! thrown away afterwards.

mod alembic;
mod contest;
mod ddl;
mod goal;
mod ground;
mod machine;
mod measure;
mod queries;
mod report;
mod rows;
mod run;
mod rust_models;
mod schema;
mod server_log;

pub use measure::{MeasureArguments, measure};
pub use run::{BenchArguments, run};
