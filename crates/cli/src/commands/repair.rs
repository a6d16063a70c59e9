//! `schemist repair`: putting right what a cut left behind.

use clap::{ArgGroup, Args};
use schemist_project::apply::repair::{
    Ailment, Answer, Repair as Order, accept_edits, look, repair, undo, unlock,
};
use schemist_project::apply::{Publishers, Request};
use schemist_project::{
    Dialect, Direction, Entry, Exit, JournalEntry, Mention, ProjectError, State, Target,
    without_secrets,
};
use serde_json::{Value, json};

use super::upgrade::tell;
use crate::arguments::{Confirmation, Waiting};
use crate::json;
use crate::run::Run;

/// Put right what a run left behind that was cut short
///
/// Without an option it says what is wrong and what can be done. Most cuts need none of this:
/// `schemist upgrade` goes on where it stopped, and asks only where nothing tells whether a statement
/// ran.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("order").multiple(false),
    after_help = "Examples:
  schemist repair                          what is wrong
  schemist repair --resume --did-run       go on after the statement in doubt:
                                           it ran
  schemist repair --resume --did-not-run   go on with the statement in doubt
  schemist repair --undo                   back to what was there before the
                                           revision
  schemist repair --mark-applied           you did the rest by hand
  schemist repair --accept-edits           the files are right as they are now
  schemist repair --unlock                 end the session that holds the lock"
)]
pub struct Repair {
    /// Go on with the revision that was cut short
    #[arg(long, group = "order")]
    resume: bool,
    /// The statement in doubt ran to its end
    #[arg(long, requires = "resume", conflicts_with = "did_not_run")]
    did_run: bool,
    /// The statement in doubt did not run, or may be run once more
    #[arg(long, requires = "resume")]
    did_not_run: bool,
    /// Take back what there is of it, by a plan from the database as it is
    #[arg(long, group = "order")]
    undo: bool,
    /// Write down that it is applied, and run nothing
    #[arg(long, group = "order")]
    mark_applied: bool,
    /// Write down that it is not applied, and run nothing
    #[arg(long, group = "order")]
    mark_rolled_back: bool,
    /// Take the files as they are for what was applied
    #[arg(long, group = "order")]
    accept_edits: bool,
    /// End the session that holds the lock
    #[arg(long, group = "order")]
    unlock: bool,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Runs the command.
pub async fn run(arguments: &Repair, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    if let Some(words) = words_of_order(arguments) {
        run.announce(&entry, words)?;
        run.confirm(&entry, &arguments.confirmation).await?;
    }
    if let Some(order) = order(arguments) {
        return carry_out(run, &entry, arguments, order).await;
    }
    if arguments.undo {
        let (revision, count) = undo(&entry, &request(arguments)?).await?;
        let statements = if count == 1 {
            "statement"
        } else {
            "statements"
        };
        run.ui.status(&format!(
            "Undid {revision}: {count} {statements} brought the database back"
        ));
        run.ui
            .json("repair", json!({ "undone": json::mention(&revision) }));
        return Ok(Exit::Done);
    }
    if arguments.accept_edits {
        let accepted = accept_edits(&entry, arguments.waiting.lock_wait).await?;
        for revision in &accepted {
            run.ui.status(&format!("Accepted {revision} as it is now"));
        }
        if accepted.is_empty() {
            run.ui
                .status("Nothing to accept: no applied revision was edited");
        }
        let accepted: Vec<Value> = accepted.iter().map(json::mention).collect();
        run.ui.json("repair", json!({ "accepted": accepted }));
        return Ok(Exit::Done);
    }
    if arguments.unlock {
        return end_holder(run, &entry).await;
    }
    show(run, &look(&entry).await?)
}

/// What is done to the database, where anything is.
fn words_of_order(arguments: &Repair) -> Option<&'static str> {
    let orders = [
        (arguments.resume, "go on with what was cut short"),
        (arguments.undo, "undo what was cut short"),
        (arguments.mark_applied, "mark as applied what was cut short"),
        (
            arguments.mark_rolled_back,
            "mark as not applied what was cut short",
        ),
        (arguments.accept_edits, "accept the files as they are"),
        (arguments.unlock, "end the session that holds the lock"),
    ];
    let mut meant = orders.into_iter().filter(|(is_meant, _)| *is_meant);
    meant.next().map(|(_, words)| words)
}

fn order(arguments: &Repair) -> Option<Order> {
    let answer = match (arguments.did_run, arguments.did_not_run) {
        (true, _) => Some(Answer::DidRun),
        (false, true) => Some(Answer::DidNotRun),
        (false, false) => None,
    };
    if arguments.resume {
        return Some(Order::Resume(answer));
    }
    if arguments.mark_applied {
        return Some(Order::MarkApplied);
    }
    arguments.mark_rolled_back.then_some(Order::MarkRolledBack)
}

fn request(arguments: &Repair) -> Result<Request, ProjectError> {
    Ok(Request {
        lock_wait: arguments.waiting.lock_wait,
        lock_timeout: arguments.waiting.lock_timeout,
        statement_timeout: arguments.waiting.statement_timeout,
        publishers: Publishers::Refused,
        ..Request::new(Direction::Up, Target::parse("head")?)
    })
}

async fn carry_out(
    run: &Run,
    entry: &Entry,
    arguments: &Repair,
    order: Order,
) -> Result<Exit, ProjectError> {
    let request = request(arguments)?;
    let revision: Mention = repair(entry, order, &request, |event| tell(run, event)).await?;
    match order {
        Order::Resume(_) => {}
        Order::MarkApplied => run
            .ui
            .status(&format!("The journal now says that {revision} is applied")),
        Order::MarkRolledBack => run.ui.status(&format!(
            "The journal now says that {revision} is not applied"
        )),
    }
    run.ui
        .json("repair", json!({ "revision": json::mention(&revision) }));
    Ok(Exit::Done)
}

async fn end_holder(run: &Run, entry: &Entry) -> Result<Exit, ProjectError> {
    let ended = unlock(entry, |holder| {
        if run.is_agreed(&format!("End the session of {holder}?")) {
            return Ok(());
        }
        Err(ProjectError::refused(
            format!("end the session of {holder}: nobody agreed"),
            "add --yes if you mean it",
        ))
    })
    .await?;
    match &ended {
        Some(holder) => run.ui.status(&format!("Ended the session of {holder}")),
        None => run.ui.status("Nothing to unlock: nobody holds the lock"),
    }
    run.ui.json(
        "repair",
        json!({ "ended": ended.map(|holder| holder.process) }),
    );
    Ok(Exit::Done)
}

fn show(run: &Run, found: &[Ailment]) -> Result<Exit, ProjectError> {
    for ailment in found {
        run.ui.result(&in_words(ailment));
    }
    if found.is_empty() {
        run.ui.status("Nothing to repair");
    }
    let found_json: Vec<Value> = found.iter().map(to_json).collect();
    run.ui.json("repair", json!({ "found": found_json }));
    Ok(if found.is_empty() {
        Exit::Done
    } else {
        Exit::Differences
    })
}

fn in_words(ailment: &Ailment) -> String {
    match ailment {
        Ailment::Cut {
            entry,
            direction,
            next,
        } => cut_in_words(entry, *direction, next.as_ref()),
        Ailment::Edited(revision) => format!(
            "revision {revision} was edited after it was applied\n  {}",
            "schemist repair --accept-edits       the file is right as it is now"
        ),
        Ailment::Locked(Some(holder)) => format!(
            "the lock is held by {holder}\n  {}",
            "schemist repair --unlock             end that session"
        ),
        Ailment::Locked(None) => {
            "the lock is held by another process, which the database does not name".to_owned()
        }
    }
}

fn cut_in_words(
    entry: &JournalEntry,
    direction: Direction,
    next: Option<&(usize, String)>,
) -> String {
    let (half, again) = match direction {
        Direction::Up => ("applied", "upgrade"),
        Direction::Down => ("taken back", "downgrade"),
    };
    let mut lines = vec![format!(
        "revision {} is half {half} ({})",
        entry.id, entry.state
    )];
    if let Some((line, sql)) = next {
        let shown = without_secrets(Dialect::Postgres, sql);
        let first = shown.lines().next().unwrap_or_default();
        let what = match (&entry.begun, &entry.error) {
            (Some(_), _) => "was begun, and nobody noted its end",
            (None, Some(_)) => "failed",
            (None, None) => "comes next",
        };
        lines.push(format!("  the statement on line {line} {what}: {first}"));
    }
    if let Some(error) = &entry.error {
        lines.push(format!("  because: {error}"));
    }
    if next.is_some() {
        let target = match direction {
            Direction::Up => entry.id.to_string(),
            Direction::Down => format!("{}-1", entry.id),
        };
        lines.push(format!(
            "  {:<37}go on; it asks where nothing tells what ran",
            format!("schemist {again} {target}")
        ));
    }
    if entry.begun.is_some() {
        lines.push(
            "  schemist repair --resume --did-run   you looked, and it ran (or --did-not-run)"
                .to_owned(),
        );
    }
    lines.push("  schemist repair --undo               back to what was there before".to_owned());
    lines.push("  schemist repair --mark-applied       you did the rest by hand".to_owned());
    lines.push("  schemist repair --mark-rolled-back   you took it back by hand".to_owned());
    lines.join("\n")
}

fn to_json(ailment: &Ailment) -> Value {
    match ailment {
        Ailment::Cut {
            entry,
            direction,
            next,
        } => {
            let (done, total) = match entry.state {
                State::Partial { done, total, .. } => (done, total),
                State::Applied => (entry.statements, entry.statements),
            };
            json!({
                "kind": "cut",
                "id": entry.id.as_str(),
                "direction": direction.to_string(),
                "done": done,
                "total": total,
                "is_in_doubt": entry.begun.is_some(),
                "error": entry.error,
                "line": next.as_ref().map(|(line, _)| *line),
            })
        }
        Ailment::Edited(revision) => {
            let mut value = json::mention(revision);
            value["kind"] = "edited".into();
            value
        }
        Ailment::Locked(None) => json!({ "kind": "locked" }),
        Ailment::Locked(Some(holder)) => json!({
            "kind": "locked",
            "process": holder.process,
            "user": holder.user,
            "client": holder.client,
            "application": holder.application,
            "since": holder.since,
        }),
    }
}
