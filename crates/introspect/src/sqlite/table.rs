//! Tables: the text as it was typed, checked against what the pragmas tell.

use schemist_catalog::object::{ColumnSource, Generated, Table};
use schemist_sql::Ident;

use super::create_table::read_create_table;
use super::expression::{self, Naming};
use super::query::{ColumnRow, Master};
use super::spelling::{Spelling, folded};
use crate::IntrospectError;

/// Reads a table from its text and its columns; names in it keep the spelling of each place.
pub(super) fn read_table(
    master: &Master,
    columns: &[&ColumnRow],
) -> Result<Table, IntrospectError> {
    let unreadable =
        |reason: String| IntrospectError::unreadable(format!("table \"{}\"", master.name), reason);
    let mut table =
        read_create_table(&master.text).map_err(|unread| unreadable(unread.reason()))?;
    table.name.name = Ident::from_server(&master.name);
    let is_same = table.columns.len() == columns.len()
        && table
            .columns
            .iter()
            .zip(columns)
            .all(|(read, row)| read.name.as_str() == row.name);
    if !is_same {
        return Err(unreadable(
            "its stored text and its columns do not agree".to_owned(),
        ));
    }
    for (column, row) in table.columns.iter_mut().zip(columns) {
        column.nullable = !row.is_required;
    }
    Ok(table)
}

/// Gives names their one spelling and expressions the form in which they are compared.
pub(super) fn settle_table(table: &mut Table, spelling: &Spelling) {
    spelling.spell(table);
    forget_order_of_rowid(table);
    let own = table.name.name.clone();
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let naming = Naming::new(&own, &columns);
    for column in table.columns.iter_mut() {
        column.source = match &column.source {
            ColumnSource::Default(typed) => {
                ColumnSource::Default(expression::default(typed.as_str()))
            }
            ColumnSource::Generated(generated) => ColumnSource::Generated(Generated {
                expression: naming.expression(generated.expression.as_str()),
                kind: generated.kind,
            }),
            other => other.clone(),
        };
    }
    for check in &mut table.checks {
        check.expression = naming.expression(check.expression.as_str());
    }
    table.sort();
}

/// `PRIMARY KEY (id DESC)` behind the columns is the rowid all the same, which has no order; only
/// `id INTEGER PRIMARY KEY DESC` is not: <https://www.sqlite.org/lang_createtable.html#rowid>.
fn forget_order_of_rowid(table: &mut Table) {
    if table.without_rowid {
        return;
    }
    let Some(key) = table
        .primary_key
        .as_mut()
        .filter(|key| key.place.0.is_none())
    else {
        return;
    };
    let [part] = key.parts.as_mut_slice() else {
        return;
    };
    let is_integer = table.columns.get(&part.column).is_some_and(|column| {
        let bare = column
            .data_type
            .trim_matches(|c| matches!(c, '"' | '\'' | '`' | '[' | ']'));
        bare.eq_ignore_ascii_case("INTEGER")
    });
    if is_integer {
        part.descending = false;
    }
}

/// The collation of a table's column, in the case in which SQLite prints it.
pub(super) fn collation_of(table: &Table, column: &Ident) -> String {
    let column = table
        .columns
        .iter()
        .find(|other| folded(&other.name) == folded(column));
    column
        .and_then(|column| column.collation.clone())
        .unwrap_or_else(|| "BINARY".to_owned())
}
