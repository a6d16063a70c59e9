//! What can be wrong with a revision file, all of it, each with its place and its remedy.

use std::fmt;

use schemist_sql::{Dialect, Span, Unclosed};

use crate::header::Key;
use crate::id::BadId;
use crate::near::list;
use crate::place::{Place, Source};

/// Everything that is wrong with one revision file.
// Invariant: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileErrors(Vec<FileProblem>);

/// One thing that is wrong with a revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub error: ReadError,
}

/// A reason why a revision file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The first line is not `-- schemist revision`.
    #[error("the file does not begin with `-- schemist revision`")]
    NotARevision,
    /// A line of the header that is no `-- key: value`.
    #[error("a header line is no `-- key: value`")]
    HeaderLine,
    /// A key that no header has.
    #[error("unknown header key `{key}`")]
    UnknownKey {
        /// The word in the place of a key.
        key: String,
        /// The key that was probably meant.
        near: Option<Key>,
    },
    /// A key that stands there already.
    #[error("header key `{0}` is given twice")]
    DuplicateKey(Key),
    /// A key that every header needs.
    #[error("the header has no `{0}`")]
    MissingKey(Key),
    /// A header key behind a blank line, where the header is over.
    #[error("header key `{0}` stands behind the end of the header")]
    KeyAfterHeader(Key),
    /// A text that can be no id or label.
    #[error("header key `{key}` holds a bad id")]
    Id {
        /// The key.
        key: Key,
        /// What is wrong with the id.
        source: BadId,
    },
    /// A word that stands twice in one list.
    #[error("`{0}` is listed twice")]
    Repeated(String),
    /// A date that is none.
    #[error("`{0}` is no date")]
    Date(String),
    /// A word that names no dialect.
    #[error("unknown dialect `{word}`")]
    UnknownDialect {
        /// The word.
        word: String,
        /// The dialect that was probably meant.
        near: Option<&'static str>,
    },
    /// A proof that names no version.
    #[error("`{0}` names no dialect with its version")]
    Proof(String),
    /// A pair of catalog hashes that is none.
    #[error("`{0}` is no `<server> <hash before> → <hash after>`")]
    Catalog(String),
    /// SQL before the first section.
    #[error("text stands before the first section")]
    TextBeforeSection,
    /// A marker that opens no section that there is.
    #[error("unknown section `{word}`")]
    UnknownSection {
        /// The word in the place of a direction.
        word: String,
        /// The direction that was probably meant.
        near: Option<&'static str>,
    },
    /// A word in a marker that is neither a dialect nor an option.
    #[error("unknown section option `{word}`")]
    UnknownOption {
        /// The word.
        word: String,
        /// The word that was probably meant.
        near: Option<&'static str>,
    },
    /// A marker that does not end with `]`.
    #[error("a section marker does not end with `]`")]
    OpenMarker,
    /// Two options that cannot hold together.
    #[error("a section is both `no transaction` and `new transaction`")]
    TransactionTwice,
    /// Foreign keys switched off where nothing can switch them off.
    #[error("`foreign keys off` stands on a section that is not for sqlite or mysql alone")]
    ForeignKeys,
    /// A section for a dialect that `dialects` does not list.
    #[error("a section is for {0}, which `dialects` does not list")]
    UnlistedSection(Dialect),
    /// A line that is a marker to one dialect and part of a string, body or comment to another.
    #[error(
        "{} would read a section marker here, {} would not",
        list(marker),
        list(text)
    )]
    AmbiguousMarker {
        /// The dialects that see a marker.
        marker: Vec<Dialect>,
        /// The dialects that see something else.
        text: Vec<Dialect>,
    },
    /// Something that is opened in a section and closed nowhere.
    #[error("nothing closes the {}", what.title())]
    Unclosed {
        /// What it is.
        what: Unclosed,
        /// The dialect that reads it so.
        dialect: Dialect,
    },
    /// Text of a new section that would begin another section when it is read.
    #[error("the SQL of a section holds a line that begins another section")]
    MarkerInSql,
}

impl ReadError {
    /// Says what to write beside the marked part of the file.
    pub fn label(&self) -> String {
        match self {
            Self::NotARevision => "expected `-- schemist revision`".to_owned(),
            Self::HeaderLine => "expected `-- key: value`".to_owned(),
            Self::UnknownKey {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            Self::UnknownKey { near: None, .. } => "not a key of the header".to_owned(),
            Self::DuplicateKey(_) | Self::Repeated(_) => "the second one".to_owned(),
            Self::MissingKey(key) => format!("`{key}` belongs below this line"),
            Self::KeyAfterHeader(_) => "the blank line above ends the header".to_owned(),
            Self::Id { source, .. } => source.reason(),
            Self::Date(_) => "expected a date like 2026-11-20T10:12:00Z".to_owned(),
            Self::UnknownDialect {
                near: Some(near), ..
            }
            | Self::UnknownSection {
                near: Some(near), ..
            }
            | Self::UnknownOption {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            Self::UnknownDialect { near: None, .. } => "not a dialect".to_owned(),
            Self::UnknownSection { near: None, .. } => "not `up` or `down`".to_owned(),
            Self::UnknownOption { near: None, .. } => "neither a dialect nor an option".to_owned(),
            Self::Proof(_) => "expected a dialect and a version".to_owned(),
            Self::Catalog(_) => "expected a server and two hashes".to_owned(),
            Self::TextBeforeSection => "belongs to no section".to_owned(),
            Self::OpenMarker => "expected `]` at the end of the line".to_owned(),
            Self::TransactionTwice => "keep one of the two".to_owned(),
            Self::ForeignKeys => "nothing to switch off".to_owned(),
            Self::UnlistedSection(_) => "would never be used".to_owned(),
            Self::AmbiguousMarker { .. } => "a marker or not?".to_owned(),
            Self::Unclosed { .. } => "opened here".to_owned(),
            Self::MarkerInSql => "a marker".to_owned(),
        }
    }

    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NotARevision => {
                "make `-- schemist revision` the first line, or move the file out of the migrations folder".to_owned()
            }
            Self::HeaderLine => "write `-- key: value`, or leave a blank line between header and comments".to_owned(),
            Self::UnknownKey { .. } => format!("use one of {}", list(&Key::ALL)),
            Self::DuplicateKey(key) => format!("keep one `{key}` line; several values stand on it with commas between"),
            Self::MissingKey(Key::Id) => "add `-- id: <twelve hexadecimal digits>`".to_owned(),
            Self::MissingKey(key) => format!("add `-- {key}: …`"),
            Self::KeyAfterHeader(_) => "move the line up, above the first blank line".to_owned(),
            Self::Id { source, .. } => source.remedy().to_owned(),
            Self::Repeated(_) => "remove one of the two".to_owned(),
            Self::Date(_) => "write the time in UTC as 2026-11-20T10:12:00Z".to_owned(),
            Self::UnknownDialect { .. } => format!("use one of {}", list(&Dialect::ALL)),
            Self::Proof(_) => "write `-- proven: postgres 15.18`, or `-- proven: no`".to_owned(),
            Self::Catalog(_) => "write `-- catalog: postgres15 4f2a90c1 → 91bc03de`, or remove the line".to_owned(),
            Self::TextBeforeSection => "put `-- [up]` above it".to_owned(),
            Self::UnknownSection { .. } => {
                "write `-- [up …]` or `-- [down …]`; a comment must not begin with `[` and end with `]`".to_owned()
            }
            Self::UnknownOption { .. } => {
                "use a dialect, `no transaction`, `new transaction` or `foreign keys off`, with commas between".to_owned()
            }
            Self::OpenMarker => "write the marker alone on its line: `-- [up postgres, no transaction]`".to_owned(),
            Self::TransactionTwice => {
                "`no transaction` runs each statement on its own, `new transaction` begins another one".to_owned()
            }
            Self::ForeignKeys => "write `-- [up sqlite, foreign keys off]`, and a section of its own for postgres".to_owned(),
            Self::UnlistedSection(dialect) => format!("add {dialect} to `-- dialects:`, or remove the section"),
            Self::AmbiguousMarker { .. } => {
                "name the dialects of the section above, as in `-- [up postgres]`, so that it is read in their way".to_owned()
            }
            Self::Unclosed { .. } => "close it before the section ends".to_owned(),
            Self::MarkerInSql => "reword the comment so that it does not begin with `[`".to_owned(),
        }
    }
}

impl FileProblem {
    pub(crate) fn new(source: &Source, span: Span, error: ReadError) -> Self {
        Self {
            place: source.place(span, error.label()),
            error,
        }
    }
}

impl From<FileProblem> for FileErrors {
    fn from(problem: FileProblem) -> Self {
        Self(vec![problem])
    }
}

impl FileErrors {
    /// Sorts the problems by place; `None` where there are none.
    pub(crate) fn from_problems(mut problems: Vec<FileProblem>) -> Option<Self> {
        problems.sort_by_key(|problem| problem.place.span);
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// The problems, in the order of the file; there is at least one.
    pub fn problems(&self) -> &[FileProblem] {
        &self.0
    }
}

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        write!(
            f,
            "read {}: line {}: {}",
            first.place.path,
            first.place.line_column().0,
            first.error
        )?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl std::error::Error for FileErrors {}
