//! A schema of MySQL made by chance, and which of its items can be written.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Ident};

use super::item::{
    Class, Column, Filling, ForeignKey, Form, Id, Index, Item, Past, Table, View, What,
};
use super::kind::{Ability, KINDS, Kind, Text};
use crate::value::chosen;

/// How a column compressed in its row is numbered among the special ones.
pub(super) const COMPRESSED: Form = 1;

/// How many special words a column may have.
pub(super) const SPECIALS: Form = 8;

/// Items by their numbers. One whose needs are gone is there still, and is not written.
#[derive(Debug, Clone, Default)]
pub(crate) struct MysqlSchema {
    pub(super) items: BTreeMap<Id, Item>,
    pub(super) last: Id,
}

impl MysqlSchema {
    /// A number that nothing has.
    pub(super) fn next_id(&mut self) -> Id {
        self.last += 1;
        self.last
    }

    pub(super) fn name(&self, id: Id) -> String {
        let item = self.items.get(&id);
        item.map_or_else(String::new, |item| quoted(&item.name))
    }

    /// Whether something has a name already, of any kind.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        let is_same = |other: &str| other.to_lowercase() == name.to_lowercase();
        let is_own = |other: &Option<String>| other.as_deref().is_some_and(is_same);
        self.items.values().any(|item| {
            is_same(&item.name)
                || match &item.what {
                    What::Table(table) => {
                        table.indexes.iter().any(|index| is_own(&index.name))
                            || table.checks.iter().any(|check| is_own(&check.name))
                    }
                    _ => false,
                }
        })
    }

    pub(super) fn of_kind(&self, is: impl Fn(&What) -> bool) -> Vec<Id> {
        let items = self.items.iter();
        items
            .filter(|(_, item)| is(&item.what))
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn tables(&self) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Table(_)))
    }

    pub(super) fn relations(&self) -> Vec<Id> {
        self.of_kind(|what| matches!(what, What::Table(_) | What::View(_)))
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

    /// The columns of a table or view that are written.
    pub(super) fn columns(&self, id: Id) -> Vec<&Column> {
        if let Some(view) = self.view(id) {
            let mut columns = self.columns(view.of);
            if columns.len() > 1 {
                columns.retain(|column| Some(column.id) != view.left_out);
            }
            return columns;
        }
        self.table(id)
            .map(|table| table.columns.iter().collect())
            .unwrap_or_default()
    }

    pub(super) fn column(&self, relation: Id, column: Id) -> Option<&Column> {
        let mut columns = self.columns(relation).into_iter();
        columns.find(|one| one.id == column)
    }

    /// Whether all that an item needs is there, so that it can be written.
    pub(super) fn stands(&self, id: Id) -> bool {
        let Some(item) = self.items.get(&id) else {
            return false;
        };
        match &item.what {
            What::Procedure(_) | What::Event(_) | What::Sequence(_) => true,
            What::Table(table) => table.columns.iter().any(|column| !column.is_invisible),
            What::ForeignKey(key) => self.key_stands(key),
            What::View(view) => {
                self.stands(view.of)
                    && !self.columns(id).is_empty()
                    && view.calls.is_none_or(|function| self.stands(function))
                    && view.besides.is_none_or(|relation| self.stands(relation))
            }
            What::Trigger(trigger) => {
                self.stands(trigger.on) && self.column(trigger.on, trigger.column).is_some()
            }
            What::Function(function) => function.reads.is_none_or(|table| self.stands(table)),
        }
    }

    fn key_stands(&self, key: &ForeignKey) -> bool {
        let may_have_keys = |id: Id| {
            self.stands(id)
                && self
                    .table(id)
                    .is_some_and(|table| is_innodb(table) && division(table).is_none())
        };
        let (Some(own), Some(other)) = (self.column(key.from, key.column), self.key(key.to)) else {
            return false;
        };
        let Some(table) = self.table(key.from) else {
            return false;
        };
        let computes = |column: &Column| matches!(column.filling, Filling::From(source, _) if source == own.id);
        let is_in_key = table.indexes.iter().any(|index| {
            index.class == Class::Primary && index.columns.contains(&own.id) && holds(table, index)
        });
        may_have_keys(key.from)
            && may_have_keys(key.to)
            && own.kind == other.kind
            && kind_of(own).text == Text::No
            && !matches!(own.filling, Filling::From(..))
            && !table.columns.iter().any(computes)
            && table
                .period
                .is_none_or(|(from, to)| own.id != from && own.id != to)
            && !(sets_null(key.form) && (own.is_required || is_in_key))
    }

    /// Whether a foreign key changes a column, which no check may look at.
    pub(super) fn is_cascaded(&self, column: Id) -> bool {
        self.items.values().any(|item| {
            matches!(&item.what, What::ForeignKey(key) if key.column == column && self.key_stands(key))
        })
    }

    /// The only column of a table's primary key.
    pub(super) fn key(&self, id: Id) -> Option<&Column> {
        let table = self.table(id)?;
        let primary = primary(table)?;
        match primary.columns.as_slice() {
            [column] => self.column(id, *column),
            _ => None,
        }
    }

    /// What a column is filled with, as far as that stands and fits.
    pub(super) fn filling(&self, table: &Table, column: &Column) -> Filling {
        let is_period = table
            .period
            .is_some_and(|(from, to)| column.id == from || column.id == to);
        let fits = match column.filling {
            Filling::Nothing => true,
            Filling::Value(_) => !kind_of(column).values.is_empty(),
            Filling::Counter => counts(table, column),
            Filling::From(..) => !is_period && is_computed(table, column),
            Filling::Next(sequence) => {
                self.stands(sequence) && kind_of(column).ability == Ability::Counted
            }
        };
        if fits {
            column.filling
        } else {
            Filling::Nothing
        }
    }

    /// Whether the server can check rows that are written through a view.
    pub(super) fn is_checkable(&self, id: Id) -> bool {
        self.is_updatable(id)
            && self.view(id).is_none_or(|view| {
                view.calls.is_none() && view.besides.is_none() && self.is_checkable(view.of)
            })
    }

    /// Whether rows can be written through a view.
    pub(super) fn is_updatable(&self, id: Id) -> bool {
        match self.view(id) {
            Some(view) => !matches!(view.form, 2 | 7) && self.is_updatable(view.of),
            None => true,
        }
    }
}

pub(super) fn quoted(name: &str) -> String {
    Ident::from_server(name).quoted(Dialect::Mysql)
}

pub(super) fn kind_of(column: &Column) -> &'static Kind {
    chosen(&Vec::from_iter(KINDS), column.kind).unwrap_or(&KINDS[0])
}

/// Whether InnoDB keeps the rows: the server changes no engine along with the rows of the past.
pub(super) fn is_innodb(table: &Table) -> bool {
    table.engine < 4 || keeps_past(table)
}

/// How a table is divided, if its column is there for it.
pub(super) fn division(table: &Table) -> Option<(&Column, Form, Form)> {
    let division = table.division?;
    let column = table
        .columns
        .iter()
        .find(|column| column.id == division.by)?;
    let is_plain =
        kind_of(column).ability == Ability::Counted && !matches!(column.filling, Filling::From(..));
    let has_shapes = table
        .columns
        .iter()
        .any(|column| kind_of(column).ability == Ability::Shape);
    (is_plain && !has_shapes).then_some((column, division.form, division.parts))
}

/// The primary key that is written.
pub(super) fn primary(table: &Table) -> Option<&Index> {
    let mut keys = table.indexes.iter();
    keys.find(|index| index.class == Class::Primary && holds(table, index))
}

/// Whether a column numbers rows: one can, which an index begins with.
fn counts(table: &Table, column: &Column) -> bool {
    let is_counter = |column: &&Column| {
        column.filling == Filling::Counter
            && kind_of(column).ability == Ability::Counted
            && table.indexes.iter().any(|index| {
                index.columns.first() == Some(&column.id)
                    && !matches!(index.class, Class::Words | Class::Shapes)
                    && holds(table, index)
            })
    };
    table.columns.iter().find(is_counter).map(|one| one.id) == Some(column.id)
}

/// Whether a column can be computed from the one that it names.
pub(super) fn is_computed(table: &Table, column: &Column) -> bool {
    let Filling::From(source, _) = column.filling else {
        return false;
    };
    let source = table.columns.iter().find(|one| one.id == source);
    source.is_some_and(|source| {
        source.id != column.id
            && source.kind == column.kind
            && !matches!(source.filling, Filling::From(..) | Filling::Counter)
            && !is_compressed(table, source)
    })
}

/// Whether a column's text is compressed where it stands.
pub(super) fn is_compressed(table: &Table, column: &Column) -> bool {
    let kind = kind_of(column);
    column.special == COMPRESSED
        && (kind.text == Text::Words && kind.name != "char(3)" || kind.name == "blob")
        && !is_computed(table, column)
}

/// Whether an index can be written.
pub(super) fn holds(table: &Table, index: &Index) -> bool {
    let columns: Vec<&Column> = index
        .columns
        .iter()
        .filter_map(|id| table.columns.iter().find(|column| column.id == *id))
        .collect();
    if columns.len() != index.columns.len()
        || columns.iter().any(|column| is_compressed(table, column))
    {
        return false;
    }
    let divided = division(table);
    let is_whole = divided.is_none_or(|(by, ..)| index.columns.contains(&by.id));
    let has = |ability: Ability| {
        columns
            .iter()
            .any(|column| kind_of(column).ability == ability)
    };
    let is_any_computed = columns.iter().any(|column| is_computed(table, column));
    match index.class {
        Class::Primary => !has(Ability::Shape) && !is_any_computed && is_whole,
        Class::Unique => !has(Ability::Shape) && is_whole,
        Class::Plain => !has(Ability::Shape),
        Class::Words => {
            divided.is_none()
                && !is_any_computed
                && columns.len() == 1
                && columns
                    .iter()
                    .all(|column| kind_of(column).text == Text::Words)
        }
        Class::Shapes => {
            divided.is_none()
                && !is_any_computed
                && columns.len() == 1
                && columns
                    .iter()
                    .all(|column| kind_of(column).ability == Ability::Shape && column.is_required)
        }
    }
}

/// The period of a table, if its columns are there for it.
pub(super) fn period(table: &Table) -> Option<(&Column, &Column)> {
    let (from, to) = table.period?;
    let find = |id: Id| table.columns.iter().find(|column| column.id == id);
    let (from, to) = (find(from)?, find(to)?);
    let is_day = |column: &Column| kind_of(column).name == "date";
    let is_plain = |column: &Column| !matches!(column.filling, Filling::From(..));
    (from.id != to.id && is_day(from) && is_day(to) && is_plain(from) && is_plain(to))
        .then_some((from, to))
}

pub(super) fn keeps_past(table: &Table) -> bool {
    table.past != Past::Forgotten
}

/// Whether an action of a foreign key empties its column.
const fn sets_null(form: Form) -> bool {
    form % 6 == 2
}
