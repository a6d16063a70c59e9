//! What a statement gives another name, or another schema.

use schemist_catalog::Pair;
use schemist_sql::{Dialect, Ident, QualifiedName, Word, words};

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
    /// To a constraint.
    Constraint {
        /// The table, as it is called then.
        table: QualifiedName,
        /// Its names.
        names: Pair<Ident>,
    },
    /// To something else.
    Object {
        /// What the statement calls it: `INDEX`.
        kind: String,
        /// Its name before.
        name: QualifiedName,
        /// Its name after.
        to: Ident,
    },
    /// It keeps its name and goes to another schema.
    Schema {
        /// What the statement calls it: `TABLE`.
        kind: String,
        /// Its name before.
        name: QualifiedName,
        /// The schema.
        to: Ident,
    },
    /// To a value of an enum.
    Value {
        /// The type.
        enum_type: QualifiedName,
        /// The values.
        values: Pair<String>,
    },
}

/// The names that a statement gives.
pub(crate) fn new_names(dialect: Dialect, sql: &str) -> Vec<NewName> {
    let (table, actions) = match read(dialect, sql) {
        Some(Act::AlterTable { table, actions, .. }) => (table, actions),
        Some(Act::Rename(kind, Some(name))) => {
            let found = qualified(&name).and_then(|name| of_object(dialect, sql, kind, name));
            return found.into_iter().collect();
        }
        Some(Act::RenameEnumValue(name, _)) => {
            let found = qualified(&name).and_then(|name| of_value(dialect, sql, name));
            return found.into_iter().collect();
        }
        _ => return Vec::new(),
    };
    if let Some(moved) =
        qualified(&table).and_then(|table| of_object(dialect, sql, "TABLE".to_owned(), table))
        && matches!(moved, NewName::Schema { .. })
    {
        return vec![moved];
    }
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
        Action::RenamePart => of_constraint(dialect, sql, table.clone()),
        _ => None,
    });
    names.collect()
}

/// What a statement ends with: `RENAME TO x` or `SET SCHEMA x`.
fn of_object(dialect: Dialect, sql: &str, kind: String, name: QualifiedName) -> Option<NewName> {
    let all: Vec<Word<'_>> = words(dialect, sql).collect();
    let [.., verb, what, last] = all.as_slice() else {
        return None;
    };
    let to = last.name(dialect)?;
    if verb.is("RENAME") && what.is("TO") {
        return Some(NewName::Object { kind, name, to });
    }
    (verb.is("SET") && what.is("SCHEMA")).then_some(NewName::Schema { kind, name, to })
}

/// The names of `RENAME CONSTRAINT a TO b`.
fn of_constraint(dialect: Dialect, sql: &str, table: QualifiedName) -> Option<NewName> {
    let all: Vec<Word<'_>> = words(dialect, sql).collect();
    let [.., verb, what, before, to, after] = all.as_slice() else {
        return None;
    };
    let names = Pair::new(before.name(dialect)?, after.name(dialect)?);
    let is_one = verb.is("RENAME") && what.is("CONSTRAINT") && to.is("TO");
    is_one.then_some(NewName::Constraint { table, names })
}

/// The values of `RENAME VALUE 'a' TO 'b'`.
fn of_value(dialect: Dialect, sql: &str, enum_type: QualifiedName) -> Option<NewName> {
    let all: Vec<Word<'_>> = words(dialect, sql).collect();
    let [.., before, to, after] = all.as_slice() else {
        return None;
    };
    let value = |word: &Word<'_>| {
        let inner = word.text.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(inner.replace("''", "'"))
    };
    let values = Pair::new(value(before)?, value(after)?);
    to.is("TO").then_some(NewName::Value { enum_type, values })
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
