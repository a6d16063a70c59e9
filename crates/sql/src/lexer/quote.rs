//! Strings and names between quotes of all kinds.

use super::{Tokens, is_word_part, is_word_start};
use crate::{Dialect, TokenKind, Unclosed};

/// What a backslash between quotes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backslash {
    Escapes,
    Plain,
}

impl Tokens<'_> {
    pub(super) fn quoted(&self) -> Option<(TokenKind, usize)> {
        let first = self.peek(0);
        if let Some(prefix) = self.string_prefix() {
            let backslash = match self.dialect {
                Dialect::Postgres if first.eq_ignore_ascii_case(&b'e') => Backslash::Escapes,
                Dialect::Postgres | Dialect::Sqlite => Backslash::Plain,
                Dialect::Mysql => Backslash::Escapes,
            };
            return Some(self.quote(prefix, Unclosed::String, backslash));
        }
        match self.dialect {
            Dialect::Postgres => match first {
                b'"' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                b'U' | b'u' if self.peek(1) == b'&' && self.peek(2) == b'"' => {
                    Some(self.quote(2, Unclosed::Name, Backslash::Plain))
                }
                b'$' => self.dollar_quote(),
                _ => None,
            },
            Dialect::Sqlite => match first {
                b'"' | b'`' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                b'[' => {
                    let end = self.text[self.at..].find(']').map(|i| self.at + i + 1);
                    Some(self.closed(Unclosed::Name, end))
                }
                _ => None,
            },
            Dialect::Mysql => match first {
                b'"' => Some(self.quote(0, Unclosed::String, Backslash::Escapes)),
                b'`' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                _ => None,
            },
        }
    }

    /// How many characters stand before the `'` of a string that starts here.
    fn string_prefix(&self) -> Option<usize> {
        if self.peek(0) == b'\'' {
            return Some(0);
        }
        let first = self.peek(0).to_ascii_lowercase();
        let prefixes: &[u8] = match self.dialect {
            Dialect::Postgres => b"ebxn",
            Dialect::Sqlite => b"x",
            Dialect::Mysql => b"xbn",
        };
        if prefixes.contains(&first) && self.peek(1) == b'\'' {
            return Some(1);
        }
        match self.dialect {
            Dialect::Postgres => {
                (first == b'u' && self.peek(1) == b'&' && self.peek(2) == b'\'').then_some(2)
            }
            Dialect::Sqlite | Dialect::Mysql => None,
        }
    }

    /// Reads up to the quote that closes the one after the prefix; a doubled quote closes nothing.
    fn quote(&self, prefix: usize, what: Unclosed, backslash: Backslash) -> (TokenKind, usize) {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at + prefix];
        let mut at = self.at + prefix + 1;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'\\' && backslash == Backslash::Escapes {
                at += 2;
            } else if byte != quote {
                at += 1;
            } else if bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return self.closed(what, Some(at + 1));
            }
        }
        self.closed(what, None)
    }

    fn dollar_quote(&self) -> Option<(TokenKind, usize)> {
        let tag_end = match self.peek(1) {
            b'$' => self.at + 1,
            first if is_word_start(first) => {
                let end = self.end_of(self.at + 1, |b| is_word_part(b) && b != b'$');
                (self.text.as_bytes().get(end) == Some(&b'$')).then_some(end)?
            }
            _ => return None,
        };
        let mark = &self.text[self.at..=tag_end];
        let body = tag_end + 1;
        let end = self.text[body..].find(mark).map(|i| body + i + mark.len());
        Some(self.closed(Unclosed::DollarQuote, end))
    }

    fn closed(&self, what: Unclosed, end: Option<usize>) -> (TokenKind, usize) {
        let Some(end) = end else {
            return (TokenKind::Unclosed(what), self.text.len());
        };
        let kind = if what == Unclosed::Name {
            TokenKind::QuotedName
        } else {
            TokenKind::String
        };
        (kind, end)
    }
}
