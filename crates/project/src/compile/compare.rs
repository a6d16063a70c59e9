//! What differs between two sides, and the statements between them.

use schemist_catalog::{Catalog, Hints, Pair};
use schemist_diff::{Change, Plan, compare, plan};
use schemist_model::Source;
use schemist_revision::{Point, RevisionId, Target, TargetError};
use schemist_sql::Dialect;

use crate::compile::passed_over::passed_over;
use crate::compile::settle::settle;
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
        let before = self.catalog(entry, &mut bench, sides.before).await?;
        let after = self.catalog(entry, &mut bench, sides.after).await?;
        let after = after.without(bench.unspoken());
        let settled = settle(&mut bench, &before, &after).await?;
        let changes = compare(Pair::new(&before, &settled));
        let mut notes = Vec::new();
        let mut hints = Hints {
            forms: entry.settings.forms,
            ..Hints::default()
        };
        if let (Side::Models, Some(compiled)) = (sides.after, &self.compiled) {
            notes.extend(passed_over(&compiled.declaration));
            hints = from_declaration(&compiled.declaration, entry.settings.forms);
        }
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
