//! Text that the server prints: strings, and names with the database before them.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, TokenKind, Word, words};

/// What a string literal says.
pub(super) fn unquoted(literal: &str) -> String {
    let inner = literal
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or(literal);
    let mut value = String::with_capacity(inner.len());
    let mut signs = inner.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\'' => {
                signs.next();
                value.push('\'');
            }
            '\\' => match signs.next() {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some('0') => value.push('\0'),
                Some('b') => value.push('\u{8}'),
                Some('Z') => value.push('\u{1a}'),
                Some(other) => value.push(other),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    value
}

/// The text without the database's name before other names.
pub(super) fn without_database(text: &str, database: &str) -> String {
    let all: Vec<Word<'_>> = words(Dialect::Mysql, text).collect();
    let mut kept = String::with_capacity(text.len());
    let mut copied = 0;
    for (place, word) in all.iter().enumerate() {
        let is_database = word.token.kind == TokenKind::QuotedName
            && word
                .name(Dialect::Mysql)
                .is_some_and(|name| name.as_str() == database);
        let is_first = place == 0 || !all[place - 1].is_punct('.');
        let is_qualifying = all.get(place + 1).is_some_and(|next| next.is_punct('.'));
        if is_database && is_first && is_qualifying {
            kept.push_str(&text[copied..word.token.span.start]);
            copied = all[place + 1].token.span.end;
        }
    }
    kept.push_str(&text[copied..]);
    kept
}

/// Everything behind `CREATE`, without who made it.
pub(super) fn without_definer(text: &str) -> &str {
    let mut all = words(Dialect::Mysql, text).peekable();
    let Some(create) = all.next() else {
        return text;
    };
    if !all.peek().is_some_and(|word| word.is("DEFINER")) {
        return text[create.token.span.end..].trim();
    }
    // `DEFINER`, `=`, a user with or without its host, or a function of the server.
    let mut end = all.next().map_or(0, |word| word.token.span.end);
    let is_start = |word: &Word<'_>| {
        word.is_one_of(&[
            "TRIGGER",
            "FUNCTION",
            "PROCEDURE",
            "EVENT",
            "AGGREGATE",
            "SQL",
            "VIEW",
        ])
    };
    for word in all {
        if is_start(&word) {
            break;
        }
        end = word.token.span.end;
    }
    text[end..].trim()
}

/// The quoted names in a text.
pub(super) fn quoted_names(text: &str) -> BTreeSet<String> {
    words(Dialect::Mysql, text)
        .filter(|word| word.token.kind == TokenKind::QuotedName)
        .filter_map(|word| word.name(Dialect::Mysql))
        .map(|name| name.as_str().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_with_their_escapes() {
        assert_eq!(unquoted(r"'it''s \\ a\nb'"), "it's \\ a\nb");
    }

    #[test]
    fn only_the_database_goes() {
        assert_eq!(
            without_database("nextval(`d`.`s`) + `t`.`d`.`x` + '`d`.'", "d"),
            "nextval(`s`) + `t`.`d`.`x` + '`d`.'"
        );
    }
}
