//! The significant tokens of one statement, and the names among them.

use schemist_sql::{Dialect, Ident, QualifiedName, Span, Token, TokenKind, tokens};

/// The significant tokens of a statement.
pub(crate) struct Words<'a> {
    dialect: Dialect,
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Words<'a> {
    /// The tokens of a text, without spaces, comments and the marks of executable comments.
    pub(crate) fn of(dialect: Dialect, text: &'a str) -> Self {
        let keep = |token: &Token| token.is_significant() && token.kind != TokenKind::Executable;
        Self {
            dialect,
            text,
            tokens: tokens(dialect, text).filter(keep).collect(),
        }
    }

    /// The text of a token; empty behind the last.
    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .map_or("", |token| token.span.slice(self.text))
    }

    /// The kind of a token.
    pub(crate) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The place of a token; empty behind the last.
    pub(crate) fn span(&self, at: usize) -> Span {
        let end = self.text.len();
        self.tokens
            .get(at)
            .map_or(Span::new(end, end), |token| token.span)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether a token is that keyword.
    pub(crate) fn is(&self, at: usize, keyword: &str) -> bool {
        self.kind(at) == Some(TokenKind::Word) && self.text(at).eq_ignore_ascii_case(keyword)
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
        self.kind(at) == Some(TokenKind::Punct(punct))
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
        for at in from..self.len() {
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
        for at in open..self.len() {
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
        let text = self.text(at);
        match self.kind(at)? {
            TokenKind::Word => Ident::parse(fold(self.dialect, text)).ok(),
            TokenKind::QuotedName => Ident::parse(unquote(text)).ok(),
            TokenKind::String => match self.dialect {
                // A string is taken for a name where only a name can stand.
                Dialect::Sqlite => Ident::parse(unquote(text)).ok(),
                Dialect::Postgres | Dialect::Mysql => None,
            },
            _ => None,
        }
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

/// The name that a dialect makes of an unquoted one.
pub(crate) fn fold(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Postgres => name.to_ascii_lowercase(),
        Dialect::Sqlite | Dialect::Mysql => name.to_owned(),
    }
}

/// What stands between the quotes of a name or a string.
pub(crate) fn unquote(text: &str) -> String {
    let mut chars = text.chars();
    let quote = match (chars.next(), chars.next_back()) {
        (Some('['), Some(']')) => return chars.as_str().to_owned(),
        (Some(open), Some(close)) if open == close && "\"'`".contains(open) => open,
        _ => return text.to_owned(),
    };
    let doubled = format!("{quote}{quote}");
    chars.as_str().replace(&doubled, &quote.to_string())
}
