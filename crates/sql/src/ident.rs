//! Names as the database keeps them.

use std::fmt;

use crate::{Dialect, Script};

/// One name, as the database keeps it: unquoted, its case already folded.
// Invariant: not empty and without NUL, which no product can store.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String")]
pub struct Ident(String);

/// A text that can be no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name is not empty and holds no NUL character")]
pub struct BadIdent;

impl Ident {
    /// Takes a name as the database keeps it.
    ///
    /// # Errors
    /// [`BadIdent`] where the text is empty or holds a NUL character.
    pub fn parse(name: impl Into<String>) -> Result<Self, BadIdent> {
        let name = name.into();
        if name.is_empty() || name.contains('\0') {
            return Err(BadIdent);
        }
        Ok(Self(name))
    }

    /// Takes a name that a server reported, which cannot be empty or hold NUL.
    pub fn from_server(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name with the dialect's quotes around it.
    pub fn quoted(&self, dialect: Dialect) -> String {
        let mut script = Script::new(dialect);
        script.ident(self);
        script.into_text()
    }
}

impl TryFrom<String> for Ident {
    type Error = BadIdent;

    fn try_from(name: String) -> Result<Self, BadIdent> {
        Self::parse(name)
    }
}

impl AsRef<str> for Ident {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// A name with the schema it is in; `None` is the database's default schema.
///
/// Names in the default schema stay unqualified everywhere, so that the same declaration serves
/// databases that differ in nothing but that schema's name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct QualifiedName {
    /// The schema, unless it is the default one.
    pub schema: Option<Ident>,
    /// The name within the schema.
    pub name: Ident,
}

impl QualifiedName {
    /// A name in the default schema.
    pub const fn unqualified(name: Ident) -> Self {
        Self { schema: None, name }
    }

    /// The name with the dialect's quotes, qualified where it is outside the default schema.
    pub fn quoted(&self, dialect: Dialect) -> String {
        let mut script = Script::new(dialect);
        script.name(self);
        script.into_text()
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        self.name.fmt(f)
    }
}
