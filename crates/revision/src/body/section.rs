//! One section of a revision file.

use schemist_sql::Span;

use super::marker::Marker;
use crate::place::{Place, Source};

/// A section: its marker, and the SQL below it.
#[derive(Debug, Clone)]
pub struct Section {
    /// What it is for and how it runs.
    pub marker: Marker,
    /// The marker's line in the file.
    pub marker_span: Span,
    /// The text below the marker, up to the next marker or the end of the file.
    pub span: Span,
    pub(crate) source: Source,
}

impl Section {
    /// The SQL and comments below the marker, without blank lines around them.
    pub fn text(&self) -> &str {
        self.span.slice(&self.source.text).trim()
    }

    /// Its marker's place in the file.
    pub fn place(&self, label: impl Into<String>) -> Place {
        self.source.place(self.marker_span, label)
    }
}

impl PartialEq for Section {
    /// Sections are the same where they do the same; where they stand does not matter.
    fn eq(&self, other: &Self) -> bool {
        self.marker == other.marker && self.text() == other.text()
    }
}

impl Eq for Section {}
