//! Whether a statement that runs outside transactions was run by a try that was cut short, before the journal could say so.

use schemist_connect::Session;
use schemist_sql::{Dialect, Script, Token, TokenKind, tokens};

use super::error::Failure;
use super::index::{Build, concurrent_build};

/// What a statement leaves behind, by which it is known whether it was run.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trace {
    /// A valid index.
    Index(Build),
    /// No index of this name, as it is written.
    NoIndex(String),
    /// A value of an enum type: the type and the value, as they are written.
    Value { of: String, value: String },
}

/// Whether the statement was run; also `false` where that cannot be told, and it is run again.
pub(super) async fn was_run(
    session: &mut Session,
    dialect: Dialect,
    sql: &str,
) -> Result<bool, Failure> {
    let Some(trace) = Trace::of(dialect, sql) else {
        return Ok(false);
    };
    let found = session.query(&trace.question()).await;
    let rows = found.map_err(|source| Failure::Server {
        what: "look for what a statement left",
        source,
    })?;
    Ok(rows.first().is_some_and(|row| row.text(0) == "t"))
}

impl Trace {
    fn of(dialect: Dialect, sql: &str) -> Option<Self> {
        match dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return None,
        }
        if let Some(build) = concurrent_build(dialect, sql) {
            return Some(Self::Index(build));
        }
        let tokens: Vec<Token> = tokens(dialect, sql)
            .filter(|token| token.is_significant())
            .collect();
        let begins = |at: usize, words: &[&str]| {
            words.iter().enumerate().all(|(i, word)| {
                tokens.get(at + i).is_some_and(|token| {
                    token.kind == TokenKind::Word
                        && token.span.slice(sql).eq_ignore_ascii_case(word)
                })
            })
        };
        // A name with everything up to the next thing that is no part of it.
        let name = |at: usize| {
            let start = tokens.get(at)?.span.start;
            let mut last = at;
            while tokens
                .get(last + 1)
                .is_some_and(|token| token.kind == TokenKind::Punct('.'))
            {
                last += 2;
            }
            Some((sql[start..tokens.get(last)?.span.end].to_owned(), last + 1))
        };
        if begins(0, &["drop", "index", "concurrently"]) {
            let at = if begins(3, &["if", "exists"]) { 5 } else { 3 };
            let (name, end) = name(at)?;
            return (end == tokens.len()).then_some(Self::NoIndex(name));
        }
        if begins(0, &["alter", "type"]) {
            let (of, end) = name(2)?;
            let value = begins(end, &["add", "value"]).then(|| tokens.get(end + 2))??;
            let value = (value.kind == TokenKind::String).then(|| value.span.slice(sql));
            return value.map(|value| Self::Value {
                of,
                value: value.to_owned(),
            });
        }
        None
    }

    fn question(&self) -> String {
        let mut script = Script::new(Dialect::Postgres);
        match self {
            Self::Index(build) => script
                .keyword("SELECT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND i.indrelid = to_regclass(")
                .literal(&build.table)
                .keyword(") AND c.relname = (parse_ident(")
                .literal(&build.index)
                .keyword("))[1])"),
            Self::NoIndex(name) => script
                .keyword("SELECT to_regclass(")
                .literal(name)
                .keyword(") IS NULL"),
            Self::Value { of, value } => script
                .keyword("SELECT EXISTS (SELECT FROM pg_catalog.pg_enum e WHERE e.enumtypid = to_regtype(")
                .literal(of)
                .keyword(") AND e.enumlabel = ")
                .expression(value)
                .keyword(")"),
        };
        script.into_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_leaves_is_read_from_its_words() {
        let of = |sql| Trace::of(Dialect::Postgres, sql);
        assert_eq!(
            of("DROP INDEX CONCURRENTLY IF EXISTS \"s\".\"I\""),
            Some(Trace::NoIndex("\"s\".\"I\"".to_owned()))
        );
        assert_eq!(
            of("ALTER TYPE \"mood\" ADD VALUE 'it''s' AFTER 'sad'"),
            Some(Trace::Value {
                of: "\"mood\"".to_owned(),
                value: "'it''s'".to_owned()
            })
        );
        assert!(matches!(
            of("CREATE INDEX CONCURRENTLY i ON t (a)"),
            Some(Trace::Index(_))
        ));
        assert_eq!(of("DROP INDEX CONCURRENTLY a, b"), None);
        assert_eq!(of("VACUUM t"), None);
    }
}
