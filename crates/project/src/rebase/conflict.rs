//! What two branches change in the same object.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::{Catalog, ObjectId, Pair};
use schemist_diff::{Change, compare};
use schemist_revision::{History, RevisionId, Target};

use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::generate::wording::details;
use crate::project::Entry;
use crate::prove::bench::Bench;
use crate::prove::replay::replay;

/// An object that both branches change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The object.
    pub object: String,
    /// What each branch does to it: the revision at its end, and what it changes.
    pub sides: Pair<(RevisionId, Vec<String>)>,
}

impl Conflict {
    /// All of it in a sentence.
    pub fn sentence(&self) -> String {
        let side =
            |(id, changes): &(RevisionId, Vec<String>)| format!("{id}: {}", changes.join(", "));
        format!(
            "both branches change {} ({}; {})",
            self.object,
            side(&self.sides.before),
            side(&self.sides.after)
        )
    }
}

/// Finds what branches that are to be joined change in the same objects.
///
/// # Errors
/// Where a target means nothing, or a way cannot be replayed.
pub async fn merge_conflicts(
    entry: &Entry,
    targets: &[Target],
) -> Result<Vec<Conflict>, ProjectError> {
    let history = entry.history()?;
    let mut ends = Vec::new();
    for target in targets {
        ends.extend(target.resolve_all(&history, &BTreeSet::new())?);
    }
    let [first, others @ ..] = &ends[..] else {
        return Ok(Vec::new());
    };
    let dialect = entry.url()?.dialect();
    let mut live = entry.live_of(dialect).await?;
    let mut bench = entry.bench(dialect, live.as_mut()).await?;
    drop(live);
    let mut found = Vec::new();
    for other in others {
        let parting = history.common_ancestor(&[first, other]);
        let parting = parting.map(|file| file.id().clone());
        let ends = Pair::new(first, other);
        found.extend(conflicts(&mut bench, &history, parting.as_ref(), ends).await?);
    }
    Ok(found)
}

/// Finds what the ways to two revisions change in the same objects since they parted.
///
/// # Errors
/// Where a way cannot be replayed.
pub async fn conflicts(
    bench: &mut Bench,
    history: &History,
    parting: Option<&RevisionId>,
    ends: Pair<&RevisionId>,
) -> Result<Vec<Conflict>, ProjectError> {
    let base: Vec<RevisionId> = parting.into_iter().cloned().collect();
    let base = made(bench, history, &base).await?;
    let name = parting.map_or("an empty database", RevisionId::as_str);
    let mut sides = Vec::new();
    for end in [ends.before, ends.after] {
        let there = made(bench, history, std::slice::from_ref(end)).await?;
        let there = settle(bench, &base, &there).await?;
        let titles = Pair::new(name, end.as_str());
        let changes = compare(Pair::new(&base, &there)).into_iter();
        let changes: BTreeMap<ObjectId, Vec<String>> = changes
            .map(|change| (change.id(), words(&change, titles)))
            .collect();
        sides.push(changes);
    }
    let [before, after] = &sides[..] else {
        return Ok(Vec::new());
    };
    let both = before.iter().filter_map(|(id, mine)| {
        let theirs = after.get(id)?;
        Some(Conflict {
            object: id.to_string(),
            sides: Pair::new(
                (ends.before.clone(), mine.clone()),
                (ends.after.clone(), theirs.clone()),
            ),
        })
    });
    Ok(both.collect())
}

async fn made(
    bench: &mut Bench,
    history: &History,
    at: &[RevisionId],
) -> Result<Catalog, ProjectError> {
    let (scratch, catalog) = replay(bench, history, at).await?;
    drop(scratch);
    Ok(catalog)
}

fn words(change: &Change, titles: Pair<&str>) -> Vec<String> {
    match change {
        Change::Create(_) => vec!["makes it".to_owned()],
        Change::Drop(_) => vec!["drops it".to_owned()],
        Change::Alter(_) => details(change, titles),
    }
}
