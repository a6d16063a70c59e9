//! From a catalog to what a person reads of one table.

use schemist_catalog::object::{
    Check, Column, ColumnSource, ForeignKey, Generated, GeneratedKind, Index, IndexPart,
    IndexSource, Key, KeyAction, MaterializedView, MysqlIndexClass, Table, Trigger, View,
};
use schemist_catalog::{Catalog, Hints, Object, ObjectId, Pair};
use schemist_diff::plan;
use schemist_sql::{Ident, QualifiedName};

/// What there is to know of a table or view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portrait {
    /// What it is: `table`, `view`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The schema that it is in, where the product has schemas.
    pub schema: Option<String>,
    /// What its comment says.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<ColumnLine>,
    /// Its primary key, unique and exclusion constraints.
    pub keys: Vec<Detail>,
    /// Its check constraints.
    pub checks: Vec<Detail>,
    /// Its other indexes.
    pub indexes: Vec<Detail>,
    /// What it refers to.
    pub foreign_keys: Vec<Detail>,
    /// What refers to it.
    pub referenced_by: Vec<Detail>,
    /// Its triggers.
    pub triggers: Vec<Detail>,
    /// What else there is to it, such as partitions and row security.
    pub more: Vec<Detail>,
    /// The query of a view.
    pub query: Option<String>,
    /// The statements that would make it anew.
    pub sql: String,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnLine {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether it takes NULL; `None` where nobody knows, as in views.
    pub nullable: Option<bool>,
    /// Where its values come from when a row does not bring them.
    pub default: Option<String>,
    /// The values of its enum type.
    pub values: Vec<String>,
    /// Its collation, where that is not the type's own.
    pub collation: Option<String>,
    /// What its comment says.
    pub comment: Option<String>,
}

/// Something with a name and words about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// Its name; empty where it has none.
    pub name: String,
    /// What it is.
    pub text: String,
    /// What its comment says.
    pub comment: Option<String>,
}

impl Detail {
    fn new(name: Option<&Ident>, text: impl Into<String>, comment: Option<&String>) -> Self {
        Self {
            name: name.map_or_else(String::new, |name| name.as_str().to_owned()),
            text: text.into(),
            comment: comment.cloned(),
        }
    }
}

/// Draws the object of this id, which is in the catalog.
pub(super) fn draw(catalog: &Catalog, id: &ObjectId, default_schema: Option<&Ident>) -> Portrait {
    let schema = id.name.schema.as_ref().or(default_schema);
    let mut portrait = Portrait {
        kind: id.kind.word().to_owned(),
        name: id.name.name.as_str().to_owned(),
        schema: schema.map(|schema| schema.as_str().to_owned()),
        sql: sql(catalog, id),
        ..Portrait::default()
    };
    match catalog.get(id) {
        Some(Object::Table(table)) => of_table(catalog, table, &mut portrait),
        Some(Object::View(view)) => of_view(view, &mut portrait),
        Some(Object::MaterializedView(view)) => of_materialized(view, &mut portrait),
        _ => {}
    }
    for object in catalog.objects().values() {
        beside(object, &id.name, &mut portrait);
    }
    portrait
}

fn of_table(catalog: &Catalog, table: &Table, portrait: &mut Portrait) {
    portrait.comment.clone_from(&table.comment);
    portrait.columns = table.columns.iter().map(|it| column(catalog, it)).collect();
    // MySQL's indexes say all that is to be said of its keys.
    if table.mysql.indexes.is_empty() {
        let key = table.primary_key.iter();
        let uniques = table.uniques.iter().map(|key| of_key("unique", key));
        let keys = key.map(|key| of_key("primary key", key)).chain(uniques);
        portrait.keys.extend(keys);
    }
    for exclusion in &table.exclusions {
        let text = exclusion.definition.as_str();
        let comment = exclusion.comment.as_ref();
        portrait
            .keys
            .push(Detail::new(Some(&exclusion.name), text, comment));
    }
    for index in &table.mysql.indexes {
        let (word, is_key) = match index.class {
            MysqlIndexClass::Primary => ("primary key ", true),
            MysqlIndexClass::Unique => ("unique ", true),
            MysqlIndexClass::Plain => ("", false),
            MysqlIndexClass::Fulltext => ("fulltext ", false),
            MysqlIndexClass::Spatial => ("spatial ", false),
        };
        let text = format!("{word}{} {}", parts(&index.parts), index.words);
        let detail = Detail::new(Some(&index.name), text.trim(), None);
        if is_key {
            portrait.keys.push(detail);
        } else {
            portrait.indexes.push(detail);
        }
    }
    portrait.checks = table.checks.iter().map(of_check).collect();
    portrait.foreign_keys = table.foreign_keys.iter().map(refers_to).collect();
    let mut more = |name: &str, text: String| {
        portrait.more.push(Detail {
            name: name.to_owned(),
            text,
            comment: None,
        });
    };
    if let Some(by) = &table.partition_by {
        more("partitioned by", by.as_str().to_owned());
    }
    if let Some(partition) = &table.partition_of {
        let text = format!("{} {}", shown(&partition.parent), partition.bound.as_str());
        more("partition of", text);
    }
    for parent in &table.inherits {
        more("inherits", shown(parent));
    }
    if let Some(partitions) = &table.mysql.partitions {
        more("partitions", partitions.as_str().to_owned());
    }
    for (is_so, word) in [
        (table.unlogged, "unlogged"),
        (table.strict, "strict"),
        (table.without_rowid, "without rowid"),
        (table.mysql.is_versioned, "system versioned"),
    ] {
        if is_so {
            more(word, "yes".to_owned());
        }
    }
    if let Some(engine) = &table.mysql.engine {
        more("engine", engine.clone());
    }
}

fn of_view(view: &View, portrait: &mut Portrait) {
    portrait.comment.clone_from(&view.comment);
    portrait.query = Some(view.query.as_str().to_owned());
    portrait.columns = view
        .columns
        .iter()
        .map(|(name, data_type)| ColumnLine {
            name: name.as_str().to_owned(),
            data_type: data_type.clone(),
            default: view.defaults.get(name).map(|it| it.as_str().to_owned()),
            comment: view.column_comments.get(name).cloned(),
            ..ColumnLine::default()
        })
        .collect();
}

fn of_materialized(view: &MaterializedView, portrait: &mut Portrait) {
    portrait.comment.clone_from(&view.comment);
    portrait.query = Some(view.query.as_str().to_owned());
    portrait.columns = view
        .columns
        .iter()
        .map(|(name, data_type)| ColumnLine {
            name: name.as_str().to_owned(),
            data_type: data_type.clone(),
            comment: view.column_comments.get(name).cloned(),
            ..ColumnLine::default()
        })
        .collect();
}

fn column(catalog: &Catalog, column: &Column) -> ColumnLine {
    let values = column.enum_type().and_then(|name| {
        catalog.objects().values().find_map(|object| match object {
            Object::Enum(found) if found.name == *name => Some(found.labels.clone()),
            _ => None,
        })
    });
    ColumnLine {
        name: column.name.as_str().to_owned(),
        data_type: column.data_type.clone(),
        nullable: Some(column.nullable),
        default: source(column),
        values: values.unwrap_or_default(),
        collation: column.collation.clone(),
        comment: column.comment.clone(),
    }
}

fn source(column: &Column) -> Option<String> {
    match &column.source {
        ColumnSource::Given if column.mysql.auto_increment => Some("auto_increment".to_owned()),
        ColumnSource::Given => None,
        ColumnSource::Default(expression) => Some(expression.as_str().to_owned()),
        ColumnSource::Generated(Generated { expression, kind }) => Some(format!(
            "generated {} as {}",
            match kind {
                GeneratedKind::Stored => "stored",
                GeneratedKind::Virtual => "virtual",
            },
            expression.as_str()
        )),
        ColumnSource::Identity(identity) => Some(format!(
            "identity {}",
            identity.kind.keyword().to_lowercase()
        )),
        ColumnSource::Serial(sequence) => Some(format!("serial from {}", shown(sequence))),
    }
}

fn of_key(word: &str, key: &Key) -> Detail {
    let columns: Vec<&str> = key.columns().map(Ident::as_str).collect();
    let mut text = format!("{word} ({})", columns.join(", "));
    if key.without_overlaps {
        text.push_str(" without overlaps");
    }
    if !key.include.is_empty() {
        text.push_str(&format!(" include ({})", names(&key.include)));
    }
    if key.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    text.push_str(&key.deferrable.keyword().to_lowercase());
    Detail::new(key.name.as_ref(), text, key.comment.as_ref())
}

fn of_check(check: &Check) -> Detail {
    let mut text = check.expression.as_str().to_owned();
    if !check.validated {
        text.push_str(" (not valid)");
    }
    Detail::new(check.name.as_ref(), text, check.comment.as_ref())
}

/// Objects of their own that stand on the table, or refer to it.
fn beside(object: &Object, name: &QualifiedName, portrait: &mut Portrait) {
    match object {
        Object::Index(index) if index.table == *name => portrait.indexes.push(of_index(index)),
        Object::ForeignKey(key) => {
            if key.table == *name {
                portrait.foreign_keys.push(refers_to(key));
            }
            if key.target == *name {
                portrait.referenced_by.push(referred(key));
            }
        }
        Object::Table(other) => {
            let keys = other.foreign_keys.iter().filter(|key| key.target == *name);
            portrait.referenced_by.extend(keys.map(referred));
        }
        Object::Trigger(trigger) if trigger.table == *name => {
            portrait.triggers.push(of_trigger(trigger));
        }
        _ => {}
    }
}

fn of_index(index: &Index) -> Detail {
    let mut text = String::new();
    if index.unique {
        text.push_str("unique ");
    }
    if let Some(method) = &index.method {
        text.push_str(&format!("using {method} "));
    }
    text.push_str(&parts(&index.parts));
    if !index.include.is_empty() {
        text.push_str(&format!(" include ({})", names(&index.include)));
    }
    if index.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" where {}", predicate.as_str()));
    }
    Detail::new(Some(&index.name.name), text, index.comment.as_ref())
}

fn parts(parts: &[IndexPart]) -> String {
    let part = |part: &IndexPart| {
        let mut text = match &part.source {
            IndexSource::Column(column) => column.as_str().to_owned(),
            IndexSource::Expression(expression) => expression.as_str().to_owned(),
        };
        if let Some(prefix) = part.prefix {
            text.push_str(&format!("({prefix})"));
        }
        for word in [&part.collation, &part.operator_class]
            .into_iter()
            .flatten()
        {
            text.push_str(&format!(" {word}"));
        }
        if part.descending {
            text.push_str(" desc");
        }
        text
    };
    format!(
        "({})",
        parts.iter().map(part).collect::<Vec<_>>().join(", ")
    )
}

fn refers_to(key: &ForeignKey) -> Detail {
    let target = match &key.target_columns[..] {
        [] => shown(&key.target),
        columns => format!("{} ({})", shown(&key.target), names(columns)),
    };
    let text = format!("({}) → {target}{}", names(&key.columns), conduct(key));
    Detail::new(key.name.as_ref(), text, key.comment.as_ref())
}

fn referred(key: &ForeignKey) -> Detail {
    let text = format!(
        "{} ({}){}",
        shown(&key.table),
        names(&key.columns),
        conduct(key)
    );
    Detail::new(key.name.as_ref(), text, key.comment.as_ref())
}

/// What a foreign key does beyond what all do.
fn conduct(key: &ForeignKey) -> String {
    let mut text = String::new();
    for (moment, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != KeyAction::NoAction {
            let action = action.keyword().to_lowercase();
            text.push_str(&format!(" on {moment} {action}"));
        }
    }
    text.push_str(&key.deferrable.keyword().to_lowercase());
    if !key.validated {
        text.push_str(" (not valid)");
    }
    text
}

fn of_trigger(trigger: &Trigger) -> Detail {
    let text = trigger.definition.as_str().trim();
    let state = match trigger.state {
        None => "",
        Some(schemist_catalog::object::TriggerState::Disabled) => " (disabled)",
        Some(schemist_catalog::object::TriggerState::Replica) => " (on replicas)",
        Some(schemist_catalog::object::TriggerState::Always) => " (always)",
    };
    Detail::new(
        Some(&trigger.name),
        format!("{text}{state}"),
        trigger.comment.as_ref(),
    )
}

fn names(names: &[Ident]) -> String {
    let names: Vec<&str> = names.iter().map(Ident::as_str).collect();
    names.join(", ")
}

fn shown(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", schema.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}

/// The statements that make an object with all that stands on it, in their order.
fn sql(catalog: &Catalog, id: &ObjectId) -> String {
    let mut part = Catalog::new(catalog.dialect());
    let belongs = |other: &ObjectId, object: &Object| {
        other == id
            || other.table().as_ref() == Some(&id.name)
            || (other.name == id.name && other.of == Some(id.kind))
            || matches!(object, Object::Index(index) if index.table == id.name)
    };
    for (other, object) in catalog.objects() {
        if belongs(other, object) {
            part.insert(object.clone());
            for reference in catalog.references(other) {
                part.depend(other.clone(), reference);
            }
        }
    }
    let nothing = Catalog::new(catalog.dialect());
    let plan = plan(Pair::new(&nothing, &part), &Hints::default()).unwrap_or_default();
    let statements = plan.steps.iter().map(|planned| {
        let sql = planned.step.sql.trim_end();
        format!("{};\n", sql.strip_suffix(';').unwrap_or(sql))
    });
    statements.collect()
}
