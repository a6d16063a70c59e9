//! The statements of a section, each with what the comments above it say.

use schemist_sql::{Dialect, Span, StatementKind, statements};

use super::lock::StatementLock;
use super::section::Section;
use crate::problem::{FileErrors, FileProblem, ReadError};

/// One statement of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionStatement<'a> {
    /// Its words, without the `;`.
    pub sql: &'a str,
    /// Where it stands in the file.
    pub span: Span,
    /// What it is to the one who runs it.
    pub kind: StatementKind,
    /// What the comments above it say, from the top.
    pub comments: Vec<Comment>,
}

/// What a comment above a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// `-- hazard <code>: <text>`.
    Hazard {
        /// The hazard's name.
        code: String,
        /// The sentence for the person who runs it.
        text: String,
    },
    /// `-- locks <table>: <mode>`.
    Locks(StatementLock),
    /// `-- repeatable`: running the statement a second time does no harm.
    Repeatable,
    /// Anything else.
    Text(String),
}

impl Comment {
    /// Reads a comment with its `--` or its `/* */`.
    pub fn parse(comment: &str) -> Self {
        let text = match comment.strip_prefix("/*") {
            Some(inner) => inner.strip_suffix("*/").unwrap_or(inner),
            None => comment
                .strip_prefix("--")
                .or_else(|| comment.strip_prefix('#'))
                .unwrap_or(comment),
        };
        let text = text.trim();
        if text.eq_ignore_ascii_case("repeatable") {
            return Self::Repeatable;
        }
        if let Some(lock) = StatementLock::parse(text) {
            return Self::Locks(lock);
        }
        let hazard = text
            .strip_prefix("hazard ")
            .and_then(|rest| rest.split_once(':'));
        match hazard {
            Some((code, text))
                if !code.trim().is_empty() && !code.trim().contains(char::is_whitespace) =>
            {
                Self::Hazard {
                    code: code.trim().to_owned(),
                    text: text.trim().to_owned(),
                }
            }
            _ => Self::Text(text.to_owned()),
        }
    }
}

impl SectionStatement<'_> {
    /// Whether running it a second time does no harm, as its author says.
    pub fn is_repeatable(&self) -> bool {
        self.comments.contains(&Comment::Repeatable)
    }

    /// The codes and texts of its hazards.
    pub fn hazards(&self) -> impl Iterator<Item = (&str, &str)> {
        self.comments.iter().filter_map(|comment| match comment {
            Comment::Hazard { code, text } => Some((code.as_str(), text.as_str())),
            Comment::Locks(_) | Comment::Repeatable | Comment::Text(_) => None,
        })
    }

    /// The tables that it locks so that others wait, as far as the file says.
    pub fn locks(&self) -> impl Iterator<Item = &StatementLock> {
        self.comments.iter().filter_map(|comment| match comment {
            Comment::Locks(lock) => Some(lock),
            Comment::Hazard { .. } | Comment::Repeatable | Comment::Text(_) => None,
        })
    }
}

impl Section {
    /// Cuts the section into the statements that a dialect reads in it.
    ///
    /// # Errors
    /// Where a quote, a comment or a body is never closed.
    pub fn statements(&self, dialect: Dialect) -> Result<Vec<SectionStatement<'_>>, FileErrors> {
        let text = self.span.slice(&self.source.text);
        let moved =
            |span: Span| Span::new(self.span.start + span.start, self.span.start + span.end);
        let found = statements(dialect, text).map_err(|error| {
            let error_kind = ReadError::Unclosed {
                what: error.unclosed,
                dialect,
            };
            FileErrors::from(FileProblem::new(
                &self.source,
                moved(error.span),
                error_kind,
            ))
        })?;
        let statement = |statement: schemist_sql::Statement| SectionStatement {
            sql: statement.text(text),
            span: moved(statement.span),
            kind: statement.kind,
            comments: statement
                .detached
                .iter()
                .chain(&statement.comments)
                .map(|comment| Comment::parse(comment.slice(text)))
                .collect(),
        };
        Ok(found.into_iter().map(statement).collect())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Dialect;

    use crate::RevisionFile;
    use crate::sample::wrong;

    #[test]
    fn statements_stand_with_their_places_and_what_is_said_above_them() {
        let text = "\u{feff}-- schemist revision\r\n-- id: a\r\n\r\n-- [up]\r\n\
            -- hazard table_rewrite: every row of \"a\" is written again\r\n\
            -- repeatable\r\nUPDATE a\r\nSET x = ';';\r\n\r\n/* a note */\r\nSELECT 2\r\n";
        let file = RevisionFile::parse("m/a.sql", text).unwrap();
        let statements = file.sections().unwrap()[0]
            .statements(Dialect::Postgres)
            .unwrap();
        let shown: Vec<String> = statements
            .iter()
            .map(|it| {
                assert_eq!(it.span.slice(text), it.sql);
                format!(
                    "{:?} {:#?} repeatable: {}",
                    it.sql,
                    it.comments,
                    it.is_repeatable()
                )
            })
            .collect();
        assert_snapshot!(shown.join("\n"), @r#"
        "UPDATE a\r\nSET x = ';'" [
            Hazard {
                code: "table_rewrite",
                text: "every row of \"a\" is written again",
            },
            Repeatable,
        ] repeatable: true
        "SELECT 2" [
            Text(
                "a note",
            ),
        ] repeatable: false
        "#);
        assert_eq!(statements[0].hazards().count(), 1);
    }

    #[test]
    fn a_body_without_its_end() {
        let text = "-- schemist revision\n-- id: a\n\n-- [up sqlite]\nCREATE TRIGGER t INSERT ON a BEGIN SELECT 1;\n\n-- [down]\n";
        assert_snapshot!(wrong(text), @"nothing is wrong with 2 sections");
        let file = RevisionFile::parse("m/a.sql", text).unwrap();
        let errors = file.sections().unwrap()[0]
            .statements(Dialect::Sqlite)
            .unwrap_err();
        assert_snapshot!(crate::sample::show_all(&errors), @"
        nothing closes the body, which misses an END
          m/a.sql:5:8: `TRIGGER t INSERT ON a BEGIN SELECT 1;` opened here
          help: close it before the section ends
        ");
    }
}
