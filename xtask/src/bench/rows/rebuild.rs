//! How long a change takes that has to write every row of a SQLite table anew, beside a plain copy of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::list::Measured;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, cannot_write};

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

/// Both sides run in the same way, on copies of one database.
pub fn rebuild(ground: &Ground) -> Result<Measured, String> {
    let bench = Bench {
        binary: ground.binary().to_owned(),
        folder: ground.folder().join("rebuild"),
    };
    bench.fill(ground.tables * 1000)?;
    let database = bench.folder.join("run.db");
    let anew = || {
        let full = bench.folder.join("full.db");
        fs::copy(full, &database).map(drop).map_err(cannot_write)
    };
    let taken = hold(
        ground,
        &[
            Contestant::new("the change", || {
                bench.command("change", &database, &["upgrade"])
            })
            .before(anew),
            Contestant::new("INSERT … SELECT and the indexes", || {
                bench.command("copy", &database, &["upgrade"])
            })
            .before(anew),
        ],
    )?;
    Ok(Measured {
        goals: vec![Goal::times_of(LIMIT, &taken[0], &taken[1])],
        taken,
        notes: Vec::new(),
    })
}

/// A folder with a project, a database full of rows, and a copy of the project for each way on.
struct Bench {
    binary: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn fill(&self, rows: usize) -> Result<(), String> {
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

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(cannot_write)?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    paths.map_err(cannot_write)
}
