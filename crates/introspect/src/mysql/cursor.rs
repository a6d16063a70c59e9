//! A statement that the server printed, read word by word.

use schemist_sql::{Dialect, Ident, TokenKind, Word, words};

/// Where a printed text stops making sense to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    near: String,
}

impl Unread {
    /// The words for it in a message.
    pub(super) fn reason(&self) -> String {
        if self.near.is_empty() {
            return "its statement ends too early".to_owned();
        }
        format!("its statement is not clear from `{}` on", self.near)
    }
}

/// A place in a printed text.
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
            words: words(Dialect::Mysql, text).collect(),
            at: 0,
        }
    }

    /// The next word.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    /// Takes the next word.
    pub(super) fn next(&mut self) -> Option<Word<'a>> {
        let word = self.peek();
        self.at += usize::from(word.is_some());
        word
    }

    /// Whether the next words are these keywords.
    pub(super) fn is_at(&self, keywords: &[&str]) -> bool {
        let is = |(ahead, keyword): (usize, &&str)| {
            self.words
                .get(self.at + ahead)
                .is_some_and(|word| word.is(keyword))
        };
        keywords.iter().enumerate().all(is)
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
        let is_sign = |word: Word<'_>| {
            word.is_punct(sign) || word.text.len() == 1 && word.text.starts_with(sign)
        };
        let found = self.peek().is_some_and(is_sign);
        self.at += usize::from(found);
        found
    }

    /// Takes this sign, which must come next.
    pub(super) fn expect_sign(&mut self, sign: char) -> Result<(), Unread> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        Err(self.unread())
    }

    /// Takes these keywords, which must come next.
    pub(super) fn expect(&mut self, keywords: &[&str]) -> Result<(), Unread> {
        if self.eat(keywords) {
            return Ok(());
        }
        Err(self.unread())
    }

    /// Takes a name, which must come next.
    pub(super) fn name(&mut self) -> Result<Ident, Unread> {
        let name = self.peek().and_then(|word| word.name(Dialect::Mysql));
        let name = name.ok_or_else(|| self.unread())?;
        self.at += 1;
        Ok(name)
    }

    /// Takes a string, which must come next, and returns it as it is written.
    pub(super) fn string(&mut self) -> Result<&'a str, Unread> {
        match self.peek() {
            Some(word) if word.token.kind == TokenKind::String => {
                self.at += 1;
                Ok(word.text)
            }
            _ => Err(self.unread()),
        }
    }

    /// Takes everything in parentheses, which must come next, and returns what is within.
    pub(super) fn parentheses(&mut self) -> Result<&'a str, Unread> {
        let start = self.at;
        self.expect_sign('(')?;
        let mut depth = 1;
        while let Some(word) = self.next() {
            if word.is_punct('(') {
                depth += 1;
            } else if word.is_punct(')') {
                depth -= 1;
                if depth == 0 {
                    let within = self.words[start].token.span.end..word.token.span.start;
                    return Ok(self.text[within].trim());
                }
            }
        }
        Err(self.unread())
    }

    /// Takes one word, or everything in parentheses.
    pub(super) fn skip(&mut self) -> Result<(), Unread> {
        if self.peek().is_some_and(|word| word.is_punct('(')) {
            return self.parentheses().map(drop);
        }
        self.next().map(drop).ok_or_else(|| self.unread())
    }

    /// Takes words up to one that `ends` says, and returns their text.
    pub(super) fn up_to(&mut self, ends: impl Fn(&Self) -> bool) -> Result<&'a str, Unread> {
        let start = self.at;
        while self.peek().is_some() && !ends(self) {
            self.skip()?;
        }
        Ok(self.taken_since(start))
    }

    /// A place to come back to.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// The text of the words taken since then.
    pub(super) fn taken_since(&self, start: usize) -> &'a str {
        if start == self.at {
            return "";
        }
        &self.text[self.words[start].token.span.start..self.words[self.at - 1].token.span.end]
    }

    /// The rest of the text, as it is written.
    pub(super) fn rest(&self) -> &'a str {
        let start = self.words.get(self.at).map(|word| word.token.span.start);
        start.map_or("", |start| self.text[start..].trim_end())
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.peek().is_none()
    }

    /// Says that reading ends here.
    pub(super) fn unread(&self) -> Unread {
        Unread {
            near: self
                .peek()
                .map(|word| word.text.to_owned())
                .unwrap_or_default(),
        }
    }
}
