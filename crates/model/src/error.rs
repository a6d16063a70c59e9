//! What can be wrong with a declaration.

use std::fmt;

use schemist_sql::{Span, line_column};

use crate::declaration::Origin;
use crate::source::Source;

/// A place, with a word on what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub origin: Origin,
    /// What is there.
    pub label: String,
}

impl Place {
    pub(crate) fn new(file: usize, span: Span, label: impl Into<String>) -> Self {
        Self {
            origin: Origin { file, span },
            label: label.into(),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A Rust file that is no Rust.
    #[error("read this file as Rust: {0}")]
    Rust(String),
    /// An attribute that says what cannot be said, in the words of its grammar.
    #[error("read this attribute: {0}")]
    Attribute(String),
    /// A SQL file in which something is never closed.
    #[error("{0}")]
    Split(#[from] schemist_sql::SplitError),
    /// A line for us that cannot be understood.
    #[error("follow `-- @{directive}`: {reason}")]
    Directive {
        /// Its first word.
        directive: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A statement that a declaration may not hold.
    #[error("take `{statement}` into a declaration: {reason}")]
    Refused {
        /// Its first words.
        statement: String,
        /// Why it is refused.
        reason: &'static str,
    },
    /// One object that is declared twice.
    #[error("declare {object} twice")]
    Twice {
        /// The object, with its kind.
        object: String,
    },
    /// A Rust type that has no SQL type.
    #[error("find a SQL type of {dialect} for `{rust_type}`")]
    UnknownType {
        /// The type, as written.
        rust_type: String,
        /// The dialect's title.
        dialect: &'static str,
    },
    /// A type, a model or a field that no file declares, or that several declare.
    #[error("resolve `{name}`: {reason}")]
    Unresolved {
        /// What is missed.
        name: String,
        /// What is known about it.
        reason: String,
    },
    /// Something that the dialect does not have.
    #[error("declare {what} for {dialect}")]
    NotInDialect {
        /// What is asked for.
        what: String,
        /// The dialect's title.
        dialect: &'static str,
    },
}

/// One error of a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub place: Place,
    /// Other places that have to do with it.
    pub related: Vec<Place>,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl ReadError {
    pub(crate) fn new(problem: Problem, place: Place) -> Self {
        Self {
            problem,
            place,
            related: Vec::new(),
            remedy: None,
        }
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(crate) fn related_to(mut self, place: Place) -> Self {
        self.related.push(place);
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for ReadError {}

/// All errors of a declaration, with the files in which they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadErrors {
    /// The errors, in the order of their places.
    pub errors: Vec<ReadError>,
    /// The files.
    pub sources: Vec<Source>,
}

impl fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.errors.iter().enumerate() {
            let separator = if i > 0 { "\n" } else { "" };
            let source = &self.sources[error.place.origin.file];
            let (line, column) = line_column(&source.text, error.place.origin.span.start);
            write!(
                f,
                "{separator}{}:{line}:{column}: cannot {error}",
                source.path
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadErrors {}
