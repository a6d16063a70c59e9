//! Indexes, on a model or on one of its columns.

use schemist_attribute::{Index, IndexItem, IndexKey, Name};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::declaration::Origin;
use crate::naming::{About, NamedPart};
use crate::rust::emit::Emitter;
use crate::rust::parse;
use crate::rust::table::Table;

const ELSEWHERE: &str = "write `dialect = \"postgres\"` into the index";

/// The key of an index on one column.
const fn alone(name: Name) -> IndexItem {
    IndexItem {
        key: IndexKey::Column(name),
        order: None,
        nulls: None,
        collate: None,
        operator_class: None,
    }
}

pub(super) fn create(emitter: &mut Emitter<'_>, table: &Table<'_>) {
    for column in &table.columns {
        let file = column.source.scope.file;
        for index in &column.source.field.column.indexes {
            let mut items = index.items.clone();
            items.insert(0, alone(Name::Field(column.source.field.ident.clone())));
            write(emitter, table, index, &items, file);
        }
    }
    for index in &table.model.attribute.indexes {
        write(emitter, table, index, &index.items, table.entry.scope.file);
    }
}

fn write(
    emitter: &mut Emitter<'_>,
    table: &Table<'_>,
    index: &Index,
    items: &[IndexItem],
    file: usize,
) {
    let dialect = emitter.dialect;
    if !index.dialects.is_empty()
        && index
            .dialects
            .iter()
            .all(|name| name.value != dialect.name())
    {
        return;
    }
    let origin = Origin {
        file,
        span: parse::span(index.span),
    };
    let Some(keys) = keys(emitter, table, items) else {
        return;
    };
    let mut script = Script::new(dialect);
    script.keyword(if index.unique.is_some() {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    let name = write_name(emitter, &mut script, table, index, &keys);
    if let (Some(before), Some(name)) = (&index.renamed_from, &name) {
        // It is in the schema of its table.
        let after = QualifiedName {
            schema: table.name.schema.clone(),
            name: name.clone(),
        };
        emitter.renamed("index", before, &after, file);
    }
    script.keyword("ON ").name(&table.name);
    if let Some(method) = &index.method {
        match dialect {
            Dialect::Postgres => {
                script
                    .keyword(" USING ")
                    .ident(&Ident::from_server(&method.value));
            }
            Dialect::Sqlite | Dialect::Mysql if method.value == "btree" => {}
            Dialect::Sqlite | Dialect::Mysql => {
                emitter.refuse(format!("an index by {}", method.value), origin, ELSEWHERE);
            }
        }
    }
    script.keyword(" (");
    for (i, (key, item)) in keys.iter().zip(items).enumerate() {
        script.keyword(if i > 0 { ", " } else { "" });
        write_key(emitter, &mut script, key, item, origin);
    }
    script.keyword(")");
    write_rest(emitter, &mut script, table, index, origin);
    emitter.declare(script, origin);
}

/// What is indexed, with the columns' own names.
enum Key {
    Column(Ident),
    Expression(String),
}

impl Key {
    /// The word for it in names.
    fn word(&self) -> &str {
        match self {
            Self::Column(column) => column.as_str(),
            Self::Expression(_) => "expr",
        }
    }
}

/// `None` where a column is missing, which is told.
fn keys(emitter: &mut Emitter<'_>, table: &Table<'_>, items: &[IndexItem]) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    for item in items {
        match &item.key {
            IndexKey::Column(name) => {
                let found = table.find_all(emitter, std::slice::from_ref(name));
                keys.push(Key::Column(found.into_iter().next()?));
            }
            IndexKey::Expression(text) => keys.push(Key::Expression(text.value.clone())),
        }
    }
    Some(keys)
}

/// The index's name, written or by the project's template. PostgreSQL makes one up where it is left out;
/// elsewhere the same one is written.
fn write_name(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    table: &Table<'_>,
    index: &Index,
    keys: &[Key],
) -> Option<Ident> {
    let about = About {
        columns: keys.iter().map(Key::word).collect(),
        ..About::default()
    };
    let written = index.name.as_ref();
    let given = written
        .map(|name| Ident::from_server(&name.value))
        .or_else(|| emitter.namer.name(NamedPart::Index, &table.name, &about));
    let name = match (given, script.dialect()) {
        (Some(name), _) => name,
        (None, Dialect::Postgres) => return None,
        (None, Dialect::Sqlite | Dialect::Mysql) => {
            let mut words = vec![table.name.name.as_str()];
            words.extend(about.columns);
            words.push("idx");
            Ident::from_server(words.join("_"))
        }
    };
    let written = name.clone();
    let mut name = QualifiedName::unqualified(name);
    match script.dialect() {
        // The schema stands before the index there, and never before the table.
        Dialect::Sqlite => name.schema.clone_from(&table.name.schema),
        Dialect::Postgres | Dialect::Mysql => {}
    }
    script.name(&name).keyword(" ");
    Some(written)
}

fn write_key(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    key: &Key,
    item: &IndexItem,
    origin: Origin,
) {
    match (key, emitter.dialect) {
        (Key::Column(column), _) => {
            script.ident(column);
        }
        (Key::Expression(text), Dialect::Sqlite) => {
            script.expression(text);
        }
        (Key::Expression(text), Dialect::Postgres | Dialect::Mysql) => {
            script.keyword("(").expression(text).keyword(")");
        }
    }
    if let Some(collation) = &item.collate {
        script
            .keyword(" COLLATE ")
            .ident(&Ident::from_server(&collation.value));
    }
    if let Some(class) = &item.operator_class {
        match emitter.dialect {
            Dialect::Postgres => {
                script.keyword(" ").ident(&Ident::from_server(&class.value));
            }
            Dialect::Sqlite | Dialect::Mysql => {
                emitter.refuse("an operator class", origin, ELSEWHERE)
            }
        }
    }
    if let Some(order) = item.order {
        script.keyword(" ").keyword(order);
    }
    if let Some(nulls) = item.nulls {
        match emitter.dialect {
            Dialect::Postgres => {
                script.keyword(" ").keyword(nulls);
            }
            Dialect::Sqlite | Dialect::Mysql => {
                emitter.refuse("the place of NULLs in an index", origin, ELSEWHERE);
            }
        }
    }
}

/// What stands behind the keys.
fn write_rest(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    table: &Table<'_>,
    index: &Index,
    origin: Origin,
) {
    let include = table.find_all(emitter, &index.include);
    let predicate = index.predicate.as_ref();
    let predicate = predicate.and_then(|text| text.for_dialect(emitter.dialect.name()));
    match emitter.dialect {
        Dialect::Postgres => {
            if !include.is_empty() {
                script.keyword(" INCLUDE ").idents(&include);
            }
            if index.nulls_not_distinct.is_some() {
                script.keyword(" NULLS NOT DISTINCT");
            }
            if let Some(with) = &index.with {
                script
                    .keyword(" WITH (")
                    .expression(&with.value)
                    .keyword(")");
            }
        }
        Dialect::Sqlite | Dialect::Mysql => {
            let only = [
                ("`include`", !include.is_empty()),
                ("`nulls_not_distinct`", index.nulls_not_distinct.is_some()),
                ("`with`", index.with.is_some()),
            ];
            for (what, _) in only.iter().filter(|(_, is_given)| *is_given) {
                emitter.refuse(format!("an index with {what}"), origin, ELSEWHERE);
            }
        }
    }
    let Some(predicate) = predicate else {
        return;
    };
    match emitter.dialect {
        Dialect::Postgres | Dialect::Sqlite => {
            script.keyword(" WHERE ").expression(&predicate.value);
        }
        Dialect::Mysql => emitter.refuse("an index with `where`", origin, ELSEWHERE),
    }
}
