//! `schemist import`: coming from another tool.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use schemist_project::import::{Imported, Next, Request, Tool, Writing, import};
use schemist_project::{
    Drawing, Exit, Glyphs, ProjectError, RevisionFile, RevisionId, draw, summary,
};
use serde_json::json;

use super::import_backstage::{self, Output};
use crate::arguments::unknown;
use crate::json;
use crate::run::Run;

/// Take over the history of another tool, and see where its version table says the database is
///
/// The files of sqlx, Diesel and Refinery are SQL and become revision files. Those of Alembic and Knex are
/// programs: only their ids and order are read, and the schema as it is becomes the first revision. The
/// other tool's table is read and never changed. Of Backstage, backend.database in the app's settings becomes
/// schemist.toml.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist import sqlx migrations
  schemist import diesel ../old/migrations --dry-run
  schemist import alembic alembic.ini
  schemist import knex node_modules/@backstage/plugin-catalog-backend/migrations
  schemist import backstage app-config.yaml --plugin catalog")]
pub struct Import {
    /// The tool: alembic, knex, sqlx, diesel or refinery; or backstage
    #[arg(value_name = "TOOL", value_parser = source)]
    tool: Source,
    /// Its folder of migrations; for Alembic also its alembic.ini; for Backstage the app's settings,
    /// which lie over each other
    #[arg(value_name = "PLACE", required = true)]
    place: Vec<PathBuf>,
    /// Backstage: a plugin that the settings do not mention; may be repeated
    #[arg(long, value_name = "ID")]
    plugin: Vec<String>,
    /// Say what there is, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A tool with a history.
    Tool(Tool),
    /// The settings of a Backstage app.
    Backstage,
}

fn source(text: &str) -> Result<Source, String> {
    if text == "backstage" {
        return Ok(Source::Backstage);
    }
    let found = Tool::ALL.into_iter().find(|tool| tool.word() == text);
    found.map(Source::Tool).ok_or_else(|| {
        let words = Tool::ALL.iter().map(|tool| tool.word());
        let words: Vec<&str> = words.chain(["backstage"]).collect();
        unknown(text, &words)
    })
}

/// Runs the command.
pub async fn run(arguments: &Import, run: &Run) -> Result<Exit, ProjectError> {
    let tool = match arguments.tool {
        Source::Tool(tool) => tool,
        Source::Backstage => {
            let output = if arguments.dry_run {
                Output::Shown
            } else {
                Output::File
            };
            return import_backstage::import(run, &arguments.place, &arguments.plugin, output);
        }
    };
    let [place] = arguments.place.as_slice() else {
        return Err(ProjectError::refused(
            format!("import from several places: {} has one", tool.title()),
            format!(
                "name its folder: `schemist import {} migrations`",
                tool.word()
            ),
        ));
    };
    let entry = run.entry()?;
    let request = Request {
        tool,
        place: place.clone(),
        writing: if arguments.dry_run {
            Writing::Nothing
        } else {
            Writing::Files
        },
    };
    let imported = import(&entry, &request).await?;
    show(run, tool, &imported);
    let next = next(&imported.next);
    run.ui.status(&next);
    let revisions = imported.history.revisions().iter();
    run.ui.json(
        "import",
        json!({
            "tool": tool.word(),
            "places": imported.found.places,
            "database": imported.database.as_ref().map(|(place, _)| place),
            "database_from": imported.database.as_ref().map(|(_, origin)| origin),
            "applied": imported.applied,
            "current": imported.current.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
            "revisions": revisions
                .map(|file| json::revision(&imported.history, file, Some(&imported.current)))
                .collect::<Vec<_>>(),
            "written": imported.written,
            "notes": imported.found.notes,
        }),
    );
    Ok(Exit::Done)
}

fn show(run: &Run, tool: Tool, imported: &Imported) {
    let files: Vec<&RevisionFile> = imported.history.revisions().iter().collect();
    let current: BTreeSet<RevisionId> = imported.current.iter().cloned().collect();
    let drawing = Drawing {
        revisions: &files,
        current: &current,
        glyphs: Glyphs::Unicode,
    };
    let drawn = draw(&imported.history, drawing, |file, marks| {
        summary(file, marks)
    });
    run.ui.result(&drawn);
    let count = files.len();
    let plural = if count == 1 { "" } else { "s" };
    run.ui
        .status(&format!("{} has {count} revision{plural}", tool.title()));
    if let Some((place, origin)) = &imported.database {
        let stands = match &imported.applied {
            Some(applied) if applied.is_empty() => "nothing is applied".to_owned(),
            Some(applied) => {
                let last = applied.last().map_or("", String::as_str);
                format!("its version table ends with {last}")
            }
            None => "its version table was not read".to_owned(),
        };
        run.ui
            .status(&format!("The database {place} (from {origin}): {stands}"));
    }
    for note in &imported.found.notes {
        run.ui.status(&format!("note: {note}"));
    }
    if !tool.writes_sql() {
        run.ui.status(&format!(
            "note: the files of {} are programs: only ids and order were read, no statement",
            tool.title()
        ));
    }
    for path in &imported.written {
        run.ui.status(&format!("Wrote {path}"));
    }
}

/// What to type next.
fn next(next: &Next) -> String {
    match next {
        Next::Stamp(id) => format!(
            "Next: `schemist stamp {id}`, which first shows how the database differs from these files"
        ),
        Next::Upgrade => "Next: `schemist upgrade`".to_owned(),
        Next::Baseline(Some((id, message))) => {
            let message = if message.is_empty() { "baseline" } else { message };
            format!(
                "Next: `schemist revision --baseline --rev-id {id} -m \"{message}\"` takes the schema as it is for the first revision, under the same id"
            )
        }
        Next::Baseline(None) => {
            "Next: `schemist revision --baseline -m baseline` takes the schema as it is for the first revision".to_owned()
        }
        Next::Look => {
            "Next: see where the database is, then `schemist upgrade`, `schemist stamp` or `schemist revision --baseline`".to_owned()
        }
    }
}
