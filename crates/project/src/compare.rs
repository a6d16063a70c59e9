//! `check` and `diff`: what differs between two sides, and the statements between them.

use schemist_catalog::{Catalog, Pair};
use schemist_diff::{Change, Plan, compare, plan};
use schemist_model::Source;
use schemist_revision::{Point, Target};
use schemist_sql::Dialect;

use crate::bench::{Bench, BenchError};
use crate::compile::compile_sources;
use crate::error::ProjectError;
use crate::hints::from_declaration;
use crate::passed_over::passed_over;
use crate::project::Entry;
use crate::replay::replay;
use crate::settle::settle;
use crate::starting_point::applied;

/// What differs between two sides.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The dialect in whose words they were compared.
    pub dialect: Dialect,
    /// What would have to change so that the first side becomes the second.
    pub changes: Vec<Change>,
    /// The statements that would do it; none where they cannot be ordered.
    pub plan: Plan,
    /// What to tell the user beside.
    pub notes: Vec<String>,
    /// How many objects were compared.
    pub objects: usize,
}

impl Comparison {
    /// Whether both sides are the same.
    pub fn is_clean(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub enum Side {
    /// The models of the project.
    Models,
    /// The live database of the entry.
    Live,
    /// The database at a url.
    Url(Box<schemist_connect::DatabaseUrl>),
    /// A file of SQL, by its path and its text.
    File(String, String),
    /// What the history makes of an empty database, up to a revision.
    Revision(String),
}

/// Compares the live database with the models.
///
/// # Errors
/// Everything on the way.
pub async fn check(entry: &Entry) -> Result<Comparison, ProjectError> {
    let mut found = diff(entry, Pair::new(&Side::Live, &Side::Models)).await?;
    let journal = entry.live().await?.journal;
    if let Ok(history) = entry.history() {
        let heads: Vec<_> = history
            .heads()
            .iter()
            .map(|head| head.id().clone())
            .collect();
        let pending = history
            .upgrade_path(&applied(&journal), &heads)
            .map_or(0, |path| path.len());
        if pending > 0 {
            let plural = if pending == 1 { "" } else { "s" };
            found.notes.push(format!(
                "{pending} revision{plural} not applied yet: run `schemist upgrade`"
            ));
        }
    }
    Ok(found)
}

/// Compares any two sides, in the words of the first side's dialect.
///
/// # Errors
/// Everything on the way.
pub async fn diff(entry: &Entry, sides: Pair<&Side>) -> Result<Comparison, ProjectError> {
    let dialect = dialect_of(entry, sides)?;
    let mut live = entry.live_of(dialect).await?;
    let mut bench = entry.bench(dialect, live.as_mut()).await?;
    drop(live);
    let before = catalog(entry, &mut bench, sides.before).await?;
    let after = catalog(entry, &mut bench, sides.after).await?;
    let after = after.without(bench.unspoken());
    let settled = settle(&mut bench, &before, &after).await?;
    let changes = compare(Pair::new(&before, &settled));
    let mut notes = Vec::new();
    let hints = match sides.after {
        Side::Models => {
            let options = entry.options(dialect);
            let sources = entry.sources()?;
            let declaration =
                schemist_model::Declaration::from_sources(sources, dialect, &options)?;
            notes.extend(passed_over(&declaration));
            from_declaration(&declaration, entry.settings.forms)
        }
        Side::Live | Side::Url(_) | Side::File(..) | Side::Revision(_) => schemist_catalog::Hints {
            forms: entry.settings.forms,
            ..schemist_catalog::Hints::default()
        },
    };
    let plan = plan(Pair::new(&before, &settled), &hints).unwrap_or_default();
    let unmanaged = before.unmanaged().union(after.unmanaged());
    let unmanaged = unmanaged.map(|what| format!("not managed: {what}"));
    notes.extend(unmanaged.chain(bench.left_alone(&before)));
    Ok(Comparison {
        dialect,
        changes,
        plan,
        notes,
        objects: before.without(bench.unspoken()).objects().len(),
    })
}

fn dialect_of(entry: &Entry, sides: Pair<&Side>) -> Result<Dialect, ProjectError> {
    for side in [sides.before, sides.after] {
        if let Side::Url(url) = side {
            return Ok(url.dialect());
        }
    }
    Ok(entry.url()?.dialect())
}

impl Entry {
    /// A session on the entry's own database, where it is of this dialect and there.
    pub(crate) async fn live_of(
        &self,
        dialect: Dialect,
    ) -> Result<Option<schemist_connect::Session>, ProjectError> {
        if self.url()?.dialect() == dialect {
            Ok(self.live().await?.session)
        } else {
            Ok(None)
        }
    }
}

async fn catalog(entry: &Entry, bench: &mut Bench, side: &Side) -> Result<Catalog, ProjectError> {
    match side {
        Side::Models => Ok(entry.compile(bench).await?.catalog),
        Side::Live => match entry.live().await?.session {
            Some(mut session) => Ok(bench.read(&mut session).await?),
            None => empty(bench).await,
        },
        Side::Url(url) => {
            let mut session = schemist_connect::Session::connect(
                url,
                &entry.pins(),
                schemist_connect::Access::Read,
            )
            .await?;
            Ok(bench.read(&mut session).await?)
        }
        Side::File(path, text) => {
            let sources = vec![Source::new(path.clone(), text.clone())];
            Ok(compile_sources(entry, bench, sources).await?.catalog)
        }
        Side::Revision(text) => {
            let history = entry.history()?;
            let journal = entry.live().await?.journal;
            match Target::parse(text)?.resolve_one(&history, &applied(&journal))? {
                Point::Base => empty(bench).await,
                Point::Revision(id) => {
                    let (scratch, catalog) =
                        replay(bench, &history, std::slice::from_ref(&id)).await?;
                    drop(scratch);
                    Ok(catalog)
                }
            }
        }
    }
}

async fn empty(bench: &mut Bench) -> Result<Catalog, ProjectError> {
    let mut scratch = bench.empty().await?;
    Ok(bench
        .read(&mut scratch.session)
        .await
        .map_err(|error: BenchError| error)?)
}
