//! Reads publications, and what they publish.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{Publication, PublishedTable};
use schemist_catalog::{Definition, Expr};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server about publications.
pub(super) const QUERY: Query =
    Query::new("publications", include_str!("publication.sql")).if_any("pg_catalog.pg_publication");

/// What is asked of the server about what they publish.
pub(super) const ITEMS: Query =
    Query::new("published tables", include_str!("publication_item.sql"))
        .if_any("pg_catalog.pg_publication");

/// Reads publications. One that publishes something that is not read cannot be told from one that does
/// not, and is left out.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    let mut publications = BTreeMap::new();
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let publish: Vec<String> = row.get("publish")?;
        let publication = Publication {
            name: Ident::from_server(row.get::<String>("name")?),
            all_tables: row.get("all_tables")?,
            tables: BTreeMap::new(),
            schemas: BTreeSet::new(),
            publish: publish.into_iter().collect(),
            via_root: row.get("via_root")?,
            stored_generated: row.get("stored_generated")?,
            comment: reading.comment(class::PUBLICATION, number),
        };
        if reading.is_member(class::PUBLICATION, number)
            || reading.omits(class::PUBLICATION, number, &publication.id())
        {
            continue;
        }
        publications.insert(number, publication);
    }
    let mut places = BTreeMap::new();
    for row in reading.answer(&ITEMS).await? {
        let number = row.number("publication")?;
        let Some(publication) = publications.get_mut(&number) else {
            continue;
        };
        if let Some(reason) = add(reading, publication, &row)? {
            let words = format!(
                "{} (publishes {reason}, which is not read)",
                publication.id()
            );
            reading.leave_out(Address::whole(class::PUBLICATION, number), words);
            publications.remove(&number);
            continue;
        }
        let address = Address::whole(row.number("class")?, row.number("object")?);
        places.insert(address, number);
    }
    for (address, number) in places {
        if let Some(publication) = publications.get(&number) {
            let id = publication.id();
            reading
                .addresses
                .add_whole(address.class, address.object, id);
        }
    }
    for (number, publication) in publications {
        reading.insert(class::PUBLICATION, number, publication);
    }
    Ok(())
}

/// Adds what a row names, or tells what it is where that is not read.
fn add(
    reading: &Reading<'_>,
    publication: &mut Publication,
    row: &Answer,
) -> Result<Option<String>, IntrospectError> {
    let schema = row.get::<String>("schema_name")?;
    let Some(Oid(table)) = row.get("table_number")? else {
        let Some(known) = reading.schemas.get(&row.number("schema")?) else {
            return Ok(Some(format!("schema {}", Ident::from_server(schema))));
        };
        publication.schemas.insert(known.clone());
        return Ok(None);
    };
    let name = reading.outside_name(schema, row.get("table_name")?);
    let address = Address::whole(class::RELATION, table);
    if reading.addresses.get(address).is_none() {
        return Ok(Some(format!("table {name}")));
    }
    let columns: Option<Vec<String>> = row.get("columns")?;
    let filter: Option<String> = row.get("filter")?;
    let published = PublishedTable {
        columns: columns.map(|columns| columns.into_iter().map(Ident::from_server).collect()),
        filter: filter.map(Expr::from_server),
    };
    publication.tables.insert(name, published);
    Ok(None)
}
