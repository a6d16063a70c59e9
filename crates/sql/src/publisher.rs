//! Statements about subscriptions that connect to a publisher (PostgreSQL), and the same without it.

use std::collections::BTreeSet;

use crate::{Dialect, Script, Token, TokenKind, tokens};

/// Watches statements in their order for those that connect to a publisher.
#[derive(Debug, Clone)]
pub struct PublisherWatch {
    dialect: Dialect,
    /// The subscriptions that were told to forget their slot: dropping one asks nobody.
    forgotten: BTreeSet<String>,
}

impl PublisherWatch {
    /// Begins to watch.
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            forgotten: BTreeSet::new(),
        }
    }

    /// Whether the next statement connects, or lets the server connect.
    pub fn connects(&mut self, sql: &str) -> bool {
        let words = Words::of(self.dialect, sql);
        match (words.at(0), words.at(1)) {
            ("create", "subscription") => !words.is_off("connect"),
            ("alter", "subscription") => self.alters(&words),
            ("drop", "subscription") => !self.forgotten.contains(words.dropped()),
            _ => false,
        }
    }

    fn alters(&mut self, words: &Words<'_>) -> bool {
        match (words.at(3), words.at(4)) {
            ("enable" | "refresh", _) => true,
            ("set" | "add" | "drop", "publication") => !words.is_off("refresh"),
            ("set", _) if words.says("slot_name", &["none"]) => {
                self.forgotten.insert(words.at(2).to_owned());
                false
            }
            ("set", _) => words.has("failover") || words.has("two_phase"),
            _ => false,
        }
    }
}

/// What does the same to the schema as a statement that connects, and connects to nobody.
pub fn without_connecting(dialect: Dialect, sql: &str) -> Vec<String> {
    let words = Words::of(dialect, sql);
    match (words.at(0), words.at(3), words.at(4)) {
        ("create", ..) => vec![created_unconnected(dialect, sql)],
        ("drop", ..) => {
            let mut forget = Script::new(dialect);
            forget
                .keyword("ALTER SUBSCRIPTION ")
                .expression(words.dropped())
                .keyword(" SET (slot_name = NONE)");
            vec![forget.into_text(), sql.to_owned()]
        }
        ("alter", "set" | "add" | "drop", "publication") if !words.has("with") => {
            vec![format!("{sql}\nWITH (refresh = false)")]
        }
        // Whether it is switched on is no part of the schema.
        _ => Vec::new(),
    }
}

/// A `CREATE SUBSCRIPTION` that does not connect.
pub fn created_unconnected(dialect: Dialect, sql: &str) -> String {
    let words = Words::of(dialect, sql);
    let with = (0..words.lower.len())
        .rev()
        .find(|at| words.at(*at) == "with");
    let Some(with) = with else {
        return format!("{sql}\nWITH (connect = false)");
    };
    let inside = &words.tokens[with + 1..];
    let parts = inside.split(|token| matches!(token.kind, TokenKind::Punct(',' | '(' | ')')));
    let mut script = Script::new(dialect);
    script.keyword("WITH (connect = false");
    for part in parts {
        let (Some(first), Some(last)) = (part.first(), part.last()) else {
            continue;
        };
        let name = first.span.slice(sql).to_ascii_lowercase();
        // Each of these contradicts it.
        if !matches!(
            name.as_str(),
            "connect" | "enabled" | "create_slot" | "copy_data"
        ) {
            script
                .keyword(", ")
                .expression(&sql[first.span.start..last.span.end]);
        }
    }
    script.keyword(")");
    format!(
        "{}{}",
        &sql[..words.tokens[with].span.start],
        script.as_str()
    )
}

/// The significant tokens of a statement, in lower case but for quoted names.
struct Words<'a> {
    tokens: Vec<Token>,
    lower: Vec<String>,
    sql: &'a str,
}

impl<'a> Words<'a> {
    fn of(dialect: Dialect, sql: &'a str) -> Self {
        let tokens: Vec<_> = tokens(dialect, sql)
            .filter(|token| token.is_significant())
            .collect();
        let lower = tokens.iter().map(|token| {
            let text = token.span.slice(sql);
            match token.kind {
                TokenKind::QuotedName => text.to_owned(),
                _ => text.to_lowercase(),
            }
        });
        Self {
            lower: lower.collect(),
            tokens,
            sql,
        }
    }

    fn at(&self, at: usize) -> &str {
        self.lower.get(at).map_or("", String::as_str)
    }

    fn has(&self, word: &str) -> bool {
        self.lower.iter().any(|other| other == word)
    }

    /// Whether an option has one of some values.
    fn says(&self, option: &str, values: &[&str]) -> bool {
        self.lower.windows(3).any(|words| match words {
            [name, equals, value] => {
                name.trim_matches('"') == option
                    && equals == "="
                    && values.contains(&value.trim_matches('\''))
            }
            _ => false,
        })
    }

    fn is_off(&self, option: &str) -> bool {
        self.says(option, &["false", "off", "0", "no"])
    }

    /// The name in a `DROP`.
    fn dropped(&self) -> &str {
        let place = if self.at(2) == "if" { 4 } else { 2 };
        self.tokens.get(place).map_or("", |token| match token.kind {
            TokenKind::QuotedName => token.span.slice(self.sql),
            _ => self.at(place),
        })
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn what_connects_is_told_from_what_does_not() {
        let statements = [
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "create subscription s connection 'x' publication p with (enabled = true, slot_name = 'a')",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
            "ALTER SUBSCRIPTION s ENABLE",
            "ALTER SUBSCRIPTION s DISABLE",
            "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
            "ALTER SUBSCRIPTION s SET PUBLICATION p",
            "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
            "DROP SUBSCRIPTION IF EXISTS \"S\"",
            "ALTER SUBSCRIPTION \"S\" SET (slot_name = NONE)",
            "DROP SUBSCRIPTION IF EXISTS \"S\"",
            "SELECT 1",
        ];
        let mut watch = PublisherWatch::new(Dialect::Postgres);
        let lines = statements.iter().map(|sql| {
            if watch.connects(sql) {
                let others = without_connecting(Dialect::Postgres, sql).join("; ");
                format!("{sql} → {}", others.replace('\n', " "))
            } else {
                (*sql).to_owned()
            }
        });
        let lines: Vec<_> = lines.collect();
        assert_snapshot!(lines.join("\n"), @r#"
        CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p → CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)
        create subscription s connection 'x' publication p with (enabled = true, slot_name = 'a') → create subscription s connection 'x' publication p WITH (connect = false, slot_name = 'a')
        CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)
        ALTER SUBSCRIPTION s ENABLE → 
        ALTER SUBSCRIPTION s DISABLE
        ALTER SUBSCRIPTION s REFRESH PUBLICATION → 
        ALTER SUBSCRIPTION s SET PUBLICATION p → ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)
        ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)
        DROP SUBSCRIPTION IF EXISTS "S" → ALTER SUBSCRIPTION "S" SET (slot_name = NONE); DROP SUBSCRIPTION IF EXISTS "S"
        ALTER SUBSCRIPTION "S" SET (slot_name = NONE)
        DROP SUBSCRIPTION IF EXISTS "S"
        SELECT 1
        "#);
    }
}
