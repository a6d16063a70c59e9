//! How a statement outside transactions is told from what the journal says of it, where a run is cut between the two.

use schemist_sql::{Dialect, TokenKind, tokens};

use super::passage::{Repetition, RunStatement};
use super::probe::Trace;

/// What keeps a statement from being run twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Manner {
    /// The journal moves with it: it is a transaction by itself, and takes the journal into it.
    Joined,
    /// What it leaves behind tells whether it ran.
    Traced(Trace),
    /// Running it again does no harm.
    Repeatable,
    /// Nothing does: a person is asked.
    Untold,
}

/// How a statement outside transactions is run; where definitions commit by themselves, they tell it.
pub(super) fn manner(dialect: Dialect, statement: &RunStatement) -> Manner {
    let words = words(dialect, &statement.sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let manner = match dialect {
        Dialect::Postgres => of_postgres(&statement.sql, &words),
        Dialect::Sqlite => of_sqlite(&words),
        Dialect::Mysql => Manner::Untold,
    };
    match (manner, statement.repetition) {
        (Manner::Untold, Repetition::Harmless) => Manner::Repeatable,
        (manner, Repetition::Harmless | Repetition::Unknown) => manner,
    }
}

/// The statements that PostgreSQL refuses inside a transaction, or that end transactions, do not join.
///
/// <https://www.postgresql.org/docs/current/sql-commands.html>: what is found to be refused after all
/// fails with 25001, and is then run outside.
fn of_postgres(sql: &str, words: &[&str]) -> Manner {
    if let Some(trace) = Trace::of(Dialect::Postgres, sql) {
        return Manner::Traced(trace);
    }
    match words {
        [
            "vacuum" | "cluster" | "reindex" | "discard" | "checkpoint" | "load",
            ..,
        ]
        | ["alter", "system" | "database", ..] => Manner::Repeatable,
        ["do" | "call" | "execute", ..]
        | [
            "create" | "drop",
            "database" | "tablespace" | "subscription",
            ..,
        ]
        | ["alter", "subscription", ..] => Manner::Untold,
        _ if words.contains(&"concurrently") && !words.starts_with(&["refresh"]) => Manner::Untold,
        _ => Manner::Joined,
    }
}

/// <https://www.sqlite.org/lang.html>: only these mind a transaction around them.
const fn of_sqlite(words: &[&str]) -> Manner {
    match words {
        [first, ..] => match first.as_bytes() {
            b"pragma" | b"attach" | b"detach" => Manner::Repeatable,
            b"vacuum" if words.len() == 1 => Manner::Repeatable,
            // Into a file, which is there the second time.
            b"vacuum" => Manner::Untold,
            _ => Manner::Joined,
        },
        [] => Manner::Joined,
    }
}

/// The first words of a statement and every `concurrently`, in lower case.
fn words(dialect: Dialect, sql: &str) -> Vec<String> {
    let all = tokens(dialect, sql)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.span.slice(sql).to_ascii_lowercase());
    all.enumerate()
        .filter(|(place, word)| *place < 3 || word == "concurrently")
        .map(|(_, word)| word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dialect: Dialect, sql: &str) -> Manner {
        let statement = RunStatement {
            sql: sql.to_owned(),
            line: 1,
            repetition: Repetition::Unknown,
        };
        manner(dialect, &statement)
    }

    #[test]
    fn what_is_a_transaction_by_itself_takes_the_journal_into_it() {
        for sql in [
            "UPDATE t SET n = n + 1",
            "CREATE TABLE t ()",
            "ALTER TABLE t VALIDATE CONSTRAINT c",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "WITH x AS (SELECT 1) DELETE FROM t",
        ] {
            assert_eq!(of(Dialect::Postgres, sql), Manner::Joined, "{sql}");
        }
        assert_eq!(of(Dialect::Sqlite, "DELETE FROM t"), Manner::Joined);
    }

    #[test]
    fn what_may_have_committed_by_itself_is_asked_about() {
        for sql in [
            "CALL p()",
            "DO $$ BEGIN COMMIT; END $$",
            "CREATE DATABASE d",
            "DROP INDEX CONCURRENTLY a, b",
        ] {
            assert_eq!(of(Dialect::Postgres, sql), Manner::Untold, "{sql}");
        }
        assert_eq!(of(Dialect::Sqlite, "VACUUM INTO 'x'"), Manner::Untold);
        let harmless = RunStatement {
            sql: "CALL p()".to_owned(),
            line: 1,
            repetition: Repetition::Harmless,
        };
        assert_eq!(manner(Dialect::Postgres, &harmless), Manner::Repeatable);
    }

    #[test]
    fn upkeep_is_done_again() {
        assert_eq!(of(Dialect::Postgres, "VACUUM t"), Manner::Repeatable);
        assert_eq!(
            of(Dialect::Postgres, "REINDEX INDEX CONCURRENTLY i"),
            Manner::Repeatable
        );
        assert_eq!(of(Dialect::Sqlite, "VACUUM"), Manner::Repeatable);
        assert_eq!(
            of(Dialect::Sqlite, "PRAGMA user_version = 1"),
            Manner::Repeatable
        );
    }
}
