//! Reads the row security of tables with its policies.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{Policy, PolicyCommand, PolicyMode, RowSecurity};
use schemist_catalog::{Definition, Expr};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table::Tables;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("row security", include_str!("row_security.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f')");

/// Reads the row security of tables.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    tables: &Tables,
) -> Result<(), IntrospectError> {
    let mut found: BTreeMap<u32, RowSecurity> = BTreeMap::new();
    for row in reading.answer(&QUERY).await? {
        let table_number = row.number("table_number")?;
        let Some(table) = tables.get(table_number) else {
            continue;
        };
        let (enabled, forced) = (row.get("enabled")?, row.get("forced")?);
        let security = found.entry(table_number).or_insert_with(|| RowSecurity {
            table: table.id.name.clone(),
            enabled,
            forced,
            policies: Vec::new(),
        });
        if let Some(Oid(number)) = row.get("policy_number")? {
            let comment = reading.comment(class::POLICY, number);
            security.policies.push(policy(&row, comment)?);
            reading
                .addresses
                .add_whole(class::POLICY, number, security.id());
        }
    }
    for mut security in found.into_values() {
        security
            .policies
            .sort_by(|one, other| one.name.cmp(&other.name));
        reading.catalog.insert(security);
    }
    Ok(())
}

fn policy(row: &Answer, comment: Option<String>) -> Result<Policy, IntrospectError> {
    let name = Ident::from_server(row.get::<String>("name")?);
    let command = match row.letter("command")? {
        '*' => PolicyCommand::All,
        'r' => PolicyCommand::Select,
        'a' => PolicyCommand::Insert,
        'w' => PolicyCommand::Update,
        'd' => PolicyCommand::Delete,
        letter => {
            return Err(IntrospectError::unreadable(
                format!("policy {name}"),
                format!("its command {letter} is unknown"),
            ));
        }
    };
    let roles: Vec<String> = row.get("roles")?;
    let expression = |column| -> Result<Option<Expr>, IntrospectError> {
        Ok(row.get::<Option<String>>(column)?.map(Expr::from_server))
    };
    Ok(Policy {
        mode: if row.get("permissive")? {
            PolicyMode::Permissive
        } else {
            PolicyMode::Restrictive
        },
        command,
        roles: roles
            .into_iter()
            .map(Ident::from_server)
            .collect::<BTreeSet<_>>(),
        using: expression("using")?,
        with_check: expression("with_check")?,
        name,
        comment,
    })
}
