//! Altering a table in MySQL and MariaDB: all changes in one statement, so that the server looks for the index that a counter or a foreign key needs only when all of them are made.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, Script, mentioned_names};

use super::mysql::{Charsets, MysqlIndex, MysqlIndexClass, write_column};
use super::mysql_online::{self, Work, Works};
use super::mysql_partitions;
use super::mysql_passage::{
    PAGE_CHECKSUM, given_first, kept_first, moved_first, page_checksum, stays_behind, stored_first,
};
use super::mysql_values::{Moves, fill, listed, moves, refused};
use super::{Check, Column, GeneratedKind, Table};
use crate::hazard::{loss, rows};
use crate::object::IndexSource;
use crate::{Alteration, Context, Effect, Expr, Hazard, InPlace, Object, Pair, Part, Step};

/// The statements that take a table from one state to the other.
pub(super) fn alter(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    if !pair.differs() {
        return Alteration::nothing();
    }
    let mut plan = InPlace::default();
    let disturbs = disturbed(pair);
    let moved = moved_first(pair);
    if let Some(moved) = &moved {
        plan.main
            .extend(in_one(Pair::new(pair.before, moved), context));
    }
    let pair = Pair::new(moved.as_ref().unwrap_or(pair.before), pair.after);
    // A column can be left out of the past only where one is kept already.
    let kept = kept_first(pair);
    let pair = Pair::new(kept.as_ref().unwrap_or(pair.before), pair.after);
    plan.main.extend(kept.as_ref().map(|table| {
        let mut script = Script::new(Dialect::Mysql);
        script.keyword("ALTER TABLE ").name(&table.name);
        script.keyword(" ADD SYSTEM VERSIONING");
        Step::new(script.into_text())
    }));
    // A column that was computed when it was read is stored first, so that its values stay.
    let stored = stored_first(pair);
    if let Some(stored) = &stored {
        plan.main
            .extend(in_one(Pair::new(pair.before, stored), context));
    }
    let pair = Pair::new(stored.as_ref().unwrap_or(pair.before), pair.after);
    let filled = fill(pair, context);
    plan.main.extend(filled.first);
    let pair = Pair::new(filled.between.as_ref().unwrap_or(pair.before), pair.after);
    // A column that is computed lets go of what it is computed from before that can go.
    let given = given_first(pair);
    if let Some(given) = &given {
        plan.main
            .extend(in_one(Pair::new(pair.before, given), context));
    }
    let pair = Pair::new(given.as_ref().unwrap_or(pair.before), pair.after);
    let Moves { first, between } = moves(pair, context);
    plan.main.extend(first);
    let pair = Pair::new(between.as_ref().unwrap_or(pair.before), pair.after);
    plan.main.extend(in_one(pair, context));
    plan.main.extend(page_checksum(pair));
    plan.disturbs = disturbs;
    Alteration::InPlace(plan)
}

/// The one statement that does it, if anything is to be done, and those that its partitions need alone.
fn in_one(pair: Pair<&Table>, context: &Context<'_>) -> Vec<Step> {
    let mut clauses = Clauses::new(pair);
    clauses.leave(context);
    clauses.change_columns(context);
    clauses.come();
    clauses.set_options();
    clauses.keep_the_past();
    clauses.into_steps(context)
}

/// The columns that a foreign key on them would not let go or change.
fn disturbed(pair: Pair<&Table>) -> BTreeSet<(Part, Effect)> {
    let effect = |column: &Column| match pair.after.columns.get(&column.name) {
        None => Some(Effect::Removed),
        Some(after) if is_made_anew(Pair::new(column, after)) => Some(Effect::Removed),
        Some(after) => {
            let shape = |column: &Column| {
                let charset = column.mysql.charset.clone();
                (column.data_type.clone(), column.collation.clone(), charset)
            };
            Pair::new(column, after)
                .map(shape)
                .differs()
                .then_some(Effect::Retyped)
        }
    };
    let columns = pair.before.columns.iter();
    columns
        .filter_map(|column| Some((Part::Column(column.name.clone()), effect(column)?)))
        .collect()
}

pub(super) fn alter_table(table: &Table) -> Script {
    let mut script = Script::new(Dialect::Mysql);
    if table.mysql.is_versioned {
        // https://mariadb.com/kb/en/system-versioned-tables/#system_versioning_alter_history
        script.keyword("SET STATEMENT system_versioning_alter_history = KEEP FOR ");
    }
    script.keyword("ALTER TABLE ").name(&table.name);
    script
}

/// `ALTER TABLE … MODIFY COLUMN …` alone.
pub(super) fn modify(table: &Table, columns: Pair<&Column>, context: &Context<'_>) -> Step {
    let mut script = alter_table(table);
    script.keyword(" MODIFY COLUMN ");
    write_column(&mut script, columns.after, table, Charsets::WhereOwn);
    let work = mysql_online::modified(columns, table);
    mysql_online::single(script, work, Pair::new(table, table), context)
}

/// Whether the server cannot make one column of the other: a computed one is not stored by changing it.
pub(super) fn is_made_anew(pair: Pair<&Column>) -> bool {
    let kind = pair.map(|column| column.generated().map(|generated| generated.kind));
    match (kind.before, kind.after) {
        (None, None) | (Some(GeneratedKind::Stored), Some(GeneratedKind::Stored)) => false,
        (Some(GeneratedKind::Virtual), Some(GeneratedKind::Virtual)) => false,
        // The values stay.
        (Some(GeneratedKind::Stored), None) => false,
        _ => true,
    }
}

/// The clauses of one statement.
struct Clauses<'a> {
    pair: Pair<&'a Table>,
    texts: Vec<String>,
    works: Works,
    hazards: Vec<Hazard>,
    /// The indexes that are written anew although they do not differ.
    again: Vec<&'a MysqlIndex>,
    /// The names of indexes on both sides that are renamed only.
    renamed: BTreeMap<&'a Ident, &'a Ident>,
}

impl<'a> Clauses<'a> {
    fn new(pair: Pair<&'a Table>) -> Self {
        let mut renamed: BTreeMap<&'a Ident, &'a Ident> = BTreeMap::new();
        let block_size = pair.map(|table| table.mysql.options.get("KEY_BLOCK_SIZE"));
        let remade: BTreeSet<_> = remade(pair).collect();
        let can_be = |index: &MysqlIndex| {
            let columns = index.whole_columns().unwrap_or_default();
            !block_size.differs() && !columns.into_iter().any(|name| remade.contains(name))
        };
        for index in pair
            .before
            .mysql
            .indexes
            .iter()
            .filter(|index| can_be(index))
        {
            let is_gone = !pair
                .after
                .mysql
                .indexes
                .iter()
                .any(|after| after.name == index.name);
            let new = pair.after.mysql.indexes.iter().find(|after| {
                after.has_content_of(index)
                    && !pair
                        .before
                        .mysql
                        .indexes
                        .iter()
                        .any(|before| before.name == after.name)
                    && !renamed.values().any(|name| **name == after.name)
            });
            if let (true, Some(new)) = (is_gone, new) {
                renamed.insert(&index.name, &new.name);
            }
        }
        Self {
            pair,
            texts: Vec::new(),
            works: Works::default(),
            hazards: Vec::new(),
            again: Vec::new(),
            renamed,
        }
    }

    fn push(&mut self, work: Work, write: impl FnOnce(&mut Script)) {
        self.works.add(work);
        let mut script = Script::new(Dialect::Mysql);
        write(&mut script);
        self.texts.push(script.into_text());
    }

    /// What goes: checks, indexes, periods.
    fn leave(&mut self, context: &Context<'_>) {
        for check in leaving(self.pair, &remade_names(self.pair)) {
            if let Some(name) = &check.name {
                self.push(Work::Beside, |script| {
                    script.keyword("DROP CONSTRAINT ").ident(name);
                });
            }
        }
        self.again = again(self.pair, context);
        for index in &self.pair.before.mysql.indexes {
            let stays =
                self.pair.after.mysql.indexes.contains(index) && !self.again.contains(&index);
            if stays {
                continue;
            }
            if let Some(name) = self.renamed.get(&index.name).copied() {
                self.push(Work::Beside, |script| {
                    script
                        .keyword("RENAME INDEX ")
                        .ident(&index.name)
                        .keyword(" TO ")
                        .ident(name);
                });
                continue;
            }
            self.push(mysql_online::index_dropped(index, self.pair), |script| {
                match index.class {
                    MysqlIndexClass::Primary => script.keyword("DROP PRIMARY KEY"),
                    _ => script.keyword("DROP INDEX ").ident(&index.name),
                };
            });
        }
        for period in &self.pair.before.mysql.periods {
            if !self.pair.after.mysql.periods.contains(period) {
                let head = period.split(" (").next().unwrap_or(period);
                self.push(Work::Copy, |script| {
                    script.keyword("DROP ").expression(head);
                });
            }
        }
    }

    fn change_columns(&mut self, context: &Context<'_>) {
        let pair = self.pair;
        for column in pair.before.columns.iter() {
            let after = pair.after.columns.get(&column.name);
            if after.is_none_or(|after| is_made_anew(Pair::new(column, after))) {
                self.push(mysql_online::dropped(column), |script| {
                    script.keyword("DROP COLUMN ").ident(&column.name);
                });
                let is_lost = column.generated().is_none();
                self.hazards
                    .extend(is_lost.then(|| column_dropped(pair.after, column)));
            }
        }
        let charsets = if pair
            .map(|table| (&table.mysql.charset, &table.mysql.collation))
            .differs()
        {
            Charsets::All
        } else {
            Charsets::WhereOwn
        };
        let id = Table::id_of(&pair.after.name);
        let fills = context.hints.backfills.get(&id);
        let is_filled = |column: &Column| {
            let is_old = match context.catalogs.before.get(&id) {
                Some(Object::Table(table)) => table.columns.get(&column.name).is_some(),
                _ => false,
            };
            !is_old && fills.is_some_and(|fills| fills.contains_key(&column.name))
        };
        let mut previous: Option<&Ident> = None;
        for column in pair.after.columns.iter() {
            let before = pair.before.columns.get(&column.name);
            match before.filter(|before| !is_made_anew(Pair::new(before, column))) {
                Some(before) if before == column => {}
                Some(before) => {
                    self.push(
                        mysql_online::modified(Pair::new(before, column), pair.before),
                        |script| {
                            script.keyword("MODIFY COLUMN ");
                            write_column(script, column, pair.after, charsets);
                        },
                    );
                    let columns = Pair::new(before, column);
                    if !is_filled(column) {
                        self.hazards.extend(modified(pair.after, columns));
                    }
                    self.hazards.extend(refused(pair.after, columns, context));
                }
                None => {
                    let is_last = self.is_behind_all(column);
                    self.push(mysql_online::added(column), |script| {
                        script.keyword("ADD COLUMN ");
                        write_column(script, column, pair.after, charsets);
                        match previous {
                            _ if is_last => {}
                            None => {
                                script.keyword(" FIRST");
                            }
                            Some(previous) => {
                                script.keyword(" AFTER ").ident(previous);
                            }
                        }
                    });
                }
            }
            previous = Some(&column.name);
        }
    }

    /// Whether nothing that was there before comes behind a new column.
    fn is_behind_all(&self, column: &Column) -> bool {
        let mut behind = self
            .pair
            .after
            .columns
            .iter()
            .skip_while(|other| other.name != column.name);
        behind.all(|other| self.pair.before.columns.get(&other.name).is_none())
    }

    /// What comes: periods, indexes, checks.
    fn come(&mut self) {
        for period in &self.pair.after.mysql.periods {
            if !self.pair.before.mysql.periods.contains(period) {
                self.push(Work::Copy, |script| {
                    script.keyword("ADD ").expression(period);
                });
            }
        }
        for index in &self.pair.after.mysql.indexes {
            let stays =
                self.pair.before.mysql.indexes.contains(index) && !self.again.contains(&index);
            if stays || self.renamed.values().any(|name| **name == index.name) {
                continue;
            }
            self.push(mysql_online::index_added(index, self.pair), |script| {
                script.keyword("ADD ");
                index.write(script);
            });
            if matches!(
                index.class,
                MysqlIndexClass::Unique | MysqlIndexClass::Primary
            ) {
                self.hazards.push(Hazard::new(
                    &rows::UNIQUE_ADDED,
                    format!(
                        "rows of table {} that are equal in {} make this fail",
                        self.pair.after.name, index.name
                    ),
                ));
            }
        }
        for check in leaving(self.pair.inverted(), &remade_names(self.pair)) {
            self.push(Work::Copy, |script| {
                script.keyword("ADD ");
                if let Some(name) = &check.name {
                    script.keyword("CONSTRAINT ").ident(name).keyword(" ");
                }
                check.write(script);
            });
            self.hazards
                .push(super::sqlite_alter::check_added(self.pair.after));
        }
    }

    fn set_options(&mut self) {
        let pair = self.pair;
        if let Some(engine) = changed(pair, |table| table.mysql.engine.as_ref()) {
            self.push(Work::Copy, |script| {
                script.keyword("ENGINE=").expression(engine);
            });
        }
        let charset = pair.map(|table| (&table.mysql.charset, &table.mysql.collation));
        if charset.differs() {
            self.push(Work::Beside, |script| {
                if let Some(name) = charset.after.0 {
                    script.keyword("DEFAULT CHARSET=").expression(name);
                }
                if let Some(name) = charset.after.1 {
                    script.keyword(" COLLATE=").expression(name);
                }
            });
        }
        let options = pair.map(|table| &table.mysql.options);
        for name in options
            .before
            .keys()
            .filter(|name| !options.after.contains_key(*name))
            .filter(|name| *name != PAGE_CHECKSUM || !stays_behind(pair))
        {
            self.push(mysql_online::option(name), |script| {
                script
                    .expression(name)
                    .keyword("=")
                    .keyword(own_choice(name));
            });
        }
        for (name, value) in options.after {
            if options.before.get(name) != Some(value) {
                self.push(mysql_online::option(name), |script| {
                    script.expression(name).keyword("=").expression(value);
                });
            }
        }
        let comment = pair.map(|table| table.comment.as_deref());
        if comment.differs() {
            self.push(Work::Entry, |script| {
                script
                    .keyword("COMMENT=")
                    .literal(comment.after.unwrap_or_default());
            });
        }
    }

    /// Whether the rows of the past are kept.
    fn keep_the_past(&mut self) {
        let versioned = self.pair.map(|table| table.mysql.is_versioned);
        match (versioned.before, versioned.after) {
            (false, true) => self.push(Work::Copy, |script| {
                script.keyword("ADD SYSTEM VERSIONING");
            }),
            (true, false) => {
                self.push(Work::Copy, |script| {
                    script.keyword("DROP SYSTEM VERSIONING");
                });
                self.hazards.push(Hazard::new(
                    &loss::HISTORY_DROPPED,
                    format!("table {} loses the rows of the past", self.pair.after.name),
                ));
            }
            (true, true) | (false, false) => {}
        }
    }

    /// How all rows are divided anew, which stands behind all clauses without a comma; or the statements that
    /// change partitions alone.
    fn divide(&mut self) -> (Option<String>, Vec<Step>) {
        let divided = self.pair.map(|table| table.mysql.partitions.as_ref());
        if !divided.differs() {
            return (None, Vec::new());
        }
        if let Some(steps) = mysql_partitions::change(self.pair) {
            return (None, steps);
        }
        self.hazards.extend(mysql_partitions::refused(self.pair));
        self.hazards.push(mysql_online::rewritten(self.pair.after));
        let text = divided.after.map(Expr::as_str);
        (
            Some(text.unwrap_or("REMOVE PARTITIONING").to_owned()),
            Vec::new(),
        )
    }

    fn into_steps(mut self, context: &Context<'_>) -> Vec<Step> {
        let (divided, partitions) = self.divide();
        if self.texts.is_empty() && divided.is_none() {
            return partitions;
        }
        let mut script = alter_table(self.pair.before);
        let single = self.texts.len() == 1;
        for (place, text) in self.texts.iter().enumerate() {
            script
                .keyword(if place > 0 { "," } else { "" })
                .keyword(if single { " " } else { "\n    " })
                .expression(text);
        }
        match divided {
            Some(text) => {
                script.keyword("\n").expression(&text);
            }
            None => {
                let waits = self.works.finish(&mut script, self.pair, context);
                self.hazards.extend(waits);
            }
        }
        let step = Step::new(script.into_text());
        let step = self.hazards.into_iter().fold(step, Step::with);
        [step].into_iter().chain(partitions).collect()
    }
}

/// What the server takes where an option is not named.
fn own_choice(option: &str) -> &'static str {
    match option.to_ascii_uppercase().as_str() {
        "KEY_BLOCK_SIZE" | "MAX_ROWS" | "MIN_ROWS" | "AVG_ROW_LENGTH" | "CHECKSUM"
        | "DELAY_KEY_WRITE" | "TRANSACTIONAL" => "0",
        "COMPRESSION" | "CONNECTION" | "PASSWORD" => "''",
        _ => "DEFAULT",
    }
}

fn changed<T: PartialEq>(pair: Pair<&Table>, of: impl Fn(&Table) -> Option<&T>) -> Option<&T> {
    let (before, after) = (of(pair.before), of(pair.after));
    after.filter(|_| before != after)
}

/// The columns on both sides that are dropped and made again.
fn remade(pair: Pair<&Table>) -> impl Iterator<Item = &Ident> {
    pair.before.columns.iter().filter_map(move |column| {
        let after = pair.after.columns.get(&column.name)?;
        is_made_anew(Pair::new(column, after)).then_some(&column.name)
    })
}

/// The checks that the other side lacks, and those on columns that are made anew.
fn leaving<'a>(
    sides: Pair<&'a Table>,
    remade: &BTreeSet<String>,
) -> impl Iterator<Item = &'a Check> {
    sides.before.checks.iter().filter(move |check| {
        let mentioned = mentioned_names(Dialect::Mysql, check.expression.as_str());
        !sides.after.checks.contains(check) || !remade.is_disjoint(&mentioned)
    })
}

/// The names of the columns that are dropped and made again, as names are compared.
fn remade_names(pair: Pair<&Table>) -> BTreeSet<String> {
    remade(pair)
        .map(|name| Dialect::Mysql.folded(name.as_str()))
        .collect()
}

/// The indexes that do not differ and are written once more.
///
/// The server may have made one for a foreign key, and would drop it by itself as soon as another one serves
/// that; one goes with a column that is made anew; and all of them keep the table's old block size.
fn again<'a>(pair: Pair<&'a Table>, context: &Context<'_>) -> Vec<&'a MysqlIndex> {
    let block_size = |table: &Table| table.mysql.options.get("KEY_BLOCK_SIZE").cloned();
    let is_resized = pair.map(block_size).differs();
    let remade: BTreeSet<_> = remade(pair).collect();
    let falls = |index: &MysqlIndex| {
        is_resized
            || index.parts.iter().any(|part| match &part.source {
                IndexSource::Column(name) => remade.contains(name),
                IndexSource::Expression(_) => false,
            })
    };
    let is_needed = |columns: &[&Ident]| {
        let objects = context.catalogs.before.objects().values();
        objects.into_iter().any(|object| {
            matches!(object, Object::ForeignKey(key) if key.table == pair.before.name
                && key.columns.iter().eq(columns.iter().copied()))
        })
    };
    let added: Vec<_> = pair
        .after
        .mysql
        .indexes
        .iter()
        .filter(|index| !pair.before.mysql.indexes.contains(index))
        .filter_map(MysqlIndex::whole_columns)
        .collect();
    let stays = pair
        .before
        .mysql
        .indexes
        .iter()
        .filter(|index| pair.after.mysql.indexes.contains(index));
    stays
        .filter(|index| {
            falls(index)
                || index.class == MysqlIndexClass::Plain
                    && index.whole_columns().is_some_and(|columns| {
                        added.iter().any(|added| added.starts_with(&columns)) && is_needed(&columns)
                    })
        })
        .collect()
}

fn column_dropped(table: &Table, column: &Column) -> Hazard {
    super::sqlite_alter::column_dropped(table, column)
}

/// What may go wrong while a column changes.
fn modified(table: &Table, pair: Pair<&Column>) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    if pair.before.nullable && !pair.after.nullable {
        hazards.push(Hazard::new(
            &rows::NOT_NULL_ADDED,
            format!(
                "rows of table {} that have no {} make this fail",
                table.name, pair.after.name
            ),
        ));
    }
    let charset = pair.map(|column| &column.mysql.charset);
    let is_list =
        listed(&pair.before.data_type).is_some() && listed(&pair.after.data_type).is_some();
    let is_retyped =
        pair.map(|column| &column.data_type).differs() && !mysql_online::is_wider(pair);
    if charset.differs() || !is_list && is_retyped {
        hazards.push(Hazard::new(
            &rows::TYPE_CHANGED,
            format!(
                "values of column {} of table {} that do not fit {} make this fail",
                pair.after.name, table.name, pair.after.data_type
            ),
        ));
    }
    hazards
}
