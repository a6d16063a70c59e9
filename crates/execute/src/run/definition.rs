//! What a statement that commits by itself would change, so that a cut can be told from an end.
//!
//! MySQL 8 and MariaDB since 10.6 make each DDL statement whole or not at all. So what the statement
//! names is looked at before it runs; where it looks the same after a crash, the statement did not
//! run, and where it looks otherwise, it did: nobody else changes it under our lock.

use schemist_connect::{Session, StatementError};
use schemist_sql::{Dialect, Ident, Script, TokenKind, tokens};

use super::passage::first_word;
use crate::key::key_of;

/// What stands for the definitions where they tell nothing: a call may do anything.
const UNKNOWN: &str = "unknown";

/// How far a statement came that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// It did not run.
    Nowhere,
    /// It ran to its end.
    Through,
    /// Nothing tells.
    Unknown,
}

/// What a statement would change, as it is now.
pub(super) async fn look(session: &mut Session, sql: &str) -> Result<String, StatementError> {
    let dialect = session.dialect();
    let is_definition = matches!(
        first_word(dialect, sql).as_str(),
        "create" | "alter" | "drop" | "rename" | "truncate" | "analyze" | "optimize" | "set"
    );
    let names = names(dialect, sql);
    let says = |word: &str| names.iter().any(|name| name.eq_ignore_ascii_case(word));
    // Rows change places, and both tables look as before.
    let is_exchange = says("exchange") && says("partition");
    if !is_definition || is_exchange {
        return Ok(UNKNOWN.to_owned());
    }
    let mut seen = String::new();
    for (query, is_table) in QUERIES {
        let mut script = Script::new(dialect);
        script.keyword(query).keyword(" IN (''");
        for name in &names {
            script.keyword(", ").literal(name);
        }
        script.keyword(") ORDER BY 1, 2");
        for row in session.query(script.as_str()).await? {
            for value in row.values() {
                seen.push_str(value.as_deref().unwrap_or("∅"));
                seen.push('\n');
            }
            if *is_table {
                let mut show = Script::new(dialect);
                show.keyword("SHOW CREATE TABLE ")
                    .ident(&Ident::from_server(row.text(0)));
                // A view whose tables are gone cannot be shown.
                let shown = session.query(show.as_str()).await.unwrap_or_default();
                let text = shown.first().map(|row| row.text(1).to_owned());
                seen.push_str(&without_counter(&text.unwrap_or_default()));
            }
        }
    }
    Ok(format!("{:016x}", key_of(&seen)))
}

/// Compares what a statement would change now with what it was when the statement was begun.
pub(super) async fn compare(
    session: &mut Session,
    sql: &str,
    before: &str,
) -> Result<Came, StatementError> {
    if before == UNKNOWN {
        return Ok(Came::Unknown);
    }
    let now = look(session, sql).await?;
    Ok(if now == before {
        Came::Nowhere
    } else {
        Came::Through
    })
}

/// What may bear a name, and whether it is a table, whose definition the server writes.
const QUERIES: &[(&str, bool)] = &[
    (
        "SELECT table_name, table_type, create_options FROM information_schema.tables
         WHERE table_schema = database() AND table_name",
        true,
    ),
    (
        "SELECT trigger_name, created, action_statement FROM information_schema.triggers
         WHERE event_object_schema = database() AND trigger_name",
        false,
    ),
    (
        "SELECT routine_name, routine_type, last_altered, routine_definition FROM information_schema.routines
         WHERE routine_schema = database() AND routine_name",
        false,
    ),
    (
        "SELECT event_name, last_altered, status, event_definition FROM information_schema.events
         WHERE event_schema = database() AND event_name",
        false,
    ),
];

/// Every name in a statement, as it is written.
fn names(dialect: Dialect, sql: &str) -> Vec<String> {
    tokens(dialect, sql)
        .filter_map(|token| {
            let text = token.span.slice(sql);
            match token.kind {
                TokenKind::Word => Some(text.to_owned()),
                TokenKind::QuotedName => Some(text.trim_matches('`').replace("``", "`")),
                _ => None,
            }
        })
        .collect()
}

/// The counter moves with every row that others write.
fn without_counter(definition: &str) -> String {
    let Some((before, after)) = definition.rsplit_once(" AUTO_INCREMENT=") else {
        return definition.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_left_out() {
        assert_eq!(
            without_counter(") ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4"),
            ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        );
    }

    #[test]
    fn names_are_as_written() {
        assert_eq!(
            names(Dialect::Mysql, "DROP TABLE `a``B`, c"),
            ["DROP", "TABLE", "a`B", "c"]
        );
    }
}
