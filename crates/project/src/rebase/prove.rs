//! Running a branch on top of where it is put, up, down and up again, before any file changes.

use std::collections::BTreeMap;

use schemist_catalog::{Catalog, Pair};
use schemist_connect::{ServerVersion, Session};
use schemist_diff::compare;
use schemist_revision::{
    CatalogHashes, Direction, Message, Proof, ProvenOn, RevisionFile, RevisionId, UseError,
};

use super::plan::Move;
use crate::compile::hash::{catalog_hash, server_label};
use crate::error::ProjectError;
use crate::generate::starting_point::in_words;
use crate::prove::bench::{Bench, BenchError};
use crate::prove::replay::{ReplayError, replay, run_file};

/// What the proof found out about each revision, to be written into its header.
pub(super) type Findings = BTreeMap<RevisionId, Found>;

/// What the proof found out about a revision.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    catalog: Vec<CatalogHashes>,
    proven: Vec<ProvenOn>,
}

/// Runs the branch in its new place.
///
/// # Errors
/// What the server refuses, or a way down that leads elsewhere.
pub(super) async fn prove(
    bench: &mut Bench,
    plan: &Move,
    findings: &mut Findings,
) -> Result<(), ProjectError> {
    let onto = std::slice::from_ref(&plan.onto);
    let (mut scratch, _) = replay(bench, &plan.history, onto).await?;
    let version = scratch.session.version().clone();
    let path: Vec<&RevisionFile> = plan
        .moved
        .iter()
        .filter_map(|id| plan.history.get(id))
        .collect();
    let states = up(bench, &mut scratch.session, &path).await?;
    for (file, pair) in path.iter().zip(states.windows(2)) {
        if let [before, after] = pair {
            note(findings, file, &version, Pair::new(before, after));
        }
    }
    if down(bench, &mut scratch.session, &path, &states).await? {
        let again = up(bench, &mut scratch.session, &path).await?;
        if let (Some(first), Some(second)) = (states.last(), again.last()) {
            hold("up again", Pair::new(first, second))?;
        }
    }
    Ok(())
}

async fn up(
    bench: &Bench,
    session: &mut Session,
    path: &[&RevisionFile],
) -> Result<Vec<Catalog>, ProjectError> {
    let mut states = vec![bench.read(session).await?];
    for file in path {
        run_file(session, file, Direction::Up).await?;
        pin(session).await?;
        states.push(bench.read(session).await?);
    }
    Ok(states)
}

/// Goes down to where the branch begins; `false` where a revision has no way down.
async fn down(
    bench: &Bench,
    session: &mut Session,
    path: &[&RevisionFile],
    states: &[Catalog],
) -> Result<bool, ProjectError> {
    for (place, file) in path.iter().enumerate().rev() {
        match run_file(session, file, Direction::Down).await {
            Ok(()) => {}
            Err(ReplayError::Use { source, .. })
                if matches!(*source, UseError::Irreversible { .. }) =>
            {
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        pin(session).await?;
        let found = bench.read(session).await?;
        let name = format!("down from {}", file.id());
        hold(&name, Pair::new(&states[place], &found))?;
    }
    Ok(true)
}

async fn pin(session: &mut Session) -> Result<(), ProjectError> {
    let pinned = session.pin().await;
    Ok(pinned.map_err(BenchError::from_server("pin the session"))?)
}

fn hold(way: &str, catalogs: Pair<&Catalog>) -> Result<(), ProjectError> {
    let changes = compare(catalogs);
    if changes.is_empty() {
        return Ok(());
    }
    Err(ProjectError::refused(
        format!(
            "prove the new order: {way}, the schema is not what it was: {}",
            in_words(&changes).join("; ")
        ),
        "mend the revision by hand, or add --unproven",
    ))
}

fn note(
    findings: &mut Findings,
    file: &RevisionFile,
    version: &ServerVersion,
    catalogs: Pair<&Catalog>,
) {
    let found = findings.entry(file.id().clone()).or_default();
    found.catalog.push(CatalogHashes {
        server: server_label(version),
        before: catalog_hash(catalogs.before),
        after: catalog_hash(catalogs.after),
    });
    found.proven.push(ProvenOn {
        dialect: version.dialect,
        version: Message::from_text(&version.full),
    });
}

/// A moved file with what holds for it in its new place: what another place proved is left out.
pub(super) fn with_findings(file: &RevisionFile, findings: &Findings) -> RevisionFile {
    let mut header = file.header().clone();
    match findings.get(file.id()) {
        Some(found) => {
            let had_hashes = !header.catalog.is_empty();
            header.catalog = if had_hashes {
                found.catalog.clone()
            } else {
                Vec::new()
            };
            header.proven = Proof::On(found.proven.clone());
        }
        None => {
            header.catalog = Vec::new();
            header.proven = Proof::No(Some(Message::from_text("rebased with --unproven")));
        }
    }
    file.with_header(&header)
}
