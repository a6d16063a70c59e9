//! Tables whose columns are the attributes of a composite type, in PostgreSQL.
//!
//! Such a table is bound to its type by a statement of its own once it stands, and let go of while either
//! changes: nobody may alter the columns of a table that is bound.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident};

use super::Table;
use super::postgres::alter_table;
use crate::object::CompositeType;
use crate::{Context, InPlace, Pair, Part, Reference, Step};

/// The type, and each attribute of it that is a column.
pub(super) fn references(table: &Table) -> BTreeSet<Reference> {
    let Some(name) = &table.of_type else {
        return BTreeSet::new();
    };
    let columns = table
        .columns
        .iter()
        .map(|column| Part::Column(column.name.clone()));
    let parts = columns.chain([Part::Whole]);
    parts
        .map(|part| Reference {
            object: CompositeType::id_of(name),
            part,
        })
        .collect()
}

/// Binds a new table to its type.
pub(super) fn create(table: &Table, dialect: Dialect) -> Option<Step> {
    let name = table.of_type.as_ref()?;
    let mut script = alter_table(table, dialect);
    script.keyword("OF ").name(name);
    Some(Step::new(script.into_text()))
}

/// Whether the columns would not stand in the order of the type's attributes.
pub(super) fn is_out_of_order(pair: Pair<&Table>) -> bool {
    if pair.after.of_type.is_none() {
        return false;
    }
    let names = |table: &Table| -> Vec<Ident> {
        let columns = table.columns.iter();
        columns.map(|column| column.name.clone()).collect()
    };
    let (before, after) = (names(pair.before), names(pair.after));
    let mut result: Vec<_> = before
        .iter()
        .filter(|name| after.contains(name))
        .cloned()
        .collect();
    result.extend(after.iter().filter(|name| !before.contains(name)).cloned());
    result != after
}

/// Lets go of the type before the table or the type changes, and takes hold of it afterwards.
pub(super) fn let_go_and_take_hold(pair: Pair<&Table>, context: &Context<'_>, plan: &mut InPlace) {
    let shape = |table: &Table| -> Vec<_> {
        let columns = table.columns.iter();
        let shape = columns.map(|column| {
            (
                column.name.clone(),
                column.data_type.clone(),
                column.collation.clone(),
            )
        });
        shape.collect()
    };
    let is_disturbed = |table: &Table| {
        let id = table.of_type.as_ref().map(CompositeType::id_of);
        let mut disturbed = context.disturbed.iter();
        disturbed.any(|disturbance| Some(&disturbance.object) == id.as_ref())
    };
    let stands = !pair.map(|table| &table.of_type).differs()
        && !pair.map(shape).differs()
        && !is_disturbed(pair.before);
    if stands {
        return;
    }
    if pair.before.of_type.is_some() {
        let mut script = alter_table(pair.before, context.dialect);
        script.keyword("NOT OF");
        plan.release.insert(0, Step::new(script.into_text()));
    }
    if pair.after.of_type.is_some() {
        // A type takes no table for its own that has other columns.
        plan.main.append(&mut plan.discard);
    }
    plan.restore.extend(create(pair.after, context.dialect));
}
