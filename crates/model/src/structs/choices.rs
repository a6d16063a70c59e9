//! How structs are written.

use std::collections::{BTreeMap, BTreeSet};

use crate::naming::NamedPart;
use crate::source::{Comments, EnumChecks};

/// The crate whose types times have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Times {
    /// `chrono`
    #[default]
    Chrono,
    /// `time`
    Time,
    /// `jiff`
    Jiff,
}

/// Whether the structs are for sqlx, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sqlx {
    /// They declare tables, and nothing else.
    #[default]
    Absent,
    /// They are read from rows.
    Derived,
}

/// How fields are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FieldCase {
    /// As Rust has them.
    #[default]
    Snake,
    /// As the columns are, wherever Rust takes the name.
    Kept,
}

/// How structs are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Number {
    /// As the table is.
    #[default]
    Kept,
    /// After one of its rows: `Author` of `authors`.
    Singular,
}

/// How items are spread over files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spread {
    /// A file for each table, one for enums, and `mod.rs`.
    #[default]
    Several,
    /// One file.
    One,
}

/// How structs are written.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The crate whose types times have.
    pub times: Times,
    /// Whether the structs are for sqlx, too.
    pub sqlx: Sqlx,
    /// How fields are called.
    pub case: FieldCase,
    /// How structs are called.
    pub number: Number,
    /// How items are spread over files.
    pub spread: Spread,
    /// What else is derived, as paths.
    pub derives: Vec<String>,
    /// Names in Rust, by `table`, `table.column` or type, with the schema before it where it is not the
    /// default one.
    pub names: BTreeMap<String, String>,
    /// Whether documentation becomes comments.
    pub comments: Comments,
    /// Whether enums are checked where the dialect has no type for them.
    pub enum_checks: EnumChecks,
    /// What a template of the project names where a struct does not.
    pub named: BTreeSet<NamedPart>,
    /// Whether the words are those of one dialect among several.
    pub is_one_of_several: bool,
    /// The schema of names that have none.
    pub default_schema: String,
    /// What a table of MySQL has by itself: engine, character set, collation.
    pub own_options: Option<[String; 3]>,
}

/// A name in Rust that cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongName {
    /// There is nothing of that name.
    #[error("call `{name}` `{wanted}`: no table, column or enum of that name becomes a part of a struct{}", near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// What was named.
        name: String,
        /// What it was to be called.
        wanted: String,
        /// What was likely meant.
        near: Option<String>,
    },
    /// Rust takes no such name.
    #[error("call `{name}` `{wanted}`: that is no name in Rust")]
    NoIdentifier {
        /// What was named.
        name: String,
        /// What it was to be called.
        wanted: String,
    },
    /// Two things would have one name.
    #[error("call `{name}` `{wanted}`: something else has that name")]
    Taken {
        /// What was named.
        name: String,
        /// What it was to be called.
        wanted: String,
    },
    /// What is to be derived is no path.
    #[error("derive `{0}`: that is no path to a derive")]
    NoDerive(String),
}
