//! What an object is called, and which part of it is meant.

use std::fmt;

use schemist_sql::{Ident, QualifiedName};

use crate::Kind;
use crate::object::is_type;

/// What names one object of a database.
///
/// The order of ids is the order in which objects are printed: by kind, then by name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct ObjectId {
    /// The kind of object.
    pub kind: Kind,
    /// Its name, in the schema that it (or its table) is in.
    pub name: QualifiedName,
    /// The table that it stands on, where its name is only known there (foreign key, trigger, policy).
    pub on: Option<Ident>,
    /// What tells it from others of its name: the types of arguments (function, procedure, aggregate,
    /// operator), the index method (operator class and family), the source of a cast, the language of a
    /// transform.
    pub arguments: Option<String>,
    /// The kind of the object that it is a side of, and whose name it has (privileges, owner).
    pub of: Option<Kind>,
}

impl ObjectId {
    /// The id of an object whose name stands alone.
    pub const fn new(kind: Kind, name: QualifiedName) -> Self {
        Self {
            kind,
            name,
            on: None,
            arguments: None,
            of: None,
        }
    }

    /// The id of an object whose name is only known on its table.
    pub fn on_table(kind: Kind, table: &QualifiedName, name: Ident) -> Self {
        Self {
            kind,
            name: QualifiedName {
                schema: table.schema.clone(),
                name,
            },
            on: Some(table.name.clone()),
            arguments: None,
            of: None,
        }
    }

    /// The id of a side of an object.
    pub fn side_of(kind: Kind, object: &Self) -> Self {
        Self {
            kind,
            of: Some(object.kind),
            ..object.clone()
        }
    }

    /// Whether its name is a name by itself, which text may mention.
    pub const fn is_named_alone(&self) -> bool {
        self.on.is_none() && self.of.is_none() && !matches!(self.kind, Kind::DefaultPrivileges)
    }

    /// Whether its name is in the space that tables, views, indexes, sequences and composite types share.
    pub const fn is_relation(&self) -> bool {
        matches!(
            self.kind,
            Kind::Table
                | Kind::VirtualTable
                | Kind::View
                | Kind::MaterializedView
                | Kind::Index
                | Kind::Sequence
                | Kind::CompositeType
        )
    }

    /// Whether two objects cannot have their names at the same time although they are not the same, and
    /// are no relations: the types of relations' rows share a space of names with all other types, and
    /// functions share another one.
    pub fn collides_with(&self, other: &Self) -> bool {
        if self.is_routine() && other.is_routine() && self.kind != other.kind {
            return self.name == other.name && self.arguments == other.arguments;
        }
        // The rows of a relation are a type of its name.
        let is_type = |kind: Kind| {
            is_type(kind) || matches!(kind, Kind::Table | Kind::View | Kind::MaterializedView)
        };
        self.kind != other.kind
            && is_type(self.kind)
            && is_type(other.kind)
            && self.name == other.name
    }

    /// Whether the two differ in their arguments alone: a call may fit both.
    pub fn overloads(&self, other: &Self) -> bool {
        self.is_routine()
            && other.is_routine()
            && self.name == other.name
            && self.arguments != other.arguments
    }

    const fn is_routine(&self) -> bool {
        matches!(self.kind, Kind::Function | Kind::Aggregate)
    }

    fn fmt_defaults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on {}", self.name.name.as_str())?;
        if let Some(schema) = &self.on {
            write!(f, " in schema {schema}")?;
        }
        if let Some(role) = &self.arguments {
            write!(f, " of role {}", Ident::from_server(role))?;
        }
        Ok(())
    }

    /// The id of the table that the object's name is known on.
    pub fn table(&self) -> Option<QualifiedName> {
        let name = self.on.clone()?;
        Some(QualifiedName {
            schema: self.name.schema.clone(),
            name,
        })
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind.word())?;
        if self.kind == Kind::DefaultPrivileges {
            return self.fmt_defaults(f);
        }
        if let Some(of) = self.of {
            let preposition = if self.kind == Kind::Owner { "of" } else { "on" };
            write!(f, "{preposition} {} ", of.word())?;
        }
        if let Some(further) = &self.arguments {
            let name = &self.name;
            match self.of.unwrap_or(self.kind) {
                Kind::Cast => return write!(f, "({further} AS {})", name.name.as_str()),
                Kind::Transform => {
                    return write!(f, "for {} language \"{further}\"", name.name.as_str());
                }
                Kind::OperatorClass | Kind::OperatorFamily => {
                    return write!(f, "{name} using \"{further}\"");
                }
                _ => {}
            }
        }
        match self.table() {
            None => self.name.fmt(f)?,
            Some(table) => write!(f, "{} on {table}", self.name.name)?,
        }
        if let Some(arguments) = &self.arguments {
            write!(f, "({arguments})")?;
        }
        Ok(())
    }
}

/// The part of an object that something depends on.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Part {
    /// The object itself.
    Whole,
    /// A column of a relation, or an attribute of a composite type.
    Column(Ident),
    /// A primary key, unique, check or exclusion constraint of a table.
    Constraint(Ident),
    /// The sequence that is a part of a serial or identity column.
    Sequence(Ident),
}
