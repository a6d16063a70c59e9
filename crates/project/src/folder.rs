//! The folder of revision files: listing, reading, writing.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

use schemist_revision::{FileErrors, RevisionFile};

use crate::error::ProjectError;

/// The folder that holds the revision files of one history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationsFolder {
    path: PathBuf,
    root: PathBuf,
}

impl MigrationsFolder {
    /// Names a folder; it need not be there. Messages name files from `root` on.
    pub fn new(path: PathBuf, root: PathBuf) -> Self {
        Self { path, root }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How a file of it, or it itself, is named in messages.
    pub fn shown(&self, path: &Path) -> String {
        shown(path, &self.root)
    }

    /// Where a file of that name is, or will be.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where the file of a revision is.
    pub fn file_of(&self, revision: &RevisionFile) -> PathBuf {
        self.root.join(revision.path())
    }

    /// Reads every revision file; none where the folder is missing.
    ///
    /// # Errors
    /// Everything that is wrong with the files, or what the system refuses.
    pub fn read(&self) -> Result<Vec<RevisionFile>, ProjectError> {
        let paths = self.list()?;
        let mut files = Vec::with_capacity(paths.len());
        let mut errors: Vec<FileErrors> = Vec::new();
        for read in in_parallel(&paths, |path| self.read_one(path)) {
            match read? {
                Ok(file) => files.push(file),
                Err(problems) => errors.push(problems),
            }
        }
        if errors.is_empty() {
            return Ok(files);
        }
        Err(ProjectError::Revisions(errors))
    }

    fn read_one(&self, path: &Path) -> Result<Result<RevisionFile, FileErrors>, ProjectError> {
        let text = read_text(path, &self.root)?;
        Ok(RevisionFile::parse(&self.shown(path), &text))
    }

    fn list(&self) -> Result<Vec<PathBuf>, ProjectError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed("read", &self.path, error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|error| self.failed("read", &self.path, error))?
                .path();
            let is_hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !is_hidden && path.extension().is_some_and(|ending| ending == "sql") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    /// Writes a new file, whole or not at all, and returns where it is.
    ///
    /// # Errors
    /// What the system refuses; nothing is left behind then.
    pub fn create(&self, name: &str, text: &str) -> Result<PathBuf, ProjectError> {
        let path = self.file(name);
        fs::create_dir_all(&self.path).map_err(|error| self.failed("make", &self.path, error))?;
        let written = self.temporary(text).and_then(|file| {
            file.persist_noclobber(&path)
                .map(drop)
                .map_err(|error| error.error)
        });
        written.map_err(|error| self.failed("write", &path, error))?;
        Ok(path)
    }

    /// Puts another text in the place of a revision's file, whole or not at all.
    ///
    /// # Errors
    /// What the system refuses; the file is as it was then.
    pub fn replace(&self, revision: &RevisionFile) -> Result<PathBuf, ProjectError> {
        let path = self.file_of(revision);
        let written = self
            .temporary(revision.to_text())
            .and_then(|file| file.persist(&path).map(drop).map_err(|error| error.error));
        written.map_err(|error| self.failed("write", &path, error))?;
        Ok(path)
    }

    fn temporary(&self, text: &str) -> io::Result<tempfile::NamedTempFile> {
        temporary_in(&self.path, text)
    }

    fn failed(&self, what: &'static str, path: &Path, source: io::Error) -> ProjectError {
        ProjectError::File {
            what,
            path: self.shown(path),
            source,
        }
    }
}

/// Gives a file the rights that the user's mask leaves, where temporary files are private.
#[cfg(unix)]
fn open_to_all(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn open_to_all(_builder: &mut tempfile::Builder<'_, '_>) {}

/// Writes a file, whole or not at all, with the folders above it; one that is there is replaced.
pub(crate) fn write_whole(path: &Path, text: &str, root: &Path) -> Result<(), ProjectError> {
    let failed = |what, path: &Path, source| ProjectError::File {
        what,
        path: shown(path, root),
        source,
    };
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, error))?;
    let written = temporary_in(folder, text)
        .and_then(|file| file.persist(path).map(drop).map_err(|error| error.error));
    written.map_err(|error| failed("write", path, error))
}

fn temporary_in(folder: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".schemist-").suffix(".tmp");
    open_to_all(&mut builder);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Reads a text file, without the mark that some editors put before the text.
pub(crate) fn read_text(path: &Path, root: &Path) -> Result<String, ProjectError> {
    fs::read_to_string(path).map_err(|source| ProjectError::File {
        what: "read",
        path: shown(path, root),
        source,
    })
}

/// What is made of each path, in their order; of many paths on all cores.
pub(crate) fn in_parallel<T: Send>(paths: &[PathBuf], make: impl Fn(&Path) -> T + Sync) -> Vec<T> {
    /// How many files are read in the time that a thread takes to start.
    const FEW: usize = 32;

    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = paths.len().div_ceil(cores).max(FEW);
    let make_all = |paths: &[PathBuf]| paths.iter().map(|path| make(path)).collect::<Vec<T>>();
    let Some((first, rest)) = paths.split_at_checked(share) else {
        return make_all(paths);
    };
    thread::scope(|scope| {
        let others: Vec<_> = rest
            .chunks(share)
            .map(|paths| scope.spawn(|| make_all(paths)))
            .collect();
        let mut made = make_all(first);
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    })
}

/// A path as messages name it: from the project's folder on.
pub(crate) fn shown(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    if path.as_os_str().is_empty() {
        return ".".to_owned();
    }
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(root: &Path) -> MigrationsFolder {
        MigrationsFolder::new(root.join("migrations"), root.to_path_buf())
    }

    #[test]
    fn files_are_written_whole_and_never_over_others() {
        let root = tempfile::tempdir().unwrap();
        let folder = folder(root.path());
        assert_eq!(folder.read().unwrap(), []);
        let text = "-- schemist revision\n-- id: a1\n\n-- [up]\nSELECT 1;\n";
        let path = folder.create("a.sql", text).unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), text);
        let error = folder.create("a.sql", "other").unwrap_err();
        assert_eq!(error.to_string(), "write migrations/a.sql");
        fs::write(folder.file("notes.txt"), "not ours").unwrap();
        fs::write(folder.file(".hidden.sql"), "not ours").unwrap();
        let files = folder.read().unwrap();
        assert_eq!(files[0].path(), "migrations/a.sql");
        assert_eq!(files[0].to_text(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn many_files_come_in_their_order() {
        for count in [0, 1, 31, 32, 33, 1000] {
            let paths: Vec<PathBuf> = (0..count).map(|n| n.to_string().into()).collect();
            let made = in_parallel(&paths, Path::to_path_buf);
            assert_eq!(made, paths);
        }
    }

    #[test]
    fn every_broken_file_is_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = folder(root.path());
        folder.create("a.sql", "SELECT 1;").unwrap();
        folder.create("b.sql", "SELECT 1;").unwrap();
        let error = folder.read().unwrap_err();
        let paths: Vec<String> = error
            .complaints()
            .iter()
            .flat_map(|complaint| complaint.places.iter().map(|place| place.path.to_string()))
            .collect();
        assert_eq!(paths, ["migrations/a.sql", "migrations/b.sql"]);
    }
}
