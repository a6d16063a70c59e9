//! The text of the settings, as it may be shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemist_revision::Place;
use schemist_sql::Span;

/// A settings file with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Where it is.
    pub path: PathBuf,
    shown_path: Arc<str>,
    text: Arc<str>,
    // Invariant: as long as `text`, byte by byte, so that places fit both.
    shown: Arc<str>,
}

impl SettingsFile {
    /// Takes a file as it was read.
    pub fn new(path: PathBuf, text: &str) -> Self {
        let shown_path = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        Self {
            shown_path: shown_path.into(),
            text: text.into(),
            shown: without_passwords(text).into(),
            path,
        }
    }

    /// The folder that relative paths start from.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A marked part of the file, in which no password can be read.
    pub(super) fn place(&self, span: Span, label: impl Into<String>) -> Place {
        Place {
            path: Arc::clone(&self.shown_path),
            source: Arc::clone(&self.shown),
            span,
            label: label.into(),
        }
    }
}

/// Puts a `*` in the place of every byte of a password.
fn without_passwords(text: &str) -> String {
    let mut shown: Vec<u8> = text.as_bytes().to_vec();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let end = text[start..]
            .find(['"', '\'', '\n'])
            .map_or(text.len(), |length| start + length);
        let login = &text[start..end];
        if let Some(at) = login.rfind('@')
            && let Some(colon) = login[..at].find(':')
        {
            shown[start + colon + 1..start + at].fill(b'*');
        }
        for (key, _) in login.match_indices("password=") {
            let value = start + key + "password=".len();
            let length = text[value..end].find('&').unwrap_or(end - value);
            shown[value..value + length].fill(b'*');
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_covered_without_moving_anything() {
        let text = "url = \"postgres://me:pä:ss@host/db?password=x&a=b\" # sqlite://c";
        let shown = without_passwords(text);
        assert_eq!(
            shown,
            "url = \"postgres://me:******@host/db?password=*&a=b\" # sqlite://c"
        );
        assert_eq!(shown.len(), text.len());
    }
}
