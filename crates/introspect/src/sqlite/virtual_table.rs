//! Virtual tables: everything behind the name, as it was typed, and the columns that the module shows.

use schemist_catalog::object::VirtualTable;
use schemist_sql::{Dialect, Ident, QualifiedName, words};

use super::cursor::Cursor;
use super::expression;
use super::query::Master;
use crate::IntrospectError;

/// Whether a row of `sqlite_master` is a virtual table.
pub(super) fn is_virtual(master: &Master) -> bool {
    // Every object is asked about: no more of its text is read than says so.
    let mut words = words(Dialect::Sqlite, &master.text);
    let mut is_next = |keyword: &str| words.next().is_some_and(|word| word.is(keyword));
    is_next("CREATE") && is_next("VIRTUAL") && is_next("TABLE")
}

/// The module that a virtual table names, as it is written there.
pub(super) fn module(master: &Master) -> Option<Ident> {
    let mut cursor = Cursor::new(&master.text);
    while let Some(word) = cursor.next() {
        if word.is("USING") {
            return cursor.name().ok();
        }
    }
    None
}

/// Reads a virtual table whose module is there.
pub(super) fn read_virtual_table(
    master: &Master,
    columns: &[String],
) -> Result<VirtualTable, IntrospectError> {
    Ok(VirtualTable {
        name: QualifiedName::unqualified(Ident::from_server(&master.name)),
        columns: columns.iter().map(Ident::from_server).collect(),
        definition: expression::statement(master.text_behind_name("VIRTUAL TABLE")?),
    })
}
