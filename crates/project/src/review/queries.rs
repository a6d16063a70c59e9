//! The queries of the deployed code: which of them the revisions break.

use schemist_catalog::Hazard;
use schemist_sql::Dialect;

use super::report::Review;
use super::select::Selection;
use super::sheet::{OfQuery, Sheet, Stated, Told};
use super::work::Request;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::queries::{Effects, Query, queries};

/// The queries that must go on working while the revisions are applied: those of the ref that was named, or of where
/// the range begins; the working copy's where nobody knows of a commit.
///
/// # Errors
/// Where a ref that was named has none, or a file of the working copy cannot be read.
pub(super) fn deployed(
    entry: &Entry,
    request: &Request,
    selection: &Selection,
    dialect: Dialect,
    notes: &mut Vec<String>,
) -> Result<Vec<Query>, ProjectError> {
    if entry.settings.queries.is_empty() && request.queries_from.is_none() {
        return Ok(Vec::new());
    }
    match (&request.queries_from, &selection.beginning) {
        (Some(named), _) => queries(entry, dialect, Some(named)),
        (None, None) => queries(entry, dialect, None),
        (None, Some(commit)) => queries(entry, dialect, Some(commit)).or_else(|error| {
            let why = error.complaints().into_iter().next();
            let why = why.map(|complaint| complaint.message).unwrap_or_default();
            let note = format!("the queries of the deployed code were not looked at: cannot {why}");
            if !notes.contains(&note) {
                notes.push(note);
            }
            Ok(Vec::new())
        }),
    }
}

/// Adds what becomes of queries to the statements that it comes from.
pub(super) fn add_effects(review: &mut Review, dialect: Dialect, effects: &Effects) {
    for broken in &effects.broken {
        let what = format!("works no more ({}); {}", broken.words, broken.remedy);
        add(
            &mut review.sheets,
            dialect,
            broken.statement,
            &told(broken.hazard(), &broken.query, what),
        );
    }
    for changed in &effects.changed {
        let what = format!("gives something else: {}", changed.differences.join(", "));
        add(
            &mut review.sheets,
            dialect,
            None,
            &told(changed.hazard(), &changed.query, what),
        );
    }
}

fn told(hazard: Hazard, query: &Query, what: String) -> Told {
    Told {
        code: hazard.code.to_owned(),
        severity: hazard.severity,
        text: hazard.sentence,
        query: Some(OfQuery {
            place: query.place.clone(),
            what,
        }),
    }
}

/// Tells it on the statement of that number, or on the last one.
fn add(sheets: &mut [Sheet], dialect: Dialect, number: Option<usize>, told: &Told) {
    let ways = sheets.iter_mut().flat_map(|sheet| &mut sheet.ways);
    let ways = ways.filter(|ways| ways.dialect == dialect);
    let mut all: Vec<&mut Stated> = ways.flat_map(|ways| ways.up.statements_mut()).collect();
    for stated in &mut all {
        stated.hazards.retain(|known| !is_said_by_file(known, told));
    }
    let last = all.len().saturating_sub(1);
    if let Some(stated) = all.get_mut(number.unwrap_or(last).min(last)) {
        stated.hazards.push(told.clone());
    }
}

/// Whether a revision says so itself, of the same query as it was where it was written.
fn is_said_by_file(known: &Told, told: &Told) -> bool {
    let Some(query) = &told.query else {
        return false;
    };
    let path = query.place.path.as_str();
    // The path of a ref has the ref before it.
    let path = path.split_once(':').map_or(path, |(_, path)| path);
    known.query.is_none()
        && known.code == told.code
        && known
            .text
            .contains(&format!("{path}:{} ", query.place.line))
}

/// What becomes of the queries of one file.
pub(crate) struct OfFile<'r> {
    /// The file.
    pub(crate) path: &'r str,
    /// What becomes of its queries, the first line first: the line, how bad it is, what, and by which revision.
    pub(crate) queries: Vec<Effect<'r>>,
}

/// What becomes of one query.
pub(crate) struct Effect<'r> {
    pub(crate) line: usize,
    pub(crate) told: &'r Told,
    pub(crate) what: &'r str,
    pub(crate) sheet: &'r Sheet,
    pub(crate) dialects: Vec<Dialect>,
}

/// What becomes of queries, file by file.
pub(crate) fn by_file(review: &Review) -> Vec<OfFile<'_>> {
    let mut files: Vec<OfFile<'_>> = Vec::new();
    for alert in review.alerts() {
        let Some(query) = &alert.told.query else {
            continue;
        };
        let effect = Effect {
            line: query.place.line,
            told: alert.told,
            what: &query.what,
            sheet: alert.sheet,
            dialects: alert.places.iter().map(|(dialect, _)| *dialect).collect(),
        };
        match files.iter_mut().find(|file| file.path == query.place.path) {
            Some(file) => file.queries.push(effect),
            None => files.push(OfFile {
                path: &query.place.path,
                queries: vec![effect],
            }),
        }
    }
    files.sort_by_key(|file| file.path);
    for file in &mut files {
        file.queries.sort_by_key(|effect| effect.line);
    }
    files
}
