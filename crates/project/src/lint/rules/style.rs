//! Matters of taste.

use schemist_catalog::hazard::style;
use schemist_sql::Dialect;

use super::clients::each_column;
use super::files::scene_of;
use crate::lint::act::{Act, Column, ColumnRule, ConstraintKind, Origin, TableMade};
use crate::lint::scene::{Found, Scene, Statement};

/// Types of columns.
pub fn columns(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match scene.statement.dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return,
    }
    let mut columns = Vec::new();
    each_column(scene, &mut |column| columns.push(column));
    for column in columns {
        let name = &column.name;
        let ty = column.ty.split('(').next().unwrap_or_default();
        let has_length = column.ty.contains('(');
        let (rule, sentence) = match ty {
            "int" | "integer" | "int4" | "smallint" | "int2" => {
                if is_key(scene, column) {
                    let sentence = format!("the key {name} runs out of numbers early");
                    found.push(scene.found_at(column.ty_span, &style::INT_KEY, sentence));
                }
                (
                    &style::INT_COLUMN,
                    format!("column {name} holds small numbers only"),
                )
            }
            "serial" | "bigserial" | "smallserial" | "serial4" | "serial8" => {
                if ty != "bigserial" && ty != "serial8" && is_key(scene, column) {
                    let sentence = format!("the key {name} runs out of numbers early");
                    found.push(scene.found_at(column.ty_span, &style::INT_KEY, sentence));
                }
                (
                    &style::SERIAL_COLUMN,
                    format!("column {name} gets its numbers from a sequence of its own"),
                )
            }
            "timestamp" | "timestamp without time zone" => (
                &style::TIMESTAMP_COLUMN,
                format!("column {name} does not say in which time zone it is"),
            ),
            "char" | "character" | "bpchar" => (
                &style::CHAR_COLUMN,
                format!("column {name} is filled with blanks"),
            ),
            "varchar" | "character varying" if has_length => (
                &style::VARCHAR_COLUMN,
                format!(
                    "the limit of column {name} cannot be lowered without writing the table anew"
                ),
            ),
            _ => continue,
        };
        found.push(scene.found_at(column.ty_span, rule, sentence));
    }
}

fn is_key(scene: &Scene<'_>, column: &Column) -> bool {
    if column.has(&ColumnRule::PrimaryKey) {
        return true;
    }
    let Some(Act::CreateTable(table)) = &scene.statement.act else {
        return false;
    };
    table.constraints.iter().any(|constraint| {
        constraint.kind == ConstraintKind::PrimaryKey
            && constraint.columns.contains(&Some(column.name.clone()))
    })
}

/// New tables: keys, names, and the order of their columns.
pub fn tables(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let Some(Act::CreateTable(table)) = &scene.statement.act else {
        return;
    };
    let name = &table.name;
    let has_key = table
        .columns
        .iter()
        .any(|it| it.has(&ColumnRule::PrimaryKey))
        || table
            .constraints
            .iter()
            .any(|it| it.kind == ConstraintKind::PrimaryKey);
    let is_whole = !table.is_derived && !table.is_temporary && table.parent.is_none();
    if !has_key && is_whole && !table.columns.is_empty() {
        let sentence = format!("table {name} has no primary key");
        found.push(scene.found_at(table.span, &style::NO_PRIMARY_KEY, sentence));
    }
    let text = table.span.slice(&scene.statement.sql).trim();
    if !text.contains('.') && !table.is_temporary {
        let sentence = format!("where table {name} is made depends on the search_path");
        match scene.statement.dialect {
            Dialect::Postgres => {
                found.push(scene.found_at(table.span, &style::NO_SCHEMA, sentence));
            }
            Dialect::Sqlite | Dialect::Mysql => {}
        }
    }
    let all = name
        .0
        .iter()
        .chain(table.columns.iter().map(|column| &column.name));
    for odd in all.filter(|name| !is_plain(name.as_str())) {
        let sentence = format!("the name {odd} must be quoted wherever it is used");
        found.push(scene.found_at(table.span, &style::QUOTED_NAME, sentence));
    }
    packing(scene, table, found);
}

fn is_plain(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    begins
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Columns in an order that leaves gaps.
fn packing(scene: &Scene<'_>, table: &TableMade, found: &mut Vec<Found>) {
    match scene.statement.dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return,
    }
    let sizes: Option<Vec<u32>> = table
        .columns
        .iter()
        .filter(|column| column.origin != Origin::Virtual)
        .map(|column| size(&column.ty))
        .collect();
    let Some(sizes) = sizes else { return };
    let room = |sizes: &[u32]| {
        let padded = |at: u32, size: &u32| at.next_multiple_of(*size) + size;
        sizes.iter().fold(0, padded).next_multiple_of(8)
    };
    let mut best = sizes.clone();
    best.sort_unstable_by(|one, other| other.cmp(one));
    let (now, least) = (room(&sizes), room(&best));
    if now > least {
        let sentence = format!(
            "rows of table {} take {now} bytes in this order of columns, and {least} in the best one",
            table.name
        );
        found.push(scene.found_at(table.span, &style::COLUMN_PACKING, sentence));
    }
}

/// The bytes of a type of fixed length.
fn size(ty: &str) -> Option<u32> {
    Some(match ty {
        "bigint"
        | "int8"
        | "bigserial"
        | "double precision"
        | "float8"
        | "timestamp"
        | "timestamptz"
        | "timestamp with time zone"
        | "timestamp without time zone"
        | "time"
        | "money" => 8,
        "int" | "integer" | "int4" | "serial" | "real" | "float4" | "date" | "oid" => 4,
        "smallint" | "int2" | "smallserial" => 2,
        "boolean" | "bool" => 1,
        _ => return None,
    })
}

/// New tables that nobody comments on.
pub fn comments(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    for (place, statement) in all.iter().enumerate() {
        match statement.dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return,
        }
        let Some(Act::CreateTable(table)) = &statement.act else {
            continue;
        };
        let is_said = all[place..].iter().any(|later| {
            let subject = schemist_sql::subject(later.dialect, &later.sql);
            subject.is_some_and(|subject| {
                subject.verb == schemist_sql::Verb::Comment
                    && subject.kind == "TABLE"
                    && subject.name.last() == table.name.last()
            })
        });
        if !is_said && !table.is_temporary && table.parent.is_none() {
            let sentence = format!("nobody says what table {} is for", table.name);
            let scene = scene_of(all, place);
            found.push((
                place,
                scene.found_at(table.span, &style::NO_COMMENT, sentence),
            ));
        }
    }
}
