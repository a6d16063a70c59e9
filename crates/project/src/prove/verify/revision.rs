//! One revision: up, down and up again on a scratch database with rows in it.

use std::collections::BTreeSet;
use std::time::Instant;

use schemist_catalog::{Catalog, Kind, ObjectId, Pair};
use schemist_connect::Session;
use schemist_revision::{Direction, Mention, RevisionFile, UseError};

use super::history::{look, one_way, run_up, serves};
use super::report::{Place, Rows, Walk};
use super::seed::Seed;
use crate::error::ProjectError;
use crate::prove::bench::Bench;
use crate::prove::made_up_rows::{Census, Supply, insert};
use crate::prove::replay::{ReplayError, run_file};

/// The last revision of a path; what comes before it is only the way to where it starts from.
pub(super) struct Step<'a> {
    pub(super) path: &'a [&'a RevisionFile],
    pub(super) seed: Option<&'a Seed>,
    /// What the models say, where the revision is the head.
    pub(super) declared: Option<&'a Catalog>,
}

/// Proves one revision, with fewer made-up rows where they themselves are in the way.
pub(super) async fn prove(bench: &mut Bench, step: &Step<'_>) -> Result<Walk, ProjectError> {
    let mut outcome = prove_with(bench, step, Supply::Several).await;
    let mut notes = Vec::new();
    for supply in [Supply::Full, Supply::None] {
        match outcome {
            Err(ProjectError::Replay(error)) if step.seed.is_none() && error.is_about_data() => {
                let why = error.refusal().map(ToString::to_string).unwrap_or_default();
                notes = vec![format!("made-up rows are in its way: {why}")];
                outcome = prove_with(bench, step, supply).await;
            }
            other => return noted(other, notes),
        }
    }
    noted(outcome, notes)
}

fn noted(
    outcome: Result<Walk, ProjectError>,
    mut notes: Vec<String>,
) -> Result<Walk, ProjectError> {
    let mut walk = outcome?;
    notes.append(&mut walk.notes);
    Ok(Walk { notes, ..walk })
}

async fn prove_with(
    bench: &mut Bench,
    step: &Step<'_>,
    supply: Supply,
) -> Result<Walk, ProjectError> {
    let mut walk = Walk {
        is_compared: step.declared.is_some(),
        ..Walk::default()
    };
    let mut scratch = bench.empty().await?;
    let session = &mut scratch.session;
    let Some((file, below)) = step.path.split_last() else {
        return Ok(walk);
    };
    if !serves(file, session)? {
        walk.passed_over = 1;
        return Ok(walk);
    }
    walk.revisions = 1;
    run_up(session, below).await?;
    let before = bench.read(session).await?;
    let tables = tables(&before);
    walk.rows = rows(session, step, &before, &tables, supply).await?;
    let first = Census::take(session, &before, &tables).await?;

    let began = Instant::now();
    run_file(session, file, Direction::Up).await?;
    walk.times.up = began.elapsed();
    let top = bench.read(session).await?;
    let above = Census::take(session, &top, &tables).await?;
    if let Some(declared) = step.declared {
        look(bench, &mut walk, Place::Head, Pair::new(&top, declared)).await?;
    }
    count(&mut walk, "up", &first, &above);

    let began = Instant::now();
    match run_file(session, file, Direction::Down).await {
        Ok(()) => {}
        Err(ReplayError::Use { source, .. })
            if matches!(*source, UseError::Irreversible { .. }) =>
        {
            walk.notes.push(one_way(file));
            return Ok(walk);
        }
        Err(error) => return Err(error.into()),
    }
    walk.times.down = Some(began.elapsed());
    let end = bench.read(session).await?;
    let below = Place::Below(Mention::from(*file));
    if !look(bench, &mut walk, below, Pair::new(&end, &before)).await? {
        return Ok(walk);
    }
    count(
        &mut walk,
        "up and down",
        &first,
        &Census::take(session, &end, &tables).await?,
    );

    let began = Instant::now();
    run_file(session, file, Direction::Up).await?;
    walk.times.again = Some(began.elapsed());
    let again = bench.read(session).await?;
    look(bench, &mut walk, Place::Again, Pair::new(&again, &top)).await?;
    Ok(walk)
}

fn tables(catalog: &Catalog) -> BTreeSet<ObjectId> {
    let ids = catalog.objects().keys();
    ids.filter(|id| id.kind == Kind::Table).cloned().collect()
}

/// Puts rows in.
async fn rows(
    session: &mut Session,
    step: &Step<'_>,
    catalog: &Catalog,
    tables: &BTreeSet<ObjectId>,
    supply: Supply,
) -> Result<Rows, ProjectError> {
    match (step.seed, supply) {
        (Some(seed), _) => {
            seed.plant(session).await?;
            Ok(Rows::Of(seed.path.clone()))
        }
        (None, Supply::None) => Ok(Rows::None),
        (None, Supply::Several | Supply::Full) if tables.is_empty() => Ok(Rows::None),
        (None, Supply::Several | Supply::Full) => {
            insert(session, catalog, tables, supply).await;
            Ok(Rows::MadeUp)
        }
    }
}

/// What a hand-written change may well want is told, and is no failure.
fn count(walk: &mut Walk, way: &str, before: &Census, after: &Census) {
    let losses = before.losses(after);
    let lost = losses
        .iter()
        .map(|loss| format!("{loss} are gone after the way {way}"));
    walk.notes.extend(lost);
}
