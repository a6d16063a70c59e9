//! One column of the statement that the server prints for a table.

use schemist_catalog::Expr;
use schemist_catalog::object::{Column, ColumnSource, Generated, GeneratedKind};

use super::cursor::{Cursor, Unread};
use super::text::unquoted;

/// The words that may follow a type.
const ATTRIBUTES: [&str; 22] = [
    "NOT",
    "NULL",
    "DEFAULT",
    "AUTO_INCREMENT",
    "COMMENT",
    "CHARACTER",
    "COLLATE",
    "GENERATED",
    "AS",
    "ON",
    "INVISIBLE",
    "VISIBLE",
    "CHECK",
    "COMPRESSED",
    "WITHOUT",
    "WITH",
    "COLUMN_FORMAT",
    "STORAGE",
    "SRID",
    "REF_SYSTEM_ID",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
];

/// The words that may follow a default.
const BEHIND_DEFAULT: [&str; 11] = [
    "ON",
    "AUTO_INCREMENT",
    "COMMENT",
    "CHECK",
    "INVISIBLE",
    "COLUMN_FORMAT",
    "STORAGE",
    "SRID",
    "WITHOUT",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
];

/// Reads a column; its name comes next.
pub(super) fn read_column(cursor: &mut Cursor<'_>) -> Result<Column, Unread> {
    let name = cursor.name()?;
    let data_type = cursor.up_to(|cursor| is_end(cursor) || is_one_of(cursor, &ATTRIBUTES))?;
    let mut column = Column::new(name, data_type);
    while !is_end(cursor) {
        read_attribute(cursor, &mut column)?;
    }
    Ok(column)
}

/// Whether the entry of the statement ends here.
pub(super) fn is_end(cursor: &Cursor<'_>) -> bool {
    cursor
        .peek()
        .is_none_or(|word| word.is_punct(',') || word.is_punct(')'))
}

fn is_one_of(cursor: &Cursor<'_>, keywords: &[&str]) -> bool {
    cursor.peek().is_some_and(|word| word.is_one_of(keywords))
}

fn read_attribute(cursor: &mut Cursor<'_>, column: &mut Column) -> Result<(), Unread> {
    if cursor.eat(&["NOT", "NULL"]) {
        column.nullable = false;
    } else if cursor.eat(&["NULL"]) || cursor.eat(&["VISIBLE"]) {
        // It is so anyway.
    } else if cursor.eat(&["DEFAULT"]) {
        read_default(cursor, column)?;
    } else if cursor.eat(&["ON", "UPDATE"]) {
        let value = cursor.up_to(|cursor| is_end(cursor) || is_one_of(cursor, &BEHIND_DEFAULT))?;
        column.mysql.on_update = Some(value.to_owned());
    } else if cursor.eat(&["AUTO_INCREMENT"]) {
        column.mysql.auto_increment = true;
    } else if cursor.eat(&["INVISIBLE"]) {
        column.mysql.is_invisible = true;
    } else if cursor.eat(&["COMMENT"]) {
        column.comment = Some(unquoted(cursor.string()?));
    } else if cursor.eat(&["CHARACTER", "SET"]) {
        column.mysql.charset = Some(cursor.name()?.as_str().to_owned());
    } else if cursor.eat(&["COLLATE"]) {
        column.collation = Some(cursor.name()?.as_str().to_owned());
    } else if cursor.eat(&["CHECK"]) {
        column.mysql.check = Some(Expr::from_server(cursor.parentheses()?));
    } else if cursor.is_at(&["GENERATED", "ALWAYS", "AS", "ROW"]) {
        let start = cursor.position();
        for _ in 0..5 {
            cursor.next();
        }
        column
            .mysql
            .words
            .push(cursor.taken_since(start).to_owned());
    } else if cursor.eat(&["GENERATED", "ALWAYS", "AS"]) || cursor.eat(&["AS"]) {
        read_generated(cursor, column)?;
    } else {
        let start = cursor.position();
        cursor.skip()?;
        cursor.up_to(|cursor| is_end(cursor) || is_one_of(cursor, &ATTRIBUTES))?;
        column
            .mysql
            .words
            .push(cursor.taken_since(start).to_owned());
    }
    Ok(())
}

fn read_default(cursor: &mut Cursor<'_>, column: &mut Column) -> Result<(), Unread> {
    let start = cursor.position();
    cursor.skip()?;
    cursor.up_to(|cursor| is_end(cursor) || is_one_of(cursor, &BEHIND_DEFAULT))?;
    let value = cursor.taken_since(start);
    if !value.eq_ignore_ascii_case("NULL") {
        column.source = ColumnSource::Default(Expr::from_server(value));
    }
    Ok(())
}

fn read_generated(cursor: &mut Cursor<'_>, column: &mut Column) -> Result<(), Unread> {
    let expression = Expr::from_server(cursor.parentheses()?);
    let kind = if cursor.eat(&["STORED"]) || cursor.eat(&["PERSISTENT"]) {
        GeneratedKind::Stored
    } else {
        cursor.expect(&["VIRTUAL"])?;
        GeneratedKind::Virtual
    };
    column.source = ColumnSource::Generated(Generated { expression, kind });
    Ok(())
}
