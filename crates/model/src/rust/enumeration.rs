//! Enums of the database, and the names of types and tables.

use schemist_attribute::{EnumItem, ModelItem};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

/// The names of one dialect: in the default schema they stand alone, and without schemas all do.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    pub(super) dialect: Dialect,
    pub(super) default_schema: &'a Ident,
}

impl Naming<'_> {
    /// A name that may have its schema before a dot.
    pub(super) fn qualified(self, written: &str, schema: Option<&str>) -> QualifiedName {
        let (before_dot, name) = match written.split_once('.') {
            Some((schema, name)) => (Some(schema), name),
            None => (None, written),
        };
        let schema = schema.or(before_dot).map(Ident::from_server);
        let schema =
            schema.filter(|schema| schema != self.default_schema && self.dialect.has_schemas());
        QualifiedName {
            schema,
            name: Ident::from_server(name),
        }
    }

    /// The name of a type.
    pub(super) fn of_enum(self, item: &EnumItem) -> QualifiedName {
        let schema = item
            .attribute
            .schema
            .as_ref()
            .map(|schema| schema.value.as_str());
        self.qualified(&item.type_name().value, schema)
    }

    /// The name of a model's table.
    pub(super) fn of_model(self, model: &ModelItem) -> QualifiedName {
        let schema = model.schema_name();
        let schema = schema.as_ref().map(|schema| schema.value.as_str());
        let mut name = self.qualified("", schema);
        name.name = Ident::from_server(model.table_name().value);
        name
    }
}

/// `'a', 'b'`
pub(super) fn write_labels(script: &mut Script, labels: &[String]) {
    for (i, label) in labels.iter().enumerate() {
        if i > 0 {
            script.keyword(", ");
        }
        script.literal(label);
    }
}

/// `CREATE TYPE … AS ENUM (…)` of PostgreSQL.
pub(super) fn create(script: &mut Script, name: &QualifiedName, item: &EnumItem) {
    let labels: Vec<String> = item.labels().map(str::to_owned).collect();
    script
        .keyword("CREATE TYPE ")
        .name(name)
        .keyword(" AS ENUM (");
    write_labels(script, &labels);
    script.keyword(")");
}
