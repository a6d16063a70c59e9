//! The parts of a SQLite url.

use std::fmt;
use std::path::PathBuf;

use super::parse::{decode, refuse};
use crate::ConnectError;

/// Which database a SQLite url means.
#[derive(Clone)]
pub(crate) struct SqliteUrl {
    pub(crate) file: SqliteFile,
    pub(crate) ignored: Vec<String>,
}

/// Where a SQLite database is kept.
#[derive(Clone)]
pub(crate) enum SqliteFile {
    Memory,
    Path(PathBuf),
}

impl SqliteUrl {
    pub(crate) const fn memory() -> Self {
        Self {
            file: SqliteFile::Memory,
            ignored: Vec::new(),
        }
    }

    pub(super) fn parse(rest: &str) -> Result<Self, ConnectError> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = Self::memory();
        // SQLAlchemy writes absolute paths with four slashes.
        let path = path
            .strip_prefix("//")
            .map_or(path.to_owned(), |path| format!("/{path}"));
        let path = decode(&path)?;
        if !matches!(path.as_str(), "" | ":memory:" | "/:memory:") {
            url.file = SqliteFile::Path(PathBuf::from(path));
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("mode", "memory") => url.file = SqliteFile::Memory,
                // Whether a file may be made or written is for the command to say.
                ("mode", "ro" | "rw" | "rwc") => {}
                ("mode", _) => return Err(refuse("its mode is none of ro, rw, rwc and memory")),
                (name, _) => url.ignored.push(name.to_owned()),
            }
        }
        Ok(url)
    }

    pub(crate) fn stem(&self) -> Option<&str> {
        match &self.file {
            SqliteFile::Memory => None,
            SqliteFile::Path(path) => path.file_stem()?.to_str(),
        }
    }
}

impl fmt::Display for SqliteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            SqliteFile::Memory => f.write_str("sqlite::memory:"),
            SqliteFile::Path(path) => write!(f, "sqlite://{}", path.display()),
        }
    }
}
