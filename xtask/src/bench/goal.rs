//! What a row is to reach.

use serde::{Deserialize, Serialize};

use super::contest::Taken;

/// Whether less or more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// At most the limit.
    AtMost,
    /// At least the limit.
    AtLeast,
}

/// A figure with its limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Goal {
    /// What the figure is.
    pub words: String,
    /// Which side of the limit is wanted.
    pub wanted: Wanted,
    /// The limit.
    pub limit: f64,
    /// What was found.
    pub found: f64,
    /// What stands behind both figures.
    pub unit: String,
}

impl Goal {
    /// How many times as long as another one may take.
    pub fn times_of(limit: f64, one: &Taken, other: &Taken) -> Self {
        Self {
            words: format!("of the time of {}", other.name),
            wanted: Wanted::AtMost,
            limit,
            found: one.median() / other.median(),
            unit: " ×".to_owned(),
        }
    }

    /// How many times faster than another one it is to be.
    pub fn faster_than(limit: f64, one: &Taken, other: &Taken) -> Self {
        Self {
            words: format!("faster than {}", other.name),
            wanted: Wanted::AtLeast,
            limit,
            found: other.median() / one.median(),
            unit: " ×".to_owned(),
        }
    }

    /// How many milliseconds it may take.
    pub fn milliseconds(limit: f64, one: &Taken) -> Self {
        Self {
            words: one.name.clone(),
            wanted: Wanted::AtMost,
            limit,
            found: one.median() * 1e3,
            unit: " ms".to_owned(),
        }
    }

    /// How many mebibytes it may have in memory.
    pub fn mebibytes(limit: f64, one: &Taken) -> Self {
        Self {
            words: "memory".to_owned(),
            wanted: Wanted::AtMost,
            limit,
            found: one.mebibytes(),
            unit: " MiB".to_owned(),
        }
    }

    /// Any other ratio.
    pub fn ratio(words: impl Into<String>, limit: f64, found: f64) -> Self {
        Self {
            words: words.into(),
            wanted: Wanted::AtMost,
            limit,
            found,
            unit: " ×".to_owned(),
        }
    }

    /// Any number of things.
    pub fn count(words: impl Into<String>, limit: f64, found: usize) -> Self {
        Self {
            unit: String::new(),
            ..Self::ratio(
                words,
                limit,
                f64::from(u32::try_from(found).unwrap_or(u32::MAX)),
            )
        }
    }

    /// Whether it is reached.
    pub fn holds(&self) -> bool {
        match self.wanted {
            Wanted::AtMost => self.found <= self.limit,
            Wanted::AtLeast => self.found >= self.limit,
        }
    }
}
