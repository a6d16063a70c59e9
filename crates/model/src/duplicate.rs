//! The same object declared twice, which a server may hide.
//!
//! `OR REPLACE` and `IF NOT EXISTS` let the second statement pass in silence, and since statements are
//! loaded in no fixed order, nobody could say which of them wins.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, QualifiedName};

use crate::declaration::{Declaration, Declared};
use crate::error::{Place, Problem, ReadError};
use crate::source::Options;
use crate::sql::{Created, Words, created};

/// What no two objects may share.
type Key = (
    &'static str,
    QualifiedName,
    Option<QualifiedName>,
    Option<String>,
);

pub(crate) fn find(
    declaration: &Declaration,
    errors: &mut Vec<ReadError>,
    dialect: Dialect,
    options: &Options,
) {
    let mut seen: BTreeMap<Key, &Declared> = BTreeMap::new();
    for statement in &declaration.statements {
        let words = Words::of(dialect, &statement.sql);
        let Some(created) = created(dialect, &words, &options.default_schema) else {
            continue;
        };
        let key = key(dialect, &created);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, statement);
            continue;
        };
        if !is_allowed(declaration, dialect, first, statement, &created) {
            errors.push(twice(dialect, first, statement, &created));
        }
    }
}

fn key(dialect: Dialect, created: &Created) -> Key {
    let space = match created.kind {
        "table" | "foreign table" | "virtual table" | "view" | "materialized view" | "sequence" => {
            "relation"
        }
        "domain" => "type",
        "procedure" | "aggregate" => "function",
        kind => kind,
    };
    let Created {
        name,
        on,
        arguments,
        ..
    } = created.clone();
    match dialect {
        Dialect::Postgres => {
            let space = if space == "index" { "relation" } else { space };
            let on = on.filter(|_| space != "relation");
            (space, name, on, arguments)
        }
        Dialect::Sqlite => {
            let space = if space == "index" { "relation" } else { space };
            (space, lowered(&name), None, None)
        }
        Dialect::Mysql => {
            let on = on.filter(|_| space == "index");
            (space, name, on, None)
        }
    }
}

/// SQLite takes `Book` and `book` for one name.
fn lowered(name: &QualifiedName) -> QualifiedName {
    let lower = |ident: &schemist_sql::Ident| {
        schemist_sql::Ident::from_server(ident.as_str().to_ascii_lowercase())
    };
    QualifiedName {
        schema: name.schema.as_ref().map(lower),
        name: lower(&name.name),
    }
}

/// A dump replaces its own placeholders. Schemas and extensions are the same however often and
/// wherever the same words create them.
fn is_allowed(
    declaration: &Declaration,
    dialect: Dialect,
    first: &Declared,
    second: &Declared,
    created: &Created,
) -> bool {
    let file = &declaration.files[second.origin.file];
    if file.dump.is_some() && first.origin.file == second.origin.file {
        return true;
    }
    let phrase = |statement: &Declared| {
        let words = Words::of(dialect, &statement.sql);
        words.phrase(0, words.len())
    };
    let may_be_repeated = matches!(created.kind, "schema" | "extension");
    may_be_repeated && phrase(second).contains("if not exists") && phrase(first) == phrase(second)
}

fn twice(dialect: Dialect, first: &Declared, second: &Declared, created: &Created) -> ReadError {
    let mut object = format!("{} {}", created.kind, created.name.quoted(dialect));
    if let Some(arguments) = &created.arguments {
        object.push_str(&format!("({arguments})"));
    }
    if let Some(table) = created.on.as_ref().filter(|_| created.kind != "index") {
        object.push_str(&format!(" on {}", table.quoted(dialect)));
    }
    let place = |statement: &Declared, label: &str| Place {
        origin: statement.origin,
        label: label.to_owned(),
    };
    ReadError::new(Problem::Twice { object }, place(second, "the second one"))
        .related_to(place(first, "the first one"))
        .with_remedy("remove one of the two: statements are loaded in no fixed order")
}
