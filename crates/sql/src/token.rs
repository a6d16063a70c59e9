//! What SQL text is made of: tokens and their places.

use std::ops::Range;

/// A stretch of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it starts.
    pub start: usize,
    /// Where it ends; the byte here no longer belongs to it.
    pub end: usize,
}

impl Span {
    /// The stretch from `start` up to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The part of the text that it covers.
    pub fn slice(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// How many bytes it covers.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same stretch as a range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// One piece of SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

impl Token {
    /// Whether the database acts on it: neither space nor a comment.
    pub const fn is_significant(self) -> bool {
        !matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }
}

/// What a piece of SQL text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Blanks, line ends, a byte order mark.
    Space,
    /// A comment that the database passes over.
    Comment,
    /// The opening (`/*!40101`) or the end (`*/`) of a comment that MySQL runs.
    Executable,
    /// A keyword or an unquoted name.
    Word,
    /// A name in quotes.
    QuotedName,
    /// A string or a blob, with its prefix and its quotes of whatever kind.
    String,
    /// A number.
    Number,
    /// `$1`, `?`, `:name`, `@name`.
    Parameter,
    /// One of `( ) [ ] { } , ; .`.
    Punct(char),
    /// Everything else; as many characters as the dialect takes together.
    Operator,
    /// Something that is opened and never closed; it reaches to the end of the text.
    Unclosed(Unclosed),
}

/// What can be opened and never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclosed {
    /// A string.
    String,
    /// A dollar-quoted string of PostgreSQL.
    DollarQuote,
    /// A quoted name.
    Name,
    /// A comment between `/*` and `*/`.
    Comment,
    /// A body between `BEGIN` (or another such word) and `END`.
    Body,
    /// The rows after `COPY … FROM stdin`, which end with a line `\.`.
    CopyData,
}

impl Unclosed {
    /// The words for it in a message.
    pub const fn title(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::DollarQuote => "dollar-quoted string",
            Self::Name => "quoted name",
            Self::Comment => "comment",
            Self::Body => "body, which misses an END",
            Self::CopyData => "rows of COPY, which miss a line `\\.`",
        }
    }
}

/// The line and the column of an offset, both counted from 1, the column in characters.
///
/// A byte order mark does not count, since no editor shows it.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let column = before[start..].chars().filter(|c| *c != '\u{feff}').count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let text = "\u{feff}größe\r\nab";
        let at = |needle| line_column(text, text.find(needle).unwrap());
        assert_eq!(at("g"), (1, 1));
        assert_eq!(at("e"), (1, 5));
        assert_eq!(at("b"), (2, 2));
        assert_eq!(line_column(text, text.len()), (2, 3));
        assert_eq!(line_column(text, 1_000), (2, 3));
    }
}
