//! `revision --complete`: sections for one more dialect in a revision that is there.

use std::collections::BTreeSet;

use schemist_catalog::Pair;
use schemist_revision::{
    CatalogHashes, Header, Message, Point, Proof, ProvenOn, RevisionFile, RevisionId, Target,
};
use schemist_sql::Dialect;

use crate::compile::hash::{catalog_hash, server_label};
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::generate::compose::{Draft, compose, not_atomic};
use crate::generate::hints::from_declaration;
use crate::generate::new_revision::Written;
use crate::generate::renames::{TypedRename, resolve};
use crate::project::Entry;
use crate::prove::replay::replay;
use crate::prove::{Proven, Task, prove};

/// Writes what a revision does on one more dialect: from its parents' state there to the models.
///
/// Only the head can be completed, since the models say what comes after it and nothing else.
///
/// # Errors
/// Where the revision is not the head, has sections for the dialect, or cannot be proven.
pub async fn complete(
    entry: &Entry,
    target: &Target,
    dialect: Dialect,
    typed: &[TypedRename],
) -> Result<Written, ProjectError> {
    let history = entry.history()?;
    let Point::Revision(id) = target.resolve_one(&history, &BTreeSet::new())? else {
        return Err(ProjectError::refused(
            "complete the base: it is no revision",
            "name a revision: `--complete head`",
        ));
    };
    let Some(file) = history.get(&id) else {
        return Err(ProjectError::refused(
            format!("complete revision {id}: it is in no file"),
            "run `schemist heads`",
        ));
    };
    if let Some(child) = history.children(&id).first() {
        return Err(ProjectError::refused(
            format!(
                "complete revision {id}: {} comes after it, and the models are of then no more",
                child.id()
            ),
            format!("write its sections by hand: `schemist edit {id}`"),
        ));
    }
    refuse_second(file, dialect)?;
    let mut live = entry.live_of(dialect).await?;
    let mut bench = entry.bench(dialect, live.as_mut()).await?;
    drop(live);
    let compiled = entry.compile(&mut bench).await?;
    let parents: Vec<RevisionId> = file.header().parents.clone();
    let (scratch, before) = replay(&mut bench, &history, &parents).await?;
    let version = scratch.session.version().clone();
    drop(scratch);
    let after = settle(&mut bench, &before, &compiled.catalog).await?;
    let told: Vec<_> = compiled
        .declaration
        .renames
        .iter()
        .map(|hint| hint.what.clone())
        .collect();
    let renames = resolve(
        Pair::new(&before, &after),
        bench.scope().default_schema.as_ref(),
        &told,
        typed,
    );
    let task = Task {
        catalogs: Pair::new(&before, &after),
        renames: &renames.effective,
        hints: &from_declaration(&compiled.declaration, entry.settings.forms),
    };
    let proven = prove(&mut bench, task).await?;
    let proof = ProvenOn {
        dialect,
        version: Message::from_text(&version.full),
    };
    let mut header = completed(file.header(), &proven, proof, server_label(&version));
    let draft = Draft {
        dialect,
        up: proven.up,
        down: proven.down,
    };
    let sections = compose(&[draft]);
    let ways = [header.not_atomic.take(), not_atomic(&sections)];
    header.not_atomic = ways
        .into_iter()
        .flatten()
        .reduce(|one, other| Message::from_text(&format!("{one}, {other}")));
    let revision = file
        .with_sections(&header, &sections)
        .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
    let path = entry.folder()?.replace(&revision)?;
    Ok(Written { revision, path })
}

/// A dialect that is served already is not completed.
fn refuse_second(file: &RevisionFile, dialect: Dialect) -> Result<(), ProjectError> {
    let sections = file
        .sections()
        .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
    let own = sections
        .iter()
        .find(|section| section.marker.dialects.contains(&dialect));
    let Some(section) = own else {
        return Ok(());
    };
    Err(ProjectError::Refused {
        message: format!(
            "complete revision {} for {dialect}: it has sections for it",
            file.id()
        ),
        places: vec![section.place("the first of them")],
        remedy: Some("remove them first, or edit them by hand".to_owned()),
        exit: crate::Exit::Error,
    })
}

/// The header with one more dialect in it.
fn completed(header: &Header, proven: &Proven, on: ProvenOn, server: String) -> Header {
    let mut header = header.clone();
    // An empty list means that the sections say it.
    if !header.dialects.is_empty() {
        header.dialects.insert(on.dialect);
    }
    match &mut header.proven {
        Proof::On(servers) => {
            servers.push(on);
            servers.sort_by_key(|server| server.dialect);
        }
        Proof::No(_) => {}
    }
    header.catalog.push(CatalogHashes {
        server,
        before: catalog_hash(&proven.ends.before),
        after: catalog_hash(&proven.ends.after),
    });
    let dialect = |hashes: &CatalogHashes| {
        let mut all = Dialect::ALL.into_iter();
        all.position(|dialect| hashes.server.starts_with(dialect.name()))
    };
    header.catalog.sort_by_key(dialect);
    header
}
