//! What a table has from others: from the table whose partition it is, or from those that it inherits
//! from (PostgreSQL).
//!
//! A child says nothing about what it has from its parents, so that a column that is added to a table
//! with a hundred partitions is one change and one statement. What the child is in the end, is put
//! together here.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName};

use super::{Check, Column, ColumnSource, NotNull, Table};
use crate::object::Index;
use crate::{Catalog, Expr, Object, Part, Rare, Reference};

/// What makes a table a partition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Partition {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// Which of its rows are here: `FOR VALUES …` or `DEFAULT`.
    pub bound: Expr,
}

impl Table {
    /// The tables that it has columns from, in order.
    pub fn parents(&self) -> impl Iterator<Item = &QualifiedName> {
        let partitioned = self.partition_of.iter().map(|partition| &partition.parent);
        partitioned.chain(&self.inherits)
    }

    /// All of its columns, those that it has from its parents first.
    pub fn all_columns(&self, catalog: &Catalog) -> Vec<Column> {
        let parents: Vec<_> = self.parents().cloned().collect();
        let mut columns = self.columns_from(&parents, catalog);
        for own in self.columns.iter() {
            match columns.iter_mut().find(|column| column.name == own.name) {
                Some(merged) => *merged = own.clone(),
                None => columns.push(own.clone()),
            }
        }
        columns
    }

    /// The columns that it has from some of its parents, as it has them.
    pub(super) fn columns_from(&self, parents: &[QualifiedName], catalog: &Catalog) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for parent in parents.iter().filter_map(|name| find(name, catalog)) {
            for column in parent.all_columns(catalog) {
                if columns.iter().all(|known| known.name != column.name) {
                    let column = match self.overrides.get(&column.name) {
                        Some(own) => own.clone(),
                        None => handed_down(&column),
                    };
                    columns.push(column);
                }
            }
        }
        columns
    }

    /// The checks that it has from some of its parents.
    pub(super) fn checks_from(&self, parents: &[QualifiedName], catalog: &Catalog) -> Vec<Check> {
        let mut checks: Vec<Check> = Vec::new();
        for parent in parents.iter().filter_map(|name| find(name, catalog)) {
            let grandparents: Vec<_> = parent.parents().cloned().collect();
            let theirs = parent.checks_from(&grandparents, catalog);
            for check in parent.checks.iter().chain(&theirs) {
                if !check.no_inherit && checks.iter().all(|known| known.name != check.name) {
                    checks.push(Check {
                        comment: None,
                        ..check.clone()
                    });
                }
            }
        }
        checks
    }
}

/// The table of this name.
pub(super) fn find<'a>(name: &QualifiedName, catalog: &'a Catalog) -> Option<&'a Table> {
    match catalog.get(&Table::id_of(name)) {
        Some(Object::Table(table)) => Some(table),
        _ => None,
    }
}

/// A column as a new child gets it: comments, statistics and options stay behind, and only the default
/// of a counter comes along, not the counter.
pub(super) fn handed_down(column: &Column) -> Column {
    let source = match &column.source {
        ColumnSource::Identity(_) => ColumnSource::Given,
        ColumnSource::Serial(sequence) => {
            let value = super::postgres::next_value(Dialect::Postgres, sequence);
            ColumnSource::Default(Expr::from_server(value))
        }
        ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => {
            column.source.clone()
        }
    };
    let no_inherit = column.not_null.no_inherit;
    Column {
        source,
        nullable: column.nullable || no_inherit,
        not_null_name: column.not_null_name.clone().filter(|_| !no_inherit),
        not_null: NotNull {
            no_inherit: false,
            not_valid: column.not_null.not_valid && !no_inherit,
            comment: None,
        }
        .into(),
        statistics: None,
        options: Rare::plain(),
        foreign_options: Rare::plain(),
        comment: None,
        ..column.clone()
    }
}

/// What a child depends on: its parents, and each column that it has from them.
pub(super) fn references(table: &Table, catalog: &Catalog) -> BTreeSet<Reference> {
    let mut references = BTreeSet::new();
    for index in table.keys().filter_map(|key| key.attached_to.as_ref()) {
        references.insert(Reference {
            object: Index::id_of(index),
            part: Part::Whole,
        });
    }
    for name in table.parents() {
        let reference = |part| Reference {
            object: Table::id_of(name),
            part,
        };
        references.insert(reference(Part::Whole));
        let columns = find(name, catalog).map(|parent| parent.all_columns(catalog));
        for column in columns.into_iter().flatten() {
            references.insert(reference(Part::Column(column.name)));
        }
    }
    references
}

/// The tables that have columns from this one, near and far.
pub(super) fn descendants<'a>(table: &QualifiedName, catalog: &'a Catalog) -> Vec<&'a Table> {
    let mut found: Vec<&Table> = Vec::new();
    let mut waiting = vec![table.clone()];
    while let Some(name) = waiting.pop() {
        for object in catalog.objects().values() {
            let Object::Table(child) = object else {
                continue;
            };
            let is_new = found.iter().all(|known| known.name != child.name);
            if is_new && child.parents().any(|parent| *parent == name) {
                waiting.push(child.name.clone());
                found.push(child);
            }
        }
    }
    found
}

/// The name of a column that the text of a key mentions.
pub(super) fn is_in_key(table: &Table, column: &Ident) -> bool {
    let key = table.partition_by.as_ref().map_or("", Expr::as_str);
    super::postgres_column::mentions(key, column.as_str())
}
