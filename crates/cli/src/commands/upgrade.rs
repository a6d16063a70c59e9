//! `schemist upgrade`: applying revisions.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::apply::guard::{Expectations, Hours, Untested};
use schemist_project::apply::plan::{Plan, Step, hooks, plan};
use schemist_project::apply::{
    Backup, DataLoss, Event, Extent, HookUse, Idle, Progress, Publishers, Request, Rows, Sight,
    apply, outlook, script,
};
use schemist_project::fresh::fresh;
use schemist_project::{
    Dialect, Direction, Entry, Exit, Expectation, Mention, ProjectError, Protection, RevisionId,
    Target, safety, without_secrets,
};
use serde_json::{Value, json};

use crate::arguments::{Confirmation, Waiting, target};
use crate::json;
use crate::many;
use crate::run::Run;

/// Apply revisions, up to the head or to the one that is named
///
/// Each revision is applied in one transaction, unless its sections say otherwise, and written into
/// the journal in the same one. A revision that was cut short is resumed where it stopped. A SQLite
/// file that is missing is made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist upgrade                     to the head
  schemist upgrade +1                  one revision further
  schemist upgrade 8d41                to that revision
  schemist upgrade --dry-run           what would be applied, what stands
                                       against it, and the plan's hash
  schemist upgrade --plan-hash 9f0c…   that plan, and nothing else
  schemist upgrade --sql | psql        as a script, from where the database is
  schemist upgrade base:head --sql     as a script, without asking any database")]
pub struct Upgrade {
    /// How far: an id or its start, head, heads, +2, <id>+1, <label>@head; with --sql also <from>:<to>
    #[arg(value_name = "REVISION", default_value = "head", value_parser = target, allow_negative_numbers = true)]
    revision: Target,
    /// The same, as an option
    #[arg(long = "revision", value_name = "REVISION", value_parser = target, allow_hyphen_values = true, conflicts_with = "revision")]
    revision_option: Option<Target>,
    #[command(flatten)]
    way: Way,
    /// Run nothing unless the database is what the first revision was proven on
    #[arg(long)]
    expect_catalog: bool,
    /// In an empty database: make what the models say at once, and write down that it is at the head
    #[arg(long, conflicts_with_all = ["missing", "sql", "dry_run", "revision", "revision_option"])]
    fresh: bool,
    /// Apply also what is missing below revisions that are applied
    #[arg(long)]
    missing: bool,
}

impl Upgrade {
    /// Whether nothing is changed.
    pub const fn is_only_shown(&self) -> bool {
        self.way.is_only_shown()
    }
}

/// Which way, how far, and what is settled before.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Which way.
    pub direction: Direction,
    /// How far.
    pub target: &'a Target,
    /// What of the history is meant.
    pub extent: Extent,
    /// The revisions that stay, where only known ones may.
    pub known: BTreeSet<RevisionId>,
    /// Whether the database must be what the first revision was proven on.
    pub expectation: Expectation,
    /// Whether a copy is made first.
    pub backup: Backup,
}

impl<'a> Order<'a> {
    /// The usual way to a target.
    pub const fn new(direction: Direction, target: &'a Target) -> Self {
        Self {
            direction,
            target,
            extent: Extent::Target,
            known: BTreeSet::new(),
            expectation: Expectation::Told,
            backup: Backup::AsSettled,
        }
    }
}

/// What upgrade and downgrade share.
#[derive(Debug, Args)]
pub struct Way {
    /// Write the whole script, with the journal's statements, and change nothing
    #[arg(long, conflicts_with = "dry_run")]
    sql: bool,
    /// The dialect of the script [default: that of the url]
    #[arg(long, value_name = "DIALECT", requires = "sql")]
    dialect: Option<Dialect>,
    /// Let statements about subscriptions connect to their publishers
    #[arg(long)]
    allow_connect: bool,
    /// Say what would be run and what stands against it, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Run nothing but the plan that --dry-run showed under this hash; may be repeated for several databases
    #[arg(long, value_name = "HASH", conflicts_with = "sql")]
    plan_hash: Vec<String>,
    /// Run nothing while anybody else is connected to the database
    #[arg(long, conflicts_with = "sql")]
    require_idle: bool,
    /// Do not run the hooks of the settings
    #[arg(long)]
    no_hooks: bool,
    /// Apply also what the environment that `requires` names has not seen
    #[arg(long)]
    force_untested: bool,
    /// Run heavy revisions also outside of the maintenance window
    #[arg(long)]
    any_hour: bool,
    /// Go on where rows of a protected database are lost
    #[arg(long)]
    allow_data_loss: bool,
    /// Do not ask the rows first what stands against a revision
    #[arg(long)]
    no_preflight: bool,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    confirmation: Confirmation,
}

impl Way {
    /// Whether nothing is changed.
    pub const fn is_only_shown(&self) -> bool {
        self.sql || self.dry_run
    }
}

/// Runs the command.
pub async fn run(arguments: &Upgrade, run: &Run) -> Result<Exit, ProjectError> {
    let expectation = if arguments.expect_catalog {
        Expectation::Required
    } else {
        Expectation::Told
    };
    if arguments.fresh {
        return many::each(run, "upgrade", async |run, entry| {
            make_fresh(run, &entry, &arguments.way).await
        })
        .await;
    }
    let typed = arguments.revision_option.as_ref();
    let target = typed.unwrap_or(&arguments.revision);
    let order = Order {
        expectation,
        extent: if arguments.missing {
            Extent::Missing
        } else {
            Extent::Target
        },
        ..Order::new(Direction::Up, target)
    };
    go(run, &order, &arguments.way).await
}

async fn make_fresh(run: &Run, entry: &Entry, way: &Way) -> Result<Exit, ProjectError> {
    run.announce(entry, "make everything that the models say")?;
    run.confirm(entry, &way.confirmation).await?;
    let hooks = way.hooks();
    let made = fresh(entry, way.waiting.lock_wait, hooks, |event| {
        tell(run, event)
    })
    .await?;
    let objects = if made.objects == 1 {
        "object"
    } else {
        "objects"
    };
    run.ui.status(&format!(
        "Made {} {objects} from the models; the database is at {}",
        made.objects, made.head
    ));
    run.ui.json(
        "upgrade",
        json!({ "is_fresh": true, "head": json::mention(&made.head) }),
    );
    Ok(Exit::Done)
}

/// Goes one way, or says what that would be.
pub(super) async fn go(run: &Run, order: &Order<'_>, way: &Way) -> Result<Exit, ProjectError> {
    many::each(run, command(order.direction), async |run, entry| {
        one(run, &entry, order, way).await
    })
    .await
}

impl Way {
    const fn hooks(&self) -> HookUse {
        if self.no_hooks {
            HookUse::PassedBy
        } else {
            HookUse::Run
        }
    }
}

fn request(order: &Order<'_>, way: &Way) -> Request {
    Request {
        expectation: order.expectation,
        extent: order.extent,
        known: order.known.clone(),
        backup: order.backup.clone(),
        lock_wait: way.waiting.lock_wait,
        lock_timeout: way.waiting.lock_timeout,
        lock_attempts: way.waiting.lock_attempts,
        statement_timeout: way.waiting.statement_timeout,
        publishers: if way.allow_connect {
            Publishers::Allowed
        } else {
            Publishers::Refused
        },
        expected: Expectations {
            untested: if way.force_untested {
                Untested::Forced
            } else {
                Untested::Refused
            },
            hours: if way.any_hour {
                Hours::Ignored
            } else {
                Hours::Kept
            },
            ..way.confirmation.expectations()
        },
        data_loss: if way.allow_data_loss {
            DataLoss::Allowed
        } else {
            DataLoss::Told
        },
        rows: if way.no_preflight {
            Rows::PassedBy
        } else {
            Rows::Asked
        },
        plans: way.plan_hash.clone(),
        hooks: way.hooks(),
        idle: if way.require_idle {
            Idle::Required
        } else {
            Idle::Free
        },
        ..Request::new(order.direction, order.target.clone())
    }
}

async fn one(run: &Run, entry: &Entry, order: &Order<'_>, way: &Way) -> Result<Exit, ProjectError> {
    let direction = order.direction;
    let request = request(order, way);
    if way.sql {
        tell_unwritten_hooks(run, entry, &request);
        let script = script(entry, &request, way.dialect).await?;
        if run.ui.is_json() {
            run.ui.json(command(direction), json!({ "script": script }));
        } else {
            run.ui.raw(&script);
        }
        return Ok(Exit::Done);
    }
    if way.dry_run {
        let plan = plan(entry, &request).await?;
        return Ok(show_plan(run, &request, entry.url()?.dialect(), &plan));
    }
    safety::tell_written_passwords(entry, |sentence| run.ui.warning(sentence));
    let is_asked = entry.protection == Protection::Protected && way.confirmation.confirm.is_none();
    if is_asked && let Some(outlook) = outlook(entry, &request).await? {
        run.ui.status(&outlook.to_string());
        for revision in &outlook.revisions {
            run.ui.status(&format!("  {revision}"));
        }
    }
    run.confirm(entry, &way.confirmation).await?;
    change(run, entry, &request).await
}

async fn change(run: &Run, entry: &Entry, request: &Request) -> Result<Exit, ProjectError> {
    let mut count = 0;
    let done = apply(entry, request, |event| {
        if let Event::Done { .. } | Event::PassedOver { .. } = event {
            count += 1;
            run.ui.advance_gauge(count);
        }
        tell(run, event);
    })
    .await;
    run.ui.end_gauge();
    let done = done?;
    if done.is_empty() {
        run.ui.status(nothing(request.direction));
    }
    let done: Vec<Value> = done.iter().map(json::mention).collect();
    run.ui
        .json(command(request.direction), json!({ "revisions": done }));
    Ok(Exit::Done)
}

/// Says what happens.
pub(super) fn tell(run: &Run, event: Event) {
    match event {
        Event::Planned(outlook) => {
            run.ui.status(&outlook.to_string());
            run.ui
                .begin_gauge(does(outlook.direction), outlook.revisions.len());
        }
        Event::Started(direction, revision) => {
            run.ui.detail(&format!("{} {revision}", does(direction)));
            run.ui.doing(&revision.to_string());
        }
        Event::Done {
            direction,
            revision,
            resumed_at,
            duration,
            ..
        } => {
            let did = match direction {
                Direction::Up => "Applied",
                Direction::Down => "Took back",
            };
            let resumed = match resumed_at {
                0 => String::new(),
                at => format!(" from statement {} on", at + 1),
            };
            let time = duration.as_millis();
            run.ui
                .status(&format!("{did} {revision}{resumed} in {time} ms"));
        }
        Event::PassedOver { revision, dialect } => run.ui.status(&format!(
            "Passed over {revision}: it is not for {}",
            dialect.title()
        )),
        Event::Progress(revision, Progress::Sent { index, total }) => run
            .ui
            .doing(&format!("{revision}: statement {} of {total}", index + 1)),
        Event::Progress(revision, progress) => {
            let sentence = format!("{}: {}", revision.id, in_words(&progress));
            run.ui.paced(&pace(&revision, &progress), &sentence);
        }
        Event::Hook { point, program } => {
            run.ui.status(&format!("Running {point}: {program}"));
            run.ui.doing(&format!("{point}: {program}"));
        }
        Event::Said(line) => run.ui.status(&format!("  {line}")),
        Event::Note(sentence) => run.ui.status(&sentence),
        Event::Warning(sentence) => run.ui.warning(&sentence),
    }
}

const fn does(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "Applying",
        Direction::Down => "Taking back",
    }
}

/// Stands for what is worth a line of its own: another statement, another phase, ten percent more.
fn pace(revision: &Mention, progress: &Progress) -> String {
    let Progress::Seen {
        index,
        sight: Sight::Builds { phase, percent },
        ..
    } = progress
    else {
        return format!("{}: {}", revision.id, in_words(progress));
    };
    // Numbers in a phase move with the percent.
    let words: String = phase.chars().filter(|c| !c.is_ascii_digit()).collect();
    let tens = percent.map_or(0, |percent| percent / 10);
    format!("{} {index} {words} {tens}", revision.id)
}

/// What is seen of a statement that takes its time.
fn in_words(progress: &Progress) -> String {
    let names = |blockers: &[_]| {
        let names: Vec<String> = blockers.iter().map(ToString::to_string).collect();
        names.join("; ")
    };
    match progress {
        Progress::Sent { index, total } => format!("statement {} of {total}", index + 1),
        Progress::Seen {
            index,
            total,
            sight,
        } => {
            let what = match sight {
                Sight::Waits(blockers) => format!("waits for {}", names(blockers)),
                Sight::Builds { phase, percent } => match percent {
                    Some(percent) => format!("{phase}, {percent} %"),
                    None => phase.clone(),
                },
            };
            format!("statement {} of {total} {what}", index + 1)
        }
        Progress::Again {
            attempt,
            pause,
            blockers,
        } => {
            let whom = if blockers.is_empty() {
                String::new()
            } else {
                format!(" (it waited for {})", names(blockers))
            };
            let pause = pause.as_millis();
            format!("a lock was not got in time{whom}; try {attempt} comes in {pause} ms")
        }
    }
}

fn show_plan(run: &Run, request: &Request, dialect: Dialect, plan: &Plan) -> Exit {
    let direction = request.direction;
    let would = match direction {
        Direction::Up => "would apply",
        Direction::Down => "would take back",
    };
    for step in &plan.steps {
        run.ui.result(&format!("{would} {}", step.revision));
        for statement in &step.statements {
            for (code, text) in &statement.hazards {
                run.ui.result(&format!("  hazard {code}: {text}"));
            }
            for lock in &statement.locks {
                run.ui.result(&format!("  {lock}"));
            }
            let sql = without_secrets(Dialect::Postgres, &statement.sql);
            let sql = format!("  {};", sql.replace('\n', "\n  "));
            run.ui.sql(dialect, &sql);
        }
    }
    if plan.steps.is_empty() {
        run.ui.status(nothing(direction));
    } else {
        if request.hooks == HookUse::Run {
            for (point, words) in &plan.hooks {
                run.ui.result(&format!("would run {point}: {words}"));
            }
        }
        run.ui.result(&format!("plan {}", plan.hash));
    }
    for warning in &plan.warnings {
        run.ui.warning(warning);
    }
    for obstacle in &plan.obstacles {
        run.ui.error(obstacle);
    }
    run.ui.json(command(direction), plan_json(plan));
    let exit = plan.obstacles.first().map(ProjectError::exit);
    exit.unwrap_or(Exit::Done)
}

fn plan_json(plan: &Plan) -> Value {
    let steps: Vec<Value> = plan.steps.iter().map(step_json).collect();
    let obstacles: Vec<Value> = plan.obstacles.iter().map(json::error).collect();
    let hooks = plan.hooks.iter();
    let hooks: Vec<Value> = hooks
        .map(|(point, words)| json!({ "when": point, "program": words }))
        .collect();
    json!({
        "is_dry_run": true,
        "revisions": steps,
        "plan_hash": plan.hash,
        "warnings": plan.warnings,
        "obstacles": obstacles,
        "hooks": hooks,
    })
}

/// A script runs no programs.
fn tell_unwritten_hooks(run: &Run, entry: &Entry, request: &Request) {
    match request.hooks {
        HookUse::PassedBy => return,
        HookUse::Run => {}
    }
    for (point, words) in hooks(entry, request.direction) {
        run.ui
            .status(&format!("note: the script does not run {point}: {words}"));
    }
}

fn step_json(step: &Step) -> Value {
    let statements = step.statements.iter().map(|statement| {
        let hazards = statement.hazards.iter();
        let hazards: Vec<Value> = hazards
            .map(|(code, text)| json!({ "code": code, "text": text }))
            .collect();
        let sql = without_secrets(Dialect::Postgres, &statement.sql);
        let locks: Vec<Value> = statement.locks.iter().map(json::lock).collect();
        json!({ "sql": sql, "hazards": hazards, "locks": locks })
    });
    let mut value = json::mention(&step.revision);
    value["statements"] = statements.collect();
    value
}

const fn nothing(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "Nothing to apply: the database is there already",
        Direction::Down => "Nothing to take back: the database is there already",
    }
}

const fn command(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    }
}
