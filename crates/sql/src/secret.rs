//! Statements that may hold secrets, as they may be shown.

use crate::{Dialect, Token, TokenKind, tokens};

/// What statements that tell how another server is reached are about.
const REACHING: [&str; 5] = [
    "user mapping",
    "server",
    "subscription",
    "foreign data wrapper",
    "foreign table",
];

/// The text with the strings of statements that may hold passwords blotted out, as long as it was.
pub fn without_secrets(dialect: Dialect, text: &str) -> String {
    let mut shown = text.to_owned();
    let mut statement: Vec<Token> = Vec::new();
    for token in tokens(dialect, text).filter(|token| token.is_significant()) {
        if token.kind == TokenKind::Punct(';') {
            blot(&statement, text, &mut shown);
            statement.clear();
        } else {
            statement.push(token);
        }
    }
    blot(&statement, text, &mut shown);
    shown
}

fn blot(statement: &[Token], text: &str, shown: &mut String) {
    if !reaches_out(statement, text) {
        return;
    }
    for token in statement {
        if !matches!(token.kind, TokenKind::String | TokenKind::Unclosed(_)) {
            continue;
        }
        let (open, close) = inside(token.span.slice(text));
        let range = token.span.start + open..token.span.start + close;
        let stars = "*".repeat(range.len());
        shown.replace_range(range, &stars);
    }
}

fn reaches_out(statement: &[Token], text: &str) -> bool {
    let words = statement.iter().take(4);
    let words: Vec<_> = words
        .map(|token| token.span.slice(text).to_lowercase())
        .collect();
    let Some((verb, rest)) = words.split_first() else {
        return false;
    };
    let rest = rest.join(" ");
    matches!(verb.as_str(), "create" | "alter")
        && REACHING.iter().any(|start| {
            rest.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
}

/// Where a string's content begins and ends.
fn inside(string: &str) -> (usize, usize) {
    let end = string.len();
    if let Some(tag) = string
        .strip_prefix('$')
        .and_then(|rest| rest.find('$'))
        .map(|length| length + 2)
    {
        let is_closed = end >= 2 * tag && string.ends_with(&string[..tag]);
        return (tag, if is_closed { end - tag } else { end });
    }
    let open = string.find('\'').map_or(0, |quote| quote + 1);
    let is_closed = end > open && string.ends_with('\'');
    (open, if is_closed { end - 1 } else { end })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn strings_of_statements_that_reach_out_are_blotted_out() {
        let text = "SELECT 'seen'; create user mapping for a server s options (password 'it''s', x E'ö');\nALTER SERVER s OPTIONS (SET x $q$y$q$);\nCREATE TABLE server (a text DEFAULT 'seen'); CREATE SUBSCRIPTION s CONNECTION 'open";
        let shown = without_secrets(Dialect::Postgres, text);
        assert_eq!(shown.len(), text.len());
        assert_snapshot!(shown, @r"
        SELECT 'seen'; create user mapping for a server s options (password '*****', x E'**');
        ALTER SERVER s OPTIONS (SET x $q$*$q$);
        CREATE TABLE server (a text DEFAULT 'seen'); CREATE SUBSCRIPTION s CONNECTION '****
        ");
    }
}
