//! Whether a statement that runs outside transactions was run by a try that was cut short, before the journal could say so.

use schemist_connect::Session;
use schemist_sql::{Dialect, Script, Token, TokenKind, tokens};

use super::error::Failure;
use super::index::{Build, concurrent_build};

/// What a statement leaves behind, by which it is known whether it was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trace {
    /// A valid index.
    Index(Build),
    /// No index of this name, as it is written.
    NoIndex(String),
    /// A value of an enum type: the type and the value, as they are written.
    Value { of: String, value: String },
    /// A partition that its table no longer has: both as they are written.
    Detached { from: String, part: String },
}

/// Whether the statement was run to its end.
pub(super) async fn was_run(session: &mut Session, trace: &Trace) -> Result<bool, Failure> {
    if let Trace::Detached { from, part } = trace {
        finish_detaching(session, from, part).await?;
    }
    let found = session.query(&trace.question()).await;
    let rows = found.map_err(|source| Failure::Server {
        what: "look for what a statement left",
        source,
    })?;
    Ok(rows.first().is_some_and(|row| row.text(0) == "t"))
}

/// Ends what a cut `DETACH … CONCURRENTLY` began: the server takes no other statement about it.
///
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
async fn finish_detaching(session: &mut Session, from: &str, part: &str) -> Result<(), Failure> {
    let failed = |source| Failure::Server {
        what: "finish detaching a partition",
        source,
    };
    let mut pending = Script::new(Dialect::Postgres);
    // The column came with 14, as the statement did.
    pending
        .keyword("SELECT FROM pg_catalog.pg_inherits i WHERE to_jsonb(i) ->> 'inhdetachpending' = 'true' AND i.inhparent = to_regclass(")
        .literal(from)
        .keyword(") AND i.inhrelid = to_regclass(")
        .literal(part)
        .keyword(")");
    let rows = session.query(pending.as_str()).await.map_err(failed)?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut finish = Script::new(Dialect::Postgres);
    finish
        .keyword("ALTER TABLE ")
        .expression(from)
        .keyword(" DETACH PARTITION ")
        .expression(part)
        .keyword(" FINALIZE");
    let done = session.execute(finish.as_str()).await;
    done.map(drop).map_err(failed)
}

impl Trace {
    /// Reads what a statement will leave; `None` where that is not known.
    pub(super) fn of(dialect: Dialect, sql: &str) -> Option<Self> {
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
        if begins(0, &["alter", "table"]) {
            let (from, end) = name(if begins(2, &["if", "exists"]) { 4 } else { 2 })?;
            if !begins(end, &["detach", "partition"]) {
                return None;
            }
            let (part, end) = name(end + 2)?;
            let is_all = begins(end, &["concurrently"]) && end + 1 == tokens.len();
            return is_all.then_some(Self::Detached { from, part });
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
            Self::Detached { from, part } => script
                .keyword("SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = to_regclass(")
                .literal(from)
                .keyword(") AND i.inhrelid = to_regclass(")
                .literal(part)
                .keyword("))"),
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
        assert_eq!(
            of("ALTER TABLE s.t DETACH PARTITION \"T1\" CONCURRENTLY"),
            Some(Trace::Detached {
                from: "s.t".to_owned(),
                part: "\"T1\"".to_owned()
            })
        );
        assert_eq!(of("ALTER TABLE t DETACH PARTITION t1"), None);
    }
}
