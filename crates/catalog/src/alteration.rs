//! How one state of an object becomes another, and whom that disturbs.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident};

use crate::{Catalog, ObjectId, Pair, Part, Step};

/// What happens to a part of an object while it is altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The part goes away, perhaps to be made again: nothing may hang on it meanwhile.
    Removed,
    /// A column gets another type, in place.
    Retyped,
    /// The object is replaced under its own name by another: users move from one to the other.
    Swapped,
    /// The table is written anew under its own name, with its rows (SQLite).
    Rebuilt,
}

/// One part of an object that does not stand still while the object is altered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disturbance {
    /// The object.
    pub object: ObjectId,
    /// The part of it.
    pub part: Part,
    /// What happens to it.
    pub effect: Effect,
}

/// What surrounds an alteration.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The dialect that is written.
    pub dialect: Dialect,
    /// The whole catalog on both sides.
    pub catalogs: Pair<&'a Catalog>,
    /// What the object depends on and what does not stand still.
    pub disturbed: &'a BTreeSet<Disturbance>,
    /// What only people know.
    pub hints: &'a Hints,
}

/// What only people know of a change: the two schemas do not tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// For an enum type, the value that takes the place of each removed one.
    pub value_maps: BTreeMap<ObjectId, BTreeMap<String, String>>,
    /// For a table, the expression that gives the first values of a new required column.
    pub backfills: BTreeMap<ObjectId, BTreeMap<Ident, String>>,
    /// For a table, the constant that rows get in a required column that comes back: their own values went
    /// with it.
    pub stand_ins: BTreeMap<ObjectId, BTreeMap<Ident, String>>,
    /// For a table whose dialect has no enum types, what rows get in place of a value, by column.
    pub text_values: BTreeMap<ObjectId, BTreeMap<Ident, Vec<TextValue>>>,
    /// In which forms tables are changed that are in use.
    pub forms: Forms,
    /// The tables that are changed offline all the same, with everything that is on them.
    pub offline: BTreeSet<ObjectId>,
}

/// In which forms tables are changed that are in use (PostgreSQL, MySQL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forms {
    /// In those that let others go on working, in as many sections as they need.
    #[default]
    Online,
    /// In the plain ones, in one transaction where the server allows it.
    Offline,
}

/// A value of an enum that is kept as text, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextValue {
    /// The value on both sides.
    pub values: Pair<String>,
    /// Whether the one is the other under a new name.
    pub fate: ValueFate,
}

/// What becomes of a value that an enum has no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFate {
    /// It has another name, also on the way back.
    Renamed,
    /// Another value takes its place, for good.
    Removed,
}

impl Hints {
    /// What of it holds for the way back.
    #[must_use]
    pub fn inverted(&self) -> Self {
        let mut back = Self {
            forms: self.forms,
            offline: self.offline.clone(),
            ..Self::default()
        };
        for (table, columns) in &self.text_values {
            for (column, values) in columns {
                for value in values {
                    match value.fate {
                        ValueFate::Renamed => {}
                        ValueFate::Removed => continue,
                    }
                    let columns = back.text_values.entry(table.clone()).or_default();
                    columns.entry(column.clone()).or_default().push(TextValue {
                        values: value.values.clone().inverted(),
                        fate: value.fate,
                    });
                }
            }
        }
        back
    }
}

/// What rows get in a column that they did not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstValue<'a> {
    /// What people say.
    Told(&'a str),
    /// A constant in place of the values that are lost.
    StandIn(&'a str),
}

impl<'a> FirstValue<'a> {
    /// The expression.
    pub const fn expression(self) -> &'a str {
        match self {
            Self::Told(expression) | Self::StandIn(expression) => expression,
        }
    }
}

impl<'a> Context<'a> {
    /// What the rows of a table get in a column that they did not have, if anybody knows.
    pub fn first_value(&self, table: &ObjectId, column: &Ident) -> Option<FirstValue<'a>> {
        let known = |hints: &'a BTreeMap<ObjectId, BTreeMap<Ident, String>>| {
            hints.get(table)?.get(column).map(String::as_str)
        };
        let told = known(&self.hints.backfills).map(FirstValue::Told);
        told.or_else(|| known(&self.hints.stand_ins).map(FirstValue::StandIn))
    }
}

impl Context<'_> {
    /// Whether something that `object` depends on has this effect on it.
    pub fn has(&self, effect: Effect) -> bool {
        self.disturbed
            .iter()
            .any(|disturbance| disturbance.effect == effect)
    }

    /// Whether an object on a table goes with it, and only so: the table is written anew, and nothing else
    /// that the object needs is disturbed.
    pub fn falls_with(&self, table: &ObjectId) -> bool {
        !self.disturbed.is_empty()
            && self.disturbed.iter().all(|disturbance| {
                disturbance.effect == Effect::Rebuilt && disturbance.object == *table
            })
    }

    /// Whether a table, or a materialized view, stands on both sides and is to be changed in forms that let
    /// others go on working with it.
    pub fn is_online(&self, table: &ObjectId) -> bool {
        match self.dialect {
            Dialect::Postgres | Dialect::Mysql => {}
            Dialect::Sqlite => return false,
        }
        let stands =
            self.catalogs.map(|catalog| catalog.get(table).is_some()) == Pair::new(true, true);
        let is_removed = self.disturbed.iter().any(|disturbance| {
            disturbance.object == *table
                && disturbance.part == Part::Whole
                && disturbance.effect == Effect::Removed
        });
        self.hints.forms == Forms::Online
            && stands
            && !is_removed
            && !self.hints.offline.contains(table)
    }
}

/// How an object gets from one state to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all of them are alterations in place, and none is kept for long"
)]
pub enum Alteration {
    /// It stays, and these statements change it; none where nothing has to be done.
    InPlace(InPlace),
    /// It is dropped and made again, and so is what hangs on it.
    Recreate,
}

impl Alteration {
    /// Nothing has to be done.
    pub fn nothing() -> Self {
        Self::InPlace(InPlace::default())
    }

    /// It went with what it is on, and these statements make it again once that stands.
    pub fn made_again(restore: Vec<Step>) -> Self {
        Self::InPlace(InPlace {
            restore,
            ..InPlace::default()
        })
    }

    /// These statements alone do it, and nobody is disturbed.
    pub fn steps(main: Vec<Step>) -> Self {
        Self::InPlace(InPlace {
            main,
            ..InPlace::default()
        })
    }
}

/// The statements of an alteration in place, by the moment at which they run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InPlace {
    /// Lets go of what is about to be dropped or altered.
    pub release: Vec<Step>,
    /// Builds what needs nothing of the change itself.
    pub prepare: Vec<Step>,
    /// The change itself.
    pub main: Vec<Step>,
    /// Takes hold again of what was made or altered.
    pub restore: Vec<Step>,
    /// Makes rows fit, and conditions and keys hold of all of them.
    pub seal: Vec<Step>,
    /// Drops what holds data, once nothing can fail any more.
    pub discard: Vec<Step>,
    /// Removes what was put aside, once all users have moved.
    pub finish: Vec<Step>,
    /// Drops what nobody needs any more, last of all.
    pub retire: Vec<Step>,
    /// The object's own parts that do not stand still.
    pub disturbs: BTreeSet<(Part, Effect)>,
}

impl InPlace {
    /// Whether nothing has to be run.
    pub fn is_empty(&self) -> bool {
        let all = [
            &self.release,
            &self.prepare,
            &self.main,
            &self.restore,
            &self.seal,
            &self.discard,
            &self.finish,
            &self.retire,
        ];
        all.iter().all(|steps| steps.is_empty())
    }
}

/// The statements that make an object on a table that is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creation {
    /// Make it.
    pub create: Vec<Step>,
    /// Make it hold of all rows.
    pub seal: Vec<Step>,
}
