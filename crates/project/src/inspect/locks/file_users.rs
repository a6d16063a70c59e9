//! Which processes of this machine lock a file, where the system tells.

use std::path::Path;

/// A process that locks a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileUser {
    /// Its number.
    pub process: u32,
    /// Its program's name.
    pub program: String,
    /// Whether it writes, rather than reads.
    pub writes: bool,
}

/// The processes that lock a SQLite file or its log.
#[cfg(target_os = "linux")]
pub(super) fn read(path: &Path) -> Vec<FileUser> {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        fs::metadata(name).ok().map(|file| file.ino())
    };
    let inodes: Vec<u64> = ["", "-shm"].into_iter().filter_map(beside).collect();
    let table = fs::read_to_string("/proc/locks").unwrap_or_default();
    let mut users: Vec<FileUser> = table
        .lines()
        .filter_map(|line| parse(line, &inodes))
        .map(|(process, writes)| FileUser {
            process,
            program: program_of(process),
            writes,
        })
        .filter(|user| user.process != std::process::id())
        .collect();
    // Who writes reads as well.
    users.sort_by_key(|user| (user.process, !user.writes));
    users.dedup_by_key(|user| user.process);
    users
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn read(_path: &Path) -> Vec<FileUser> {
    Vec::new()
}

/// The other processes that have a file open, whether they lock it or not; `None` where the system does not
/// tell.
#[cfg(target_os = "linux")]
pub(crate) fn holders(path: &Path) -> Option<Vec<FileUser>> {
    use std::fs;
    let Ok(path) = path.canonicalize() else {
        // Nobody has a file open that is not there.
        return Some(Vec::new());
    };
    let opens = |folder: &Path| {
        let files = fs::read_dir(folder.join("fd")).into_iter().flatten();
        let mut files = files.flatten();
        files.any(|file| fs::read_link(file.path()).is_ok_and(|target| target == path))
    };
    let mut holders: Vec<FileUser> = Vec::new();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if process != std::process::id() && opens(&entry.path()) {
            holders.push(FileUser {
                process,
                program: program_of(process),
                writes: false,
            });
        }
    }
    holders.sort();
    Some(holders)
}

/// The same where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn holders(_path: &Path) -> Option<Vec<FileUser>> {
    None
}

#[cfg(target_os = "linux")]
fn program_of(process: u32) -> String {
    std::fs::read_to_string(format!("/proc/{process}/comm"))
        .map_or_else(|_| "unknown".to_owned(), |name| name.trim().to_owned())
}

/// Reads `1: POSIX  ADVISORY  WRITE 4711 fe:01:123 1073741824 1073742335`.
#[cfg(target_os = "linux")]
fn parse(line: &str, inodes: &[u64]) -> Option<(u32, bool)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "ADVISORY")?;
    let process = words.get(at + 2)?.parse().ok()?;
    let inode: u64 = words.get(at + 3)?.rsplit(':').next()?.parse().ok()?;
    inodes
        .contains(&inode)
        .then(|| (process, words.get(at + 1) == Some(&"WRITE")))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::parse;

    #[test]
    fn a_line_of_the_system_names_process_and_file() {
        let line = "1: POSIX  ADVISORY  WRITE 4711 fe:01:123 1073741824 1073742335";
        assert_eq!(parse(line, &[123]), Some((4711, true)));
        assert_eq!(parse(line, &[124]), None);
        assert_eq!(
            parse("2: -> POSIX ADVISORY READ 9 fe:01:123 0 1", &[123]),
            Some((9, false))
        );
        assert_eq!(parse("", &[123]), None);
    }
}
