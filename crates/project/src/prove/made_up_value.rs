//! Made-up values: a literal for a column of any type that we know.

use schemist_catalog::object::Column;
use schemist_catalog::{Catalog, Object, ObjectId};
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

/// Whatever the type is called: the words of a longer name come before those that are in it.
const MYSQL: Values = &[
    (
        &["multipoint"],
        Form::Bare("ST_GeomFromText('MULTIPOINT(# #)')"),
    ),
    (
        &["multilinestring"],
        Form::Bare("ST_GeomFromText('MULTILINESTRING((0 0, # #))')"),
    ),
    (
        &["multipolygon"],
        Form::Bare("ST_GeomFromText('MULTIPOLYGON(((0 0, 0 #, # #, 0 0)))')"),
    ),
    (
        &["geometrycollection", "geomcollection"],
        Form::Bare("ST_GeomFromText('GEOMETRYCOLLECTION(POINT(# #))')"),
    ),
    (
        &["linestring"],
        Form::Bare("ST_GeomFromText('LINESTRING(0 0, # #)')"),
    ),
    (
        &["polygon"],
        Form::Bare("ST_GeomFromText('POLYGON((0 0, 0 #, # #, 0 0))')"),
    ),
    (
        &["point", "geometry"],
        Form::Bare("ST_GeomFromText('POINT(# #)')"),
    ),
    (
        &["int", "decimal", "numeric", "float", "double", "bool"],
        Form::Bare("#"),
    ),
    (&["bit"], Form::Bare("b'1'")),
    (&["year"], Form::Bare("202#")),
    (&["timestamp", "date"], Form::Quoted("2024-01-0#")),
    (&["time"], Form::Quoted("01:02:0#")),
    (&["json"], Form::Quoted("{\"made_up\": #}")),
    (
        &["uuid"],
        Form::Quoted("00000000-0000-4000-8000-00000000000#"),
    ),
    (&["inet6"], Form::Quoted("::#")),
    (&["inet4"], Form::Quoted("10.0.0.#")),
    (&["binary", "blob"], Form::Bare("x'0#'")),
    (&["char", "text"], Form::Quoted("#")),
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
    let user_type = column.user_type.as_deref();
    typed_value(dialect, catalog, (&column.data_type, user_type), row)
}

fn typed_value(
    dialect: Dialect,
    catalog: &Catalog,
    (data_type, user_type): (&str, Option<&ObjectId>),
    row: usize,
) -> Option<String> {
    if let Some(id) = user_type {
        return value_of_user_type(dialect, catalog, (data_type, id), row);
    }
    let is_mysql = match dialect {
        Dialect::Mysql => true,
        Dialect::Postgres | Dialect::Sqlite => false,
    };
    if is_mysql && let Some(labels) = labels(data_type) {
        let label = labels.get(row % labels.len().max(1))?;
        let mut script = Script::new(dialect);
        script.literal(label);
        return Some(script.into_text());
    }
    let data_type = data_type.to_lowercase();
    if data_type.ends_with("[]") {
        return Some("'{}'".to_owned());
    }
    let values = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => SERVERS,
        Dialect::Mysql => MYSQL,
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

/// The labels of MySQL's `enum('a','b')` and `set('a','b')`, which the server writes with quotes doubled.
fn labels(data_type: &str) -> Option<Vec<String>> {
    let (kind, list) = data_type.split_once('(')?;
    if !["enum", "set"].contains(&kind.trim().to_ascii_lowercase().as_str()) {
        return None;
    }
    let mut labels = Vec::new();
    let mut rest = list;
    while let Some((_, after)) = rest.split_once('\'') {
        let mut label = String::new();
        let mut chars = after.char_indices().peekable();
        let mut end = after.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    chars.next();
                    label.push(c);
                }
                '\'' => {
                    end = at + 1;
                    break;
                }
                '\\' => label.extend(chars.next().map(|(_, next)| next)),
                c => label.push(c),
            }
        }
        labels.push(label);
        rest = &after[end..];
        if !rest.trim_start().starts_with(',') {
            break;
        }
    }
    Some(labels)
}

/// A value of one of the database's own types, or of an array of it.
fn value_of_user_type(
    dialect: Dialect,
    catalog: &Catalog,
    (data_type, id): (&str, &ObjectId),
    row: usize,
) -> Option<String> {
    let mut script = Script::new(dialect);
    let single = match catalog.get(id)? {
        Object::Enum(enum_type) => {
            let label = enum_type.labels.get(row % enum_type.labels.len().max(1))?;
            script.literal(label);
            script.into_text()
        }
        Object::Domain(domain) => {
            let below = (domain.base_type.as_str(), domain.base.as_ref());
            typed_value(dialect, catalog, below, row)?
        }
        Object::CompositeType(composite) => {
            script.keyword("ROW(");
            for (place, attribute) in composite.attributes.iter().enumerate() {
                let inner = (attribute.data_type.as_str(), attribute.user_type.as_ref());
                let value = typed_value(dialect, catalog, inner, row);
                script
                    .keyword(if place > 0 { ", " } else { "" })
                    .expression(value.as_deref().unwrap_or("NULL"));
            }
            script.keyword(")");
            script.into_text()
        }
        Object::RangeType(_) => "'empty'".to_owned(),
        _ => return None,
    };
    let mut script = Script::new(dialect);
    if data_type.ends_with("[]") {
        script.keyword("ARRAY[").expression(&single).keyword("]");
    } else {
        script.expression(&single);
    }
    script.keyword("::").expression(data_type);
    Some(script.into_text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_the_server_writes_them() {
        assert_eq!(
            labels("enum('it''s','a,b)','')").unwrap(),
            ["it's", "a,b)", ""]
        );
        assert_eq!(labels("set('x') CHARACTER SET latin1").unwrap(), ["x"]);
        assert_eq!(labels("varchar(10)"), None);
    }
}
