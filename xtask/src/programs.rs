//! Where PostgreSQL's programs are, and how they get there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders of distributions that are not on PATH; `*` is any text within one part.
const FOLDERS: [&str; 6] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/// The folder with `initdb` and `postgres`.
pub struct Programs {
    /// The folder itself, without links.
    pub folder: PathBuf,
}

impl Programs {
    /// Finds the programs on PATH, else the newest ones in the folders of distributions.
    pub fn find() -> Option<Self> {
        Self::all().into_iter().next()
    }

    /// Finds or installs the programs of a version.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub fn of_version(major: u32) -> Result<Self, String> {
        let mut found = Self::all().into_iter();
        match found.find(|programs| programs.major() == Some(major)) {
            Some(programs) => Ok(programs),
            None => crate::packages::find_or_install(major),
        }
    }

    fn all() -> Vec<Self> {
        let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>());
        let mut folders = on_path.unwrap_or_default();
        folders.extend(FOLDERS.iter().flat_map(|pattern| matching(pattern)));
        folders
            .iter()
            .filter_map(|folder| Self::in_folder(folder))
            .collect()
    }

    /// The version that the server says it is, without its minor number.
    pub fn major(&self) -> Option<u32> {
        let output = Command::new(self.folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        major_in(&String::from_utf8_lossy(&output.stdout))
    }

    /// The programs in a folder, if they are there.
    pub fn in_folder(folder: &Path) -> Option<Self> {
        // The server looks for its libraries beside the real program.
        let initdb = fs::canonicalize(folder.join("initdb")).ok()?;
        let folder = initdb.parent()?.to_path_buf();
        folder.join("postgres").is_file().then_some(Self { folder })
    }

    /// Finds the programs, and installs them first where that is this machine's custom.
    ///
    /// # Errors
    /// What the package manager said, or what helps where there is none that we may use.
    pub fn find_or_install() -> Result<Self, String> {
        if let Some(programs) = Self::find() {
            return Ok(programs);
        }
        if !may_install() {
            return Err(REMEDY.to_owned());
        }
        eprintln!("Installing PostgreSQL, which the tests need: apt-get install postgresql");
        apt_get(&["update", "--quiet"], REMEDY)?;
        let install = [
            "install",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            "postgresql",
        ];
        apt_get(&install, REMEDY)?;
        Self::find().ok_or_else(|| REMEDY.to_owned())
    }
}

/// What is said where no server can be had.
const REMEDY: &str = "no PostgreSQL server for the tests: `initdb` and `postgres` are neither on PATH nor in the usual folders
  install them        sudo apt-get install postgresql    (Debian, Ubuntu)
                      brew install postgresql            (macOS)
  or name a server    SCHEMIST_TEST_POSTGRES_URL=postgres://user@host/database cargo xtask test
  or do without       cargo xtask test --without postgres";

/// The first number in the words of `--version`: `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
fn major_in(words: &str) -> Option<u32> {
    let number = words
        .split(' ')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split('.').next()?.trim().parse().ok()
}

/// Debian as root is a container or a fresh machine, where installing is expected.
pub fn may_install() -> bool {
    let is_root = crate::server::account().is_ok_and(|account| account.is_some());
    is_root && Path::new("/etc/debian_version").exists()
}

/// Runs `apt-get`; `remedy` is what helps where that fails.
///
/// # Errors
/// How it ended.
pub fn apt_get(arguments: &[&str], remedy: &str) -> Result<(), String> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "`apt-get {}` ended with {status}\n{remedy}",
            arguments[0]
        )),
        Err(error) => Err(format!("cannot start apt-get: {error}\n{remedy}")),
    }
}

/// The folders that a pattern stands for, the highest number in a name first.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let Some((before, after)) = part.split_once('*') else {
            for folder in &mut found {
                folder.push(part);
            }
            continue;
        };
        found = found
            .iter()
            .flat_map(|folder| children(folder, before, after))
            .collect();
    }
    found
}

fn children(folder: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(before) && name.ends_with(after))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(number_in(name)));
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn number_in(name: &str) -> u64 {
    let digits: String = name
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_without_its_minor_number() {
        assert_eq!(
            major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_in("postgres (PostgreSQL) 18\n"), Some(18));
        assert_eq!(major_in("postgres"), None);
    }

    #[test]
    fn the_newest_folder_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9.6", "18", "15"] {
            fs::create_dir_all(root.path().join(name).join("bin")).unwrap();
        }
        let pattern = format!("{}/*/bin", root.path().display());
        let found = matching(&pattern);
        let names: Vec<_> = found
            .iter()
            .map(|path| {
                path.strip_prefix(root.path())
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        assert_eq!(names, ["18/bin", "15/bin", "9.6/bin"]);
    }
}
