//! Where a local server lives.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where a local server finds its programs and keeps its files.
#[derive(Debug, Clone)]
pub struct LocalSettings {
    /// Where clusters are kept between runs.
    pub cache: PathBuf,
    /// The system's folder for temporary files, for where the cache will not do.
    pub temporary: PathBuf,
    /// The value of `PATH`.
    pub path: OsString,
}
