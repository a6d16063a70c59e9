//! How a message names a revision, so that a person recognises it.

use std::fmt;
use std::sync::Arc;

use crate::file::RevisionFile;
use crate::header::Message;
use crate::id::RevisionId;
use crate::time::Timestamp;

/// A revision as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its id.
    pub id: RevisionId,
    /// What it is for.
    pub message: Message,
    /// When it was written.
    pub created: Option<Timestamp>,
    /// Its file.
    pub path: Arc<str>,
}

impl From<&RevisionFile> for Mention {
    fn from(file: &RevisionFile) -> Self {
        let header = file.header();
        Self {
            id: header.id.clone(),
            message: header.message.clone(),
            created: header.created,
            path: file.path().into(),
        }
    }
}

impl fmt::Display for Mention {
    /// Writes `8d41f6c2a9e0 (2026-11-20, allow CONDITION_FAILED block runs)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = Some(self.message.to_string()).filter(|message| !message.is_empty());
        let words: Vec<String> = self
            .created
            .map(Timestamp::date)
            .into_iter()
            .chain(message)
            .collect();
        write!(f, "{}", self.id)?;
        if words.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", words.join(", "))
    }
}
