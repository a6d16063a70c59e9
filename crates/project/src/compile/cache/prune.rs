//! Which compiled catalogs are thrown out: those that were not used for long, and the oldest of too many.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the names of entries end with.
pub(super) const SUFFIX: &str = ".catalog";

/// What the names of entries end with that say which databases are alike.
pub(super) const ALIKE: &str = ".alike";

/// What the names of files begin with that are still written, or whose writer was killed.
pub(super) const UNFINISHED: &str = ".writing-";

/// How old the note of an entry's last use may be before it is renewed.
pub(super) const USE_NOTED_AFTER: Duration = Duration::from_secs(86_400);

/// How long writing an entry can take at the very most.
const WRITTEN_WITHIN: Duration = Duration::from_secs(3_600);

/// What the cache may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long an entry is kept that nobody uses.
    unused: Duration,
    /// How large all entries are together.
    bytes: u64,
}

/// A catalog of a thousand tables takes about one MiB.
pub(super) const LIMITS: Limits = Limits {
    unused: Duration::from_secs(30 * 86_400),
    bytes: 256 * 1024 * 1024,
};

/// How long ago something was; nothing is in the future.
pub(super) fn age(time: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(time).unwrap_or_default()
}

struct Entry {
    age: Duration,
    bytes: u64,
    path: PathBuf,
}

/// Throws out what is too old or too much. What cannot be removed stays.
pub(super) fn prune(folder: &Path, limits: &Limits, now: SystemTime) {
    let mut entries = entries(folder, now);
    entries.sort_by(|one, other| (one.age, &one.path).cmp(&(other.age, &other.path)));
    let mut bytes: u64 = 0;
    for entry in entries {
        bytes = bytes.saturating_add(entry.bytes);
        if bytes > limits.bytes || entry.age > limits.unused {
            drop(fs::remove_file(entry.path));
        }
    }
}

/// The entries of the folder; what killed writers left is removed on the way.
fn entries(folder: &Path, now: SystemTime) -> Vec<Entry> {
    let mut entries = Vec::new();
    let Ok(listed) = fs::read_dir(folder) else {
        return entries;
    };
    for file in listed.flatten() {
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        let Ok(metadata) = file.metadata() else {
            continue;
        };
        let age = metadata
            .modified()
            .map_or(Duration::ZERO, |time| age(time, now));
        if name.ends_with(SUFFIX) || name.ends_with(ALIKE) {
            entries.push(Entry {
                age,
                bytes: metadata.len(),
                path: file.path(),
            });
        } else if name.starts_with(UNFINISHED) && age > WRITTEN_WITHIN {
            drop(fs::remove_file(file.path()));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use tempfile::TempDir;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// The names that are left of these files of ten bytes, each so many hours old.
    fn left(files: &[(&str, u32)], limits: &Limits) -> Vec<String> {
        let folder = TempDir::new().unwrap();
        let now = SystemTime::now();
        for (name, hours) in files {
            let path = folder.path().join(name);
            fs::write(&path, "ten bytes!").unwrap();
            File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(now - HOUR * *hours)
                .unwrap();
        }
        prune(folder.path(), limits, now);
        let names = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = names
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_nobody_used_for_long_goes() {
        let month = 30 * 24;
        let files = [
            ("a.catalog", month + 1),
            ("b.catalog", month - 1),
            ("c.catalog", 0),
        ];
        assert_eq!(left(&files, &LIMITS), ["b.catalog", "c.catalog"]);
    }

    #[test]
    fn of_too_many_the_longest_unused_go() {
        let files = [("a.catalog", 1), ("b.catalog", 3), ("c.catalog", 2)];
        let limits = Limits {
            bytes: 29,
            ..LIMITS
        };
        assert_eq!(left(&files, &limits), ["a.catalog", "c.catalog"]);
    }

    #[test]
    fn other_files_stay_but_for_those_of_killed_writers() {
        let files = [
            ("notes.txt", 2_000),
            (".writing-abc", 2),
            (".writing-def", 0),
        ];
        let limits = Limits { bytes: 0, ..LIMITS };
        assert_eq!(left(&files, &limits), [".writing-def", "notes.txt"]);
    }
}
