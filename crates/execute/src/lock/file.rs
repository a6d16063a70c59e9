//! The lock of SQLite: a file beside the database's, since the database's own lock ends with each transaction.
//!
//! The system gives it back when the process ends, however that happens. It stands apart from the
//! database's file because closing any handle of that would take SQLite's own locks away:
//! <https://www.sqlite.org/howtocorrupt.html>, "close() on a file descriptor".

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use schemist_connect::Session;
use schemist_revision::Timestamp;

use super::Holder;

/// A lock that is held until this goes.
#[derive(Debug)]
pub(super) struct FileLock {
    path: PathBuf,
    file: File,
}

/// What asking for it came to.
#[derive(Debug)]
pub(super) enum Asked {
    /// It is ours.
    Got(FileLock),
    /// Another process has it.
    Held(Holder),
    /// There can be none: the database is in memory, or its folder takes no file.
    Needless,
}

/// The place of the lock; `None` where the database is no file.
pub(super) fn lock_path(session: &Session) -> Option<PathBuf> {
    let path = session.url().sqlite_path()?;
    // However the file is named, there is one lock.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name()?.to_owned();
    name.push("-schemist-lock");
    Some(path.with_file_name(name))
}

impl FileLock {
    /// Asks for the lock once.
    pub(super) fn ask(path: &Path) -> Asked {
        loop {
            let opened = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path);
            let Ok(mut file) = opened else {
                // Where no file can be made, SQLite cannot write either.
                return Asked::Needless;
            };
            match file.try_lock() {
                Ok(()) if is_still_there(path, &file) => {
                    let process = std::process::id();
                    // Who it is only helps others; the lock holds without.
                    let _unsaid = file.set_len(0).and_then(|()| writeln!(file, "{process}"));
                    let path = path.to_owned();
                    return Asked::Got(Self { path, file });
                }
                // Whoever had it took the file away while we waited for it.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Asked::Held(holder(&mut file)),
                // A network's folder may know no locks.
                Err(TryLockError::Error(_)) => return Asked::Needless,
            }
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Before it is given back: afterwards it may be another's.
        let _stays = fs::remove_file(&self.path);
        let _closing_does = self.file.unlock();
    }
}

/// Who holds the lock at a place; asks without taking it for longer than that.
pub(super) fn holder_at(path: &Path) -> Option<Holder> {
    let mut file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(holder(&mut file)),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    let _unsaid = file.read_to_string(&mut text);
    let since = file
        .metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .and_then(|time| i64::try_from(time.as_secs()).ok())
        .map(|seconds| Timestamp::from_unix(seconds).to_string());
    Holder {
        process: text.trim().parse().unwrap_or_default(),
        user: Holder::UNKNOWN.to_owned(),
        client: "this machine".to_owned(),
        application: "schemist".to_owned(),
        since: since.unwrap_or_else(|| Holder::UNKNOWN.to_owned()),
    }
}

#[cfg(unix)]
fn is_still_there(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(path), file.metadata()) {
        (Ok(there), Ok(own)) => there.ino() == own.ino() && there.dev() == own.dev(),
        _ => false,
    }
}

/// An open file cannot be taken away there.
#[cfg(not(unix))]
fn is_still_there(_path: &Path, _file: &File) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db-schemist-lock");
        let Asked::Got(first) = FileLock::ask(&path) else {
            panic!("nobody else is here");
        };
        let own = i64::from(std::process::id());
        assert!(matches!(FileLock::ask(&path), Asked::Held(holder) if holder.process == own));
        assert_eq!(holder_at(&path).map(|holder| holder.process), Some(own));
        drop(first);
        assert!(!path.exists() && holder_at(&path).is_none());
        assert!(matches!(FileLock::ask(&path), Asked::Got(_)));
        assert!(matches!(FileLock::ask(&path.join("no")), Asked::Needless));
    }
}
