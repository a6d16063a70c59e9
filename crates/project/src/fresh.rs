//! `upgrade --fresh`: an empty database becomes what the models say at once, and is stamped.

use std::time::Duration;

use schemist_catalog::{Hints, Pair};
use schemist_connect::Access;
use schemist_diff::{compare, plan};
use schemist_execute::lock::Lock;
use schemist_revision::{Direction, History, Mention, Target};

use crate::apply::guard::Outlook;
use crate::apply::hooks::{Ending, Hooks, trust_hooks};
use crate::apply::stamp::{Before, StampRequest, stamp};
use crate::apply::{Event, HookUse};
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::generate::starting_point::in_words;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::prove::bench::{self, BenchError};
use crate::prove::replay::replay;
use crate::settings::PlanSaid;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// How many objects.
    pub objects: usize,
    /// Where the database now stands.
    pub head: Mention,
}

/// Makes what the models say in an empty database, and writes down that it is at the head.
///
/// # Errors
/// Where the database holds anything, or the models are not what the history makes.
pub async fn fresh(
    entry: &Entry,
    lock_wait: Duration,
    hooks: HookUse,
    mut tell: impl FnMut(Event),
) -> Result<Made, ProjectError> {
    if entry.guard.plan == PlanSaid::Always {
        return Err(ProjectError::refused(
            "make a fresh database: this environment wants a plan that was looked at, and there is none of this",
            "run `schemist upgrade --dry-run`, then `schemist upgrade --plan-hash <hash>`",
        ));
    }
    trust_hooks(entry, hooks, Direction::Up)?;
    let history = entry.history()?;
    let Some(head) = history.head()?.map(Mention::from) else {
        return Err(ProjectError::refused(
            "stamp a fresh database: there is no revision yet",
            "run `schemist revision --autogenerate` first",
        ));
    };
    let outlook = Outlook {
        environment: entry.environment_name.clone(),
        place: entry.url()?.redacted(),
        from: Vec::new(),
        to: vec![head.id.clone()],
        revisions: vec![head.clone()],
        direction: Direction::Up,
    };
    let hooks = Hooks::new(entry, hooks, &outlook);
    let session = entry.connect(Access::Create).await?;
    let mut lock = Lock::take(session, &entry.settings.journal, lock_wait).await?;
    let made = make(entry, &history, &mut lock, &hooks, &mut tell).await;
    lock.release().await.close().await;
    let objects = made?;
    let request = StampRequest {
        targets: vec![Target::parse(head.id.as_str())?],
        before: Before::Kept,
        lock_wait,
        catalog: None,
    };
    stamp(entry, &request).await?;
    let done = std::slice::from_ref(&head);
    hooks.after(done, Ending::Done, &mut tell).await?;
    Ok(Made { objects, head })
}

async fn make(
    entry: &Entry,
    history: &History,
    lock: &mut Lock,
    hooks: &Hooks<'_>,
    tell: &mut impl FnMut(Event),
) -> Result<usize, ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let dialect = lock.session().dialect();
    let mut bench = entry.bench(dialect, Some(lock.session())).await?;
    let mut scratch = bench.empty().await?;
    let nothing = bench.read(&mut scratch.session).await?;
    drop(scratch);
    let live = bench.read(lock.session()).await?;
    let there = compare(Pair::new(&nothing, &live));
    if !there.is_empty() || !standing.journal.entries.is_empty() {
        let names: Vec<String> = in_words(&there).into_iter().take(3).collect();
        let names = if names.is_empty() {
            "its journal names revisions".to_owned()
        } else {
            names.join(", ")
        };
        return Err(ProjectError::refused(
            format!("make a fresh database: this one is not empty ({names})"),
            "run `schemist upgrade`, which goes on from where it stands",
        ));
    }
    let compiled = entry.compile(&mut bench).await?;
    let tips: Vec<_> = history
        .heads()
        .iter()
        .map(|file| file.id().clone())
        .collect();
    let (scratch, replayed) = replay(&mut bench, history, &tips).await?;
    drop(scratch);
    let declared = settle(&mut bench, &replayed, &compiled.catalog).await?;
    let differences = compare(Pair::new(&replayed, &declared));
    if !differences.is_empty() {
        return Err(ProjectError::refused(
            "make a fresh database: the models are not what the history makes",
            "run `schemist revision --autogenerate` first, or `schemist upgrade` without --fresh",
        ));
    }
    let hints = Hints::default();
    let from_nothing = plan(Pair::new(&live, &declared), &hints).map_err(BenchError::from)?;
    hooks.before(tell).await?;
    if let Err(error) = bench::run(lock.session(), &from_nothing).await {
        if let Err(hook) = hooks.after(&[], Ending::Failed, tell).await {
            tell(Event::Warning(format!("cannot {hook}")));
        }
        return Err(error.into());
    }
    Ok(declared.objects().len())
}
