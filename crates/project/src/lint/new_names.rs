//! Which tables and columns a statement gives another name.

use schemist_catalog::Pair;
use schemist_sql::{Dialect, Ident, QualifiedName};

use super::act::{Act, Action, Name};
use super::read::read;

/// A name that a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NewName {
    /// To a table.
    Table {
        /// Its name before.
        table: QualifiedName,
        /// Its name after.
        to: Ident,
    },
    /// To a column.
    Column {
        /// The table, as it is called then.
        table: QualifiedName,
        /// Its names.
        names: Pair<Ident>,
    },
}

/// The names that a statement gives.
pub(crate) fn new_names(dialect: Dialect, sql: &str) -> Vec<NewName> {
    let Some(Act::AlterTable { table, actions, .. }) = read(dialect, sql) else {
        return Vec::new();
    };
    let Some(table) = qualified(&table) else {
        return Vec::new();
    };
    let names = actions.into_iter().filter_map(|(action, _)| match action {
        Action::RenameTable(Some(to)) => Some(NewName::Table {
            table: table.clone(),
            to,
        }),
        Action::RenameColumn(before, after) => Some(NewName::Column {
            table: table.clone(),
            names: Pair::new(before, after),
        }),
        _ => None,
    });
    names.collect()
}

fn qualified(name: &Name) -> Option<QualifiedName> {
    match &name.0[..] {
        [name] => Some(QualifiedName::unqualified(name.clone())),
        [schema, name] => Some(QualifiedName {
            schema: Some(schema.clone()),
            name: name.clone(),
        }),
        _ => None,
    }
}
