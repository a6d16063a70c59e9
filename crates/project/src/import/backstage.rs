//! The databases of a Backstage app: `backend.database` of its `app-config.yaml` becomes `schemist.toml`.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Yaml};
use toml::{Table, Value};

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::folder::{read_text, shown};
use crate::settings::SettingsFile;

/// The name of a plugin's database, without the plugin.
const PREFIX: &str = "backstage_plugin_";
/// The longest chain of tables that is followed.
const DEPTH: usize = 24;

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the settings.
    pub settings: String,
    /// The plugins, each a database.
    pub databases: Vec<String>,
    /// What has no place there.
    pub notes: Vec<String>,
}

impl Imported {
    /// The settings as they may be shown.
    pub fn shown(&self) -> String {
        SettingsFile::new(PathBuf::new(), &self.settings).covered()
    }
}

/// Reads files of an app, each laid over those before it.
///
/// `plugins` names those that the files do not mention, since most have no settings of their own.
///
/// # Errors
/// Where a file cannot be read, is no YAML, or says nothing about databases.
pub fn read(
    environment: &Environment,
    files: &[PathBuf],
    plugins: &[String],
) -> Result<Imported, ProjectError> {
    let mut whole = Table::new();
    for file in files {
        let path = environment.absolute(file);
        let text = read_text(&path, &environment.folder)?;
        lay_over(&mut whole, parse(&text, &path, &environment.folder)?);
    }
    let backend = whole.get("backend").and_then(Value::as_table);
    let database = backend.and_then(|backend| backend.get("database")?.as_table());
    let Some(database) = database else {
        return Err(ProjectError::refused(
            "find databases in these files: there is no `backend.database`",
            "name the app-config.yaml of the app, and those that lie over it",
        ));
    };
    Ok(taken_over(database, plugins))
}

fn parse(text: &str, path: &Path, folder: &Path) -> Result<Table, ProjectError> {
    let name = shown(path, folder);
    let documents = Yaml::load_from_str(text).map_err(|error| {
        ProjectError::refused(format!("read {name} as YAML: {error}"), "mend the file")
    })?;
    match documents.first().map(|document| to_value(document, DEPTH)) {
        Some(Some(Value::Table(table))) => Ok(table),
        Some(_) | None => Ok(Table::new()),
    }
}

/// A value of YAML as one of TOML; nothing where it is null.
fn to_value(yaml: &Yaml<'_>, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if let Some(mapping) = yaml.as_mapping() {
        let mut table = Table::new();
        for (key, value) in mapping {
            if let (Some(key), Some(value)) = (key.as_str(), to_value(value, depth)) {
                table.insert(key.to_owned(), value);
            }
        }
        return Some(Value::Table(table));
    }
    if let Some(sequence) = yaml.as_vec() {
        let values = sequence.iter().filter_map(|value| to_value(value, depth));
        return Some(Value::Array(values.collect()));
    }
    let text = yaml.as_str().map(|text| Value::String(text.to_owned()));
    let integer = || yaml.as_integer().map(Value::Integer);
    let truth = || yaml.as_bool().map(Value::Boolean);
    text.or_else(integer).or_else(truth)
}

fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

fn taken_over(database: &Table, plugins: &[String]) -> Imported {
    let mut notes = Vec::new();
    let mut defaults = connection(database, "backend.database", &mut notes);
    let is_divided = database.get("pluginDivisionMode").and_then(Value::as_str) == Some("schema");
    defaults.insert(
        "division".to_owned(),
        Value::from(if is_divided { "schema" } else { "database" }),
    );
    // A schema is called as its plugin is.
    if !is_divided {
        let prefix = database.get("prefix").and_then(Value::as_str);
        defaults.insert("prefix".to_owned(), Value::from(prefix.unwrap_or(PREFIX)));
        // The base's own database is none of the plugins'.
        defaults.remove("database");
    }
    for (key, ours) in [("ensureExists", false), ("ensureSchemaExists", is_divided)] {
        let said = database.get(key).and_then(Value::as_bool);
        if key == "ensureExists" || ours {
            let is_ensured = said.unwrap_or(true);
            defaults.insert("ensure_exists".to_owned(), Value::from(is_ensured));
        }
    }
    let mut databases = Table::new();
    let own = database.get("plugin").and_then(Value::as_table);
    for (id, value) in own.into_iter().flatten() {
        let path = format!("backend.database.plugin.{id}");
        let table = value
            .as_table()
            .map(|table| connection(table, &path, &mut notes));
        databases.insert(id.clone(), Value::Table(table.unwrap_or_default()));
    }
    for id in plugins {
        databases
            .entry(id.clone())
            .or_insert_with(|| Value::Table(Table::new()));
    }
    for (id, value) in databases.iter_mut() {
        if let Value::Table(table) = value {
            table.insert(
                "models".to_owned(),
                Value::from(vec![format!("models/{id}")]),
            );
            table.insert(
                "migrations".to_owned(),
                Value::from(format!("migrations/{id}")),
            );
        }
    }
    if databases.is_empty() {
        notes.push(
            "no plugin has settings of its own: name those of the app with --plugin <id>"
                .to_owned(),
        );
    }
    let names = databases.keys().cloned().collect();
    let mut settings = Table::new();
    settings.insert("defaults".to_owned(), Value::Table(defaults));
    settings.insert("database".to_owned(), Value::Table(databases));
    let text = toml::to_string_pretty(&settings).unwrap_or_default();
    Imported {
        settings: format!("# Taken over from the settings of a Backstage app.\n\n{text}"),
        databases: names,
        notes,
    }
}

/// The settings of one table: client, connection, pool, role.
fn connection(table: &Table, path: &str, notes: &mut Vec<String>) -> Table {
    let mut ours = Table::new();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("client", Value::String(client)) => {
                ours.insert("client".to_owned(), Value::from(client.as_str()));
            }
            ("connection", Value::String(text)) if text == ":memory:" => {
                ours.insert("file".to_owned(), Value::from(":memory:"));
            }
            ("connection", Value::String(text)) => {
                ours.insert("url".to_owned(), Value::from(text.as_str()));
            }
            ("connection", Value::Table(parts)) => {
                of_parts(parts, &format!("{path}.{key}"), &mut ours, notes);
            }
            ("knexConfig", Value::Table(knex)) => of_knex(knex, path, &mut ours, notes),
            ("role", Value::String(role)) => {
                ours.insert("role".to_owned(), Value::from(role.as_str()));
            }
            (
                "plugin" | "pluginDivisionMode" | "prefix" | "ensureExists" | "ensureSchemaExists",
                _,
            ) => {}
            _ => notes.push(format!("{path}.{key} has no place here")),
        }
    }
    ours
}

fn of_parts(parts: &Table, path: &str, ours: &mut Table, notes: &mut Vec<String>) {
    for (key, value) in parts {
        let name = match key.as_str() {
            "host" | "port" | "user" | "password" | "database" | "directory" => key.as_str(),
            "filename" => "file",
            "connectionString" => "url",
            "ssl" => {
                of_tls(value, path, ours, notes);
                continue;
            }
            _ => {
                notes.push(format!("{path}.{key} has no place here"));
                continue;
            }
        };
        ours.insert(name.to_owned(), of_value(value));
    }
}

/// A value, also one of the forms that stand for something outside of the file.
fn of_value(value: &Value) -> Value {
    let Some(table) = value.as_table() else {
        return value.clone();
    };
    if let Some(Value::String(name)) = table.get("$env") {
        return Value::from(format!("${{{name}}}"));
    }
    if let Some(file) = table.get("$file") {
        let mut source = Table::new();
        source.insert("file".to_owned(), file.clone());
        return Value::Table(source);
    }
    value.clone()
}

fn of_tls(value: &Value, path: &str, ours: &mut Table, notes: &mut Vec<String>) {
    let mut tls = Table::new();
    let mut mode = "verify-full";
    match value {
        Value::Boolean(true) => {}
        Value::Boolean(false) => mode = "disable",
        Value::Table(table) => {
            for (key, value) in table {
                // A file is named; the text of a certificate has no place in settings.
                let file = value.as_table().and_then(|table| table.get("$file"));
                match (key.as_str(), file) {
                    ("rejectUnauthorized", _) => {
                        if value.as_bool() == Some(false) {
                            mode = "require";
                        }
                    }
                    ("ca" | "cert" | "key", Some(file)) => {
                        tls.insert(key.clone(), file.clone());
                    }
                    _ => notes.push(format!(
                        "{path}.ssl.{key} has no place here: name a file in `ssl`"
                    )),
                }
            }
        }
        _ => notes.push(format!("{path}.ssl has no place here")),
    }
    tls.insert("mode".to_owned(), Value::from(mode));
    ours.insert("ssl".to_owned(), Value::Table(tls));
}

fn of_knex(knex: &Table, path: &str, ours: &mut Table, notes: &mut Vec<String>) {
    for (key, value) in knex {
        let Some(pool) = value.as_table().filter(|_| key == "pool") else {
            notes.push(format!("{path}.knexConfig.{key} has no place here"));
            continue;
        };
        let mut table = Table::new();
        for (key, value) in pool {
            let name = match key.as_str() {
                "min" | "max" => key.as_str(),
                "acquireTimeoutMillis" => "acquire_timeout_ms",
                "idleTimeoutMillis" => "idle_timeout_ms",
                _ => {
                    notes.push(format!("{path}.knexConfig.pool.{key} has no place here"));
                    continue;
                }
            };
            table.insert(name.to_owned(), of_value(value));
        }
        ours.insert("pool".to_owned(), Value::Table(table));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(yaml: &str, plugins: &[&str]) -> String {
        let table = parse(yaml, Path::new("app-config.yaml"), Path::new("")).unwrap();
        let database = table["backend"]["database"].as_table().unwrap();
        let plugins: Vec<String> = plugins.iter().map(|it| (*it).to_owned()).collect();
        let imported = taken_over(database, &plugins);
        format!("{}\n{}", imported.settings, imported.notes.join("\n"))
    }

    #[test]
    fn a_base_and_plugins_become_defaults_and_databases() {
        let yaml = "backend:\n  database:\n    client: pg\n    connection:\n      host: ${POSTGRES_HOST}\n      port: 5432\n      password:\n        $file: secret\n      ssl:\n        ca:\n          $file: ca.crt\n    prefix: example_prefix_\n    knexConfig:\n      pool:\n        min: 3\n        max: 12\n        acquireTimeoutMillis: 60000\n      asyncStackTraces: true\n    plugin:\n      auth:\n        connection:\n          database: pg_auth_set_by_user\n      local:\n        client: better-sqlite3\n        connection: ':memory:'\n";
        insta::assert_snapshot!(imported(yaml, &["catalog"]), @r#"
        # Taken over from the settings of a Backstage app.

        [database.auth]
        database = "pg_auth_set_by_user"
        migrations = "migrations/auth"
        models = ["models/auth"]

        [database.catalog]
        migrations = "migrations/catalog"
        models = ["models/catalog"]

        [database.local]
        client = "better-sqlite3"
        file = ":memory:"
        migrations = "migrations/local"
        models = ["models/local"]

        [defaults]
        client = "pg"
        division = "database"
        ensure_exists = true
        host = "${POSTGRES_HOST}"
        port = 5432
        prefix = "example_prefix_"

        [defaults.password]
        file = "secret"

        [defaults.pool]
        acquire_timeout_ms = 60000
        max = 12
        min = 3

        [defaults.ssl]
        ca = "ca.crt"
        mode = "verify-full"

        backend.database.knexConfig.asyncStackTraces has no place here
        "#);
    }

    #[test]
    fn schemas_are_called_as_plugins_are() {
        let yaml = "backend:\n  database:\n    client: pg\n    connection: postgresql://foo:${PW}@db:5432/one\n    pluginDivisionMode: schema\n    ensureExists: false\n";
        insta::assert_snapshot!(imported(yaml, &[]), @r#"
        # Taken over from the settings of a Backstage app.

        [database]

        [defaults]
        client = "pg"
        division = "schema"
        ensure_exists = true
        url = "postgresql://foo:${PW}@db:5432/one"

        no plugin has settings of its own: name those of the app with --plugin <id>
        "#);
    }
}
