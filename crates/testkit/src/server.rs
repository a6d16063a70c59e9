//! Which servers the tests may use, and what happens where one is missing.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;

use schemist_sql::Dialect;

use crate::database::rows;

/// A server that tests may make databases on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address of a database on it, as a user who may create others.
    pub url: String,
}

/// Why there is no server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// Whoever runs the tests does not want it.
    Knowingly(String),
    /// It should be there; where the tests are run by a machine, this is a failure.
    Missing(String),
}

impl Unavailable {
    /// The reason, as a sentence without its period.
    pub fn reason(&self) -> &str {
        match self {
            Self::Knowingly(reason) | Self::Missing(reason) => reason,
        }
    }

    /// Whether the tests fail for it: on a machine nobody reads what was skipped.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Knowingly(_) => false,
            Self::Missing(_) => env::var("CI").is_ok_and(|value| value == "true" || value == "1"),
        }
    }
}

/// Whether tests of a dialect can run.
///
/// # Errors
/// Why they cannot.
pub fn available(dialect: Dialect) -> Result<(), Unavailable> {
    match dialect {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => postgres().map(|_| ()),
        Dialect::Mysql => mysql().map(|_| ()),
    }
}

/// Tells the PostgreSQL server of this run.
///
/// # Errors
/// Why there is none.
pub fn postgres() -> Result<Server, Unavailable> {
    of_run(&POSTGRES)
}

/// Tells the MySQL or MariaDB server of this run.
///
/// # Errors
/// Why there is none.
pub fn mysql() -> Result<Server, Unavailable> {
    of_run(&MYSQL)
}

/// Tells the program that drives the browser of this run.
///
/// # Errors
/// Why there is none.
pub fn browser() -> Result<PathBuf, Unavailable> {
    let found = of_run(&CHROMIUM)?;
    Ok(PathBuf::from(found.url))
}

/// How a server is named where tests are run.
struct Names {
    title: &'static str,
    word: &'static str,
    variable: &'static str,
}

const POSTGRES: Names = Names {
    title: "PostgreSQL",
    word: "postgres",
    variable: "SCHEMIST_TEST_POSTGRES_URL",
};

const MYSQL: Names = Names {
    title: "MySQL/MariaDB",
    word: "mysql",
    variable: "SCHEMIST_TEST_MYSQL_URL",
};

const CHROMIUM: Names = Names {
    title: "Chromium",
    word: "chromium",
    variable: "SCHEMIST_TEST_CHROMEDRIVER",
};

fn of_run(names: &Names) -> Result<Server, Unavailable> {
    let without = env::var("SCHEMIST_TEST_WITHOUT").unwrap_or_default();
    let url = env::var(names.variable).unwrap_or_default();
    choose(names, &without, &url)
}

fn choose(names: &Names, without: &str, url: &str) -> Result<Server, Unavailable> {
    let Names {
        title,
        word,
        variable,
    } = names;
    if without.split(',').any(|other| other.trim() == *word) {
        return Err(Unavailable::Knowingly(format!(
            "{title} is left out by `--without {word}`"
        )));
    }
    if url.is_empty() {
        let reason = format!("no {title}: {variable} is not set, as `cargo xtask test` does");
        return Err(Unavailable::Missing(reason));
    }
    Ok(Server {
        url: url.to_owned(),
    })
}

/// Tells the version of the PostgreSQL server of this run, without its minor number; `None` without one.
///
/// # Panics
/// Where the server does not answer.
pub fn postgres_version() -> Option<u32> {
    static VERSION: OnceLock<u32> = OnceLock::new();
    let server = postgres().ok()?;
    Some(*VERSION.get_or_init(|| {
        let answer = rows(&server.url, "SHOW server_version_num").expect("the server answers");
        let number: u32 = answer[0].parse().expect("a version is a number");
        number / 10_000
    }))
}

/// Says that a test is skipped, and writes it down for the list at the end of `cargo xtask test`.
///
/// # Panics
/// Where the reason counts as a failure.
pub fn note_skipped(test: &str, unavailable: &Unavailable) {
    let reason = unavailable.reason();
    assert!(!unavailable.is_failure(), "{reason}");
    eprintln!("skipped {test}: {reason}");
    let Ok(path) = env::var("SCHEMIST_TEST_SKIPPED") else {
        return;
    };
    let file = OpenOptions::new().append(true).create(true).open(path);
    // One write, so that the lines of tests that run side by side do not mix.
    let line = format!("{test}: {reason}\n");
    let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
    written.expect("the file in SCHEMIST_TEST_SKIPPED can be written");
}

/// The same for the test that is running.
///
/// # Panics
/// Where the reason counts as a failure.
pub fn note_skipped_here(unavailable: &Unavailable) {
    note_skipped(&current_test(), unavailable);
}

/// The name of the test that is running.
pub(crate) fn current_test() -> String {
    // nextest runs each test in the main thread of a process of its own.
    env::var("NEXTEST_TEST_NAME")
        .unwrap_or_else(|_| thread::current().name().unwrap_or("a test").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_knowingly_wins_over_an_address() {
        let chosen = choose(&POSTGRES, "mysql, postgres", "postgres://localhost");
        assert!(matches!(chosen, Err(Unavailable::Knowingly(_))));
    }

    #[test]
    fn a_missing_server_is_told_from_one_that_is_there() {
        assert!(matches!(
            choose(&POSTGRES, "", ""),
            Err(Unavailable::Missing(_))
        ));
        assert_eq!(
            choose(&POSTGRES, "mysql", "postgres://a"),
            Ok(Server {
                url: "postgres://a".to_owned()
            })
        );
    }
}
