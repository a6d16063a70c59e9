//! Reads domains.

use std::collections::BTreeMap;

use schemist_catalog::object::{Check, Domain};
use schemist_catalog::{Expr, Part};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("domains", include_str!("domain.sql"))
    .if_any("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'd'");
pub(super) const CHECKS: Query =
    Query::new("conditions of domains", include_str!("domain_check.sql"))
        .if_any("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'd'");

/// Reads domains.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    let mut found = Vec::new();
    // One may stand on another that comes later: all get their addresses first.
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let id = Domain::id_of(&reading.findable_name(class::TYPE, &row)?);
        if reading.is_member(class::TYPE, number) || reading.omits(class::TYPE, number, &id) {
            continue;
        }
        if let Some(Oid(array)) = row.get("array_type")? {
            reading.addresses.add_whole(class::TYPE, array, id.clone());
        }
        reading.addresses.add_whole(class::TYPE, number, id);
        found.push((number, row));
    }
    let mut checks = checks(reading).await?;
    for (number, row) in found {
        let mut domain = Domain {
            name: reading.findable_name(class::TYPE, &row)?,
            base_type: row.get("base_type")?,
            base: reading.user_type(&row)?,
            collation: row.get("collation")?,
            default: row
                .get::<Option<String>>("default_expression")?
                .map(Expr::from_server),
            nullable: !row.get::<bool>("not_null")?,
            checks: Vec::new(),
            comment: reading.comment(class::TYPE, number),
        };
        let id = Domain::id_of(&domain.name);
        for (constraint, check) in checks.remove(&number).unwrap_or_default() {
            if let Some(name) = &check.name {
                let address = Address::whole(class::CONSTRAINT, constraint);
                let part = Part::Constraint(name.clone());
                reading.addresses.add(address, id.clone(), part);
            }
            domain.checks.push(check);
        }
        domain.sort();
        reading.insert(class::TYPE, number, domain);
    }
    Ok(())
}

/// The conditions of domains with their numbers, by domain.
async fn checks(
    reading: &mut Reading<'_>,
) -> Result<BTreeMap<u32, Vec<(u32, Check)>>, IntrospectError> {
    let mut checks: BTreeMap<u32, Vec<(u32, Check)>> = BTreeMap::new();
    for row in reading.answer(&CHECKS).await? {
        let number = row.number("number")?;
        let name = Ident::from_server(row.get::<String>("name")?);
        let expression = Expr::from_server(row.get::<String>("expression")?);
        let check = Check {
            validated: row.get("validated")?,
            comment: reading.comment(class::CONSTRAINT, number),
            ..Check::new(Some(name), expression)
        };
        let domain = row.number("domain_number")?;
        checks.entry(domain).or_default().push((number, check));
    }
    Ok(checks)
}
