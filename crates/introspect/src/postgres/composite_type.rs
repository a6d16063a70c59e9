//! Reads composite types.

use std::collections::BTreeMap;

use schemist_catalog::object::{Attribute, CompositeType};
use schemist_catalog::{Definition, Part};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("composite types", include_str!("composite_type.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'c'");
pub(super) const ATTRIBUTES: Query =
    Query::new("attributes", include_str!("composite_attribute.sql"))
        .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'c'");

/// A composite type under construction.
pub(super) struct ReadType {
    number: u32,
    composite_type: CompositeType,
}

/// Finds composite types, by the number of their relation; their attributes may be of types that are read
/// after them, and other types may stand on them.
pub(super) async fn find(
    reading: &mut Reading<'_>,
) -> Result<BTreeMap<u32, ReadType>, IntrospectError> {
    let mut types = BTreeMap::new();
    for row in reading.answer(&QUERY).await? {
        let (relation, number) = (row.number("relation")?, row.number("number")?);
        let composite_type = CompositeType {
            name: reading.findable_name(class::TYPE, &row)?,
            attributes: Vec::new(),
            comment: reading.comment(class::TYPE, number),
        };
        let id = composite_type.id();
        if reading.is_member(class::RELATION, relation)
            || reading.is_member(class::TYPE, number)
            || reading.omits(class::RELATION, relation, &id)
        {
            continue;
        }
        if let Some(Oid(array)) = row.get("array_type")? {
            reading.addresses.add_whole(class::TYPE, array, id.clone());
        }
        reading
            .addresses
            .add_whole(class::RELATION, relation, id.clone());
        reading.addresses.add_whole(class::TYPE, number, id);
        let read = ReadType {
            number,
            composite_type,
        };
        types.insert(relation, read);
    }
    Ok(types)
}

/// Reads the attributes of composite types, and puts these into the catalog.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    mut types: BTreeMap<u32, ReadType>,
) -> Result<(), IntrospectError> {
    for row in reading.answer(&ATTRIBUTES).await? {
        let relation = row.number("relation")?;
        let place: i16 = row.get("place")?;
        let user_type = reading.user_type(&row)?;
        let Some(read) = types.get_mut(&relation) else {
            continue;
        };
        let name = Ident::from_server(row.get::<String>("name")?);
        let address = Address::column(relation, i32::from(place));
        let id = read.composite_type.id();
        reading
            .addresses
            .add(address, id, Part::Column(name.clone()));
        read.composite_type.attributes.push(Attribute {
            name,
            data_type: row.get("data_type")?,
            user_type,
            collation: row.get("collation")?,
            comment: reading.column_comment(relation, place),
        });
    }
    for read in types.into_values() {
        reading.insert(class::TYPE, read.number, read.composite_type);
    }
    Ok(())
}
