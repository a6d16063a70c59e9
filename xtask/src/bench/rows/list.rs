//! All rows, in the order of the page.

use super::{check, files, fleet, other_servers, rebuild, revision, scale, upgrade};
use crate::bench::contest::Taken;
use crate::bench::goal::Goal;
use crate::bench::ground::Ground;
use crate::bench::report::Outcome;

/// A row.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What is done, in words; see [`Row::work`].
    work: &'static str,
    /// Does it.
    pub measure: fn(&Ground) -> Result<Measured, String>,
}

impl Row {
    /// What is done with so many tables, in words: `{5}` stands for five times as many.
    pub fn work(&self, tables: usize) -> String {
        let mut work = self.work.to_owned();
        for times in [1, 2, 5, 10, 1000] {
            let number = with_commas(tables * times);
            work = work.replace(&format!("{{{times}}}"), &number);
        }
        work
    }
}

fn with_commas(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", with_commas(number / 1000), number % 1000),
    }
}

/// What came of a row, without its name.
pub struct Measured {
    /// What each contestant took; ours comes first.
    pub taken: Vec<Taken>,
    /// What was to be reached.
    pub goals: Vec<Goal>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

impl Measured {
    /// The outcome of a row of this name.
    pub fn named(self, row: &str, work: String, day: &str) -> Outcome {
        Outcome {
            row: row.to_owned(),
            work,
            contestants: self.taken,
            goals: self.goals,
            notes: self.notes,
            day: day.to_owned(),
        }
    }
}

const fn row(
    name: &'static str,
    work: &'static str,
    measure: fn(&Ground) -> Result<Measured, String>,
) -> Row {
    Row {
        name,
        work,
        measure,
    }
}

/// Every row.
pub const ROWS: &[Row] = &[
    row(
        "check-warm",
        "`check` of {1} tables on PostgreSQL without a difference; the models were compiled before.",
        check::warm,
    ),
    row(
        "check-cold",
        "The same with models that were never compiled.",
        check::cold,
    ),
    row(
        "check-restored",
        "`check` of {1} tables with checks of lists, against a database that was restored from a dump; the models were compiled before.",
        check::restored,
    ),
    row(
        "revision",
        "`revision --autogenerate` with 20 changes among {1} tables on PostgreSQL, proven.",
        revision::twenty_changes,
    ),
    row(
        "check-sqlite",
        "`check` of {1} tables on SQLite.",
        other_servers::sqlite,
    ),
    row(
        "check-mariadb",
        "`check` of {1} tables on MariaDB; the models were compiled before.",
        other_servers::mariadb,
    ),
    row(
        "scale",
        "`check` of {1}, {5} and {10} tables on PostgreSQL, warm and cold.",
        scale::scale,
    ),
    row(
        "history",
        "`heads` and `history` over {5} revision files.",
        files::history,
    ),
    row("start", "`--help`, and `heads` on ten files.", files::start),
    row(
        "models",
        "Reading {2} model files of Rust on one core; the last has a mistake, so that nothing else is done.",
        files::models,
    ),
    row(
        "upgrade",
        "`upgrade` of {1} small revisions on PostgreSQL, a transaction each.",
        upgrade::small_revisions,
    ),
    row(
        "order",
        "`check` of {1} objects that were never compiled, declared against the order of their dependencies and along it.",
        check::order,
    ),
    row(
        "first-revision",
        "The first revision of {5} tables, applied to a server with default settings.",
        upgrade::first_revision,
    ),
    row(
        "fleet",
        "`status --all` of {1} schemas on one PostgreSQL.",
        fleet::status,
    ),
    row(
        "rebuild",
        "A change that writes a SQLite table of {1000} rows anew.",
        rebuild::rebuild,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_grows_with_the_tables() {
        let work = |name: &str, tables| {
            let row = ROWS.iter().find(|row| row.name == name).unwrap();
            row.work(tables)
        };
        assert!(work("scale", 1000).contains("of 1,000, 5,000 and 10,000 tables"));
        assert!(work("rebuild", 1000).contains("of 1,000,000 rows"));
        assert!(work("history", 100).contains("over 500 revision files"));
    }
}
