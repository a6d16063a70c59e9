//! Altering the columns of a table in PostgreSQL.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::{alter_table, count_on, next_value, write_identity};
use super::postgres_cast::{Cast, cast, is_free, json_cast};
use super::{Column, ColumnSource, GeneratedKind, Table, foreign};
use crate::hazard::{locks, rows};
use crate::object::type_swap::name_aside as aside;
use crate::object::{SequenceOptions, alter_options};
use crate::{Forms, Hazard, Pair, Step};

/// A column on both sides, in its table.
#[derive(Clone, Copy)]
pub(super) struct ColumnPair<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: Pair<&'a Column>,
    /// Whether the type behind it is replaced under its own name.
    pub(super) is_swapped: bool,
    /// Whether its collation is replaced under its own name.
    pub(super) is_sorted_anew: bool,
    /// Whether the table is in use.
    pub(super) forms: Forms,
    pub(super) dialect: Dialect,
}

/// When rows are looked through for a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// They need not be.
    Nothing,
    /// As the column is set.
    AtOnce,
    /// Before it is set, while others go on working.
    Later,
}

impl ColumnPair<'_> {
    /// Whether the sequence of the column is made anew.
    pub(super) fn has_other_sequence(&self) -> bool {
        let sources = self.columns.map(|column| &column.source);
        let sequences = self.columns.map(Column::sequence);
        sequences.before.is_some()
            && sequences.after.is_some()
            && (sequences.differs() || sources.map(std::mem::discriminant).differs())
    }

    /// Whether its values are carried over into another type.
    pub(super) fn is_retyped(&self) -> bool {
        self.is_swapped
            || self.is_sorted_anew
            || self.columns.map(|column| &column.data_type).differs()
            || self.columns.map(|column| &column.collation).differs()
    }

    /// Whether the table is written anew for it.
    pub(super) fn is_rewritten(&self) -> bool {
        let types = self.columns.map(|column| column.data_type.as_str());
        self.is_retyped() && (self.is_swapped || !is_free(types.before, types.after))
    }

    /// Whether it has to be made anew: a plain column cannot become a computed one in place, nor can
    /// what is computed change.
    pub(super) fn is_remade(&self, retyped: &BTreeSet<Ident>) -> bool {
        match (&self.columns.before.source, &self.columns.after.source) {
            (ColumnSource::Generated(before), ColumnSource::Generated(after)) => {
                before != after
                    || self.is_retyped()
                    || mentions_any(before.expression.as_str(), retyped)
            }
            (_, ColumnSource::Generated(_)) => true,
            // What is nowhere kept cannot stay as it is.
            (ColumnSource::Generated(before), _) => before.kind == GeneratedKind::Virtual,
            _ => false,
        }
    }

    fn alter_column(&self) -> Script {
        let mut script = alter_table(self.table, self.dialect);
        script
            .keyword("ALTER COLUMN ")
            .ident(&self.columns.after.name)
            .keyword(" ");
        script
    }

    pub(super) fn say(&self, words: &'static str) -> Step {
        let mut script = self.alter_column();
        script.keyword(words);
        Step::new(script.into_text())
    }

    fn casts(&self) -> Cast {
        if self.is_swapped
            || self.columns.map(|column| column.enum_type().is_some()) == Pair::new(true, true)
        {
            return Cast::ThroughText;
        }
        let (before, after) = (
            self.columns.before.data_type.as_str(),
            self.columns.after.data_type.as_str(),
        );
        if let Some(cast) = json_cast(before, after) {
            return cast;
        }
        if self.columns.before.enum_type().is_some() {
            // An enum has casts to texts alone.
            return match cast("text", after) {
                Cast::Assignment => Cast::Assignment,
                _ => Cast::ThroughText,
            };
        }
        if self.columns.after.enum_type().is_some() {
            return if is_text_type(before) {
                Cast::Explicit
            } else {
                Cast::ThroughText
            };
        }
        cast(before, after)
    }

    /// Whether the default is in the way of the new type.
    fn takes_default_off(&self) -> bool {
        self.columns.before.default().is_some()
            && self.is_retyped()
            && (self.casts() != Cast::Assignment
                || self.columns.map(|column| column.default()).differs())
    }

    /// What has to go before the type changes.
    pub(super) fn detach(&self) -> Vec<Step> {
        let (before, after) = (self.columns.before, self.columns.after);
        let mut steps = Vec::new();
        match (&before.source, &after.source) {
            (ColumnSource::Default(_), ColumnSource::Default(_)) if self.takes_default_off() => {
                steps.push(self.say("DROP DEFAULT"));
            }
            (ColumnSource::Default(_), ColumnSource::Default(_)) => {}
            (ColumnSource::Default(_), _) => steps.push(self.say("DROP DEFAULT")),
            (ColumnSource::Serial(_), ColumnSource::Identity(_)) => {
                steps.extend(self.put_sequence_aside())
            }
            (ColumnSource::Serial(_), ColumnSource::Serial(_)) => {}
            (ColumnSource::Serial(sequence), _) => {
                steps.push(self.say("DROP DEFAULT"));
                steps.push(self.drop_sequence(sequence));
            }
            (ColumnSource::Identity(_), ColumnSource::Identity(_)) => {}
            (ColumnSource::Identity(_), ColumnSource::Serial(sequence)) => {
                steps.extend(self.identity_to_serial(sequence))
            }
            (ColumnSource::Identity(_), _) => steps.push(self.say("DROP IDENTITY")),
            (ColumnSource::Generated(_), ColumnSource::Generated(_)) => {}
            (ColumnSource::Generated(_), _) => steps.push(self.say("DROP EXPRESSION")),
            _ => {}
        }
        steps
    }

    /// The change of the type.
    pub(super) fn retype(&self, map: Option<&str>) -> Option<Step> {
        if !self.is_retyped() {
            return None;
        }
        let (before, after) = (self.columns.before, self.columns.after);
        let mut script = self.alter_column();
        script.keyword("TYPE ").expression(&after.data_type);
        if let Some(collation) = &after.collation {
            script.keyword(" COLLATE ").expression(collation);
        }
        if self.table.foreign.is_some() {
            // Only what is read from it changes.
            return Some(Step::new(script.into_text()));
        }
        let own = after.name.quoted(self.dialect);
        let carried = match map {
            Some(mapped) => Some(format!("{mapped}::{}", after.data_type)),
            None => self
                .casts()
                .expression(&own, &before.data_type, &after.data_type),
        };
        if let Some(carried) = carried {
            script.keyword(" USING ").expression(&carried);
        }
        let step = Step::new(script.into_text());
        if !self.is_rewritten() {
            return Some(step);
        }
        let table = &self.table.name;
        Some(step.with(Hazard::new(
            &locks::TABLE_REWRITTEN,
            format!(
                "table {table} is locked and written anew while column {} becomes {}",
                after.name, after.data_type
            ),
        )))
    }

    /// Whether it takes NULL from now on.
    pub(super) fn allows_null(&self) -> bool {
        !self.columns.before.nullable && self.columns.after.nullable
    }

    /// Whether it takes NULL no more, and when rows are looked through for it.
    pub(super) fn asks_for_values(&self) -> Asking {
        let after = self.columns.after;
        if !self.columns.before.nullable || after.nullable || after.not_null.not_valid {
            return Asking::Nothing;
        }
        // The server wants it before a column can count.
        let counts = |column: &Column| matches!(column.source, ColumnSource::Identity(_));
        match self.forms {
            Forms::Online if !counts(self.columns.after) => Asking::Later,
            Forms::Online | Forms::Offline => Asking::AtOnce,
        }
    }

    /// What is set once the type is right.
    pub(super) fn attach(&self) -> Vec<Step> {
        let (before, after) = (self.columns.before, self.columns.after);
        let mut steps = Vec::new();
        if let ColumnSource::Default(expression) = &after.source {
            let before_default = before.default().filter(|_| !self.takes_default_off());
            if before_default != Some(expression) {
                let mut script = self.alter_column();
                script
                    .keyword("SET DEFAULT ")
                    .expression(expression.as_str());
                steps.push(Step::new(script.into_text()));
            }
        }
        if self.asks_for_values() == Asking::AtOnce {
            steps.push(self.say("SET NOT NULL").with(Hazard::new(
                &rows::NOT_NULL_SET,
                format!(
                    "table {} is scanned, and rows with no {} make this fail",
                    self.table.name, after.name
                ),
            )));
        }
        if self.allows_null() && self.forms == Forms::Offline {
            steps.push(self.say("DROP NOT NULL"));
        }
        if self.asks_for_values() != Asking::Later {
            steps.extend(super::postgres_not_null::alter(self));
        }
        steps.extend(self.attach_sequence());
        let columns = self.columns.map(Some);
        steps.extend(foreign::alter_column(self.table, columns, self.dialect));
        steps.extend(alter_settings(self.table, self.columns, self.dialect));
        steps
    }

    fn attach_sequence(&self) -> Vec<Step> {
        let (before, after) = (self.columns.before, self.columns.after);
        match (&before.source, &after.source) {
            (ColumnSource::Identity(old), ColumnSource::Identity(new)) if old != new => {
                let mut steps = Vec::new();
                if old.sequence != new.sequence {
                    steps.push(self.rename_sequence(Pair::new(&old.sequence, &new.sequence)));
                }
                let mut script = self.alter_column();
                let start = script.as_str().len();
                if old.kind != new.kind {
                    script
                        .keyword("SET GENERATED ")
                        .keyword(new.kind.keyword())
                        .keyword(" ");
                }
                SequenceOptions::write_change(
                    &mut script,
                    Pair::new(&old.options, &new.options),
                    "SET",
                );
                if script.as_str().len() > start {
                    steps.push(Step::new(script.into_text().trim_end()));
                }
                steps
            }
            (ColumnSource::Serial(old), ColumnSource::Identity(_)) => {
                let mut steps = vec![self.add_identity()];
                steps.extend(self.take_counter_over(&aside(old)));
                steps
            }
            (ColumnSource::Identity(_), ColumnSource::Identity(_)) => Vec::new(),
            (_, ColumnSource::Identity(_)) => {
                let mut steps = vec![self.add_identity()];
                steps.extend(self.count_on());
                steps
            }
            (ColumnSource::Serial(old), ColumnSource::Serial(new)) => {
                let mut steps = Vec::new();
                if old != new {
                    steps.push(self.rename_sequence(Pair::new(old, new)));
                }
                if self.columns.map(|column| &column.data_type).differs() {
                    let mut script = Script::new(self.dialect);
                    script
                        .keyword("ALTER SEQUENCE ")
                        .name(new)
                        .keyword(" AS ")
                        .expression(&after.data_type);
                    steps.push(Step::new(script.into_text()));
                }
                steps
            }
            (ColumnSource::Identity(_), ColumnSource::Serial(_)) => Vec::new(),
            (_, ColumnSource::Serial(sequence)) => {
                let mut steps = self.make_serial(sequence);
                steps.extend(self.count_on());
                steps
            }
            _ => Vec::new(),
        }
    }

    fn add_identity(&self) -> Step {
        let mut script = self.alter_column();
        script.keyword("ADD ");
        if let ColumnSource::Identity(identity) = &self.columns.after.source {
            write_identity(&mut script, self.table, self.columns.after, identity);
        }
        Step::new(script.into_text())
    }

    fn make_serial(&self, sequence: &schemist_sql::QualifiedName) -> Vec<Step> {
        let mut create = Script::new(self.dialect);
        create.keyword("CREATE SEQUENCE ").name(sequence);
        if self.columns.after.data_type != "bigint" {
            create
                .keyword(" AS ")
                .expression(&self.columns.after.data_type);
        }
        create
            .keyword(" OWNED BY ")
            .name(&self.table.name)
            .keyword(".")
            .ident(&self.columns.after.name);
        let mut default = self.alter_column();
        default
            .keyword("SET DEFAULT ")
            .expression(&next_value(self.dialect, sequence));
        vec![
            Step::new(create.into_text()),
            Step::new(default.into_text()),
        ]
    }

    /// Lets a new sequence count on from the largest value that is there; nobody asks another server.
    fn count_on(&self) -> Option<Step> {
        if self.table.foreign.is_some() {
            return None;
        }
        let sequence = match &self.columns.after.source {
            ColumnSource::Identity(identity) => &identity.sequence,
            ColumnSource::Serial(sequence) => sequence,
            ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => {
                &self.table.name
            }
        };
        let column = &self.columns.after.name;
        Some(count_on(self.table, column, sequence, self.dialect))
    }

    fn put_sequence_aside(&self) -> Vec<Step> {
        let ColumnSource::Serial(sequence) = &self.columns.before.source else {
            return Vec::new();
        };
        let mut own = Script::new(self.dialect);
        own.keyword("ALTER SEQUENCE ")
            .name(sequence)
            .keyword(" OWNED BY NONE");
        vec![
            self.say("DROP DEFAULT"),
            Step::new(own.into_text()),
            self.rename_sequence(Pair::new(sequence, &aside(sequence))),
        ]
    }

    fn identity_to_serial(&self, sequence: &schemist_sql::QualifiedName) -> Vec<Step> {
        let ColumnSource::Identity(identity) = &self.columns.before.source else {
            return Vec::new();
        };
        // The identity's sequence cannot outlive it: its position waits in one of its own.
        let waiting = aside(&identity.sequence);
        let mut create = Script::new(self.dialect);
        create.keyword("CREATE SEQUENCE ").name(&waiting);
        let copy = self.copy_counter(Pair::new(&identity.sequence, &waiting));
        let mut steps = vec![
            Step::new(create.into_text()),
            copy,
            self.say("DROP IDENTITY"),
        ];
        steps.extend(self.make_serial(sequence));
        steps.push(self.copy_counter(Pair::new(&waiting, sequence)));
        steps.push(self.drop_sequence(&waiting));
        steps
    }

    fn take_counter_over(&self, from: &schemist_sql::QualifiedName) -> Vec<Step> {
        let ColumnSource::Identity(identity) = &self.columns.after.source else {
            return Vec::new();
        };
        vec![
            self.copy_counter(Pair::new(from, &identity.sequence)),
            self.drop_sequence(from),
        ]
    }

    fn copy_counter(&self, sequences: Pair<&schemist_sql::QualifiedName>) -> Step {
        let mut script = Script::new(self.dialect);
        script
            .keyword("SELECT setval(")
            .literal(&sequences.after.quoted(self.dialect));
        script
            .keyword(", last_value, is_called) FROM ")
            .name(sequences.before);
        Step::new(script.into_text())
    }

    fn drop_sequence(&self, sequence: &schemist_sql::QualifiedName) -> Step {
        let mut script = Script::new(self.dialect);
        script.keyword("DROP SEQUENCE ").name(sequence);
        Step::new(script.into_text())
    }

    fn rename_sequence(&self, pair: Pair<&schemist_sql::QualifiedName>) -> Step {
        let mut script = Script::new(self.dialect);
        script
            .keyword("ALTER SEQUENCE ")
            .name(pair.before)
            .keyword(" RENAME TO ")
            .ident(&pair.after.name);
        Step::new(script.into_text())
    }
}

fn is_text_type(data_type: &str) -> bool {
    data_type == "text" || data_type.starts_with("character")
}

/// Whether an expression has one of these names among its words.
pub(crate) fn mentions_any(expression: &str, names: &BTreeSet<Ident>) -> bool {
    names.iter().any(|name| mentions(expression, name.as_str()))
}

/// Whether an expression has this name among its words.
pub(super) fn mentions(expression: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    // In its quotes a name has its own quotes doubled.
    let name = name.replace('"', "\"\"");
    expression.match_indices(&name).any(|(start, _)| {
        let before = expression[..start].chars().next_back();
        let after = expression[start + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// Storage, compression, statistics and options of a column.
pub(super) fn alter_settings(table: &Table, columns: Pair<&Column>, dialect: Dialect) -> Vec<Step> {
    let statement = || {
        let mut script = alter_table(table, dialect);
        script
            .keyword("ALTER COLUMN ")
            .ident(&columns.after.name)
            .keyword(" ");
        script
    };
    let mut steps = Vec::new();
    // A new type brings its own.
    let is_retyped = columns.map(|column| &column.data_type).differs();
    let storage = columns.before.storage.as_deref().filter(|_| !is_retyped);
    if storage != columns.after.storage.as_deref() {
        let mut script = statement();
        // The word DEFAULT came with version 16.
        let own = if matches!(columns.after.data_type.as_str(), "cidr" | "inet")
            || columns.after.data_type.starts_with("numeric")
                && !columns.after.data_type.ends_with(']')
        {
            "MAIN"
        } else {
            "EXTENDED"
        };
        script
            .keyword("SET STORAGE ")
            .expression(columns.after.storage.as_deref().unwrap_or(own));
        steps.push(Step::new(script.into_text()));
    }
    if columns.map(|column| &column.compression).differs() {
        let mut script = statement();
        script
            .keyword("SET COMPRESSION ")
            .expression(columns.after.compression.as_deref().unwrap_or("default"));
        steps.push(Step::new(script.into_text()));
    }
    if columns.map(|column| column.statistics).differs() {
        let mut script = statement();
        script
            .keyword("SET STATISTICS ")
            .number(columns.after.statistics.unwrap_or(-1));
        steps.push(Step::new(script.into_text()));
    }
    let changes = alter_options(
        dialect,
        "ALTER TABLE ",
        &table.name,
        columns.map(|column| &*column.options),
    );
    for change in changes {
        let prefix = alter_table(table, dialect).into_text();
        let rest = change
            .sql
            .strip_prefix(&prefix)
            .unwrap_or(&change.sql)
            .to_owned();
        let mut script = statement();
        script.expression(&rest);
        steps.push(Step::new(script.into_text()));
    }
    steps
}
