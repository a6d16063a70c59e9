//! Which tables and columns got another name: no comparison of two catalogs can tell that from a drop and a new
//! one, but the statements say so.

use schemist_catalog::object::Table;
use schemist_catalog::{Catalog, Object, Pair, Rename};
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
    for name in statements.iter().flat_map(|sql| new_names(dialect, sql)) {
        match name {
            NewName::Table { table, to } => {
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
    let mut found: Vec<Rename> = tables
        .iter()
        .map(|names| Rename::Object {
            id: Table::id_of(&names.before),
            to: names.after.name.clone(),
        })
        .collect();
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
    let mut renames = renames.iter();
    let first = renames.find_map(|rename| match rename {
        Rename::Object { id, to } if *to == table.name && id.name.schema == table.schema => {
            Some(id.name.clone())
        }
        _ => None,
    });
    first.unwrap_or_else(|| table.clone())
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
