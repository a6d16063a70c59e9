//! `schemist diagnose`: everything that can be said of the database without changing it.

use clap::Args;
use schemist_project::generate::wording::details;
use schemist_project::inspect::diagnose::{self, Diagnosis, Part, Remark, Verdict};
use schemist_project::inspect::drift::DriftReport;
use schemist_project::{Exit, Pair, ProjectError};
use serde_json::{Value, json};

use super::check::{change, line};
use super::status;
use crate::json::error;
use crate::run::Run;
use crate::table::table;

/// Say everything about the database that can be said without changing it
///
/// How it stands, what is pending, who is at work in it, and what to do. Reads only: a role that may
/// SELECT from the journal is enough, and nothing is made, but for a scratch database with --drift.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist diagnose
  schemist diagnose --drift            also what somebody changed beside the
                                       revisions
  schemist diagnose --server           also version, rights and time zone, with
                                       the statements that grant
  schemist diagnose --guide            also the way out, step by step
  schemist diagnose --exit-code        exit as `status --exit-code` does")]
pub struct Diagnose {
    /// Compare with what the files say, on a scratch database
    #[arg(long)]
    drift: bool,
    /// Look at the server's version, and at what this user may do
    #[arg(long)]
    server: bool,
    /// Show the way out of the state that was found
    #[arg(long)]
    guide: bool,
    /// Exit with 0 only where the database is up to date, and with 2 where --drift finds some
    #[arg(long)]
    exit_code: bool,
}

/// What the two sides of drift are called.
pub(super) const SIDES: Pair<&str> = Pair {
    before: "the files",
    after: "the database",
};

/// Runs the command.
pub async fn run(arguments: &Diagnose, run: &Run) -> Result<Exit, ProjectError> {
    let wanted = [
        (arguments.drift, Part::Drift),
        (arguments.server, Part::Server),
        (arguments.guide, Part::Guide),
    ];
    let parts: Vec<Part> = wanted
        .into_iter()
        .filter_map(|(is_wanted, part)| is_wanted.then_some(part))
        .collect();
    let found = diagnose::diagnose(&run.entry()?, &parts).await?;
    run.ui.result(&text(&found));
    run.ui.json("diagnose", as_json(&found));
    if !arguments.exit_code {
        return Ok(Exit::Done);
    }
    Ok(match (found.status.condition().exit(), &found.drift) {
        (Exit::Done, Some(Ok(report))) if !report.changes.is_empty() => Exit::Differences,
        (Exit::Done, Some(Err(error))) => error.exit(),
        (exit, _) => exit,
    })
}

fn text(found: &Diagnosis) -> String {
    let mut parts = vec![status::summary(&found.status)];
    if !found.status.pending.is_empty() {
        let rows = found.status.pending.iter().map(|file| {
            vec![
                format!("  {}", file.id),
                file.message.to_string(),
                file.path.to_string(),
            ]
        });
        parts.push(format!(
            "\nPending\n{}",
            table(&["  revision", "message", "file"], rows)
        ));
    }
    let sessions = found.activity.sessions.len();
    if sessions > 0 {
        let waiting = found.activity.waits.len();
        let idle = found.activity.sessions.iter();
        let idle = idle.filter(|worker| worker.is_idle_in_transaction).count();
        parts.push(format!(
            "\nSessions  {sessions} others, {idle} idle in a transaction, {waiting} waiting for another (`schemist locks`)"
        ));
    }
    if let Some(remarks) = &found.server {
        parts.push(format!("\nServer\n{}", server(remarks)));
    }
    match &found.drift {
        Some(Ok(report)) => parts.push(format!("\n{}", drift(report))),
        Some(Err(error)) => parts.push(format!("\nDrift\n  cannot be told: cannot {error}")),
        None => {}
    }
    if let Some(steps) = &found.guide {
        let lines = steps
            .iter()
            .enumerate()
            .map(|(i, step)| format!("  {}. {}\n       {}", i + 1, step.why, step.command));
        let lines: Vec<String> = lines.collect();
        parts.push(if lines.is_empty() {
            "\nGuide\n  nothing is to be done".to_owned()
        } else {
            format!("\nGuide\n{}", lines.join("\n"))
        });
    }
    if !found.recommendations.is_empty() {
        let lines = found.recommendations.iter();
        let lines: Vec<String> = lines.map(|line| format!("  - {line}")).collect();
        parts.push(format!("\nRecommended\n{}", lines.join("\n")));
    }
    parts.join("\n")
}

fn server(remarks: &[Remark]) -> String {
    let rows = remarks.iter().map(|remark| {
        let mark = match remark.verdict {
            Verdict::Good => "  ok",
            Verdict::Warning => "  warning",
        };
        let action = remark.action.as_ref();
        let action = action.map_or_else(String::new, |action| format!(": {action}"));
        vec![
            mark.to_owned(),
            remark.subject.to_owned(),
            format!("{}{action}", remark.says),
        ]
    });
    table(&[], rows)
}

fn drift(report: &DriftReport) -> String {
    let at = status::ids(&report.at);
    if report.changes.is_empty() {
        return format!("Drift\n  none: the database is what the files say at {at}");
    }
    let mut lines = vec![format!("Drift against the files at {at}")];
    for changed in &report.changes {
        lines.push(format!("  {}", drifted(changed)));
        for detail in details(changed, SIDES) {
            lines.push(format!("    {detail}"));
        }
    }
    lines.join("\n")
}

/// A difference in words: the first side is the files'.
pub(super) fn drifted(changed: &schemist_project::Change) -> String {
    let words = schemist_project::generate::starting_point::in_words(std::slice::from_ref(changed));
    words.into_iter().next().unwrap_or_else(|| line(changed))
}

fn as_json(found: &Diagnosis) -> Value {
    let mut document = status::as_json(&found.status);
    document["recommendations"] = found.recommendations.clone().into();
    document["sessions"] = found.activity.sessions.len().into();
    document["waiting"] = found.activity.waits.len().into();
    if let Some(remarks) = &found.server {
        let remarks = remarks.iter().map(|remark| {
            json!({
                "subject": remark.subject,
                "is_good": remark.verdict == Verdict::Good,
                "says": remark.says,
                "action": remark.action,
            })
        });
        document["server_check"] = remarks.collect();
    }
    match &found.drift {
        Some(Ok(report)) => {
            let changes = report.changes.iter();
            document["changes"] = changes.map(|changed| change(changed, SIDES)).collect();
        }
        Some(Err(failed)) => document["changes_error"] = error(failed),
        None => {}
    }
    if let Some(steps) = &found.guide {
        let steps = steps
            .iter()
            .map(|step| json!({ "why": step.why, "command": step.command }));
        document["guide"] = steps.collect();
    }
    document
}
