//! One edit of a schema: something is added, changed or dropped.

use schemist_sql::Dialect;

use crate::item::{Function, Id, Item, Table, What};
use crate::made::labels;
use crate::name;
use crate::picks::Picks;
use crate::schema::Schema;

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Add(Added),
    AddColumn,
    AddConstraint,
    Change,
    Drop,
}

/// What an edit adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    Space,
    Enum,
    Domain,
    Composite,
    Sequence,
    Function,
    Table,
    Index,
    ForeignKey,
    View,
    Trigger,
    Policy,
    Range,
    Rule,
    Statistics,
    Publication,
    Grant,
    VirtualTable,
}

/// How often each action is taken; the sum has no meaning of its own.
pub(super) fn actions(dialect: Dialect) -> Vec<(u32, Action)> {
    let everywhere = [
        (8, Action::Add(Added::Table)),
        (8, Action::AddColumn),
        (8, Action::AddConstraint),
        (10, Action::Change),
        (5, Action::Drop),
        (5, Action::Add(Added::Index)),
        (5, Action::Add(Added::ForeignKey)),
        (5, Action::Add(Added::View)),
        (3, Action::Add(Added::Trigger)),
    ];
    let in_postgres = [
        (1, Action::Add(Added::Space)),
        (4, Action::Add(Added::Enum)),
        (3, Action::Add(Added::Domain)),
        (2, Action::Add(Added::Composite)),
        (2, Action::Add(Added::Sequence)),
        (4, Action::Add(Added::Function)),
        (2, Action::Add(Added::Policy)),
        (1, Action::Add(Added::Range)),
        (2, Action::Add(Added::Rule)),
        (2, Action::Add(Added::Statistics)),
        (2, Action::Add(Added::Publication)),
        (3, Action::Add(Added::Grant)),
    ];
    let in_sqlite = [(3, Action::Add(Added::VirtualTable))];
    match dialect {
        Dialect::Postgres => [&everywhere[..], &in_postgres[..]].concat(),
        Dialect::Sqlite => [&everywhere[..], &in_sqlite[..]].concat(),
        Dialect::Mysql => everywhere.to_vec(),
    }
}

impl Schema {
    /// Makes one edit; one that finds nothing to work on changes nothing.
    pub(super) fn edit(&mut self, action: Action, picks: &mut Picks<'_>) {
        match action {
            Action::Add(added) => {
                if let Some((word, what)) = self.added(added, picks) {
                    self.add(word, what, picks);
                }
            }
            Action::AddColumn => {
                let Some(table) = picks.one_of(&self.whole_tables()) else {
                    return;
                };
                let column = self.new_column(table, picks);
                self.with_table(table, |table| table.columns.push(column));
            }
            Action::AddConstraint => {
                let Some(id) = picks.one_of(&self.whole_tables()) else {
                    return;
                };
                if let Some(constraint) = self.new_constraint(id, picks) {
                    self.with_table(id, |table| table.constraints.push(constraint));
                }
            }
            Action::Change => self.change(picks),
            Action::Drop => {
                let all: Vec<Id> = self.items.keys().copied().collect();
                if let Some(id) = picks.one_of(&all) {
                    self.items.remove(&id);
                }
            }
        }
    }

    fn add(&mut self, word: &str, what: What, picks: &mut Picks<'_>) {
        let spaces = self.of_kind(|what| matches!(what, What::Space));
        let space = if picks.once_in(4) && !matches!(what, What::Space) {
            picks.one_of(&spaces)
        } else {
            None
        };
        let is_taken = |name: &str| self.is_taken(name);
        let name = match what {
            // The server cuts what it makes of the name, and does not look for another one.
            What::Range(_) => name::plain(word, is_taken),
            _ => name::choose(picks, word, is_taken),
        };
        let comment = picks.once_in(6).then(|| picks.below(3));
        let id = self.next_id();
        let item = Item {
            name,
            space,
            comment,
            what,
        };
        self.items.insert(id, item);
    }

    fn added(&mut self, added: Added, picks: &mut Picks<'_>) -> Option<(&'static str, What)> {
        Some(match added {
            Added::Space => ("room", What::Space),
            Added::Enum => ("mood", What::Enum(labels(picks))),
            Added::Domain => ("amount", What::Domain(self.new_domain(picks))),
            Added::Composite => ("pair", What::Composite(self.new_attributes(picks))),
            Added::Sequence => ("counter", What::Sequence(picks.below(4))),
            Added::Function => ("reckon", What::Function(self.new_function(picks)?)),
            Added::Table => ("book", What::Table(self.new_table(picks))),
            Added::Index => ("idx", What::Index(self.new_index(picks)?)),
            Added::ForeignKey => ("fk", What::ForeignKey(self.new_foreign_key(picks)?)),
            Added::View => ("list", What::View(self.new_view(picks)?)),
            Added::Trigger => ("note", What::Trigger(self.new_trigger(picks)?)),
            Added::Policy => ("pol", What::Policy(self.new_policy(picks)?)),
            Added::Range => ("span", What::Range(self.new_builtin(picks))),
            Added::Rule => ("rule", What::Rule(self.new_rule(picks)?)),
            Added::Statistics => ("stat", What::Statistics(self.new_statistics(picks)?)),
            Added::Publication => ("pub", What::Publication(self.new_publication(picks))),
            Added::Grant => ("grant", What::Grant(self.new_grant(picks)?)),
            Added::VirtualTable => ("find", What::VirtualTable(self.new_virtual_table(picks))),
        })
    }

    pub(super) fn of_kind(&self, is: impl Fn(&What) -> bool) -> Vec<Id> {
        let items = self.items.iter();
        items
            .filter(|(_, item)| is(&item.what))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Tables that have columns of their own.
    pub(super) fn whole_tables(&self) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Table(table) if table.part_of.is_none()))
    }

    pub(super) fn with_table(&mut self, id: Id, f: impl FnOnce(&mut Table)) {
        if let Some(Item {
            what: What::Table(table),
            ..
        }) = self.items.get_mut(&id)
        {
            f(table);
        }
    }

    pub(super) fn functions(&self, is: impl Fn(&Function) -> bool) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Function(function) if is(function)))
    }
}
