//! A place of its own for journeys through the binary.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::{Database, blur_timings};

/// What the clock of the binary shows.
const CLOCK: &str = "2026-11-20T10:12:00Z";

/// A project folder and a home folder; nothing of the outside gets in but PATH.
///
/// The clock stands still and identifiers are counted, so that a journey reads the same every time.
pub struct Sandbox {
    binary: PathBuf,
    root: TempDir,
    environment: BTreeMap<String, String>,
    hidden: Vec<(String, String)>,
}

impl Sandbox {
    /// Makes an empty project for this binary; a test of the cli says `env!("CARGO_BIN_EXE_schemist")`.
    ///
    /// # Panics
    /// Where there is no room for temporary files.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let root = TempDir::with_prefix("schemist-sandbox-").expect("a temporary folder");
        let mut sandbox = Self {
            binary: binary.into(),
            root,
            environment: BTreeMap::new(),
            hidden: Vec::new(),
        };
        fs::create_dir(sandbox.project()).expect("a folder for the project");
        fs::create_dir(sandbox.home()).expect("a folder for the home");
        let home = sandbox.home().display().to_string();
        let path = env::var("PATH").unwrap_or_default();
        for (name, value) in [
            ("PATH", path.as_str()),
            ("HOME", &home),
            ("XDG_CACHE_HOME", &format!("{home}/cache")),
            ("XDG_CONFIG_HOME", &format!("{home}/config")),
            ("NO_COLOR", "1"),
            ("SCHEMIST_TEST_CLOCK", CLOCK),
            ("SCHEMIST_TEST_IDS", "counter"),
        ] {
            sandbox.set(name, value);
        }
        sandbox
    }

    /// The folder that commands run in.
    pub fn project(&self) -> PathBuf {
        self.root.path().join("project")
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Sets a variable of the environment.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Makes a database the project's: its address is in `DATABASE_URL`, and hidden in what is shown.
    pub fn use_database(&mut self, database: &Database) -> &mut Self {
        self.hide(database.url(), "<url>");
        let url = database.url().to_owned();
        self.set("DATABASE_URL", &url)
    }

    /// Shows other words for a text that differs from run to run.
    pub fn hide(&mut self, text: &str, shown: &str) -> &mut Self {
        if let Some(other) = crate::database::shown(text) {
            self.hidden.push((other, shown.to_owned()));
        }
        self.hidden.push((text.to_owned(), shown.to_owned()));
        self
    }

    /// Writes a file of the project, with its folders.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let file = self.project().join(path);
        fs::create_dir_all(file.parent().unwrap_or(Path::new(""))).expect("the file's folder");
        fs::write(&file, text).expect("the file");
        self
    }

    /// Removes a file of the project.
    ///
    /// # Panics
    /// Where it is missing.
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.project().join(path)).expect("the file");
        self
    }

    /// Reads a file of the project.
    ///
    /// # Panics
    /// Where it is missing.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The files of a folder of the project, sorted; none where the folder is missing.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.project().join(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Runs the binary with these arguments.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let program = self
            .binary
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let output = self
            .command(&self.binary)
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.binary.display()));
        Output {
            command: self.shown(&format!("{program} {}", arguments.join(" "))),
            stdout: self.shown(&String::from_utf8_lossy(&output.stdout)),
            stderr: self.shown(&String::from_utf8_lossy(&output.stderr)),
            code: output.status.code(),
        }
    }

    /// Starts the binary with these arguments; what it says on stderr can be read.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(&self.binary)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.binary.display()))
    }

    /// Runs the binary on a terminal of its own, and gives everything that it writes there.
    ///
    /// The terminal comes from `script`, which every Linux has.
    ///
    /// # Panics
    /// Where that is missing, or the run does not end well.
    pub fn run_on_terminal(&self, arguments: &[&str]) -> String {
        let line = format!("{} {}", self.binary.display(), arguments.join(" "));
        let output = self
            .command("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("TERM", "xterm")
            .output()
            .unwrap_or_else(|error| panic!("script: {error}"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        text
    }

    /// A command that sees the sandbox and nothing else.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.project())
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    /// The binary that is tested.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Variables of the environment.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// Takes a variable out of the environment.
    pub fn unset(&mut self, name: &str) -> &mut Self {
        self.environment.remove(name);
        self
    }

    /// The text as every machine shows it: without paths, addresses and times.
    pub fn shown(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for (hidden, words) in &self.hidden {
            shown = shown.replace(hidden, words);
        }
        let root = self.root.path();
        let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        for root in [&real, root] {
            shown = shown.replace(&root.join("project").display().to_string(), "<project>");
            shown = shown.replace(&root.join("home").display().to_string(), "<home>");
        }
        blur_timings(&shown)
    }
}

/// What a run said and how it ended; it must be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "say what the output is, or `.succeeds()`"]
pub struct Output {
    /// What was typed.
    pub command: String,
    /// The results.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
}

impl Output {
    /// Holds that the run ended well, and gives its results.
    ///
    /// # Panics
    /// Where it did not.
    pub fn succeeds(self) -> String {
        assert_eq!(self.code, Some(0), "{self}");
        self.stdout
    }

    /// Holds that the run ended with this code.
    ///
    /// # Panics
    /// Where it ended with another.
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

/// The form for snapshots: what was typed, the results, the rest, the exit code unless it is 0.
impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.command)?;
        write_lines(f, &self.stdout)?;
        if !self.stderr.is_empty() {
            writeln!(f, "--- stderr")?;
            write_lines(f, &self.stderr)?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => writeln!(f, "--- exit code {code}"),
            None => writeln!(f, "--- ended by a signal"),
        }
    }
}

fn write_lines(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for line in text.lines() {
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_sees_only_the_sandbox_and_is_shown_without_it() {
        let mut sandbox = Sandbox::new("/bin/sh");
        sandbox.set("SECRET", "s3cr3t").hide("s3cr3t", "<secret>");
        sandbox.write("models/a.sql", "SELECT 1;\n");
        let output = sandbox.run(&[
            "-c",
            "pwd; cat models/a.sql; echo $CARGO_PKG_NAME$SECRET took 3 ms >&2; exit 2",
        ]);
        insta::assert_snapshot!(output, @"
        $ sh -c pwd; cat models/a.sql; echo $CARGO_PKG_NAME$SECRET took <time> >&2; exit 2
        <project>
        SELECT 1;
        --- stderr
        <secret> took <time>
        --- exit code 2
        ");
        assert_eq!(sandbox.files("models"), ["a.sql"]);
        assert_eq!(output.ends_with(2).code, Some(2));
    }

    #[test]
    #[should_panic(expected = "exit code 1")]
    fn an_unexpected_end_shows_the_run() {
        Sandbox::new("/bin/sh").run(&["-c", "exit 1"]).succeeds();
    }
}
