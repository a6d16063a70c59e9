//! The text of the settings, as it may be shown.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemist_revision::Place;
use schemist_sql::Span;

use super::node::Node;

/// A settings file with its text.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Where it is.
    pub path: PathBuf,
    shown_path: Arc<str>,
    text: Arc<str>,
    // Invariant: as long as `text`, byte by byte, so that places fit both.
    shown: Arc<str>,
}

impl fmt::Debug for SettingsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only what may be shown.
        write!(f, "SettingsFile({}: {})", self.path.display(), self.shown)
    }
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

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.shown_path
    }

    /// The whole text, with three stars for each password that is written in it.
    pub fn covered(&self) -> String {
        let mut covered = String::new();
        let mut rest = 0;
        for span in read_passwords(&self.text) {
            covered.push_str(self.text.get(rest..span.start).unwrap_or_default());
            covered.push_str("***");
            rest = span.end;
        }
        covered.push_str(self.text.get(rest..).unwrap_or_default());
        covered
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

/// What covers a password, whose length is nobody's business either.
pub(super) fn of_one_length(covered: &str) -> String {
    let mut shown = String::new();
    for c in covered.chars() {
        if c != '*' {
            shown.push(c);
        } else if !shown.ends_with('*') {
            shown.push_str("***");
        }
    }
    shown
}

/// Puts a `*` in the place of every byte of a password.
fn without_passwords(text: &str) -> String {
    let mut shown: Vec<u8> = text.as_bytes().to_vec();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        // The other quote may be a part of the password.
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let quote = text[line..at].chars().rfind(|c| matches!(c, '"' | '\''));
        let end = text[start..]
            .find(|c| c == '\n' || Some(c) == quote)
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
    for span in written_passwords(text)
        .into_iter()
        .chain(read_passwords(text))
    {
        for byte in &mut shown[span] {
            if *byte != b'\n' {
                *byte = b'*';
            }
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

/// What is a password in the words of TOML itself, whatever its quotes and escapes; nothing in a file
/// that is no TOML.
fn read_passwords(text: &str) -> Vec<Range<usize>> {
    let Ok(root) = Node::parse(text, 0) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, node) in root.passwords() {
        let value = &text[node.span.start..node.span.end];
        let quotes = if value.starts_with("\"\"\"") || value.starts_with("'''") {
            3
        } else {
            1
        };
        let inside = node.span.start + quotes..node.span.end.saturating_sub(quotes);
        let login = key.ends_with("url").then(|| {
            let from = value.find("://")? + 3;
            let colon = from + value[from..].find(':')?;
            let at = value.rfind('@').filter(|at| *at > colon)?;
            Some(node.span.start + colon + 1..node.span.start + at)
        });
        found.extend(match login {
            Some(login) => login,
            None => Some(inside),
        });
    }
    found
}

/// The values of every `password = "…"`, and of every `PWD=…` in an ODBC string.
fn written_passwords(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("password") {
        let rest = &text[at + word.len()..];
        let value = rest.trim_start_matches(['"', '\'']).trim_start();
        let Some(value) = value.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let inside = &value[1..];
        let start = text.len() - inside.len();
        let end = inside.find([quote, '\n']).unwrap_or(inside.len());
        if !inside[..end].contains("${") {
            found.push(start..start + end);
        }
    }
    for (at, word) in text.match_indices("PWD=") {
        let start = at + word.len();
        let rest = &text[start..];
        let end = rest.find([';', '"', '\'', '\n']).unwrap_or(rest.len());
        found.push(start..start + end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_its_own_is_covered_too() {
        let shown =
            without_passwords("password = \"hunter2\"\nx.password='a'\npassword = \"${X}\"");
        assert_eq!(
            shown,
            "password = \"*******\"\nx.password='*'\npassword = \"${X}\""
        );
    }

    #[test]
    fn quotes_and_lines_in_a_password_do_not_uncover_it() {
        let shown = without_passwords(
            "url = \"postgres://me:it's@host/db\"\npassword = \"a\\\"b\"\nx.password = '''a\nb'''\n[ssl]\nkey = \"\"\"-----BEGIN PRIVATE KEY-----\nAB\n\"\"\"",
        );
        insta::assert_snapshot!(shown, @r#"
        url = "postgres://me:****@host/db"
        password = "****"
        x.password = '''*
        *'''
        [ssl]
        key = """***************************
        **
        """
        "#);
        let broken = without_passwords("url = \"postgres://me:it's@host/db\"\npassword = \n");
        insta::assert_snapshot!(broken, @r#"
        url = "postgres://me:****@host/db"
        password =
        "#);
    }

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
