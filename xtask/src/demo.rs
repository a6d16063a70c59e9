//! `cargo xtask demo`: the whole loop on the repository's own project, in a fresh folder.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::programs::Programs;
use crate::server::Server;

/// One thing that is typed.
struct Step {
    says: &'static str,
    arguments: Vec<String>,
    code: i32,
}

fn step(says: &'static str, line: &str, code: i32) -> Step {
    Step {
        says,
        arguments: line.split(' ').map(ToOwned::to_owned).collect(),
        code,
    }
}

/// A folder with a copy of the project, and the binary that runs in it.
struct Demo {
    binary: PathBuf,
    folder: PathBuf,
}

/// Shows the loop, and leaves the folder.
///
/// # Errors
/// What could not be prepared, or the command that did not end as it should.
pub fn run() -> Result<ExitCode, String> {
    let programs = Programs::find();
    let demo = Demo {
        binary: build()?,
        folder: new_folder().map_err(|error| format!("cannot make a temporary folder: {error}"))?,
    };
    let message = demo.copy_project()?;
    demo.sqlite_half(&message)?;
    match programs {
        Some(programs) => demo.postgres_half(&programs)?,
        None => println!("\n# PostgreSQL's programs are not installed, so its half is not shown."),
    }
    println!("\nThe project is in {}", demo.folder.display());
    println!("The program is {}", demo.binary.display());
    Ok(ExitCode::SUCCESS)
}

impl Demo {
    /// Copies the project without its last revision, and gives that one's message.
    fn copy_project(&self) -> Result<String, String> {
        let root = crate::root();
        for part in ["models", "migrations", "schemist.toml"] {
            copy(&root.join(part), &self.folder.join(part))
                .map_err(|error| format!("cannot copy {part}: {error}"))?;
        }
        let revisions = self.revisions();
        let last = revisions.last().ok_or("migrations/ holds no revision")?;
        let path = self.folder.join("migrations").join(last);
        let text =
            fs::read_to_string(&path).map_err(|error| format!("cannot read {last}: {error}"))?;
        let message = text
            .lines()
            .find_map(|line| line.strip_prefix("-- message: "))
            .unwrap_or("the last change");
        println!(
            "# A copy of this repository's own project. Its last revision is taken away, to be made again."
        );
        println!("$ rm migrations/{last}");
        fs::remove_file(&path).map_err(|error| format!("cannot remove {last}: {error}"))?;
        Ok(message.to_owned())
    }

    fn sqlite_half(&self, message: &str) -> Result<(), String> {
        self.take(
            &step(
                "The database is a file of SQLite; every revision but the last is applied.",
                "upgrade head",
                0,
            ),
            None,
        )?;
        self.take(
            &step("The models say more than the database has.", "check", 2),
            None,
        )?;
        let before: BTreeSet<String> = self.revisions().into_iter().collect();
        let mut generate = step(
            "So a revision is written, once it has been run up and down on scratch databases.",
            "revision --autogenerate -m",
            0,
        );
        generate.arguments.push(message.to_owned());
        // Whatever this machine has the programs of: SQLite is built in.
        generate.arguments.push("--only-available".to_owned());
        self.take(&generate, None)?;
        for revision in self
            .revisions()
            .into_iter()
            .filter(|name| !before.contains(name))
        {
            println!("\n$ cat migrations/{revision}");
            let text = fs::read_to_string(self.folder.join("migrations").join(&revision));
            print!(
                "{}",
                text.map_err(|error| format!("cannot read {revision}: {error}"))?
            );
        }
        self.take_all(None)
    }

    fn postgres_half(&self, programs: &Programs) -> Result<(), String> {
        println!(
            "\n# The same files on PostgreSQL, with the programs of {}, on a server that ends with this demo.",
            programs.folder.display()
        );
        let server = Server::start(programs)?;
        let url = server.url();
        println!("$ export DATABASE_URL='{url}'");
        self.take(
            &step(
                "Every revision is applied, the new one too.",
                "upgrade head",
                0,
            ),
            Some(&url),
        )?;
        self.take(
            &step("The models and the database agree.", "check", 0),
            Some(&url),
        )?;
        self.take(
            &step(
                "The way down was run before the file was written.",
                "downgrade -1",
                0,
            ),
            Some(&url),
        )
    }

    fn take_all(&self, url: Option<&str>) -> Result<(), String> {
        for step in [
            step("It is applied.", "upgrade head", 0),
            step("The models and the database agree.", "check", 0),
            step(
                "The way down was run before the file was written.",
                "downgrade -1",
                0,
            ),
            step("The graph of revisions.", "history -i", 0),
            step(
                "The whole history is proven on every dialect that this machine has.",
                "verify --only-available",
                0,
            ),
        ] {
            self.take(&step, url)?;
        }
        Ok(())
    }

    /// Prints a command, runs it, and holds its exit code.
    fn take(&self, step: &Step, url: Option<&str>) -> Result<(), String> {
        let quoted = |word: &String| {
            if word.contains(' ') {
                format!("\"{word}\"")
            } else {
                word.clone()
            }
        };
        let line = step
            .arguments
            .iter()
            .map(quoted)
            .collect::<Vec<_>>()
            .join(" ");
        println!("\n# {}\n$ schemist {line}", step.says);
        let mut command = Command::new(&self.binary);
        command
            .args(&step.arguments)
            .current_dir(&self.folder)
            .env_remove("DATABASE_URL");
        if let Some(url) = url {
            command.env("DATABASE_URL", url);
        }
        let status = command
            .status()
            .map_err(|error| format!("cannot start {}: {error}", self.binary.display()))?;
        if status.code() == Some(step.code) {
            return Ok(());
        }
        Err(format!(
            "`schemist {line}` ended with {status}, not with exit code {}",
            step.code
        ))
    }

    /// The files of revisions, in the order of their names.
    fn revisions(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join("migrations"));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        names.sort();
        names
    }
}

/// Builds the binary, which is beside this one.
///
/// # Errors
/// What cargo could not do.
pub fn build() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--package", "schemist-cli"])
        .current_dir(crate::root())
        .status();
    if !built
        .map_err(|error| format!("cannot start cargo: {error}"))?
        .success()
    {
        return Err("the program does not build".to_owned());
    }
    let here =
        env::current_exe().map_err(|error| format!("cannot find the program's folder: {error}"))?;
    Ok(here.with_file_name(format!("schemist{}", env::consts::EXE_SUFFIX)))
}

fn new_folder() -> io::Result<PathBuf> {
    Ok(tempfile::Builder::new()
        .prefix("schemist-demo-")
        .tempdir()?
        .keep())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
