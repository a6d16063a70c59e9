//! Cuts SQL text into statements, each with its exact place.

use crate::body::Body;
use crate::{Dialect, Span, Token, TokenKind, Tokens, Unclosed, tokens};

/// One statement of a text, or what stands in place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// From its first token to its last, without the `;` and the comments around it.
    pub span: Span,
    /// The comments directly above it, with no blank line between them and it.
    pub comments: Vec<Span>,
    /// The comments further up, behind the line on which the statement before it ends.
    pub detached: Vec<Span>,
}

impl Statement {
    /// The words of the statement.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        self.span.slice(text)
    }
}

/// What stands between two `;`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// A statement for the server.
    Sql,
    /// A line for the client: `\connect …` of `psql`, `.read …` of `sqlite3`.
    MetaCommand,
    /// A `COPY … FROM stdin` whose rows stand in the text.
    Copy {
        /// The rows, without the line that ends them.
        data: Span,
    },
}

/// A text that cannot be cut into statements, since something in it is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("find the end of the {}", unclosed.title())]
pub struct SplitError {
    /// What is never closed.
    pub unclosed: Unclosed,
    /// Where it is opened, up to the end of that line.
    pub span: Span,
}

impl SplitError {
    fn new(unclosed: Unclosed, text: &str, start: usize) -> Self {
        let line = text[start..].lines().next().unwrap_or_default().trim_end();
        Self {
            unclosed,
            span: Span::new(start, start + line.len()),
        }
    }
}

/// Cuts a text into statements; empty ones are left out.
///
/// # Errors
/// [`SplitError`] where a quote, a comment or a body is never closed.
pub fn statements(dialect: Dialect, text: &str) -> Result<Vec<Statement>, SplitError> {
    let mut splitter = Splitter::new(dialect, text);
    while let Some(first) = splitter.seek()? {
        if !splitter.client_line(first) {
            splitter.statement(first)?;
        }
    }
    Ok(splitter.found)
}

/// How far the splitting of a text is.
struct Splitter<'a> {
    dialect: Dialect,
    text: &'a str,
    tokens: Tokens<'a>,
    /// What ends a statement where a `DELIMITER` line said so.
    delimiter: Option<&'a str>,
    /// Comments above the statement to come.
    comments: Vec<Span>,
    found: Vec<Statement>,
}

impl<'a> Splitter<'a> {
    const fn new(dialect: Dialect, text: &'a str) -> Self {
        Self {
            dialect,
            text,
            tokens: tokens(dialect, text),
            delimiter: None,
            comments: Vec::new(),
            found: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<Option<Token>, SplitError> {
        match self.tokens.next() {
            Some(Token {
                kind: TokenKind::Unclosed(unclosed),
                span,
            }) => Err(SplitError::new(unclosed, self.text, span.start)),
            token => Ok(token),
        }
    }

    /// Collects comments up to the first token of the next statement.
    fn seek(&mut self) -> Result<Option<Token>, SplitError> {
        while let Some(token) = self.next()? {
            match token.kind {
                TokenKind::Space => {}
                TokenKind::Comment => self.comments.push(token.span),
                _ => return Ok(Some(token)),
            }
        }
        Ok(None)
    }

    /// Reads a line that the client keeps to itself, where one starts here.
    fn client_line(&mut self, first: Token) -> bool {
        let start = first.span.start;
        let word = first.span.slice(self.text);
        match self.dialect {
            Dialect::Postgres if word == "\\" => {}
            Dialect::Sqlite if word == "." && self.is_line_start(start) => {}
            Dialect::Mysql if word.eq_ignore_ascii_case("delimiter") => {
                let end = self.line_end(start);
                let wanted = self.text[first.span.end..end].split_whitespace().next();
                self.delimiter = wanted.filter(|wanted| *wanted != ";");
                self.tokens.go_to(end);
                return true;
            }
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => return false,
        }
        let end = self.line_end(start);
        self.push(StatementKind::MetaCommand, Span::new(start, end));
        self.tokens.go_to(end);
        true
    }

    fn is_line_start(&self, at: usize) -> bool {
        self.text[..at].ends_with(['\n', '\u{feff}']) || at == 0
    }

    /// The end of the line around an offset, without blanks and line end.
    fn line_end(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        from + line.trim_end().len()
    }

    /// Reads on to the end of the statement that starts with `first`.
    fn statement(&mut self, first: Token) -> Result<(), SplitError> {
        let start = first.span.start;
        let mut body = Body::new(self.dialect);
        let mut copy = Copy::default();
        let mut executable = None;
        let mut end = start;
        let mut next = Some(first);
        while let Some(token) = next {
            if let Some(cut) = self.cut(token, &body) {
                end = end.max(cut.end);
                self.tokens.go_to(cut.next);
                break;
            }
            if token.kind == TokenKind::Executable {
                executable = executable
                    .or(Some(token.span.start))
                    .filter(|_| self.tokens.is_in_executable());
            }
            if token.is_significant() {
                body.read(token, self.text);
                copy.read(token, self.text);
                if token.kind != TokenKind::Punct(';') {
                    end = token.span.end;
                }
            }
            next = self.next()?;
        }
        let mut kind = StatementKind::Sql;
        if next.is_some() {
            match self.dialect {
                Dialect::Postgres if copy.has_data() => {
                    kind = StatementKind::Copy {
                        data: self.copy_data(start)?,
                    }
                }
                Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => {}
            }
        } else if let Some(opening) = executable {
            return Err(SplitError::new(Unclosed::Comment, self.text, opening));
        } else if let Some(opening) = body.opening().filter(|_| self.delimiter.is_none()) {
            return Err(SplitError::new(Unclosed::Body, self.text, opening));
        }
        self.push(kind, Span::new(start, end));
        Ok(())
    }

    /// Whether the statement ends at this token, and how.
    fn cut(&self, token: Token, body: &Body) -> Option<Cut> {
        let Span { start, end } = token.span;
        if let Some(delimiter) = self.delimiter {
            return self.cut_at_delimiter(token, delimiter);
        }
        match token.kind {
            TokenKind::Punct(';') if !self.tokens.is_in_executable() && !body.holds_semicolon() => {
                Some(Cut { end: 0, next: end })
            }
            TokenKind::Operator if token.span.slice(self.text) == "\\" => match self.dialect {
                // `psql` sends what it has at `\g` and its like.
                Dialect::Postgres => Some(Cut {
                    end: 0,
                    next: start,
                }),
                Dialect::Sqlite | Dialect::Mysql => None,
            },
            _ => None,
        }
    }

    /// The client looks for its delimiter at every character outside of quotes and comments, also
    /// within `END$$`, which is one word for us.
    fn cut_at_delimiter(&self, token: Token, delimiter: &str) -> Option<Cut> {
        match token.kind {
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::QuotedName
            | TokenKind::Executable => return None,
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punct(_)
            | TokenKind::Operator
            | TokenKind::Unclosed(_) => {}
        }
        let bytes = self.text.as_bytes();
        let at = token
            .span
            .range()
            .find(|at| bytes[*at..].starts_with(delimiter.as_bytes()))?;
        let end = if at > token.span.start { at } else { 0 };
        Some(Cut {
            end,
            next: at + delimiter.len(),
        })
    }

    /// Reads the rows behind a `COPY … FROM stdin;`, which start on the next line.
    fn copy_data(&mut self, copy: usize) -> Result<Span, SplitError> {
        let rest = &self.text[self.tokens.at()..];
        let start = self.tokens.at() + rest.find('\n').map_or(rest.len(), |i| i + 1);
        let mut at = start;
        for line in self.text[start..].split_inclusive('\n') {
            if line.trim_end_matches(['\r', '\n']) == "\\." {
                self.tokens.go_to(at + 2);
                return Ok(Span::new(start, at));
            }
            at += line.len();
        }
        Err(SplitError::new(Unclosed::CopyData, self.text, copy))
    }

    fn push(&mut self, kind: StatementKind, span: Span) {
        let mut comments = std::mem::take(&mut self.comments);
        if let Some(before) = self.found.last() {
            comments.retain(|comment| self.text[before.span.end..comment.start].contains('\n'));
        }
        let mut above = span.start;
        let mut attached = comments.len();
        for comment in comments.iter().rev() {
            if self.text[comment.end..above].matches('\n').count() > 1 {
                break;
            }
            above = comment.start;
            attached -= 1;
        }
        let comments_above = comments.split_off(attached);
        if !span.is_empty() {
            self.found.push(Statement {
                kind,
                span,
                comments: comments_above,
                detached: comments,
            });
        }
    }
}

/// Where a statement ends, and where to go on.
struct Cut {
    /// The end, where it lies within a token; else 0.
    end: usize,
    /// The start of what comes next.
    next: usize,
}

/// How much of `COPY … FROM stdin` has been read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Copy {
    #[default]
    Start,
    Target {
        parentheses: usize,
    },
    From,
    Data,
    Other,
}

impl Copy {
    fn read(&mut self, token: Token, text: &str) {
        let is = |word: &str| {
            token.kind == TokenKind::Word && token.span.slice(text).eq_ignore_ascii_case(word)
        };
        *self = match *self {
            Self::Start if is("copy") => Self::Target { parentheses: 0 },
            Self::Start => Self::Other,
            Self::Target { parentheses } => match token.kind {
                TokenKind::Punct('(') => Self::Target {
                    parentheses: parentheses + 1,
                },
                TokenKind::Punct(')') => Self::Target {
                    parentheses: parentheses.saturating_sub(1),
                },
                _ if parentheses == 0 && is("from") => Self::From,
                _ => Self::Target { parentheses },
            },
            Self::From if is("stdin") => Self::Data,
            Self::From => Self::Other,
            Self::Data => Self::Data,
            Self::Other => Self::Other,
        }
    }

    fn has_data(self) -> bool {
        self == Self::Data
    }
}

#[cfg(test)]
mod tests;
