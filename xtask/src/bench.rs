//! `cargo xtask bench`: how long changes take that have to write every row.
//!
//! Both sides of a comparison run in the same way, one after the other in each round, on copies of one
//! database: a machine that is busy is so for both.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

/// What is asked of the task.
#[derive(Args)]
pub struct BenchArguments {
    /// How many rows the table has that SQLite writes anew
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    rows: u64,
    /// How often each side is measured
    #[arg(long, default_value_t = 5, value_name = "N")]
    rounds: usize,
    /// The program to measure, instead of one that is built for it
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// How many times the plain copy a rebuild may take.
const LIMIT: f64 = 1.5;

const TABLES: &str = "
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES author (id),
    title TEXT NOT NULL,
    isbn TEXT UNIQUE,
    pages INTEGER,
    price REAL
);
CREATE TABLE loan (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE);
CREATE INDEX book_author ON book (author);
CREATE INDEX book_title ON book (title COLLATE NOCASE, pages DESC);
CREATE VIEW thick AS SELECT title FROM book WHERE pages > 900;
CREATE TRIGGER book_gone AFTER DELETE ON book BEGIN DELETE FROM loan WHERE book = old.id; END;
";

/// The rows: a book of each number, and a loan of every fifth.
const ROWS: &str = "
INSERT INTO author SELECT value, 'author ' || value FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000) SELECT value FROM n);
INSERT INTO book
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
SELECT i, 1 + (i * 7919) % 1000, 'title ' || ((i * 48271) % 1000003), 'isbn-' || ((i * 16807) % 2147483647), i % 1000, i * 0.01 FROM n;
INSERT INTO loan (book) SELECT id FROM book WHERE id % 5 = 0;
";

/// What the rebuild is held against.
const COPY: &str = "
CREATE TABLE copy (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL,
    title TEXT NOT NULL,
    isbn TEXT UNIQUE,
    pages INTEGER NOT NULL,
    price REAL
);
INSERT INTO copy (id, author, title, isbn, pages, price) SELECT id, author, title, isbn, pages, price FROM book;
CREATE INDEX copy_author ON copy (author);
CREATE INDEX copy_title ON copy (title COLLATE NOCASE, pages DESC);
";

/// Measures, and says whether the limit holds.
///
/// # Errors
/// What could not be prepared, or a run that failed.
pub fn run(arguments: &BenchArguments) -> Result<ExitCode, String> {
    let binary = match &arguments.binary {
        Some(binary) => fs::canonicalize(binary)
            .map_err(|error| format!("cannot find {}: {error}", binary.display()))?,
        None => build()?,
    };
    let folder = tempfile::Builder::new().prefix("schemist-bench-").tempdir();
    let folder = folder.map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let bench = Bench {
        binary,
        folder: folder.path().to_owned(),
    };
    bench.fill(arguments.rows)?;
    let (mut plain, mut rebuilt) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds.max(1) {
        plain.push(bench.measure("copy")?);
        rebuilt.push(bench.measure("change")?);
    }
    let sides = [
        ("INSERT … SELECT and the indexes", middle(plain)),
        ("the rebuild", middle(rebuilt)),
    ];
    println!("{} rows, median of {}:", arguments.rows, arguments.rounds);
    for (name, run) in &sides {
        let memory = run.memory.map_or_else(
            || "memory unknown".to_owned(),
            |memory| format!("{} MiB at most", memory / 1024),
        );
        println!("  {name}: {} ms, {memory}", run.time.as_millis());
    }
    let [(_, plain), (_, rebuilt)] = sides;
    let ratio = rebuilt.time.as_secs_f64() / plain.time.as_secs_f64();
    println!("  {ratio:.2} times as long; at most {LIMIT} is wanted");
    Ok(if ratio <= LIMIT {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One run.
#[derive(Debug, Clone, Copy)]
struct Run {
    time: Duration,
    /// The most that it had in memory, in KiB, where the system tells.
    memory: Option<u64>,
}

fn middle(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(|run| run.time);
    runs[runs.len() / 2]
}

/// A folder with a project, a database full of rows, and a copy of the project for each way on.
struct Bench {
    binary: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn fill(&self, rows: u64) -> Result<(), String> {
        let start = self.folder.join("start");
        let parts = ["models", "migrations"].map(|part| start.join(part));
        for part in parts {
            fs::create_dir_all(&part).map_err(cannot_write)?;
        }
        let settings = "models = [\"models\"]\nmigrations = \"migrations\"\n[database.main]\nurl = \"sqlite://${SCHEMIST_BENCH}\"\n";
        fs::write(start.join("schemist.toml"), settings).map_err(cannot_write)?;
        fs::write(start.join("models/schema.sql"), TABLES).map_err(cannot_write)?;
        let full = self.folder.join("full.db");
        self.finish(
            "start",
            &full,
            &["revision", "--autogenerate", "-m", "start"],
        )?;
        self.finish("start", &full, &["upgrade"])?;
        self.add_by_hand("start", &full, &ROWS.replace("{rows}", &rows.to_string()))?;
        self.finish("start", &full, &["upgrade"])?;

        self.fork("copy")?;
        self.add_by_hand("copy", &full, COPY)?;
        self.fork("change")?;
        let changed = TABLES.replace("pages INTEGER,", "pages INTEGER NOT NULL,");
        fs::write(self.folder.join("change/models/schema.sql"), changed).map_err(cannot_write)?;
        self.finish(
            "change",
            &full,
            &["revision", "--autogenerate", "-m", "change"],
        )
    }

    /// Writes a revision of these statements.
    fn add_by_hand(&self, project: &str, database: &Path, sql: &str) -> Result<(), String> {
        let migrations = self.folder.join(project).join("migrations");
        let before = files(&migrations)?;
        self.finish(project, database, &["revision", "--empty", "-m", "rows"])?;
        let written = files(&migrations)?;
        let path = written.iter().find(|path| !before.contains(path));
        let path = path.ok_or("no revision was written")?;
        let text = fs::read_to_string(path).map_err(cannot_write)?;
        let head = text.split("-- [").next().unwrap_or_default();
        let text = format!("{head}-- [up sqlite]\n{sql}\n-- [down sqlite]\n");
        fs::write(path, text).map_err(cannot_write)
    }

    fn fork(&self, name: &str) -> Result<(), String> {
        let (from, to) = (self.folder.join("start"), self.folder.join(name));
        for part in ["models", "migrations"] {
            fs::create_dir_all(to.join(part)).map_err(cannot_write)?;
            for path in files(&from.join(part))? {
                let name = path.file_name().unwrap_or_default();
                fs::copy(&path, to.join(part).join(name)).map_err(cannot_write)?;
            }
        }
        fs::copy(from.join("schemist.toml"), to.join("schemist.toml")).map_err(cannot_write)?;
        Ok(())
    }

    /// Runs a project's last revision on a fresh copy of the full database.
    fn measure(&self, project: &str) -> Result<Run, String> {
        let database = self.folder.join("run.db");
        fs::copy(self.folder.join("full.db"), &database).map_err(cannot_write)?;
        let mut command = self.command(project, &database, &["upgrade"]);
        let began = Instant::now();
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut memory = None;
        loop {
            memory = memory.max(most_memory(&child));
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                let time = began.elapsed();
                return if status.success() {
                    Ok(Run { time, memory })
                } else {
                    Err(format!("the upgrade of {project} failed"))
                };
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn finish(&self, project: &str, database: &Path, arguments: &[&str]) -> Result<(), String> {
        let output = self
            .command(project, database, arguments)
            .stderr(Stdio::piped())
            .output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "`schemist {}` failed:\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        ))
    }

    fn command(&self, project: &str, database: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(self.folder.join(project))
            .env("SCHEMIST_BENCH", database)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// The most memory that a process had so far, where the system tells.
fn most_memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(cannot_write)?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    paths.map_err(cannot_write)
}

fn cannot_write(error: std::io::Error) -> String {
    format!("cannot write what is measured: {error}")
}

/// Builds the program as people have it.
fn build() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--package", "schemist-cli"])
        .current_dir(crate::root())
        .status();
    if !built
        .map_err(|error| format!("cannot start cargo: {error}"))?
        .success()
    {
        return Err("the program does not build".to_owned());
    }
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    Ok(target
        .join("release")
        .join(format!("schemist{}", env::consts::EXE_SUFFIX)))
}
