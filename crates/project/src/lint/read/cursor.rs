//! A place among the words of a statement.

use schemist_sql::{Dialect, Ident, Span, TokenKind, Word, words};

/// The words of a statement, as far as they are not read.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    pub(super) dialect: Dialect,
    text: &'a str,
    words: Vec<Word<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(dialect: Dialect, text: &'a str) -> Self {
        Self {
            dialect,
            text,
            words: words(dialect, text).collect(),
            at: 0,
        }
    }

    pub(super) const fn is_mysql(&self) -> bool {
        match self.dialect {
            Dialect::Mysql => true,
            Dialect::Postgres | Dialect::Sqlite => false,
        }
    }

    pub(super) const fn is_postgres(&self) -> bool {
        match self.dialect {
            Dialect::Postgres => true,
            Dialect::Sqlite | Dialect::Mysql => false,
        }
    }

    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Word<'a>> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.words.len()
    }

    /// Passes over these keywords where they come next.
    pub(super) fn take(&mut self, keywords: &str) -> bool {
        if !self.sees(keywords) {
            return false;
        }
        self.at += keywords.split(' ').count();
        true
    }

    /// Whether these keywords come next.
    pub(super) fn sees(&self, keywords: &str) -> bool {
        let mut ahead = self.words[self.at.min(self.words.len())..].iter();
        let mut wanted = keywords.split(' ');
        wanted.all(|keyword| ahead.next().is_some_and(|word| word.is(keyword)))
    }

    /// Passes over the first of these that comes next.
    pub(super) fn take_any(&mut self, choices: &[&'static str]) -> Option<&'static str> {
        let found = choices.iter().find(|choice| self.sees(choice))?;
        self.take(found);
        Some(found)
    }

    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let is_next = self.peek().is_some_and(|word| word.is_punct(sign));
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn take_operator(&mut self, sign: &str) -> bool {
        let is_next = self.peek().is_some_and(|word| word.text == sign);
        self.at += usize::from(is_next);
        is_next
    }

    /// A single name.
    pub(super) fn ident(&mut self) -> Option<Ident> {
        let name = self.peek()?.name(self.dialect)?;
        self.at += 1;
        Some(name)
    }

    /// A name with what qualifies it.
    pub(super) fn name(&mut self) -> Option<Vec<Ident>> {
        let mut parts = vec![self.ident()?];
        while self.take_sign('.') {
            parts.extend(self.ident());
        }
        Some(parts)
    }

    /// Names with commas between them.
    pub(super) fn names(&mut self) -> Vec<Vec<Ident>> {
        let mut names = Vec::new();
        loop {
            self.take("ONLY");
            names.extend(self.name());
            self.take_operator("*");
            if self.peek().is_some_and(|word| word.is_punct('(')) {
                self.parentheses();
            }
            if !self.take_sign(',') {
                return names;
            }
        }
    }

    /// What stands between the parentheses that come next.
    pub(super) fn parentheses(&mut self) -> Option<Cursor<'a>> {
        if !self.take_sign('(') {
            return None;
        }
        let from = self.at;
        self.pass_until(|word| word.is_punct(')'));
        let inner = Cursor {
            words: self.words[from..self.at].to_vec(),
            at: 0,
            ..*self
        };
        self.take_sign(')');
        Some(inner)
    }

    /// Columns in parentheses: a name for each item that is one, whatever stands behind it.
    pub(super) fn columns(&mut self) -> Vec<Option<Ident>> {
        let Some(mut inner) = self.parentheses() else {
            return Vec::new();
        };
        inner.items().into_iter().map(Self::column).collect()
    }

    fn column(mut item: Cursor<'a>) -> Option<Ident> {
        let name = item.ident()?;
        let is_expression = item
            .peek()
            .is_some_and(|word| word.is_punct('(') && !item.is_mysql());
        (!is_expression).then_some(name)
    }

    /// The rest, cut at its outer commas.
    pub(super) fn items(&mut self) -> Vec<Cursor<'a>> {
        let mut items = Vec::new();
        while !self.is_done() {
            let from = self.at;
            self.pass_until(|word| word.is_punct(','));
            items.push(Cursor {
                words: self.words[from..self.at].to_vec(),
                at: 0,
                ..*self
            });
            self.take_sign(',');
        }
        items
    }

    /// Passes over words up to one at this depth, and returns where they stand.
    pub(super) fn pass_until(&mut self, is_end: impl Fn(Word<'a>) -> bool) -> Option<Span> {
        let from = self.at;
        let mut depth = 0_usize;
        while let Some(word) = self.peek() {
            if depth == 0 && is_end(word) {
                break;
            }
            match word.token.kind {
                TokenKind::Punct('(' | '[') => depth += 1,
                TokenKind::Punct(')' | ']') => {
                    let Some(outer) = depth.checked_sub(1) else {
                        break;
                    };
                    depth = outer;
                }
                _ => {}
            }
            self.at += 1;
        }
        let words = &self.words[from..self.at];
        let (first, last) = (words.first()?, words.last()?);
        Some(Span::new(first.token.span.start, last.token.span.end))
    }

    /// Whether one of these keywords stands in the rest, outside of parentheses.
    pub(super) fn has(&self, keywords: &str) -> bool {
        let mut ahead = self.clone();
        loop {
            if ahead.sees(keywords) {
                return true;
            }
            if ahead.peek().is_some_and(|word| word.is_punct('(')) {
                ahead.parentheses();
            } else if ahead.next().is_none() {
                return false;
            }
        }
    }

    /// The words of the rest, in capitals.
    pub(super) fn rest(&self) -> impl Iterator<Item = Word<'a>> + '_ {
        self.words[self.at.min(self.words.len())..].iter().copied()
    }

    /// Where the rest stands.
    pub(super) fn span(&self) -> Span {
        let rest = &self.words[self.at.min(self.words.len())..];
        match (rest.first(), rest.last()) {
            (Some(first), Some(last)) => Span::new(first.token.span.start, last.token.span.end),
            _ => Span::new(self.text.len(), self.text.len()),
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        span.slice(self.text)
    }
}
