//! What a server's error means: wait, fail, or something else.

use std::collections::BTreeSet;

use schemist_connect::StatementError;
use schemist_sql::Dialect;

use super::shape::Words;

/// What an error code means for loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Something of that name is there already.
    Duplicate,
    /// The statement's own fault, which no other statement can mend.
    Own,
    /// It refuses to run in a transaction.
    Alone,
    /// The transaction is too big.
    Crowded,
    /// Another statement may mend it.
    Waits,
}

/// Decides by the code, and where a product has one code for all, by fixed words.
pub(super) fn meaning(dialect: Dialect, error: &StatementError) -> Meaning {
    let (code, message) = (error.code.as_deref().unwrap_or_default(), &error.message);
    match dialect {
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        Dialect::Postgres => match code {
            "42P07" | "42710" | "42723" | "42P06" | "42701" | "42P04" | "42712" => {
                Meaning::Duplicate
            }
            "42601" | "42622" | "42602" | "22021" => Meaning::Own,
            "25001" => Meaning::Alone,
            "53200" => Meaning::Crowded,
            _ => Meaning::Waits,
        },
        // SQLite has one code for nearly everything that is wrong with a statement.
        Dialect::Sqlite => {
            if message.ends_with("already exists") || message.starts_with("there is already") {
                Meaning::Duplicate
            } else if WAITS_IN_SQLITE.iter().any(|words| message.contains(words)) {
                Meaning::Waits
            } else {
                Meaning::Own
            }
        }
        // https://mariadb.com/kb/en/mariadb-error-code-reference/
        Dialect::Mysql => match error.number {
            // Tables and views, routines, triggers, events, indexes, columns, constraints, keys.
            Some(1050 | 1304 | 1359 | 1537 | 1061 | 1060 | 1826 | 1022) => Meaning::Duplicate,
            // Syntax, names that are too long or wrong, and words that no server ever learns.
            Some(
                1064 | 1149 | 1059 | 1102 | 1103 | 1115 | 1273 | 1286 | 1065 | 1067 | 1101 | 1075,
            ) => Meaning::Own,
            _ => Meaning::Waits,
        },
    }
}

/// Words of SQLite for what another statement may make.
const WAITS_IN_SQLITE: &[&str] = &["no such", "has no column named", "unknown column"];

/// The names that a failed statement may be waiting for.
pub(super) fn missing(dialect: Dialect, sql: &str, error: &StatementError) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(at) = error.position {
        names.extend(Words::of(dialect, sql).names_at_byte(at));
    }
    let message = &error.message;
    match dialect {
        Dialect::Mysql => {
            let quoted = message.split(['\'', '`', '"']).skip(1).step_by(2);
            for name in quoted {
                names.extend(name.split('.').map(str::to_lowercase));
            }
            // `FUNCTION shop.f does not exist` has no quotes, and a foreign key's message does not
            // name the table that it misses.
            if names.is_empty() || error.number == Some(1005) {
                names.extend(Words::of(dialect, message).names());
                names.extend(Words::of(dialect, sql).names());
            }
        }
        Dialect::Sqlite => {
            let name = message.rsplit(": ").next().unwrap_or_default();
            names.extend(name.split('.').map(str::to_lowercase));
        }
        Dialect::Postgres => {
            let quoted: Vec<_> = message
                .split(['"', '«', '»', '„', '“'])
                .skip(1)
                .step_by(2)
                .collect();
            for name in &quoted {
                names.insert((*name).to_owned());
                names.extend(name.split('.').map(str::to_owned));
            }
            if quoted.is_empty() && names.is_empty() {
                let words = Words::of(dialect, message).names();
                names.extend(
                    words
                        .into_iter()
                        .filter(|word| !NOISE.contains(&word.as_str())),
                );
            }
        }
    }
    names.remove("");
    names
}

/// Words of messages that name nothing.
const NOISE: &[&str] = &[
    "function",
    "procedure",
    "aggregate",
    "column",
    "operator",
    "type",
    "relation",
    "does",
    "not",
    "exist",
    "is",
    "no",
    "there",
    "of",
    "the",
    "a",
    "in",
    "for",
    "to",
    "on",
    "with",
    "unique",
    "constraint",
    "matching",
    "given",
    "keys",
];

#[cfg(test)]
mod tests {
    use schemist_connect::ServerWords;

    use super::*;

    fn names(code: &str, message: &str, position: Option<usize>, sql: &str) -> Vec<String> {
        let words = ServerWords {
            code: Some(code.to_owned()),
            message: message.to_owned(),
            position,
            ..ServerWords::default()
        };
        missing(Dialect::Postgres, sql, &words.into())
            .into_iter()
            .collect()
    }

    #[test]
    fn what_is_missing_is_read_from_the_place_and_from_quotes_in_any_language() {
        assert_eq!(
            names("42P01", "Relation »a.b« existiert nicht", None, "x"),
            ["a", "a.b", "b"]
        );
        assert_eq!(
            names("42883", "function f(integer) does not exist", None, "x"),
            ["f", "integer"]
        );
        let sql = "SELECT * FROM s.\"T\"";
        assert_eq!(names("42P01", "whatever", sql.find("s."), sql), ["T", "s"]);
    }
}
