//! What revisions change, found out by running them on scratch databases.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Pair};
use schemist_diff::{Change, compare};
use schemist_revision::{History, RevisionId};
use schemist_sql::Dialect;

use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::prove::replay::replay;

/// Both sides, and what differs.
pub(super) struct Compiled {
    pub(super) server: String,
    pub(super) before: Catalog,
    pub(super) after: Catalog,
    pub(super) changes: Vec<Change>,
}

/// Runs everything before the revisions, and then everything up to them.
pub(super) async fn compile(
    entry: &Entry,
    history: &History,
    ids: &BTreeSet<RevisionId>,
    dialect: Dialect,
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
    let after = settle(&mut bench, &before, &after).await?;
    let changes = compare(Pair::new(&before, &after));
    Ok(Compiled {
        server,
        before,
        after,
        changes,
    })
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
