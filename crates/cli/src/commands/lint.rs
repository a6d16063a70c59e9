//! `schemist lint`: what may go wrong with revisions and other files of SQL.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use schemist_project::lint::{
    LintReport, Repaired, Request, Tables, lint, render, repair, write_baseline,
};
use schemist_project::report::ReportFormat;
use schemist_project::{Dialect, Entry, Exit, ProjectError, Severity};

use crate::arguments::{self, Format, severities};
use crate::error::{in_lines, remark};
use crate::outlet::{Outlet, add_summary};
use crate::run::Run;

/// What may go wrong with revisions and other files of SQL?
///
/// Looks at statements before anybody runs them: what they lock, rewrite, break or lose, and how they would be
/// written better. Needs no database; with --live one says how large its tables are. Without files it looks at every
/// revision of the project, and at the project itself.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist lint
  schemist lint migrations/2026-11-20_8d41f6c2a9e0_books.sql
  schemist lint changes.sql --dialect mysql
  schemist lint --since origin/main    what this branch adds
  schemist lint --live -n main         tables that are large or small count
  schemist lint --fail-on warning      exits with 3 where there is a warning
  schemist lint --fix                  writes safe forms that are proven
  schemist lint --format github --output sarif=lint.sarif

A hazard is ignored by a comment above its statement, or at the head of a
file for all of it:
  -- ignore table_dropped: empty since March

What each code means stands in docs/hazards.md.")]
pub struct Lint {
    /// Files and folders; none: every revision of the project
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Only files that changed since a git ref, and those that git does not know
    #[arg(long, value_name = "REF", conflicts_with = "write_baseline")]
    since: Option<String>,
    /// How files that are no revisions are read [default: as the project's dialects do]
    #[arg(long, value_name = "DIALECT", value_parser = |text: &str| text.parse::<Dialect>())]
    dialect: Option<Dialect>,
    /// Ask the database how large its tables are
    #[arg(long)]
    live: bool,
    /// Exit with 3 where something at least as bad was found
    #[arg(long, value_name = "SEVERITY", default_value = "danger", value_parser = severities())]
    fail_on: Severity,
    /// Write safe forms where they are proven to make the same schema
    #[arg(long, conflicts_with = "write_baseline")]
    fix: bool,
    /// Write what is there now into the baseline of the settings: only what is new is told from then on
    #[arg(long)]
    write_baseline: bool,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats())]
    format: Format,
    /// Write them into a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output)]
    output: Vec<(ReportFormat, String)>,
}

/// The formats that a lint is written in.
const FORMATS: [ReportFormat; 7] = [
    ReportFormat::Human,
    ReportFormat::Json,
    ReportFormat::Sarif,
    ReportFormat::Github,
    ReportFormat::Gitlab,
    ReportFormat::Junit,
    ReportFormat::Markdown,
];

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(FORMATS.map(ReportFormat::name))
        .try_map(|name| <Format as clap::ValueEnum>::from_str(&name, false))
}

fn output(text: &str) -> Result<(ReportFormat, String), String> {
    arguments::output(text, &FORMATS, ReportFormat::name, "sarif=lint.sarif")
}

/// Runs the command.
pub async fn run(arguments: &Lint, run: &Run) -> Result<Exit, ProjectError> {
    let outputs = arguments.output.iter();
    let outlets = outputs.map(|(format, path)| Ok((*format, Outlet::open(path, run)?)));
    let outlets = outlets.collect::<Result<Vec<_>, ProjectError>>()?;
    let entry = run.entry()?;
    let request = Request {
        paths: arguments.paths.clone(),
        since: arguments.since.clone(),
        dialect: arguments.dialect,
        tables: if arguments.live {
            Tables::Asked
        } else {
            Tables::Unknown
        },
    };
    if arguments.write_baseline {
        let (path, count) = write_baseline(&entry, &request).await?;
        let plural = if count == 1 { "" } else { "s" };
        run.ui
            .status(&format!("Wrote {path} — it knows {count} remark{plural}"));
        return Ok(Exit::Done);
    }
    let found = look(arguments, &entry, &request, run).await;
    let (report, exit) = match found {
        Ok(report) => {
            show(&report, run);
            let worst = report.worst();
            let fails = worst.is_some_and(|worst| worst >= arguments.fail_on);
            let exit = if has_no_history(&report) {
                Exit::History
            } else if fails {
                Exit::Hazard
            } else {
                Exit::Done
            };
            (report, Ok(exit))
        }
        Err(error) => {
            let report = LintReport {
                failure: Some(in_lines(&error)),
                ..LintReport::default()
            };
            let format = run.ui.format();
            if let Some(format) = format.of_report().filter(|_| !format.is_common()) {
                run.ui.raw(&render(format, &report).unwrap_or_default());
            }
            (report, Err(error))
        }
    };
    for (format, outlet) in outlets {
        outlet.write(&render(format, &report).unwrap_or_default())?;
    }
    add_summary(
        run,
        &render(ReportFormat::Markdown, &report).unwrap_or_default(),
    );
    exit
}

/// What is found, after what is fixed.
async fn look(
    arguments: &Lint,
    entry: &Entry,
    request: &Request,
    run: &Run,
) -> Result<LintReport, ProjectError> {
    let report = lint(entry, request).await?;
    if !arguments.fix {
        return Ok(report);
    }
    if has_no_history(&report) {
        let why = "nothing is fixed: a revision is proven on its history, which cannot be read";
        run.ui.warning(why);
        return Ok(report);
    }
    let repaired = repair(entry, &report).await?;
    for one in &repaired {
        tell(one, run);
    }
    if repaired.iter().any(|one| one.refused.is_none()) {
        return lint(entry, request).await;
    }
    Ok(report)
}

/// Whether other commands would end here, because they cannot read the history.
fn has_no_history(report: &LintReport) -> bool {
    let mut remarks = report.remarks.iter();
    remarks.any(|it| it.rule.code == "history_broken")
}

fn tell(repaired: &Repaired, run: &Run) {
    let path = &repaired.path;
    if let Some(why) = &repaired.refused {
        run.ui.warning(&format!("{path} stays as it is: {why}"));
        return;
    }
    for (line, title) in &repaired.done {
        run.ui.status(&format!("{path}:{line}: {title}"));
    }
    run.ui.status(&format!(
        "Wrote {path} — it makes the same schema as before"
    ));
}

fn show(report: &LintReport, run: &Run) {
    for note in &report.notes {
        run.ui.note(note);
    }
    match run.ui.format() {
        Format::Human => {
            for found in &report.remarks {
                run.ui.told(&format!("{}\n", remark(found)));
            }
        }
        other => {
            let text = other.of_report().and_then(|format| render(format, report));
            run.ui.raw(&text.unwrap_or_default());
        }
    }
    run.ui.status(&conclusion(report));
}

fn conclusion(report: &LintReport) -> String {
    let counts = Severity::ALL.into_iter().rev().filter_map(|severity| {
        let all = report.remarks.iter();
        let count = all.filter(|it| it.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.word()))
    });
    let counts: Vec<_> = counts.collect();
    let mut beside = Vec::new();
    if report.ignored > 0 {
        beside.push(format!("{} ignored by comments", report.ignored));
    }
    if report.known > 0 {
        beside.push(format!("{} in the baseline", report.known));
    }
    let files = if report.files == 1 { "file" } else { "files" };
    let statements = if report.statements == 1 {
        "statement"
    } else {
        "statements"
    };
    let mut text = if counts.is_empty() {
        "Nothing to remark".to_owned()
    } else {
        counts.join(", ")
    };
    text.push_str(&format!(
        " ({} {statements} in {} {files}",
        report.statements, report.files
    ));
    for more in beside {
        text.push_str(&format!("; {more}"));
    }
    text.push(')');
    if report.remarks.iter().any(|it| it.fix.is_some()) {
        text.push_str("\nhint: `schemist lint --fix` writes the safe forms of some of these");
    }
    text
}
