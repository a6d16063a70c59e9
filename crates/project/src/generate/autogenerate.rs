//! `revision --autogenerate`: from models and the live database to a proven revision file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemist_catalog::{Catalog, Forms, Hazard, Hints, Pair, Rename};
use schemist_connect::{ServerVersion, Session};
use schemist_diff::{Change, compare};
use schemist_execute::scratch::ScratchError;
use schemist_revision::{
    CatalogHashes, Header, History, Label, Marker, Message, Proof, ProvenOn, RevisionFile,
    RevisionId, UseError,
};
use schemist_sql::Dialect;

use crate::apply::guard::refuse_generating;
use crate::compile::Compiled;
use crate::compile::hash::{catalog_hash, server_label};
use crate::compile::passed_over::passed_over;
use crate::compile::settle::{settle, settle_compiled};
use crate::error::ProjectError;
use crate::generate::compose::{Draft, compose_beside, not_atomic};
use crate::generate::hints::{TypedMap, from_declaration};
use crate::generate::renames::{TypedRename, resolve};
use crate::generate::starting_point::{From, Live, expect_head, starting_point};
use crate::generate::suggestion::{Suggestion, suggest};
use crate::lint::not_deterministic;
use crate::project::Entry;
use crate::prove::bench::Bench;
use crate::prove::replay::replay;
use crate::prove::{ProofError, Proven, Task, plan_unproven, prove};
use crate::queries::{broken_by, queries};

/// Whether a revision must be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rigour {
    /// It must, or no file is written.
    #[default]
    Proven,
    /// It is written without; the header says so.
    Unproven,
}

/// Which dialects a revision is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All that the settings name.
    #[default]
    All,
    /// Those that a scratch server can be had for.
    OnlyAvailable,
}

/// What kind of revision is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Aim {
    /// What leads from the starting point to the models.
    #[default]
    Change,
    /// What makes the live database from nothing; the first revision of a database that has tables.
    Baseline,
}

/// What is asked of `revision --autogenerate`.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What the revision is for.
    pub message: String,
    /// Its id, where the user chose one.
    pub id: Option<RevisionId>,
    /// Labels that begin with it.
    pub labels: Vec<Label>,
    /// Revisions of other branches that it needs.
    pub depends_on: Vec<RevisionId>,
    /// Renames on the command line.
    pub renames: Vec<TypedRename>,
    /// Maps of removed enum values on the command line.
    pub maps: Vec<TypedMap>,
    /// Which side counts where the live database is not what the history says.
    pub from: Option<From>,
    /// Whether it must be proven.
    pub rigour: Rigour,
    /// In which forms tables in use are changed; where `None`, what the settings say.
    pub forms: Option<Forms>,
    /// The only dialects that are compared; none: all of the project's.
    pub dialects: BTreeSet<Dialect>,
    /// Whether dialects count that no scratch server can be had for.
    pub reach: Reach,
    /// What kind of revision it is.
    pub aim: Aim,
    /// The git ref of the deployed code, whose queries are looked at; where `None`, those of the working
    /// copy are.
    pub queries_from: Option<String>,
    /// Asks whether something that looks like a rename is one; `None` where nobody can be asked.
    pub ask: Option<fn(&str) -> bool>,
}

/// What a revision does on one dialect.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What gets another name, in this order.
    pub renames: Vec<Rename>,
    /// What changes beside.
    pub changes: Vec<Change>,
}

/// A revision that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// The file.
    pub file: RevisionFile,
    /// What changes, by dialect.
    pub differences: BTreeMap<Dialect, Difference>,
    /// What to know before it runs, each once.
    pub hazards: Vec<Hazard>,
    /// What to tell the user beside.
    pub notes: Vec<String>,
}

/// What `revision --autogenerate` came to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// There is nothing to do; no file was written.
    NoChange {
        /// What to tell the user beside.
        notes: Vec<String>,
    },
    /// A file was written.
    Written(Box<Written>),
}

/// One dialect's part of a revision.
struct Part {
    draft: Draft,
    proven: Proven,
    version: ServerVersion,
    is_proven: bool,
}

/// Compares, plans, proves and writes a revision.
///
/// # Errors
/// Everything on the way; no file is left behind then.
pub async fn revision(entry: &Entry, request: &Request) -> Result<Outcome, ProjectError> {
    if request.aim == Aim::Change {
        refuse_generating(entry)?;
    }
    let history = entry.history()?;
    let head = history.head()?;
    let live_dialect = entry.url()?.dialect();
    let dialects = compared(entry, request, &history)?;
    let mut live = if dialects.contains(&live_dialect) {
        entry.live().await?
    } else {
        Live::default()
    };
    if dialects.contains(&live_dialect) && request.aim == Aim::Change {
        expect_head(&history, head, &live.journal)?;
    }
    let mut notes = Vec::new();
    notes.extend(unlisted(entry, &dialects)?);
    let mut parts = Vec::new();
    for dialect in dialects {
        let session = live.session.as_mut().filter(|_| dialect == live_dialect);
        match part(
            entry,
            request,
            &history,
            dialect,
            session,
            &live.journal,
            &mut notes,
        )
        .await
        {
            Ok(part) => parts.push(part),
            Err(ProjectError::Scratch(error))
                if request.reach == Reach::OnlyAvailable && dialect != live_dialect =>
            {
                notes.push(left_out(dialect, &error));
            }
            Err(error) => return Err(error),
        }
    }
    notes.sort();
    notes.dedup();
    if parts
        .iter()
        .all(|part| part.draft.up.is_empty() && part.draft.down.is_empty())
    {
        return Ok(Outcome::NoChange { notes });
    }
    write(entry, request, &history, head, &parts, notes)
}

/// The dialects whose models are compared.
fn compared(
    entry: &Entry,
    request: &Request,
    history: &History,
) -> Result<BTreeSet<Dialect>, ProjectError> {
    if request.aim == Aim::Baseline && !history.is_empty() {
        // The others have a history; this one's begins with what is there.
        let dialect = entry.url()?.dialect();
        for file in history.revisions() {
            if file.dialects().map_err(UseError::from)?.contains(&dialect) {
                return Err(ProjectError::refused(
                    format!(
                        "write a baseline: there are revisions for {} already",
                        dialect.title()
                    ),
                    "leave out --baseline; a baseline is the first revision",
                ));
            }
        }
        return Ok(BTreeSet::from([dialect]));
    }
    if request.dialects.is_empty() {
        return entry.dialects();
    }
    Ok(request.dialects.clone())
}

/// What to say of dialects that the next revision would not serve.
fn unlisted(entry: &Entry, dialects: &BTreeSet<Dialect>) -> Result<Option<String>, ProjectError> {
    let known = entry.dialects()?;
    let unknown: Vec<_> = dialects.difference(&known).map(|it| it.name()).collect();
    let note = format!(
        "add {} to `dialects` in schemist.toml, so that the next revisions serve it too",
        unknown.join(" and ")
    );
    Ok((!unknown.is_empty()).then_some(note))
}

fn left_out(dialect: Dialect, error: &ScratchError) -> String {
    format!(
        "the revision is written without {}: cannot {error}",
        dialect.title()
    )
}

async fn part(
    entry: &Entry,
    request: &Request,
    history: &History,
    dialect: Dialect,
    mut session: Option<&mut Session>,
    journal: &schemist_execute::journal::Journal,
    notes: &mut Vec<String>,
) -> Result<Part, ProjectError> {
    let mut bench = entry.bench(dialect, session.as_deref_mut()).await?;
    let compiled = entry.compile(&mut bench).await?;
    notes.extend(passed_over(&compiled.declaration));
    if request.aim == Aim::Change {
        notes.extend(not_deterministic(entry, &compiled.declaration, dialect));
    }
    let is_live = entry.url()?.dialect() == dialect;
    let (before, mut after) = match (session, request.aim.clone()) {
        (Some(session), Aim::Baseline) => {
            let found = bench.read(session).await?;
            (nothing(&mut bench).await?, found)
        }
        (None, Aim::Baseline) => (nothing(&mut bench).await?, compiled.catalog.clone()),
        (Some(session), Aim::Change) => {
            let found = bench.read(session).await?;
            notes.extend(
                found
                    .unmanaged()
                    .iter()
                    .map(|what| format!("not managed: {what}"))
                    .chain(bench.left_alone(&found)),
            );
            (
                starting_point(&mut bench, history, &found, journal, request.from).await?,
                compiled.catalog.clone(),
            )
        }
        (None, Aim::Change) if is_live => (nothing(&mut bench).await?, compiled.catalog.clone()),
        (None, Aim::Change) => (
            replayed(&mut bench, history).await?,
            compiled.catalog.clone(),
        ),
    };
    after = match request.aim {
        Aim::Change => settle_compiled(&mut bench, &before, &after, &compiled).await?,
        Aim::Baseline => settle(&mut bench, &before, &after).await?,
    };
    let (proven, is_proven) = draft(
        &mut bench,
        request,
        &compiled,
        request.forms.unwrap_or(entry.settings.forms),
        Pair::new(&before, &after),
        notes,
    )
    .await?;
    let proven = with_queries(entry, request, &mut bench, proven).await?;
    let version = bench.version().await?;
    let draft = Draft {
        dialect,
        up: proven.up.clone(),
        down: proven.down.clone(),
    };
    Ok(Part {
        draft,
        proven,
        version,
        is_proven,
    })
}

/// The same with what its way up does to the queries of the application.
async fn with_queries(
    entry: &Entry,
    request: &Request,
    bench: &mut Bench,
    mut proven: Proven,
) -> Result<Proven, ProjectError> {
    let from = request.queries_from.as_deref();
    let queries = queries(entry, bench.dialect(), from)?;
    if queries.is_empty() || proven.up.steps.is_empty() {
        return Ok(proven);
    }
    let steps = proven.up.steps.iter();
    let statements: Vec<String> = steps.map(|planned| planned.step.sql.clone()).collect();
    let effects = broken_by(bench, proven.ends.as_ref(), &statements, &queries).await?;
    let last = proven.up.steps.len() - 1;
    for broken in &effects.broken {
        let at = broken.statement.unwrap_or(last);
        proven.up.steps[at].step.hazards.push(broken.hazard());
    }
    for changed in &effects.changed {
        proven.up.steps[last].step.hazards.push(changed.hazard());
    }
    Ok(proven)
}

/// What an empty database holds.
async fn nothing(bench: &mut Bench) -> Result<Catalog, ProjectError> {
    let mut scratch = bench.empty().await?;
    Ok(bench.read(&mut scratch.session).await?)
}

/// What the history makes of an empty database.
async fn replayed(bench: &mut Bench, history: &History) -> Result<Catalog, ProjectError> {
    let heads: Vec<_> = history
        .heads()
        .iter()
        .map(|head| head.id().clone())
        .collect();
    let (scratch, catalog) = replay(bench, history, &heads).await?;
    drop(scratch);
    Ok(catalog)
}

async fn draft(
    bench: &mut Bench,
    request: &Request,
    compiled: &Compiled,
    forms: Forms,
    catalogs: Pair<&Catalog>,
    notes: &mut Vec<String>,
) -> Result<(Proven, bool), ProjectError> {
    let told: Vec<_> = compiled
        .declaration
        .renames
        .iter()
        .map(|hint| hint.what.clone())
        .collect();
    let default_schema = bench.scope().default_schema.clone();
    let typed: Vec<_> = request
        .renames
        .iter()
        .map(|rename| rename.within(default_schema.as_ref()))
        .collect();
    let mut typed = typed;
    let mut renames = resolve(catalogs, default_schema.as_ref(), &told, &typed);
    if let Some(unfit) = renames.unfit.first() {
        return Err(ProjectError::refused(
            format!(
                "rename {unfit}: no live name fits that the models lack, or the new one is not in the models"
            ),
            "name it as `table:new`, `table.column:new` or `type.value:new`, by the live name before the colon",
        ));
    }
    notes.extend(
        renames
            .stale
            .iter()
            .map(|stale| format!("this rename is done, its hint can go: {stale}")),
    );
    match request.ask {
        None => {
            let suggested = suggest(catalogs, &renames.effective);
            notes.extend(suggested.iter().map(Suggestion::note));
        }
        Some(ask) => {
            for suggested in suggest(catalogs, &renames.effective) {
                if ask(&suggested.question()) {
                    typed.push(suggested.rename);
                    renames = resolve(catalogs, default_schema.as_ref(), &told, &typed);
                }
            }
        }
    }
    let mut hints: Hints = from_declaration(&compiled.declaration, forms);
    for map in &request.maps {
        let fits = map.add_to(&mut hints, catalogs.before, &compiled.declaration);
        match bench.dialect() {
            Dialect::Postgres if !fits => {
                return Err(ProjectError::refused(
                    format!("map {map}: no enum type or column fits that has the value"),
                    "name it as `type.value=other` or `table.column.value=other`, by what is in the database",
                ));
            }
            // A type of this name may well be known elsewhere.
            dialect @ (Dialect::Sqlite | Dialect::Mysql) if !fits => {
                let title = dialect.title();
                notes.push(format!(
                    "map {map} says nothing for {title}: no column fits"
                ));
            }
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => {}
        }
    }
    let task = Task {
        catalogs,
        renames: &renames.effective,
        hints: &hints,
    };
    if request.rigour == Rigour::Unproven {
        return match prove(bench, task).await {
            Ok(proven) => Ok((proven, true)),
            Err(_) => Ok((plan_unproven(bench, task).await?, false)),
        };
    }
    if compare(catalogs).is_empty() && renames.effective.is_empty() {
        return Ok((Proven::nothing(catalogs), true));
    }
    let proven = prove(bench, task)
        .await
        .map_err(|error: ProofError| ProjectError::from(error))?;
    Ok((proven, true))
}

fn write(
    entry: &Entry,
    request: &Request,
    history: &History,
    head: Option<&RevisionFile>,
    parts: &[Part],
    notes: Vec<String>,
) -> Result<Outcome, ProjectError> {
    let id = request
        .id
        .clone()
        .unwrap_or_else(|| entry.environment.new_id(|id| history.get(id).is_some()));
    let mut header = Header::new(id);
    header.parents = head.into_iter().map(|head| head.id().clone()).collect();
    header.message = Message::from_text(&request.message);
    header.created = Some(entry.environment.now());
    header.labels.clone_from(&request.labels);
    header.depends_on.clone_from(&request.depends_on);
    header.dialects = parts.iter().map(|part| part.draft.dialect).collect();
    let others = match request.reach {
        Reach::All => &entry.dialects()? - &header.dialects,
        Reach::OnlyAvailable => BTreeSet::new(),
    };
    header.dialects.extend(&others);
    header.proven = proof(parts);
    header.catalog = parts.iter().map(hashes).collect();
    let drafts: Vec<_> = parts.iter().map(|part| part.draft.clone()).collect();
    let sections: Vec<(Marker, String)> = compose_beside(&drafts, &others);
    header.not_atomic = not_atomic(&sections);
    let folder = entry.folder()?;
    let name = entry.settings.file_name.of(&header);
    let shown = folder.shown(&folder.file(&name));
    let file = RevisionFile::compose(&shown, &header, &sections)
        .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
    let path = folder.create(&name, file.to_text())?;
    let difference = |part: &Part| Difference {
        renames: part.proven.renames.clone(),
        changes: part.proven.changes.clone(),
    };
    let differences = parts
        .iter()
        .map(|part| (part.draft.dialect, difference(part)))
        .collect();
    Ok(Outcome::Written(Box::new(Written {
        path,
        file,
        differences,
        hazards: hazards(parts),
        notes,
    })))
}

fn proof(parts: &[Part]) -> Proof {
    if parts.iter().all(|part| part.is_proven) {
        let on = |part: &Part| ProvenOn {
            dialect: part.draft.dialect,
            version: Message::from_text(&part.version.full),
        };
        return Proof::On(parts.iter().map(on).collect());
    }
    let unproven: BTreeSet<_> = parts
        .iter()
        .filter(|part| !part.is_proven)
        .map(|part| part.draft.dialect.name())
        .collect();
    let names: Vec<_> = unproven.into_iter().collect();
    Proof::No(Some(Message::from_text(&format!(
        "written with --unproven for {}",
        names.join(", ")
    ))))
}

fn hashes(part: &Part) -> CatalogHashes {
    CatalogHashes {
        server: server_label(&part.version),
        before: catalog_hash(&part.proven.ends.before),
        after: catalog_hash(&part.proven.ends.after),
    }
}

fn hazards(parts: &[Part]) -> Vec<Hazard> {
    let mut hazards: Vec<Hazard> = Vec::new();
    for step in parts.iter().flat_map(|part| &part.draft.up.steps) {
        for hazard in &step.step.hazards {
            if !hazards.contains(hazard) {
                hazards.push(hazard.clone());
            }
        }
    }
    hazards.sort_by_key(|hazard| std::cmp::Reverse(hazard.severity));
    hazards
}
