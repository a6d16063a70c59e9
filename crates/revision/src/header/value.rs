//! What a header says.

use std::collections::BTreeSet;
use std::fmt;

use schemist_sql::Dialect;

use crate::id::{Label, RevisionId};
use crate::time::Timestamp;

/// Everything that the header of a revision file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The revision's own name.
    pub id: RevisionId,
    /// What it comes after: nothing for a base, several for a merge.
    pub parents: Vec<RevisionId>,
    /// What it is for, in the words of its author.
    pub message: Message,
    /// When it was written.
    pub created: Option<Timestamp>,
    /// The names of the branches that begin with it.
    pub labels: Vec<Label>,
    /// Revisions of other branches that must be applied before it.
    pub depends_on: Vec<RevisionId>,
    /// The dialects that it serves; empty: those that its sections name, or all.
    pub dialects: BTreeSet<Dialect>,
    /// Whether it has been run up and down before it was written.
    pub proven: Proof,
    /// The hashes of the catalogs around it, one pair per server that it was made on.
    pub catalog: Vec<CatalogHashes>,
    /// The ways of it that are not one transaction: what came before a failure stays.
    pub not_atomic: Option<Message>,
    /// Why it cannot be taken back, where it cannot.
    pub irreversible: Option<Message>,
}

impl Header {
    /// Starts a header that says no more than its id.
    pub const fn new(id: RevisionId) -> Self {
        Self {
            id,
            parents: Vec::new(),
            message: Message(String::new()),
            created: None,
            labels: Vec::new(),
            depends_on: Vec::new(),
            dialects: BTreeSet::new(),
            proven: Proof::No(None),
            catalog: Vec::new(),
            not_atomic: None,
            irreversible: None,
        }
    }

    /// Whether nothing comes before it.
    pub const fn is_base(&self) -> bool {
        self.parents.is_empty()
    }

    /// Whether it joins branches.
    pub const fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// A text on a single line.
// Invariant: no line ends, no blanks at either end.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message(String);

impl Message {
    /// Takes a text of any shape and joins its lines.
    pub fn from_text(text: &str) -> Self {
        let lines: Vec<&str> = text
            .split(|c: char| c.is_control())
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        Self(lines.join(" "))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a revision has been run, up and down, on a scratch copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It has not, or nobody says so; with the reason where there is one.
    No(Option<Message>),
    /// It has, on these servers.
    On(Vec<ProvenOn>),
}

/// A server on which a revision was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenOn {
    /// Its dialect.
    pub dialect: Dialect,
    /// Its version, in its own words: `15.18`.
    pub version: Message,
}

/// The hashes of the catalog before and after a revision, on one kind of server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogHashes {
    /// The dialect with its major version where catalogs differ by it: `postgres15`, `sqlite`.
    pub server: String,
    /// The hash before `up`.
    pub before: String,
    /// The hash after `up`.
    pub after: String,
}

/// A key of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `id`.
    Id,
    /// `parent`.
    Parent,
    /// `message`.
    Message,
    /// `created`.
    Created,
    /// `labels`.
    Labels,
    /// `depends_on`.
    DependsOn,
    /// `dialects`.
    Dialects,
    /// `proven`.
    Proven,
    /// `catalog`.
    Catalog,
    /// `not_atomic`.
    NotAtomic,
    /// `irreversible`.
    Irreversible,
}

impl Key {
    /// Every key, in the order in which they are written.
    pub const ALL: [Self; 11] = [
        Self::Id,
        Self::Parent,
        Self::Message,
        Self::Created,
        Self::Labels,
        Self::DependsOn,
        Self::Dialects,
        Self::Proven,
        Self::Catalog,
        Self::NotAtomic,
        Self::Irreversible,
    ];

    /// The word in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Parent => "parent",
            Self::Message => "message",
            Self::Created => "created",
            Self::Labels => "labels",
            Self::DependsOn => "depends_on",
            Self::Dialects => "dialects",
            Self::Proven => "proven",
            Self::Catalog => "catalog",
            Self::NotAtomic => "not_atomic",
            Self::Irreversible => "irreversible",
        }
    }

    /// The key that a word names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
