//! `schemist verify`: whether the history is what it says.

use std::path::PathBuf;

use clap::Args;
use schemist_project::generate::Reach;
use schemist_project::generate::wording::details;
use schemist_project::prove::verify::{
    Difference, Looking, Report, Request, Rows, Verdict, Walk, verify,
};
use schemist_project::{Dialect, Exit, ProjectError, Target};
use serde_json::{Value, json};

use super::check;
use crate::arguments::target;
use crate::json::error;
use crate::run::Run;

/// Prove the history on scratch databases: up, down and up again, on every dialect
///
/// Without a revision the whole history is replayed. At the head the schema must be what the models
/// say; on the way down to the base, each step must lead to where the way up came from. A revision
/// that is named is proven alone, with made-up rows in the tables before it, or with those of a
/// file. The database itself is not changed. Exits with 2 where something differs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist verify                      the whole history, on every dialect of
                                       the project
  schemist verify --dialect mysql      on one of them
  schemist verify head                 the newest revision, with made-up rows
  schemist verify 8d41 --seed rows.sql with these rows; rows.mysql.sql beside it
                                       is for MySQL")]
pub struct Verify {
    /// A revision to prove alone: an id or its start, head, heads, <label>@head
    #[arg(value_name = "REVISION", value_parser = target)]
    revision: Option<Target>,
    /// A dialect to prove it on [default: all of the project's]
    #[arg(long, value_name = "DIALECT")]
    dialect: Vec<Dialect>,
    /// SQL that puts rows in before the revision
    #[arg(long, value_name = "FILE", requires = "revision")]
    seed: Option<PathBuf>,
    /// Prepare the queries of the application, too, on what the revisions lead to
    #[arg(long)]
    queries: bool,
    /// Pass over dialects that no scratch server can be had for
    #[arg(long)]
    only_available: bool,
}

/// Runs the command.
pub async fn run(arguments: &Verify, run: &Run) -> Result<Exit, ProjectError> {
    let request = Request {
        target: arguments.revision.clone(),
        dialects: arguments.dialect.iter().copied().collect(),
        seed: arguments.seed.clone(),
        reach: if arguments.only_available {
            Reach::OnlyAvailable
        } else {
            Reach::All
        },
        queries: if arguments.queries {
            Looking::At
        } else {
            Looking::Away
        },
    };
    let reports = verify(&run.entry()?, &request, |report| show(run, report)).await?;
    let is_proven = reports.iter().all(Report::is_proven);
    run.ui.json(
        "verify",
        json!({
            "is_proven": is_proven,
            "reports": reports.iter().map(report_json).collect::<Vec<_>>(),
        }),
    );
    Ok(exit(&reports))
}

fn exit(reports: &[Report]) -> Exit {
    let mut exit = Exit::Done;
    for report in reports {
        match &report.verdict {
            Verdict::Failed(error) => return error.exit(),
            Verdict::Walked(walk) if !walk.differences.is_empty() || !walk.broken.is_empty() => {
                exit = Exit::Differences
            }
            Verdict::Walked(_) | Verdict::LeftOut(_) => {}
        }
    }
    exit
}

fn show(run: &Run, report: &Report) {
    let server = match &report.version {
        Some(version) => format!("{} {version}", report.dialect),
        None => report.dialect.to_string(),
    };
    match &report.verdict {
        Verdict::Walked(walk) => {
            run.ui
                .result(&format!("{server}: {}", sentence(report, walk)));
            walk.differences
                .iter()
                .for_each(|difference| show_difference(run, difference));
            for own in &walk.broken {
                let place = &own.query.place;
                run.ui.result(&format!(
                    "  the query at {}:{} does not work: {}",
                    place.path, place.line, own.words
                ));
            }
            for note in &walk.notes {
                run.ui.note(note);
            }
        }
        Verdict::Failed(error) => {
            run.ui.result(&format!("{server}: not proven"));
            run.ui.error(error);
        }
        Verdict::LeftOut(why) => {
            run.ui.result(&format!("{server}: left out"));
            run.ui.note(why);
        }
    }
}

fn show_difference(run: &Run, difference: &Difference) {
    run.ui.result(&format!("  {}", difference.place.sentence()));
    for change in &difference.changes {
        run.ui.result(&format!("    {}", check::line(change)));
        for detail in details(change, difference.place.titles()) {
            run.ui.result(&format!("      {detail}"));
        }
    }
}

/// What was proven, in a line.
fn sentence(report: &Report, walk: &Walk) -> String {
    let what = match (&report.revision, walk.revisions, walk.passed_over) {
        (Some(id), 0, _) => return format!("{id} does not serve it"),
        (Some(id), ..) => id.to_string(),
        (None, 1, 0) => "1 revision".to_owned(),
        (None, count, 0) => format!("{count} revisions"),
        (None, count, others) => format!("{count} of {} revisions", count + others),
    };
    let mut ways = vec![format!("up in {} ms", walk.times.up.as_millis())];
    let more = [("down", walk.times.down), ("up again", walk.times.again)];
    for (way, time) in more {
        ways.extend(time.map(|time| format!("{way} in {} ms", time.as_millis())));
    }
    let rows = match &walk.rows {
        Rows::None => String::new(),
        Rows::MadeUp => " with made-up rows".to_owned(),
        Rows::Of(path) => format!(" with the rows of {path}"),
    };
    let end = match (walk.differences.is_empty(), walk.is_compared) {
        (true, true) => "; the head is what the models say",
        (true, false) => "",
        (false, _) => "; something differs",
    };
    format!("{what}{rows} {}{end}", ways.join(", "))
}

fn report_json(report: &Report) -> Value {
    let mut value = json!({
        "dialect": report.dialect.name(),
        "server": report.version,
        "revision": report.revision.as_ref().map(ToString::to_string),
        "is_proven": report.is_proven(),
    });
    match &report.verdict {
        Verdict::Walked(walk) => {
            value["revisions"] = walk.revisions.into();
            value["passed_over"] = walk.passed_over.into();
            let times = walk.times;
            value["milliseconds"] = json!({
                "up": milliseconds(Some(times.up)),
                "down": milliseconds(times.down),
                "again": milliseconds(times.again),
            });
            value["broken_queries"] = walk
                .broken
                .iter()
                .map(|own| {
                    json!({
                        "file": own.query.place.path,
                        "line": own.query.place.line,
                        "message": own.words,
                    })
                })
                .collect();
            value["differences"] = walk.differences.iter().map(difference_json).collect();
            value["notes"] = json!(walk.notes);
        }
        Verdict::Failed(failed) => value["error"] = error(failed),
        Verdict::LeftOut(why) => value["left_out"] = why.as_str().into(),
    }
    value
}

fn milliseconds(time: Option<std::time::Duration>) -> Option<u64> {
    time.and_then(|time| u64::try_from(time.as_millis()).ok())
}

fn difference_json(difference: &Difference) -> Value {
    let titles = difference.place.titles();
    let changes = difference.changes.iter();
    json!({
        "place": difference.place.sentence(),
        "changes": changes.map(|change| check::change(change, titles)).collect::<Vec<_>>(),
    })
}
