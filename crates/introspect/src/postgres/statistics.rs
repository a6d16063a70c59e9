//! Reads extended statistics.

use std::collections::BTreeSet;

use schemist_catalog::object::{Statistics, StatisticsKind};
use schemist_catalog::{Definition, Expr, Kind};
use schemist_sql::Ident;

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("statistics", include_str!("statistics.sql"))
    .if_any("pg_catalog.pg_statistic_ext WHERE oid >= 16384");

/// Reads the extended statistics of all relations.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let relation = Address::whole(class::RELATION, row.number("table_number")?);
        if reading.is_member(class::STATISTICS, number) || reading.left_out.contains_key(&relation)
        {
            continue;
        }
        let found = reading.addresses.get(relation).map(|(id, _)| id.kind);
        let columns: Vec<String> = row.get("columns")?;
        let expressions: Vec<String> = row.get("expressions")?;
        let statistics = Statistics {
            name: reading.name(&row)?,
            table: reading.outside_name(row.get("table_schema")?, row.get("table_name")?),
            on: found.unwrap_or(Kind::Table),
            kinds: kinds(&row)?,
            columns: columns.into_iter().map(Ident::from_server).collect(),
            expressions: expressions.into_iter().map(Expr::from_server).collect(),
            target: row.get("target")?,
            comment: reading.comment(class::STATISTICS, number),
        };
        // What they are about may be of a kind that is not managed, or an extension's.
        if found.is_none_or(|kind| kind == Kind::Extension) {
            reading.catalog.note_unmanaged(statistics.id().to_string());
            continue;
        }
        if !reading.omits(class::STATISTICS, number, &statistics.id()) {
            reading.insert(class::STATISTICS, number, statistics);
        }
    }
    Ok(())
}

fn kinds(row: &Answer) -> Result<BTreeSet<StatisticsKind>, IntrospectError> {
    let letters: Vec<String> = row.get("kinds")?;
    let kind = |letter: &String| match letter.as_str() {
        "d" => Some(StatisticsKind::Distinct),
        "f" => Some(StatisticsKind::Dependencies),
        "m" => Some(StatisticsKind::MostCommon),
        // `e` only says that there are expressions.
        _ => None,
    };
    Ok(letters.iter().filter_map(kind).collect())
}
