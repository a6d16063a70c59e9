//! What another tool's folder holds.

use schemist_revision::{Header, Message, RevisionId, Timestamp, Transaction};
use schemist_sql::Ident;

use crate::error::ProjectError;

/// A tool whose history can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Alembic: programs in Python.
    Alembic,
    /// Knex: programs in JavaScript.
    Knex,
    /// sqlx: files of SQL.
    Sqlx,
    /// Diesel: folders with files of SQL.
    Diesel,
    /// Refinery: files of SQL.
    Refinery,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 5] = [
        Self::Alembic,
        Self::Knex,
        Self::Sqlx,
        Self::Diesel,
        Self::Refinery,
    ];

    /// The word that is typed for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Knex => "knex",
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::Refinery => "refinery",
        }
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alembic => "Alembic",
            Self::Knex => "Knex",
            Self::Sqlx => "sqlx",
            Self::Diesel => "Diesel",
            Self::Refinery => "Refinery",
        }
    }

    /// Whether its files are SQL.
    pub const fn writes_sql(self) -> bool {
        match self {
            Self::Alembic | Self::Knex => false,
            Self::Sqlx | Self::Diesel | Self::Refinery => true,
        }
    }

    /// The table that it keeps its versions in, the column, and what that is sorted by.
    pub(super) fn version_table(self) -> [Ident; 3] {
        let names = match self {
            Self::Alembic => ["alembic_version", "version_num", "version_num"],
            Self::Knex => ["knex_migrations", "name", "id"],
            Self::Sqlx => ["_sqlx_migrations", "version", "version"],
            Self::Diesel => ["__diesel_schema_migrations", "version", "version"],
            Self::Refinery => ["refinery_schema_history", "version", "version"],
        };
        names.map(Ident::from_server)
    }
}

/// One step of another tool's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRevision {
    /// The id that it has here.
    pub id: RevisionId,
    /// What the version table calls it.
    pub version: String,
    /// What it comes after.
    pub parents: Vec<RevisionId>,
    /// What it is for.
    pub message: String,
    /// When it was written.
    pub created: Option<Timestamp>,
    /// Its way up; `None` where it is a program.
    pub up: Option<String>,
    /// Its way down.
    pub down: Option<String>,
    /// In which transaction it runs.
    pub transaction: Transaction,
    /// Its file.
    pub path: String,
}

impl FoundRevision {
    /// The header that it has here.
    pub(super) fn header(&self) -> Header {
        Header {
            parents: self.parents.clone(),
            message: Message::from_text(&self.message),
            created: self.created,
            ..Header::new(self.id.clone())
        }
    }
}

/// Another tool's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Its steps; those without parents of their own come after each other.
    pub revisions: Vec<FoundRevision>,
    /// The url that its own settings name.
    pub url: Option<String>,
    /// What was read, from which files and folders.
    pub places: Vec<String>,
    /// What could not be read, or should be known.
    pub notes: Vec<String>,
}

impl Found {
    /// Puts each step after the one before it.
    pub(super) fn in_a_line(mut self) -> Self {
        let mut before: Option<RevisionId> = None;
        for revision in &mut self.revisions {
            revision.parents = before.into_iter().collect();
            before = Some(revision.id.clone());
        }
        self
    }
}

/// Takes a name of another tool for an id; signs that no id has become `_`.
pub(super) fn id_of(name: &str) -> Result<RevisionId, ProjectError> {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let cleaned: String = name
        .chars()
        .map(|c| if is_kept(c) { c } else { '_' })
        .collect();
    Ok(RevisionId::parse(cleaned.trim_start_matches('-'))?)
}

/// The time that fourteen digits mean.
pub(super) fn time_of(digits: &str) -> Option<Timestamp> {
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return None;
    }
    let date = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]);
    if digits.len() < 14 {
        return Timestamp::parse(&date);
    }
    let time = format!("{}:{}:{}", &digits[8..10], &digits[10..12], &digits[12..14]);
    Timestamp::parse(&format!("{date}T{time}Z")).or_else(|| Timestamp::parse(&date))
}

/// A name as words: `create_book-table` is `create book table`.
pub(super) fn words_of(name: &str) -> String {
    name.replace(['_', '-'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_tools_become_ids_times_and_words() {
        assert_eq!(
            id_of("20191206163423_init.js").unwrap().as_str(),
            "20191206163423_init.js"
        );
        assert_eq!(id_of("add räume").unwrap().as_str(), "add_r_ume");
        let time = |digits: &str| time_of(digits).map(|time| time.to_string());
        assert_eq!(
            time("2023-01-02-030405").as_deref(),
            Some("2023-01-02T03:04:05Z")
        );
        assert_eq!(time("20230102").as_deref(), Some("2023-01-02T00:00:00Z"));
        assert_eq!(time("00000000000000"), None);
        assert_eq!(time("1"), None);
        assert_eq!(words_of("create_book-table"), "create book table");
    }
}
