//! `check`: whether models, history and database are the same, two of them at a time.

use std::collections::BTreeSet;
use std::path::Path;

use schemist_catalog::Pair;
use schemist_diff::Change;
use schemist_revision::{History, RevisionId};

use crate::compile::compare::{Comparison, Ground, Side};
use crate::error::ProjectError;
use crate::generate::starting_point::applied;
use crate::generate::wording::differences;
use crate::inspect::standing::Standing;
use crate::lint::not_deterministic;
use crate::project::Entry;
use crate::queries::{Failing, Query, failing, queries, stale};
use crate::report::{Finding, Origins, Report, Statement};

/// Which two are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The database with the models.
    Models,
    /// The history with the models, on a scratch database alone.
    History,
    /// The database with the history, as far as it is applied.
    Database,
}

impl Question {
    /// The word for it in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::History => "history",
            Self::Database => "database",
        }
    }

    /// What the two sides are called.
    pub const fn sides(self) -> Pair<&'static str> {
        match self {
            Self::Models => Pair::new("the database", "the models"),
            Self::History => Pair::new("the history", "the models"),
            Self::Database => Pair::new("the database", "the history"),
        }
    }
}

/// Answers a question about one database.
///
/// # Errors
/// Everything on the way.
pub async fn check(entry: &Entry, question: Question) -> Result<Report, ProjectError> {
    let mut ground = Ground::default();
    let history = match question {
        // Models and database are compared, whatever is wrong with the revisions.
        Question::Models => entry.history().ok(),
        Question::History | Question::Database => Some(entry.history()?),
    };
    let mut found = compare(entry, question, &mut ground, history.as_ref()).await?;
    let journal = ground.live.as_ref().map(|live| &live.journal);
    let ran: BTreeSet<RevisionId> = match (question, &history) {
        (Question::History, Some(history)) => {
            let revisions = history.revisions().iter();
            revisions.map(|file| file.id().clone()).collect()
        }
        _ => journal.map(applied).unwrap_or_default(),
    };
    if let (Question::Models, Some(history)) = (question, &history) {
        found.notes.extend(pending(history, &ran));
    }
    if let Some(declaration) = ground.declaration() {
        let moving = not_deterministic(entry, declaration, found.dialect);
        found.notes.extend(moving);
    }
    // Where nothing differs, nobody asks for the reason.
    let asks = !found.is_clean();
    let origins = Origins::new(
        found.dialect,
        entry.default_schema(found.dialect),
        ground.declaration().filter(|_| asks),
        history
            .as_ref()
            .filter(|_| asks)
            .map(|history| (history, &ran)),
    );
    let mut report = report(entry, question, &found, &origins);
    let queries = queries(entry, found.dialect, None)?;
    if !queries.is_empty() {
        look_at_queries(entry, question, &mut ground, &queries, &mut report).await?;
    }
    Ok(report)
}

/// Prepares the queries of the application on what the models, or the history, make, and on the database.
async fn look_at_queries(
    entry: &Entry,
    question: Question,
    ground: &mut Ground,
    queries: &[Query],
    report: &mut Report,
) -> Result<(), ProjectError> {
    let live = ground.live.as_mut().and_then(|live| live.session.as_mut());
    let (broken, unready) = match (question, live) {
        (Question::Database, Some(session)) => (failing(session, queries).await?, Vec::new()),
        (Question::Database, None) => (Vec::new(), Vec::new()),
        (Question::Models | Question::History, mut live) => {
            let mut bench = entry.bench(report.dialect, live.as_deref_mut()).await?;
            let compiled = match &ground.compiled {
                Some(compiled) => compiled.catalog.clone(),
                None => entry.compile(&mut bench).await?.catalog,
            };
            let (mut scratch, _) = bench.build(&compiled).await?;
            let broken = failing(&mut scratch.session, queries).await?;
            report
                .notes
                .extend(stale(&mut scratch.session, &compiled, queries).await?);
            let unready = match live {
                Some(session) => failing(session, queries).await?,
                None => Vec::new(),
            };
            (broken, unready)
        }
    };
    let is_told = |own: &Failing| broken.iter().any(|other| other.query == own.query);
    for own in unready.iter().filter(|own| !is_told(own)) {
        let place = &own.query.place;
        report.notes.push(format!(
            "the query at {}:{} does not work on the database yet: {}",
            place.path, place.line, own.words
        ));
    }
    report.findings.extend(broken.iter().map(Finding::of_query));
    Ok(())
}

async fn compare(
    entry: &Entry,
    question: Question,
    ground: &mut Ground,
    history: Option<&History>,
) -> Result<Comparison, ProjectError> {
    let heads = || {
        let heads = history.map(History::heads).unwrap_or_default();
        heads.iter().map(|head| head.id().clone()).collect()
    };
    let sides = match question {
        Question::Models => {
            ground.live = Some(entry.live().await?);
            Pair::new(Side::Live, Side::Models)
        }
        Question::History => Pair::new(Side::At(heads()), Side::Models),
        Question::Database => {
            let live = entry.live().await?;
            let standing = Standing {
                journal: live.journal.clone(),
            };
            ground.live = Some(live);
            if let Some((cut, _)) = standing.partial() {
                return Err(ProjectError::refused(
                    format!(
                        "compare the database with the history: revision {} is half done ({})",
                        cut.id, cut.state
                    ),
                    "finish it first: `schemist upgrade`",
                ));
            }
            let history = history.map(|history| standing.current(history));
            Pair::new(Side::Live, Side::At(history.unwrap_or_default()))
        }
    };
    ground.compare(entry, sides.as_ref()).await
}

/// How many revisions are not applied.
fn pending(history: &History, applied: &BTreeSet<RevisionId>) -> Option<String> {
    let heads: Vec<_> = history
        .heads()
        .iter()
        .map(|head| head.id().clone())
        .collect();
    let pending = history.upgrade_path(applied, &heads).ok()?.len();
    let plural = if pending == 1 { "" } else { "s" };
    (pending > 0)
        .then(|| format!("{pending} revision{plural} not applied yet: run `schemist upgrade`"))
}

fn report(entry: &Entry, question: Question, found: &Comparison, origins: &Origins<'_>) -> Report {
    let sides = question.sides();
    let steps = &found.plan.steps;
    let finding = |change: &Change| {
        let why = origins.why(change, &differences(change, sides));
        Finding::new(change, sides, steps, why)
    };
    let mut findings: Vec<Finding> = found.changes.iter().map(finding).collect();
    let order: Vec<String> = findings.iter().map(|it| it.group.clone()).collect();
    // What belongs to one object comes where the first of it is.
    findings.sort_by_key(|finding| order.iter().position(|group| *group == finding.group));
    let ids: BTreeSet<_> = found.changes.iter().map(Change::id).collect();
    let others = steps
        .iter()
        .filter(|planned| !ids.contains(&planned.object));
    let settings = entry.files().first().map(|file| file.path.as_path());
    let settings = settings.and_then(|path| path.strip_prefix(&entry.root).ok());
    Report {
        name: entry.name(),
        question: question.name(),
        sides,
        dialect: found.dialect,
        objects: found.objects,
        findings,
        statements: steps.iter().map(Statement::from).collect(),
        others: others.map(Statement::from).collect(),
        notes: found.notes.clone(),
        base: base(entry),
        settings: settings.map_or_else(
            || "schemist.toml".to_owned(),
            |path| path.to_string_lossy().into_owned(),
        ),
    }
}

/// The way from the folder from which pipelines count paths to that of the project.
pub(crate) fn base(entry: &Entry) -> String {
    let named = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"]
        .into_iter()
        .filter_map(|name| entry.environment.variable(name).map(Path::new));
    let above = entry.root.ancestors();
    let repository = above
        .into_iter()
        .find(|folder| folder.join(".git").exists());
    let way = named
        .chain(repository)
        .find_map(|folder| entry.root.strip_prefix(folder).ok());
    let parts = way.into_iter().flat_map(Path::components);
    let parts = parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy()));
    parts.collect()
}
