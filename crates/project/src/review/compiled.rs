//! What revisions change, found out by running them on scratch databases.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Kind, Pair, Rename};
use schemist_diff::{Change, compare};
use schemist_revision::{Direction, History, RevisionFile, RevisionId, UseError};
use schemist_sql::Dialect;

use super::renames::renames;
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::prove::bench::Bench;
use crate::prove::renamed;
use crate::prove::replay::replay;
use crate::queries::{Effects, Query, broken_by};

/// Both sides, and what differs.
pub(super) struct Compiled {
    pub(super) server: String,
    /// What was there, under the names that it has afterwards.
    pub(super) before: Catalog,
    pub(super) after: Catalog,
    /// What got another name.
    pub(super) renames: Vec<Rename>,
    /// What differs beside the names.
    pub(super) changes: Vec<Change>,
    /// What becomes of queries, or why that is not known.
    pub(super) effects: Result<Effects, String>,
}

/// Runs everything before the revisions, and then everything up to them.
pub(super) async fn compile(
    entry: &Entry,
    history: &History,
    ids: &BTreeSet<RevisionId>,
    dialect: Dialect,
    queries: &[Query],
) -> Result<Compiled, ProjectError> {
    let mut live = entry.likeness(dialect).await?;
    let mut bench = entry.bench(dialect, live.as_mut()).await?;
    drop(live);
    let (scratch, before) = replay(&mut bench, history, &before(history, ids)).await?;
    let server = scratch.session.version().full.clone();
    drop(scratch);
    let heads: Vec<RevisionId> = history
        .tips(ids)
        .iter()
        .map(|file| file.id().clone())
        .collect();
    let (scratch, after) = replay(&mut bench, history, &heads).await?;
    drop(scratch);
    let statements = statements(history, ids, dialect)?;
    let ends = Pair::new(&before, &after);
    let effects = broken_by(&mut bench, ends, &statements, queries).await;
    let renames = renames(dialect, &statements, ends);
    let (before, renames) = under_new_names(&mut bench, before, renames).await;
    let after = settle(&mut bench, &before, &after).await?;
    let changes = compare(Pair::new(&before, &after));
    Ok(Compiled {
        server,
        before,
        after,
        renames,
        changes,
        effects: effects.map_err(|error| error.to_string()),
    })
}

/// What was there under its new names; where a server does not rename by itself, names come and go.
async fn under_new_names(
    bench: &mut Bench,
    before: Catalog,
    renames: Vec<Rename>,
) -> (Catalog, Vec<Rename>) {
    let is_of_table = |rename: &Rename| match rename {
        Rename::Object { id, .. } => id.kind == Kind::Table,
        Rename::Column { .. } => true,
        Rename::NewSchema(_)
        | Rename::OldSchema(_)
        | Rename::Move { .. }
        | Rename::Value { .. } => false,
    };
    let fewer: Vec<Rename> = renames
        .iter()
        .filter(|it| is_of_table(it))
        .cloned()
        .collect();
    for renames in [renames, fewer] {
        if let Ok(renamed) = renamed(bench, &before, &renames).await {
            return (renamed, renames);
        }
    }
    (before, Vec::new())
}

/// The statements up of the revisions, in the order in which they are told.
fn statements(
    history: &History,
    ids: &BTreeSet<RevisionId>,
    dialect: Dialect,
) -> Result<Vec<String>, ProjectError> {
    let files = history.revisions().iter();
    let files = files.filter(|file| ids.contains(file.id()));
    let mut all = Vec::new();
    for file in files {
        all.extend(of_file(file, dialect)?);
    }
    Ok(all)
}

fn of_file(file: &RevisionFile, dialect: Dialect) -> Result<Vec<String>, ProjectError> {
    if !file.dialects().map_err(UseError::from)?.contains(&dialect) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for section in file.sections_for(dialect, Direction::Up)? {
        let statements = section.statements(dialect).map_err(UseError::from)?;
        all.extend(statements.iter().map(|statement| statement.sql.to_owned()));
    }
    Ok(all)
}

/// What the revisions stand on.
fn before(history: &History, ids: &BTreeSet<RevisionId>) -> Vec<RevisionId> {
    let files = ids.iter().filter_map(|id| history.get(id));
    let below = files.flat_map(|file| {
        file.header()
            .parents
            .iter()
            .chain(&file.header().depends_on)
    });
    let below: BTreeSet<RevisionId> = below.filter(|id| !ids.contains(*id)).cloned().collect();
    below.into_iter().collect()
}
