//! Values of settings that mean more than their text.

use std::time::Duration;

use schemist_revision::{RevisionId, Timestamp};
use schemist_sql::Ident;

/// Whether tables that are in use are changed in forms that keep them usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forms {
    /// `CONCURRENTLY`, `NOT VALID` and their kin.
    #[default]
    Online,
    /// The short forms, which lock.
    Offline,
}

/// Where scratch databases are made, as the settings say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScratchChoice {
    /// On a server that is started for the run.
    Local,
    /// On the server of the live database.
    Live,
}

/// Where the journal is kept, where it is not in the default schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalPlace {
    /// The schema; `None` for the default one.
    pub schema: Option<Ident>,
    /// What the names of its tables begin with, in place of `schemist`.
    pub prefix: String,
}

impl JournalPlace {
    /// Reads `schema.prefix` or `prefix`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (schema, prefix) = text
            .split_once('.')
            .map_or((None, text), |(schema, prefix)| (Some(schema), prefix));
        let is_word =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_word(prefix) || schema.is_some_and(|schema| !is_word(schema)) {
            return Err("expected `schema.prefix`".to_owned());
        }
        Ok(Self {
            schema: schema.map(Ident::from_server),
            prefix: prefix.to_owned(),
        })
    }
}

/// How revision files are named.
// Invariant: holds `<id>`, ends with `.sql`, and names no folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl Default for FileName {
    fn default() -> Self {
        Self("<date>_<id>_<slug>.sql".to_owned())
    }
}

/// How many characters of a message are in a file's name.
const SLUG: usize = 50;

impl FileName {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !text.contains("<id>") {
            return Err("`<id>` is missing".to_owned());
        }
        if !text.ends_with(".sql") {
            return Err("it does not end with `.sql`".to_owned());
        }
        if text.contains(['/', '\\']) {
            return Err("a name holds no `/`".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The name of one revision's file.
    pub fn of(&self, id: &RevisionId, created: Timestamp, message: &str) -> String {
        let time = created.to_string();
        let clock: String = time
            .chars()
            .skip(11)
            .take(8)
            .filter(char::is_ascii_digit)
            .collect();
        let name = self
            .0
            .replace("<date>", &created.date())
            .replace("<time>", &clock)
            .replace("<id>", id.as_str())
            .replace("<slug>", &slug(message));
        name.replace("_.sql", ".sql").replace("-.sql", ".sql")
    }
}

/// The message in letters and digits, with `_` between its words, cut at a word.
fn slug(message: &str) -> String {
    let mut slug = String::new();
    let words = message
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    for word in words {
        let word = word.to_lowercase();
        let length = slug.chars().count() + word.chars().count();
        if !slug.is_empty() {
            if length + 1 > SLUG {
                break;
            }
            slug.push('_');
        }
        slug.extend(word.chars().take(SLUG));
    }
    slug
}

/// Reads `3s`, `500ms`, `2min`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    match text[unit..].trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "min" | "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_the_template() {
        let id = RevisionId::parse("8d41f6c2a9e0").unwrap();
        let created = Timestamp::parse("2026-11-20T10:12:00Z").unwrap();
        let name = |template: &str, message: &str| {
            FileName::parse(template)
                .map(|template| template.of(&id, created, message))
                .unwrap_or_else(|reason| reason)
        };
        let default = FileName::default().0;
        assert_eq!(
            name(&default, "Allow CONDITION_FAILED block runs!"),
            "2026-11-20_8d41f6c2a9e0_allow_condition_failed_block_runs.sql"
        );
        assert_eq!(name(&default, "…"), "2026-11-20_8d41f6c2a9e0.sql");
        assert_eq!(
            name("<date>T<time>-<id>.sql", "x"),
            "2026-11-20T101200-8d41f6c2a9e0.sql"
        );
        assert_eq!(name("<slug>.sql", "x"), "`<id>` is missing");
        assert_eq!(slug(&"word ".repeat(20)).len(), 49);
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("3s"), Some(Duration::from_secs(3)));
        assert_eq!(duration("500 ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("2min"), Some(Duration::from_secs(120)));
        assert_eq!(duration("3"), None);
        assert_eq!(duration("3h"), None);
    }
}
