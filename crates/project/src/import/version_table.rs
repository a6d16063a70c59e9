//! What another tool's version table says.

use schemist_connect::{Session, StatementError};
use schemist_sql::{Ident, QualifiedName, Script};

use super::found::Tool;

/// Reads the versions that a tool calls applied, the oldest first.
pub(super) async fn read(session: &mut Session, tool: Tool) -> Result<Vec<String>, StatementError> {
    let [table, column, order] = tool.version_table();
    let mut script = Script::new(session.dialect());
    script
        .keyword("SELECT ")
        .ident(&column)
        .keyword(" FROM ")
        .name(&QualifiedName::unqualified(table))
        .keyword(" ORDER BY ")
        .ident(&order);
    let rows = session.query(script.as_str()).await?;
    Ok(rows.iter().map(|row| row.text(0).to_owned()).collect())
}

/// Whether Knex's own lock is held: a table that a killed run leaves behind.
pub(super) async fn is_knex_locked(session: &mut Session) -> bool {
    let mut script = Script::new(session.dialect());
    script
        .keyword("SELECT count(*) FROM ")
        .ident(&Ident::from_server("knex_migrations_lock"))
        .keyword(" WHERE ")
        .ident(&Ident::from_server("is_locked"))
        .keyword(" = 1");
    let rows = session.query(script.as_str()).await.unwrap_or_default();
    rows.first().is_some_and(|row| row.text(0) != "0")
}
