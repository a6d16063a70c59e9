//! What the settings say about databases of which there are many.

use std::time::Duration;

use super::connection::ValueSource;
use super::node::{Item, Value};
use super::read::{DatabaseSettings, ident};
use super::reader::{Reader, path_of};
use super::template::Template;

const POOL: &[&str] = &["min", "max", "acquire_timeout_ms", "idle_timeout_ms"];

/// What tells the databases of a project apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// Each has a database of its own on the server.
    Database,
    /// Each has a schema of its own in one database.
    Schema,
}

/// Whether a database or schema is made where it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// It must be there.
    Expected,
    /// It is made.
    Ensured,
}

/// How many connections are open at once, and how long one is waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pool {
    /// How many databases are worked on at once.
    pub max: Option<usize>,
    /// How long a connection is waited for.
    pub acquire_timeout: Option<Duration>,
}

/// Where the names of a fleet's databases or schemas come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Each {
    /// From a query whose first column they are.
    Query(Template),
    /// From a file or a program, one in a line.
    Lines(ValueSource),
}

impl Reader<'_> {
    /// Reads a setting of a database that is one of many.
    pub(super) fn one_of_many(&mut self, settings: &mut DatabaseSettings, item: &Item, path: &str) {
        let (node, key) = (&item.node, path_of(path, item));
        match item.key.as_str() {
            "prefix" => settings.prefix = self.template(node, key),
            "division" => {
                settings.division = self.text(node, key, |word| match word {
                    "database" => Ok(Division::Database),
                    "schema" => Ok(Division::Schema),
                    _ => Err("expected \"database\" or \"schema\"".to_owned()),
                });
            }
            "ensure_exists" => {
                settings.existence = match self.truth(item, path) {
                    Some(true) => Existence::Ensured,
                    Some(false) | None => Existence::Expected,
                };
            }
            "role" => settings.role = self.text(node, key, ident),
            "pool" => self.pool(&mut settings.pool, item, path),
            _ => {
                settings.each = match &node.value {
                    Value::Table(_) => self.source(node, key).map(Each::Lines),
                    Value::Text(_)
                    | Value::Integer(_)
                    | Value::Truth(_)
                    | Value::List(_)
                    | Value::Other(_) => self.template(node, key).map(Each::Query),
                };
            }
        }
    }

    fn pool(&mut self, pool: &mut Pool, item: &Item, path: &str) {
        let path = path_of(path, item);
        let Value::Table(items) = &item.node.value else {
            return self.wrong(&item.node, path, "a table");
        };
        for item in items {
            if !POOL.contains(&item.key.as_str()) {
                self.unknown(item, &path, POOL);
                continue;
            }
            let number = match &item.node.value {
                Value::Integer(number) => u64::try_from(*number).ok(),
                Value::Text(_) => {
                    let key = path_of(&path, item);
                    self.text(&item.node, key, |text| {
                        text.parse().map_err(|_| "expected a number".to_owned())
                    })
                }
                Value::Truth(_) | Value::List(_) | Value::Table(_) | Value::Other(_) => None,
            };
            match (item.key.as_str(), number) {
                (_, None) if matches!(item.node.value, Value::Text(_)) => {}
                (_, None) => self.wrong(&item.node, path_of(&path, item), "a number from 0 on"),
                ("max", Some(max)) => pool.max = usize::try_from(max).ok(),
                ("acquire_timeout_ms", Some(time)) => {
                    pool.acquire_timeout = Some(Duration::from_millis(time));
                }
                // No connection is kept that nobody uses.
                (_, Some(_)) => {}
            }
        }
    }
}
