//! What SQLite needs around a section that rebuilds tables.

use std::collections::BTreeMap;

use schemist_connect::Session;
use schemist_revision::ForeignKeys;
use schemist_sql::Dialect;

use super::error::Failure;

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

/// The rows that point at rows that are not there: child table and parent table of each.
pub(super) async fn violations(session: &mut Session) -> Result<Vec<(String, String)>, Failure> {
    let failed = |source| Failure::Server {
        what: "check foreign keys",
        source,
    };
    let rows = session
        .query("PRAGMA foreign_key_check")
        .await
        .map_err(failed)?;
    Ok(rows
        .iter()
        .map(|row| (row.text(0).to_owned(), row.text(2).to_owned()))
        .collect())
}

/// Refuses violations that were not there before the section.
pub(super) fn refuse_new(
    before: &[(String, String)],
    after: &[(String, String)],
) -> Result<(), Failure> {
    let mut counts: BTreeMap<&(String, String), i64> = BTreeMap::new();
    for pair in after {
        *counts.entry(pair).or_default() += 1;
    }
    for pair in before {
        *counts.entry(pair).or_default() -= 1;
    }
    let new: Vec<_> = counts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|((child, parent), count)| {
            format!("{count} of table \"{child}\" to table \"{parent}\"")
        })
        .collect();
    if new.is_empty() {
        Ok(())
    } else {
        Err(Failure::ForeignKeys(new))
    }
}
