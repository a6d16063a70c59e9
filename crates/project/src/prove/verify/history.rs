//! The whole history: up to the head, down to the base, and up again.

use std::time::Instant;

use schemist_catalog::{Catalog, Pair};
use schemist_connect::Session;
use schemist_diff::{Change, compare};
use schemist_execute::scratch::Scratch;
use schemist_revision::{Direction, Mention, RevisionFile, UseError};

use super::report::{Difference, Place, Walk};
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::prove::bench::Bench;
use crate::prove::replay::{ReplayError, run_file};

/// Walks a history and looks at the schema after each step.
pub(super) async fn walk(
    bench: &mut Bench,
    path: &[&RevisionFile],
    declared: &Catalog,
) -> Result<Walk, ProjectError> {
    let mut walk = Walk {
        is_compared: true,
        ..Walk::default()
    };
    let mut scratch = bench.empty().await?;
    let began = Instant::now();
    let states = climb(bench, &mut scratch.session, path, &mut walk).await?;
    walk.times.up = began.elapsed();
    let Some(head) = states.last() else {
        return Ok(walk);
    };
    look(bench, &mut walk, Place::Head, Pair::new(head, declared)).await?;
    let began = Instant::now();
    let Some(mut scratch) = descend(bench, scratch, path, &states, &mut walk).await? else {
        return Ok(walk);
    };
    walk.times.down = Some(began.elapsed());
    let began = Instant::now();
    run_up(&mut scratch.session, path).await?;
    let again = bench.read(&mut scratch.session).await?;
    look(bench, &mut walk, Place::Again, Pair::new(&again, head)).await?;
    walk.times.again = Some(began.elapsed());
    Ok(walk)
}

/// Goes up, and returns the schema before the first revision and after each.
async fn climb(
    bench: &Bench,
    session: &mut Session,
    path: &[&RevisionFile],
    walk: &mut Walk,
) -> Result<Vec<Catalog>, ProjectError> {
    let mut states = vec![bench.read(session).await?];
    for file in path {
        if serves(file, session)? {
            run_file(session, file, Direction::Up).await?;
            states.push(bench.read(session).await?);
            walk.revisions += 1;
        } else {
            states.extend(states.last().cloned());
            walk.passed_over += 1;
        }
    }
    Ok(states)
}

/// Goes down as long as each step leads to where the way up came from; the base is then left.
async fn descend(
    bench: &mut Bench,
    mut scratch: Scratch,
    path: &[&RevisionFile],
    states: &[Catalog],
    walk: &mut Walk,
) -> Result<Option<Scratch>, ProjectError> {
    for (place, file) in path.iter().enumerate().rev() {
        if !serves(file, &scratch.session)? {
            continue;
        }
        match run_file(&mut scratch.session, file, Direction::Down).await {
            Ok(()) => {}
            Err(ReplayError::Use { source, .. })
                if matches!(*source, UseError::Irreversible { .. }) =>
            {
                walk.notes.push(one_way(file));
                scratch = bench.empty().await?;
                run_up(&mut scratch.session, &path[..place]).await?;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        let found = bench.read(&mut scratch.session).await?;
        let below = Place::Below(Mention::from(*file));
        let is_same = look(bench, walk, below, Pair::new(&found, &states[place])).await?;
        if !is_same {
            return Ok(None);
        }
    }
    Ok(Some(scratch))
}

/// That a revision cannot be taken back.
pub(super) fn one_way(file: &RevisionFile) -> String {
    let why = file.header().irreversible.as_ref();
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    format!("revision {} has no way back{why}", file.id())
}

/// Whether a revision has sections for the session's dialect.
pub(super) fn serves(file: &RevisionFile, session: &Session) -> Result<bool, ProjectError> {
    let dialects = file.dialects().map_err(UseError::from)?;
    Ok(dialects.contains(&session.dialect()))
}

/// Runs the ways up without looking.
pub(super) async fn run_up(
    session: &mut Session,
    path: &[&RevisionFile],
) -> Result<(), ProjectError> {
    for file in path {
        run_file(session, file, Direction::Up).await?;
    }
    Ok(())
}

/// Notes what is not as it should be: what was found first, then what was wanted.
pub(super) async fn look(
    bench: &mut Bench,
    walk: &mut Walk,
    place: Place,
    catalogs: Pair<&Catalog>,
) -> Result<bool, ProjectError> {
    let changes = differences(bench, catalogs).await?;
    let is_same = changes.is_empty();
    if !is_same {
        walk.differences.push(Difference { place, changes });
    }
    Ok(is_same)
}

async fn differences(
    bench: &mut Bench,
    catalogs: Pair<&Catalog>,
) -> Result<Vec<Change>, ProjectError> {
    if catalogs.before == catalogs.after {
        return Ok(Vec::new());
    }
    let wanted = settle(bench, catalogs.before, catalogs.after).await?;
    Ok(compare(Pair::new(catalogs.before, &wanted)))
}
