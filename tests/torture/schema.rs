//! A schema made by chance, and which of its items can be written.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Ident, QualifiedName};

use crate::builtin::{Ability, Builtin, builtins};
use crate::item::{Column, Demand, Filling, Function, Id, Item, Table, Type, View, What};
use crate::name;

/// Items by their numbers. One whose needs are gone is there still, and is not written.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) dialect: Dialect,
    pub(super) items: BTreeMap<Id, Item>,
    pub(super) last: Id,
}

impl Schema {
    pub(super) const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            items: BTreeMap::new(),
            last: 0,
        }
    }

    /// A number that nothing has.
    pub(super) fn next_id(&mut self) -> Id {
        self.last += 1;
        self.last
    }

    /// The name of an item as it is written in statements.
    pub(super) fn name(&self, id: Id) -> String {
        let Some(item) = self.items.get(&id) else {
            return String::new();
        };
        let space = item.space.and_then(|space| self.items.get(&space));
        let space = space.map(|space| space.name.as_str());
        let is_space = matches!(item.what, What::Space);
        let default = match self.dialect {
            Dialect::Postgres if name::is_hidden(&item.name) && !is_space => Some("public"),
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => None,
        };
        let name = QualifiedName {
            schema: space.or(default).map(Ident::from_server),
            name: Ident::from_server(item.name.as_str()),
        };
        name.quoted(self.dialect)
    }

    pub(super) fn quoted(&self, name: &str) -> String {
        Ident::from_server(name).quoted(self.dialect)
    }

    /// Whether something has a name already: an item, a column or a constraint, of any kind.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        let is_same = |other: &str| other.to_lowercase() == name.to_lowercase();
        self.items.values().any(|item| {
            is_same(&item.name)
                || matches!(&item.what, What::Table(table) if table.constraints.iter().any(|one| one.name.as_deref().is_some_and(is_same)))
        })
    }

    /// The server's type that a type is in the end; `None` for those that are none of the server's.
    pub(super) fn builtin(&self, of: &Type) -> Option<&'static Builtin> {
        match of {
            Type::Builtin(place) => {
                let all = builtins(self.dialect);
                all.get(place.checked_rem(all.len())?)
            }
            Type::Of(id) => match &self.items.get(id)?.what {
                What::Domain(domain) => self.builtin(&domain.base),
                _ => None,
            },
            Type::ArrayOf(_) => None,
        }
    }

    pub(super) fn can(&self, of: &Type, ability: Ability) -> bool {
        match self.builtin(of) {
            Some(builtin) => builtin.ability >= ability,
            None => match of {
                Type::Of(id) | Type::ArrayOf(id) => {
                    ability <= Ability::Sorted
                        && match self.items.get(id).map(|item| &item.what) {
                            Some(What::Enum(_)) => true,
                            Some(What::Domain(domain)) => self.can(&domain.base, ability),
                            _ => false,
                        }
                }
                Type::Builtin(_) => false,
            },
        }
    }

    pub(super) fn table(&self, id: Id) -> Option<&Table> {
        match &self.items.get(&id)?.what {
            What::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(super) fn view(&self, id: Id) -> Option<&View> {
        match &self.items.get(&id)?.what {
            What::View(view) => Some(view),
            _ => None,
        }
    }

    pub(super) fn function(&self, id: Id) -> Option<&Function> {
        match &self.items.get(&id)?.what {
            What::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The columns of a table or view that are written.
    pub(super) fn columns(&self, id: Id) -> Vec<&Column> {
        if let Some(view) = self.view(id) {
            let mut columns = self.columns(view.of);
            if columns.len() > 1 {
                columns.retain(|column| Some(column.id) != view.left_out);
            }
            return columns;
        }
        let Some(table) = self.table(id) else {
            return Vec::new();
        };
        if let Some((whole, _)) = table.part_of {
            return self.columns(whole);
        }
        let columns = table.columns.iter();
        columns.filter(|column| self.has_type(&column.of)).collect()
    }

    pub(super) fn column(&self, relation: Id, column: Id) -> Option<&Column> {
        let mut columns = self.columns(relation).into_iter();
        columns.find(|one| one.id == column)
    }

    pub(super) fn has_type(&self, of: &Type) -> bool {
        match of {
            Type::Builtin(_) => true,
            Type::Of(id) | Type::ArrayOf(id) => self.stands(*id),
        }
    }

    /// What a column is filled with, as far as that stands and fits.
    pub(super) fn filling(&self, table: Id, column: &Column) -> Filling {
        let fits = match column.filling {
            Filling::Nothing => true,
            Filling::Value(_) => self.has_values(&column.of),
            Filling::Identity(_) => {
                matches!(column.of, Type::Builtin(_))
                    && self.can(&column.of, Ability::Counted)
                    && self.dialect == Dialect::Postgres
                    && self
                        .table(table)
                        .is_some_and(|table| table.split_by.is_none())
            }
            Filling::Next(sequence) => {
                self.stands(sequence) && self.can(&column.of, Ability::Counted)
            }
            Filling::Made(function) => {
                self.stands(function)
                    && matches!(self.function(function), Some(Function::Maker { of, .. }) if *of == column.of)
            }
            Filling::From(source) => {
                let source = self.column(table, source);
                source.is_some_and(|source| {
                    source.of == column.of
                        && source.id != column.id
                        && !matches!(source.filling, Filling::From(_))
                }) && self
                    .table(table)
                    .is_some_and(|table| table.split_by != Some(column.id))
            }
        };
        if fits {
            column.filling
        } else {
            Filling::Nothing
        }
    }

    fn has_values(&self, of: &Type) -> bool {
        self.builtin(of).is_some()
            || matches!(of, Type::Of(id) if matches!(self.items.get(id).map(|item| &item.what), Some(What::Enum(_))))
    }

    /// Whether a constraint of a table can be written.
    pub(super) fn holds(&self, table: Id, demand: &Demand) -> bool {
        let has = |column: &Id| self.column(table, *column);
        let split_by = self.table(table).and_then(|table| table.split_by);
        let sorted = |columns: &[Id]| {
            !columns.is_empty()
                && split_by.is_none_or(|column| columns.contains(&column))
                && columns.iter().all(|column| {
                    has(column).is_some_and(|column| self.can(&column.of, Ability::Sorted))
                })
        };
        match demand {
            Demand::Primary(columns) => {
                sorted(columns)
                    && columns.iter().all(|column| {
                        has(column).is_some_and(|column| {
                            !matches!(self.filling(table, column), Filling::From(_))
                                || self.dialect == Dialect::Postgres
                        })
                    })
            }
            Demand::Unique(columns, _) => sorted(columns),
            Demand::Check(column, _) => has(column).is_some(),
            Demand::CheckBy(column, function) => {
                self.stands(*function)
                    && has(column).is_some_and(|column| self.judges(*function, &column.of))
            }
            Demand::Exclude(column) => {
                split_by.is_none()
                    && has(column).is_some_and(|column| {
                        self.builtin(&column.of)
                            .is_some_and(|builtin| builtin.name == "int4range")
                    })
            }
        }
    }

    pub(super) fn judges(&self, function: Id, value: &Type) -> bool {
        matches!(self.function(function), Some(Function::Judge { of, .. }) if of == value)
    }

    /// The only column of a table's primary key.
    pub(super) fn key(&self, table: Id) -> Option<&Column> {
        let constraints = &self.table(table)?.constraints;
        let mut keys = constraints.iter().filter_map(|one| match &one.demand {
            Demand::Primary(columns) if self.holds(table, &one.demand) => Some(columns),
            _ => None,
        });
        match keys.next()?.as_slice() {
            [column] => self.column(table, *column),
            _ => None,
        }
    }

    /// Whether all that an item needs is there, so that it can be written.
    pub(super) fn stands(&self, id: Id) -> bool {
        let Some(item) = self.items.get(&id) else {
            return false;
        };
        if item.space.is_some_and(|space| !self.stands(space)) {
            return false;
        }
        match &item.what {
            What::Space | What::Enum(_) | What::Sequence(_) => true,
            What::Domain(domain) => self.has_type(&domain.base),
            What::Composite(attributes) => attributes.iter().any(|one| self.has_type(&one.of)),
            What::Function(function) => match function {
                Function::Judge { of, .. } | Function::Maker { of, .. } => self.has_type(of),
                Function::Reaction(_) => true,
                Function::Reader { of, .. } => self.stands(*of),
            },
            What::Table(table) => self.table_stands(id, table),
            What::Index(index) => {
                self.stands(index.on)
                    && self.view(index.on).is_none_or(|view| view.is_stored)
                    && !index.columns.is_empty()
                    && index.columns.iter().all(|column| {
                        self.column(index.on, *column)
                            .is_some_and(|column| self.can(&column.of, Ability::Sorted))
                    })
            }
            What::ForeignKey(key) => {
                self.stands(key.from)
                    && self.stands(key.to)
                    && self.is_kept(key.to) >= self.is_kept(key.from)
                    && match (self.column(key.from, key.column), self.key(key.to)) {
                        (Some(own), Some(other)) => {
                            own.of == other.of
                                && !matches!(self.filling(key.from, own), Filling::From(_))
                        }
                        _ => false,
                    }
            }
            What::View(view) => self.stands(view.of) && !self.columns(id).is_empty(),
            What::Trigger(trigger) => {
                self.stands(trigger.on)
                    && (self.view(trigger.on).is_none() || self.dialect == Dialect::Sqlite)
                    && match trigger.calls {
                        Some(function) => self.stands(function),
                        None => self.dialect == Dialect::Sqlite,
                    }
            }
            What::Policy(policy) => {
                self.stands(policy.on) && self.column(policy.on, policy.column).is_some()
            }
            What::Range(of) => self.can(of, Ability::Sorted),
            What::Rule(rule) => self.stands(rule.on) && self.column(rule.on, rule.column).is_some(),
            What::Statistics(statistics) => {
                let column = |id| self.column(statistics.on, id);
                let (one, other) = statistics.columns;
                one != other
                    && self.stands(statistics.on)
                    && [one, other].into_iter().all(|id| {
                        column(id).is_some_and(|column| self.can(&column.of, Ability::Sorted))
                    })
            }
            What::Publication(publication) => publication
                .of
                .is_none_or(|of| self.stands(of) && self.is_kept(of)),
            What::Grant(grant) => self.stands(grant.on),
            What::VirtualTable(table) => self.virtual_table_stands(&item.name, table),
        }
    }

    /// Whether the rows of a table are there after a crash, as they must be where others need them.
    fn is_kept(&self, table: Id) -> bool {
        self.table(table).is_some_and(|table| !table.is_unlogged)
    }

    fn table_stands(&self, id: Id, table: &Table) -> bool {
        match (table.part_of, table.split_by) {
            (Some((whole, _)), _) => self.stands(whole),
            (None, Some(column)) => self.column(id, column).is_some_and(|column| {
                self.can(&column.of, Ability::Counted) && matches!(column.of, Type::Builtin(_))
            }),
            (None, None) => !self.columns(id).is_empty(),
        }
    }
}
