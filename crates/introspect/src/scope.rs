//! Which part of a database is read, and what is left out of it by name.

use schemist_sql::Ident;

/// Tables that other tools keep their versions in, in lower case.
const VERSION_TABLES: &[(&str, &str)] = &[
    ("__diesel_schema_migrations", "Diesel"),
    ("_sqlx_migrations", "sqlx"),
    ("alembic_version", "Alembic"),
    ("databasechangelog", "Liquibase"),
    ("databasechangeloglock", "Liquibase"),
    ("flyway_schema_history", "Flyway"),
    ("goose_db_version", "goose"),
    ("knex_migrations", "Knex"),
    ("knex_migrations_lock", "Knex"),
    ("refinery_schema_history", "Refinery"),
    ("schema_migrations", "golang-migrate"),
    ("seaql_migrations", "SeaORM"),
];

/// What our own tables and temporary names begin with.
const OWN_PREFIX: &str = "schemist_";

/// A name in which `*` stands for any characters and `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Takes a pattern as it stands in the settings.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let name: Vec<char> = name.chars().collect();
        // `reached[i]`: the pattern read so far can end at the name's i-th character.
        let mut reached = vec![false; name.len() + 1];
        reached[0] = true;
        for sign in pattern {
            let mut next = vec![false; name.len() + 1];
            for at in 0..=name.len() {
                next[at] = match sign {
                    '*' => reached[at] || (at > 0 && next[at - 1]),
                    '?' => at > 0 && reached[at - 1],
                    other => at > 0 && reached[at - 1] && name[at - 1] == other,
                };
            }
            reached = next;
        }
        reached[name.len()]
    }
}

/// Why an object that is in the database is left out of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omission {
    /// It is ours: the journal, the log, something temporary.
    Own,
    /// Another tool keeps its versions in it.
    VersionTable(&'static str),
    /// The settings leave it out.
    Excluded,
}

impl Omission {
    /// The words that follow the object's name in a report.
    pub fn reason(self) -> String {
        match self {
            Self::Own => "belongs to schemist".to_owned(),
            Self::VersionTable(tool) => format!("belongs to {tool}"),
            Self::Excluded => "excluded by the settings".to_owned(),
        }
    }
}

/// Whether it is read whom things belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Owners {
    /// It is not: they stay whose they are.
    #[default]
    LeftAlone,
    /// It is.
    Compared,
}

/// Which part of a database is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The schema whose objects go unqualified; `None` where the product has no schemas.
    pub default_schema: Option<Ident>,
    /// The other schemas that are read; where none is named, all but the server's own.
    pub schemas: Vec<Ident>,
    /// Names that are left out, bare or with their schema before a dot.
    pub exclude: Vec<Pattern>,
    /// Whether it is read whom things belong to.
    pub owners: Owners,
}

impl Scope {
    /// Whether a schema is read: one that is named, or each that is not the server's own where none is.
    pub fn reads(&self, schema: &Ident) -> bool {
        if self.default_schema.as_ref() == Some(schema) || self.schemas.contains(schema) {
            return true;
        }
        let is_system =
            schema.as_str().starts_with("pg_") || schema.as_str() == "information_schema";
        self.schemas.is_empty() && !is_system
    }

    /// The schema as names carry it: `None` for the default one.
    pub fn qualifier(&self, schema: &Ident) -> Option<Ident> {
        (self.default_schema.as_ref() != Some(schema)).then(|| schema.clone())
    }

    /// Why a table (or a view, a sequence, …) is left out with all that hangs on it, if it is.
    ///
    /// `schema` is the one that it is in; `None` where the product has none.
    pub fn omission(&self, schema: Option<&Ident>, name: &str) -> Option<Omission> {
        let folded = name.to_ascii_lowercase();
        if folded.starts_with(OWN_PREFIX) {
            return Some(Omission::Own);
        }
        if let Some((_, tool)) = VERSION_TABLES.iter().find(|(table, _)| *table == folded) {
            return Some(Omission::VersionTable(tool));
        }
        let qualified = schema.map(|schema| format!("{}.{name}", schema.as_str()));
        let is_excluded = self.exclude.iter().any(|pattern| {
            pattern.matches(name)
                || qualified
                    .as_deref()
                    .is_some_and(|name| pattern.matches(name))
        });
        is_excluded.then_some(Omission::Excluded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        let matches = |pattern: &str, name: &str| Pattern::new(pattern).matches(name);
        assert!(matches("audit_*", "audit_2026"));
        assert!(matches("audit_*", "audit_"));
        assert!(!matches("audit_*", "my_audit_"));
        assert!(matches("*_?", "log_1"));
        assert!(!matches("*_?", "log_12"));
        assert!(matches("", ""));
    }

    #[test]
    fn own_tables_version_tables_and_excluded_names_are_left_out() {
        let scope = Scope {
            default_schema: Some(Ident::from_server("public")),
            schemas: Vec::new(),
            exclude: vec![Pattern::new("spatial_ref_sys"), Pattern::new("tmp.*")],
            owners: Owners::default(),
        };
        let omission =
            |schema: &str, name: &str| scope.omission(Some(&Ident::from_server(schema)), name);
        assert_eq!(omission("public", "schemist_revision"), Some(Omission::Own));
        assert_eq!(
            omission("public", "DATABASECHANGELOG"),
            Some(Omission::VersionTable("Liquibase"))
        );
        assert_eq!(
            omission("public", "spatial_ref_sys"),
            Some(Omission::Excluded)
        );
        assert_eq!(omission("tmp", "book"), Some(Omission::Excluded));
        assert_eq!(omission("public", "book"), None);
    }
}
