//! Whether a statement can have changed a setting of its session.

use schemist_sql::{Dialect, TokenKind, tokens};

/// What begins statements that change the catalog and nothing else, unless they hold one of [`RUNS`]. To alter
/// something may read its rows, with casts and the conditions of domains.
const QUIET: &[&str] = &["comment", "create", "drop", "grant", "revoke"];

/// Words of what the server computes while such a statement runs, for which it may call functions of the
/// database: queries, values for rows that are there, and conditions that they must meet. Whatever is called
/// may set something for the session.
const RUNS: &[&str] = &[
    "as",
    "check",
    "constraint",
    "default",
    "event",
    "exclude",
    "execute",
    "extension",
    "generated",
    "index",
    "partition",
    "select",
    "set",
    "using",
];

/// Whether a statement of PostgreSQL leaves the session's settings as they are, where no event trigger runs.
///
/// What is not plain is said to change them, which costs no more than setting them again.
pub(super) fn is_quiet(sql: &str) -> bool {
    let mut words = tokens(Dialect::Postgres, sql)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.span.slice(sql).to_ascii_lowercase());
    let begins_quietly = words
        .next()
        .is_some_and(|first| QUIET.contains(&first.as_str()));
    begins_quietly && words.all(|word| !RUNS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_computes_nothing_is_quiet() {
        for sql in [
            "CREATE TABLE t (id bigint PRIMARY KEY, \"default\" text)",
            "-- as it was\nDROP TABLE t",
            "COMMENT ON TABLE t IS 'set'",
            "GRANT USAGE ON SCHEMA s TO r",
        ] {
            assert!(is_quiet(sql), "{sql}");
        }
        for sql in [
            "",
            "SET search_path = a",
            "SELECT set_config('search_path', 'a', false)",
            "CREATE TABLE t AS SELECT f()",
            "ALTER TABLE t ADD COLUMN a of_a_domain",
            "ALTER TABLE t ADD COLUMN a int DEFAULT f()",
            "ALTER TABLE t ADD CHECK (f(a))",
            "CREATE INDEX i ON t (f(a))",
            "CREATE EXTENSION e",
            "INSERT INTO t VALUES (1)",
            "DO 'BEGIN END'",
        ] {
            assert!(!is_quiet(sql), "{sql}");
        }
    }
}
