//! Which part of a database is read, and what is left out of it by name.

use schemist_catalog::Kind;
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

/// What is meant by a name in which `*` stands for any characters and `?` for one, with or without the
/// kind of object before it: `audit_*`, `billing.*`, `view:*_old`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The kinds that are meant; where there is none, all whose name is not only known on a table.
    kinds: Vec<Kind>,
    name: String,
}

impl Pattern {
    /// Takes a pattern for objects of all kinds whose name is not only known on a table.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            kinds: Vec::new(),
            name: name.into(),
        }
    }

    /// Takes a pattern as it stands in the settings.
    ///
    /// # Errors
    /// The word before the colon, where it is no kind that can be meant.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some((word, name)) = text.split_once(':') else {
            return Ok(Self::new(text));
        };
        let kinds = kinds(word.trim())
            .ok_or_else(|| format!("expected a kind of object before the colon, found `{word}`"))?;
        let name = name.trim().to_owned();
        Ok(Self { kinds, name })
    }

    /// A kind that it names, and whose objects are compared whenever what they stand on is.
    pub fn follower(&self) -> Option<Kind> {
        self.kinds.iter().copied().find(|kind| follows(*kind))
    }

    /// Whether objects of this kind are meant at all.
    fn concerns(&self, kind: Kind) -> bool {
        if self.kinds.is_empty() {
            return !matches!(
                kind,
                Kind::Schema | Kind::Trigger | Kind::Rule | Kind::ForeignKey
            );
        }
        self.kinds.contains(&kind)
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        if self.is_plain() {
            return self.name == name;
        }
        let name: Vec<char> = name.chars().collect();
        // `reached[i]`: the pattern read so far can end at the name's i-th character.
        let mut reached = vec![false; name.len() + 1];
        reached[0] = true;
        for sign in self.name.chars() {
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

    /// Whether it stands for one name alone.
    fn is_plain(&self) -> bool {
        !self.name.contains(['*', '?'])
    }

    /// Whether an object is meant, by its name alone or with its schema before a dot.
    fn means(&self, kind: Kind, schema: Option<&Ident>, name: &str) -> bool {
        // Every object is asked about: what cannot be meant is told without making a text.
        let may_have_schema = !self.is_plain() || self.name.ends_with(name);
        self.concerns(kind)
            && (self.matches(name)
                || may_have_schema
                    && schema
                        .is_some_and(|schema| self.matches(&format!("{}.{name}", schema.as_str()))))
    }
}

/// The kinds that a word of the settings means.
fn kinds(word: &str) -> Option<Vec<Kind>> {
    let word = word.to_lowercase().replace('_', " ");
    match word.as_str() {
        "type" => Some(vec![
            Kind::BaseType,
            Kind::Enum,
            Kind::Domain,
            Kind::CompositeType,
            Kind::RangeType,
        ]),
        "enum" => Some(vec![Kind::Enum]),
        "procedure" | "routine" => Some(vec![Kind::Function]),
        _ => {
            let can_be_meant = |kind: &&Kind| {
                kind.word() == word
                    && !matches!(
                        kind,
                        Kind::DefaultPrivileges
                            | Kind::Privileges
                            | Kind::Owner
                            | Kind::RowSecurity
                            | Kind::UserMapping
                    )
            };
            Kind::ALL.iter().find(can_be_meant).map(|kind| vec![*kind])
        }
    }
}

/// Whether objects of a kind go with what they stand on; schemas and extensions are there for others.
const fn follows(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Schema
            | Kind::Extension
            | Kind::Index
            | Kind::ForeignKey
            | Kind::Trigger
            | Kind::Rule
            | Kind::Statistics
    )
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
    /// The settings name what is compared, and not it.
    NotIncluded,
}

impl Omission {
    /// The words that follow the object's name in a report.
    pub fn reason(self) -> String {
        match self {
            Self::Own => "belongs to schemist".to_owned(),
            Self::VersionTable(tool) => format!("belongs to {tool}"),
            Self::Excluded => "excluded by the settings".to_owned(),
            Self::NotIncluded => "not included by the settings".to_owned(),
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
    /// What is left out.
    pub exclude: Vec<Pattern>,
    /// What is read, with all that stands on it; where nothing is named, everything.
    pub include: Vec<Pattern>,
    /// Whether it is read whom things belong to.
    pub owners: Owners,
}

impl Scope {
    /// Whether a schema is read: one that is named, or each that is not the server's own where none is.
    pub fn reads(&self, schema: &Ident) -> bool {
        if self.excludes(Kind::Schema, None, schema.as_str()) {
            return false;
        }
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

    /// Whether the settings leave a schema out that would be read otherwise.
    pub fn excludes_schema(&self, schema: &Ident) -> bool {
        let without = Self {
            exclude: Vec::new(),
            ..self.clone()
        };
        without.reads(schema) && !self.reads(schema)
    }

    /// Why an object is left out with all that hangs on it, if it is.
    ///
    /// `schema` is the one that it is in; `None` where the product or the kind has none.
    pub fn omission(&self, kind: Kind, schema: Option<&Ident>, name: &str) -> Option<Omission> {
        let folded = name.to_ascii_lowercase();
        if folded.starts_with(OWN_PREFIX) {
            return Some(Omission::Own);
        }
        if let Some((_, tool)) = VERSION_TABLES.iter().find(|(table, _)| *table == folded) {
            return Some(Omission::VersionTable(tool));
        }
        if self.excludes(kind, schema, name) {
            return Some(Omission::Excluded);
        }
        let is_included = self.include.is_empty()
            || follows(kind)
            || self
                .include
                .iter()
                .any(|pattern| pattern.means(kind, schema, name));
        (!is_included).then_some(Omission::NotIncluded)
    }

    fn excludes(&self, kind: Kind, schema: Option<&Ident>, name: &str) -> bool {
        self.exclude
            .iter()
            .any(|pattern| pattern.means(kind, schema, name))
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
        let scope = scope(&["spatial_ref_sys", "tmp.*"], &[]);
        let omission = |schema: &str, name: &str| {
            scope.omission(Kind::Table, Some(&Ident::from_server(schema)), name)
        };
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

    fn scope(exclude: &[&str], include: &[&str]) -> Scope {
        let patterns = |texts: &[&str]| -> Vec<Pattern> {
            let parsed = texts.iter().map(|text| Pattern::parse(text).unwrap());
            parsed.collect()
        };
        Scope {
            default_schema: Some(Ident::from_server("public")),
            exclude: patterns(exclude),
            include: patterns(include),
            ..Scope::default()
        }
    }

    #[test]
    fn a_kind_before_the_name_means_that_kind_alone() {
        let scope = scope(
            &["view:*_old", "type:mood", "trigger:audit_*", "schema:tmp"],
            &[],
        );
        let omits = |kind, name| scope.omission(kind, None, name).is_some();
        assert!(omits(Kind::View, "book_old"));
        assert!(!omits(Kind::Table, "book_old"));
        assert!(omits(Kind::Enum, "mood") && omits(Kind::Domain, "mood"));
        assert!(omits(Kind::Trigger, "audit_book"));
        assert!(!scope.reads(&Ident::from_server("tmp")));
        assert!(scope.excludes_schema(&Ident::from_server("tmp")));
        assert!(scope.reads(&Ident::from_server("public")));
    }

    #[test]
    fn a_name_alone_does_not_mean_what_is_only_named_on_a_table() {
        let scope = scope(&["audit_*"], &[]);
        assert!(scope.omission(Kind::Index, None, "audit_at").is_some());
        assert!(scope.omission(Kind::Trigger, None, "audit_at").is_none());
    }

    #[test]
    fn what_stands_on_something_included_goes_with_it() {
        let scope = scope(&["*_old"], &["billing_*", "function:*"]);
        let omission = |kind, name| scope.omission(kind, None, name);
        assert_eq!(omission(Kind::Table, "billing_item"), None);
        assert_eq!(omission(Kind::Table, "book"), Some(Omission::NotIncluded));
        assert_eq!(
            omission(Kind::Table, "billing_old"),
            Some(Omission::Excluded)
        );
        assert_eq!(omission(Kind::Function, "total"), None);
        assert_eq!(omission(Kind::Index, "by_date"), None);
        assert_eq!(omission(Kind::Extension, "citext"), None);
    }

    #[test]
    fn what_is_no_kind_is_told() {
        let error = |text| Pattern::parse(text).unwrap_err();
        assert_eq!(
            error("viw:a"),
            "expected a kind of object before the colon, found `viw`"
        );
        assert!(Pattern::parse("privileges:a").is_err());
        assert!(Pattern::parse("materialized_view:a").is_ok());
    }
}
