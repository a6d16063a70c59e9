//! What was there when a project began to look: it is left out, and only what is new is told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::remark::Remark;

/// The version of the file; it grows when an old program would read a new file wrongly.
const VERSION: u32 = 1;

/// A file of fingerprints.
#[derive(Debug, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    remarks: Vec<Known>,
}

/// A remark that is known.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    code: String,
    path: String,
    fingerprint: String,
}

impl Baseline {
    /// What these remarks come to.
    pub fn of(remarks: &[Remark]) -> Self {
        let known = remarks.iter().map(|remark| Known {
            code: remark.rule.code.to_owned(),
            path: remark.place.path.to_string(),
            fingerprint: remark.fingerprint.clone(),
        });
        Self {
            version: VERSION,
            remarks: known.collect(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Where it is none, or of a newer version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if read.version > VERSION {
            return Err(format!("it is of version {}", read.version));
        }
        Ok(read)
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        // A value that is in memory can be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Takes out what is known, and says how many that were, and how many are no more.
    pub fn without(&self, remarks: &mut Vec<Remark>) -> (usize, usize) {
        let known: BTreeSet<&str> = self
            .remarks
            .iter()
            .map(|known| known.fingerprint.as_str())
            .collect();
        let before = remarks.len();
        remarks.retain(|remark| !known.contains(remark.fingerprint.as_str()));
        let found = before - remarks.len();
        (found, known.len().saturating_sub(found))
    }
}
