//! An entry of the table, and the table.

use schemist_sql::{Dialect, LockMode};

use super::{clients, locks, loss, mysql, replication, rights, rows, sqlite, style, text};
use crate::step::Severity;

/// Everything that is the same for all hazards of one name.
#[derive(Debug, PartialEq, Eq)]
pub struct HazardRule {
    /// The stable name, `snake_case`.
    pub code: &'static str,
    /// How bad it can get, where nobody says otherwise.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// What happens, in sentences.
    pub what: &'static str,
    /// The safe form, or what to do, in sentences.
    pub safe: &'static str,
    /// Whether it is told without being asked for.
    pub standing: Standing,
    /// Whether others wait long for the statement, as it reads, writes or locks whole tables: it is then kept for
    /// the maintenance window.
    pub is_heavy: bool,
    /// Statements that have it; each is tried on a server where its dialect has one.
    pub examples: &'static [Example],
    /// What other tools call it.
    pub elsewhere: &'static [Elsewhere],
}

/// Whether a hazard is told without being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Told,
    /// A matter of taste: the settings must ask for it.
    OptIn,
}

/// A name for the same in another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elsewhere {
    /// A rule of squawk.
    Squawk(&'static str),
    /// A type of hazard of pg-schema-diff.
    SchemaDiff(&'static str),
}

/// What a statement does with the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Nothing: the catalog alone changes.
    None,
    /// It reads all rows.
    Scans,
    /// It builds an index over all rows.
    Builds,
    /// It writes the table anew.
    Rewrites,
}

impl Work {
    /// Its word in a table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "—",
            Self::Scans => "reads all rows",
            Self::Builds => "builds an index",
            Self::Rewrites => "writes the table anew",
        }
    }
}

/// A statement that has the hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// Who reads it.
    pub dialect: Dialect,
    /// The statement, or several.
    pub sql: &'static str,
    /// The tables that it locks, each with its strongest lock (PostgreSQL).
    pub locks: &'static [(&'static str, LockMode)],
    /// What it does with the rows.
    pub work: Work,
    /// Whether a test runs it in a transaction and looks at its locks.
    pub is_tried: bool,
    /// How it would be written without the hazard; empty where there is no other form.
    pub safe: &'static str,
}

impl Example {
    /// A statement of PostgreSQL.
    pub const fn postgres(sql: &'static str, locks: &'static [(&'static str, LockMode)]) -> Self {
        Self {
            locks,
            is_tried: true,
            ..Self::of(Dialect::Postgres, sql)
        }
    }

    /// A statement of a dialect.
    pub const fn of(dialect: Dialect, sql: &'static str) -> Self {
        Self {
            dialect,
            sql,
            locks: &[],
            work: Work::None,
            is_tried: false,
            safe: "",
        }
    }

    /// The same with what it does with the rows.
    #[must_use]
    pub const fn that(self, work: Work) -> Self {
        Self { work, ..self }
    }

    /// The same with its safe form.
    #[must_use]
    pub const fn better(self, safe: &'static str) -> Self {
        Self { safe, ..self }
    }
}

impl HazardRule {
    /// An entry that says nothing yet.
    pub(super) const BLANK: Self = Self {
        code: "",
        severity: Severity::Notice,
        title: "",
        what: "",
        safe: "",
        standing: Standing::Told,
        is_heavy: false,
        examples: &[],
        elsewhere: &[],
    };

    /// The entry of a code.
    pub fn of(code: &str) -> Option<&'static Self> {
        hazard_rules().find(|rule| rule.code == code)
    }

    /// What it is about.
    pub fn subject(&self) -> Subject {
        let mut families = FAMILIES.iter();
        let own = families.find(|family| family.rules.iter().any(|rule| rule.code == self.code));
        own.map_or(Subject::Text, |family| family.subject)
    }
}

/// What hazards are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Data that is lost.
    Loss,
    /// Others that wait.
    Locks,
    /// Rows that are in the way.
    Rows,
    /// Programs that run.
    Clients,
    /// Rights.
    Rights,
    /// What reaches outside the database.
    Outside,
    /// Files and transactions.
    Text,
    /// What a server does in silence.
    Servers,
    /// Taste.
    Style,
}

/// Hazards that belong together.
#[derive(Debug)]
pub struct Family {
    /// What they are about.
    pub subject: Subject,
    /// What they have in common.
    pub title: &'static str,
    /// The hazards.
    pub rules: &'static [&'static HazardRule],
}

/// The whole table.
pub static FAMILIES: &[Family] = &[
    Family {
        subject: Subject::Loss,
        title: "Data that is lost",
        rules: loss::RULES,
    },
    Family {
        subject: Subject::Locks,
        title: "Others that wait",
        rules: locks::RULES,
    },
    Family {
        subject: Subject::Rows,
        title: "Rows that are in the way",
        rules: rows::RULES,
    },
    Family {
        subject: Subject::Clients,
        title: "Programs that run",
        rules: clients::RULES,
    },
    Family {
        subject: Subject::Rights,
        title: "Rights",
        rules: rights::RULES,
    },
    Family {
        subject: Subject::Outside,
        title: "Extensions, replication, and what no statement can hold",
        rules: replication::RULES,
    },
    Family {
        subject: Subject::Text,
        title: "Files and transactions",
        rules: text::RULES,
    },
    Family {
        subject: Subject::Servers,
        title: "MySQL and MariaDB",
        rules: mysql::RULES,
    },
    Family {
        subject: Subject::Servers,
        title: "SQLite",
        rules: sqlite::RULES,
    },
    Family {
        subject: Subject::Style,
        title: "Taste",
        rules: style::RULES,
    },
];

/// Every hazard, in the order of the page.
pub fn hazard_rules() -> impl Iterator<Item = &'static HazardRule> {
    FAMILIES.iter().flat_map(|family| family.rules).copied()
}

/// Declares hazards, each with a name of its own, and lists them.
macro_rules! hazards {
    ($($name:ident = $code:literal, $severity:ident, $title:literal { $($field:ident: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            pub static $name: $crate::hazard::HazardRule = {
                let mut rule = $crate::hazard::HazardRule::BLANK;
                rule.code = $code;
                rule.severity = $crate::Severity::$severity;
                rule.title = $title;
                $(rule.$field = $value;)*
                rule
            };
        )*
        pub(super) static RULES: &[&$crate::hazard::HazardRule] = &[$(&$name),*];
    };
}
pub(super) use hazards;

/// A rule of squawk.
pub(super) const fn squawk(name: &'static str) -> Elsewhere {
    Elsewhere::Squawk(name)
}

/// A type of hazard of pg-schema-diff.
pub(super) const fn schema_diff(name: &'static str) -> Elsewhere {
    Elsewhere::SchemaDiff(name)
}

/// Short names for the tables of locks.
pub(super) mod mode {
    use schemist_sql::LockMode;

    pub const SUE: LockMode = LockMode::ShareUpdateExclusive;
    pub const S: LockMode = LockMode::Share;
    pub const SRE: LockMode = LockMode::ShareRowExclusive;
    pub const AE: LockMode = LockMode::AccessExclusive;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_entry_is_complete_and_has_a_name_of_its_own() {
        let mut codes = BTreeSet::new();
        for rule in hazard_rules() {
            assert!(codes.insert(rule.code), "{} is there twice", rule.code);
            let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(rule.code.chars().all(is_name), "{}", rule.code);
            assert_eq!(HazardRule::of(rule.code), Some(rule));
            for text in [rule.what, rule.safe] {
                assert!(text.ends_with('.'), "{}: {text}", rule.code);
            }
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
        }
    }
}
