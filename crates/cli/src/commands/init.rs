//! `schemist init`: the files of a new project.

use clap::Args;
use schemist_project::{Exit, ProjectError, init};
use serde_json::json;

use crate::run::Run;

/// Start a project: schemist.toml, a folder for models, a folder for revisions
///
/// A folder that is there already is left as it is. With --url, that url goes into the settings; it
/// may hold variables. With --models, the files and folders of the code that declare tables do.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist init
  schemist init --models src           structs stand in the code itself
  schemist init --url '${DATABASE_URL}'
  schemist init --url postgres://me@localhost/shop -C backend")]
pub struct Init {}

/// Runs the command.
pub fn run(_arguments: &Init, run: &Run) -> Result<Exit, ProjectError> {
    let models = run.models();
    let made = init::init(&run.environment, run.url(), models)?;
    let paths: Vec<String> = made.iter().map(|path| path.display().to_string()).collect();
    for path in &paths {
        run.ui.status(&format!("Wrote {path}"));
    }
    let place = match models.first() {
        Some(path) => path.display().to_string(),
        None => "models/".to_owned(),
    };
    run.ui.status(&format!(
        "Declare tables in {place} and then run `schemist revision --autogenerate -m \"first tables\"`"
    ));
    run.ui.json("init", json!({ "written": paths }));
    Ok(Exit::Done)
}
