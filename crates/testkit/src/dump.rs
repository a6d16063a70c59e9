//! What others say of a database, as a second opinion: `pg_dump`, or the server of MySQL or MariaDB itself.

mod mysql;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::process::Command;
use std::sync::OnceLock;

use schemist_sql::Dialect;

use crate::{Database, Unavailable, note_skipped, postgres_version};

/// Whether a dump says whom things belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ownership {
    /// It does not.
    #[default]
    Omitted,
    /// It does.
    Told,
}

/// The schema of a database of PostgreSQL as `pg_dump` writes it, or of MySQL as the server does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// The whole text, which can be loaded again.
    pub text: String,
    /// Its statements as a set, those of a table with their lines sorted: PostgreSQL adds columns at the end.
    pub statements: BTreeSet<String>,
}

impl Dump {
    /// Dumps a database without our own tables; `None`, and a note, where there is no program that can.
    ///
    /// What SQLite keeps is the text of each statement, which a rewritten table has in our words: of it
    /// there is no dump.
    ///
    /// # Panics
    /// Where `pg_dump` fails, or the server refuses to say what there is.
    pub fn of(database: &Database, ownership: Ownership) -> Option<Self> {
        match database.dialect() {
            Dialect::Postgres => Self::of_postgres(database, ownership),
            Dialect::Sqlite => None,
            Dialect::Mysql => {
                let statements = mysql::statements(database);
                Some(Self {
                    text: statements.join(";\n"),
                    statements: statements.into_iter().collect(),
                })
            }
        }
    }

    fn of_postgres(database: &Database, ownership: Ownership) -> Option<Self> {
        // Noted once: the list of what was skipped is for people.
        static UNAVAILABLE: OnceLock<Option<Unavailable>> = OnceLock::new();
        let unavailable = UNAVAILABLE.get_or_init(|| {
            let unavailable = unavailable();
            if let Some(unavailable) = &unavailable {
                note_skipped("what pg_dump says", unavailable);
            }
            unavailable
        });
        if unavailable.is_some() {
            return None;
        }
        let output = Command::new("pg_dump")
            .args(["--schema-only", "--exclude-table=*schemist_*"])
            .args(match ownership {
                Ownership::Omitted => ["--no-owner"].as_slice(),
                Ownership::Told => &[],
            })
            .arg(database.url())
            .output()
            .expect("pg_dump starts, as it did before");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let statements = text
            .split(";\n")
            .map(sorted)
            .filter(|said| !said.is_empty())
            .collect();
        Some(Self { text, statements })
    }

    /// What this dump says and the other does not, and the other way round.
    pub fn difference(&self, other: &Self) -> String {
        let mine = self
            .statements
            .difference(&other.statements)
            .map(|said| format!("+ {said}\n"));
        let theirs = other
            .statements
            .difference(&self.statements)
            .map(|said| format!("- {said}\n"));
        mine.chain(theirs).collect()
    }
}

/// Why nothing can be dumped here: a `pg_dump` reads no server that is newer than itself.
fn unavailable() -> Option<Unavailable> {
    let said = match Command::new("pg_dump").arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Some(Unavailable::Missing("pg_dump is not on PATH".to_owned()));
        }
        Err(error) => panic!("pg_dump: {error}"),
    };
    let mut words = said.split(|c: char| !c.is_ascii_digit());
    let own: u32 = words.find_map(|number| number.parse().ok())?;
    let server = postgres_version()?;
    (own < server).then(|| {
        let reason = format!("pg_dump {own} does not read PostgreSQL {server}");
        Unavailable::Knowingly(reason)
    })
}

/// Statements whose lines, of columns or of options, are in the order in which they were added.
const SORTED: [&str; 6] = [
    "CREATE TABLE",
    "CREATE UNLOGGED",
    "CREATE FOREIGN",
    "CREATE SERVER",
    "CREATE USER MAPPING",
    "ALTER FOREIGN",
];

/// A statement without comments and client commands, a table's lines sorted.
fn sorted(statement: &str) -> String {
    let said = statement
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with('\\'));
    let mut lines: Vec<_> = said.map(|line| line.trim_end_matches(',')).collect();
    let first = *lines.first().unwrap_or(&"");
    if SORTED.iter().any(|start| first.starts_with(start)) {
        lines.sort_unstable();
    }
    if first.starts_with("CREATE STATISTICS") {
        // Their columns follow the order of the table's.
        lines = first.split([',', ' ']).collect();
        lines.sort_unstable();
    }
    lines
        .iter()
        .map(|line| with_sorted_options(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A line whose storage options are sorted: the server keeps them in the order in which they were set.
fn with_sorted_options(line: &str) -> String {
    let Some((before, rest)) = line.split_once("WITH (") else {
        return line.to_owned();
    };
    let Some((options, after)) = rest.split_once(')') else {
        return line.to_owned();
    };
    let mut options: Vec<_> = options.split(", ").collect();
    options.sort_unstable();
    format!("{before}WITH ({}){after}", options.join(", "))
}
