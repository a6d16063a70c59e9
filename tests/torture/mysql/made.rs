//! New items of MySQL: what is chosen for each by the numbers of an edit.

use super::item::{
    Check, Class, Column, Division, Filling, ForeignKey, Function, Id, Index, Past, Table, Trigger,
    View, What,
};
use super::kind::{Ability, KINDS, Text};
use super::schema::{MysqlSchema, SPECIALS, kind_of};
use crate::name;
use crate::picks::Picks;

impl MysqlSchema {
    pub(super) fn new_table(&mut self, picks: &mut Picks<'_>) -> Table {
        let key = Column {
            name: "id".to_owned(),
            kind: 0,
            filling: if picks.once_in(2) {
                Filling::Counter
            } else {
                Filling::Nothing
            },
            ..self.plain_column(&Table::default(), picks)
        };
        let mut table = Table::default();
        if !picks.once_in(5) {
            table.indexes.push(Index {
                name: None,
                class: Class::Primary,
                columns: vec![key.id],
                form: 0,
            });
        }
        if picks.once_in(6) {
            table.division = Some(Division {
                by: key.id,
                form: picks.below(7),
                parts: picks.below(4),
            });
        }
        table.columns.push(key);
        let other = self.plain_column(&table, picks);
        table.columns.push(other);
        if picks.once_in(3) {
            table.engine = picks.below(6);
            table.charset = picks.below(6);
            table.row_format = picks.below(6);
            table.option = picks.below(10);
            table.comment = picks.once_in(2).then(|| picks.below(3));
        }
        table.past = new_past(picks);
        table
    }

    pub(super) fn new_column(&mut self, table: Id, picks: &mut Picks<'_>) -> Column {
        let table = self.table(table).cloned().unwrap_or_default();
        let mut column = self.plain_column(&table, picks);
        column.is_required = picks.once_in(3);
        column.filling = self.new_filling(&table, &column, picks);
        column.charset = if picks.once_in(3) { picks.below(5) } else { 0 };
        column.comment = picks.once_in(6).then(|| picks.below(3));
        column.is_invisible = picks.once_in(8);
        column.special = if picks.once_in(3) {
            picks.below(SPECIALS)
        } else {
            0
        };
        column.check = picks.once_in(8).then(|| picks.below(4));
        column
    }

    fn plain_column(&mut self, table: &Table, picks: &mut Picks<'_>) -> Column {
        let kind = new_kind(picks);
        self.column_of(kind, table, picks)
    }

    /// A column of a type. Shapes have names that nothing else has: the server makes no shape of a number, so
    /// that none may take the other's place under its name.
    fn column_of(&mut self, kind: usize, table: &Table, picks: &mut Picks<'_>) -> Column {
        let is_shape = KINDS[kind % KINDS.len()].ability == Ability::Shape;
        let named = |name: &str| format!("{}{name}", if is_shape { "at " } else { "" });
        let name = name::choose(picks, "col", |name| {
            let name = named(name).to_lowercase();
            let mut columns = table.columns.iter();
            columns.any(|column| column.name.to_lowercase() == name)
        });
        Column {
            id: self.next_id(),
            kind,
            name: named(&name),
            is_required: false,
            filling: Filling::Nothing,
            charset: 0,
            comment: None,
            is_invisible: false,
            special: 0,
            check: None,
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
            4 => Filling::Counter,
            5 => {
                let sequences = self.of_kind(|what| matches!(what, What::Sequence(_)));
                picks.one_of(&sequences).map_or(nothing, Filling::Next)
            }
            6 | 7 => {
                let same: Vec<Id> = table
                    .columns
                    .iter()
                    .filter(|one| one.kind == column.kind && one.id != column.id)
                    .map(|one| one.id)
                    .collect();
                let form = picks.below(4);
                let source = picks.one_of(&same);
                source.map_or(nothing, |source| Filling::From(source, form))
            }
            _ => nothing,
        }
    }

    pub(super) fn new_check(&self, id: Id, picks: &mut Picks<'_>) -> Option<Check> {
        let columns: Vec<Id> = self.columns(id).iter().map(|column| column.id).collect();
        Some(Check {
            column: picks.one_of(&columns)?,
            form: picks.below(4),
            name: picks
                .once_in(2)
                .then(|| name::choose(picks, "rule", |name| self.is_taken(name))),
        })
    }

    pub(super) fn new_index(&self, id: Id, picks: &mut Picks<'_>) -> Option<Index> {
        let table = self.table(id)?;
        let class = match picks.below(10) {
            0..=3 => Class::Plain,
            4..=6 => Class::Unique,
            7 => Class::Primary,
            8 => Class::Words,
            _ => Class::Shapes,
        };
        let has_primary = table
            .indexes
            .iter()
            .any(|index| index.class == Class::Primary);
        if class == Class::Primary && has_primary {
            return None;
        }
        let columns = table.columns.iter();
        let fitting: Vec<Id> = columns
            .filter(|column| match class {
                Class::Words => kind_of(column).text == Text::Words,
                Class::Shapes => kind_of(column).ability == Ability::Shape,
                Class::Primary | Class::Unique | Class::Plain => {
                    kind_of(column).ability != Ability::Shape
                }
            })
            .map(|column| column.id)
            .collect();
        let mut chosen = vec![picks.one_of(&fitting)?];
        if picks.once_in(2)
            && let Some(other) = picks.one_of(&fitting)
            && !chosen.contains(&other)
        {
            chosen.push(other);
        }
        Some(Index {
            name: picks
                .once_in(2)
                .then(|| name::choose(picks, "idx", |name| self.is_taken(name))),
            class,
            columns: chosen,
            form: picks.below(10),
        })
    }

    pub(super) fn new_foreign_key(&mut self, picks: &mut Picks<'_>) -> Option<ForeignKey> {
        let tables = self.tables();
        let keyed: Vec<Id> = tables
            .iter()
            .copied()
            .filter(|table| self.key(*table).is_some())
            .collect();
        let (from, to) = (picks.one_of(&tables)?, picks.one_of(&keyed)?);
        let kind = self.key(to)?.kind;
        let form = picks.below(6);
        let is_named = picks.once_in(2);
        let fitting: Vec<Id> = self
            .columns(from)
            .into_iter()
            .filter(|column| column.kind == kind && column.name != "id")
            .map(|column| column.id)
            .collect();
        let column = if let Some(column) = picks.one_of(&fitting) {
            column
        } else {
            let table = self.table(from)?.clone();
            let column = self.column_of(kind, &table, picks);
            let id = column.id;
            self.with_table(from, |table| table.columns.push(column));
            id
        };
        Some(ForeignKey {
            from,
            column,
            to,
            form,
            is_named,
        })
    }

    pub(super) fn new_view(&self, picks: &mut Picks<'_>) -> Option<View> {
        let relations = self.relations();
        let of = picks.one_of(&relations)?;
        let columns: Vec<Id> = self.columns(of).iter().map(|column| column.id).collect();
        let functions = self.of_kind(|what| matches!(what, What::Function(_)));
        Some(View {
            of,
            form: picks.below(8),
            left_out: picks.once_in(2).then(|| picks.one_of(&columns)).flatten(),
            only_where: picks
                .once_in(2)
                .then(|| Some((picks.one_of(&columns)?, picks.below(4))))
                .flatten(),
            calls: picks.once_in(3).then(|| picks.one_of(&functions)).flatten(),
            besides: picks.once_in(4).then(|| picks.one_of(&relations)).flatten(),
        })
    }

    pub(super) fn new_trigger(&self, picks: &mut Picks<'_>) -> Option<Trigger> {
        let on = picks.one_of(&self.tables())?;
        let columns: Vec<Id> = self.columns(on).iter().map(|column| column.id).collect();
        let others = self.of_kind(|what| matches!(what, What::Trigger(_)));
        Some(Trigger {
            on,
            column: picks.one_of(&columns)?,
            form: picks.below(24),
            behind: picks.one_of(&others),
        })
    }

    pub(super) fn new_function(&self, picks: &mut Picks<'_>) -> Function {
        Function {
            form: picks.below(6),
            reads: picks
                .once_in(2)
                .then(|| picks.one_of(&self.tables()))
                .flatten(),
        }
    }
}

/// A type: half of all are of the two plainest, so that what wants a certain type finds it.
pub(super) fn new_kind(picks: &mut Picks<'_>) -> usize {
    let plain = !picks.once_in(2);
    picks.below(if plain { 2 } else { KINDS.len() })
}

pub(super) fn new_past(picks: &mut Picks<'_>) -> Past {
    match picks.below(12) {
        10 => Past::Kept,
        11 => Past::Shown,
        _ => Past::Forgotten,
    }
}
