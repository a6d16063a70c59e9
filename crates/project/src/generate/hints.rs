//! What only people know of a change, as the models and the command line tell it.

use std::fmt;

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{
    Catalog, Definition, Forms, Hints, Kind, Object, ObjectId, Pair, TextValue, ValueFate,
};
use schemist_model::Declaration;
use schemist_sql::{Dialect, Ident, QualifiedName};

/// The hints that stand in the models, for a plan in these forms.
pub fn from_declaration(declaration: &Declaration, forms: Forms) -> Hints {
    let mut hints = Hints {
        forms,
        ..Hints::default()
    };
    for backfill in &declaration.backfills {
        let columns = hints
            .backfills
            .entry(Table::id_of(&backfill.table))
            .or_default();
        columns.insert(backfill.column.clone(), backfill.expression.clone());
    }
    for offline in &declaration.offline {
        let kind = match offline.kind.as_str() {
            "index" => Kind::Index,
            "materialized view" => Kind::MaterializedView,
            _ => Kind::Table,
        };
        hints
            .offline
            .insert(ObjectId::new(kind, offline.name.clone()));
    }
    for map in &declaration.value_maps {
        if let Some(enumeration) = &map.enumeration {
            let id = EnumType::id_of(enumeration);
            let values = hints.value_maps.entry(id).or_default();
            values.insert(map.before.clone(), map.after.clone());
        }
        for column in &map.columns {
            let columns = hints
                .text_values
                .entry(Table::id_of(&column.table))
                .or_default();
            let values = columns.entry(column.column.clone()).or_default();
            values.push(TextValue {
                values: Pair::new(map.before.clone(), map.after.clone()),
                fate: map.fate,
            });
        }
    }
    hints
}

/// A map as it is typed: `type.value=other`, `schema.type.value=other`, `table.column.value=other`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedMap {
    owner: Vec<String>,
    before: String,
    after: String,
}

/// A text that is no map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the map `{0}`: it is not of the form `type.value=other_value`")]
pub struct BadMap(pub String);

impl std::str::FromStr for TypedMap {
    type Err = BadMap;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadMap(text.to_owned());
        // Renames have a colon, so that it is taken here, too.
        let halves = text.split_once('=').or_else(|| text.split_once(':'));
        let (from, after) = halves.ok_or_else(bad)?;
        let (owner, before) = from.rsplit_once('.').ok_or_else(bad)?;
        let owner: Vec<_> = owner.split('.').map(str::to_owned).collect();
        let has_gap = owner.iter().any(String::is_empty);
        if after.is_empty() || before.is_empty() || has_gap || owner.len() > 3 {
            return Err(bad());
        }
        Ok(Self {
            owner,
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }
}

impl fmt::Display for TypedMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.owner.join("."), self.before, self.after)
    }
}

impl TypedMap {
    /// Adds the map to hints, for the enum type or the columns of this name; tells whether there is one.
    pub fn add_to(&self, hints: &mut Hints, live: &Catalog, declaration: &Declaration) -> bool {
        let mut fits = false;
        for object in live.objects().values() {
            match object {
                Object::Enum(enum_type) if self.means(enum_type, live) => {
                    let values = hints.value_maps.entry(enum_type.id()).or_default();
                    values.insert(self.before.clone(), self.after.clone());
                    fits = true;
                }
                Object::Table(table) => {
                    let columns = match live.dialect() {
                        Dialect::Postgres => Vec::new(),
                        Dialect::Sqlite | Dialect::Mysql => self.text_columns(table, declaration),
                    };
                    for column in columns {
                        let columns = hints.text_values.entry(table.id()).or_default();
                        columns.entry(column).or_default().push(TextValue {
                            values: Pair::new(self.before.clone(), self.after.clone()),
                            fate: ValueFate::Removed,
                        });
                        fits = true;
                    }
                }
                _ => {}
            }
        }
        fits
    }

    /// Whether it is about an enum type with such a value: by the type's name, or by that of a column.
    fn means(&self, enum_type: &EnumType, live: &Catalog) -> bool {
        let is_of = |table: &Table| {
            let columns = table.columns.iter().filter(|column| {
                column.data_type.replace('"', "") == plain(&enum_type.name).join(".")
            });
            let mut columns = columns.map(|column| column.name.as_str());
            columns.any(|column| is_part(&self.owner, &table.name, column))
        };
        let has_value = enum_type.labels.contains(&self.before);
        has_value
            && (self.owner == plain(&enum_type.name)
                || live
                    .objects()
                    .values()
                    .any(|object| matches!(object, Object::Table(table) if is_of(table))))
    }

    /// The columns of a table whose values are text, where it is about them.
    fn text_columns(&self, table: &Table, declaration: &Declaration) -> Vec<Ident> {
        let of_enum = |column: &Ident| {
            declaration.enum_columns.iter().any(|(name, of)| {
                plain(name) == self.owner && of.table == table.name && of.column == *column
            })
        };
        let columns = table.columns.iter().map(|column| column.name.clone());
        columns
            .filter(|column| of_enum(column) || is_part(&self.owner, &table.name, column.as_str()))
            .collect()
    }
}

fn plain(name: &QualifiedName) -> Vec<&str> {
    let schema = name.schema.as_ref().map(Ident::as_str);
    schema.into_iter().chain([name.name.as_str()]).collect()
}

/// Whether a path is that of a column.
fn is_part(path: &[String], table: &QualifiedName, column: &str) -> bool {
    let mut own = plain(table);
    own.push(column);
    path == own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_typed_with_an_equals_sign_or_a_colon() {
        let read = |text: &str| text.parse::<TypedMap>().map(|map| map.to_string());
        assert_eq!(read("status.A=B").unwrap(), "status.A=B");
        assert_eq!(read("status.A:B").unwrap(), "status.A=B");
        assert_eq!(
            read("app.run.status.A=it: b").unwrap(),
            "app.run.status.A=it: b"
        );
        assert!(read("status=B").is_err() && read("status.A").is_err());
        assert!(read(".A=B").is_err());
    }
}
