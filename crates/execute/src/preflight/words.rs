//! A statement as words, names and what stands in parentheses.

use schemist_sql::{Dialect, Token, TokenKind, tokens};

/// The significant tokens of a statement.
pub(super) struct Words<'a> {
    sql: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Words<'a> {
    pub(super) fn of(dialect: Dialect, sql: &'a str) -> Self {
        Self {
            sql,
            tokens: tokens(dialect, sql)
                .filter(|token| token.is_significant())
                .collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether these keywords stand at a place.
    pub(super) fn says(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| {
            self.tokens.get(at + i).is_some_and(|token| {
                token.kind == TokenKind::Word
                    && token.span.slice(self.sql).eq_ignore_ascii_case(word)
            })
        })
    }

    /// The place after keywords that may stand there.
    pub(super) fn past(&self, at: usize, words: &[&str]) -> usize {
        if self.says(at, words) {
            at + words.len()
        } else {
            at
        }
    }

    fn is_punct(&self, at: usize, punct: char) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Punct(punct))
    }

    /// The tokens' text from one place up to another.
    pub(super) fn text(&self, from: usize, to: usize) -> Option<&'a str> {
        let start = self.tokens.get(from)?.span.start;
        let end = self.tokens.get(to.checked_sub(1)?)?.span.end;
        self.sql.get(start..end)
    }

    /// A name with what qualifies it, as it is written, and the place after it.
    pub(super) fn name(&self, at: usize) -> Option<(&'a str, usize)> {
        let is_name = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName))
        };
        if !is_name(at) {
            return None;
        }
        let mut end = at + 1;
        while self.is_punct(end, '.') && is_name(end + 1) {
            end += 2;
        }
        Some((self.text(at, end)?, end))
    }

    /// What stands in parentheses at a place, and the place after them.
    pub(super) fn group(&self, at: usize) -> Option<(&'a str, usize)> {
        if !self.is_punct(at, '(') {
            return None;
        }
        let end = self.after_group(at)?;
        let inner = self.text(at + 1, end - 1)?;
        (end - 1 > at + 1).then_some((inner, end))
    }

    fn after_group(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for place in at..self.len() {
            if self.is_punct(place, '(') {
                depth += 1;
            } else if self.is_punct(place, ')') {
                depth -= 1;
                if depth == 0 {
                    return Some(place + 1);
                }
            }
        }
        None
    }

    /// The stretches between commas outside of parentheses, from a place on.
    pub(super) fn parts(&self, from: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut start = from;
        let mut depth = 0_i32;
        for place in from..self.len() {
            if self.is_punct(place, '(') {
                depth += 1;
            } else if self.is_punct(place, ')') {
                depth -= 1;
            } else if depth == 0 && self.is_punct(place, ',') {
                parts.push((start, place));
                start = place + 1;
            }
        }
        parts.push((start, self.len()));
        parts
    }

    /// The first place from one on, and before another, where these keywords stand.
    pub(super) fn find(&self, from: usize, to: usize, words: &[&str]) -> Option<usize> {
        (from..to).find(|at| self.says(*at, words))
    }
}
