//! What the settings say about where a database is, and who connects to it.

use std::collections::BTreeMap;

use schemist_connect::Part;
use schemist_sql::Dialect;

use super::node::{Item, Node, Value};
use super::reader::{Reader, path_of};
use super::template::Template;

/// The keys of a database's table, or of the defaults', that say it.
pub(super) const CONNECTION: &[&str] = &[
    "url",
    "url_env",
    "secret",
    "client",
    "host",
    "port",
    "user",
    "password",
    "database",
    "file",
    "directory",
    "ssl",
];
const TLS: &[&str] = &["mode", "ca", "cert", "key"];
const SOURCE: &[&str] = &["file", "command"];
const SECRET: &[&str] = &["aws", "region", "file", "command"];

/// Where a value of the settings comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// It is written in the settings, perhaps with variables.
    Written(Template),
    /// It is the text of a file.
    File(Template),
    /// It is what a program prints.
    Command(Program),
}

/// A program that prints a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments.
    // Invariant: never empty.
    pub words: Vec<Template>,
}

/// A document that says several parts of a connection at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// A secret of AWS Secrets Manager.
    Aws {
        /// Its name or ARN.
        name: Template,
        /// Its region; where `None`, the usual variables name it.
        region: Option<Template>,
    },
    /// JSON from somewhere else, in the same form.
    Json(ValueSource),
}

/// What one table of the settings says about a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// All of it.
    pub url: Option<ValueSource>,
    /// Variables that may hold all of it.
    pub url_env: Vec<Template>,
    /// A document with several parts.
    pub secret: Option<SecretSource>,
    /// The dialect, where only parts are said.
    pub client: Option<Dialect>,
    /// The parts.
    pub parts: BTreeMap<Part, ValueSource>,
    /// The folder of SQLite files that are named after their database's table.
    pub directory: Option<Template>,
}

impl ConnectionSettings {
    /// Whether it says which server or file, and not only details.
    pub fn says_where(&self) -> bool {
        self.url.is_some()
            || !self.url_env.is_empty()
            || self.secret.is_some()
            || self.client.is_some()
            || self.directory.is_some()
            || [Part::Host, Part::File]
                .iter()
                .any(|part| self.parts.contains_key(part))
    }
}

impl Reader<'_> {
    /// Reads a setting of a connection.
    pub(super) fn connection(
        &mut self,
        connection: &mut ConnectionSettings,
        item: &Item,
        path: &str,
    ) {
        let (node, key) = (&item.node, path_of(path, item));
        let part = match item.key.as_str() {
            "url" => {
                connection.url = self.source(node, key);
                return;
            }
            "url_env" => {
                connection.url_env = self.templates(node, &key);
                return;
            }
            "secret" => {
                connection.secret = self.secret(node, &key);
                return;
            }
            "client" => {
                connection.client = self.text(node, key, client);
                return;
            }
            "directory" => {
                connection.directory = self.template(node, key);
                return;
            }
            "ssl" => return self.tls(connection, node, &key),
            "host" => Part::Host,
            "port" => Part::Port,
            "user" => Part::User,
            "password" => Part::Password,
            "database" => Part::Database,
            _ => Part::File,
        };
        if let Some(source) = self.source(node, key) {
            connection.parts.insert(part, source);
        }
    }

    fn tls(&mut self, connection: &mut ConnectionSettings, node: &Node, key: &str) {
        let Value::Table(items) = &node.value else {
            if let Some(source) = self.source(node, key.to_owned()) {
                connection.parts.insert(Part::TlsMode, source);
            }
            return;
        };
        for item in items {
            let part = match item.key.as_str() {
                "mode" => Part::TlsMode,
                "ca" => Part::TlsRoot,
                "cert" => Part::TlsCertificate,
                "key" => Part::TlsKey,
                _ => {
                    self.unknown(item, key, TLS);
                    continue;
                }
            };
            if let Some(source) = self.source(&item.node, path_of(key, item)) {
                connection.parts.insert(part, source);
            }
        }
    }

    fn secret(&mut self, node: &Node, key: &str) -> Option<SecretSource> {
        let Value::Table(items) = &node.value else {
            self.wrong(node, key.to_owned(), "a table: { aws = \"name\" }");
            return None;
        };
        let Some(aws) = items.iter().find(|item| item.key == "aws") else {
            return self.source(node, key.to_owned()).map(SecretSource::Json);
        };
        let mut region = None;
        for item in items {
            match item.key.as_str() {
                "aws" => {}
                "region" => region = self.template(&item.node, path_of(key, item)),
                _ => self.unknown(item, key, SECRET),
            }
        }
        let name = self.template(&aws.node, path_of(key, aws))?;
        Some(SecretSource::Aws { name, region })
    }

    /// Reads a text, a number, `{ file = "…" }` or `{ command = […] }`.
    pub(super) fn source(&mut self, node: &Node, key: String) -> Option<ValueSource> {
        let items = match &node.value {
            Value::Table(items) => items,
            Value::Integer(number) => {
                let text = Node {
                    value: Value::Text(number.to_string()),
                    ..node.clone()
                };
                return self.template(&text, key).map(ValueSource::Written);
            }
            Value::Text(_) | Value::Truth(_) | Value::List(_) | Value::Other(_) => {
                return self.template(node, key).map(ValueSource::Written);
            }
        };
        let [item] = items.as_slice() else {
            self.wrong(
                node,
                key,
                "{ file = \"path\" } or { command = [\"program\"] }",
            );
            return None;
        };
        match item.key.as_str() {
            "file" => self
                .template(&item.node, path_of(&key, item))
                .map(ValueSource::File),
            "command" => {
                let words = self.templates(&item.node, &path_of(&key, item));
                if words.is_empty() {
                    self.wrong(
                        &item.node,
                        path_of(&key, item),
                        "[\"program\", \"argument\"]",
                    );
                    return None;
                }
                Some(ValueSource::Command(Program { words }))
            }
            _ => {
                self.unknown(item, &key, SOURCE);
                None
            }
        }
    }
}

/// Understands the names that drivers of other systems have.
fn client(word: &str) -> Result<Dialect, String> {
    match word {
        "pg" | "postgres" | "postgresql" => Ok(Dialect::Postgres),
        "sqlite" | "sqlite3" | "better-sqlite3" => Ok(Dialect::Sqlite),
        "mysql" | "mysql2" | "mariadb" => Ok(Dialect::Mysql),
        "embedded-postgres" | "pglite" => Err(format!(
            "`{word}` lives inside a program of its own, so nobody else can connect to it; name a server"
        )),
        "mssql" | "sqlserver" => Err("SQL Server is not supported".to_owned()),
        _ => Err("expected \"postgres\", \"sqlite\" or \"mysql\"".to_owned()),
    }
}
