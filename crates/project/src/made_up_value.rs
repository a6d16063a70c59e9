//! Made-up values: a literal for a column of any type that we know.

use schemist_catalog::object::{Column, EnumType};
use schemist_catalog::{Catalog, Object};
use schemist_sql::{Dialect, Script};

/// How a value is written.
#[derive(Clone, Copy)]
enum Form {
    /// As a string.
    Quoted(&'static str),
    /// As it is.
    Bare(&'static str),
}

/// Values by what the type's name contains, the first that fits; `#` is the row's number and `+` the
/// one after it.
type Values = &'static [(&'static [&'static str], Form)];

/// A type is any word in SQLite; what fits most is a number.
const SQLITE: Values = &[
    (&["char", "text", "clob"], Form::Quoted("made up #")),
    (&["date", "time"], Form::Quoted("2024-01-0# 01:02:03")),
    (&["blob"], Form::Bare("x'0#'")),
    (&[""], Form::Bare("#")),
];

const SERVERS: Values = &[
    (&["interval"], Form::Quoted("# days")),
    (
        &["int4range", "int8range", "numrange"],
        Form::Quoted("[#,+]"),
    ),
    (
        &["tsrange", "tstzrange", "daterange"],
        Form::Quoted("empty"),
    ),
    (&["point"], Form::Quoted("(#,#)")),
    (
        &["int", "numeric", "real", "double", "money", "decimal"],
        Form::Bare("#"),
    ),
    (&["bool"], Form::Bare("true")),
    (&["timestamp", "date"], Form::Quoted("2024-01-0#")),
    (&["time"], Form::Quoted("01:02:0#")),
    (&["json"], Form::Quoted("{\"made_up\": #}")),
    (
        &["uuid"],
        Form::Quoted("00000000-0000-4000-8000-00000000000#"),
    ),
    (&["bytea"], Form::Quoted("\\x0#")),
    (&["inet", "cidr"], Form::Quoted("10.0.0.#")),
    (&["macaddr8"], Form::Quoted("08:00:2b:01:02:03:04:0#")),
    (&["macaddr"], Form::Quoted("08:00:2b:01:02:0#")),
    (&["tsvector", "tsquery", "xml"], Form::Quoted("m#")),
    (&["bit"], Form::Bare("B'1'")),
    (&["char", "text", "name"], Form::Quoted("#")),
];

/// A value for a column, as a literal; `None` where we know none for its type.
pub(crate) fn value(
    dialect: Dialect,
    catalog: &Catalog,
    column: &Column,
    row: usize,
) -> Option<String> {
    if let Some(name) = &column.enum_type {
        let Some(Object::Enum(enum_type)) = catalog.get(&EnumType::id_of(name)) else {
            return None;
        };
        return label(dialect, enum_type, column, row);
    }
    let data_type = column.data_type.to_lowercase();
    if data_type.ends_with("[]") {
        return Some("'{}'".to_owned());
    }
    let values = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres | Dialect::Mysql => SERVERS,
    };
    let (_, form) = values
        .iter()
        .find(|(words, _)| words.iter().any(|word| data_type.contains(word)))?;
    let numbered = |text: &str| {
        text.replace('#', &(row + 1).to_string())
            .replace('+', &(row + 2).to_string())
    };
    let mut script = Script::new(dialect);
    match form {
        Form::Quoted(text) => script.literal(&numbered(text)),
        Form::Bare(text) => script.expression(&numbered(text)),
    };
    Some(script.into_text())
}

fn label(dialect: Dialect, enum_type: &EnumType, column: &Column, row: usize) -> Option<String> {
    let label = enum_type.labels.get(row % enum_type.labels.len().max(1))?;
    let mut script = Script::new(dialect);
    if column.data_type.ends_with("[]") {
        script
            .keyword("ARRAY[")
            .literal(label)
            .keyword("]::")
            .expression(&column.data_type);
    } else {
        script.literal(label);
    }
    Some(script.into_text())
}
