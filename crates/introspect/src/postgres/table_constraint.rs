//! Reads the primary keys, unique constraints, checks and exclusions of tables.

use std::sync::Arc;

use schemist_catalog::object::{Check, Deferrable, Exclusion, IndexRole, Key};
use schemist_catalog::{Expr, Part};
use schemist_sql::{Ident, QualifiedName};
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table::{ReadTable, Tables, options, role};
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("constraints", include_str!("table_constraint.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f')");

/// Reads the constraints of all tables.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    tables: &mut Tables,
) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let Some(table) = tables.get_mut(row.number("table_number")?) else {
            continue;
        };
        let name = Ident::from_server(row.get::<String>("name")?);
        let part = Part::Constraint(name.clone());
        let number = row.number("number")?;
        let id = Arc::clone(&table.id);
        let constraint = Address::whole(class::CONSTRAINT, number);
        reading.addresses.add(constraint, id.clone(), part.clone());
        match row.number("index_number")? {
            0 => {}
            index => {
                let index = Address::whole(class::RELATION, index);
                reading.addresses.add(index, id, part);
            }
        }
        let role = role(&row)?;
        if !row.get::<bool>("is_local")? {
            if role != IndexRole::default() {
                let roles = &mut table.table.storage.roles_of_inherited_keys;
                roles.insert(name, role);
            }
            continue;
        }
        let comment = reading.comment(class::CONSTRAINT, number);
        let schema = row.get::<Option<Oid>>("parent_schema")?;
        let index = row.get::<Option<String>>("parent_index")?;
        let attached_to = schema.zip(index).map(|(Oid(schema), index)| QualifiedName {
            schema: reading.schemas.get(&schema).cloned().flatten(),
            name: Ident::from_server(index),
        });
        let read = ReadConstraint {
            name,
            comment,
            attached_to,
            role,
            index_comment: reading.comment(class::RELATION, row.number("index_number")?),
        };
        add(&mut *table, &row, read)?;
    }
    Ok(())
}

/// What a constraint has beside its definition.
struct ReadConstraint {
    name: Ident,
    comment: Option<String>,
    attached_to: Option<QualifiedName>,
    role: IndexRole,
    index_comment: Option<String>,
}

fn add(table: &mut ReadTable, row: &Answer, read: ReadConstraint) -> Result<(), IntrospectError> {
    match row.letter("type")? {
        'p' => table.table.primary_key = Some(key(table, row, read)?),
        'u' => {
            let key = key(table, row, read)?;
            table.table.uniques.push(key);
        }
        'c' => table.table.checks.push(Check {
            no_inherit: row.get("no_inherit")?,
            validated: row.get("validated")?,
            not_enforced: row.get("not_enforced")?,
            comment: read.comment,
            ..Check::new(
                Some(read.name),
                Expr::from_server(row.get::<String>("expression")?),
            )
        }),
        'x' => table.table.exclusions.push(Exclusion {
            name: read.name,
            definition: Expr::from_server(row.get::<String>("definition")?),
            tablespace: tablespace(row)?,
            role: read.role,
            index_comment: read.index_comment,
            comment: read.comment,
        }),
        letter => {
            return Err(IntrospectError::unreadable(
                format!("constraint {} on {}", read.name, table.table.name),
                format!("its type {letter} is unknown"),
            ));
        }
    }
    Ok(())
}

fn key(table: &ReadTable, row: &Answer, read: ReadConstraint) -> Result<Key, IntrospectError> {
    let columns = table.names(&row.get::<Vec<i16>>("columns")?)?;
    Ok(Key {
        without_overlaps: row.get("without_overlaps")?,
        include: table.names(&row.get::<Vec<i16>>("include")?)?,
        nulls_not_distinct: row.get("nulls_not_distinct")?,
        deferrable: deferrable(row)?,
        options: options(row.get("options")?),
        tablespace: tablespace(row)?,
        role: read.role,
        index_comment: read.index_comment,
        attached_to: read.attached_to,
        comment: read.comment,
        ..Key::new(Some(read.name), columns)
    })
}

fn tablespace(row: &Answer) -> Result<Option<Ident>, IntrospectError> {
    let name: Option<String> = row.get("tablespace")?;
    Ok(name.map(Ident::from_server))
}

/// When a constraint is checked.
pub(super) fn deferrable(row: &Answer) -> Result<Deferrable, IntrospectError> {
    Ok(match (row.get("deferrable")?, row.get("deferred")?) {
        (false, _) => Deferrable::Never,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
    })
}
