//! What differs between two sides, and the statements between them.

use std::collections::BTreeSet;
use std::panic;

use schemist_catalog::{Catalog, Hints, Kind, Pair};
use schemist_diff::{Change, Plan, compare, plan};
use schemist_introspect::{Fingerprint, Found};
use schemist_model::{Declaration, Source};
use schemist_revision::{Point, RevisionId, Target, TargetError};
use schemist_sql::Dialect;
use tokio::sync::oneshot;

use crate::compile::cache::Alike;
use crate::compile::passed_over::passed_over;
use crate::compile::settle::{settle, settle_compiled};
use crate::compile::{Compiled, compile_declaration, compile_sources};
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

/// What came of reading the live database beside the models.
enum Beside {
    /// It answers as it did when it was found to be what they say.
    Alike(Alike),
    /// Its catalog, and what its answers were.
    Read(Catalog, Option<Fingerprint>),
}

/// The models, as far as they are needed.
enum Models {
    Read(Box<Declaration>),
    Compiled(Box<Compiled>),
}

impl Models {
    fn declaration(self) -> Declaration {
        match self {
            Self::Read(declaration) => *declaration,
            Self::Compiled(compiled) => compiled.declaration,
        }
    }
}

/// Reads the models, tells which databases are known to be what they say, and compiles them where there is
/// none.
async fn read_models(
    entry: &Entry,
    bench: &mut Bench,
    tell: oneshot::Sender<Vec<(Fingerprint, Alike)>>,
) -> Result<Models, ProjectError> {
    // The answers of the database are received meanwhile.
    let (reader, dialect) = (entry.clone(), bench.dialect());
    let read = tokio::task::spawn_blocking(move || reader.declaration(dialect));
    let declaration = match read.await {
        Ok(declaration) => declaration?,
        Err(failed) => panic::resume_unwind(failed.into_panic()),
    };
    let known = bench.alike(&declaration);
    let is_any_known = !known.is_empty();
    // Whoever reads the database may have failed.
    drop(tell.send(known));
    if is_any_known {
        return Ok(Models::Read(Box::new(declaration)));
    }
    let compiled = compile_declaration(bench, declaration).await?;
    Ok(Models::Compiled(Box::new(compiled)))
}

/// What several sides of a comparison need, and is had once: the live database and the compiled models.
#[derive(Default)]
pub(crate) struct Ground {
    /// The live database, once it was needed.
    pub(crate) live: Option<Live>,
    /// The models, once they were needed.
    pub(crate) compiled: Option<Compiled>,
    /// What was declared, where it did not need to be compiled.
    declaration: Option<Declaration>,
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
        let (before, fingerprint) = match (sides.before, sides.after) {
            (Side::Live, Side::Models) => match self.live_beside_models(entry, &mut bench).await? {
                Beside::Alike(alike) => return Ok(self.told_again(dialect, alike)),
                Beside::Read(catalog, fingerprint) => (catalog, fingerprint),
            },
            (before, _) => (self.catalog(entry, &mut bench, before).await?, None),
        };
        let compared = self.compare_with(entry, &mut bench, sides, &before).await?;
        if let (true, Some(fingerprint)) = (compared.is_clean(), fingerprint) {
            self.remember(&bench, &compared, fingerprint);
        }
        Ok(compared)
    }

    /// Compares what was read of the first side with the other one.
    async fn compare_with(
        &mut self,
        entry: &Entry,
        bench: &mut Bench,
        sides: Pair<&Side>,
        before: &Catalog,
    ) -> Result<Comparison, ProjectError> {
        if let (Side::Models, Some(compiled)) = (sides.after, &self.compiled) {
            let catalogs = Pair::new(before, &compiled.catalog);
            // Mostly nothing differs: then nothing needs to be brought to the same words.
            if are_same(catalogs, bench.unspoken()) {
                return Ok(self.told(sides, bench, catalogs, Vec::new(), Plan::default()));
            }
        }
        let after = self.catalog(entry, bench, sides.after).await?;
        let after = if bench.unspoken().is_empty() {
            after
        } else {
            after.without(bench.unspoken())
        };
        let settled = match (sides.after, &self.compiled) {
            (Side::Models, Some(compiled)) => {
                settle_compiled(bench, before, &after, compiled).await?
            }
            _ => settle(bench, before, &after).await?,
        };
        let changes = compare(Pair::new(before, &settled));
        let plan = if changes.is_empty() {
            Plan::default()
        } else {
            let hints = self.hints(entry, sides);
            plan(Pair::new(before, &settled), &hints).unwrap_or_default()
        };
        Ok(self.told(sides, bench, Pair::new(before, &after), changes, plan))
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
        let declaration = self.compiled.as_ref().map(|compiled| &compiled.declaration);
        let declaration = declaration.filter(|_| matches!(sides.after, Side::Models));
        let mut notes: Vec<_> = declaration.into_iter().flat_map(passed_over).collect();
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

    /// What is told of a database that is known to be what the models say.
    fn told_again(&self, dialect: Dialect, alike: Alike) -> Comparison {
        let mut notes: Vec<_> = self
            .declaration()
            .into_iter()
            .flat_map(passed_over)
            .collect();
        notes.extend(alike.notes);
        Comparison {
            dialect,
            changes: Vec::new(),
            plan: Plan::default(),
            notes,
            objects: alike.objects,
        }
    }

    /// Keeps that the live database is what the models say.
    fn remember(&self, bench: &Bench, compared: &Comparison, fingerprint: Fingerprint) {
        let Some(compiled) = &self.compiled else {
            return;
        };
        let Some(key) = &compiled.key else { return };
        let own = passed_over(&compiled.declaration).len();
        let alike = Alike {
            objects: compared.objects,
            // Those of the declaration come first, and are told of it each time.
            notes: compared.notes.iter().skip(own).cloned().collect(),
        };
        bench.remember_alike(key, fingerprint, alike);
    }

    /// The live database; while its server answers, the models are read and compiled, unless it is known
    /// that the database is what they say.
    async fn live_beside_models(
        &mut self,
        entry: &Entry,
        bench: &mut Bench,
    ) -> Result<Beside, ProjectError> {
        let session = match &mut self.live {
            Some(live) => live.session.as_mut(),
            None => None,
        };
        let (Some(session), None) = (session, &self.compiled) else {
            let catalog = self.catalog(entry, bench, &Side::Live).await?;
            return Ok(Beside::Read(catalog, None));
        };
        let scope = bench.scope().clone();
        let (tell, told) = oneshot::channel();
        let known = async { told.await.unwrap_or_default() };
        let (live, models) = tokio::join!(
            biased;
            schemist_introspect::read_unless(session, &scope, known),
            read_models(entry, bench, tell)
        );
        let live = live.map_err(BenchError::from)?;
        match (live, models?) {
            (Found::Known(alike), models) => {
                self.declaration = Some(models.declaration());
                Ok(Beside::Alike(alike))
            }
            (Found::Read(catalog, fingerprint), models) => {
                self.compiled = Some(match models {
                    Models::Read(declaration) => compile_declaration(bench, *declaration).await?,
                    Models::Compiled(compiled) => *compiled,
                });
                Ok(Beside::Read(catalog, Some(fingerprint)))
            }
        }
    }

    /// What was declared, where it was read.
    pub(crate) fn declaration(&self) -> Option<&Declaration> {
        let compiled = self.compiled.as_ref();
        let compiled = compiled.map(|compiled| &compiled.declaration);
        compiled.or(self.declaration.as_ref())
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
