//! Looks at SQL text word by word, without an idea of its grammar.

use std::collections::BTreeSet;

use crate::name::{folded_name, kept_name};
use crate::{Dialect, Ident, Token, TokenKind, Tokens, Unclosed, tokens};

/// A token that the database acts on, with its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The token.
    pub token: Token,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Word<'a> {
    pub(crate) fn new(token: Token, text: &'a str) -> Self {
        Self {
            token,
            text: token.span.slice(text),
        }
    }

    /// Whether it is this keyword, in whatever case; never true of a quoted name.
    pub fn is(self, keyword: &str) -> bool {
        self.token.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is one of these keywords.
    pub fn is_one_of(self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// Whether it is this sign: one of `( ) [ ] { } , ; .`.
    pub fn is_punct(self, sign: char) -> bool {
        self.token.kind == TokenKind::Punct(sign)
    }

    /// The name that the database would keep, where this can be one.
    ///
    /// Keywords count as names, too; who knows the grammar knows where a name stands.
    pub fn name(self, dialect: Dialect) -> Option<Ident> {
        let can_be_name = match (self.token.kind, dialect) {
            (TokenKind::Word | TokenKind::QuotedName, _) => true,
            // https://www.sqlite.org/quirks.html#dblquote
            (TokenKind::String, Dialect::Sqlite) => self.text.starts_with('\''),
            (TokenKind::String, Dialect::Postgres | Dialect::Mysql) => false,
            (
                TokenKind::Space
                | TokenKind::Comment
                | TokenKind::Executable
                | TokenKind::Number
                | TokenKind::Parameter
                | TokenKind::Punct(_)
                | TokenKind::Operator
                | TokenKind::Unclosed(_),
                _,
            ) => false,
        };
        if !can_be_name {
            return None;
        }
        Ident::parse(kept_name(dialect, self.text)).ok()
    }

    pub(crate) const fn start(self) -> usize {
        self.token.span.start
    }
}

/// The words of a text: its tokens without space, comments and the marks around executable comments.
pub const fn words(dialect: Dialect, text: &str) -> Words<'_> {
    Words {
        text,
        tokens: tokens(dialect, text),
    }
}

/// The words of a text; made by [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        self.tokens
            .find(|token| token.is_significant() && token.kind != TokenKind::Executable)
            .map(|token| Word::new(token, self.text))
    }
}

/// The keywords with which a text starts, in capitals; at most `count`, and only up to the first
/// thing that is neither a keyword nor an unquoted name.
pub fn leading_words(dialect: Dialect, text: &str, count: usize) -> Vec<String> {
    words(dialect, text)
        .take_while(|word| word.token.kind == TokenKind::Word)
        .take(count)
        .map(|word| word.text.to_ascii_uppercase())
        .collect()
}

/// Every word and every quoted name in a text, also within its strings, in the form that
/// [`Dialect::folded`] gives.
///
/// Bodies of functions and arguments such as the one of `nextval('…')` are strings, and name things.
pub fn mentioned_names(dialect: Dialect, text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![text.to_owned()];
    while let Some(text) = open.pop() {
        for word in words(dialect, &text) {
            match word.token.kind {
                TokenKind::Word | TokenKind::QuotedName => {
                    names.insert(folded_name(dialect, word.text));
                }
                TokenKind::String => open.push(inner_text(word.text)),
                TokenKind::Unclosed(Unclosed::Comment) => {}
                TokenKind::Unclosed(_) => {
                    let is_end = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_';
                    let parts = word.text.split(is_end).filter(|part| !part.is_empty());
                    names.extend(parts.map(|part| folded_name(dialect, part)));
                }
                _ => {}
            }
        }
    }
    names
}

/// What stands between the quotes of a string.
fn inner_text(string: &str) -> String {
    let Some(start) = string.find(['\'', '"', '$']) else {
        return String::new();
    };
    if string[start..].starts_with('$') {
        let mark = string[1..].find('$').map_or(0, |end| end + 2);
        return string[mark..string.len() - mark].to_owned();
    }
    let quote = &string[start..=start];
    string[start + 1..string.len() - 1].replace(&quote.repeat(2), quote)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn leading_words_stop_at_what_is_no_word() {
        let check = |text| leading_words(Dialect::Mysql, text, 3).join(" ");
        assert_snapshot!(check("/* a */ create -- b\n Table if exists"), @"CREATE TABLE IF");
        assert_snapshot!(check("/*!50003 drop*/ /*!50003 view `x`*/"), @"DROP VIEW");
        assert_snapshot!(check("; a"), @"");
    }

    #[test]
    fn names_are_kept_as_the_database_keeps_them() {
        let check = |dialect, text| {
            let names = words(dialect, text).filter_map(|word| word.name(dialect));
            names
                .map(|name| name.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_snapshot!(check(Dialect::Postgres, r#"Ab "Ab" "a""b" U&"d\0061t\+000061" U&"\\" 'x' ÄÖ"#), @r#""ab" "Ab" "a""b" "data" "\" "ÄÖ""#);
        assert_snapshot!(check(Dialect::Sqlite, r#"Ab "a""b" `c``d` [e"f] 'g''h' x'00'"#), @r#""Ab" "a""b" "c`d" "e""f" "g'h""#);
        assert_snapshot!(check(Dialect::Mysql, r#"Ab `a``b` "c" 'd' 1st"#), @r#""Ab" "a`b" "1st""#);
        let long = format!("{}ä", "a".repeat(62));
        assert_eq!(
            check(Dialect::Postgres, &long),
            format!("\"{}\"", "a".repeat(62))
        );
        assert_eq!(check(Dialect::Mysql, &long), format!("\"{long}\""));
    }

    #[test]
    fn names_in_strings_are_mentioned_too() {
        let check = |dialect, text| Vec::from_iter(mentioned_names(dialect, text)).join(" ");
        let text = r#"select nextval('"S".seq_A'), f(E'it\'s') /* no */ as $$ begin 'x''y z'; $i$ T $i$ end $$"#;
        assert_snapshot!(check(Dialect::Postgres, text), @"S as begin end f it nextval s select seq_a t x y z");
        assert_snapshot!(check(Dialect::Sqlite, "select [A b].C, \"d\" from x'00' -- e"), @"a b c d from select");
        assert_snapshot!(check(Dialect::Mysql, "call `P`(\"a\"\"b c\", 'd\\'e') /*!40101 f */"), @"a b c call d e f p");
    }
}
