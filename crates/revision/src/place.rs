//! Where in which file something is, with the text to show it in.

use std::sync::Arc;

use schemist_sql::{Span, line_column};

/// A file as it was read: its name and its text, cheap to hand around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl Source {
    pub(crate) fn place(&self, span: Span, label: impl Into<String>) -> Place {
        Place {
            path: Arc::clone(&self.path),
            source: Arc::clone(&self.text),
            span,
            label: label.into(),
        }
    }
}

/// A marked part of a file, ready to be shown as an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named when it was read.
    pub path: Arc<str>,
    /// The whole text of the file.
    pub source: Arc<str>,
    /// The bytes of `source` that are meant.
    pub span: Span,
    /// What to write beside the marked part.
    pub label: String,
}

impl Place {
    /// The line and the column of the first marked character, both counted from one.
    pub fn line_column(&self) -> (usize, usize) {
        line_column(&self.source, self.span.start)
    }

    /// The marked part of the text.
    pub fn marked(&self) -> &str {
        self.span.slice(&self.source)
    }
}
