//! What only people know of a change, as the models and the command line tell it.

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Catalog, Forms, Hints, Kind, Object, ObjectId, Pair, TextValue};
use schemist_model::Declaration;

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
        let values = hints
            .value_maps
            .entry(EnumType::id_of(&map.enumeration))
            .or_default();
        values.insert(map.before.clone(), map.after.clone());
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

/// A map as it is typed: `type.value:other`, `schema.type.value:other`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedMap {
    enum_type: Vec<String>,
    before: String,
    after: String,
}

/// A text that is no map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the map `{0}`: it is not of the form `type.value:other_value`")]
pub struct BadMap(pub String);

impl std::str::FromStr for TypedMap {
    type Err = BadMap;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadMap(text.to_owned());
        let (from, after) = text.split_once(':').ok_or_else(bad)?;
        let (enum_type, before) = from.rsplit_once('.').ok_or_else(bad)?;
        if after.is_empty() || before.is_empty() || enum_type.is_empty() {
            return Err(bad());
        }
        let enum_type = enum_type.split('.').map(str::to_owned).collect();
        Ok(Self {
            enum_type,
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }
}

impl TypedMap {
    /// Adds the map to hints, for the enum type of this name.
    pub fn add_to(&self, hints: &mut Hints, live: &Catalog) {
        for (id, object) in live.objects() {
            let Object::Enum(enum_type) = object else {
                continue;
            };
            let schema = enum_type
                .name
                .schema
                .as_ref()
                .map(schemist_sql::Ident::as_str);
            let fits = match self.enum_type.as_slice() {
                [name] => enum_type.name.name.as_str() == name,
                [of, name] => schema == Some(of) && enum_type.name.name.as_str() == name,
                _ => false,
            };
            if fits {
                hints
                    .value_maps
                    .entry(id.clone())
                    .or_default()
                    .insert(self.before.clone(), self.after.clone());
            }
        }
    }
}
