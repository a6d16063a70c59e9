//! Keys, checks and exclusions of a table.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{IndexRole, Table};
use crate::object::{Deferrable, ExprPairing, Options};
use crate::{Expr, NameLabel, is_made_up};

/// The column that a constraint is written on, if it is not written on its own (SQLite).
///
/// The place is kept when a table is written anew. It says nothing, so that any two are equal.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Place(pub Option<Ident>);

impl Place {
    /// Whether it is this column.
    pub fn is(&self, column: &Ident) -> bool {
        self.0.as_ref() == Some(column)
    }
}

impl PartialEq for Place {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

/// One column of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct KeyPart {
    /// The column.
    pub column: Ident,
    /// Its collation in the key, where it is written (SQLite).
    pub collation: Option<String>,
    /// Whether large values come first (SQLite).
    pub descending: bool,
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// Its name; `None` in SQLite where none is written.
    pub name: Option<Ident>,
    /// Its columns, in order.
    pub parts: Vec<KeyPart>,
    /// Whether its last column is a range of time that may not overlap with another row's, while the others
    /// are equal (PostgreSQL 18 and later).
    pub without_overlaps: bool,
    /// Columns that its index carries along (PostgreSQL).
    pub include: Vec<Ident>,
    /// Whether NULLs count as equal (PostgreSQL 15 and later).
    pub nulls_not_distinct: bool,
    /// When it is checked (PostgreSQL).
    pub deferrable: Deferrable,
    /// Storage options of its index (PostgreSQL).
    pub options: Options,
    /// The tablespace of its index, where it is not the database's (PostgreSQL).
    pub tablespace: Option<Ident>,
    /// What its index is to the table beside (PostgreSQL).
    pub role: IndexRole,
    /// What `COMMENT ON` says of its index (PostgreSQL).
    pub index_comment: Option<String>,
    /// The index of a partition's parent that its own index is a part of; a key that is a part of one of the
    /// parent's is no key of the table's own (PostgreSQL).
    pub attached_to: Option<QualifiedName>,
    /// What happens on a conflict, where it is written (SQLite).
    pub conflict: Option<String>,
    /// The column that it is written on (SQLite).
    pub place: Place,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
}

impl Key {
    /// A key over columns, with the server's own choices everywhere.
    pub fn new(name: Option<Ident>, columns: impl IntoIterator<Item = Ident>) -> Self {
        let part = |column| KeyPart {
            column,
            collation: None,
            descending: false,
        };
        Self {
            name,
            parts: columns.into_iter().map(part).collect(),
            without_overlaps: false,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::Never,
            options: Options::new(),
            tablespace: None,
            role: IndexRole::default(),
            index_comment: None,
            attached_to: None,
            conflict: None,
            place: Place::default(),
            comment: None,
        }
    }

    /// Its columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &Ident> {
        self.parts.iter().map(|part| &part.column)
    }

    fn renamed(&self, name: Option<&Ident>) -> Self {
        Self {
            name: name.cloned(),
            ..self.clone()
        }
    }

    /// Whether nothing but the name may differ.
    pub fn has_content_of(&self, other: &Self) -> bool {
        &self.renamed(other.name.as_ref()) == other
    }

    fn has_made_up_name(&self, table: &Ident, label: NameLabel, dialect: Dialect) -> bool {
        let columns: Vec<_> = match label {
            NameLabel::PrimaryKey => Vec::new(),
            _ => self
                .columns()
                .chain(&self.include)
                .map(Ident::as_str)
                .collect(),
        };
        self.name
            .as_ref()
            .is_some_and(|name| is_made_up(dialect, name, table, &columns, label))
    }

    /// Writes the constraint without its name: the words, the columns, the options.
    pub fn write(&self, script: &mut Script, words: &'static str) {
        script.keyword(words);
        if self.nulls_not_distinct {
            script.keyword(" NULLS NOT DISTINCT");
        }
        script.keyword(" (");
        for (i, part) in self.parts.iter().enumerate() {
            script
                .keyword(if i > 0 { ", " } else { "" })
                .ident(&part.column);
            if let Some(collation) = &part.collation {
                script.keyword(" COLLATE ").expression(collation);
            }
            script.keyword(if part.descending { " DESC" } else { "" });
        }
        script.keyword(if self.without_overlaps {
            " WITHOUT OVERLAPS)"
        } else {
            ")"
        });
        if !self.include.is_empty() {
            script.keyword(" INCLUDE ").idents(&self.include);
        }
        if !self.options.is_empty() {
            script
                .keyword(" WITH (")
                .expression(&self.options.list())
                .keyword(")");
        }
        if let Some(tablespace) = &self.tablespace {
            script.keyword(" USING INDEX TABLESPACE ").ident(tablespace);
        }
        if let Some(conflict) = &self.conflict {
            script.keyword(" ON CONFLICT ").expression(conflict);
        }
        script.keyword(self.deferrable.keyword());
    }
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Check {
    /// Its name; `None` in SQLite where none is written.
    pub name: Option<Ident>,
    /// The condition, without the parentheses around it.
    pub expression: Expr,
    /// The column that it is written on (SQLite).
    pub place: Place,
    /// Whether inheriting tables are free of it (PostgreSQL).
    pub no_inherit: bool,
    /// Whether rows that were there before are known to hold it (PostgreSQL).
    pub validated: bool,
    /// Whether it is only said and never checked (PostgreSQL 18 and later).
    pub not_enforced: bool,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
}

impl Check {
    /// A check with the server's own choices everywhere.
    pub const fn new(name: Option<Ident>, expression: Expr) -> Self {
        Self {
            name,
            expression,
            place: Place(None),
            no_inherit: false,
            validated: true,
            not_enforced: false,
            comment: None,
        }
    }

    /// Whether nothing but the name may differ.
    pub fn has_content_of(&self, other: &Self) -> bool {
        Self {
            name: other.name.clone(),
            ..self.clone()
        } == *other
    }

    fn has_made_up_name(&self, table: &Table, dialect: Dialect) -> bool {
        let Some(name) = &self.name else { return false };
        let made_up = |columns: &[&str]| {
            is_made_up(dialect, name, &table.name.name, columns, NameLabel::Check)
        };
        made_up(&[])
            || table
                .columns
                .iter()
                .any(|column| made_up(&[column.name.as_str()]))
    }

    /// Writes the constraint without its name.
    pub fn write(&self, script: &mut Script) {
        script
            .keyword("CHECK (")
            .expression(self.expression.as_str())
            .keyword(")");
        script.keyword(if self.no_inherit { " NO INHERIT" } else { "" });
        script.keyword(if self.not_enforced {
            " NOT ENFORCED"
        } else {
            ""
        });
    }
}

/// An exclusion constraint (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Exclusion {
    /// Its name.
    pub name: Ident,
    /// The whole constraint as the server prints it, from `EXCLUDE` on.
    pub definition: Expr,
    /// The tablespace of its index, where it is not the database's.
    pub tablespace: Option<Ident>,
    /// What its index is to the table beside.
    pub role: IndexRole,
    /// What `COMMENT ON` says of its index.
    pub index_comment: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Exclusion {
    /// Whether nothing but the name may differ.
    pub fn has_content_of(&self, other: &Self) -> bool {
        Self {
            name: other.name.clone(),
            ..self.clone()
        } == *other
    }
}

/// Gives made-up names of keys the live ones, where the content is the same.
pub(super) fn settle_keys(declared: &mut Table, live: &Table, dialect: Dialect) {
    let table = declared.name.name.clone();
    if let (Some(own), Some(live)) = (&mut declared.primary_key, &live.primary_key)
        && own.name != live.name
        // A key over other columns is another one.
        && own.parts == live.parts
        && own.has_made_up_name(&table, NameLabel::PrimaryKey, dialect)
    {
        own.name.clone_from(&live.name);
    }
    let names: Vec<_> = declared
        .uniques
        .iter()
        .map(|key| key.name.clone())
        .collect();
    let mut free: Vec<_> = live
        .uniques
        .iter()
        .filter(|key| !names.contains(&key.name))
        .collect();
    for own in &mut declared.uniques {
        if live
            .uniques
            .iter()
            .any(|key| key.name == own.name && key.has_content_of(own))
            || !own.has_made_up_name(&table, NameLabel::Unique, dialect)
        {
            continue;
        }
        if let Some(place) = free.iter().position(|key| own.has_content_of(key)) {
            own.name.clone_from(&free.remove(place).name);
        }
    }
}

/// Takes out what says nothing: where constraints are written, and how their expressions were typed.
pub(super) fn clear_places(table: &mut Table) {
    for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
        key.place = Place::default();
        key.options = key.options.by_name();
    }
    for check in &mut table.checks {
        check.place = Place::default();
        check.expression = check.expression.canonical(&check.expression);
    }
    for key in &mut table.foreign_keys {
        key.place = Place::default();
    }
}

/// Makes one expression of each two checks, and of each two exclusions, that belong together.
pub(super) fn zip_checks(table: &mut Table, other: &Table, f: ExprPairing) {
    zip_check_list(&mut table.checks, &other.checks, f);
    for own in &mut table.exclusions {
        if let Some(other) = other
            .exclusions
            .iter()
            .find(|exclusion| exclusion.name == own.name)
        {
            own.definition = f(&own.definition, &other.definition);
        }
    }
}

/// Gives made-up names of checks the live ones.
pub(super) fn settle_checks(declared: &mut Table, live: &Table, dialect: Dialect) {
    let mut checks = std::mem::take(&mut declared.checks);
    settle_check_list(&mut checks, &live.checks, |check| {
        check.has_made_up_name(declared, dialect)
    });
    declared.checks = checks;
}

/// Makes one expression of each two checks that have the same name, or that a name cannot tell apart.
pub(crate) fn zip_check_list(checks: &mut [Check], others: &[Check], f: ExprPairing) {
    for own in checks {
        let same_name = others
            .iter()
            .find(|check| check.name.is_some() && check.name == own.name);
        match same_name {
            Some(other) => own.expression = f(&own.expression, &other.expression),
            // Which of the others it is, settling finds by the text; a form is remembered by name only.
            None => {
                let mut settled = others
                    .iter()
                    .map(|check| own.expression.settle(&check.expression));
                let found = settled.find(|expression| *expression != own.expression);
                own.expression = found.unwrap_or_else(|| own.expression.clone());
            }
        }
    }
}

/// Gives made-up names in a list of checks the live ones.
pub(crate) fn settle_check_list(
    declared: &mut [Check],
    live: &[Check],
    has_made_up_name: impl Fn(&Check) -> bool,
) {
    let named: Vec<_> = declared.iter().map(|check| check.name.clone()).collect();
    let made_up: Vec<_> = declared.iter().map(has_made_up_name).collect();
    // A made-up name says nothing, so a made-up name that both sides use for different content is free too.
    let is_taken = |check: &&Check| {
        declared
            .iter()
            .any(|own| own.name == check.name && own.has_content_of(check))
    };
    let mut free: Vec<_> = live.iter().filter(|check| !is_taken(check)).collect();
    let mut renames = Vec::new();
    for (place, own) in declared.iter().enumerate() {
        let stands = live
            .iter()
            .any(|check| check.name == own.name && check.has_content_of(own));
        if stands || !made_up[place] {
            continue;
        }
        // Which of several it is, nobody can tell.
        let count = |checks: &[Check]| {
            let alike = checks.iter().filter(|check| check.has_content_of(own));
            alike.count()
        };
        if count(declared) > count(live) {
            continue;
        }
        if let Some(found) = free.iter().position(|check| own.has_content_of(check)) {
            renames.push((place, free.remove(found).name.clone()));
        }
    }
    for (place, name) in renames {
        let elsewhere = named
            .iter()
            .enumerate()
            .any(|(other, taken)| other != place && *taken == name && !made_up[other]);
        if !elsewhere {
            declared[place].name = name;
        }
    }
}

/// Exclusions whose made-up names differ from the live ones take those.
pub(super) fn settle_exclusions(declared: &mut Table, live: &Table, dialect: Dialect) {
    for own in &mut declared.exclusions {
        if live
            .exclusions
            .iter()
            .any(|exclusion| exclusion.name == own.name)
        {
            continue;
        }
        let columns: Vec<_> = declared
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let made_up = own.name.as_str().starts_with(declared.name.name.as_str())
            && columns.iter().any(|column| {
                is_made_up(
                    dialect,
                    &own.name,
                    &declared.name.name,
                    &[column],
                    NameLabel::Exclusion,
                )
            });
        let same = live
            .exclusions
            .iter()
            .find(|other| other.has_content_of(own));
        if let (true, Some(live)) = (made_up, same) {
            own.name = live.name.clone();
        }
    }
}
