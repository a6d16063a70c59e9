//! What differs between two sides, and the statements between them.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Hints, Kind, Pair};
use schemist_diff::{Change, Plan, compare, plan};
use schemist_model::Source;
use schemist_revision::{Point, RevisionId, Target, TargetError};
use schemist_sql::Dialect;

use crate::compile::passed_over::passed_over;
use crate::compile::settle::{settle, settle_compiled};
use crate::compile::{Compiled, compile_sources};
use crate::error::ProjectError;
use crate::generate::hints::from_declaration;
use crate::generate::starting_point::{Live, applied};
use crate::project::Entry;
use crate::prove::bench::{Bench, BenchError};
use crate::prove::replay::replay;
use crate::words::nearest;

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
    /// The same, up to all of these revisions; nothing of it asks the live database.
    At(Vec<RevisionId>),
}

/// Compares any two sides, in the words of the first side's dialect.
///
/// # Errors
/// Everything on the way.
pub async fn diff(entry: &Entry, sides: Pair<&Side>) -> Result<Comparison, ProjectError> {
    Ground::default().compare(entry, sides).await
}

/// What several sides of a comparison need, and is had once: the live database and the compiled models.
#[derive(Default)]
pub(crate) struct Ground {
    /// The live database, once it was needed.
    pub(crate) live: Option<Live>,
    /// The models, once they were needed.
    pub(crate) compiled: Option<Compiled>,
}

impl Ground {
    /// Compares two sides.
    ///
    /// # Errors
    /// Everything on the way.
    pub(crate) async fn compare(
        &mut self,
        entry: &Entry,
        sides: Pair<&Side>,
    ) -> Result<Comparison, ProjectError> {
        let dialect = dialect_of(entry, sides)?;
        let is_live = asks_live(sides) && entry.url()?.dialect() == dialect;
        let session = if is_live {
            self.live(entry).await?.session.as_mut()
        } else {
            None
        };
        let mut bench = entry.bench(dialect, session).await?;
        let before = match (sides.before, sides.after) {
            (Side::Live, Side::Models) => self.live_beside_models(entry, &mut bench).await?,
            (before, _) => self.catalog(entry, &mut bench, before).await?,
        };
        if let (Side::Models, Some(compiled)) = (sides.after, &self.compiled) {
            let catalogs = Pair::new(&before, &compiled.catalog);
            // Mostly nothing differs: then nothing needs to be brought to the same words.
            if are_same(catalogs, bench.unspoken()) {
                return Ok(self.told(sides, &bench, catalogs, Vec::new(), Plan::default()));
            }
        }
        let after = self.catalog(entry, &mut bench, sides.after).await?;
        let after = if bench.unspoken().is_empty() {
            after
        } else {
            after.without(bench.unspoken())
        };
        let settled = match (sides.after, &self.compiled) {
            (Side::Models, Some(compiled)) => {
                settle_compiled(&mut bench, &before, &after, compiled).await?
            }
            _ => settle(&mut bench, &before, &after).await?,
        };
        let changes = compare(Pair::new(&before, &settled));
        let plan = if changes.is_empty() {
            Plan::default()
        } else {
            let hints = self.hints(entry, sides);
            plan(Pair::new(&before, &settled), &hints).unwrap_or_default()
        };
        Ok(self.told(sides, &bench, Pair::new(&before, &after), changes, plan))
    }

    fn hints(&self, entry: &Entry, sides: Pair<&Side>) -> Hints {
        let forms = entry.settings.forms;
        match (sides.after, &self.compiled) {
            (Side::Models, Some(compiled)) => from_declaration(&compiled.declaration, forms),
            _ => Hints {
                forms,
                ..Hints::default()
            },
        }
    }

    fn told(
        &self,
        sides: Pair<&Side>,
        bench: &Bench,
        catalogs: Pair<&Catalog>,
        changes: Vec<Change>,
        plan: Plan,
    ) -> Comparison {
        let mut notes = Vec::new();
        if let (Side::Models, Some(compiled)) = (sides.after, &self.compiled) {
            notes.extend(passed_over(&compiled.declaration));
        }
        let Pair { before, after } = catalogs;
        let unmanaged = before.unmanaged().union(after.unmanaged());
        let unmanaged = unmanaged.map(|what| format!("not managed: {what}"));
        notes.extend(unmanaged.chain(bench.left_alone(before)));
        let ids = before.objects().keys();
        let spoken = ids.filter(|id| !bench.unspoken().contains(&id.kind));
        Comparison {
            dialect: bench.dialect(),
            changes,
            plan,
            notes,
            objects: spoken.count(),
        }
    }

    /// The live database; while its server answers, the models are read and compiled.
    async fn live_beside_models(
        &mut self,
        entry: &Entry,
        bench: &mut Bench,
    ) -> Result<Catalog, ProjectError> {
        let session = match &mut self.live {
            Some(live) => live.session.as_mut(),
            None => None,
        };
        let (Some(session), None) = (session, &self.compiled) else {
            return self.catalog(entry, bench, &Side::Live).await;
        };
        let scope = bench.scope().clone();
        let (live, compiled) = tokio::join!(
            biased;
            schemist_introspect::read(session, &scope),
            entry.compile(bench)
        );
        let live = live.map_err(BenchError::from)?;
        self.compiled = Some(compiled?);
        Ok(live)
    }

    /// The live database, opened once.
    async fn live(&mut self, entry: &Entry) -> Result<&mut Live, ProjectError> {
        let live = match self.live.take() {
            Some(live) => live,
            None => entry.live().await?,
        };
        Ok(self.live.insert(live))
    }

    async fn catalog(
        &mut self,
        entry: &Entry,
        bench: &mut Bench,
        side: &Side,
    ) -> Result<Catalog, ProjectError> {
        match side {
            Side::Models => {
                let compiled = match self.compiled.take() {
                    Some(compiled) => compiled,
                    None => entry.compile(bench).await?,
                };
                Ok(self.compiled.insert(compiled).catalog.clone())
            }
            Side::Live => match &mut self.live(entry).await?.session {
                Some(session) => Ok(bench.read(session).await?),
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
            Side::At(targets) => {
                let (scratch, catalog) = replay(bench, &entry.history()?, targets).await?;
                drop(scratch);
                Ok(catalog)
            }
            Side::Revision(text) => {
                let history = entry.history()?;
                let applied = applied(&self.live(entry).await?.journal);
                let point = Target::parse(text)?.resolve_one(&history, &applied);
                match point.map_err(with_sides)? {
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
}

/// What is no revision may be another side with a slip in it.
fn with_sides(error: TargetError) -> TargetError {
    match error {
        TargetError::Unknown {
            text,
            word: None,
            near,
        } => TargetError::Unknown {
            word: ["models", "database"]
                .into_iter()
                .find(|side| nearest(&text, [*side]).is_some()),
            text,
            near,
        },
        error => error,
    }
}

/// Whether two catalogs are the same but for objects of kinds that do not count.
fn are_same(catalogs: Pair<&Catalog>, but: &BTreeSet<Kind>) -> bool {
    let Pair { before, after } = catalogs.map(|catalog| {
        let objects = catalog.objects().iter();
        objects.filter(|(id, _)| !but.contains(&id.kind))
    });
    before.eq(after)
}

/// Whether the live database is asked for what the scratch databases should be like.
fn asks_live(sides: Pair<&Side>) -> bool {
    let is_replayed = |side: &Side| matches!(side, Side::At(_));
    let is_read = |side: &Side| matches!(side, Side::Live);
    is_read(sides.before)
        || is_read(sides.after)
        || !is_replayed(sides.before) && !is_replayed(sides.after)
}

fn dialect_of(entry: &Entry, sides: Pair<&Side>) -> Result<Dialect, ProjectError> {
    for side in [sides.before, sides.after] {
        if let Side::Url(url) = side {
            return Ok(url.dialect());
        }
    }
    if asks_live(sides) {
        return Ok(entry.url()?.dialect());
    }
    entry.own_dialect()
}

impl Entry {
    /// The dialect of the database, or the first of the settings where nobody says where it is.
    pub(crate) fn own_dialect(&self) -> Result<Dialect, ProjectError> {
        let url = self.url();
        match (&url, self.settings.dialects.first()) {
            (Err(_), Some(written)) => Ok(*written),
            _ => Ok(url?.dialect()),
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
