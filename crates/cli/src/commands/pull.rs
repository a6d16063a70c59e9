//! `schemist pull`: models of what a live database holds.

use std::path::PathBuf;

use clap::Args;
use schemist_project::pull::{Existing, Layout, Pulled, Request, pull};
use schemist_project::{Exit, ProjectError};
use serde_json::json;

use crate::run::Run;

/// Write models that declare what a live database holds
///
/// Tables, views and functions get a file each, with everything that stands on them; the rest goes by kind.
/// Reads the database and changes nothing in it. `schemist check` is clean afterwards.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist pull
  schemist pull --one-file             everything in schema.sql
  schemist pull --into old --url postgres://me@localhost/shop")]
pub struct Pull {
    /// The folder to write into [default: the first of `models` in the settings]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write everything into one file
    #[arg(long)]
    one_file: bool,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub async fn run(arguments: &Pull, run: &Run) -> Result<Exit, ProjectError> {
    let request = Request {
        folder: arguments.into.clone(),
        layout: if arguments.one_file {
            Layout::One
        } else {
            Layout::Several
        },
        existing: if arguments.force {
            Existing::Replaced
        } else {
            Existing::Kept
        },
    };
    let pulled = pull(&run.entry()?, &request).await?;
    for path in &pulled.written {
        run.ui.result(path);
    }
    for sentence in &pulled.left_out {
        run.ui.warning(sentence);
    }
    run.ui.status(&summary(&pulled));
    run.ui.json(
        "pull",
        json!({
            "written": pulled.written,
            "unchanged": pulled.unchanged,
            "objects": pulled.objects,
            "left_out": pulled.left_out,
        }),
    );
    Ok(Exit::Done)
}

fn summary(pulled: &Pulled) -> String {
    let count = |count: usize, what: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {what}{plural}")
    };
    let next = if pulled.are_models {
        "now run `schemist check`: the database is what the models say"
    } else {
        "name the folder under `models` in the settings, then run `schemist check`"
    };
    let unchanged = count(pulled.unchanged, "file");
    if pulled.written.is_empty() {
        return format!("Nothing to write: {unchanged} say the same already — {next}");
    }
    let objects = count(pulled.objects, "object");
    let files = count(pulled.written.len() + pulled.unchanged, "file");
    let already = match pulled.unchanged {
        0 => String::new(),
        _ => format!(", of which {unchanged} said the same already"),
    };
    format!("Wrote {objects} into {files}{already} — {next}")
}
