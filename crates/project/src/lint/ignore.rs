//! Comments that ignore a hazard, each with its reason.

use schemist_sql::Span;

/// `-- ignore <code>[, <code>]: <reason>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The codes.
    pub codes: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// What it is about.
    pub scope: Scope,
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every statement of the file.
    File,
    /// The statement that begins here.
    At(usize),
}

impl Ignore {
    /// Reads a comment with its dashes; `None` where it is about something else.
    pub fn parse(comment: &str, span: Span, scope: Scope) -> Option<Self> {
        let text = comment
            .strip_prefix("--")
            .or_else(|| comment.strip_prefix('#'))?;
        let rest = text.trim().strip_prefix("ignore ")?;
        let (codes, reason) = match rest.split_once(':') {
            Some((codes, reason)) => (codes, Some(reason.trim())),
            None => (rest, None),
        };
        let codes: Vec<String> = codes
            .split(',')
            .map(|code| code.trim().to_owned())
            .collect();
        // `-- ignore the rest of this` is a sentence.
        let is_code = |code: &String| !code.is_empty() && !code.contains(char::is_whitespace);
        if !codes.iter().all(is_code) {
            return None;
        }
        Some(Self {
            codes,
            reason: reason.filter(|it| !it.is_empty()).map(str::to_owned),
            span,
            scope,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_belongs_to_it() {
        let parse = |text: &str| Ignore::parse(text, Span::new(0, 0), Scope::File);
        let found = parse("-- ignore table_dropped, column_dropped: nobody used them").unwrap();
        assert_eq!(found.codes, ["table_dropped", "column_dropped"]);
        assert_eq!(found.reason.as_deref(), Some("nobody used them"));
        assert_eq!(parse("-- ignore table_dropped:  ").unwrap().reason, None);
        assert_eq!(parse("-- ignore table_dropped").unwrap().reason, None);
        assert_eq!(parse("-- ignore what follows: it is old"), None);
        assert_eq!(parse("-- repeatable"), None);
    }
}
