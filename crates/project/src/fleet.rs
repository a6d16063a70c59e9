//! Many databases of one project: which there are, and to which of them something belongs.

use std::collections::BTreeMap;

use schemist_connect::{Access, Part};
use schemist_revision::{AppliedError, TargetError};
use schemist_sql::Dialect;

use crate::connection::value_of;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::settings::{ConnectionSettings, DatabaseSettings, Division, Each, ValueSource};

/// Puts the databases in the place of those entries that stand for many, and makes sure that no two
/// share a journal.
///
/// # Errors
/// Where the names cannot be read, or two databases are the same.
pub async fn expand(entries: Vec<Entry>) -> Result<Vec<Entry>, ProjectError> {
    let mut expanded = Vec::new();
    for entry in entries {
        if entry.settings.member.is_some() || entry.settings.each.is_none() {
            expanded.push(entry);
            continue;
        }
        for name in members(&entry).await? {
            expanded.push(member(&entry, &name)?);
        }
    }
    refuse_twins(&expanded)?;
    Ok(expanded)
}

/// The names that an entry stands for.
async fn members(entry: &Entry) -> Result<Vec<String>, ProjectError> {
    let query = match &entry.settings.each {
        None => return Ok(Vec::new()),
        Some(Each::Lines(source)) => {
            let (text, _) = value_of(entry, source)?;
            let lines = text.lines().map(str::trim);
            let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            return Ok(names.map(str::to_owned).collect());
        }
        Some(Each::Query(query)) => query,
    };
    let sql = query.resolve(&entry.environment.variables)?;
    let mut session = entry.connect(Access::Read).await?;
    let rows = session.query(&sql).await;
    session.close().await;
    let rows = rows.map_err(|error| ProjectError::Refused {
        message: format!(
            "list the databases of {}: {}",
            entry.settings.name, error.message
        ),
        places: vec![query.place("the server refuses this")],
        remedy: Some(
            "write a query whose first column is the name of a schema or database".to_owned(),
        ),
        exit: crate::Exit::Error,
    })?;
    let names = rows.iter().map(|row| row.text(0).to_owned());
    Ok(names.collect())
}

/// One of the databases that an entry stands for.
///
/// # Errors
/// Where the entry's url cannot be resolved.
pub(crate) fn member(entry: &Entry, name: &str) -> Result<Entry, ProjectError> {
    let mut resolved = entry.resolved()?.clone();
    let prefix = match &entry.settings.prefix {
        Some(prefix) => prefix.resolve(&entry.environment.variables)?,
        None => String::new(),
    };
    let full = format!("{prefix}{name}");
    let dialect = resolved.url.dialect();
    let division = entry.settings.division.unwrap_or(match dialect {
        Dialect::Postgres => Division::Schema,
        Dialect::Sqlite | Dialect::Mysql => Division::Database,
    });
    match (dialect, division) {
        (Dialect::Postgres, Division::Schema) => resolved.schema = Some(full),
        (Dialect::Postgres | Dialect::Mysql, Division::Database) => {
            resolved.url = resolved.url.with_database(&full);
            resolved.origins.insert(Part::Database, "each".to_owned());
        }
        (Dialect::Sqlite, Division::Database) => {
            let path = resolved.url.sqlite_path();
            let folder = path.and_then(|path| path.parent()).unwrap_or(&entry.root);
            let path = folder.join(format!("{full}.sqlite")).display().to_string();
            resolved.url = resolved.url.with_part(Part::File, &path)?;
            resolved.origins.insert(Part::File, "each".to_owned());
        }
        (Dialect::Sqlite | Dialect::Mysql, Division::Schema) => {
            return Err(ProjectError::refused(
                format!(
                    "divide {} into schemas: only PostgreSQL has them",
                    resolved.url.redacted()
                ),
                "write `division = \"database\"`",
            ));
        }
    }
    let settings = DatabaseSettings {
        member: Some(name.to_owned()),
        // Its own schema takes the place of the first one.
        schemas: match division {
            Division::Schema => Vec::new(),
            Division::Database => entry.settings.schemas.clone(),
        },
        ..entry.settings.clone()
    };
    Ok(entry.of_database(settings).with_resolved(resolved))
}

/// Refuses databases that would write into one journal.
fn refuse_twins(entries: &[Entry]) -> Result<(), ProjectError> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries {
        // What cannot be resolved is told for that database alone, when it is its turn.
        let Ok(place) = entry.journal_place() else {
            continue;
        };
        let name = entry.name();
        if let Some(twin) = seen.get(&place) {
            return Err(twins(twin, &name, &place));
        }
        seen.insert(place, name);
    }
    Ok(())
}

fn twins(first: &str, second: &str, place: &str) -> ProjectError {
    let name = second.split(['/', '@']).next().unwrap_or(second);
    ProjectError::refused(
        format!("tell {first} and {second} apart: both keep their journal in {place}"),
        format!(
            "give one of them a journal of its own: `journal = \"{name}\"` in [database.{name}]"
        ),
    )
}

/// Refuses to change a database whose journal another one of the settings would write into.
///
/// Only what variables tell is compared: nothing is run or asked for this.
///
/// # Errors
/// Names the other database.
pub(crate) fn refuse_twin_of(entry: &Entry) -> Result<(), ProjectError> {
    if entry.choice().url.is_some() {
        return Ok(());
    }
    for other in entry.databases() {
        let is_itself = other.name == entry.settings.name;
        if is_itself || other.each.is_some() || is_far(&other.connection) || is_far(&other.base) {
            continue;
        }
        let other = entry.of_database(other.clone());
        if let (Ok(place), Ok(own)) = (other.journal_place(), entry.journal_place())
            && place == own
        {
            return Err(twins(&other.name(), &entry.name(), &own));
        }
    }
    Ok(())
}

/// Whether something must be run or asked to know where a database is.
fn is_far(connection: &ConnectionSettings) -> bool {
    let sources = connection.url.iter().chain(connection.parts.values());
    let mut sources = sources.map(|source| matches!(source, ValueSource::Command(_)));
    connection.secret.is_some() || sources.any(|is_command| is_command)
}

/// Says to which other database a revision belongs that one does not have.
pub fn explain(entry: &Entry, error: ProjectError) -> ProjectError {
    let text = match &error {
        ProjectError::Target(TargetError::Unknown { text, .. }) => text.clone(),
        ProjectError::Applied(errors) | ProjectError::Target(TargetError::Applied(errors)) => {
            let unknown = errors.errors().iter().find_map(|error| match error {
                AppliedError::Unknown { id, .. } => Some(id.as_str().to_owned()),
                AppliedError::OutOfOrder { .. } | AppliedError::Edited { .. } => None,
            });
            match unknown {
                Some(id) => id,
                None => return error,
            }
        }
        _ => return error,
    };
    for other in entry.databases() {
        if other.name == entry.settings.name {
            continue;
        }
        let beside = entry.of_database(other.clone());
        let Ok(files) = beside.folder().and_then(|folder| folder.read()) else {
            continue;
        };
        let found = files
            .iter()
            .find(|file| file.id().as_str().starts_with(&text));
        let Some(file) = found else { continue };
        let (own, other) = (&entry.settings.name, &other.name);
        return match error {
            ProjectError::Target(TargetError::Unknown { .. }) => ProjectError::refused(
                format!(
                    "find revision {text} of {own}: {} belongs to {other}",
                    file.id()
                ),
                format!("add -n {other}"),
            ),
            _ => ProjectError::wrong_history(
                format!(
                    "go on from where {own} stands: revision {} is applied, which belongs to {other}",
                    file.id()
                ),
                format!(
                    "see that the url of {own} does not lead to the database of {other}: `schemist config --all`"
                ),
            ),
        };
    }
    error
}
