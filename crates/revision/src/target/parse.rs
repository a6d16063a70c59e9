//! Reading a target, before anything is known of the history.

use std::fmt;
use std::str::FromStr;

use super::error::TargetError;
use crate::id::Label;

/// What somebody wrote to name revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    text: String,
    pub(crate) kind: Kind,
}

/// One spot, or all between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `head`, `ae10+2`, `-1`.
    Spot(Spot),
    /// `a:b`, `a:`, `:b`, `:`.
    Range {
        /// The lower end; the base where it is left out.
        from: Option<Spot>,
        /// The upper end; the heads where it is left out.
        to: Option<Spot>,
    },
}

/// One spot in the history: `<label>@<symbol><offset>`, each part optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// All of it, as it was written.
    pub(crate) text: String,
    /// The branch.
    pub(crate) label: Option<Label>,
    /// Where steps are counted from; where the database stands if it is left out.
    pub(crate) symbol: Symbol,
    /// Steps up, or down where negative.
    pub(crate) offset: i64,
    /// Symbol and offset together, since an id may look like `2024-01`.
    pub(crate) whole: String,
}

/// Where steps are counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Symbol {
    Head,
    Heads,
    Base,
    Current,
    /// An id, its start, or a label.
    Name(String),
}

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// [`TargetError::Syntax`] where the text can name nothing.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        let spot =
            |part: &str| Spot::parse(part).ok_or_else(|| TargetError::Syntax(text.to_owned()));
        let some = |part: &str| {
            if part.is_empty() {
                Ok(None)
            } else {
                spot(part).map(Some)
            }
        };
        let kind = match text.split_once(':') {
            Some((from, to)) => Kind::Range {
                from: some(from)?,
                to: some(to)?,
            },
            None => Kind::Spot(spot(text)?),
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// What was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names all between two ends.
    pub const fn is_range(&self) -> bool {
        matches!(self.kind, Kind::Range { .. })
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        Self::parse(text)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Spot {
    fn parse(text: &str) -> Option<Self> {
        let (label, whole) = match text.split_once('@') {
            Some((label, rest)) => (Some(Label::parse(label).ok()?), rest),
            None => (None, text),
        };
        let (name, offset) = split_offset(whole);
        let symbol = match name {
            "" if offset.is_none() => return None,
            "" | "current" => Symbol::Current,
            "head" => Symbol::Head,
            "heads" => Symbol::Heads,
            "base" => Symbol::Base,
            _ => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
                if name.starts_with('-') || !name.chars().all(allowed) {
                    return None;
                }
                Symbol::Name(name.to_owned())
            }
        };
        let offset = offset.unwrap_or(0);
        Some(Self {
            text: text.to_owned(),
            label,
            symbol,
            offset,
            whole: whole.to_owned(),
        })
    }

    /// Whether it counts from where the database stands.
    pub(crate) const fn is_relative(&self) -> bool {
        matches!(self.symbol, Symbol::Current)
    }
}

/// Cuts `+2` or `-1` off the end.
fn split_offset(text: &str) -> (&str, Option<i64>) {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[name.len()..];
    if digits.is_empty() {
        return (text, None);
    }
    // More digits than a number holds are more steps than any history has.
    let steps = digits.parse().unwrap_or(i64::MAX);
    if let Some(name) = name.strip_suffix('+') {
        return (name, Some(steps));
    }
    match name.strip_suffix('-') {
        Some(name) => (name, Some(-steps)),
        None => (text, None),
    }
}
