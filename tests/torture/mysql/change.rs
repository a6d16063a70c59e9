//! Changes of what is there in a schema of MySQL.

use super::item::{Column, Division, Id, Item, Table, What};
use super::kind::{Ability, KINDS};
use super::made::{new_kind, new_past};
use super::schema::{MysqlSchema, SPECIALS, kind_of};
use crate::picks::Picks;

impl MysqlSchema {
    /// Changes one item in one respect; mostly a table.
    pub(super) fn change(&mut self, picks: &mut Picks<'_>) {
        let all = if picks.once_in(3) {
            self.items.keys().copied().collect()
        } else {
            self.tables()
        };
        let Some(id) = picks.one_of(&all) else {
            return;
        };
        let Some(mut item) = self.items.get(&id).cloned() else {
            return;
        };
        let Item { what, .. } = &mut item;
        match what {
            What::Table(table) => self.change_table(table, picks),
            What::ForeignKey(key) => key.form = picks.below(6),
            What::View(view) => {
                view.form = picks.below(8);
                if picks.once_in(2) {
                    view.left_out = None;
                }
                if picks.once_in(2) {
                    view.only_where = None;
                }
            }
            What::Trigger(trigger) => {
                trigger.form = picks.below(24);
                if picks.once_in(2) {
                    trigger.behind = None;
                }
            }
            What::Function(function) => function.form = picks.below(6),
            What::Procedure(form) | What::Event(form) | What::Sequence(form) => {
                *form = picks.below(8);
            }
        }
        self.items.insert(id, item);
    }

    fn change_table(&self, table: &mut Table, picks: &mut Picks<'_>) {
        match picks.below(24) {
            0 => table.engine = picks.below(6),
            1 => table.charset = picks.below(6),
            2 => table.row_format = picks.below(6),
            3 => table.option = picks.below(10),
            4 => table.comment = picks.once_in(2).then(|| picks.below(3)),
            5 => table.past = new_past(picks),
            6 => change_period(table, picks),
            7..=9 => change_division(table, picks),
            10 if !table.checks.is_empty() => {
                let gone = picks.below(table.checks.len());
                table.checks.remove(gone);
            }
            11 if !table.indexes.is_empty() => {
                let gone = picks.below(table.indexes.len());
                table.indexes.remove(gone);
            }
            12 | 13 => {
                let place = picks.below(table.indexes.len());
                if let Some(index) = table.indexes.get_mut(place) {
                    index.form = picks.below(10);
                    if picks.once_in(3) {
                        index.columns.reverse();
                    }
                }
            }
            14 if !table.columns.is_empty() => {
                let gone = picks.below(table.columns.len());
                table.columns.remove(gone);
            }
            _ => {
                let surroundings = table.clone();
                let place = picks.below(table.columns.len());
                if let Some(column) = table.columns.get_mut(place) {
                    self.change_column(column, &surroundings, picks);
                }
            }
        }
    }

    fn change_column(&self, column: &mut Column, table: &Table, picks: &mut Picks<'_>) {
        match picks.below(10) {
            0 | 1 => column.is_required = !column.is_required,
            2 | 3 => column.filling = self.new_filling(table, column, picks),
            4 => column.charset = picks.below(5),
            5 => column.comment = picks.once_in(2).then(|| picks.below(3)),
            6 => column.is_invisible = !column.is_invisible,
            7 => column.special = picks.below(SPECIALS),
            8 => column.check = picks.once_in(2).then(|| picks.below(4)),
            _ => {
                let kind = new_kind(picks);
                // The server makes no shape of a number, nor the other way round.
                let is_shape = |kind: usize| KINDS[kind % KINDS.len()].ability == Ability::Shape;
                if is_shape(kind) == is_shape(column.kind) {
                    column.kind = kind;
                }
            }
        }
    }
}

fn change_division(table: &mut Table, picks: &mut Picks<'_>) {
    match (&mut table.division, picks.below(4)) {
        (Some(_), 0) => table.division = None,
        (Some(division), 1 | 2) => division.parts = picks.below(6),
        (Some(division), _) => division.form = picks.below(7),
        (None, _) => {
            let ids: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
            table.division = picks.one_of(&ids).map(|by| Division {
                by,
                form: picks.below(7),
                parts: picks.below(4),
            });
        }
    }
}

fn change_period(table: &mut Table, picks: &mut Picks<'_>) {
    let days: Vec<Id> = table
        .columns
        .iter()
        .filter(|column| kind_of(column).name == "date")
        .map(|column| column.id)
        .collect();
    table.period = match (table.period, picks.one_of(&days), picks.one_of(&days)) {
        (None, Some(from), Some(to)) if from != to => Some((from, to)),
        _ => None,
    };
}
