//! What would be run, by what name it is known again, and what stands against it.

use schemist_connect::{Access, ConnectError, Session};
use schemist_execute::preflight::{Earlier, preflight_after};
use schemist_execute::run::Passage;
use schemist_revision::{
    Direction, ForeignKeys, History, Mention, RevisionFile, StatementLock, Transaction,
};
use schemist_sql::Dialect;
use sha2::{Digest, Sha256};

use crate::apply::backup::check_backup;
use crate::apply::expectation::compare;
use crate::apply::guard::{Outlook, check_place, check_revision, check_revisions};
use crate::apply::hooks::named;
use crate::apply::idle::check_idle;
use crate::apply::passages::Occasion;
use crate::apply::path::path;
use crate::apply::preflight::weigh;
use crate::apply::{Request, Rows, passages_of};
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::settings::{HookPoint, PlanSaid};

/// How many characters of the sum stand for a plan.
const HASH_LENGTH: usize = 16;

/// What a request would do.
#[derive(Debug)]
pub struct Plan {
    /// The revisions, in order.
    pub steps: Vec<Step>,
    /// Stands for all of it: dialect, way, statements, from where to where.
    pub hash: String,
    /// What the request would be refused for, or fail at.
    pub obstacles: Vec<ProjectError>,
    /// What will be lost, and what is otherwise than it was proven.
    pub warnings: Vec<String>,
    /// The hooks of the settings that it would run: when, and what.
    pub hooks: Vec<(&'static str, String)>,
}

/// One revision that would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The revision.
    pub revision: Mention,
    /// Its statements, in order.
    pub statements: Vec<StepStatement>,
}

/// A statement that would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatement {
    /// Its text.
    pub sql: String,
    /// What may go wrong: code and sentence.
    pub hazards: Vec<(String, String)>,
    /// The tables that it locks so that others wait, as far as the file says.
    pub locks: Vec<StatementLock>,
}

/// What [`apply`](crate::apply::apply) would run now, and what stands against it.
///
/// # Errors
/// As for `apply`, but for what only running shows; what a change would be refused for is an obstacle.
pub async fn plan(entry: &Entry, request: &Request) -> Result<Plan, ProjectError> {
    let history = entry.history()?;
    let mut session = match entry.connect(Access::Read).await {
        // A SQLite file that is not there yet stands at the base.
        Err(ProjectError::Connect(ConnectError::NoFile { .. })) => None,
        session => Some(session?),
    };
    let planned = planned(entry, &history, request, session.as_mut()).await;
    if let Some(session) = session {
        session.close().await;
    }
    planned
}

/// The hooks of the settings that a request would run: when, and what.
pub fn hooks(entry: &Entry, direction: Direction) -> Vec<(&'static str, String)> {
    let named = named(entry, direction).into_iter();
    named
        .map(|(point, words)| (HookPoint::key(point), words))
        .collect()
}

async fn planned(
    entry: &Entry,
    history: &History,
    request: &Request,
    mut session: Option<&mut Session>,
) -> Result<Plan, ProjectError> {
    let standing = match &mut session {
        Some(session) => Standing::read_in(entry, session).await?,
        None => Standing::default(),
    };
    let files = path(entry, history, &standing, request)?;
    let dialect = entry.url()?.dialect();
    let occasion = Occasion {
        dialect,
        batch: standing.journal.next_batch(),
        at: None,
        by: None,
    };
    let passages = passages_of(&files, request.direction, &occasion)?;
    let outlook = Outlook::new(entry, history, &standing, request.direction, &files)?;
    let mut plan = Plan {
        steps: steps(&files, dialect, request.direction)?,
        hash: hash(&outlook, &standing, &passages, dialect),
        obstacles: Vec::new(),
        warnings: Vec::new(),
        hooks: hooks(entry, request.direction),
    };
    let checks = [
        check_place(entry, &request.expected),
        check_revision(entry, &request.expected, &standing.current(history)),
        check_revisions(entry, &request.expected, request.direction, &files).await,
        check_named(request, &outlook, &plan.hash),
        check_backup(entry, request),
    ];
    let stopped = checks.into_iter().filter_map(Result::err);
    plan.obstacles.extend(stopped);
    if let Some(session) = session
        && !files.is_empty()
    {
        let is_whole = standing.partial().is_none();
        let compared = compare(entry, session, history, &standing, &files, request).await;
        plan.take(compared.map(|compared| compared.said.into_iter().collect()));
        plan.take(
            check_idle(entry, request, session)
                .await
                .map(|()| Vec::new()),
        );
        if is_whole && request.rows == Rows::Asked {
            ask(entry, request, session, &files, &passages, &mut plan).await?;
        }
    }
    Ok(plan)
}

impl Plan {
    fn take(&mut self, said: Result<Vec<String>, ProjectError>) {
        match said {
            Ok(said) => self.warnings.extend(said),
            Err(obstacle) => self.obstacles.push(obstacle),
        }
    }
}

/// Asks the rows for all revisions at once: what an earlier one changes is not asked about.
async fn ask(
    entry: &Entry,
    request: &Request,
    session: &mut Session,
    files: &[&RevisionFile],
    passages: &[Passage],
    plan: &mut Plan,
) -> Result<(), ProjectError> {
    let mut earlier = Earlier::default();
    for (file, passage) in files.iter().zip(passages) {
        let found = preflight_after(session, passage, &mut earlier).await;
        let found = found.map_err(|error| {
            ProjectError::refused(
                format!("ask the rows: {}", error.message),
                "see that the server is up, then run the command again",
            )
        })?;
        let weighed = weigh(entry, request, file, &found);
        plan.warnings.extend(weighed.warnings);
        plan.obstacles.extend(weighed.obstacle);
    }
    Ok(())
}

fn steps(
    files: &[&RevisionFile],
    dialect: Dialect,
    direction: Direction,
) -> Result<Vec<Step>, ProjectError> {
    let mut steps = Vec::new();
    for file in files {
        let mut statements = Vec::new();
        for section in file.sections_for(dialect, direction)? {
            let found = section
                .statements(dialect)
                .map_err(schemist_revision::UseError::from)?;
            statements.extend(found.iter().map(|statement| {
                StepStatement {
                    sql: statement.sql.to_owned(),
                    hazards: statement
                        .hazards()
                        .map(|(code, text)| (code.to_owned(), text.to_owned()))
                        .collect(),
                    locks: statement.locks().cloned().collect(),
                }
            }));
        }
        steps.push(Step {
            revision: Mention::from(*file),
            statements,
        });
    }
    Ok(steps)
}

/// Makes sure that what is about to be run was looked at, where it must have been.
///
/// # Errors
/// A refusal that names both plans, or says that none was named.
pub(crate) fn check_plan(
    entry: &Entry,
    request: &Request,
    outlook: &Outlook,
    standing: &Standing,
    passages: &[Passage],
    dialect: Dialect,
) -> Result<(), ProjectError> {
    if entry.guard.plan == PlanSaid::Always && request.plans.is_empty() && !passages.is_empty() {
        return Err(ProjectError::refused(
            format!(
                "change {}: env.{} wants to hear which plan was looked at",
                outlook.place,
                entry.environment_name.as_deref().unwrap_or_default()
            ),
            "run the same command with --dry-run, read what it would run, then add --plan-hash <hash>",
        ));
    }
    check_named(
        request,
        outlook,
        &hash(outlook, standing, passages, dialect),
    )
}

/// Makes sure that a plan is one of those that were looked at.
fn check_named(request: &Request, outlook: &Outlook, hash: &str) -> Result<(), ProjectError> {
    if request.plans.is_empty() || request.plans.iter().any(|named| named == hash) {
        return Ok(());
    }
    let would = match outlook.revisions.as_slice() {
        [] => "nothing would be run now".to_owned(),
        _ => format!("what would be run now is {hash} ({outlook})"),
    };
    Err(ProjectError::refused(
        format!(
            "run the plan {}: {would}; nothing was changed",
            request.plans.join(" or ")
        ),
        "the files or the database changed since somebody looked; run the same command with --dry-run, and look again",
    ))
}

/// The sum of everything that would be run; each part has its length before it, so that none runs into
/// the next.
fn hash(outlook: &Outlook, standing: &Standing, passages: &[Passage], dialect: Dialect) -> String {
    let mut sum = Sha256::new();
    let mut part = |text: &str| {
        sum.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        sum.update(text);
    };
    part("schemist plan 1");
    part(&dialect.to_string());
    part(match outlook.direction {
        Direction::Up => "up",
        Direction::Down => "down",
    });
    for (word, ids) in [("from", &outlook.from), ("to", &outlook.to)] {
        part(word);
        ids.iter().for_each(|id| part(id.as_str()));
    }
    if let Some((cut, _)) = standing.partial() {
        part("resumes");
        part(cut.id.as_str());
        part(&cut.state.to_string());
    }
    for passage in passages {
        part("revision");
        part(passage.entry.id.as_str());
        for section in &passage.sections {
            part(match section.transaction {
                Transaction::Same => "section",
                Transaction::New => "section in a new transaction",
                Transaction::No => "section in no transaction",
            });
            part(match section.foreign_keys {
                ForeignKeys::On => "foreign keys on",
                ForeignKeys::Off => "foreign keys off",
            });
            for statement in &section.statements {
                part(&statement.sql);
            }
        }
    }
    let sum = sum.finalize();
    let digits = sum.iter().map(|byte| format!("{byte:02x}"));
    let mut digits: String = digits.collect();
    digits.truncate(HASH_LENGTH);
    digits
}
