//! Looking at revisions, dialect by dialect.

use std::collections::BTreeSet;

use schemist_catalog::Catalog;
use schemist_diff::Change;
use schemist_revision::{History, Mark, RevisionFile, marks};
use schemist_sql::Dialect;

use super::queries::{add_effects, deployed};
use super::report::{Look, Review};
use super::rules::add_rules;
use super::select::{Selection, select};
use super::sheet::Sheet;
use super::{change, compiled, live, loss};
use crate::diagram::Diagram;
use crate::error::ProjectError;
use crate::graph::{Graph, cells};
use crate::project::Entry;
use crate::queries::Query;

/// How many revisions the graph shows.
const SHOWN: usize = 40;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The revisions: one, or two with `..` between them; what is not on the main branch where nothing is named.
    pub range: Option<String>,
    /// The dialects; all of the project's where none is named.
    pub dialects: BTreeSet<Dialect>,
    /// Whether the live database is asked how large tables are.
    pub sizes: Sizes,
    /// The git ref of the deployed code, whose queries must go on working.
    pub queries_from: Option<String>,
}

/// Whether the live database is asked how large tables are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sizes {
    /// Nobody asks it.
    #[default]
    Unasked,
    /// It is.
    Asked,
}

/// Looks at revisions.
///
/// What keeps a dialect from being looked at is told in the review, and keeps no other from it.
///
/// # Errors
/// Where the files form no history, the range names nothing, or the database that is asked does not answer.
pub async fn review(entry: &Entry, request: &Request) -> Result<Review, ProjectError> {
    let history = entry.history()?;
    let selection = select(entry, &history, request.range.as_deref())?;
    let files: Vec<&RevisionFile> = history
        .revisions()
        .iter()
        .filter(|file| selection.ids.contains(file.id()))
        .collect();
    let dialects = dialects(entry, request, &files);
    let nowhere = BTreeSet::new();
    let sheets = files.iter().map(|file| {
        let marks = marks(&history, file, &nowhere);
        Sheet::of(file, &marks, &dialects)
    });
    let mut review = Review {
        name: entry.name(),
        which: selection.which.clone(),
        sheets: sheets.collect(),
        edited: selection.edited.iter().cloned().collect(),
        looks: Vec::new(),
        groups: Vec::new(),
        losses: Vec::new(),
        sizes: Vec::new(),
        database: None,
        diagram: None,
        diagram_of: None,
        history: graph(&history),
        notes: Vec::new(),
    };
    if files.is_empty() {
        return Ok(review);
    }
    let known: BTreeSet<Dialect> = dialects.iter().copied().collect();
    for (file, sheet) in files.iter().zip(&mut review.sheets) {
        review.notes.extend(add_rules(entry, file, &known, sheet)?);
    }
    let mut touched = BTreeSet::new();
    for dialect in dialects {
        let queries = deployed(entry, request, &selection, dialect, &mut review.notes)?;
        let seen = look(
            entry,
            &history,
            &selection,
            (dialect, &queries),
            &mut review,
        )
        .await;
        touched.extend(seen);
    }
    let looks = review.looks.clone();
    let is_compared = |dialect: Dialect| {
        let mut looks = looks.iter();
        looks.any(|look| look.dialect == dialect && look.server.is_some())
    };
    loss::add_told(&mut review.losses, &review.sheets, is_compared);
    review.losses.sort_by_key(|loss| loss.direction);
    if request.sizes == Sizes::Asked {
        let (database, sizes) = live::sizes(entry, &touched).await?;
        review.database = Some(database);
        review.sizes = sizes;
    }
    warn(&mut review);
    Ok(review)
}

/// Those that were named, or that the settings name, or that the files serve.
fn dialects(entry: &Entry, request: &Request, files: &[&RevisionFile]) -> Vec<Dialect> {
    let mut dialects = request.dialects.clone();
    if dialects.is_empty() {
        // Without an address the files themselves say which dialects there are.
        dialects.extend(
            entry
                .dialects()
                .unwrap_or_else(|_| entry.settings.dialects.clone()),
        );
    }
    if dialects.is_empty() {
        let served = files
            .iter()
            .flat_map(|file| file.dialects().unwrap_or_default());
        dialects.extend(served);
    }
    dialects.into_iter().collect()
}

fn graph(history: &History) -> Vec<crate::graph::Cell> {
    let all: Vec<&RevisionFile> = history.revisions().iter().collect();
    let newest = all.len().saturating_sub(SHOWN);
    let graph = Graph {
        history,
        revisions: &all[newest..],
        current: &BTreeSet::new(),
    };
    cells(graph)
}

/// Looks at one dialect, and returns the tables that were there before and are touched.
async fn look(
    entry: &Entry,
    history: &History,
    selection: &Selection,
    (dialect, queries): (Dialect, &[Query]),
    review: &mut Review,
) -> BTreeSet<schemist_sql::QualifiedName> {
    let mut seen = Look {
        dialect,
        server: None,
        read_only: None,
        problem: None,
    };
    let mut touched = BTreeSet::new();
    match compiled::compile(entry, history, &selection.ids, dialect, queries).await {
        Ok(compiled) => {
            change::add_renames(&mut review.groups, &compiled.renames, dialect);
            change::add_compared(&mut review.groups, &compiled.changes, dialect);
            loss::add_compared(&mut review.losses, &compiled.changes, dialect);
            touched = live::touched(&compiled.before, &compiled.changes, &compiled.renames);
            match &compiled.effects {
                Ok(effects) => add_effects(review, dialect, effects),
                Err(why) => review.notes.push(format!(
                    "the queries of the deployed code were not looked at: cannot {why}"
                )),
            }
            if review.diagram.is_none() {
                review.diagram = diagram(&compiled.before, &compiled.after, &compiled.changes);
                review.diagram_of = review.diagram.as_ref().map(|_| dialect);
            }
            seen.server = Some(compiled.server);
        }
        Err(error) => {
            change::add_read(&mut review.groups, &review.sheets, dialect);
            let words = in_words(&error);
            match error {
                ProjectError::Replay(_) => seen.problem = Some(words),
                _ => seen.read_only = Some(words),
            }
        }
    }
    review.looks.push(seen);
    touched
}

/// The tables that something becomes of, and those that are a foreign key away.
fn diagram(before: &Catalog, after: &Catalog, changes: &[Change]) -> Option<Diagram> {
    let all = Diagram::between(schemist_catalog::Pair::new(before, after));
    let touched = all.touched();
    if touched.is_empty() || changes.is_empty() {
        return None;
    }
    Some(all.only(&all.near(touched, 1)))
}

/// An error in a line: what failed, where, and why.
fn in_words(error: &ProjectError) -> String {
    let complaints = error.complaints();
    let lines = complaints.iter().map(|complaint| {
        let place = complaint.places.first().map(|place| {
            let (line, _) = place.line_column();
            format!(" ({}:{line})", place.path)
        });
        let causes = complaint.causes.iter().map(|cause| format!(": {cause}"));
        let causes: String = causes.collect();
        format!(
            "cannot {}{}{causes}",
            complaint.message,
            place.unwrap_or_default()
        )
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// What a reviewer should not miss.
fn warn(review: &mut Review) {
    let heads = review
        .history
        .iter()
        .filter(|cell| cell.marks.contains(&Mark::Head))
        .count();
    if heads > 1 {
        review.notes.push(format!(
            "the history has {heads} heads: `schemist merge` or `schemist rebase` joins them"
        ));
    }
    for id in &review.edited {
        review.notes.push(format!("revision {id} is not new: its statements were edited; who has applied it already will not get the edit"));
    }
    let unserved = review.sheets.iter().flat_map(|sheet| {
        let looks = review.looks.iter();
        let missing =
            looks.filter(|look| sheet.ways.iter().all(|ways| ways.dialect != look.dialect));
        missing.map(move |look| {
            format!(
                "revision {} does not serve {}",
                sheet.id,
                look.dialect.title()
            )
        })
    });
    let unserved: Vec<String> = unserved.collect();
    review.notes.extend(unserved);
}
