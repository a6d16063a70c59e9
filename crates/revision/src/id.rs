//! The names that revisions go by: ids and branch labels.

use std::fmt;
use std::str::FromStr;

/// Words of the target grammar, and of the header, which therefore can be no name.
pub(crate) const RESERVED: [&str; 6] = ["head", "heads", "base", "current", "bases", "none"];

/// The id of one revision.
// Invariant: letters, digits, `_`, `.` and `-` only, not empty, no leading `-` (that is a relative
// target), and no word of the target grammar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(String);

/// The name of a branch, borne by one revision and valid for what descends from it.
// Invariant: as that of `RevisionId`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// A text that can be no id and no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Nothing is there.
    #[error("take an empty text for an id")]
    Empty,
    /// The word means something else in a target.
    #[error("take `{0}` for an id: it is a word of the target grammar")]
    Reserved(String),
    /// A character that no id holds.
    #[error("take `{text}` for an id: it holds {character:?}")]
    Character {
        /// The text as given.
        text: String,
        /// The first character that is not allowed at its place.
        character: char,
    },
}

impl BadId {
    /// Says what is wrong with it.
    pub fn reason(&self) -> String {
        match self {
            Self::Empty => "nothing is here".to_owned(),
            Self::Reserved(_) => "a word of the target grammar".to_owned(),
            Self::Character { character, .. } => format!("holds {character:?}"),
        }
    }

    /// Says what to write instead.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Reserved(_) => "choose another word",
            Self::Empty | Self::Character { .. } => {
                "write letters, digits, `_`, `.` and `-`, and no `-` at the start"
            }
        }
    }
}

fn check(text: &str) -> Result<(), BadId> {
    if text.is_empty() {
        return Err(BadId::Empty);
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let wrong = text
        .chars()
        .find(|c| !allowed(*c))
        .or_else(|| text.starts_with('-').then_some('-'));
    if let Some(character) = wrong {
        return Err(BadId::Character {
            text: text.to_owned(),
            character,
        });
    }
    if RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Err(BadId::Reserved(text.to_owned()));
    }
    Ok(())
}

impl RevisionId {
    /// Makes the usual id, twelve lower-case hexadecimal digits, of random bytes.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Takes an id as a person or another tool wrote it.
    ///
    /// # Errors
    /// [`BadId`] where the text could be mistaken for something else.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Label {
    /// Takes a label as a person wrote it.
    ///
    /// # Errors
    /// [`BadId`] where the text could be mistaken for something else.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The label itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for RevisionId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::parse(text)
    }
}

impl FromStr for Label {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn an_id_of_random_bytes_is_twelve_hexadecimal_digits() {
        assert_snapshot!(RevisionId::from_random([0x8d, 0x41, 0xf6, 0xc2, 0xa9, 0x0e]), @"8d41f6c2a90e");
    }

    #[test]
    fn ids_of_other_tools_are_taken_and_words_of_the_grammar_are_not() {
        let words = [
            "ae1027a6acf",
            "20240101120000_users",
            "v1.2-rc",
            "0001",
            "",
            "HEAD",
            "base",
            "-1",
            "a+1",
            "a:b",
            "x@y",
        ];
        let lines: Vec<String> = words
            .iter()
            .map(|word| match RevisionId::parse(word) {
                Ok(id) => format!("{id}: an id"),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_snapshot!(lines.join("\n"), @"
        ae1027a6acf: an id
        20240101120000_users: an id
        v1.2-rc: an id
        0001: an id
        take an empty text for an id
        take `HEAD` for an id: it is a word of the target grammar
        take `base` for an id: it is a word of the target grammar
        take `-1` for an id: it holds '-'
        take `a+1` for an id: it holds '+'
        take `a:b` for an id: it holds ':'
        take `x@y` for an id: it holds '@'
        ");
    }
}
