//! `schemist review`: what a pull request does to the schema.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use schemist_project::review::{
    Request, Review as Found, ReviewFormat, Sizes, fields, render, review,
};
use schemist_project::{Dialect, Direction, Exit, ProjectError, Severity};

use crate::arguments::{self, Format, severities};
use crate::outlet::{Outlet, add_summary};
use crate::run::Run;

/// Show what a pull request does to the schema: changes, statements, hazards, what is lost
///
/// Without a range: the revisions of the working tree that are not on the main branch, as git knows it. A range
/// is all that <to> has and <from> has not; both are revisions, or else commits, branches and tags of git. The
/// revisions are run on scratch databases; the database itself is not asked unless --live is given.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist review                              what this branch adds
  schemist review 4ac8..8d41                   between two revisions
  schemist review v1.2..v1.3                   between two tags
  schemist review head --live                  the newest revision, and how
                                               large the tables are
  schemist review --queries-from v1.4.0        which queries of the deployed
                                               code break
  schemist review --format markdown > comment.md
  schemist review --html review.html           a page to read in a browser
  schemist review --fail-on danger             exit with 3 where anything is
                                               dangerous")]
pub struct Review {
    /// Two revisions or commits with .. between them, or one revision [default: what is not on the main branch]
    #[arg(value_name = "RANGE")]
    range: Option<String>,
    /// Ask the database how large the tables are
    #[arg(long)]
    live: bool,
    /// A dialect to look at [default: all of the project's]
    #[arg(long, value_name = "DIALECT")]
    dialect: Vec<Dialect>,
    /// The git ref of the deployed code: which of its queries break? [default: where the range begins]
    #[arg(long, value_name = "REF")]
    queries_from: Option<String>,
    /// Exit with 3 where a hazard of the way up is as bad or worse
    #[arg(long, value_name = "SEVERITY", value_parser = severities())]
    fail_on: Option<Severity>,
    /// Write a page
    #[arg(long, value_name = "PATH")]
    html: Option<String>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats())]
    format: Format,
    /// Write them into a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output)]
    output: Vec<(ReviewFormat, String)>,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let names = ReviewFormat::ALL.map(ReviewFormat::name);
    PossibleValuesParser::new(names)
        .try_map(|name| <Format as clap::ValueEnum>::from_str(&name, false))
}

fn output(text: &str) -> Result<(ReviewFormat, String), String> {
    arguments::output(
        text,
        &ReviewFormat::ALL,
        ReviewFormat::name,
        "html=review.html",
    )
}

/// Runs the command.
pub async fn run(arguments: &Review, run: &Run) -> Result<Exit, ProjectError> {
    let html = arguments.html.iter().map(|path| (ReviewFormat::Html, path));
    let others = arguments
        .output
        .iter()
        .map(|(format, path)| (*format, path));
    let outlets = html.chain(others);
    let outlets = outlets.map(|(format, path)| Ok((format, path, Outlet::open(path, run)?)));
    let outlets = outlets.collect::<Result<Vec<_>, ProjectError>>()?;
    let request = Request {
        range: arguments.range.clone(),
        dialects: arguments.dialect.iter().copied().collect(),
        sizes: if arguments.live {
            Sizes::Asked
        } else {
            Sizes::Unasked
        },
        queries_from: arguments.queries_from.clone(),
    };
    let found = review(&run.entry()?, &request).await?;
    if found.sheets.is_empty() {
        run.ui
            .status(&format!("There is nothing to review: {}", found.title()));
    }
    for (dialect, problem) in found.problems() {
        run.ui.warning(&format!("{}: {problem}", dialect.title()));
    }
    for note in &found.notes {
        run.ui.note(note);
    }
    match run.ui.format().of_review() {
        Some(ReviewFormat::Human) => run.ui.result(&render(ReviewFormat::Human, &found)),
        Some(ReviewFormat::Json) => run.ui.json("review", fields(&found)),
        Some(format) => run.ui.raw(&render(format, &found)),
        None => {}
    }
    for (format, path, outlet) in outlets {
        outlet.write(&render(format, &found))?;
        run.ui.status(&format!("Wrote {path}"));
    }
    add_summary(run, &render(ReviewFormat::Markdown, &found));
    Ok(exit(arguments, &found))
}

fn exit(arguments: &Review, found: &Found) -> Exit {
    if found.problems().next().is_some() {
        return Exit::Error;
    }
    // Every way back drops what the way up makes: that alone is no reason to stop a change.
    match (arguments.fail_on, found.worst_on(Direction::Up)) {
        (Some(least), Some(worst)) if worst >= least => Exit::Hazard,
        _ => Exit::Done,
    }
}
