//! New items: what is chosen for each by the numbers of an edit.

use schemist_sql::Dialect;

use crate::builtin::{Ability, builtins};
use crate::item::{
    Attribute, Column, Constraint, Demand, Domain, Filling, ForeignKey, Function, Grant, Id, Index,
    Policy, Publication, Rule, Statistics, Table, Trigger, Type, View, What,
};
use crate::name;
use crate::picks::Picks;
use crate::schema::Schema;

impl Schema {
    pub(super) fn new_type(&self, picks: &mut Picks<'_>) -> Type {
        let own = self.of_kind(|what| {
            matches!(
                what,
                What::Enum(_) | What::Domain(_) | What::Composite(_) | What::Range(_)
            )
        });
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

    pub(super) fn new_builtin(&self, picks: &mut Picks<'_>) -> Type {
        // Half of all are of the two plainest types, so that what wants a certain type finds it.
        let plain = !picks.once_in(2);
        let all = builtins(self.dialect).len();
        Type::Builtin(picks.below(if plain { 2 } else { all }))
    }

    pub(super) fn new_domain(&self, picks: &mut Picks<'_>) -> Domain {
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

    pub(super) fn new_attributes(&self, picks: &mut Picks<'_>) -> Vec<Attribute> {
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

    pub(super) fn new_function(&self, picks: &mut Picks<'_>) -> Option<Function> {
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

    pub(super) fn relations(&self) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Table(_) | What::View(_)))
    }

    pub(super) fn new_table(&mut self, picks: &mut Picks<'_>) -> Table {
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
        table.options = self.new_options(picks);
        table
    }

    pub(super) fn new_column(&mut self, table: Id, picks: &mut Picks<'_>) -> Column {
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

    pub(super) fn new_constraint(&self, id: Id, picks: &mut Picks<'_>) -> Option<Constraint> {
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

    pub(super) fn new_index(&self, picks: &mut Picks<'_>) -> Option<Index> {
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

    pub(super) fn new_foreign_key(&mut self, picks: &mut Picks<'_>) -> Option<ForeignKey> {
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

    pub(super) fn new_view(&self, picks: &mut Picks<'_>) -> Option<View> {
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

    pub(super) fn new_trigger(&self, picks: &mut Picks<'_>) -> Option<Trigger> {
        let mut relations = self.whole_tables();
        relations.extend(self.views_with_triggers());
        let on = picks.one_of(&relations)?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        let reactions = match self.dialect {
            Dialect::Postgres | Dialect::Mysql => {
                self.functions(|function| matches!(function, Function::Reaction(_)))
            }
            // The table that its body names.
            Dialect::Sqlite if picks.once_in(2) => self.whole_tables(),
            Dialect::Sqlite => Vec::new(),
        };
        Some(Trigger {
            on,
            calls: picks.one_of(&reactions),
            column: picks.once_in(2).then(|| picks.one_of(&columns)).flatten(),
            form: picks.below(6),
        })
    }

    pub(super) fn new_rule(&self, picks: &mut Picks<'_>) -> Option<Rule> {
        let on = picks.one_of(&self.whole_tables())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        Some(Rule {
            on,
            column: picks.one_of(&columns)?,
            form: picks.below(3),
        })
    }

    pub(super) fn new_statistics(&self, picks: &mut Picks<'_>) -> Option<Statistics> {
        let on = picks.one_of(&self.whole_tables())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        Some(Statistics {
            on,
            columns: (picks.one_of(&columns)?, picks.one_of(&columns)?),
            form: picks.below(3),
        })
    }

    pub(super) fn new_publication(&self, picks: &mut Picks<'_>) -> Publication {
        let tables = self.whole_tables();
        let of = picks.one_of(&tables);
        let column = of.and_then(|of| {
            let columns: Vec<Id> = self.columns(of).iter().map(|column| column.id).collect();
            picks.one_of(&columns)
        });
        Publication {
            of,
            only_where: column.filter(|_| picks.once_in(3)),
            form: picks.below(3),
        }
    }

    pub(super) fn new_grant(&self, picks: &mut Picks<'_>) -> Option<Grant> {
        let on = picks.one_of(&self.relations())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        Some(Grant {
            on,
            column: picks.once_in(3).then(|| picks.one_of(&columns)).flatten(),
            form: picks.below(4),
        })
    }

    pub(super) fn new_policy(&self, picks: &mut Picks<'_>) -> Option<Policy> {
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

pub(super) fn labels(picks: &mut Picks<'_>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for _ in 0..=picks.below(4) {
        let label = name::choose(picks, "label", |name| labels.iter().any(|one| one == name));
        labels.push(label);
    }
    labels
}
