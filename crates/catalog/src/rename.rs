//! Renames: the only changes that no comparison can find.

use std::collections::BTreeSet;
use std::fmt;

use schemist_sql::{Dialect, Ident, QualifiedName, Script, mentioned_names};

use crate::object::is_type;
use crate::{Catalog, Kind, Object, ObjectId, Pair, Step};

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
    /// A schema that is made because something moves into it (PostgreSQL).
    NewSchema(Ident),
    /// The schema goes that was made for what moved into it (PostgreSQL).
    OldSchema(Ident),
    /// An object that keeps its name and goes to another schema (PostgreSQL).
    Move {
        /// The object in its old schema.
        id: ObjectId,
        /// Its new schema; `None` is the default one.
        to: Option<Ident>,
        /// What the two schemas are called, the default one too.
        schemas: Pair<Ident>,
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
            Self::NewSchema(name) => Self::OldSchema(name.clone()),
            Self::OldSchema(name) => Self::NewSchema(name.clone()),
            Self::Move { id, to, schemas } => {
                let name = QualifiedName {
                    schema: to.clone(),
                    name: id.name.name.clone(),
                };
                Self::Move {
                    id: ObjectId { name, ..id.clone() },
                    to: id.name.schema.clone(),
                    schemas: schemas.clone().inverted(),
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
            Self::Object { id, .. } | Self::Move { id, .. } => id.clone(),
            Self::NewSchema(name) | Self::OldSchema(name) => {
                let name = QualifiedName::unqualified(name.clone());
                ObjectId::new(Kind::Schema, name)
            }
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
                if let (Kind::ForeignKey, Some(table)) = (id.kind, id.table()) {
                    script
                        .keyword("ALTER TABLE ")
                        .name(&table)
                        .keyword(" RENAME CONSTRAINT ")
                        .ident(&id.name.name);
                    script.keyword(" TO ").ident(to);
                } else {
                    write_alter(&mut script, id);
                    script.keyword(" RENAME TO ").ident(to);
                }
            }
            Self::NewSchema(name) => {
                script.keyword("CREATE SCHEMA ").ident(name);
            }
            Self::OldSchema(name) => {
                script.keyword("DROP SCHEMA ").ident(name);
            }
            Self::Move { id, schemas, .. } => {
                write_alter(&mut script, id);
                script.keyword(" SET SCHEMA ").ident(&schemas.after);
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

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { id, to } => write!(f, "rename {id} to {to}"),
            Self::NewSchema(_) => write!(f, "create {}", self.object()),
            Self::OldSchema(_) => write!(f, "drop {}", self.object()),
            Self::Move { id, schemas, .. } => write!(f, "move {id} to schema {}", schemas.after),
            Self::Column { table, names } => {
                write!(
                    f,
                    "rename column {} of table {table} to {}",
                    names.before, names.after
                )
            }
            Self::Value { enum_type, values } => {
                let Pair { before, after } = values;
                write!(
                    f,
                    "rename value '{before}' of enum type {enum_type} to '{after}'"
                )
            }
        }
    }
}

/// Begins a statement about one object as a whole: `ALTER TABLE "book"`.
fn write_alter(script: &mut Script, id: &ObjectId) {
    match id.kind {
        // The word serves functions, procedures and aggregates.
        Kind::Function | Kind::Aggregate => script.keyword("ALTER ROUTINE "),
        Kind::VirtualTable => script.keyword("ALTER TABLE "),
        kind if is_type(kind) && kind != Kind::Domain => script.keyword("ALTER TYPE "),
        kind => script
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
}

/// The objects that would name what is no more after renames, in the order in which they can be dropped.
///
/// MySQL and MariaDB leave the text of views and triggers as it is, and make none that names what is not
/// there: until they are made again in new words, they have to go.
pub fn broken_by(renames: &[Rename], catalog: &Catalog) -> Vec<ObjectId> {
    match catalog.dialect() {
        Dialect::Postgres | Dialect::Sqlite => return Vec::new(),
        Dialect::Mysql => {}
    }
    let mut broken: BTreeSet<ObjectId> = BTreeSet::new();
    let mut gone: BTreeSet<ObjectId> = BTreeSet::new();
    for rename in renames {
        match rename {
            Rename::Object { id, .. } => {
                gone.insert(id.clone());
            }
            Rename::Column { table, names } => {
                let table = name_before(renames, table);
                broken.extend(naming(catalog, &table, &names.before));
            }
            // MySQL has no schemas in a database.
            Rename::NewSchema(_) | Rename::OldSchema(_) | Rename::Move { .. } => {}
            Rename::Value { .. } => {}
        }
    }
    loop {
        let views = catalog.objects().keys().filter(|id| id.kind == Kind::View);
        let needs_gone = |id: &&ObjectId| {
            let references = catalog.references(id);
            references.iter().any(|reference| {
                gone.contains(&reference.object) || broken.contains(&reference.object)
            })
        };
        let more: Vec<_> = views
            .filter(|id| !broken.contains(*id))
            .filter(needs_gone)
            .cloned()
            .collect();
        if more.is_empty() {
            break;
        }
        broken.extend(more);
    }
    dependents_first(broken, catalog)
}

/// The name that a table has before all renames.
fn name_before(renames: &[Rename], table: &QualifiedName) -> QualifiedName {
    let renamed = renames.iter().find_map(|rename| match rename {
        Rename::Object { id, to } if id.kind == Kind::Table && *to == table.name => Some(&id.name),
        _ => None,
    });
    renamed.unwrap_or(table).clone()
}

/// The views that name a column, and all triggers of its table where one does: their order counts.
fn naming(catalog: &Catalog, table: &QualifiedName, column: &Ident) -> Vec<ObjectId> {
    let dialect = catalog.dialect();
    let column = dialect.folded(column.as_str());
    let names = |text: &str| mentioned_names(dialect, text).contains(&column);
    let owner = ObjectId::new(Kind::Table, table.clone());
    let mut found = Vec::new();
    let mut triggers = Vec::new();
    let mut is_in_trigger = false;
    for (id, object) in catalog.objects() {
        match object {
            Object::View(view) if names(view.query.as_str()) => {
                let references = catalog.references(id);
                let is_over = references.iter().any(|reference| reference.object == owner);
                found.extend(is_over.then(|| id.clone()));
            }
            Object::Trigger(trigger) if trigger.table == *table => {
                triggers.push(id.clone());
                is_in_trigger |= names(trigger.definition.as_str());
            }
            _ => {}
        }
    }
    if is_in_trigger {
        found.extend(triggers);
    }
    found
}

fn dependents_first(mut open: BTreeSet<ObjectId>, catalog: &Catalog) -> Vec<ObjectId> {
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let needed: BTreeSet<_> = open
            .iter()
            .flat_map(|id| catalog.references(id))
            .map(|reference| reference.object)
            .collect();
        let (waiting, free): (BTreeSet<_>, BTreeSet<_>) =
            open.iter().cloned().partition(|id| needed.contains(id));
        // A circle has no beginning.
        let is_stuck = free.is_empty();
        ordered.extend(if is_stuck { waiting.clone() } else { free });
        open = if is_stuck { BTreeSet::new() } else { waiting };
    }
    ordered
}

/// Whether one statement renames objects of this kind, whatever they are.
const fn is_moved(kind: Kind, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => false,
        Dialect::Mysql => matches!(kind, Kind::Table | Kind::View | Kind::Sequence),
    }
}
