//! Applying revisions and taking them back, under the lock.

use std::collections::BTreeSet;
use std::time::Duration;

use schemist_connect::{Access, ConnectError};
use schemist_execute::journal::{self, Journal, JournalWriter};
use schemist_execute::lock::Lock;
use schemist_execute::run::{self, Failure, Known, Passage, RunError, RunOptions};
pub use schemist_execute::run::{Progress, Publishers, Sight};
use schemist_revision::{Direction, History, Mention, Place, RevisionFile, RevisionId, Target};
use schemist_sql::{Dialect, Span, without_secrets};

pub use crate::apply::backup::Backup;
use crate::apply::backup::{back_up, check_backup};
use crate::apply::expectation::{Expectation, Footing, compare};
use crate::apply::guard::{Expectations, Outlook, check_revision, check_revisions, ids};
pub use crate::apply::hooks::HookUse;
use crate::apply::hooks::{Ending, Hooks, trust_hooks};
pub use crate::apply::idle::Idle;
use crate::apply::idle::check_idle;
use crate::apply::passages::{Occasion, passage};
use crate::apply::path::path;
pub use crate::apply::path::{Extent, Gap};
use crate::apply::plan::check_plan;
use crate::apply::preflight::ask_rows;
pub use crate::apply::preflight::{DataLoss, Rows};
use crate::compile::hash::{noted, server_label};
use crate::error::{ProjectError, StoppedRun};
use crate::inspect::standing::Standing;
use crate::project::Entry;

/// What is to be applied or taken back, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which way.
    pub direction: Direction,
    /// How far.
    pub target: Target,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// How long one statement may wait for a lock; where `None`, what the settings say.
    pub lock_timeout: Option<Duration>,
    /// How often a section is tried whose lock was not got in time.
    pub lock_attempts: Option<u32>,
    /// Whether statements may connect to publishers.
    pub publishers: Publishers,
    /// How long a statement may take.
    pub statement_timeout: Option<Duration>,
    /// Whether the database must be what the first revision was proven on.
    pub expectation: Expectation,
    /// What must be true before anything is run.
    pub expected: Expectations,
    /// What of the history is meant.
    pub extent: Extent,
    /// The revisions that stay, where only known ones may.
    pub known: BTreeSet<RevisionId>,
    /// What happens where rows would be lost.
    pub data_loss: DataLoss,
    /// Whether the rows are asked before a revision runs.
    pub rows: Rows,
    /// Whether a copy is made before anything is taken back.
    pub backup: Backup,
    /// The hashes of plans that were looked at; where there are any, nothing else is run.
    pub plans: Vec<String>,
    /// Whether the hooks of the settings are run.
    pub hooks: HookUse,
    /// Whether others may be connected meanwhile.
    pub idle: Idle,
}

impl Request {
    /// A request that waits as long as usual.
    pub fn new(direction: Direction, target: Target) -> Self {
        Self {
            direction,
            target,
            lock_wait: Duration::from_secs(30),
            lock_timeout: None,
            lock_attempts: None,
            publishers: Publishers::Refused,
            statement_timeout: None,
            expectation: Expectation::Told,
            expected: Expectations::default(),
            extent: Extent::Target,
            known: BTreeSet::new(),
            data_loss: DataLoss::Told,
            rows: Rows::Asked,
            backup: Backup::AsSettled,
            plans: Vec::new(),
            hooks: HookUse::PassedBy,
            idle: Idle::Free,
        }
    }
}

/// Something that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Something is to be run: what, on which database.
    Planned(Outlook),
    /// A revision is about to be run.
    Started(Direction, Mention),
    /// A revision was run.
    Done {
        /// Which way.
        direction: Direction,
        /// The revision.
        revision: Mention,
        /// How many statements were run.
        statements: usize,
        /// How many an earlier try had run.
        resumed_at: usize,
        /// How long it took.
        duration: Duration,
    },
    /// A revision does not serve the dialect: only the journal knows of it.
    PassedOver {
        /// The revision.
        revision: Mention,
        /// The dialect.
        dialect: Dialect,
    },
    /// A statement takes its time.
    Progress(Mention, Progress),
    /// A program of the settings is run.
    Hook {
        /// When: `before_upgrade`.
        point: &'static str,
        /// It, as it is written.
        program: String,
    },
    /// Such a program says something.
    Said(String),
    /// Something to know that is neither.
    Note(String),
    /// The work is done, but something beside it failed; or it will cost something.
    Warning(String),
}

/// Runs what leads to the target and returns the revisions that were run.
///
/// # Errors
/// Where the target means nothing, the journal does not fit the files, the lock is held, or a
/// statement fails; what was run before stays.
pub async fn apply(
    entry: &Entry,
    request: &Request,
    mut tell: impl FnMut(Event),
) -> Result<Vec<Mention>, ProjectError> {
    trust_hooks(entry, request.hooks, request.direction)?;
    let history = entry.history()?;
    let access = match request.direction {
        // Where there is nothing to apply, no file is made.
        Direction::Up if !history.is_empty() => Access::Create,
        Direction::Up | Direction::Down => Access::Write,
    };
    let session = match (entry.connect(access).await, request.direction) {
        (Err(ProjectError::Connect(ConnectError::NoFile { .. })), Direction::Up) => {
            return Ok(Vec::new());
        }
        (session, Direction::Up | Direction::Down) => session?,
    };
    let mut lock = Lock::take(session, &entry.settings.journal, request.lock_wait).await?;
    let outcome = run_all(entry, &history, request, &mut lock, &mut tell).await;
    lock.release().await.close().await;
    outcome
}

async fn run_all(
    entry: &Entry,
    history: &History,
    request: &Request,
    lock: &mut Lock,
    tell: &mut impl FnMut(Event),
) -> Result<Vec<Mention>, ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let files = path(entry, history, &standing, request)?;
    let occasion = Occasion {
        dialect: lock.session().dialect(),
        batch: standing.journal.next_batch(),
        at: Some(entry.environment.now()),
        by: Some(entry.environment.user()),
    };
    // All of them first: a broken file must not stop the run half way.
    let passages = passages(&files, request.direction, &occasion)?;
    check_revision(entry, &request.expected, &standing.current(history))?;
    check_revisions(entry, &request.expected, request.direction, &files).await?;
    let outlook = Outlook::new(entry, history, &standing, request.direction, &files)?;
    check_plan(
        entry,
        request,
        &outlook,
        &standing,
        &passages,
        occasion.dialect,
    )?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    tell(Event::Planned(outlook.clone()));
    let session = lock.session();
    let compared = compare(entry, session, history, &standing, &files, request).await?;
    compared
        .said
        .into_iter()
        .for_each(|said| tell(Event::Warning(said)));
    check_backup(entry, request)?;
    check_idle(entry, request, lock.session()).await?;
    let hooks = Hooks::new(entry, request.hooks, &outlook);
    hooks.before(tell).await?;
    back_up(entry, request, lock.session(), tell).await?;
    let rows = match standing.partial() {
        None => request.rows,
        // What is half done is not asked about.
        Some(_) => Rows::PassedBy,
    };
    let mut course = Course {
        entry,
        request,
        rows,
        journal: &standing.journal,
        hooks,
        done: Vec::new(),
    };
    let mut ran = course.run(lock, &files, &passages, tell).await;
    if ran.is_ok() {
        if let Err(error) = note_catalog(entry, history, lock, compared.footing).await {
            tell(Event::Warning(format!(
                "what the database is now could not be noted: {error}"
            )));
        }
        if request.direction == Direction::Down {
            tell(Event::Note(now_at(history, &standing, &outlook)));
        }
    }
    let ending = ending(&ran);
    if let Err(error) = course.hooks.after(&course.done, ending, tell).await {
        ran = first_of(ran, error, tell);
    }
    ran.map(|()| course.done)
}

/// Where the database stands after something was taken back.
fn now_at(history: &History, standing: &Standing, outlook: &Outlook) -> String {
    let mut applied = standing.applied();
    for revision in &outlook.revisions {
        applied.remove(&revision.id);
    }
    let heads: Vec<RevisionId> = history
        .heads()
        .iter()
        .map(|file| file.id().clone())
        .collect();
    let pending = history.filling_path(&applied, &heads);
    let pending = match pending.map_or(0, |files| files.len()) {
        1 => "; 1 revision is pending".to_owned(),
        count => format!("; {count} revisions are pending"),
    };
    format!("The database is at {} now{pending}", ids(&outlook.to))
}

const fn ending(ran: &Result<(), ProjectError>) -> Ending {
    match ran {
        Ok(()) => Ending::Done,
        Err(_) => Ending::Failed,
    }
}

/// The error that matters more; the other one is told.
fn first_of(
    ran: Result<(), ProjectError>,
    hook: ProjectError,
    tell: &mut impl FnMut(Event),
) -> Result<(), ProjectError> {
    if ran.is_ok() {
        return Err(hook);
    }
    tell(Event::Warning(format!("cannot {hook}")));
    ran
}

/// Revisions on their way, and what comes with each of them.
struct Course<'a> {
    entry: &'a Entry,
    request: &'a Request,
    rows: Rows,
    /// What it said when the lock was taken.
    journal: &'a Journal,
    hooks: Hooks<'a>,
    done: Vec<Mention>,
}

impl Course<'_> {
    async fn run(
        &mut self,
        lock: &mut Lock,
        files: &[&RevisionFile],
        passages: &[Passage],
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        for (file, passage) in files.iter().zip(passages) {
            let revision = Mention::from(*file);
            tell(Event::Started(self.request.direction, revision.clone()));
            if self.rows == Rows::Asked {
                ask_rows(self.entry, self.request, lock, file, passage, tell).await?;
            }
            self.hooks.before_one(&revision, tell).await?;
            let mut ran = self.run_one(lock, file, passage, tell).await;
            let ending = ending(&ran);
            if let Err(error) = self.hooks.after_one(&revision, ending, tell).await {
                ran = first_of(ran, error, tell);
            }
            ran?;
        }
        Ok(())
    }

    /// What is known of a revision; the first one that is run sees to it that there is a journal.
    fn known(&self, file: &RevisionFile) -> Known {
        if self.done.is_empty() || self.journal.entry(file.id()).is_some() {
            Known::Nothing
        } else {
            Known::Absent
        }
    }

    async fn run_one(
        &mut self,
        lock: &mut Lock,
        file: &RevisionFile,
        passage: &Passage,
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        let revision = Mention::from(file);
        let options = RunOptions {
            known: self.known(file),
            ..options(self.entry, self.request)
        };
        let mut seen = |progress| tell(Event::Progress(revision.clone(), progress));
        let applied = run::apply_watched(lock, passage, &options, &mut seen)
            .await
            .map_err(|error| stopped(file, error))?;
        let dialect = lock.session().dialect();
        let serves = file.dialects().is_ok_and(|all| all.contains(&dialect));
        let shown = revision.clone();
        tell(if serves {
            Event::Done {
                direction: self.request.direction,
                revision: shown,
                statements: applied.statements,
                resumed_at: applied.resumed_at,
                duration: applied.duration,
            }
        } else {
            Event::PassedOver {
                revision: shown,
                dialect,
            }
        });
        self.done.push(revision);
        Ok(())
    }
}

/// How the statements of a request are run.
pub(crate) fn options(entry: &Entry, request: &Request) -> RunOptions {
    RunOptions {
        lock_timeout: request.lock_timeout.unwrap_or(entry.settings.lock_timeout),
        statement_timeout: request.statement_timeout,
        publishers: request.publishers,
        ..tries(request)
    }
}

fn tries(request: &Request) -> RunOptions {
    let usual = RunOptions::default();
    RunOptions {
        lock_attempts: request.lock_attempts.unwrap_or(usual.lock_attempts),
        ..usual
    }
}

/// Notes what the catalog is now, so that drift shows later. Where there was drift before, it goes on to show: then what
/// the revision's own proof ended with is noted, or nothing where nobody knows.
async fn note_catalog(
    entry: &Entry,
    history: &History,
    lock: &mut Lock,
    footing: Footing,
) -> Result<(), ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let [current] = &standing.current(history)[..] else {
        return Ok(());
    };
    let note = match footing {
        Footing::AsNoted => {
            let scope = entry.scope(lock.session().dialect());
            let catalog = schemist_introspect::read(lock.session(), &scope).await?;
            noted(&catalog)
        }
        Footing::Changed => {
            let label = server_label(lock.session().version());
            let file = history.get(current);
            let mut hashes = file.into_iter().flat_map(|file| &file.header().catalog);
            let Some(proven) = hashes.find(|hashes| hashes.server == label) else {
                return Ok(());
            };
            proven.after.clone()
        }
    };
    let statement = lock.writer().note_catalog(current, &note);
    Ok(journal::change(lock, &[statement]).await?)
}

pub(crate) fn passages(
    files: &[&RevisionFile],
    direction: Direction,
    occasion: &Occasion,
) -> Result<Vec<Passage>, ProjectError> {
    files
        .iter()
        .map(|file| passage(file, direction, occasion))
        .collect()
}

/// Finds the statement that failed in the file.
fn stopped(file: &RevisionFile, error: RunError) -> ProjectError {
    let place = failed_at(file, &error.failure);
    Box::new(StoppedRun { error, place }).into()
}

/// The place in a revision's file that a failure is about.
pub(crate) fn failed_at(file: &RevisionFile, failure: &Failure) -> Option<Place> {
    match failure {
        Failure::Statement {
            line, sql, source, ..
        } => {
            let text = shown(file);
            let start = line_start(&text, *line);
            text[start..].find(sql.as_str()).map(|at| {
                let start = start + at;
                let span = match source.position {
                    Some(position) => {
                        Span::new(start + position, word_end(&text, start + position))
                    }
                    None => Span::new(start, start + sql.len()),
                };
                place(file, span, "the server refuses this")
            })
        }
        Failure::OwnTransaction { line, sql } | Failure::Connects { line, sql } => {
            let start = line_start(file.to_text(), *line);
            Some(place(file, Span::new(start, start + sql.len()), "here"))
        }
        Failure::Server { .. }
        | Failure::Journal(_)
        | Failure::Moved { .. }
        | Failure::Edited { .. }
        | Failure::MayHaveRun { .. }
        | Failure::ForeignKeys(_)
        | Failure::LockLost
        | Failure::IndexInProgress(_)
        | Failure::ForeignKeysStay => None,
    }
}

/// A run of statements that stand in no file.
pub(crate) fn stopped_without_file(error: RunError) -> ProjectError {
    Box::new(StoppedRun { error, place: None }).into()
}

/// The file's text as it may be shown.
pub(crate) fn shown(file: &RevisionFile) -> String {
    // Only PostgreSQL has statements with secrets.
    without_secrets(Dialect::Postgres, file.to_text())
}

pub(crate) fn place(file: &RevisionFile, span: Span, label: &str) -> Place {
    Place {
        path: file.path().into(),
        source: shown(file).into(),
        span,
        label: label.to_owned(),
    }
}

pub(crate) fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum()
}

fn word_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.');
    let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    start + length.max(1).min(rest.len())
}

/// Where [`apply`] would lead now; `None` where there is nothing to run.
///
/// # Errors
/// As for [`plan`].
pub async fn outlook(entry: &Entry, request: &Request) -> Result<Option<Outlook>, ProjectError> {
    let history = entry.history()?;
    let standing = Standing::read_or_base(entry).await?;
    let files = path(entry, &history, &standing, request)?;
    if files.is_empty() {
        return Ok(None);
    }
    Outlook::new(entry, &history, &standing, request.direction, &files).map(Some)
}

/// The script that does what [`apply`] would, for `psql` or `sqlite3`.
///
/// A range needs no database: it begins at its lower end. Any other target begins where the database
/// stands.
///
/// # Errors
/// As for [`plan`].
pub async fn script(
    entry: &Entry,
    request: &Request,
    dialect: Option<Dialect>,
) -> Result<String, ProjectError> {
    let history = entry.history()?;
    let dialect = match dialect {
        Some(dialect) => dialect,
        None => entry.url()?.dialect(),
    };
    let (files, batch) = if request.target.is_range() {
        (between(&history, request)?, 1)
    } else {
        let standing = Standing::read_or_base(entry).await?;
        let files = path(entry, &history, &standing, request)?;
        (files, standing.journal.next_batch())
    };
    let occasion = Occasion {
        dialect,
        batch,
        at: None,
        by: None,
    };
    let passages = passages(&files, request.direction, &occasion)?;
    let default_schema = entry.default_schema(dialect);
    let writer = JournalWriter::new(dialect, &entry.settings.journal, default_schema.as_ref());
    Ok(run::script(&writer, default_schema.as_ref(), &passages))
}

/// The revisions above the lower end of a range, in the order of the way.
fn between<'h>(
    history: &'h History,
    request: &Request,
) -> Result<Vec<&'h RevisionFile>, ProjectError> {
    let nothing = std::collections::BTreeSet::new();
    let range = match request.direction {
        Direction::Up => request.target.resolve_range(history, &nothing)?,
        Direction::Down => reversed(&request.target)?.resolve_range(history, &nothing)?,
    };
    let mut files = history.between(&range)?;
    if let schemist_revision::Point::Revision(from) = &range.from {
        files.retain(|file| file.id() != from);
    }
    match request.direction {
        Direction::Up => {}
        Direction::Down => files.reverse(),
    }
    Ok(files)
}

/// A range with its ends exchanged: on the way down the upper end is written first.
fn reversed(target: &Target) -> Result<Target, ProjectError> {
    let text = target.as_str();
    let (upper, lower) = text.split_once(':').unwrap_or((text, text));
    Ok(Target::parse(&format!("{lower}:{upper}"))?)
}
