//! A PostgreSQL, MariaDB or MySQL server of our own, started for one run from programs that are installed.
//!
//! `initdb` runs once per version; each run copies that cluster into a folder of its own and starts
//! a server on it, so that two runs never share one. A run holds a file lock in its folder; a folder
//! whose lock is free belongs to a run that was killed, and is stopped and removed by the next one.

mod cluster;
pub(crate) mod mysql;
mod programs;
mod settings;
mod user;

pub(crate) use cluster::Cluster;
pub(super) use cluster::{prepare, start};
pub use settings::LocalSettings;
