//! The proof: a revision runs up, down and up again on a scratch copy before it is written.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Hints, Kind, ObjectId, Pair, Rename, Step, broken_by};
use schemist_connect::Session;
use schemist_diff::{Change, Plan, PlannedStep, compare, plan};

use crate::compile::settle::{adopt, settle};
use crate::prove::bench::{Bench, BenchError, run, run_measured};
use crate::prove::made_up_rows::{Census, Loss, Supply, insert};
use crate::prove::stand_in::stand_ins;

/// Both ways of a revision for one dialect, proven.
#[derive(Debug, Clone)]
pub struct Proven {
    /// From the starting point to the declared schema.
    pub up: Plan,
    /// The way back.
    pub down: Plan,
    /// The catalogs at both ends.
    pub ends: Pair<Catalog>,
    /// What gets another name on the way up, in this order.
    pub renames: Vec<Rename>,
    /// What changes beside, once everything has its new name.
    pub changes: Vec<Change>,
}

impl Proven {
    /// The proof of a revision that has nothing to do.
    pub fn nothing(ends: Pair<&Catalog>) -> Self {
        Self {
            up: Plan::default(),
            down: Plan::default(),
            ends: ends.map(Catalog::clone),
            renames: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// The way on which a proof failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The scratch copy of the starting point.
    Copy,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Up for the second time.
    UpAgain,
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Copy => "the copy of the starting point",
            Self::Up => "the way up",
            Self::Down => "the way down",
            Self::UpAgain => "the second way up",
        })
    }
}

/// Why a revision is not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// A statement was refused.
    #[error("run {way}")]
    Refused {
        /// On which way.
        way: Way,
        /// The statement and the server's words.
        source: Box<BenchError>,
    },
    /// The schema at the end is not the one that was asked for.
    #[error("reach the right schema on {way}")]
    Different {
        /// On which way.
        way: Way,
        /// What still differs, as changes that would be needed.
        changes: Vec<Change>,
    },
    /// Rows or values were lost.
    #[error("keep all rows on {way}: {} would be lost", list(losses))]
    Lost {
        /// On which way.
        way: Way,
        /// What is gone.
        losses: Vec<Loss>,
    },
    /// Something before the proof failed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

impl ProofError {
    /// Whether rows were in the way, and not the statements themselves.
    fn is_about_data(&self) -> bool {
        let Self::Refused { source, .. } = self else {
            return false;
        };
        match &**source {
            BenchError::Refused { source, .. } => source.is_about_data(),
            BenchError::ForeignKeys { .. } => true,
            BenchError::Scratch(_)
            | BenchError::Load(_)
            | BenchError::Read(_)
            | BenchError::Order(_) => false,
        }
    }
}

fn list(losses: &[Loss]) -> String {
    losses
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What a proof starts from and where it shall lead.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The starting point and the declared schema.
    pub catalogs: Pair<&'a Catalog>,
    /// The renames that come first.
    pub renames: &'a [Rename],
    /// What only people know.
    pub hints: &'a Hints,
}

/// Plans both ways and runs up, down and up on a scratch copy with a few rows in every touched table.
///
/// A change that the made-up rows themselves are in the way of (a required column without a value, a
/// check that they break) is proven with fewer of them: real rows are for the person who runs it, and
/// the statement says so.
///
/// # Errors
/// [`ProofError`] with the way and the difference.
pub async fn prove(bench: &mut Bench, task: Task<'_>) -> Result<Proven, ProofError> {
    let mut outcome = prove_with(bench, task, Supply::Several).await;
    for supply in [Supply::Full, Supply::None] {
        match outcome {
            Err(error) if error.is_about_data() => outcome = prove_with(bench, task, supply).await,
            other => return other,
        }
    }
    outcome
}

async fn prove_with(
    bench: &mut Bench,
    task: Task<'_>,
    supply: Supply,
) -> Result<Proven, ProofError> {
    let (mut copy, start) = bench
        .build(task.catalogs.before)
        .await
        .map_err(refused(Way::Copy))?;
    let session = &mut copy.session;
    bench.make_roles(session, task.catalogs.after).await?;
    expect(bench, Way::Copy, Pair::new(&start, task.catalogs.before)).await?;

    let touched = touched_tables(task.catalogs);
    insert(session, &start, &touched, supply).await;
    let (renames, back) = rename_steps(task.renames, &start);
    let rows_at_start = Census::take(session, &start, &touched).await?;
    let renames = run_measured(session, &renames)
        .await
        .map_err(refused(Way::Up))?;
    let renamed = if task.renames.is_empty() {
        start.clone()
    } else {
        bench.read(session).await?
    };
    let declared = settle(bench, &renamed, task.catalogs.after).await?;

    let change = plan(Pair::new(&renamed, &declared), task.hints).map_err(BenchError::from)?;
    let rows = Census::take(session, &renamed, &touched).await?;
    let change = run_measured(session, &change)
        .await
        .map_err(refused(Way::Up))?;
    let reached = bench.read(session).await?;
    expect(bench, Way::Up, Pair::new(&reached, &declared)).await?;
    keep(Way::Up, &rows, session, &reached, &touched).await?;

    let undo = plan(
        Pair::new(&reached, &renamed),
        &way_back(task.hints, &reached, &renamed),
    )
    .map_err(BenchError::from)?;
    let rows = Census::take(session, &reached, &touched).await?;
    let undo = run_measured(session, &undo)
        .await
        .map_err(refused(Way::Down))?;
    let back = run_measured(session, &back)
        .await
        .map_err(refused(Way::Down))?;
    let end = bench.read(session).await?;
    expect(bench, Way::Down, Pair::new(&end, &start)).await?;
    keep_common(Way::Down, &rows, &rows_at_start, session, &end, &touched).await?;

    run(session, &renames)
        .await
        .map_err(refused(Way::UpAgain))?;
    run(session, &change).await.map_err(refused(Way::UpAgain))?;
    let again = bench.read(session).await?;
    expect(bench, Way::UpAgain, Pair::new(&again, &declared)).await?;
    Ok(Proven {
        up: joined(&renames, &change),
        down: joined(&undo, &back),
        // What does not change keeps its words on the database: those it had, not the copy's.
        ends: Pair::new(
            task.catalogs.before.clone(),
            declared.settle(task.catalogs.before),
        ),
        renames: task.renames.to_vec(),
        changes: told(task, Pair::new(&renamed, &declared)),
    })
}

fn refused(way: Way) -> impl FnOnce(BenchError) -> ProofError {
    move |source| ProofError::Refused {
        way,
        source: Box::new(source),
    }
}

/// What a catalog is after renames: they run on a copy, because only the server knows what it renames along.
///
/// # Errors
/// Where the copy cannot be made, or refuses one of them.
pub async fn renamed(
    bench: &mut Bench,
    before: &Catalog,
    renames: &[Rename],
) -> Result<Catalog, BenchError> {
    if renames.is_empty() {
        return Ok(before.clone());
    }
    let (steps, _) = rename_steps(renames, before);
    let (mut copy, _) = bench.build(before).await?;
    run(&mut copy.session, &steps).await?;
    bench.read(&mut copy.session).await
}

/// Plans both ways without running the change itself; the renames run, because only the server knows
/// what it renames along.
///
/// # Errors
/// [`ProofError`] where not even the copy can be made.
pub async fn plan_unproven(bench: &mut Bench, task: Task<'_>) -> Result<Proven, ProofError> {
    let before = task.catalogs.before;
    let (renames, back) = rename_steps(task.renames, before);
    let renamed = renamed(bench, before, task.renames).await?;
    let declared = adopt(bench, &renamed, task.catalogs.after).settle(&renamed);
    let change = plan(Pair::new(&renamed, &declared), task.hints).map_err(BenchError::from)?;
    let undo = plan(
        Pair::new(&declared, &renamed),
        &way_back(task.hints, &declared, &renamed),
    )
    .map_err(BenchError::from)?;
    Ok(Proven {
        up: joined(&renames, &change),
        down: joined(&undo, &back),
        renames: task.renames.to_vec(),
        changes: told(task, Pair::new(&renamed, &declared)),
        ends: Pair::new(before.clone(), declared),
    })
}

/// What is known of the way back, from the one catalog to the other.
fn way_back(hints: &Hints, before: &Catalog, after: &Catalog) -> Hints {
    Hints {
        stand_ins: stand_ins(Pair::new(before, after)),
        ..hints.inverted()
    }
}

/// The tables whose rows a change may touch: their own, and those of what hangs on them.
fn touched_tables(catalogs: Pair<&Catalog>) -> BTreeSet<ObjectId> {
    let changed: BTreeSet<ObjectId> = compare(catalogs).iter().map(Change::id).collect();
    let mut touched = BTreeSet::new();
    for id in &changed {
        if id.kind == Kind::Table {
            touched.insert(id.clone());
        }
        for reference in catalogs
            .before
            .references(id)
            .into_iter()
            .chain(catalogs.after.references(id))
        {
            if reference.object.kind == Kind::Table {
                touched.insert(reference.object);
            }
        }
    }
    let tables = catalogs.before.objects().keys();
    for dependent in tables.filter(|other| other.kind == Kind::Table) {
        let references = catalogs.before.references(dependent);
        if references
            .iter()
            .any(|reference| changed.contains(&reference.object))
        {
            touched.insert(dependent.clone());
        }
    }
    touched
}

/// What differs beside the renames; what only had to go for them is altered, and not new.
fn told(task: Task<'_>, catalogs: Pair<&Catalog>) -> Vec<Change> {
    let start = task.catalogs.before;
    let gone = broken_by(task.renames, start);
    let altered = |change: Change| match change {
        Change::Create(after) if gone.contains(&after.id()) => match start.get(&after.id()) {
            Some(before) => Change::Alter(Box::new(Pair::new(before.clone(), after))),
            None => Change::Create(after),
        },
        other => other,
    };
    compare(catalogs).into_iter().map(altered).collect()
}

fn rename_steps(renames: &[Rename], catalog: &Catalog) -> (Plan, Plan) {
    let dialect = catalog.dialect();
    let step = |rename: &Rename| PlannedStep {
        object: rename.object(),
        step: rename.step(dialect),
    };
    let planned = |id: &ObjectId, steps: Vec<Step>| {
        let object = id.clone();
        steps.into_iter().map(move |step| PlannedStep {
            object: object.clone(),
            step,
        })
    };
    let broken = broken_by(renames, catalog);
    let mut forward = Vec::new();
    let mut back: Vec<_> = renames
        .iter()
        .rev()
        .map(|rename| step(&rename.inverted()))
        .collect();
    for id in &broken {
        let object = catalog.get(id);
        forward.extend(
            object
                .into_iter()
                .flat_map(|object| planned(id, object.drop(dialect))),
        );
    }
    for id in broken.iter().rev() {
        let object = catalog.get(id);
        back.extend(
            object
                .into_iter()
                .flat_map(|object| planned(id, object.create(dialect))),
        );
    }
    forward.extend(renames.iter().map(step));
    (Plan { steps: forward }, Plan { steps: back })
}

fn joined(first: &Plan, second: &Plan) -> Plan {
    Plan {
        steps: first.steps.iter().chain(&second.steps).cloned().collect(),
    }
}

async fn expect(bench: &mut Bench, way: Way, catalogs: Pair<&Catalog>) -> Result<(), ProofError> {
    let wanted = settle(bench, catalogs.before, catalogs.after).await?;
    let changes = compare(Pair::new(catalogs.before, &wanted));
    if changes.is_empty() {
        Ok(())
    } else {
        Err(ProofError::Different { way, changes })
    }
}

async fn keep(
    way: Way,
    rows: &Census,
    session: &mut Session,
    catalog: &Catalog,
    touched: &BTreeSet<ObjectId>,
) -> Result<(), ProofError> {
    let losses = rows.losses(&Census::take(session, catalog, touched).await?);
    if losses.is_empty() {
        Ok(())
    } else {
        Err(ProofError::Lost { way, losses })
    }
}

/// On the way back, what must be kept is what was there before the way up and still is at its top.
async fn keep_common(
    way: Way,
    top: &Census,
    start: &Census,
    session: &mut Session,
    catalog: &Catalog,
    touched: &BTreeSet<ObjectId>,
) -> Result<(), ProofError> {
    let end = Census::take(session, catalog, touched).await?;
    let at_top = top.losses(&end);
    let since_start = start.losses(&end);
    let losses: Vec<_> = at_top
        .into_iter()
        .filter(|loss| since_start.contains(loss))
        .collect();
    if losses.is_empty() {
        Ok(())
    } else {
        Err(ProofError::Lost { way, losses })
    }
}
