//! SQL in colours, from the same tokens by which statements are cut.

use schemist_sql::{Dialect, Token, TokenKind, tokens};

use crate::markup::html_block;

/// Words that are coloured where they stand without quotes.
const KEYWORDS: &[&str] = &[
    "ACTION",
    "ADD",
    "AFTER",
    "ALGORITHM",
    "ALL",
    "ALTER",
    "ALWAYS",
    "ANALYZE",
    "AND",
    "AS",
    "ASC",
    "ATTACH",
    "AUTOINCREMENT",
    "AUTO_INCREMENT",
    "BEFORE",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASCADE",
    "CASE",
    "CAST",
    "CHANGE",
    "CHARACTER",
    "CHECK",
    "COLLATE",
    "COLUMN",
    "COMMENT",
    "COMMIT",
    "CONCURRENTLY",
    "CONFLICT",
    "CONSTRAINT",
    "COPY",
    "CREATE",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "DATABASE",
    "DECLARE",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DESC",
    "DETACH",
    "DISTINCT",
    "DO",
    "DOMAIN",
    "DROP",
    "EACH",
    "ELSE",
    "ENABLE",
    "END",
    "ENGINE",
    "ENUM",
    "EXCLUDE",
    "EXECUTE",
    "EXISTS",
    "EXTENSION",
    "FALSE",
    "FOR",
    "FOREIGN",
    "FROM",
    "FULL",
    "FUNCTION",
    "GENERATED",
    "GRANT",
    "GROUP",
    "HAVING",
    "IDENTITY",
    "IF",
    "IN",
    "INCLUDE",
    "INDEX",
    "INNER",
    "INPLACE",
    "INSERT",
    "INSTANT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LANGUAGE",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LOCK",
    "MATERIALIZED",
    "MODIFY",
    "NO",
    "NONE",
    "NOT",
    "NULL",
    "NULLS",
    "OF",
    "OFF",
    "ON",
    "ONLY",
    "OR",
    "ORDER",
    "OUTER",
    "OWNED",
    "OWNER",
    "PARTITION",
    "POLICY",
    "PRAGMA",
    "PRIMARY",
    "PROCEDURE",
    "PUBLICATION",
    "RANGE",
    "REFERENCES",
    "REFRESH",
    "RENAME",
    "REPLACE",
    "RESTRICT",
    "RETURN",
    "RETURNING",
    "RETURNS",
    "REVOKE",
    "ROW",
    "RULE",
    "SCHEMA",
    "SELECT",
    "SEQUENCE",
    "SET",
    "STATISTICS",
    "STORED",
    "STRICT",
    "TABLE",
    "TEMPORARY",
    "THEN",
    "TO",
    "TRIGGER",
    "TRUE",
    "TRUNCATE",
    "TYPE",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALID",
    "VALIDATE",
    "VALUE",
    "VALUES",
    "VIEW",
    "VIRTUAL",
    "WHEN",
    "WHERE",
    "WITH",
    "WITHOUT",
];

/// Writes a statement as HTML.
pub(super) fn colored(dialect: Dialect, sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() * 2);
    for token in tokens(dialect, sql) {
        let words = token.span.slice(sql);
        if let Some((quote, body)) = body(token, words) {
            let quote = html_block(quote);
            let body = colored(dialect, body);
            text.push_str(&format!(
                "<span class=\"q\">{quote}</span>{body}<span class=\"q\">{quote}</span>"
            ));
            continue;
        }
        let words = html_block(words);
        match class(token, sql) {
            Some(class) => text.push_str(&format!("<span class=\"{class}\">{words}</span>")),
            None => text.push_str(&words),
        }
    }
    text
}

/// The body of a function between dollar quotes, which is SQL itself or something like it.
fn body(token: Token, words: &str) -> Option<(&str, &str)> {
    if token.kind != TokenKind::String || !words.starts_with('$') {
        return None;
    }
    let quote = words.get(..=words.get(1..)?.find('$')? + 1)?;
    let body = words.strip_prefix(quote)?.strip_suffix(quote)?;
    Some((quote, body))
}

fn class(token: Token, sql: &str) -> Option<&'static str> {
    match token.kind {
        TokenKind::Word => {
            let word = token.span.slice(sql).to_ascii_uppercase();
            KEYWORDS
                .binary_search(&word.as_str())
                .is_ok()
                .then_some("k")
        }
        TokenKind::QuotedName => Some("n"),
        TokenKind::String => Some("s"),
        TokenKind::Number => Some("d"),
        TokenKind::Comment | TokenKind::Executable => Some("c"),
        TokenKind::Parameter => Some("p"),
        TokenKind::Unclosed(_) => Some("u"),
        TokenKind::Space | TokenKind::Punct(_) | TokenKind::Operator => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn tokens_have_their_classes_and_nothing_is_markup() {
        let sql = "ALTER TABLE \"a<b>\"\n  ADD x text DEFAULT '</span><script>' -- \u{1b}[1m\nDO $x$ BEGIN $x$";
        insta::assert_snapshot!(colored(Dialect::Postgres, sql), @r#"
        <span class="k">ALTER</span> <span class="k">TABLE</span> <span class="n">&quot;a&lt;b&gt;&quot;</span>
          <span class="k">ADD</span> x text <span class="k">DEFAULT</span> <span class="s">&#39;&lt;/span&gt;&lt;script&gt;&#39;</span> <span class="c">-- \u{1b}[1m</span>
        <span class="k">DO</span> <span class="q">$x$</span> <span class="k">BEGIN</span> <span class="q">$x$</span>
        "#);
    }
}
