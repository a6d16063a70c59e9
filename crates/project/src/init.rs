//! Starting a project: settings, a place for models, a place for revisions.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::folder::shown;
use crate::project::{LOCAL_SETTINGS, SETTINGS};

const EXAMPLE: &str = include_str!("init/schemist.toml");
const MODELS: &str = include_str!("init/schema.sql");

/// Writes the files of a new project and returns those that it made.
///
/// `url` and `models` go into the settings as they are, and without models a folder is made for them; a file that
/// is there is left alone, but settings are an error.
///
/// # Errors
/// Where the folder has settings already, or the system refuses.
pub fn init(
    environment: &Environment,
    url: Option<&str>,
    models: &[PathBuf],
) -> Result<Vec<PathBuf>, ProjectError> {
    let root = &environment.folder;
    if root.join(SETTINGS).exists() {
        return Err(ProjectError::refused(
            format!(
                "start a project in {}: it has a schemist.toml",
                root.display()
            ),
            "edit schemist.toml, or remove it first",
        ));
    }
    let mut made = Vec::new();
    let folder = root.join("models");
    if models.is_empty() && !folder.exists() {
        make_folder(&folder, root)?;
        write_new(&folder.join("schema.sql"), MODELS, root, &mut made)?;
    }
    let migrations = root.join("migrations");
    if !migrations.exists() {
        make_folder(&migrations, root)?;
        write_new(&migrations.join(".gitkeep"), "", root, &mut made)?;
    }
    let url = toml::Value::String(
        url.unwrap_or("${DATABASE_URL:-sqlite://schemist.db}")
            .to_owned(),
    );
    let mut text = EXAMPLE.replace("\"<url>\"", &url.to_string());
    if !models.is_empty() {
        let paths = models.iter().map(|path| path.display().to_string());
        let paths = toml::Value::from(paths.collect::<Vec<_>>());
        text = text.replacen("[\"models\"]", &paths.to_string(), 1);
    }
    ignore(&root.join(".gitignore"), root, &mut made)?;
    // Last: a project that lacks a folder must not look like a finished one.
    write_new(&root.join(SETTINGS), &text, root, &mut made)?;
    made.rotate_right(1);
    Ok(made)
}

/// Writes settings that were made elsewhere, where there are none.
///
/// # Errors
/// Where the folder has settings already, or the system refuses.
pub fn write_settings(environment: &Environment, text: &str) -> Result<PathBuf, ProjectError> {
    let root = &environment.folder;
    if root.join(SETTINGS).exists() {
        return Err(ProjectError::refused(
            format!("write schemist.toml in {}: there is one", root.display()),
            "look at what would be written with --dry-run, or remove it first",
        ));
    }
    let mut made = Vec::new();
    write_new(&root.join(SETTINGS), text, root, &mut made)?;
    ignore(&root.join(".gitignore"), root, &mut made)?;
    Ok(PathBuf::from(SETTINGS))
}

/// Whether a text is the one that a new project begins with, or none at all.
pub(crate) fn is_untouched(text: &str) -> bool {
    text == MODELS || text.trim().is_empty()
}

/// What belongs to one machine: its settings, the database of somebody who settled nothing else with what
/// SQLite keeps beside it, and copies of databases.
const IGNORED: &[&str] = &[LOCAL_SETTINGS, "schemist.db*", "backups/"];

/// Keeps what belongs to one machine out of git.
fn ignore(path: &Path, root: &Path, made: &mut Vec<PathBuf>) -> Result<(), ProjectError> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let is_there = |wanted: &&&str| text.lines().any(|line| line.trim() == **wanted);
    let missing: Vec<&str> = IGNORED.iter().filter(|it| !is_there(it)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let written = fs::write(path, format!("{text}{gap}{}\n", missing.join("\n")));
    written.map_err(|source| ProjectError::File {
        what: "write",
        path: shown(path, root),
        source,
    })?;
    made.push(path.strip_prefix(root).unwrap_or(path).to_path_buf());
    Ok(())
}

fn make_folder(path: &Path, root: &Path) -> Result<(), ProjectError> {
    fs::create_dir_all(path).map_err(|source| ProjectError::File {
        what: "make",
        path: shown(path, root),
        source,
    })
}

fn write_new(
    path: &Path,
    text: &str,
    root: &Path,
    made: &mut Vec<PathBuf>,
) -> Result<(), ProjectError> {
    let written = fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| ProjectError::File {
        what: "write",
        path: shown(path, root),
        source,
    })?;
    made.push(path.strip_prefix(root).unwrap_or(path).to_path_buf());
    Ok(())
}
