//! Stand-ins: what rows get in a required column that a way down brings back. Its own values went with it on the way up, and without any the column could not come back.

use std::collections::BTreeMap;

use schemist_catalog::object::{Column, ColumnSource, ForeignKey, IndexSource, Table};
use schemist_catalog::{Catalog, Object, ObjectId, Pair};
use schemist_sql::{Dialect, Ident, Script};

/// Constants, as SQL, by what the type's name contains, the first that fits.
type Constants = &'static [(&'static [&'static str], &'static str)];

/// A type is any word in SQLite; what fits most is a number.
const SQLITE: Constants = &[
    (&["char", "text", "clob"], "''"),
    (&["date", "time"], "'1970-01-01 00:00:00'"),
    (&["blob"], "x''"),
    (&[""], "0"),
];

const SERVERS: Constants = &[
    // Their names contain those of others, whose constants they refuse.
    (&["multirange"], "'{}'"),
    (&["jsonpath"], "'$'"),
    (&["point"], "'(0,0)'"),
    (&["range"], "'empty'"),
    (&["interval"], "'0'"),
    (&["bool"], "false"),
    (&["timestamp", "date"], "'1970-01-01'"),
    (&["time"], "'00:00'"),
    (&["json"], "'{}'"),
    (&["uuid"], "'00000000-0000-0000-0000-000000000000'"),
    (&["inet", "cidr"], "'0.0.0.0'"),
    (&["bytea", "tsvector", "tsquery", "xml"], "''"),
    (&["char", "text", "name"], "''"),
    (
        &["int", "numeric", "real", "double", "money", "decimal"],
        "0",
    ),
];

/// Expressions that give each row another value, by the type's name.
type Distinct = &'static [(&'static [&'static str], &'static str)];

/// <https://www.postgresql.org/docs/current/functions-uuid.html>
const POSTGRES_DISTINCT: Distinct = &[
    (&["uuid"], "gen_random_uuid()"),
    (&["bytea"], "uuid_send(gen_random_uuid())"),
    (&["text", "character varying"], "gen_random_uuid()::text"),
    (
        &["bigint", "numeric"],
        "(random() * 9007199254740991)::bigint",
    ),
    (&["integer"], "(random() * 2147483647)::integer"),
];

/// How many characters the longest of these values has.
const DISTINCT_LENGTH: usize = 36;

/// <https://sqlite.org/lang_corefunc.html#randomblob>
const SQLITE_DISTINCT: Distinct = &[
    (
        &["text", "varchar", "uuid", "char", "clob"],
        "lower(hex(randomblob(16)))",
    ),
    (&["blob"], "randomblob(16)"),
    (&["int", "bigint"], "random()"),
];

/// The stand-ins of a way down: for each table that both sides have, by column.
pub(crate) fn stand_ins(catalogs: Pair<&Catalog>) -> BTreeMap<ObjectId, BTreeMap<Ident, String>> {
    let mut found = BTreeMap::new();
    for (id, object) in catalogs.after.objects() {
        let (Object::Table(after), Some(Object::Table(before))) = (object, catalogs.before.get(id))
        else {
            continue;
        };
        let columns: BTreeMap<Ident, String> = after
            .columns
            .iter()
            .filter(|column| before.columns.get(&column.name).is_none())
            .filter(|column| is_wanted(catalogs.after, after, column))
            .filter_map(|column| {
                let own = is_unique(catalogs.after, after, &column.name)
                    .then(|| distinct(catalogs.after, column))
                    .flatten();
                // A table of one row takes a constant under a key, too.
                let value = own.or_else(|| constant(catalogs.after, column))?;
                Some((column.name.clone(), value))
            })
            .collect();
        if !columns.is_empty() {
            found.insert(id.clone(), columns);
        }
    }
    found
}

/// Whether rows need a value, and not one that another row has.
fn is_wanted(catalog: &Catalog, table: &Table, column: &Column) -> bool {
    let refers = |key: &ForeignKey| key.columns.contains(&column.name);
    let own = catalog.objects().values().any(|object| {
        matches!(object, Object::ForeignKey(key) if key.table == table.name && refers(key))
    });
    !column.nullable
        && column.source == ColumnSource::Given
        && !own
        && !table.foreign_keys.iter().any(refers)
}

/// Whether a key or an index of one column allows each value once.
fn is_unique(catalog: &Catalog, table: &Table, column: &Ident) -> bool {
    let mut keys = table.primary_key.iter().chain(&table.uniques);
    let has_key = keys.any(|key| matches!(key.parts.as_slice(), [part] if part.column == *column));
    let has_index = || {
        catalog.objects().values().any(|object| match object {
            Object::Index(index) if index.unique && index.table == table.name => {
                let [part] = index.parts.as_slice() else {
                    return false;
                };
                matches!(&part.source, IndexSource::Column(indexed) if indexed == column)
            }
            _ => false,
        })
    };
    has_key || has_index()
}

/// An expression whose value is another one in each row, so that a key can be made over the column.
fn distinct(catalog: &Catalog, column: &Column) -> Option<String> {
    if column.user_type.is_some() {
        return None;
    }
    let known = match catalog.dialect() {
        Dialect::Postgres => POSTGRES_DISTINCT,
        Dialect::Sqlite => SQLITE_DISTINCT,
        // Required columns have a value by themselves there, which is no distinct one.
        Dialect::Mysql => return None,
    };
    let data_type = column.data_type.to_lowercase();
    let (family, length) = match data_type.split_once('(') {
        Some((family, rest)) => (family, rest.trim_end_matches(')').parse().unwrap_or(0)),
        None => (data_type.as_str(), usize::MAX),
    };
    // A short one has no room for them.
    if length < DISTINCT_LENGTH {
        return None;
    }
    let fits = |words: &[&str]| words.contains(&family);
    let (_, expression) = known.iter().find(|(words, _)| fits(words))?;
    Some((*expression).to_owned())
}

fn constant(catalog: &Catalog, column: &Column) -> Option<String> {
    let below = (column.data_type.as_str(), column.user_type.as_deref());
    typed_constant(catalog, below)
}

fn typed_constant(
    catalog: &Catalog,
    (data_type, user_type): (&str, Option<&ObjectId>),
) -> Option<String> {
    let literal = |text: &str| {
        let mut script = Script::new(catalog.dialect());
        script.literal(text);
        script.into_text()
    };
    if data_type.ends_with("[]") {
        return Some("'{}'".to_owned());
    }
    if let Some(id) = user_type {
        return match catalog.get(id)? {
            Object::Enum(enum_type) => enum_type.labels.first().map(|label| literal(label)),
            Object::Domain(domain) => {
                typed_constant(catalog, (&domain.base_type, domain.base.as_ref()))
            }
            Object::RangeType(_) => Some("'empty'".to_owned()),
            _ => None,
        };
    }
    let constants = match catalog.dialect() {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres | Dialect::Mysql => SERVERS,
    };
    let data_type = data_type.to_lowercase();
    let fits = |words: &[&str]| words.iter().any(|word| data_type.contains(word));
    let (_, constant) = constants.iter().find(|(words, _)| fits(words))?;
    Some((*constant).to_owned())
}
