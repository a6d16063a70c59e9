//! Indexes that are built while others go on writing.

use schemist_connect::Session;
use schemist_sql::{Dialect, Script, Token, TokenKind, tokens};

use super::error::Failure;

/// A concurrent build: the index's name and the table's, as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Build {
    pub(super) index: String,
    pub(super) table: String,
}

/// Reads `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table`.
pub(super) fn concurrent_build(dialect: Dialect, sql: &str) -> Option<Build> {
    let tokens: Vec<Token> = tokens(dialect, sql)
        .filter(|token| token.is_significant())
        .collect();
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|token| {
            token.kind == TokenKind::Word && token.span.slice(sql).eq_ignore_ascii_case(word)
        })
    };
    let mut at = 1 + usize::from(is(1, "unique"));
    if !is(0, "create") || !is(at, "index") || !is(at + 1, "concurrently") {
        return None;
    }
    at += 2;
    if is(at, "if") {
        at += 3;
    }
    let index = tokens.get(at)?.span.slice(sql).to_owned();
    if is(at, "on") || !is(at + 1, "on") {
        return None;
    }
    at += 2 + usize::from(is(at + 2, "only"));
    let start = tokens.get(at)?.span.start;
    while tokens
        .get(at + 1)
        .is_some_and(|token| token.kind == TokenKind::Punct('.'))
    {
        at += 2;
    }
    let end = tokens.get(at)?.span.end;
    Some(Build {
        index,
        table: sql[start..end].to_owned(),
    })
}

/// Whether a statement lets others pass while it waits.
pub(super) fn is_concurrent(dialect: Dialect, sql: &str) -> bool {
    tokens(dialect, sql).any(|token| {
        token.kind == TokenKind::Word && token.span.slice(sql).eq_ignore_ascii_case("concurrently")
    })
}

/// Drops the invalid index that a failed build left, which `IF NOT EXISTS` would pass over.
///
/// An index whose build is in progress is invalid too, and left alone.
pub(super) async fn drop_invalid(session: &mut Session, build: &Build) -> Result<(), Failure> {
    let failed = |source| Failure::Server {
        what: "look for an invalid index",
        source,
    };
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword(
            "SELECT c.oid::regclass, EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
             FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE NOT i.indisvalid AND i.indrelid = to_regclass(",
        )
        .literal(&build.table)
        .keyword(") AND c.relname = (parse_ident(")
        .literal(&build.index)
        .keyword("))[1]");
    let rows = session.query(script.as_str()).await.map_err(failed)?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    if row.text(1) == "t" {
        return Err(Failure::IndexInProgress(row.text(0).to_owned()));
    }
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("DROP INDEX CONCURRENTLY ")
        .expression(row.text(0));
    let dropped = session.execute(script.as_str()).await;
    dropped.map(drop).map_err(|source| Failure::Server {
        what: "drop an invalid index",
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concurrent_build_is_read_with_its_table() {
        let build =
            |sql| concurrent_build(Dialect::Postgres, sql).map(|build| (build.index, build.table));
        let pair = |index: &str, table: &str| Some((index.to_owned(), table.to_owned()));
        assert_eq!(
            build("CREATE INDEX CONCURRENTLY i ON t (a)"),
            pair("i", "t")
        );
        assert_eq!(
            build(
                "create unique index concurrently if not exists \"I\" on only s.\"T\" using gin (a)"
            ),
            pair("\"I\"", "s.\"T\"")
        );
        assert_eq!(build("CREATE INDEX CONCURRENTLY ON t (a)"), None);
        assert_eq!(build("CREATE INDEX i ON t (a)"), None);
    }
}
