//! Taking over a history.

use std::path::{Path, PathBuf};

use schemist_connect::{Access, ConnectError, DatabaseUrl, Session};
use schemist_revision::{
    Direction, History, Marker, Message, Proof, RevisionFile, RevisionId, Transaction,
};
use schemist_sql::Dialect;

use super::found::{Found, FoundRevision, Tool};
use super::{python, script_names, sql_files, version_table};
use crate::error::ProjectError;
use crate::project::Entry;

/// What is to be taken over.
#[derive(Debug, Clone)]
pub struct Request {
    /// From which tool.
    pub tool: Tool,
    /// Its folder, or its settings.
    pub place: PathBuf,
    /// Whether files are written.
    pub writing: Writing,
}

/// Whether files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// They are, where the other tool's files are SQL.
    Files,
    /// It is only said what there is.
    Nothing,
}

/// What was found, and what was made of it.
#[derive(Debug)]
pub struct Imported {
    /// What the folder holds.
    pub found: Found,
    /// The same as a history of ours.
    pub history: History,
    /// Which database was asked, and where its address comes from.
    pub database: Option<(String, String)>,
    /// The versions that are applied; `None` where the version table cannot be read.
    pub applied: Option<Vec<String>>,
    /// The versions that are applied and in no file.
    pub unknown: Vec<String>,
    /// The last revision that is applied, where the version table knows one.
    pub current: Vec<RevisionId>,
    /// The revision files that were written.
    pub written: Vec<String>,
    /// What to run next.
    pub next: Next,
}

/// What to run next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Say that the database is at this revision.
    Stamp(RevisionId),
    /// Apply everything.
    Upgrade,
    /// Write the schema as it is as first revision, under this id and message where there is one.
    Baseline(Option<(RevisionId, String)>),
    /// Nothing that could be told.
    Look,
}

/// Reads another tool's history and version table, and writes revision files where its files are SQL.
///
/// # Errors
/// Where a folder or file cannot be read, there are revisions already, or files form no history.
pub async fn import(entry: &Entry, request: &Request) -> Result<Imported, ProjectError> {
    let place = entry.environment.absolute(&request.place);
    let mut found = read(request.tool, &place, &entry.root)?;
    if found.revisions.is_empty() {
        return Err(ProjectError::refused(
            format!(
                "find a history of {} in {}",
                request.tool.title(),
                request.place.display()
            ),
            "name its folder of migrations, for Alembic also its alembic.ini",
        ));
    }
    let history = drawn(&found)?;
    let (database, dialect) = database(entry, &found)?;
    let mut imported = Imported {
        history,
        database: database
            .as_ref()
            .map(|(url, origin)| (url.redacted(), origin.clone())),
        applied: None,
        unknown: Vec::new(),
        current: Vec::new(),
        written: Vec::new(),
        next: Next::Look,
        found: Found::default(),
    };
    if let Some((url, _)) = &database {
        ask(entry, url, request.tool, &mut found, &mut imported).await;
    }
    if request.tool.writes_sql() && request.writing == Writing::Files {
        imported.written = write(entry, request.tool, &found, dialect)?;
    }
    imported.next = next(request.tool, &found, &imported);
    imported.found = found;
    Ok(imported)
}

fn read(tool: Tool, place: &Path, root: &Path) -> Result<Found, ProjectError> {
    match tool {
        Tool::Alembic => python::alembic(place, root),
        Tool::Knex => script_names::knex(place, root),
        Tool::Sqlx => sql_files::sqlx(place, root),
        Tool::Diesel => sql_files::diesel(place, root),
        Tool::Refinery => sql_files::refinery(place, root),
    }
}

/// The history as ours are drawn.
fn drawn(found: &Found) -> Result<History, ProjectError> {
    let parse = |revision: &FoundRevision| {
        let text = revision.header().to_text();
        RevisionFile::parse(&revision.path, &text)
            .map_err(|errors| ProjectError::Revisions(vec![errors]))
    };
    let files: Result<Vec<RevisionFile>, ProjectError> =
        found.revisions.iter().map(parse).collect();
    Ok(History::build(files?)?)
}

/// The database that is asked: the one of the command, else the one that the other tool's settings name,
/// else the project's.
fn database(
    entry: &Entry,
    found: &Found,
) -> Result<(Option<(DatabaseUrl, String)>, Dialect), ProjectError> {
    let own = entry.url();
    let theirs = found.url.as_ref().filter(|_| !entry.is_url_typed());
    if let Some(text) = theirs {
        let url = DatabaseUrl::parse(text).map_err(|source| ProjectError::Url {
            origin: "sqlalchemy.url of alembic.ini".to_owned(),
            source,
        })?;
        let url = url.relative_to(&entry.root);
        let dialect = url.dialect();
        return Ok((Some((url, "sqlalchemy.url".to_owned())), dialect));
    }
    let url = own?;
    let dialect = url.dialect();
    Ok((Some((url, "the project's settings".to_owned())), dialect))
}

async fn ask(
    entry: &Entry,
    url: &DatabaseUrl,
    tool: Tool,
    found: &mut Found,
    imported: &mut Imported,
) {
    let mut session = match Session::connect(url, &entry.pins(), Access::Read).await {
        Ok(session) => session,
        Err(ConnectError::NoFile { .. }) => {
            imported.applied = Some(Vec::new());
            return;
        }
        Err(error) => {
            found
                .notes
                .push(format!("the version table was not read: cannot {error}"));
            return;
        }
    };
    match version_table::read(&mut session, tool).await {
        Ok(applied) => imported.applied = Some(applied),
        Err(error) => found
            .notes
            .push(format!("the version table was not read: {error}")),
    }
    if tool == Tool::Knex && version_table::is_knex_locked(&mut session).await {
        found.notes.push(
            "Knex holds its own lock (knex_migrations_lock): see that none of its runs is under way"
                .to_owned(),
        );
    }
    session.close().await;
    let mut known = Vec::new();
    for version in imported.applied.iter().flatten() {
        let revision = found
            .revisions
            .iter()
            .find(|it| it.version == *version || it.id.as_str() == version.trim_end_matches(".js"));
        match revision {
            Some(revision) => known.push(revision.id.clone()),
            None => {
                imported.unknown.push(version.clone());
                found.notes.push(format!(
                    "{version} is applied, but it is in no file: bring its file first (git pull, or git log --all -S {version})"
                ));
            }
        }
    }
    let tips = imported.history.tips(&known);
    imported.current = tips.iter().map(|file| file.id().clone()).collect();
}

fn write(
    entry: &Entry,
    tool: Tool,
    found: &Found,
    dialect: Dialect,
) -> Result<Vec<String>, ProjectError> {
    if !entry.history()?.is_empty() {
        return Err(ProjectError::wrong_history(
            format!(
                "take over the history of {}: there are revisions already",
                tool.title()
            ),
            "give the imported ones a folder of their own: --migrations <folder>",
        ));
    }
    let folder = entry.folder()?;
    let mut files = Vec::new();
    // All of them first: a file that cannot be ours must not leave half a history behind.
    for revision in &found.revisions {
        let mut header = revision.header();
        header.dialects = [dialect].into();
        let from = format!("imported from {}", tool.title());
        header.proven = Proof::No(Some(Message::from_text(&from)));
        if revision.down.is_none() {
            let why = format!("{} had no way down", tool.title());
            header.irreversible = Some(Message::from_text(&why));
        }
        let name = entry.settings.file_name.of(&header);
        let shown = folder.shown(&folder.file(&name));
        let file = RevisionFile::compose(&shown, &header, &sections(revision, dialect))
            .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
        files.push((name, file));
    }
    let mut written = Vec::new();
    for (name, file) in files {
        folder.create(&name, file.to_text())?;
        written.push(file.path().to_owned());
    }
    Ok(written)
}

fn sections(revision: &FoundRevision, dialect: Dialect) -> Vec<(Marker, String)> {
    let ways = [
        (Direction::Up, &revision.up),
        (Direction::Down, &revision.down),
    ];
    let section = |(direction, text): (Direction, &Option<String>)| {
        let text = text.as_ref()?.trim();
        let text = if text.is_empty() { "-- nothing" } else { text };
        let mut marker = Marker::for_dialect(direction, dialect);
        if revision.transaction == Transaction::No {
            marker.transaction = Transaction::No;
        }
        Some((marker, text.to_owned()))
    };
    ways.into_iter().filter_map(section).collect()
}

fn next(tool: Tool, found: &Found, imported: &Imported) -> Next {
    if !imported.unknown.is_empty() {
        return Next::Look;
    }
    let current = match &imported.current[..] {
        [only] => Some(only),
        _ => None,
    };
    if !tool.writes_sql() {
        let message = |id: &RevisionId| {
            let revision = found.revisions.iter().find(|revision| revision.id == *id);
            revision.map_or_else(String::new, |revision| revision.message.clone())
        };
        return match (current, &imported.applied) {
            (Some(id), _) => Next::Baseline(Some((id.clone(), message(id)))),
            (None, Some(applied)) if !applied.is_empty() => Next::Baseline(None),
            (None, _) => Next::Look,
        };
    }
    match (&imported.applied, current) {
        (Some(_), Some(id)) => Next::Stamp(id.clone()),
        (Some(applied), None) if applied.is_empty() => Next::Upgrade,
        (Some(_) | None, _) => Next::Look,
    }
}
