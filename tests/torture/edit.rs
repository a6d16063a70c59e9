//! One edit of a schema: something is added, changed or dropped.

use schemist_sql::Dialect;

use crate::builtin::{Ability, builtins};
use crate::item::{
    Attribute, Column, Constraint, Demand, Domain, Filling, ForeignKey, Function, Id, Index, Item,
    Policy, Table, Trigger, Type, View, What,
};
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
    ];
    match dialect {
        Dialect::Postgres => [&everywhere[..], &in_postgres[..]].concat(),
        Dialect::Sqlite | Dialect::Mysql => everywhere.to_vec(),
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
        let name = name::choose(picks, word, |name| self.is_taken(name));
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
            Added::Policy => ("rule", What::Policy(self.new_policy(picks)?)),
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

    fn functions(&self, is: impl Fn(&Function) -> bool) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Function(function) if is(function)))
    }

    pub(super) fn new_type(&self, picks: &mut Picks<'_>) -> Type {
        let own = self
            .of_kind(|what| matches!(what, What::Enum(_) | What::Domain(_) | What::Composite(_)));
        if picks.once_in(3)
            && let Some(id) = picks.one_of(&own)
        {
            return if picks.once_in(4) {
                Type::ArrayOf(id)
            } else {
                Type::Of(id)
            };
        }
        self.new_builtin(picks)
    }

    fn new_builtin(&self, picks: &mut Picks<'_>) -> Type {
        // Half of all are of the two plainest types, so that what wants a certain type finds it.
        let plain = !picks.once_in(2);
        let all = builtins(self.dialect).len();
        Type::Builtin(picks.below(if plain { 2 } else { all }))
    }

    fn new_domain(&self, picks: &mut Picks<'_>) -> Domain {
        let enums = self.of_kind(|what| matches!(what, What::Enum(_)));
        let base = match picks.one_of(&enums) {
            Some(id) if picks.once_in(3) => Type::Of(id),
            _ => self.new_builtin(picks),
        };
        Domain {
            base,
            condition: picks.once_in(2).then(|| picks.below(3)),
            default: picks.once_in(3).then(|| picks.below(3)),
        }
    }

    fn new_attributes(&self, picks: &mut Picks<'_>) -> Vec<Attribute> {
        let mut attributes: Vec<Attribute> = Vec::new();
        for _ in 0..=picks.below(3) {
            let of = match self.new_type(picks) {
                // A composite type in another could hold itself one day.
                Type::Of(id) | Type::ArrayOf(id)
                    if matches!(
                        self.items.get(&id).map(|item| &item.what),
                        Some(What::Composite(_))
                    ) =>
                {
                    Type::Builtin(0)
                }
                of => of,
            };
            let name = name::choose(picks, "part", |name| {
                attributes.iter().any(|one| one.name == name)
            });
            attributes.push(Attribute { name, of });
        }
        attributes
    }

    fn new_function(&self, picks: &mut Picks<'_>) -> Option<Function> {
        let form = picks.below(4);
        Some(match picks.below(4) {
            0 => Function::Judge {
                of: self.new_type(picks),
                form,
            },
            1 => Function::Maker {
                of: self.new_builtin(picks),
                form,
            },
            2 => Function::Reaction(form),
            _ => Function::Reader {
                of: picks.one_of(&self.relations())?,
                form,
            },
        })
    }

    fn relations(&self) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Table(_) | What::View(_)))
    }

    fn new_table(&mut self, picks: &mut Picks<'_>) -> Table {
        let split: Vec<Id> =
            self.of_kind(|what| matches!(what, What::Table(table) if table.split_by.is_some()));
        if picks.once_in(3)
            && let Some(whole) = picks.one_of(&split)
        {
            let taken = self.of_kind(|what| {
                matches!(what, What::Table(table) if table.part_of.is_some_and(|(of, _)| of == whole))
            });
            return Table {
                part_of: Some((whole, taken.len())),
                ..Table::default()
            };
        }
        let mut table = Table {
            is_unlogged: picks.once_in(12),
            ..Table::default()
        };
        let key = Column {
            id: self.next_id(),
            name: "id".to_owned(),
            of: Type::Builtin(0),
            is_required: false,
            filling: if picks.once_in(2) {
                Filling::Identity(picks.below(2))
            } else {
                Filling::Nothing
            },
            is_collated: false,
            comment: None,
        };
        if !picks.once_in(5) {
            table.constraints.push(Constraint {
                name: None,
                demand: Demand::Primary(vec![key.id]),
            });
        }
        if self.dialect == Dialect::Postgres && picks.once_in(6) {
            table.split_by = Some(key.id);
        }
        table.columns.push(key);
        let other = self.plain_column(&table, picks);
        table.columns.push(other);
        table
    }

    fn new_column(&mut self, table: Id, picks: &mut Picks<'_>) -> Column {
        let table = self.table(table).cloned().unwrap_or_default();
        let mut column = self.plain_column(&table, picks);
        column.filling = self.new_filling(&table, &column, picks);
        column.is_required = picks.once_in(3);
        column.is_collated = picks.once_in(8);
        column.comment = picks.once_in(6).then(|| picks.below(3));
        column
    }

    fn plain_column(&mut self, table: &Table, picks: &mut Picks<'_>) -> Column {
        Column {
            id: self.next_id(),
            of: self.new_type(picks),
            name: name::choose(picks, "col", |name| {
                table
                    .columns
                    .iter()
                    .any(|column| column.name.to_lowercase() == name.to_lowercase())
            }),
            is_required: false,
            filling: Filling::Nothing,
            is_collated: false,
            comment: None,
        }
    }

    pub(super) fn new_filling(
        &self,
        table: &Table,
        column: &Column,
        picks: &mut Picks<'_>,
    ) -> Filling {
        let nothing = Filling::Nothing;
        match picks.below(8) {
            1..=3 => Filling::Value(picks.below(4)),
            4 => Filling::Identity(picks.below(2)),
            5 => {
                let sequences = self.of_kind(|what| matches!(what, What::Sequence(_)));
                picks.one_of(&sequences).map_or(nothing, Filling::Next)
            }
            6 => {
                let makers = self.functions(
                    |function| matches!(function, Function::Maker { of, .. } if *of == column.of),
                );
                picks.one_of(&makers).map_or(nothing, Filling::Made)
            }
            7 => {
                let same: Vec<Id> = table
                    .columns
                    .iter()
                    .filter(|one| one.of == column.of && one.id != column.id)
                    .map(|one| one.id)
                    .collect();
                picks.one_of(&same).map_or(nothing, Filling::From)
            }
            _ => nothing,
        }
    }

    fn new_constraint(&self, id: Id, picks: &mut Picks<'_>) -> Option<Constraint> {
        let table = self.table(id)?;
        let all: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
        let column = picks.one_of(&all)?;
        let mut several = vec![column];
        if picks.once_in(2)
            && let Some(other) = picks.one_of(&all)
            && other != column
        {
            several.push(other);
        }
        let has_key = table
            .constraints
            .iter()
            .any(|one| matches!(one.demand, Demand::Primary(_)));
        let demand = match picks.below(6) {
            0 | 1 => Demand::Check(column, picks.below(4)),
            2 => Demand::Unique(several, picks.below(3)),
            3 => {
                let of = &self.column(id, column)?.of;
                let judges = self.functions(
                    |function| matches!(function, Function::Judge { of: judged, .. } if judged == of),
                );
                Demand::CheckBy(column, picks.one_of(&judges)?)
            }
            4 if !has_key => Demand::Primary(several),
            4 => return None,
            _ => Demand::Exclude(column),
        };
        let name = picks
            .once_in(2)
            .then(|| name::choose(picks, "rule", |name| self.is_taken(name)));
        Some(Constraint { name, demand })
    }

    fn new_index(&self, picks: &mut Picks<'_>) -> Option<Index> {
        let on = picks.one_of(&self.of_kind(|what| match what {
            What::Table(table) => table.part_of.is_none(),
            What::View(view) => view.is_stored,
            _ => false,
        }))?;
        let columns = self.columns(on);
        let sorted: Vec<Id> = columns
            .iter()
            .filter(|column| self.can(&column.of, Ability::Sorted))
            .map(|column| column.id)
            .collect();
        let mut chosen = vec![picks.one_of(&sorted)?];
        let form = picks.below(8);
        if picks.once_in(2)
            && let Some(other) = picks.one_of(&sorted)
            && !chosen.contains(&other)
        {
            chosen.push(other);
        }
        Some(Index {
            on,
            only_where: picks
                .once_in(3)
                .then(|| Some((picks.one_of(&sorted)?, picks.below(3))))
                .flatten(),
            includes: picks.once_in(4).then(|| picks.one_of(&sorted)).flatten(),
            columns: chosen,
            form,
        })
    }

    fn new_foreign_key(&mut self, picks: &mut Picks<'_>) -> Option<ForeignKey> {
        let tables = self.whole_tables();
        let keyed: Vec<Id> = tables
            .iter()
            .copied()
            .filter(|table| self.key(*table).is_some())
            .collect();
        let (from, to) = (picks.one_of(&tables)?, picks.one_of(&keyed)?);
        let of = self.key(to)?.of.clone();
        let form = picks.below(6);
        let fitting: Vec<Id> = self
            .columns(from)
            .into_iter()
            .filter(|column| column.of == of && column.name != "id")
            .map(|column| column.id)
            .collect();
        let column = if let Some(column) = picks.one_of(&fitting) {
            column
        } else {
            let table = self.table(from)?.clone();
            let column = Column {
                of,
                ..self.plain_column(&table, picks)
            };
            let id = column.id;
            self.with_table(from, |table| table.columns.push(column));
            id
        };
        Some(ForeignKey {
            from,
            column,
            to,
            form,
            is_named: picks.once_in(2),
        })
    }

    fn new_view(&self, picks: &mut Picks<'_>) -> Option<View> {
        let of = picks.one_of(&self.relations())?;
        let columns: Vec<Id> = self.columns(of).iter().map(|column| column.id).collect();
        let judges = self.functions(|function| matches!(function, Function::Judge { .. }));
        Some(View {
            of,
            left_out: picks.once_in(2).then(|| picks.one_of(&columns)).flatten(),
            only_where: picks
                .once_in(2)
                .then(|| Some((picks.one_of(&columns)?, picks.below(3))))
                .flatten(),
            judge: picks.once_in(3).then(|| picks.one_of(&judges)).flatten(),
            is_stored: self.dialect == Dialect::Postgres && picks.once_in(4),
            form: picks.below(6),
        })
    }

    fn new_trigger(&self, picks: &mut Picks<'_>) -> Option<Trigger> {
        let on = picks.one_of(&self.whole_tables())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        let reactions = self.functions(|function| matches!(function, Function::Reaction(_)));
        Some(Trigger {
            on,
            calls: picks.one_of(&reactions),
            column: picks.once_in(2).then(|| picks.one_of(&columns)).flatten(),
            form: picks.below(6),
        })
    }

    fn new_policy(&self, picks: &mut Picks<'_>) -> Option<Policy> {
        let on = picks.one_of(&self.whole_tables())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        Some(Policy {
            on,
            column: picks.one_of(&columns)?,
            condition: picks.below(3),
            form: picks.below(6),
        })
    }
}

fn labels(picks: &mut Picks<'_>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for _ in 0..=picks.below(4) {
        let label = name::choose(picks, "label", |name| labels.iter().any(|one| one == name));
        labels.push(label);
    }
    labels
}
