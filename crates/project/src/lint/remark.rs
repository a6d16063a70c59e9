//! What a lint says, ready to be told.

use std::collections::BTreeSet;

use schemist_catalog::Severity;
use schemist_catalog::hazard::HazardRule;
use schemist_revision::{Direction, Place, StatementLock};
use schemist_sql::{Dialect, Span};

use super::fix::Fix;

/// How large a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Its rows, as the server reckons.
    pub rows: u64,
    /// What it takes on the disk, with its indexes.
    pub bytes: u64,
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.rows == 1 { "" } else { "s" };
        write!(f, "about {} row{plural}, {}", self.rows, bytes(self.bytes))
    }
}

/// A number of bytes as people read it.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut rest = count;
    let mut unit = 0;
    while rest >= 10 * 1024 && unit + 1 < UNITS.len() {
        rest /= 1024;
        unit += 1;
    }
    format!("{rest} {}", UNITS[unit])
}

/// A hazard at its place.
#[derive(Debug, Clone)]
pub struct Remark {
    /// The hazard.
    pub rule: &'static HazardRule,
    /// How bad it is here.
    pub severity: Severity,
    /// What happens, in a sentence without its period.
    pub sentence: String,
    /// Where: the file, and the words in it.
    pub place: Place,
    /// Who reads it so.
    pub dialects: BTreeSet<Dialect>,
    /// Up or down.
    pub direction: Option<Direction>,
    /// The statement.
    pub sql: String,
    /// The table that it is about.
    pub table: Option<String>,
    /// What the statement locks.
    pub locks: Vec<StatementLock>,
    /// How large the table is, where a database was asked.
    pub size: Option<Size>,
    /// How it could be written without the hazard.
    pub fix: Option<Fix>,
    /// What tells it from all others, and stays the same when lines move.
    pub fingerprint: String,
}

impl Remark {
    /// Where it begins and ends, counted from one.
    pub fn lines(&self) -> ((usize, usize), (usize, usize)) {
        let text = &self.place.source;
        (
            schemist_sql::line_column(text, self.place.span.start),
            schemist_sql::line_column(text, self.place.span.end),
        )
    }

    /// What a person reads below the sentence: locks, sizes, and what to do.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.locks.iter().map(ToString::to_string).collect();
        if let (Some(table), Some(size)) = (&self.table, self.size) {
            notes.push(format!("table {table} has {size}"));
        }
        if self.direction == Some(Direction::Down) {
            notes.push("on the way down".to_owned());
        }
        notes
    }
}

/// Where in a text something stands.
pub(super) fn place(path: &str, text: &std::sync::Arc<str>, span: Span, label: &str) -> Place {
    Place {
        path: path.into(),
        source: text.clone(),
        span,
        label: label.to_owned(),
    }
}

/// What became of some files.
#[derive(Debug, Clone, Default)]
pub struct LintReport {
    /// What was found, in the order of the files.
    pub remarks: Vec<Remark>,
    /// How many files were read.
    pub files: usize,
    /// How many statements were read.
    pub statements: usize,
    /// How many hazards comments ignore.
    pub ignored: usize,
    /// How many hazards the baseline knows.
    pub known: usize,
    /// What to tell beside.
    pub notes: Vec<String>,
    /// Why nobody could look, where that is so.
    pub failure: Option<String>,
    /// The folder from which a pipeline counts paths to the project's, with a slash at its end.
    pub base: String,
}

impl LintReport {
    /// The worst of all, where there is any.
    pub fn worst(&self) -> Option<Severity> {
        self.remarks.iter().map(|remark| remark.severity).max()
    }
}
