//! Scratch databases: made to compile or to prove something in, and always dropped.

mod database;
mod error;
mod leftover;
mod likeness;
mod local;
mod server;

pub use database::Scratch;
pub use error::{ScratchError, ScratchWarning};
pub use likeness::{Likeness, Locale};
pub(crate) use local::Cluster;
pub use local::LocalSettings;
pub(crate) use local::mysql::MysqlFolder;
pub use server::{Protection, ScratchOptions, ScratchPlace, ScratchServer};
