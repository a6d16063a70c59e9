//! What got another name: no comparison of two catalogs can tell that from a drop and a new one, but the
//! statements say so.

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Catalog, Kind, Object, ObjectId, Pair, Rename};
use schemist_sql::{Dialect, Ident, QualifiedName};

use crate::lint::{NewName, new_names};

/// A table under its first and its last name.
type Renamed = Pair<QualifiedName>;

/// What the statements rename of what is on both sides; a name that is there and goes on being there is none.
pub(super) fn renames(
    dialect: Dialect,
    statements: &[String],
    ends: Pair<&Catalog>,
) -> Vec<Rename> {
    let mut tables: Vec<Renamed> = Vec::new();
    let mut columns: Vec<(QualifiedName, Pair<Ident>)> = Vec::new();
    let mut found: Vec<Rename> = Vec::new();
    for name in statements.iter().flat_map(|sql| new_names(dialect, sql)) {
        match name {
            NewName::Object { kind, name, to } => found.extend(object(&kind, &name, to, ends)),
            NewName::Schema { kind, name, to } => {
                let made = Rename::NewSchema(to.clone());
                let is_made = ends.before.get(&made.object()).is_none()
                    && ends.after.get(&made.object()).is_some();
                if let Some(moved) = moved(&kind, &name, to, ends) {
                    found.extend((is_made && !found.contains(&made)).then_some(made));
                    found.push(moved);
                }
            }
            NewName::Value { enum_type, values } => {
                let first = name_of(&found, Kind::Enum, &enum_type);
                found.extend(value(&first, enum_type, values, ends));
            }
            NewName::Constraint { table, names } => {
                let id = ObjectId::on_table(Kind::ForeignKey, &table, names.before);
                let after = ObjectId::on_table(Kind::ForeignKey, &table, names.after.clone());
                if ends.before.get(&id).is_some() && is_same(&id, &after, ends) {
                    let to = names.after;
                    found.push(Rename::Object { id, to });
                }
            }
            NewName::Table { table, to } => {
                // The word serves other relations as well.
                for kind in ["VIEW", "MATERIALIZED VIEW", "INDEX", "SEQUENCE"] {
                    found.extend(object(kind, &table, to.clone(), ends));
                }
                let after = QualifiedName {
                    schema: table.schema.clone(),
                    name: to,
                };
                for (on, _) in columns.iter_mut().filter(|(on, _)| *on == table) {
                    on.clone_from(&after);
                }
                match tables.iter_mut().find(|known| known.after == table) {
                    Some(known) => known.after = after,
                    None => tables.push(Pair::new(table, after)),
                }
            }
            NewName::Column { table, names } => {
                let known = columns
                    .iter_mut()
                    .find(|(on, known)| *on == table && known.after == names.before);
                match known {
                    Some((_, known)) => known.after = names.after,
                    None => columns.push((table, names)),
                }
            }
        }
    }
    tables.retain(|names| is_table_renamed(names, ends));
    found.extend(tables.iter().map(|names| Rename::Object {
        id: Table::id_of(&names.before),
        to: names.after.name.clone(),
    }));
    columns.retain(|(table, names)| is_column_renamed(table, names, &tables, ends));
    found.extend(
        columns
            .into_iter()
            .map(|(table, names)| Rename::Column { table, names }),
    );
    found
}

/// What a table was called before it got its last name.
pub(super) fn first_name(renames: &[Rename], table: &QualifiedName) -> QualifiedName {
    name_of(renames, Kind::Table, table)
}

fn name_of(renames: &[Rename], kind: Kind, name: &QualifiedName) -> QualifiedName {
    let mut renames = renames.iter();
    let first = renames.find_map(|rename| match rename {
        Rename::Object { id, to }
            if id.kind == kind && *to == name.name && id.name.schema == name.schema =>
        {
            Some(id.name.clone())
        }
        _ => None,
    });
    first.unwrap_or_else(|| name.clone())
}

/// The only object of this kind and name, as far as the word of a statement tells kinds apart.
fn only(kind: &str, name: &QualifiedName, catalog: &Catalog) -> Option<ObjectId> {
    let fits = |id: &&ObjectId| {
        let is_kind = match kind {
            "TYPE" => matches!(id.kind, Kind::Enum | Kind::CompositeType | Kind::RangeType),
            "FUNCTION" | "PROCEDURE" | "ROUTINE" => id.kind == Kind::Function,
            other => other.eq_ignore_ascii_case(id.kind.word()),
        };
        is_kind && id.name == *name && id.of.is_none() && id.on.is_none()
    };
    let mut all = catalog.objects().keys().filter(fits);
    let first = all.next()?;
    all.next().is_none().then(|| first.clone())
}

/// Whether what was under the one id is under the other one, and nothing else ever was.
fn is_same(before: &ObjectId, after: &ObjectId, ends: Pair<&Catalog>) -> bool {
    ends.after.get(before).is_none()
        && ends.after.get(after).is_some()
        && ends.before.get(after).is_none()
}

fn object(kind: &str, name: &QualifiedName, to: Ident, ends: Pair<&Catalog>) -> Option<Rename> {
    let id = only(kind, name, ends.before)?;
    let name = QualifiedName {
        schema: name.schema.clone(),
        name: to.clone(),
    };
    let after = ObjectId { name, ..id.clone() };
    is_same(&id, &after, ends).then_some(Rename::Object { id, to })
}

fn moved(kind: &str, name: &QualifiedName, to: Ident, ends: Pair<&Catalog>) -> Option<Rename> {
    let id = only(kind, name, ends.before)?;
    // What a comparison finds without its schema is in the default one.
    let of_schema = |schema: Option<Ident>| {
        let name = QualifiedName {
            schema,
            name: name.name.clone(),
        };
        ObjectId { name, ..id.clone() }
    };
    let named = [Some(to.clone()), None];
    let mut named = named.into_iter();
    let schema = named.find(|schema| is_same(&id, &of_schema(schema.clone()), ends))?;
    let before = id.name.schema.clone().unwrap_or_else(|| to.clone());
    Some(Rename::Move {
        id,
        to: schema,
        schemas: Pair::new(before, to),
    })
}

/// A value of an enum that had this name first.
fn value(
    first: &QualifiedName,
    enum_type: QualifiedName,
    values: Pair<String>,
    ends: Pair<&Catalog>,
) -> Option<Rename> {
    let has = |catalog: &Catalog, name: &QualifiedName, value: &String| match catalog
        .get(&EnumType::id_of(name))
    {
        Some(Object::Enum(found)) => found.labels.contains(value),
        _ => false,
    };
    let is_renamed = has(ends.before, first, &values.before)
        && !has(ends.before, first, &values.after)
        && has(ends.after, &enum_type, &values.after)
        && !has(ends.after, &enum_type, &values.before);
    is_renamed.then_some(Rename::Value { enum_type, values })
}

fn is_table_renamed(names: &Renamed, ends: Pair<&Catalog>) -> bool {
    let has = |catalog: &Catalog, name: &QualifiedName| catalog.get(&Table::id_of(name)).is_some();
    has(ends.before, &names.before)
        && !has(ends.after, &names.before)
        && has(ends.after, &names.after)
        && !has(ends.before, &names.after)
}

fn is_column_renamed(
    table: &QualifiedName,
    names: &Pair<Ident>,
    tables: &[Renamed],
    ends: Pair<&Catalog>,
) -> bool {
    let known = tables.iter().find(|known| known.after == *table);
    let first = known.map_or(table, |known| &known.before);
    let has = |catalog: &Catalog, table: &QualifiedName, column: &Ident| match catalog
        .get(&Table::id_of(table))
    {
        Some(Object::Table(table)) => table.columns.get(column).is_some(),
        _ => false,
    };
    has(ends.before, first, &names.before)
        && !has(ends.before, first, &names.after)
        && has(ends.after, table, &names.after)
        && !has(ends.after, table, &names.before)
}
