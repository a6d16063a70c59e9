//! What SQLite needs around a section that rebuilds tables.

use std::collections::{BTreeMap, BTreeSet};

use schemist_connect::{Row, Session};
use schemist_revision::ForeignKeys;
use schemist_sql::{Dialect, Ident, Script, mentioned_names};

use super::error::Failure;
use super::passage::RunStatement;

/// What a section's wish means in a dialect: only SQLite has such a switch, or needs one.
pub(super) const fn keys_in(dialect: Dialect, keys: ForeignKeys) -> ForeignKeys {
    match dialect {
        Dialect::Sqlite => keys,
        Dialect::Postgres | Dialect::Mysql => ForeignKeys::On,
    }
}

/// Switches foreign keys off, and makes sure that they are.
///
/// Inside a transaction the pragma does nothing and says nothing, and `DROP TABLE` then deletes the
/// rows of the children: <https://www.sqlite.org/pragma.html#pragma_foreign_keys>.
pub(super) async fn switch_foreign_keys_off(session: &mut Session) -> Result<(), Failure> {
    let failed = |source| Failure::Server {
        what: "switch foreign keys off",
        source,
    };
    session
        .execute("PRAGMA foreign_keys = OFF")
        .await
        .map_err(failed)?;
    let rows = session.query("PRAGMA foreign_keys").await.map_err(failed)?;
    if rows.first().is_some_and(|row| row.text(0) == "0") {
        Ok(())
    } else {
        Err(Failure::ForeignKeysStay)
    }
}

/// How many rows point at rows that are not there, by child table and parent table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dangling(BTreeMap<(String, String), usize>);

impl Dangling {
    /// Refuses those that an earlier moment had not.
    pub(super) fn beyond(&self, earlier: &Self) -> Result<(), Failure> {
        let mut new = Self::default();
        for (tables, count) in &self.0 {
            let known = earlier.0.get(tables).copied().unwrap_or_default();
            if *count > known {
                new.0.insert(tables.clone(), count - known);
            }
        }
        if new.0.is_empty() {
            Ok(())
        } else {
            Err(new.refusal())
        }
    }

    /// What to say of them.
    pub(super) fn refusal(&self) -> Failure {
        let rows = self.0.iter().map(|((child, parent), count)| {
            format!("{count} of table \"{child}\" to table \"{parent}\"")
        });
        Failure::ForeignKeys(rows.collect())
    }
}

/// Finds rows that point at rows that are not there, in all tables of these names and in those that
/// refer to one: looking at all others could take far longer than the statements.
pub(super) async fn dangling(
    session: &mut Session,
    names: &BTreeSet<String>,
) -> Result<Dangling, Failure> {
    let folded = |name: &str| Dialect::Sqlite.folded(name);
    let keys = look(session, KEYS).await?;
    let tables: BTreeSet<_> = keys
        .iter()
        .filter(|key| {
            [0, 1]
                .iter()
                .any(|side| names.contains(&folded(key.text(*side))))
        })
        .map(|key| Ident::from_server(key.text(0)))
        .collect();
    let mut found = Dangling::default();
    for table in tables {
        let mut check = Script::new(Dialect::Sqlite);
        check
            .keyword("PRAGMA foreign_key_check(")
            .ident(&table)
            .keyword(")");
        for row in look(session, check.as_str()).await? {
            let tables = (row.text(0).to_owned(), row.text(2).to_owned());
            *found.0.entry(tables).or_default() += 1;
        }
    }
    Ok(found)
}

/// The names of all tables that statements may change: what they name, also in what triggers do then.
pub(super) async fn named(
    session: &mut Session,
    statements: &[&RunStatement],
) -> Result<BTreeSet<String>, Failure> {
    let mut names: BTreeSet<String> = statements
        .iter()
        .flat_map(|statement| mentioned_names(Dialect::Sqlite, &statement.sql))
        .collect();
    let mut triggers = look(session, TRIGGERS).await?;
    loop {
        let (fires, rest): (Vec<_>, Vec<_>) = triggers
            .into_iter()
            .partition(|trigger| names.contains(&Dialect::Sqlite.folded(trigger.text(0))));
        if fires.is_empty() {
            return Ok(names);
        }
        let mentioned = |trigger: &Row| mentioned_names(Dialect::Sqlite, trigger.text(1));
        names.extend(fires.iter().flat_map(mentioned));
        triggers = rest;
    }
}

const TRIGGERS: &str = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'";

/// Child table and parent table of each key.
const KEYS: &str =
    "SELECT m.name, f.\"table\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'";

async fn look(session: &mut Session, sql: &str) -> Result<Vec<Row>, Failure> {
    session.query(sql).await.map_err(|source| Failure::Server {
        what: "check foreign keys",
        source,
    })
}
