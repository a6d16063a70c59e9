//! `schemist import backstage`: the databases of a Backstage app become settings.

use std::path::{Path, PathBuf};

use schemist_project::import::backstage;
use schemist_project::{Exit, ProjectError, init};
use serde_json::json;

use crate::run::Run;

/// Whether the settings are written or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// They become schemist.toml.
    File,
    /// They are shown.
    Shown,
}

/// Reads the files and writes the settings.
pub fn import(
    run: &Run,
    files: &[PathBuf],
    plugins: &[String],
    output: Output,
) -> Result<Exit, ProjectError> {
    let imported = backstage::read(&run.environment, files, plugins)?;
    for note in &imported.notes {
        run.ui.status(&format!("note: {note}"));
    }
    match output {
        Output::Shown => run.ui.result(&imported.shown()),
        Output::File => {
            let path = init::write_settings(&run.environment, &imported.settings)?;
            tell(run, &path, &imported.databases);
        }
    }
    run.ui.json(
        "import",
        json!({
            "settings": imported.shown(),
            "databases": imported.databases,
            "notes": imported.notes,
        }),
    );
    Ok(Exit::Done)
}

fn tell(run: &Run, path: &Path, databases: &[String]) {
    run.ui.status(&format!(
        "Wrote {} with {} database{}: {}",
        path.display(),
        databases.len(),
        if databases.len() == 1 { "" } else { "s" },
        databases.join(", ")
    ));
    run.ui.status(
        "Look at it with `schemist config --all`, then at the databases with `schemist status --all`",
    );
}
