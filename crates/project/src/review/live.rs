//! What the live database says: how large the tables are that are touched.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Rename};
use schemist_connect::{Access, Session, StatementError};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::renames::first_name;
use super::report::TableSize;
use crate::error::ProjectError;
use crate::inspect::status::patient_for_little;
use crate::project::Entry;

/// The sizes of those tables that are there.
pub(super) async fn sizes(
    entry: &Entry,
    tables: &BTreeSet<QualifiedName>,
) -> Result<(String, Vec<TableSize>), ProjectError> {
    let mut session = entry.connect(Access::Read).await?;
    patient_for_little(&mut session).await;
    let server = format!(
        "{} ({} {})",
        entry.url()?.redacted(),
        session.dialect().title(),
        session.version().full
    );
    let default = entry.default_schema(session.dialect());
    let mut sizes = Vec::new();
    for table in tables {
        let found = size(&mut session, table, default.as_ref()).await;
        sizes.extend(found.map_err(|error| {
            ProjectError::refused(
                format!("ask how large {table} is: {}", error.message),
                "leave --live out to do without",
            )
        })?);
    }
    session.close().await;
    Ok((server, sizes))
}

async fn size(
    session: &mut Session,
    table: &QualifiedName,
    default: Option<&Ident>,
) -> Result<Option<TableSize>, StatementError> {
    let dialect = session.dialect();
    let name = table.name.as_str();
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => {
            let schema = table
                .schema
                .as_ref()
                .or(default)
                .map_or("public", Ident::as_str);
            script
                .keyword("SELECT CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::bigint END::text, pg_total_relation_size(c.oid)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ")
                .literal(schema)
                .keyword(" AND c.relname = ")
                .literal(name);
        }
        Dialect::Mysql => {
            script
                .keyword("SELECT CAST(table_rows AS CHAR), CAST(data_length + index_length AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ")
                .literal(name);
        }
        Dialect::Sqlite => {
            let mut exists = Script::new(dialect);
            exists
                .keyword("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ")
                .literal(name)
                .keyword(" COLLATE NOCASE");
            let found = session.query(exists.as_str()).await?;
            if found.first().is_none_or(|row| row.text(0) == "0") {
                return Ok(None);
            }
            script
                .keyword("SELECT CAST(count(*) AS TEXT), NULL FROM ")
                .ident(&table.name);
        }
    }
    let rows = session.query(script.as_str()).await?;
    let number = |at: usize| rows.first().and_then(|row| row.get(at)?.parse().ok());
    Ok((!rows.is_empty()).then(|| TableSize {
        table: crate::diagram::shown_name(table),
        rows: number(0),
        bytes: number(1),
        is_counted: match dialect {
            Dialect::Sqlite => true,
            Dialect::Postgres | Dialect::Mysql => false,
        },
    }))
}

/// The tables that stand on both sides and are not the same, or that something on them is not.
pub(super) fn touched(
    before: &Catalog,
    changes: &[schemist_diff::Change],
    renames: &[Rename],
) -> BTreeSet<QualifiedName> {
    let owners = changes.iter().filter_map(|change| {
        let object = crate::report::object_of(change);
        let id = crate::report::owner(object).unwrap_or_else(|| object.id());
        (id.kind == schemist_catalog::Kind::Table && before.get(&id).is_some()).then_some(id.name)
    });
    let renamed = renames.iter().filter_map(|rename| match rename {
        Rename::Object { id, .. } | Rename::Move { id, .. } => {
            (id.kind == schemist_catalog::Kind::Table).then(|| id.name.clone())
        }
        Rename::Column { table, .. } => Some(table.clone()),
        Rename::NewSchema(_) | Rename::OldSchema(_) | Rename::Value { .. } => None,
    });
    // The database has them under the names of before.
    let all = owners.chain(renamed);
    all.map(|table| first_name(renames, &table)).collect()
}
