//! Who writes to a file of SQLite without being us: the system's list of locks names the process (Linux).

use std::path::Path;

use super::Holder;

/// The process that holds SQLite's own lock to write; `None` where the system does not tell.
///
/// The places of the locks within the files are SQLite's: <https://www.sqlite.org/fileformat2.html>,
/// and those of its log <https://www.sqlite.org/walformat.html#locks>.
#[cfg(target_os = "linux")]
pub(super) fn writer_of(database: &Path) -> Option<Holder> {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    /// The byte that says that somebody is about to write.
    const RESERVED: u64 = 0x4000_0001;
    /// The byte of the log's shared memory that says the same.
    const LOG: u64 = 120;

    let list = fs::read_to_string("/proc/locks").ok()?;
    let inode = |path: &Path| fs::metadata(path).ok().map(|file| file.ino());
    let mut shared = database.as_os_str().to_owned();
    shared.push("-shm");
    let places = [
        (inode(database), RESERVED),
        (inode(Path::new(&shared)), LOG),
    ];
    let process = places.into_iter().find_map(|(inode, byte)| {
        let inode = inode?;
        list.lines().find_map(|line| owner(line, inode, byte))
    })?;
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    Some(Holder {
        process,
        user: Holder::UNKNOWN.to_owned(),
        client: "this machine".to_owned(),
        application: name.trim().to_owned(),
        since: Holder::UNKNOWN.to_owned(),
    })
}

/// No other system has such a list.
#[cfg(not(target_os = "linux"))]
pub(super) fn writer_of(_database: &Path) -> Option<Holder> {
    None
}

/// The process of a line of `/proc/locks`, if it is a lock to write on this byte of this file:
/// `1: POSIX  ADVISORY  WRITE 4711 fd:01:133 1073741825 1073741825`.
#[cfg(target_os = "linux")]
fn owner(line: &str, inode: u64, byte: u64) -> Option<i64> {
    let mut words = line.split_whitespace();
    // `->` stands before one that waits.
    let is_held = words.nth(1)? != "->";
    let mut words = words.skip_while(|word| *word != "WRITE").skip(1);
    let process = words.next()?.parse().ok()?;
    let file = words.next()?.rsplit(':').next()?.parse::<u64>().ok()?;
    let first = words.next()?.parse::<u64>().ok()?;
    let last = words.next()?;
    let holds = first <= byte && (last == "EOF" || last.parse::<u64>().ok()? >= byte);
    (is_held && file == inode && holds).then_some(process)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_process_that_writes() {
        let line = "1: POSIX  ADVISORY  WRITE 4711 fd:01:133 1073741824 1073742335";
        assert_eq!(owner(line, 133, 0x4000_0001), Some(4711));
        assert_eq!(owner(line, 134, 0x4000_0001), None);
        assert_eq!(owner(line, 133, 120), None);
        let waiting = "1: -> POSIX  ADVISORY  WRITE 4711 fd:01:133 0 EOF";
        assert_eq!(owner(waiting, 133, 120), None);
        let reading = "2: POSIX  ADVISORY  READ 4711 fd:01:133 0 EOF";
        assert_eq!(owner(reading, 133, 120), None);
    }
}
