//! Foreign keys of MySQL and MariaDB, which need an index on their columns: the server makes one where it finds none, and drops that one by itself as soon as another serves.

use schemist_sql::Dialect;

use super::ForeignKey;
use crate::hazard::rows;
use crate::object::{MysqlIndex, MysqlIndexClass, Object, Table};
use crate::{Alteration, Context, Creation, Definition, Hazard, InPlace, Pair, Step};

/// The statement that makes a key on a table that was there before.
pub(super) fn create(key: &ForeignKey, context: &Context<'_>) -> Option<Creation> {
    context
        .catalogs
        .before
        .get(&Table::id_of(&key.table))
        .is_some()
        .then(|| Creation {
            create: vec![add(key, context)],
            seal: Vec::new(),
        })
}

/// How a key becomes another of the same name, or lets go of what changes below it.
pub(super) fn replace(pair: Pair<&ForeignKey>, context: &Context<'_>) -> Alteration {
    Alteration::InPlace(InPlace {
        release: pair.before.drop(context.dialect),
        restore: vec![add(pair.after, context)],
        ..InPlace::default()
    })
}

/// Adds a key, for which the server copies the table unless nobody wants its rows to be checked.
///
/// An index that it may have made by itself is made anew along with the key: as one that somebody asked for it
/// stays.
fn add(key: &ForeignKey, context: &Context<'_>) -> Step {
    let mut script = key.alter_table(Dialect::Mysql);
    if let Some(index) = index_at_risk(key, context) {
        script.keyword("\n    DROP INDEX ").ident(&index.name);
        script.keyword(",\n    ADD ");
        index.write(&mut script);
        script.keyword(",\n    ADD ");
    } else {
        script.keyword(" ADD ");
    }
    key.write(&mut script);
    Step::new(script.into_text()).with(Hazard::new(
        &rows::FOREIGN_KEY_ADDED,
        format!(
            "table {} takes no writes while its rows are checked, and those that refer to nothing make this fail",
            key.table
        ),
    ))
}

/// The index that stays, and that the server would put one of the key's own name in place of if it made it
/// by itself; nothing tells whether it did.
fn index_at_risk<'a>(key: &ForeignKey, context: &Context<'a>) -> Option<&'a MysqlIndex> {
    let tables = context
        .catalogs
        .map(|catalog| match catalog.get(&Table::id_of(&key.table)) {
            Some(Object::Table(table)) => Some(table),
            _ => None,
        });
    let (before, after) = (tables.before?, tables.after?);
    let is_own = |index: &&MysqlIndex| {
        index.class == MysqlIndexClass::Plain
            && index
                .whole_columns()
                .is_some_and(|columns| key.columns.iter().eq(columns))
    };
    let index = after.mysql.indexes.iter().find(is_own)?;
    let is_at_risk = before.mysql.indexes.contains(index) && key.name.as_ref() != Some(&index.name);
    is_at_risk.then_some(index)
}
