//! `schemist import`: coming from another tool.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use schemist_project::import::{Imported, Next, Request, Tool, Writing, import};
use schemist_project::{
    Drawing, Exit, Glyphs, ProjectError, RevisionFile, RevisionId, draw, summary,
};
use serde_json::json;

use crate::json;
use crate::run::Run;

/// Take over the history of another tool, and see where its version table says the database is
///
/// The files of sqlx, Diesel and Refinery are SQL and become revision files. Those of Alembic and Knex are
/// programs: only their ids and order are read, and the schema as it is becomes the first revision. The
/// other tool's table is read and never changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist import sqlx migrations
  schemist import diesel ../old/migrations --dry-run
  schemist import alembic alembic.ini
  schemist import knex node_modules/@backstage/plugin-catalog-backend/migrations")]
pub struct Import {
    /// The tool: alembic, knex, sqlx, diesel or refinery
    #[arg(value_name = "TOOL", value_parser = tool)]
    tool: Tool,
    /// Its folder of migrations; for Alembic also its alembic.ini
    #[arg(value_name = "PLACE")]
    place: PathBuf,
    /// Say what there is, and write nothing
    #[arg(long)]
    dry_run: bool,
}

fn tool(text: &str) -> Result<Tool, String> {
    let found = Tool::ALL.into_iter().find(|tool| tool.word() == text);
    found.ok_or_else(|| {
        let words: Vec<&str> = Tool::ALL.iter().map(|tool| tool.word()).collect();
        format!("it is one of {}", words.join(", "))
    })
}

/// Runs the command.
pub async fn run(arguments: &Import, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let tool = arguments.tool;
    let request = Request {
        tool,
        place: arguments.place.clone(),
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
