//! Renames: the only changes that no comparison can find.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::object::is_type;
use crate::{Kind, ObjectId, Pair, Step};

/// One thing that keeps its content and gets another name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rename {
    /// An object.
    Object {
        /// The object under its old name.
        id: ObjectId,
        /// Its new name.
        to: Ident,
    },
    /// A column.
    Column {
        /// The table, as it is called when the column is renamed.
        table: QualifiedName,
        /// Its names.
        names: Pair<Ident>,
    },
    /// A value of an enum type.
    Value {
        /// The type, as it is called when the value is renamed.
        enum_type: QualifiedName,
        /// The value on both sides.
        values: Pair<String>,
    },
}

impl Rename {
    /// The rename back.
    #[must_use]
    pub fn inverted(&self) -> Self {
        match self {
            Self::Object { id, to } => {
                let name = QualifiedName {
                    schema: id.name.schema.clone(),
                    name: to.clone(),
                };
                Self::Object {
                    id: ObjectId { name, ..id.clone() },
                    to: id.name.name.clone(),
                }
            }
            Self::Column { table, names } => Self::Column {
                table: table.clone(),
                names: names.clone().inverted(),
            },
            Self::Value { enum_type, values } => Self::Value {
                enum_type: enum_type.clone(),
                values: values.clone().inverted(),
            },
        }
    }

    /// The object that it is about, under its old name.
    pub fn object(&self) -> ObjectId {
        match self {
            Self::Object { id, .. } => id.clone(),
            Self::Column { table, .. } => ObjectId::new(Kind::Table, table.clone()),
            Self::Value { enum_type, .. } => ObjectId::new(Kind::Enum, enum_type.clone()),
        }
    }

    /// The statement that does it.
    pub fn step(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        match self {
            Self::Object { id, to } if is_moved(id.kind, dialect) => {
                script
                    .keyword("RENAME TABLE ")
                    .name(&id.name)
                    .keyword(" TO ")
                    .ident(to);
            }
            Self::Object { id, to } => {
                match (id.kind, id.table()) {
                    (Kind::ForeignKey, Some(table)) => {
                        script
                            .keyword("ALTER TABLE ")
                            .name(&table)
                            .keyword(" RENAME CONSTRAINT ")
                            .ident(&id.name.name);
                        script.keyword(" TO ").ident(to);
                        return Step::new(script.into_text());
                    }
                    // The word serves functions, procedures and aggregates.
                    (Kind::Function | Kind::Aggregate, _) => script.keyword("ALTER ROUTINE "),
                    (kind, _) if is_type(kind) && kind != Kind::Domain => {
                        script.keyword("ALTER TYPE ")
                    }
                    (kind, _) => script
                        .keyword("ALTER ")
                        .expression(&kind.word().to_uppercase())
                        .keyword(" "),
                };
                match id.on {
                    None => script.name(&id.name),
                    Some(_) => script.ident(&id.name.name),
                };
                match (&id.arguments, id.kind) {
                    (Some(method), Kind::OperatorClass | Kind::OperatorFamily) => {
                        let method = Ident::from_server(method);
                        script.keyword(" USING ").ident(&method);
                    }
                    (Some(arguments), _) => {
                        script.keyword("(").expression(arguments).keyword(")");
                    }
                    (None, _) => {}
                }
                if let Some(table) = id.table() {
                    script.keyword(" ON ").name(&table);
                }
                script.keyword(" RENAME TO ").ident(to);
            }
            Self::Column { table, names } => {
                script
                    .keyword("ALTER TABLE ")
                    .name(table)
                    .keyword(" RENAME COLUMN ")
                    .ident(&names.before);
                script.keyword(" TO ").ident(&names.after);
            }
            Self::Value { enum_type, values } => {
                script
                    .keyword("ALTER TYPE ")
                    .name(enum_type)
                    .keyword(" RENAME VALUE ")
                    .literal(&values.before);
                script.keyword(" TO ").literal(&values.after);
            }
        }
        Step::new(script.into_text())
    }
}

/// Whether one statement renames objects of this kind, whatever they are.
const fn is_moved(kind: Kind, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => false,
        Dialect::Mysql => matches!(kind, Kind::Table | Kind::View | Kind::Sequence),
    }
}
