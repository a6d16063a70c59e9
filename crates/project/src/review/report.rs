//! Everything that is told in a review.

use schemist_catalog::Severity;
use schemist_revision::{Direction, RevisionId};
use schemist_sql::Dialect;

use super::sheet::{Sheet, Told};
use super::{human, json, markdown};
use crate::diagram::Diagram;
use crate::graph::Cell;
use crate::page;
use crate::words::list;

/// What a reviewer reads.
#[derive(Debug, Clone)]
pub struct Review {
    /// What the database is called in the settings.
    pub name: String,
    /// Which revisions these are, to follow their number: `not on main`.
    pub which: String,
    /// The revisions, the oldest first.
    pub sheets: Vec<Sheet>,
    /// The ids of those that were there already, with other statements.
    pub edited: Vec<RevisionId>,
    /// How it was found out what changes, for each dialect.
    pub looks: Vec<Look>,
    /// What changes, by the object that it belongs to.
    pub groups: Vec<ChangeGroup>,
    /// What is lost.
    pub losses: Vec<Loss>,
    /// How large tables are that are touched; nothing where no database was asked.
    pub sizes: Vec<TableSize>,
    /// Where the database was asked: what it is.
    pub database: Option<String>,
    /// The touched tables and what is near them.
    pub diagram: Option<Diagram>,
    /// The dialect in whose words the diagram is.
    pub diagram_of: Option<Dialect>,
    /// The newest revisions of the history, with their lanes.
    pub history: Vec<Cell>,
    /// What to tell beside.
    pub notes: Vec<String>,
}

/// How it was found out what changes in a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The dialect.
    pub dialect: Dialect,
    /// The version of the server on which the revisions were run.
    pub server: Option<String>,
    /// Why they were only read.
    pub read_only: Option<String>,
    /// What is wrong: a statement that the server refused.
    pub problem: Option<String>,
}

/// What changes on one object and all that stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeGroup {
    /// The object, as people read it.
    pub object: String,
    /// The changes.
    pub changes: Vec<OneChange>,
}

/// A change of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneChange {
    /// `create`, `drop`, `alter`, `rename`.
    pub verb: &'static str,
    /// The object.
    pub object: String,
    /// What differs inside it, a line each.
    pub details: Vec<String>,
    /// The dialects in which it is so.
    pub dialects: Vec<Dialect>,
}

/// Something that is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// On which way.
    pub direction: Direction,
    /// What.
    pub text: String,
    /// The dialects in which it is so.
    pub dialects: Vec<Dialect>,
}

/// How large a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSize {
    /// Its name.
    pub table: String,
    /// How many rows; about as many, where the server only estimates.
    pub rows: Option<i64>,
    /// How many bytes, with its indexes.
    pub bytes: Option<i64>,
    /// Whether the server counted.
    pub is_counted: bool,
}

/// A hazard with its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert<'r> {
    /// The revision.
    pub sheet: &'r Sheet,
    /// The way.
    pub direction: Direction,
    /// The dialects, each with the line of the statement.
    pub places: Vec<(Dialect, usize)>,
    /// The hazard.
    pub told: &'r Told,
}

impl Alert<'_> {
    /// The way and the places: `up, PostgreSQL line 3 and SQLite line 9`.
    pub fn place(&self) -> String {
        let places = self.places.iter();
        let places = places.map(|(dialect, line)| format!("{} line {line}", dialect.title()));
        let places: Vec<String> = places.collect();
        format!("{}, {}", self.direction.name(), list(&places))
    }
}

impl ChangeGroup {
    /// Whether the object itself is all that changes, so that nothing stands below it.
    pub fn is_alone(&self) -> bool {
        matches!(&self.changes[..], [only] if only.object == self.object)
    }
}

impl Review {
    /// The dialects, in order.
    pub fn dialects(&self) -> Vec<Dialect> {
        self.looks.iter().map(|look| look.dialect).collect()
    }

    /// `2 revisions not on main`.
    pub fn title(&self) -> String {
        let plural = if self.sheets.len() == 1 { "" } else { "s" };
        format!("{} revision{plural} {}", self.sheets.len(), self.which)
    }

    /// Every hazard, the worst first; what is said of several dialects is told once.
    pub fn alerts(&self) -> Vec<Alert<'_>> {
        let mut alerts: Vec<Alert<'_>> = Vec::new();
        for sheet in &self.sheets {
            for (dialect, direction, statement, told) in sheet.hazards() {
                let place = (dialect, statement.line);
                let same = alerts.iter_mut().find(|alert| {
                    alert.sheet.id == sheet.id
                        && alert.direction == direction
                        && alert.told == told
                        && alert.places.iter().all(|(other, _)| *other != dialect)
                });
                match same {
                    Some(alert) => alert.places.push(place),
                    None => alerts.push(Alert {
                        sheet,
                        direction,
                        places: vec![place],
                        told,
                    }),
                }
            }
        }
        alerts.sort_by_key(|alert| std::cmp::Reverse(alert.told.severity));
        alerts
    }

    /// The hazards that are about no query: those are told file by file.
    pub fn hazards(&self) -> Vec<Alert<'_>> {
        let mut alerts = self.alerts();
        alerts.retain(|alert| alert.told.query.is_none());
        alerts
    }

    /// The worst of the hazards.
    pub fn worst(&self) -> Option<Severity> {
        self.alerts().first().map(|alert| alert.told.severity)
    }

    /// The worst of the hazards on one of the ways.
    pub fn worst_on(&self, direction: Direction) -> Option<Severity> {
        let alerts = self.alerts().into_iter();
        let mut alerts = alerts.filter(|alert| alert.direction == direction);
        alerts.next().map(|alert| alert.told.severity)
    }

    /// What is wrong: statements that a server refused.
    pub fn problems(&self) -> impl Iterator<Item = (Dialect, &str)> {
        let looks = self.looks.iter();
        looks.filter_map(|look| Some((look.dialect, look.problem.as_deref()?)))
    }

    /// How many hazards there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let alerts = self.alerts().into_iter();
        alerts
            .filter(|alert| alert.told.severity == severity)
            .count()
    }

    /// What is lost on a way.
    pub fn lost(&self, direction: Direction) -> impl Iterator<Item = &Loss> {
        self.losses
            .iter()
            .filter(move |loss| loss.direction == direction)
    }

    /// The words for the dialects of something, where it is not so in all of them.
    pub fn only_in(&self, dialects: &[Dialect]) -> Option<String> {
        let names: Vec<&str> = dialects.iter().map(|dialect| dialect.title()).collect();
        (dialects.len() < self.looks.len()).then(|| list(&names))
    }
}

/// A form in which a review is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewFormat {
    /// Text for people.
    Human,
    /// One document with a version.
    Json,
    /// A comment.
    Markdown,
    /// A page.
    Html,
}

impl ReviewFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Human, Self::Json, Self::Markdown, Self::Html];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// Writes a review.
pub fn render(format: ReviewFormat, review: &Review) -> String {
    match format {
        ReviewFormat::Human => crate::report::shown(&human::text(review)),
        ReviewFormat::Json => json::document(review),
        ReviewFormat::Markdown => markdown::document(review),
        ReviewFormat::Html => page::review(review),
    }
}
