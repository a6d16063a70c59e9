//! `schemist check`: whether the database is what the models say.

use std::sync::{Mutex, PoisonError};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use schemist_project::check::{Question, check};
use schemist_project::compile::compare::Comparison;
use schemist_project::generate::wording::details;
use schemist_project::report::{
    Failure, Looked, Report, ReportFormat, fields, finding_lines, other_lines, render,
};
use schemist_project::{Change, Entry, Exit, Pair, ProjectError};
use serde_json::{Value, json};

use crate::arguments::{self, Format};
use crate::error::in_lines;
use crate::many;
use crate::outlet::{Outlet, add_summary};
use crate::paint::Painted;
use crate::run::Run;
use crate::table::width;

/// Is the database what the models say?
///
/// Names what differs in words and SQL, where it is declared, and since which revision it is live. Exits
/// with 2 where anything differs. Changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist check
  schemist check --history             is there a revision for everything in the
                                       models?
  schemist check --database            did somebody change the database by hand?
  schemist check -v                    also what is left out of the comparison
  schemist check --env prod --format json
  schemist check --format github --output sarif=check.sarif")]
pub struct Check {
    /// Compare the history with the models, on a scratch database alone
    #[arg(long, conflicts_with = "database")]
    history: bool,
    /// Compare the database with the history, as far as it is applied
    #[arg(long)]
    database: bool,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats())]
    format: Format,
    /// Write them into a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output)]
    output: Vec<(ReportFormat, String)>,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let names = ReportFormat::ALL.map(ReportFormat::name);
    PossibleValuesParser::new(names)
        .try_map(|name| <Format as clap::ValueEnum>::from_str(&name, false))
}

fn output(text: &str) -> Result<(ReportFormat, String), String> {
    arguments::output(
        text,
        &ReportFormat::ALL,
        ReportFormat::name,
        "sarif=check.sarif",
    )
}

/// Runs the command.
pub async fn run(arguments: &Check, run: &Run) -> Result<Exit, ProjectError> {
    let question = match (arguments.history, arguments.database) {
        (true, _) => Question::History,
        (false, true) => Question::Database,
        (false, false) => Question::Models,
    };
    let outputs = arguments.output.iter();
    let outlets = outputs.map(|(format, path)| Ok((*format, Outlet::open(path, run)?)));
    let outlets = outlets.collect::<Result<Vec<_>, ProjectError>>()?;
    let all = Mutex::new(Vec::new());
    let exit = many::each(run, "check", async |run, entry| {
        let looked = one(run, &entry, question).await;
        let (looked, exit) = match looked {
            Ok(report) => {
                let exit = if report.is_clean() {
                    Exit::Done
                } else {
                    Exit::Differences
                };
                (Looked::Compared(report), Ok(exit))
            }
            Err(error) => (failed(&entry, &error), Err(error)),
        };
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(looked);
        exit
    })
    .await;
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_by(|one, other| name(one).cmp(name(other)));
    if all.is_empty() {
        return exit;
    }
    let format = run.ui.format();
    if let Some(format) = format.of_report().filter(|_| !format.is_common()) {
        run.ui.raw(&render(format, &all));
    }
    for (format, outlet) in outlets {
        outlet.write(&render(format, &all))?;
    }
    add_summary(run, &render(ReportFormat::Markdown, &all));
    exit
}

fn name(looked: &Looked) -> &str {
    match looked {
        Looked::Compared(report) => &report.name,
        Looked::Failed(failure) => &failure.name,
    }
}

fn failed(entry: &Entry, error: &ProjectError) -> Looked {
    Looked::Failed(Failure {
        name: entry.name(),
        message: in_lines(error),
    })
}

async fn one(run: &Run, entry: &Entry, question: Question) -> Result<Report, ProjectError> {
    let found = check(entry, question).await?;
    for note in &found.notes {
        run.ui.note(note);
    }
    for finding in &found.findings {
        let lines = finding_lines(finding, found.sides, width());
        run.ui.painted(&Painted::report(found.dialect, &lines));
    }
    run.ui
        .painted(&Painted::report(found.dialect, &other_lines(&found)));
    run.ui.status(&conclusion(&found, question));
    run.ui.json("check", fields(&found));
    Ok(found)
}

/// What it comes to, and what to do next.
fn conclusion(found: &Report, question: Question) -> String {
    let sides = found.sides;
    if found.is_clean() {
        let plural = if found.objects == 1 { "" } else { "s" };
        let words = match question {
            Question::Models => "The database is what the models say",
            Question::History => "The history makes what the models say",
            Question::Database => "The database is what the history makes",
        };
        return format!("{words} ({} object{plural} compared)", found.objects);
    }
    let (queries, others): (Vec<_>, Vec<_>) = found
        .findings
        .iter()
        .partition(|finding| finding.verb == "break");
    let broken = match queries.len() {
        0 => String::new(),
        1 => format!("1 query does not work with {}", sides.after),
        count => format!("{count} queries do not work with {}", sides.after),
    };
    if others.is_empty() {
        return format!(
            "{broken}\nhint: correct them, or what they are read from: `cargo sqlx prepare` writes .sqlx anew"
        );
    }
    let broken = if broken.is_empty() {
        broken
    } else {
        format!(", and {broken}")
    };
    let count = others.len();
    let plural = if count == 1 { "" } else { "s" };
    let hint = match question {
        Question::Models | Question::History => {
            "run `schemist revision --autogenerate -m \"…\"` to write a revision for them"
        }
        Question::Database => "run `schemist diagnose --guide` for the ways out",
    };
    format!(
        "{count} difference{plural} between {} and {}{broken}\nhint: {hint}",
        sides.before, sides.after
    )
}

/// How a comparison ends the program.
pub(super) fn exit(found: &Comparison) -> Exit {
    if found.is_clean() {
        Exit::Done
    } else {
        Exit::Differences
    }
}

/// A change in a line.
pub(super) fn line(change: &Change) -> String {
    format!("{} {}", change.verb(), change.id())
}

/// A change as JSON.
pub(super) fn change(change: &Change, titles: Pair<&str>) -> Value {
    let id = change.id();
    json!({
        "verb": change.verb(),
        "kind": id.kind.word(),
        "object": id.to_string(),
        "details": details(change, titles),
    })
}

/// A comparison as JSON.
pub(super) fn comparison(found: &Comparison, titles: Pair<&str>) -> Value {
    let statements: Vec<Value> = found
        .plan
        .steps
        .iter()
        .map(|planned| {
            let hazards = planned.step.hazards.iter();
            let hazards: Vec<Value> = hazards
                .map(|hazard| json!({ "code": hazard.code, "text": hazard.sentence }))
                .collect();
            json!({ "sql": planned.step.sql, "hazards": hazards })
        })
        .collect();
    let changes: Vec<Value> = found
        .changes
        .iter()
        .map(|changed| change(changed, titles))
        .collect();
    json!({
        "is_clean": found.is_clean(),
        "dialect": found.dialect.name(),
        "objects": found.objects,
        "changes": changes,
        "statements": statements,
        "notes": found.notes,
    })
}
