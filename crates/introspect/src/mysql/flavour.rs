//! The two products that speak this dialect, and in what their answers differ.

use schemist_catalog::object::KeyAction;

/// Which product answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// Oracle's.
    Mysql,
    /// The MariaDB Foundation's.
    Mariadb,
}

impl Flavour {
    /// Of what `VERSION()` says.
    pub(super) fn of_version(version: &str) -> Self {
        if version.to_ascii_lowercase().contains("mariadb") {
            Self::Mariadb
        } else {
            Self::Mysql
        }
    }

    /// What a foreign key does where the server prints no word for it.
    pub(super) const fn unwritten_action(self) -> KeyAction {
        match self {
            // https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
            Self::Mysql => KeyAction::NoAction,
            Self::Mariadb => KeyAction::Restrict,
        }
    }

    /// How many values a session takes at once from a sequence that says nothing of it.
    pub(super) const SEQUENCE_CACHE: i64 = 1000;
}
