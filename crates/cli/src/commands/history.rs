//! `schemist history`: all revisions as a graph.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::graph::{self, Graph};
use schemist_project::inspect::history_check::check_history;
use schemist_project::page;
use schemist_project::{
    Dialect, Drawing, Entry, Exit, Glyphs, Mark, ProjectError, RevisionFile, RevisionId, Standing,
    Target, draw, summary,
};
use serde_json::json;

use crate::arguments::target;
use crate::json;
use crate::outlet::Outlet;
use crate::paint::Painted;
use crate::run::Run;

/// Show all revisions, the newest first, as a graph
///
/// Reads files only, unless -i asks the database where it is or the range counts from there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist history
  schemist history -i                  mark where the database is
  schemist history -r 8d41:head        from one revision to the head
  schemist history -r current:         what is pending, from where the database
                                       is
  schemist history --ascii             without lines and dots
  schemist history --mermaid           for Markdown; --dot for Graphviz
  schemist history --html history.html a page with every statement, for a
                                       browser
  schemist history --check             is anything wrong with the files? Exits
                                       with 5 then")]
pub struct History {
    /// Only what lies between two revisions: <from>:<to>, each may be left out
    #[arg(short, long, value_name = "RANGE", value_parser = target)]
    range: Option<Target>,
    /// Ask the database where it is, and mark that revision
    #[arg(short, long)]
    indicate_current: bool,
    /// Draw with characters that every terminal has
    #[arg(long)]
    ascii: bool,
    /// Write a page with the graph and the statements of every revision
    #[arg(long, value_name = "PATH", conflicts_with_all = ["mermaid", "dot"])]
    html: Option<String>,
    /// Draw in Mermaid's words
    #[arg(long, conflicts_with = "dot")]
    mermaid: bool,
    /// Draw in Graphviz' words
    #[arg(long)]
    dot: bool,
    /// Look for everything that is wrong with the files and how they fit, without any database
    #[arg(long, conflicts_with_all = ["range", "indicate_current", "ascii", "html", "mermaid", "dot"])]
    check: bool,
}

/// Runs the command.
pub async fn run(arguments: &History, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    if arguments.check {
        return check(&entry, run);
    }
    let outlet = arguments.html.as_ref().map(|path| Outlet::open(path, run));
    let outlet = outlet.transpose()?;
    let history = entry.history()?;
    let range = arguments.range.as_ref();
    let asks = arguments.indicate_current || range.is_some_and(counts_from_database);
    let standing = if asks {
        Standing::read_or_base(&entry).await?
    } else {
        Standing::default()
    };
    let files: Vec<&RevisionFile> = match range {
        Some(range) => history.between(&range.resolve_range(&history, &standing.applied())?)?,
        None => history.revisions().iter().collect(),
    };
    let current: BTreeSet<RevisionId> = standing.current(&history).into_iter().collect();
    if files.is_empty() {
        run.ui.status("There is no revision yet");
    }
    let graph = Graph {
        history: &history,
        revisions: &files,
        current: &current,
    };
    if let (Some(outlet), Some(path)) = (outlet, &arguments.html) {
        let title = format!("History of {}", entry.name());
        outlet.write(&page::history(graph, &dialects(&files), &title))?;
        run.ui.status(&format!("Wrote {path}"));
        return Ok(Exit::Done);
    }
    if arguments.mermaid || arguments.dot {
        let text = if arguments.dot {
            graph::dot(graph)
        } else {
            graph::mermaid(graph)
        };
        run.ui.raw(&text);
        return Ok(Exit::Done);
    }
    let glyphs = if arguments.ascii {
        Glyphs::Ascii
    } else {
        Glyphs::Unicode
    };
    let drawing = Drawing {
        revisions: &files,
        current: &current,
        glyphs,
    };
    let is_verbose = run.ui.is_verbose();
    let drawn = draw(&history, drawing, |file, marks| {
        let mut text = summary(file, marks);
        if is_verbose {
            text.push_str(&details(file, marks));
        }
        text
    });
    run.ui.painted(&Painted::revisions(&drawn));
    if !run.ui.is_json() {
        return Ok(Exit::Done);
    }
    let current: Option<Vec<RevisionId>> = asks.then(|| current.into_iter().collect());
    let shown: Vec<_> = files
        .iter()
        .rev()
        .map(|file| json::revision(&history, file, current.as_deref()))
        .collect();
    run.ui.json("history", json!({ "revisions": shown }));
    Ok(Exit::Done)
}

/// The dialects that any of the revisions serves.
fn dialects(files: &[&RevisionFile]) -> Vec<Dialect> {
    let served: BTreeSet<Dialect> = files
        .iter()
        .flat_map(|file| file.dialects().unwrap_or_default())
        .collect();
    served.into_iter().collect()
}

/// Tells everything that is wrong with the files.
fn check(entry: &Entry, run: &Run) -> Result<Exit, ProjectError> {
    let checked = check_history(entry)?;
    if !run.ui.is_json() {
        for problem in &checked.problems {
            run.ui.error(problem);
        }
    }
    let errors = checked
        .problems
        .iter()
        .map(|problem| json::error(problem)["errors"].clone());
    let errors: Vec<serde_json::Value> = errors
        .filter_map(|list| list.as_array().cloned())
        .flatten()
        .collect();
    let is_valid = checked.problems.is_empty();
    if is_valid {
        let plural = if checked.files == 1 { "" } else { "s" };
        run.ui.status(&format!(
            "Nothing is wrong with {} revision{plural}",
            checked.files
        ));
    }
    run.ui.json(
        "history",
        json!({ "is_valid": is_valid, "files": checked.files, "errors": errors }),
    );
    Ok(if is_valid { Exit::Done } else { Exit::History })
}

fn counts_from_database(range: &Target) -> bool {
    let text = range.as_str();
    text.contains("current") || text.split(':').any(|end| end.starts_with(['+', '-']))
}

fn details(file: &RevisionFile, _marks: &[Mark]) -> String {
    let header = file.header();
    let mut text = format!("\n{}", file.path());
    if let Some(created) = header.created {
        text.push_str(&format!("\nwritten {created}"));
    }
    if !header.dialects.is_empty() {
        let dialects: Vec<&str> = header
            .dialects
            .iter()
            .map(|dialect| dialect.name())
            .collect();
        text.push_str(&format!("\nfor {}", dialects.join(", ")));
    }
    text
}
