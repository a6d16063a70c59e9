//! Putting a database's url together.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use schemist_connect::{DatabaseUrl, Part};
use schemist_sql::Dialect;

use super::build::Build;
use super::{aws, libpq, program, secret};
use crate::environment::Environment;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::settings::{ConnectionSettings, Division, SecretSource, Template, ValueSource};

/// The variables that hold a url where the settings say none, the strongest first.
const URL_VARIABLES: [&str; 3] = [
    "SCHEMIST_DATABASE_URL",
    "DATABASE_URL",
    "MAGE_DATABASE_CONNECTION_URL",
];

/// Variables with the parts of a PostgreSQL connection, as deployments of pipelines have them.
const PARTS: [(&str, Part); 5] = [
    ("PG_DB_HOST", Part::Host),
    ("PG_DB_PORT", Part::Port),
    ("PG_DB_USER", Part::User),
    ("PG_DB_PASS", Part::Password),
    ("PG_DB_NAME", Part::Database),
];

/// The longest name that every server keeps whole.
const LONGEST_NAME: usize = 63;

/// A database's url, with where it comes from.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The url.
    pub url: DatabaseUrl,
    /// What said which database it is: a setting, a variable, an option.
    pub source: String,
    /// Where each part of it comes from.
    pub origins: BTreeMap<Part, String>,
    /// What is odd about it.
    pub notes: Vec<String>,
    /// The schema that the database's name gives it, where schemas tell databases apart.
    pub schema: Option<String>,
}

/// Looks everything up that the url of an entry is made of.
pub(crate) fn resolve(entry: &Entry) -> Result<Resolved, ProjectError> {
    let mut notes = Vec::new();
    let mut schema = None;
    let (mut build, source) = match &entry.choice().url {
        Some(text) => {
            let url = parse_url(text, "--url", &entry.environment.folder)?;
            (Build::of(url, "--url"), "--url".to_owned())
        }
        None => {
            let (mut build, source, name) = of_settings(entry)?;
            schema = divide(entry, &mut build, name)?;
            (build, source)
        }
    };
    match build.url.dialect() {
        Dialect::Postgres => libpq::fill(&entry.environment, &mut build, &mut notes)?,
        Dialect::Sqlite | Dialect::Mysql => {}
    }
    if build.lacks(Part::ConnectTimeout)
        && let Some(time) = entry.settings.pool.acquire_timeout
    {
        let seconds = time.as_secs().max(1).to_string();
        build.fill(Part::ConnectTimeout, &seconds, "pool.acquire_timeout_ms")?;
    }
    notes.extend(build.url.notes());
    Ok(Resolved {
        url: build.url,
        source,
        origins: build.origins,
        notes,
        schema,
    })
}

/// Who gave the database on the server its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// The database's own table.
    Own,
    /// Something that holds for all of them, or nobody.
    Shared,
}

/// What the settings say, or the variables where they say nothing.
fn of_settings(entry: &Entry) -> Result<(Build, String, Name), ProjectError> {
    let settings = &entry.settings;
    let (own, base) = (&settings.connection, &settings.base);
    let mut found = layer(entry, own)?;
    let is_complete = found.as_ref().is_some_and(|(build, _)| {
        let dialect = build.url.dialect();
        // A file, also one in memory, needs nothing from elsewhere.
        let is_file =
            build.url.is_file() && (own.url.is_some() || own.parts.contains_key(&Part::File));
        is_file || base.client.is_some_and(|client| client != dialect)
    });
    let below = match (is_complete, base.says_where(), own.says_where()) {
        (true, _, _) => None,
        (false, true, _) => layer(entry, base)?,
        // Details without a place belong to what the variables name.
        (false, false, false) => Some(of_variables(entry)?),
        (false, false, true) => None,
    };
    if let (None, Some((below, _))) = (&found, &below) {
        found = details(entry, own, below.url.dialect())?;
    }
    let name = match &found {
        Some((build, _)) if !build.lacks(Part::Database) => Name::Own,
        Some(_) | None => Name::Shared,
    };
    let (mut build, source) = match (found, below) {
        (Some((own, source)), Some((below, source_below))) => {
            let source = if settings.connection.says_where() {
                source
            } else {
                source_below
            };
            (own.over(below), source)
        }
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => of_variables(entry)?,
    };
    if !base.says_where()
        && let Some((details, _)) = details(entry, base, build.url.dialect())?
    {
        build = build.over(details);
    }
    Ok((build, source, name))
}

/// What one table says, where it says which dialect it means.
fn layer(
    entry: &Entry,
    connection: &ConnectionSettings,
) -> Result<Option<(Build, String)>, ProjectError> {
    let mut build: Option<(Build, String)> = None;
    if let Some(source) = &connection.url {
        let (text, origin) = value_of(entry, source)?;
        let url = parse_url(&text, &origin, &entry.root)?;
        build = Some((Build::of(url, &origin), origin));
    } else if !connection.url_env.is_empty() {
        build = Some(of_named_variables(entry, &connection.url_env)?);
    }
    if let Some(secret) = &connection.secret {
        let (below, origin) = of_secret(entry, secret)?;
        build = Some(match build {
            Some((build, source)) => (build.over(below), source),
            None => (below, origin),
        });
    }
    let dialect = match (&build, connection.client) {
        (Some((build, _)), Some(client)) if client != build.url.dialect() => {
            return Err(ProjectError::refused(
                format!(
                    "connect: `client` says {client}, but the url is one of {}",
                    build.url.dialect()
                ),
                "leave `client` out, or correct one of them",
            ));
        }
        (Some((build, _)), _) => build.url.dialect(),
        (None, Some(client)) => client,
        (None, None) if is_a_file(connection) => Dialect::Sqlite,
        (None, None) => return Ok(None),
    };
    let Some((parts, origin)) = details(entry, connection, dialect)? else {
        return Ok(build.or_else(|| {
            let origin = "client".to_owned();
            Some((Build::of(DatabaseUrl::of_dialect(dialect), &origin), origin))
        }));
    };
    Ok(Some(match build {
        // What is said alone wins over the same thing in a url.
        Some((build, source)) => (parts.over(build), source),
        None => (parts, origin),
    }))
}

fn is_a_file(connection: &ConnectionSettings) -> bool {
    connection.directory.is_some() || connection.parts.contains_key(&Part::File)
}

/// The parts that a table says one by one.
fn details(
    entry: &Entry,
    connection: &ConnectionSettings,
    dialect: Dialect,
) -> Result<Option<(Build, String)>, ProjectError> {
    let mut build = Build::of(DatabaseUrl::of_dialect(dialect), "");
    let mut first = None;
    for (part, source) in &connection.parts {
        let (text, origin) = value_of(entry, source)?;
        let text = match source {
            ValueSource::Written(template) if part.is_path() && !is_no_path(&text) => {
                template.path(&text).display().to_string()
            }
            ValueSource::Written(_) | ValueSource::File(_) | ValueSource::Command(_) => text,
        };
        // For SQLite, the database is the file.
        let part = match (dialect, part) {
            (Dialect::Sqlite, Part::Database) => Part::File,
            (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, part) => *part,
        };
        build.put(part, &text, origin.as_str())?;
        first.get_or_insert(origin);
    }
    if let Some(directory) = &connection.directory
        && build.url.is_file()
    {
        let folder = directory.resolve(&entry.environment.variables)?;
        let name = format!("{}.sqlite", entry.settings.member_name());
        let path = directory.path(&folder).join(name);
        build.fill(Part::File, &path.display().to_string(), directory.origin())?;
        first.get_or_insert(directory.origin());
    }
    Ok(first.map(|origin| (build, origin)))
}

/// Words that stand in the place of a path: a database in memory, the authorities that everybody
/// knows, and the text of a certificate.
fn is_no_path(text: &str) -> bool {
    text == ":memory:" || text == "system" || text.contains("-----BEGIN")
}

fn of_named_variables(entry: &Entry, names: &[Template]) -> Result<(Build, String), ProjectError> {
    let mut asked = Vec::new();
    for name in names {
        let name = name.resolve(&entry.environment.variables)?;
        if let Some(text) = entry.environment.variable(&name) {
            let url = parse_url(text, &name, &entry.root)?;
            let origin = entry.environment.origin_of(&name);
            return Ok((Build::of(url, &origin), origin));
        }
        asked.push(name);
    }
    let first = asked.first().cloned().unwrap_or_default();
    Err(ProjectError::Refused {
        message: format!("find the database's url: {} is not set", asked.join(" or ")),
        places: names
            .iter()
            .map(|name| name.place("none of them is set"))
            .collect(),
        remedy: Some(format!("run `export {first}=…`, or name one with --url")),
        exit: crate::Exit::Error,
    })
}

fn of_secret(entry: &Entry, source: &SecretSource) -> Result<(Build, String), ProjectError> {
    match source {
        SecretSource::Aws { name, region } => {
            let variables = &entry.environment.variables;
            let name = name.resolve(variables)?;
            let region = region
                .as_ref()
                .map(|it| it.resolve(variables))
                .transpose()?;
            of_aws(&entry.environment, &name, region)
        }
        SecretSource::Json(source) => {
            let (text, origin) = value_of(entry, source)?;
            secret::read(&text, &origin).map(|build| (build, origin))
        }
    }
}

fn of_aws(
    environment: &Environment,
    name: &str,
    region: Option<String>,
) -> Result<(Build, String), ProjectError> {
    let text = aws::fetch(environment, name, region)?;
    let origin = format!("the secret {name} of AWS Secrets Manager");
    secret::read(&text, &origin).map(|build| (build, origin))
}

/// What the variables say; without any, a file in the project's folder.
fn of_variables(entry: &Entry) -> Result<(Build, String), ProjectError> {
    let environment = &entry.environment;
    for name in URL_VARIABLES {
        if let Some(text) = environment.variable(name) {
            let url = parse_url(text, name, &entry.root)?;
            let origin = environment.origin_of(name);
            return Ok((Build::of(url, &origin), origin));
        }
    }
    if let Some(name) = environment.variable("AWS_DB_SECRETS_NAME") {
        return of_aws(environment, name, None);
    }
    let mut build = Build::of(DatabaseUrl::of_dialect(Dialect::Postgres), "");
    if environment.variable("PG_DB_NAME").is_some() {
        for (name, part) in PARTS {
            if let Some(text) = environment.variable(name) {
                build.put(part, text, environment.origin_of(name))?;
            }
        }
        return Ok((build, "PG_DB_NAME".to_owned()));
    }
    if let Some(name) = libpq::names_a_database(environment) {
        return Ok((build, name.to_owned()));
    }
    let url = parse_url("sqlite://schemist.db", "default", &entry.root)?;
    Ok((Build::of(url, "default"), "default".to_owned()))
}

/// Gives the database, or its schema, the name that tells it apart; returns that of the schema.
fn divide(entry: &Entry, build: &mut Build, given: Name) -> Result<Option<String>, ProjectError> {
    let settings = &entry.settings;
    // What stands for many is named when they are.
    if settings.each.is_some() {
        return Ok(None);
    }
    let Some(division) = settings
        .division
        .or(settings.prefix.as_ref().map(|_| Division::Database))
    else {
        return Ok(None);
    };
    let prefix = match &settings.prefix {
        Some(prefix) => prefix.resolve(&entry.environment.variables)?,
        None => String::new(),
    };
    let name = format!("{prefix}{}", entry.settings.member_name());
    let what = match division {
        Division::Database => "database",
        Division::Schema => "schema",
    };
    if name.len() > LONGEST_NAME {
        return Err(ProjectError::refused(
            format!("call a {what} `{name}`: servers keep {LONGEST_NAME} bytes of a name"),
            "choose a shorter `prefix`, or name it with `database`",
        ));
    }
    match (division, build.url.dialect()) {
        (Division::Schema, Dialect::Postgres) => {
            let own = settings
                .schemas
                .first()
                .map(|schema| schema.as_str().to_owned());
            Ok(Some(own.unwrap_or(name)))
        }
        (Division::Schema, Dialect::Sqlite | Dialect::Mysql) => Err(ProjectError::refused(
            format!(
                "divide {} into schemas: only PostgreSQL has them",
                build.url.redacted()
            ),
            "write `division = \"database\"`, or set `client` for databases of another kind",
        )),
        (Division::Database, Dialect::Sqlite) => Ok(None),
        (Division::Database, Dialect::Postgres | Dialect::Mysql) => {
            if given == Name::Shared {
                build.forget(Part::Database);
                let origin = match &settings.prefix {
                    Some(prefix) => prefix.origin(),
                    None => "division".to_owned(),
                };
                build.put(Part::Database, &name, origin)?;
            }
            Ok(None)
        }
    }
}

/// Looks a value up, and says where it comes from.
pub(crate) fn value_of(
    entry: &Entry,
    source: &ValueSource,
) -> Result<(String, String), ProjectError> {
    match source {
        ValueSource::Written(template) => {
            let text = template.resolve(&entry.environment.variables)?;
            let names = template.variables().into_iter();
            let names: Vec<String> = names
                .filter(|name| entry.environment.variable(name).is_some())
                .map(|name| entry.environment.origin_of(name))
                .collect();
            let origin = match names.as_slice() {
                [] => template.origin(),
                names => format!("{}, from {}", template.origin(), names.join(" and ")),
            };
            Ok((text, origin))
        }
        ValueSource::File(template) => {
            let name = template.resolve(&entry.environment.variables)?;
            let path = template.path(&name);
            let text = fs::read_to_string(&path).map_err(|source| ProjectError::File {
                what: "read",
                path: name.clone(),
                source,
            })?;
            Ok((
                one_line(&text),
                format!("{}, from {name}", template.origin()),
            ))
        }
        ValueSource::Command(program) => {
            let text = program::run(entry, program)?;
            let origin = program.words.first().map(Template::origin);
            Ok((
                one_line(&text),
                format!("{}, from a program", origin.unwrap_or_default()),
            ))
        }
    }
}

/// The text without the line end that editors and programs put behind it.
fn one_line(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}

/// Reads a url; the path of a SQLite file starts from `folder`.
pub(crate) fn parse_url(
    text: &str,
    origin: &str,
    folder: &Path,
) -> Result<DatabaseUrl, ProjectError> {
    let url = DatabaseUrl::parse(text).map_err(|source| match source {
        unsupported @ schemist_connect::ConnectError::Unsupported { .. } => {
            ProjectError::Connect(unsupported)
        }
        source => ProjectError::Url {
            origin: origin.to_owned(),
            source,
        },
    })?;
    Ok(url.relative_to(folder))
}
