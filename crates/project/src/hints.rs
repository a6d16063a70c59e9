//! What only people know of a change, as the models and the command line tell it.

use schemist_catalog::Hints;
use schemist_catalog::object::{EnumType, Table};
use schemist_model::Declaration;

/// The hints that stand in the models.
pub fn from_declaration(declaration: &Declaration) -> Hints {
    let mut hints = Hints::default();
    for backfill in &declaration.backfills {
        let columns = hints
            .backfills
            .entry(Table::id_of(&backfill.table))
            .or_default();
        columns.insert(backfill.column.clone(), backfill.expression.clone());
    }
    for map in &declaration.value_maps {
        let values = hints
            .value_maps
            .entry(EnumType::id_of(&map.enumeration))
            .or_default();
        values.insert(map.before.clone(), map.after.clone());
    }
    hints
}
