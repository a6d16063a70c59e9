//! The SQL type of a field.

use std::cell::Cell;

use quote::ToTokens as _;
use schemist_attribute::{ContainerSqlx, EnumItem, FieldItem, Json, plain};
use schemist_sql::{Dialect, QualifiedName, Script};
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type, TypePath};

use crate::error::{Place, Problem, ReadError};
use crate::rust::enumeration::{self, Naming};
use crate::rust::items::{EntryKind, Scope, transparent};
use crate::rust::resolve::{Column, Project};
use crate::rust::{parse, types};

/// Whether a column takes NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nullability {
    Nullable,
    NotNull,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnType {
    /// The type, as SQL.
    pub(super) sql: String,
    pub(super) nullability: Nullability,
    /// The enum of which it holds a value.
    pub(super) enumeration: Option<QualifiedName>,
    /// The only values that it takes, where the type alone takes others.
    pub(super) labels: Vec<String>,
}

impl ColumnType {
    fn plain(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            nullability: Nullability::NotNull,
            enumeration: None,
            labels: Vec::new(),
        }
    }

    fn nullable(self) -> Self {
        Self {
            nullability: Nullability::Nullable,
            ..self
        }
    }
}

/// Looks for the types of one dialect.
pub(super) struct Types<'a> {
    pub(super) project: &'a Project<'a>,
    pub(super) dialect: Dialect,
    pub(super) naming: Naming<'a>,
    /// How many items of the project the type in hand has led through.
    depth: Cell<usize>,
}

type Found = Result<ColumnType, Box<ReadError>>;

impl<'a> Types<'a> {
    /// More than any sensible type leads through; an alias of itself leads through any number.
    const DEEPEST: usize = 32;

    pub(super) fn new(project: &'a Project<'a>, naming: Naming<'a>) -> Self {
        Self {
            project,
            dialect: naming.dialect,
            naming,
            depth: Cell::new(0),
        }
    }

    /// The type of a column, with everything that its attributes say about it.
    pub(super) fn of(&self, column: Column<'_>) -> Found {
        self.depth.set(0);
        let attribute = &column.field.column;
        let written = attribute.sql_type.as_ref();
        let written = written.and_then(|text| text.for_dialect(self.dialect.name()));
        let mut found = match written {
            Some(written) => {
                let known = ColumnType::plain(&written.value);
                if option(&column.field.rust_type).is_some() {
                    known.nullable()
                } else {
                    known
                }
            }
            None => self.of_field(column.scope, column.field)?,
        };
        if attribute.nullable.is_some() {
            found.nullability = Nullability::Nullable;
        }
        // A key of SQLite takes NULL where nothing forbids it.
        let is_key = attribute.primary_key.is_some() && attribute.nullable.is_none();
        if attribute.not_null.is_some() || is_key {
            found.nullability = Nullability::NotNull;
        }
        Ok(found)
    }

    fn of_field(&self, scope: &Scope, field: &FieldItem) -> Found {
        let rust_type = field.sqlx.try_from.as_deref().unwrap_or(&field.rust_type);
        let Some(json) = field.sqlx.json else {
            return self.of_type(scope, rust_type);
        };
        let found = self.named(scope, &field.rust_type, "Json")?;
        let is_nullable = json == Json::Nullable || option(rust_type).is_some();
        Ok(if is_nullable { found.nullable() } else { found })
    }

    fn of_type(&self, scope: &Scope, rust_type: &Type) -> Found {
        match rust_type {
            Type::Reference(inner) => self.of_type(scope, &inner.elem),
            Type::Paren(inner) => self.of_type(scope, &inner.elem),
            Type::Group(inner) => self.of_type(scope, &inner.elem),
            Type::Slice(inner) => self.array(scope, rust_type, &inner.elem),
            Type::Array(inner) => self.array(scope, rust_type, &inner.elem),
            Type::Path(path) => self.of_path(scope, rust_type, path),
            _ => Err(self.unknown(scope, rust_type)),
        }
    }

    fn of_path(&self, scope: &Scope, rust_type: &Type, path: &TypePath) -> Found {
        if let Some(entry) = self.project.find(scope, &path.path)? {
            self.depth.set(self.depth.get() + 1);
            if self.depth.get() > Self::DEEPEST {
                return Err(self.unknown(scope, rust_type));
            }
            return self.of_entry(scope, rust_type, &entry.scope, &entry.kind);
        }
        let Some(segment) = path.path.segments.last() else {
            return Err(self.unknown(scope, rust_type));
        };
        let name = plain(&segment.ident);
        let parameter = parameter(&segment.arguments);
        match (name.as_str(), parameter) {
            ("Option", Some(inner)) => Ok(self.of_type(scope, inner)?.nullable()),
            ("Box" | "Arc" | "Rc" | "Cow", Some(inner)) => self.of_type(scope, inner),
            ("Vec", Some(inner)) => self.array(scope, rust_type, inner),
            ("PgRange", Some(inner)) => self.range(scope, rust_type, inner),
            ("DateTime", Some(_)) => self.named(scope, rust_type, "DateTime<>"),
            _ => self.named(scope, rust_type, &name),
        }
    }

    /// The type of an item of the project.
    fn of_entry(&self, scope: &Scope, written: &Type, own: &Scope, kind: &EntryKind) -> Found {
        match kind {
            EntryKind::Enum(item) => Ok(self.enumeration(item)),
            EntryKind::Alias(aliased) => self.of_type(own, aliased),
            EntryKind::Number(number) => self.of_type(own, number),
            EntryKind::Struct { attributes, fields } => {
                if let Some(inner) = transparent(attributes, fields) {
                    return self.of_type(own, inner);
                }
                let sqlx = ContainerSqlx::parse(attributes).unwrap_or_default();
                let named = match self.dialect {
                    Dialect::Postgres => sqlx.type_name,
                    Dialect::Sqlite | Dialect::Mysql => None,
                };
                match named {
                    Some(name) => Ok(ColumnType::plain(name.value)),
                    None => Err(self.unsaid(scope, written, "write `#[sqlx(transparent)]` above the struct, `#[sqlx(json)]` above the field, or `#[column(type = \"…\")]`")),
                }
            }
            EntryKind::OtherEnum => {
                Err(self.unsaid(scope, written, "write `#[derive(DbEnum)]` above the enum, or `#[column(type = \"…\")]` above the field"))
            }
            EntryKind::Model(_) => {
                Err(self.unsaid(scope, written, "write `#[sqlx(flatten)]` for its columns, or the key that references it"))
            }
            // Its own errors say what is wrong; the type does not matter any more.
            EntryKind::Broken => Ok(ColumnType::plain("text")),
        }
    }

    fn enumeration(&self, item: &EnumItem) -> ColumnType {
        let name = self.naming.of_enum(item);
        let labels: Vec<String> = item.labels().map(str::to_owned).collect();
        if item.attribute.text.is_some() {
            return ColumnType::plain(match self.dialect {
                Dialect::Postgres => "text",
                Dialect::Sqlite => "TEXT",
                Dialect::Mysql => "varchar(255)",
            });
        }
        let mut found = match self.dialect {
            Dialect::Postgres => ColumnType::plain(name.quoted(self.dialect)),
            Dialect::Sqlite => ColumnType {
                labels,
                ..ColumnType::plain("TEXT")
            },
            Dialect::Mysql => {
                let mut script = Script::new(self.dialect);
                script.keyword("enum(");
                enumeration::write_labels(&mut script, &labels);
                script.keyword(")");
                ColumnType::plain(script.into_text())
            }
        };
        found.enumeration = Some(name);
        found
    }

    fn array(&self, scope: &Scope, rust_type: &Type, element: &Type) -> Found {
        if element.to_token_stream().to_string() == "u8" {
            return self.named(scope, rust_type, "Bytes");
        }
        match self.dialect {
            Dialect::Postgres => {
                let element = self.of_type(scope, element)?;
                let sql = format!("{}[]", element.sql);
                Ok(ColumnType {
                    enumeration: element.enumeration,
                    ..ColumnType::plain(sql)
                })
            }
            Dialect::Sqlite | Dialect::Mysql => {
                let remedy = "write `Json<…>`, or `#[column(type = \"…\")]`";
                Err(self.unsaid(scope, rust_type, remedy))
            }
        }
    }

    fn range(&self, scope: &Scope, rust_type: &Type, element: &Type) -> Found {
        let found = match self.dialect {
            Dialect::Postgres => types::range(&self.of_type(scope, element)?.sql),
            Dialect::Sqlite | Dialect::Mysql => None,
        };
        found
            .map(ColumnType::plain)
            .ok_or_else(|| self.unknown(scope, rust_type))
    }

    fn named(&self, scope: &Scope, rust_type: &Type, name: &str) -> Found {
        let row = types::find(name).ok_or_else(|| self.unknown(scope, rust_type))?;
        let sql = row
            .sql(self.dialect)
            .ok_or_else(|| self.unknown(scope, rust_type))?;
        Ok(ColumnType::plain(sql))
    }

    fn unknown(&self, scope: &Scope, rust_type: &Type) -> Box<ReadError> {
        let dialect = self.dialect.name();
        let remedy = format!(
            "write `#[column(type = \"…\")]`, `#[column(type({dialect} = \"…\"))]`, or `#[sqlx(json)]`"
        );
        self.unsaid(scope, rust_type, &remedy)
    }

    fn unsaid(&self, scope: &Scope, rust_type: &Type, remedy: &str) -> Box<ReadError> {
        let at = parse::span(rust_type.span());
        let text = &self.project.files[scope.file].source.text;
        let problem = Problem::UnknownType {
            rust_type: at.slice(text).to_owned(),
            dialect: self.dialect.title(),
        };
        let place = Place::new(scope.file, at, "this type");
        Box::new(ReadError::new(problem, place).with_remedy(remedy))
    }
}

/// The type within an `Option`.
fn option(rust_type: &Type) -> Option<&Type> {
    let Type::Path(path) = rust_type else {
        return None;
    };
    let segment = path.path.segments.last()?;
    (segment.ident == "Option").then(|| parameter(&segment.arguments))?
}

/// The first type among the parameters.
fn parameter(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(list) = arguments else {
        return None;
    };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}
