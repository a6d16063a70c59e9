//! Finding the server's programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::ScratchError;

/// A folder that holds `postgres`, `initdb` and `pg_ctl` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) version: String,
}

/// Where distributions put them; a `*` stands for the versions there.
const FOLDERS: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "bin"),
    ("/usr/pgsql-", "bin"),
    ("/usr/libexec/postgresql", ""),
    ("/usr/lib64/postgresql-", "bin"),
    ("/usr/local/pgsql", "bin"),
    ("/opt/homebrew/opt/postgresql", "bin"),
    ("/usr/local/opt/postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt/postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("/opt/local/lib/postgresql", "bin"),
];

/// Finds the programs of a major version, or of the newest one that is there.
pub(super) fn find(path: &OsStr, major: Option<u32>) -> Result<Programs, ScratchError> {
    let mut found = Vec::new();
    for folder in std::env::split_paths(path).chain(distribution_folders()) {
        let Some(programs) = look(&folder) else {
            continue;
        };
        if major.is_some_and(|major| major_of(&programs.version) == major) {
            return Ok(programs);
        }
        if !found.contains(&programs) {
            found.push(programs);
        }
    }
    let newest = found
        .iter()
        .max_by_key(|programs| major_of(&programs.version));
    match (major, newest) {
        (None, Some(programs)) => Ok(programs.clone()),
        (major, _) => Err(ScratchError::NoPrograms {
            wanted: major.map_or("PostgreSQL".to_owned(), |major| {
                format!("PostgreSQL {major}")
            }),
            found: found.into_iter().map(|programs| programs.version).collect(),
        }),
    }
}

fn distribution_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (base, inner) in FOLDERS {
        folders.push(Path::new(base).join(inner));
        // `base` is a folder of versions, or the beginning of names such as `postgresql@16`.
        let base = Path::new(base);
        let (parent, start) = match (base.is_dir(), base.parent(), base.file_name()) {
            (false, Some(parent), Some(start)) => (parent, start.to_string_lossy().into_owned()),
            _ => (base, String::new()),
        };
        let Ok(entries) = parent.read_dir() else {
            continue;
        };
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names
            .into_iter()
            .rev()
            .filter(|name| name.to_string_lossy().starts_with(&start))
        {
            folders.push(parent.join(name).join(inner));
        }
    }
    folders
}

fn look(folder: &Path) -> Option<Programs> {
    if !folder.is_absolute()
        || !["postgres", "initdb", "pg_ctl"]
            .iter()
            .all(|name| folder.join(name).is_file())
    {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    // "postgres (PostgreSQL) 15.18 (Debian …)"
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(Programs {
        folder: folder.to_owned(),
        version: version.to_owned(),
    })
}

pub(super) fn major_of(version: &str) -> u32 {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_is_not_there_is_named_with_those_that_are() {
        let error = find(OsStr::new(""), Some(1)).unwrap_err();
        let ScratchError::NoPrograms { wanted, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(wanted, "PostgreSQL 1");
    }

    #[test]
    fn majors_are_the_first_number() {
        assert_eq!(
            (major_of("15.18"), major_of("18beta1"), major_of("x")),
            (15, 18, 0)
        );
    }
}
