//! Reads the columns of tables, and where their values come from.

use std::sync::Arc;

use schemist_catalog::object::{
    Column, ColumnSource, Generated, GeneratedKind, Identity, IdentityKind, NotNull,
    SequenceOptions,
};
use schemist_catalog::{Expr, Part};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::foreign_options::{Secrecy, foreign_options};
use super::query::{Answer, Query};
use super::reading::Reading;
use super::sequence::{ReadSequence, Sequences};
use super::table::{Tables, options};
use super::table_lineage::ReadColumn;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("columns", include_str!("table_column.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f')");

/// Reads the columns of all tables.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    tables: &mut Tables,
    sequences: &mut Sequences,
) -> Result<(), IntrospectError> {
    let mut rows = Vec::new();
    for row in reading.answer(&QUERY).await? {
        let place: (u32, i16) = (row.number("table_number")?, row.get("number")?);
        rows.push((place, row));
    }
    rows.sort_by_key(|(place, _)| *place);
    for ((table_number, number), row) in rows {
        let Some(table) = tables.get_mut(table_number) else {
            continue;
        };
        let id = Arc::clone(&table.id);
        let mut column = column(reading, &row)?;
        column.comment = reading.column_comment(table_number, number);
        column.source = source(&row, &column, sequences.of(table_number, number))?;
        let part = Part::Column(column.name.clone());
        if let Some(Oid(default)) = row.get("default_number")? {
            let address = Address::whole(class::DEFAULT, default);
            reading.addresses.add(address, id.clone(), part.clone());
        }
        let address = Address::column(table_number, i32::from(number));
        reading.addresses.add(address, id.clone(), part);
        if let Some(taken) = sequence_of(&column, sequences.of(table_number, number)) {
            let place = (table_number, number);
            sequences.take(reading, place, (&id, &column.name), taken);
        }
        table.columns.insert(number, column.name.clone());
        table.lineage.columns.push(ReadColumn {
            is_local: row.get("is_local")?,
            is_inherited: row.get("is_inherited")?,
            default: row.get("default_expression")?,
            column,
        });
    }
    Ok(())
}

/// The number of the sequence that is a part of the column.
fn sequence_of(column: &Column, owned: &[ReadSequence]) -> Option<u32> {
    let name = match &column.source {
        ColumnSource::Identity(identity) => &identity.sequence,
        ColumnSource::Serial(sequence) => sequence,
        ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => return None,
    };
    owned
        .iter()
        .find(|owned| &owned.sequence.name == name)
        .map(|owned| owned.number)
}

/// A column without its source and comment.
fn column(reading: &Reading<'_>, row: &Answer) -> Result<Column, IntrospectError> {
    let name = Ident::from_server(row.get::<String>("name")?);
    let mut column = Column::new(name, row.get::<String>("data_type")?);
    column.user_type = reading.user_type(row)?.map(Box::new);
    column.nullable = !row.get::<bool>("not_null")?;
    column.not_null_name = row
        .get::<Option<String>>("not_null_name")?
        .map(Ident::from_server);
    column.not_null = NotNull {
        no_inherit: row.get("not_null_no_inherit")?,
        not_valid: row.get("not_null_not_valid")?,
        comment: reading.comment(class::CONSTRAINT, row.number("not_null_number")?),
    }
    .into();
    column.collation = row.get("collation")?;
    column.storage = match row.get("storage")? {
        None => None,
        Some("p") => Some("PLAIN"),
        Some("e") => Some("EXTERNAL"),
        Some("m") => Some("MAIN"),
        Some("x") => Some("EXTENDED"),
        Some(letter) => return Err(unknown(&column.name, "storage", letter)),
    }
    .map(str::to_owned);
    column.compression = match row.get("compression")? {
        None => None,
        Some("p") => Some("pglz"),
        Some("l") => Some("lz4"),
        Some(letter) => return Err(unknown(&column.name, "compression", letter)),
    }
    .map(str::to_owned);
    column.statistics = row.get("statistics")?;
    column.options = options(row.get("options")?).into();
    column.foreign_options = foreign_options(row.get("foreign_options")?, Secrecy::Named).into();
    Ok(column)
}

fn unknown(column: &Ident, what: &str, letter: &str) -> IntrospectError {
    IntrospectError::unreadable(
        format!("column {column}"),
        format!("its {what} {letter} is unknown"),
    )
}

/// Where the values of a column come from.
fn source(
    row: &Answer,
    column: &Column,
    owned: &[ReadSequence],
) -> Result<ColumnSource, IntrospectError> {
    let kind = match row.letter("identity")? {
        'a' => Some(IdentityKind::Always),
        'd' => Some(IdentityKind::ByDefault),
        _ => None,
    };
    let identity = owned.iter().find(|owned| owned.is_identity);
    if let (Some(kind), Some(owned)) = (kind, identity) {
        return Ok(ColumnSource::Identity(Box::new(Identity {
            kind,
            sequence: owned.sequence.name.clone(),
            options: owned.sequence.options.clone(),
        })));
    }
    let Some(text) = row.get::<Option<String>>("default_expression")? else {
        return Ok(ColumnSource::Given);
    };
    let generated = |kind| {
        ColumnSource::Generated(Generated {
            expression: Expr::from_server(text.clone()),
            kind,
        })
    };
    match row.letter("generated")? {
        's' => return Ok(generated(GeneratedKind::Stored)),
        'v' => return Ok(generated(GeneratedKind::Virtual)),
        _ => {}
    }
    // Only where `serial` says all there is to say; else the sequence stands alone.
    let serial = owned.iter().find(|owned| {
        let sequence = &owned.sequence;
        !owned.is_identity
            && owned.next_value.as_deref() == Some(&text)
            && !column.nullable
            && sequence.data_type == column.data_type
            && sequence.options == SequenceOptions::default()
            && owned.survives_as_owner
            && sequence.comment.is_none()
    });
    Ok(match serial {
        Some(owned) => ColumnSource::Serial(owned.sequence.name.clone()),
        None => ColumnSource::Default(Expr::from_server(text)),
    })
}
