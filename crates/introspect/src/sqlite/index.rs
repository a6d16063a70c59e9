//! Indexes that no constraint owns: their parts from the pragma, expressions and predicate from the text.

use schemist_catalog::Kind;
use schemist_catalog::object::{Index, IndexPart, IndexRole, IndexSource, Options, Table};
use schemist_sql::{Ident, QualifiedName};

use super::cursor::{Cursor, Unread, written_collation};
use super::expression::Naming;
use super::query::{IndexRow, Master};
use super::table::collation_of;
use crate::IntrospectError;

/// Reads an index of a table.
pub(super) fn read_index(
    master: &Master,
    rows: &[&IndexRow],
    table: &Table,
) -> Result<Index, IntrospectError> {
    let unreadable =
        |reason: String| IntrospectError::unreadable(format!("index \"{}\"", master.name), reason);
    let text = read_text(&master.text).map_err(|unread| unreadable(unread.reason()))?;
    if text.parts.len() != rows.len() {
        return Err(unreadable(
            "its stored text and its columns do not agree".to_owned(),
        ));
    }
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let naming = Naming::new(&table.name.name, &columns);
    let part = |(row, typed): (&&IndexRow, &&str)| match &row.column {
        Some(column) => column_part(row, &Ident::from_server(column), table),
        None => IndexPart {
            source: IndexSource::Expression(naming.expression(typed)),
            ..plain_part(row)
        },
    };
    Ok(Index {
        name: QualifiedName::unqualified(Ident::from_server(&master.name)),
        table: table.name.clone(),
        on: Kind::Table,
        unique: text.is_unique,
        method: None,
        parts: rows.iter().zip(&text.parts).map(part).collect(),
        include: Vec::new(),
        predicate: text.predicate.map(|typed| naming.expression(typed)),
        nulls_not_distinct: false,
        options: Options::new(),
        tablespace: None,
        attached_to: None,
        only_parent: false,
        role: IndexRole::default(),
        comment: None,
    })
}

fn column_part(row: &IndexRow, column: &Ident, table: &Table) -> IndexPart {
    let own = collation_of(table, column);
    let differs = !own.eq_ignore_ascii_case(&written_collation(&row.collation));
    IndexPart {
        source: IndexSource::Column(column.clone()),
        collation: differs.then(|| written_collation(&row.collation)),
        ..plain_part(row)
    }
}

/// A part without its source; the collation of an expression is written in it.
fn plain_part(row: &IndexRow) -> IndexPart {
    IndexPart {
        source: IndexSource::Column(Ident::from_server("")),
        collation: None,
        operator_class: None,
        descending: row.descending,
        nulls_reversed: false,
        prefix: None,
        statistics: None,
    }
}

/// What only the text of an index tells.
#[derive(Debug)]
struct IndexText<'a> {
    is_unique: bool,
    /// Each part without its order.
    parts: Vec<&'a str>,
    predicate: Option<&'a str>,
}

fn read_text(text: &str) -> Result<IndexText<'_>, Unread> {
    let mut cursor = Cursor::new(text);
    cursor.expect(&["CREATE"])?;
    let is_unique = cursor.eat(&["UNIQUE"]);
    cursor.expect(&["INDEX"])?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    cursor.qualified_name()?;
    cursor.expect(&["ON"])?;
    cursor.qualified_name()?;
    let parts = read_parts(&mut cursor)?;
    let predicate = if cursor.eat(&["WHERE"]) {
        Some(cursor.rest())
    } else {
        None
    };
    Ok(IndexText {
        is_unique,
        parts,
        predicate,
    })
}

fn read_parts<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<&'a str>, Unread> {
    cursor.expect_sign('(')?;
    let mut parts = Vec::new();
    loop {
        let start = cursor.position();
        skip_expression(cursor)?;
        parts.push(cursor.taken_since(start));
        let _order = cursor.eat(&["ASC"]) || cursor.eat(&["DESC"]);
        if cursor.eat_sign(')') {
            return Ok(parts);
        }
        cursor.expect_sign(',')?;
    }
}

fn skip_expression(cursor: &mut Cursor<'_>) -> Result<(), Unread> {
    while let Some(word) = cursor.peek() {
        if word.is_punct('(') {
            cursor.parentheses()?;
            continue;
        }
        let is_end = word.is_punct(',') || word.is_punct(')') || word.is_one_of(&["ASC", "DESC"]);
        if is_end {
            return Ok(());
        }
        cursor.next();
    }
    Err(cursor.unread())
}
