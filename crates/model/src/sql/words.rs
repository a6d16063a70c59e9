//! The significant tokens of one statement, and the names among them.

use std::cell::RefCell;

use schemist_sql::{Dialect, Ident, QualifiedName, Span, TokenKind, Word, words};

/// The significant tokens of a statement.
///
/// They are cut off the text as far as somebody asks for them: mostly the first few say enough.
pub(crate) struct Words<'a> {
    dialect: Dialect,
    text: &'a str,
    cut: RefCell<Cut<'a>>,
}

/// The tokens that were asked for, and the rest of the text.
struct Cut<'a> {
    words: Vec<Word<'a>>,
    rest: schemist_sql::Words<'a>,
}

impl<'a> Words<'a> {
    /// The tokens of a text, without spaces, comments and the marks of executable comments.
    pub(crate) const fn of(dialect: Dialect, text: &'a str) -> Self {
        let cut = Cut {
            words: Vec::new(),
            rest: words(dialect, text),
        };
        Self {
            dialect,
            text,
            cut: RefCell::new(cut),
        }
    }

    fn get(&self, at: usize) -> Option<Word<'a>> {
        let Cut { words, rest } = &mut *self.cut.borrow_mut();
        let missing = (at + 1).saturating_sub(words.len());
        words.extend(rest.take(missing));
        words.get(at).copied()
    }

    /// The text of a token; empty behind the last.
    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.get(at).map_or("", |word| word.text)
    }

    /// The kind of a token.
    pub(crate) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.get(at).map(|word| word.token.kind)
    }

    /// The place of a token; empty behind the last.
    pub(crate) fn span(&self, at: usize) -> Span {
        let end = self.text.len();
        self.get(at)
            .map_or(Span::new(end, end), |word| word.token.span)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        let Cut { words, rest } = &mut *self.cut.borrow_mut();
        words.extend(rest);
        words.len()
    }

    /// Whether these letters stand anywhere in the text, in whatever case: much cheaper than to cut it.
    pub(crate) fn has_letters(&self, letters: &str) -> bool {
        has_letters(self.text, letters)
    }

    /// Whether there is no token at a position any more.
    pub(crate) fn is_end(&self, at: usize) -> bool {
        self.get(at).is_none()
    }

    /// Whether a token is that keyword.
    pub(crate) fn is(&self, at: usize, keyword: &str) -> bool {
        self.get(at).is_some_and(|word| word.is(keyword))
    }

    /// Whether a token is one of those keywords.
    pub(crate) fn is_any(&self, at: usize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(at, keyword))
    }

    /// Whether those keywords stand there, one after another.
    pub(crate) fn are(&self, at: usize, keywords: &str) -> bool {
        keywords
            .split(' ')
            .enumerate()
            .all(|(i, keyword)| self.is(at + i, keyword))
    }

    /// Whether a token is that punctuation.
    pub(crate) fn is_punct(&self, at: usize, punct: char) -> bool {
        self.get(at).is_some_and(|word| word.is_punct(punct))
    }

    /// The position behind those keywords, where they stand there.
    pub(crate) fn after(&self, at: usize, keywords: &str) -> usize {
        if self.are(at, keywords) {
            at + keywords.split(' ').count()
        } else {
            at
        }
    }

    /// The first of those keywords outside of parentheses, from a position on.
    pub(crate) fn find(&self, from: usize, keywords: &[&str]) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (from..).take_while(|at| !self.is_end(*at)) {
            match self.kind(at) {
                Some(TokenKind::Punct('(')) => depth += 1,
                Some(TokenKind::Punct(')')) => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.is_any(at, keywords) => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The `)` that closes the `(` at a position.
    pub(crate) fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (open..).take_while(|at| !self.is_end(*at)) {
            match self.kind(at) {
                Some(TokenKind::Punct('(')) => depth += 1,
                Some(TokenKind::Punct(')')) => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The name at a position, as the database keeps it.
    pub(crate) fn ident(&self, at: usize) -> Option<Ident> {
        self.get(at)?.name(self.dialect)
    }

    /// The name at a position, perhaps with a schema, and the position behind it.
    pub(crate) fn name(&self, at: usize, default_schema: &Ident) -> Option<(QualifiedName, usize)> {
        let first = self.ident(at)?;
        if !self.is_punct(at + 1, '.') {
            return Some((QualifiedName::unqualified(first), at + 1));
        }
        let name = self.ident(at + 2)?;
        let schema = Some(first).filter(|schema| schema != default_schema);
        Some((QualifiedName { schema, name }, at + 3))
    }

    /// The words between two positions, in lower case with one blank between them.
    pub(crate) fn phrase(&self, from: usize, to: usize) -> String {
        let words: Vec<_> = (from..to).map(|at| self.text(at).to_lowercase()).collect();
        words.join(" ")
    }
}

/// Whether these letters stand anywhere in a text, in whatever case.
pub(crate) fn has_letters(text: &str, letters: &str) -> bool {
    let mut places = text.as_bytes().windows(letters.len());
    places.any(|place| place.eq_ignore_ascii_case(letters.as_bytes()))
}

/// What a string says; what is in no quotes says itself.
pub(crate) fn unquote(text: &str) -> String {
    let inner = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("''", "'"))
}
