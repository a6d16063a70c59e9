//! A copy of the database, made before anything is taken back.

use std::fs;
use std::path::{Path, PathBuf};

use schemist_connect::Session;
use schemist_execute::scratch::Protection;
use schemist_revision::Direction;
use schemist_sql::{Dialect, Script};

use crate::apply::{Event, Request, dump};
use crate::error::{Exit, ProjectError};
use crate::project::Entry;

/// Whether a copy is made before anything is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Backup {
    /// None is; a protected database refuses to go back without a word about it.
    #[default]
    AsSettled,
    /// One is made: in this file or folder, or in `backups`.
    Made(Option<PathBuf>),
    /// None is, and somebody means it.
    Waived,
}

/// Makes sure that somebody thought of a copy, where one is wanted.
///
/// # Errors
/// Where a protected database would go back without a copy.
pub(crate) fn check_backup(entry: &Entry, request: &Request) -> Result<(), ProjectError> {
    match (&request.backup, request.direction) {
        (Backup::AsSettled, Direction::Down) if entry.protection == Protection::Protected => {
            Err(ProjectError::Refused {
                message: "take anything back without a backup: this database is protected"
                    .to_owned(),
                places: Vec::new(),
                remedy: Some(
                    "add --backup to make one now, or --no-backup where you have one".to_owned(),
                ),
                exit: Exit::Error,
            })
        }
        (Backup::Made(_) | Backup::AsSettled | Backup::Waived, _) => Ok(()),
    }
}

/// Makes the copy that a request wants.
///
/// # Errors
/// Where a protected database would go back without a copy, or the copy cannot be made.
pub(crate) async fn back_up(
    entry: &Entry,
    request: &Request,
    session: &mut Session,
    tell: &mut impl FnMut(Event),
) -> Result<(), ProjectError> {
    check_backup(entry, request)?;
    let Backup::Made(place) = &request.backup else {
        return Ok(());
    };
    let dialect = session.dialect();
    let path = file(entry, place.as_deref(), dialect)?;
    let shown = path.display().to_string();
    match dialect {
        Dialect::Sqlite => copy_file(session, &shown).await?,
        Dialect::Postgres | Dialect::Mysql => dump::write(entry, session, &path)?,
    }
    let back = match dialect {
        Dialect::Sqlite => format!("cp {shown} <database>"),
        Dialect::Postgres => format!("pg_restore --clean --if-exists --dbname <url> {shown}"),
        Dialect::Mysql => format!("mariadb <database> < {shown}"),
    };
    tell(Event::Note(format!(
        "Backed up to {shown}; `{back}` brings it back"
    )));
    Ok(())
}

/// The file of a copy: a folder that is named gets one with the time in its name.
fn file(entry: &Entry, place: Option<&Path>, dialect: Dialect) -> Result<PathBuf, ProjectError> {
    let ending = match dialect {
        Dialect::Postgres => "dump",
        Dialect::Sqlite => "db",
        Dialect::Mysql => "sql",
    };
    let path = match place {
        Some(place) => entry.environment.absolute(place),
        None => entry.root.join("backups"),
    };
    let is_folder = place.is_none() || path.is_dir();
    let path = if is_folder {
        let time: String = entry
            .environment
            .now()
            .to_string()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        path.join(format!("{}_{time}.{ending}", entry.settings.member_name()))
    } else {
        path
    };
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.map_err(|source| ProjectError::File {
        what: "make the folder of",
        path: path.display().to_string(),
        source,
    })?;
    if path.exists() {
        return Err(ProjectError::refused(
            format!("back up to {}: it is there already", path.display()),
            "name another file, or a folder, after --backup",
        ));
    }
    Ok(path)
}

async fn copy_file(session: &mut Session, path: &str) -> Result<(), ProjectError> {
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("VACUUM INTO ").literal(path);
    let copied = session.execute(script.as_str()).await;
    copied.map(drop).map_err(|error| {
        ProjectError::refused(
            format!("back up to {path}: {}", error.message),
            "make room there, or name another place after --backup",
        )
    })
}
