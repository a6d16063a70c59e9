//! `schemist locks`: who is at work in the database, and who waits for whom.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::inspect::locks::{self, Activity, Worker};
use schemist_project::{Exit, Grip, ProjectError};
use serde_json::{Value, json};

use super::status::lock_json;
use crate::arguments::Confirmation;
use crate::run::Run;
use crate::table::table;

/// Show who is at work in the database, who waits for whom, and who applies revisions
///
/// Reads only, unless a session is to be ended. PostgreSQL and MySQL show other users' sessions to those
/// who may see them; SQLite keeps no list, but the system may name the processes that lock the file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist locks
  schemist locks --table block_run     only who has, or wants, that table
  schemist locks --terminate 4711      end that session; asks first")]
pub struct Locks {
    /// Only who has a table, or wants it
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// End the session of this process; what it had not committed is taken back
    #[arg(long, value_name = "PROCESS", conflicts_with = "table")]
    terminate: Option<i64>,
    #[command(flatten)]
    confirmation: Confirmation,
}

impl Locks {
    /// Whether nothing is changed.
    pub const fn is_only_shown(&self) -> bool {
        self.terminate.is_none()
    }
}

/// Runs the command.
pub async fn run(arguments: &Locks, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    if let Some(process) = arguments.terminate {
        let worker = locks::find(&entry, process).await?;
        run.announce(&entry, &format!("end process {process}"))?;
        run.ui.status(&line(&worker));
        run.confirm(&entry, &arguments.confirmation).await?;
        run.agree(&format!("End process {process}?"), "--yes")?;
        locks::terminate(&entry, &worker).await?;
        run.ui.status(&format!("Ended process {process}"));
        run.ui.json("locks", json!({ "terminated": process }));
        return Ok(Exit::Done);
    }
    let found = locks::read(&entry, arguments.table.as_deref()).await?;
    run.ui.result(&text(&found));
    for unseen in &found.activity.unseen {
        run.ui.status(&format!("note: {unseen}"));
    }
    run.ui.json("locks", as_json(&found));
    Ok(Exit::Done)
}

fn text(found: &locks::Locks) -> String {
    let mut parts = vec![match &found.grip {
        Grip::Free => "Nobody applies revisions now".to_owned(),
        Grip::Held(Some(holder)) => format!("Revisions are being applied by {holder}"),
        Grip::Held(None) => "Another process writes to the file".to_owned(),
    }];
    for user in &found.file_users {
        let does = if user.writes { "writes" } else { "reads" };
        parts.push(format!(
            "Process {} ({}) {does} the file",
            user.process, user.program
        ));
    }
    let activity = &found.activity;
    if !activity.waits.is_empty() {
        parts.push(format!("\nWho waits for whom\n{}", tree(activity)));
    }
    if !activity.sessions.is_empty() {
        parts.push(format!("\nSessions\n{}", sessions(activity)));
    }
    if !activity.holds.is_empty() {
        let rows = activity.holds.iter().map(|hold| {
            let does = if hold.is_granted { "has" } else { "waits for" };
            vec![
                format!("  {}", hold.table),
                hold.process.to_string(),
                format!("{does} {}", hold.mode),
            ]
        });
        let headings = ["  table", "process", "lock"];
        parts.push(format!("\nTables\n{}", table(&headings, rows)));
    }
    parts.join("\n")
}

fn sessions(activity: &Activity) -> String {
    let headings = [
        "  process",
        "user",
        "application",
        "from",
        "state",
        "statement",
    ];
    let rows = activity.sessions.iter().map(|worker| {
        vec![
            format!("  {}", worker.process),
            worker.user.clone(),
            worker.application.clone(),
            worker.client.clone(),
            state(worker),
            first_words(&worker.query),
        ]
    });
    table(&headings, rows)
}

/// What somebody does, and for how long.
fn state(worker: &Worker) -> String {
    let mut text = if worker.state.is_empty() {
        "unknown".to_owned()
    } else {
        worker.state.clone()
    };
    let seconds = if worker.is_idle_in_transaction {
        worker.transaction_seconds.or(worker.state_seconds)
    } else {
        worker.state_seconds
    };
    if let Some(seconds) = seconds {
        text.push_str(&format!(" for {seconds} s"));
    }
    if !worker.waits_for.is_empty() {
        text.push_str(&format!(", {}", worker.waits_for));
    }
    text
}

/// The beginning of a statement, on one line.
fn first_words(query: &str) -> String {
    let words: Vec<&str> = query.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= 72 {
        return line;
    }
    let start: String = line.chars().take(69).collect();
    format!("{start}…")
}

fn line(worker: &Worker) -> String {
    let application = if worker.application.is_empty() {
        String::new()
    } else {
        format!(", {}", worker.application)
    };
    let query = match first_words(&worker.query) {
        query if query.is_empty() => query,
        query => format!(": {query}"),
    };
    format!(
        "{} ({} from {}{application}) {}{query}",
        worker.process,
        worker.user,
        worker.client,
        state(worker),
    )
}

/// Who waits below whom.
fn tree(activity: &Activity) -> String {
    let mut text = Vec::new();
    let mut seen = BTreeSet::new();
    for root in activity.roots() {
        text.push(format!("  {}", name(activity, root)));
        seen.insert(root);
        branches(activity, root, "  ", &mut seen, &mut text);
    }
    text.join("\n")
}

fn branches(
    activity: &Activity,
    blocker: i64,
    indent: &str,
    seen: &mut BTreeSet<i64>,
    text: &mut Vec<String>,
) {
    let waiters = activity.waiters(blocker);
    for (i, waiter) in waiters.iter().enumerate() {
        let (branch, below) = if i + 1 == waiters.len() {
            ("╰─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let is_new = seen.insert(*waiter);
        let again = if is_new { "" } else { " (see above)" };
        text.push(format!(
            "{indent}{branch}{}{again}",
            name(activity, *waiter)
        ));
        if is_new {
            branches(activity, *waiter, &format!("{indent}{below}"), seen, text);
        }
    }
}

fn name(activity: &Activity, process: i64) -> String {
    match activity.worker(process) {
        Some(worker) => line(worker),
        None if process == 0 => "a prepared transaction that nobody ended".to_owned(),
        None => format!("{process} (a session that the server does not show)"),
    }
}

fn as_json(found: &locks::Locks) -> Value {
    let activity = &found.activity;
    let sessions = activity.sessions.iter().map(|worker| {
        let waits = activity.waits.iter();
        let blocked_by = waits.filter(|wait| wait.waiter == worker.process);
        json!({
            "process": worker.process,
            "user": worker.user,
            "application": worker.application,
            "client": worker.client,
            "state": worker.state,
            "waits_for": worker.waits_for,
            "transaction_seconds": worker.transaction_seconds,
            "state_seconds": worker.state_seconds,
            "query": worker.query,
            "is_idle_in_transaction": worker.is_idle_in_transaction,
            "blocked_by": blocked_by.map(|wait| wait.blocker).collect::<Vec<_>>(),
        })
    });
    let holds = activity.holds.iter().map(|hold| {
        json!({
            "table": hold.table,
            "process": hold.process,
            "mode": hold.mode,
            "is_granted": hold.is_granted,
        })
    });
    let users = found.file_users.iter().map(
        |user| json!({ "process": user.process, "program": user.program, "writes": user.writes }),
    );
    json!({
        "database": found.place,
        "lock": lock_json(&found.grip),
        "sessions": sessions.collect::<Vec<_>>(),
        "tables": holds.collect::<Vec<_>>(),
        "file_users": users.collect::<Vec<_>>(),
        "unseen": activity.unseen,
    })
}
