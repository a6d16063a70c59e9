//! Finds out what a table has from its parents, so that only the rest is said of it.

use std::collections::BTreeMap;
use std::mem;

use schemist_catalog::object::{Column, ColumnSource, Columns, NotNull, Partition};
use schemist_catalog::{Expr, Rare};
use schemist_sql::QualifiedName;

use super::address::{Address, class};
use super::query::Answer;
use super::reading::Reading;
use super::table::ReadTable;
use crate::IntrospectError;

/// A column, and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct ReadColumn {
    /// The column.
    pub(super) column: Column,
    /// Whether the table itself has it.
    pub(super) is_local: bool,
    /// Whether a parent has it.
    pub(super) is_inherited: bool,
    /// Its default as the server prints it, also where the column is said to count.
    pub(super) default: Option<String>,
}

/// Where the columns of a table come from.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// Its columns, in order.
    pub(super) columns: Vec<ReadColumn>,
    parents: Vec<u32>,
    bound: Option<String>,
}

impl Lineage {
    /// What the row of a table says.
    pub(super) fn of(row: &Answer) -> Result<Self, IntrospectError> {
        let parents: Option<Vec<i64>> = row.get("parents")?;
        let number = |parent: i64| u32::try_from(parent).unwrap_or_default();
        Ok(Self {
            columns: Vec::new(),
            parents: parents
                .unwrap_or_default()
                .into_iter()
                .map(number)
                .collect(),
            bound: row.get("bound")?,
        })
    }
}

/// Gives every table the columns that it does not have from its parents as they are there. A table whose
/// parent is not read cannot be told from it, and is left out.
pub(super) fn settle(reading: &mut Reading<'_>, tables: &mut BTreeMap<u32, ReadTable>) {
    loop {
        let is_alone = |(_, table): &(&u32, &ReadTable)| {
            let mut parents = table.lineage.parents.iter();
            parents.any(|parent| !tables.contains_key(parent))
        };
        let Some((number, _)) = tables.iter().find(is_alone) else {
            break;
        };
        let number = *number;
        if let Some(table) = tables.remove(&number) {
            let words = format!("{} (its parent is not read)", table.id);
            reading.leave_out(Address::whole(class::RELATION, number), words);
        }
    }
    // Who has no parent keeps all of its columns; its children are compared with them before that.
    let is_child = |(_, table): &(&u32, &ReadTable)| !table.lineage.parents.is_empty();
    let mut settled: BTreeMap<u32, _> = tables
        .iter()
        .filter(is_child)
        .map(|(number, table)| (*number, own_columns(table, tables)))
        .collect();
    let names: BTreeMap<u32, QualifiedName> = tables
        .iter()
        .map(|(number, table)| (*number, table.table.name.clone()))
        .collect();
    for (number, read) in tables {
        let read_columns = mem::take(&mut read.lineage.columns);
        let (columns, overrides) = settled.remove(number).unwrap_or_else(|| {
            let columns = read_columns.into_iter().map(|read| read.column);
            (columns.collect(), Columns::new())
        });
        read.table.columns = columns;
        read.table.overrides = overrides.into();
        let mut parents = read
            .lineage
            .parents
            .iter()
            .map(|parent| names[parent].clone());
        match read.lineage.bound.take().map(Expr::from_server) {
            Some(bound) => {
                let partition = parents.next().map(|parent| Partition { parent, bound });
                read.table.partition_of = partition.map(Box::new);
            }
            None => read.table.inherits = parents.collect(),
        }
    }
}

/// The columns of a table's own, and those of its parents that are special in it.
fn own_columns(table: &ReadTable, tables: &BTreeMap<u32, ReadTable>) -> (Columns, Columns) {
    let mut columns = Columns::with_capacity(table.lineage.columns.len());
    let mut overrides = Columns::new();
    for read in &table.lineage.columns {
        if read.is_local || !read.is_inherited {
            columns.push(read.column.clone());
            continue;
        }
        let mut read = read.clone();
        let mut parents = table
            .lineage
            .parents
            .iter()
            .filter_map(|parent| tables.get(parent));
        let found = parents.find_map(|parent| {
            let mut theirs = parent.lineage.columns.iter();
            theirs.find(|theirs| theirs.column.name == read.column.name)
        });
        if let Some(parent) = found
            && parent.column.not_null_name.is_some()
            && read.column.not_null_name.is_some()
        {
            // A partition that came later has another name, which says nothing.
            let name = &parent.column.not_null_name;
            read.column.not_null_name.clone_from(name);
        }
        if found.is_none_or(|parent| !is_as_in(&read, parent)) {
            overrides.push(read.column.clone());
        }
    }
    (columns, overrides)
}

/// Whether a child's column is as a new child gets it from its parent.
fn is_as_in(child: &ReadColumn, parent: &ReadColumn) -> bool {
    let is_same_source = match &parent.column.source {
        ColumnSource::Identity(_) => child.column.source == ColumnSource::Given,
        ColumnSource::Serial(_) => child.default == parent.default,
        ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => {
            child.column.source == parent.column.source
        }
    };
    let theirs = &parent.column.not_null;
    let expected = Column {
        source: child.column.source.clone(),
        nullable: parent.column.nullable || theirs.no_inherit,
        not_null_name: parent
            .column
            .not_null_name
            .clone()
            .filter(|_| !theirs.no_inherit),
        not_null: NotNull {
            no_inherit: false,
            not_valid: theirs.not_valid && !theirs.no_inherit,
            comment: None,
        }
        .into(),
        statistics: None,
        options: Rare::plain(),
        foreign_options: Rare::plain(),
        comment: None,
        ..parent.column.clone()
    };
    is_same_source && expected == child.column
}
