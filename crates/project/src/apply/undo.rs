//! `repair --undo`: from what a cut left back to what was there before the revision.

use std::collections::BTreeSet;

use schemist_catalog::{Hints, Pair};
use schemist_connect::Access;
use schemist_diff::{Plan, SectionMode, plan, sections};
use schemist_execute::journal::{self, JournalEntry, State};
use schemist_execute::lock::Lock;
use schemist_execute::run::{self, Passage, Repetition, RunSection, RunStatement};
use schemist_revision::{Direction, ForeignKeys, History, Mention, RevisionId, Transaction};
use schemist_sql::Dialect;

use crate::apply::passages::Occasion;
use crate::apply::repair::{being_undone, log_line, mention, nothing_half_way};
use crate::apply::{Request, options, stopped_without_file};
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::prove::bench::BenchError;
use crate::prove::replay::replay;

/// Takes back what there is of a revision that was cut short, whichever way it went; returns the
/// revision and how many statements that took.
///
/// The plan is made from the database as it is, so a second try after a cut goes on from there.
///
/// # Errors
/// Where no revision is half-way, where the history cannot be replayed, and whatever stops a run.
pub async fn undo(entry: &Entry, request: &Request) -> Result<(Mention, usize), ProjectError> {
    let history = entry.history()?;
    let session = entry.connect(Access::Write).await?;
    let mut lock = Lock::take(session, &entry.settings.journal, request.lock_wait).await?;
    let outcome = undo_in(entry, &history, request, &mut lock).await;
    lock.release().await.close().await;
    outcome
}

async fn undo_in(
    entry: &Entry,
    history: &History,
    request: &Request,
    lock: &mut Lock,
) -> Result<(Mention, usize), ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let Some((cut, _)) = standing.partial() else {
        return Err(nothing_half_way());
    };
    let mut applied = standing.applied();
    applied.remove(&cut.id);
    let plan = plan_back(entry, history, &applied, lock).await?;
    let dialect = lock.session().dialect();
    let back = Passage {
        entry: JournalEntry {
            down: Some(being_undone()),
            error: Some("being undone".to_owned()),
            begun: None,
            ..cut.clone()
        },
        direction: Direction::Down,
        sections: run_sections(&plan, dialect),
    };
    let total = back.total();
    let start = JournalEntry {
        state: State::Partial {
            direction: Direction::Down,
            done: 0,
            total,
        },
        statements: total,
        ..back.entry.clone()
    };
    let occasion = Occasion {
        dialect,
        batch: cut.batch,
        at: None,
        by: Some(entry.environment.user()),
    };
    let writer = lock.writer().clone();
    let mut statements = writer.put(&start);
    statements.push(writer.log(&log_line(&occasion, &cut.id)));
    journal::change(lock, &statements).await?;
    let done = run::apply(lock, &back, &options(entry, request)).await;
    let done = done.map_err(stopped_without_file)?;
    Ok((mention(history, cut), done.statements))
}

/// The plan from the live catalog to what these revisions make.
async fn plan_back(
    entry: &Entry,
    history: &History,
    applied: &BTreeSet<RevisionId>,
    lock: &mut Lock,
) -> Result<Plan, ProjectError> {
    let tips: Vec<RevisionId> = history
        .tips(applied)
        .iter()
        .map(|file| file.id().clone())
        .collect();
    let dialect = lock.session().dialect();
    let mut bench = entry.bench(dialect, Some(lock.session())).await?;
    let live = bench.read(lock.session()).await?;
    let (scratch, before) = replay(&mut bench, history, &tips).await?;
    drop(scratch);
    let before = settle(&mut bench, &live, &before).await?;
    let hints = Hints {
        forms: entry.settings.forms,
        ..Hints::default()
    };
    Ok(plan(Pair::new(&live, &before), &hints).map_err(BenchError::from)?)
}

fn run_sections(plan: &Plan, dialect: Dialect) -> Vec<RunSection> {
    let cut = sections(plan, dialect);
    cut.iter()
        .map(|section| RunSection {
            transaction: match section.mode {
                SectionMode::Transaction | SectionMode::ForeignKeysOff => Transaction::Same,
                SectionMode::Apart => Transaction::New,
                SectionMode::NoTransaction => Transaction::No,
            },
            foreign_keys: match section.mode {
                SectionMode::ForeignKeysOff => ForeignKeys::Off,
                SectionMode::Transaction | SectionMode::Apart | SectionMode::NoTransaction => {
                    ForeignKeys::On
                }
            },
            statements: section
                .steps
                .iter()
                .map(|planned| RunStatement {
                    sql: planned.step.sql.clone(),
                    line: 0,
                    repetition: if planned.step.is_repeatable {
                        Repetition::Harmless
                    } else {
                        Repetition::Unknown
                    },
                })
                .collect(),
        })
        .collect()
}
