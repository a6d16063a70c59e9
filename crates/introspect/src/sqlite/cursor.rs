//! Stored SQL text, read word by word.

use schemist_sql::{Dialect, Ident, Span, Word, words};

/// Where a stored text stops making sense to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// The word that we did not expect; empty at the end of the text.
    near: String,
}

impl Unread {
    /// The words for it in a message.
    pub(super) fn reason(&self) -> String {
        if self.near.is_empty() {
            return "its stored text ends too early".to_owned();
        }
        format!("its stored text is not clear from `{}` on", self.near)
    }
}

/// A place in a stored text.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    words: Vec<Word<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The start of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            words: words(Dialect::Sqlite, text).collect(),
            at: 0,
        }
    }

    /// The next word.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    /// The word `ahead` places behind the next one.
    pub(super) fn look(&self, ahead: usize) -> Option<Word<'a>> {
        self.words.get(self.at + ahead).copied()
    }

    /// Takes the next word.
    pub(super) fn next(&mut self) -> Option<Word<'a>> {
        let word = self.peek();
        self.at += usize::from(word.is_some());
        word
    }

    /// Whether the next words are these keywords.
    pub(super) fn is_at(&self, keywords: &[&str]) -> bool {
        keywords
            .iter()
            .enumerate()
            .all(|(ahead, keyword)| self.look(ahead).is_some_and(|word| word.is(keyword)))
    }

    /// Takes these keywords, if they come next.
    pub(super) fn eat(&mut self, keywords: &[&str]) -> bool {
        let found = self.is_at(keywords);
        if found {
            self.at += keywords.len();
        }
        found
    }

    /// Takes this sign, if it comes next.
    pub(super) fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.peek().is_some_and(|word| word.is_punct(sign));
        self.at += usize::from(found);
        found
    }

    /// Takes these keywords, which must come next.
    pub(super) fn expect(&mut self, keywords: &[&str]) -> Result<(), Unread> {
        if self.eat(keywords) {
            return Ok(());
        }
        Err(self.unread())
    }

    /// Takes this sign, which must come next.
    pub(super) fn expect_sign(&mut self, sign: char) -> Result<(), Unread> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        Err(self.unread())
    }

    /// Takes a name, which must come next.
    pub(super) fn name(&mut self) -> Result<Ident, Unread> {
        let name = self.peek().and_then(|word| word.name(Dialect::Sqlite));
        let name = name.ok_or_else(|| self.unread())?;
        self.at += 1;
        Ok(name)
    }

    /// Takes a name with or without a schema before it, and returns the name.
    pub(super) fn qualified_name(&mut self) -> Result<Ident, Unread> {
        let name = self.name()?;
        if self.eat_sign('.') {
            return self.name();
        }
        Ok(name)
    }

    /// Takes a collation's name, as it is to be written.
    pub(super) fn collation(&mut self) -> Result<String, Unread> {
        Ok(written_collation(self.name()?.as_str()))
    }

    /// Takes everything in parentheses, which must come next, and returns what is within.
    pub(super) fn parentheses(&mut self) -> Result<&'a str, Unread> {
        let start = self.end_of_next().ok_or_else(|| self.unread())?;
        self.expect_sign('(')?;
        let mut depth = 1;
        while let Some(word) = self.peek() {
            depth += usize::from(word.is_punct('('));
            depth -= usize::from(word.is_punct(')'));
            self.at += 1;
            if depth == 0 {
                return Ok(self.text[start..word.token.span.start].trim());
            }
        }
        Err(self.unread())
    }

    /// Everything from the next word to the end, without the `;` there.
    pub(super) fn rest(&self) -> &'a str {
        let start = self
            .peek()
            .map_or(self.text.len(), |word| word.token.span.start);
        let rest = self.text[start..].trim_end();
        rest.strip_suffix(';').unwrap_or(rest).trim_end()
    }

    /// How many words have been taken.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// The text of the words from `start` up to the next one.
    pub(super) fn taken_since(&self, start: usize) -> &'a str {
        let taken = self.words.get(start..self.at).unwrap_or_default();
        let (Some(first), Some(last)) = (taken.first(), taken.last()) else {
            return "";
        };
        Span::new(first.token.span.start, last.token.span.end).slice(self.text)
    }

    /// Says that the next word is not one that we expect.
    pub(super) fn unread(&self) -> Unread {
        Unread {
            near: self
                .peek()
                .map(|word| word.text.to_owned())
                .unwrap_or_default(),
        }
    }

    fn end_of_next(&self) -> Option<usize> {
        self.peek().map(|word| word.token.span.end)
    }
}

/// The name of a collation as it is written: bare where that will do.
pub(super) fn written_collation(name: &str) -> String {
    let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_bare {
        name.to_owned()
    } else {
        Ident::from_server(name).quoted(Dialect::Sqlite)
    }
}
