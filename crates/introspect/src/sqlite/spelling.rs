//! The spelling of names within one database: SQLite keeps each name as it was typed, and finds it in any case.

use std::collections::BTreeMap;

use schemist_catalog::object::{ForeignKey, Key, Place, Table};
use schemist_catalog::{Kind, ObjectId, Part, Reference};
use schemist_sql::{Dialect, Ident, QualifiedName};

/// Every table and view under its folded name, with the columns of tables.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    relations: BTreeMap<String, Relation>,
}

/// A table or a view.
#[derive(Debug)]
pub(super) struct Relation {
    /// Which of both.
    pub(super) kind: Kind,
    /// Its name as it is spelled where it is made.
    pub(super) name: Ident,
    /// Its columns in order, where it is a table.
    pub(super) columns: Vec<Ident>,
}

impl Relation {
    /// The whole of it, as something that others need.
    pub(super) fn reference(&self) -> Reference {
        let name = QualifiedName::unqualified(self.name.clone());
        Reference {
            object: ObjectId::new(self.kind, name),
            part: Part::Whole,
        }
    }
}

impl Spelling {
    /// Adds a table or a view.
    pub(super) fn insert(&mut self, relation: Relation) {
        self.relations.insert(folded(&relation.name), relation);
    }

    /// The table or view of this name in any case.
    pub(super) fn relation(&self, folded: &str) -> Option<&Relation> {
        self.relations.get(folded)
    }

    /// A table's name in the spelling of its own statement.
    pub(super) fn name(&self, name: &Ident) -> Ident {
        let relation = self.relations.get(&folded(name));
        relation.map_or(name, |relation| &relation.name).clone()
    }

    /// A column's name in the spelling of its table's statement.
    pub(super) fn column(&self, table: &Ident, column: &Ident) -> Ident {
        let relation = self.relations.get(&folded(table));
        let same = |other: &&Ident| folded(other) == folded(column);
        relation
            .and_then(|relation| relation.columns.iter().find(same))
            .unwrap_or(column)
            .clone()
    }

    /// Gives all names in a table their one spelling.
    pub(super) fn spell(&self, table: &mut Table) {
        let own = table.name.name.clone();
        for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
            self.spell_key(&own, key);
        }
        for check in &mut table.checks {
            self.spell_place(&own, &mut check.place);
        }
        for key in &mut table.foreign_keys {
            self.spell_foreign_key(&own, key);
        }
    }

    fn spell_key(&self, table: &Ident, key: &mut Key) {
        for part in &mut key.parts {
            part.column = self.column(table, &part.column);
        }
        self.spell_place(table, &mut key.place);
    }

    fn spell_foreign_key(&self, table: &Ident, key: &mut ForeignKey) {
        let target = self.name(&key.target.name);
        for column in &mut key.columns {
            *column = self.column(table, column);
        }
        for column in &mut key.target_columns {
            *column = self.column(&target, column);
        }
        key.table = QualifiedName::unqualified(table.clone());
        key.target = QualifiedName::unqualified(target);
        self.spell_place(table, &mut key.place);
    }

    fn spell_place(&self, table: &Ident, place: &mut Place) {
        if let Some(column) = &mut place.0 {
            *column = self.column(table, column);
        }
    }
}

/// A name as SQLite compares it.
pub(super) fn folded(name: &Ident) -> String {
    Dialect::Sqlite.folded(name.as_str())
}
