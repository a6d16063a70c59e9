//! Altering a table that has parents or children in PostgreSQL.
//!
//! What a parent changes about its columns and checks reaches its children by itself, so that a child
//! alters only what is its own, while it keeps its parent. A child that loses its parent, or is about to
//! get one, stands alone in between and alters everything.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::lineage::{descendants, find};
use super::postgres::{alter_table, attach, column_target, detach};
use super::{
    Column, ColumnSource, Columns, Key, Partition, Table, foreign, postgres_alter,
    postgres_rebuild, postgres_typed,
};
use crate::generated_name::first_choice;
use crate::object::{Index, comment};
use crate::{
    Alteration, Context, Effect, Hazard, InPlace, Kind, NameLabel, Object, Pair, Part, Rare, Step,
};

/// The statements that take a table from one state to the other.
pub(super) fn alter(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    if foreign::is_made_again(pair, context) {
        return Alteration::Recreate;
    }
    if postgres_rebuild::is_needed(pair, context) {
        return Alteration::InPlace(postgres_rebuild::rebuild(pair, context));
    }
    let lineage = Lineage::of(pair, context);
    if lineage.is_orphaned() {
        return Alteration::Recreate;
    }
    if !lineage.keeps_places() {
        if pair.after.foreign.is_some() {
            return Alteration::Recreate;
        }
        let mut plan = postgres_rebuild::rebuild(pair, context);
        lineage.let_go(&mut plan);
        return Alteration::InPlace(plan);
    }
    let own = lineage.own();
    let Alteration::InPlace(mut plan) = postgres_alter::alter(own.as_ref(), context) else {
        return Alteration::Recreate;
    };
    if !lineage.gained.is_empty() {
        // A parent takes no table in that has columns of its own.
        plan.main.append(&mut plan.discard);
    }
    lineage.let_go(&mut plan);
    lineage.drop_shared_columns(&mut plan);
    lineage.override_columns(&mut plan);
    lineage.take_hold(&mut plan);
    lineage.pass_disturbances(&mut plan);
    foreign::alter(pair, context.dialect, &mut plan);
    repair_children(pair, context, &mut plan);
    postgres_typed::let_go_and_take_hold(pair, context, &mut plan);
    Alteration::InPlace(plan)
}

/// Which parents a table keeps, loses and gets.
struct Lineage<'a> {
    pair: Pair<&'a Table>,
    context: &'a Context<'a>,
    kept: Vec<QualifiedName>,
    lost: Vec<QualifiedName>,
    gained: Vec<QualifiedName>,
    columns: Pair<Vec<Column>>,
    from_kept: Pair<BTreeSet<Ident>>,
}

impl<'a> Lineage<'a> {
    fn of(pair: Pair<&'a Table>, context: &'a Context<'a>) -> Self {
        let parents = pair.map(|table| table.parents().cloned().collect::<Vec<_>>());
        let bounds = pair.map(|table| table.partition_of.as_ref());
        let frees_a_key = pair.before.partition_of.is_some() && frees_a_key(pair, context);
        let is_kept = |name: &QualifiedName| {
            parents.before.contains(name)
                && parents.after.contains(name)
                && !is_removed(name, context)
                && !bounds.differs()
                && !frees_a_key
        };
        let kept: Vec<_> = parents
            .after
            .iter()
            .filter(|name| is_kept(name))
            .cloned()
            .collect();
        let others = |names: &[QualifiedName]| -> Vec<_> {
            names
                .iter()
                .filter(|name| !kept.contains(name))
                .cloned()
                .collect()
        };
        let columns = Pair::new(
            pair.before.all_columns(context.catalogs.before),
            pair.after.all_columns(context.catalogs.after),
        );
        let names = |table: &Table, catalog| -> BTreeSet<_> {
            let columns = table.columns_from(&kept, catalog);
            columns.into_iter().map(|column| column.name).collect()
        };
        let from_kept = Pair::new(
            names(pair.before, context.catalogs.before),
            names(pair.after, context.catalogs.after),
        );
        Self {
            pair,
            context,
            lost: others(&parents.before),
            gained: others(&parents.after),
            kept,
            columns,
            from_kept,
        }
    }

    /// Whether the partitioned table is made anew, and the partition's rows wait with those of the others.
    fn is_orphaned(&self) -> bool {
        let parents = self
            .pair
            .map(|table| table.partition_of.as_ref().map(|own| &own.parent));
        match (parents.before, parents.after) {
            (Some(before), Some(after)) => before == after && is_removed(before, self.context),
            _ => false,
        }
    }

    /// Whether what is written in the table itself, and not only in its parents, will be so without
    /// making the table anew: the server never forgets that a column was once the table's own.
    fn keeps_places(&self) -> bool {
        if self.pair.after.partition_of.is_some()
            || self.pair.map(|own| own.inherits.is_empty()) == Pair::new(true, true)
        {
            return true;
        }
        let columns = self.columns.after.iter().all(|column| {
            let name = &column.name;
            let was_there = self
                .columns
                .before
                .iter()
                .any(|before| before.name == *name);
            let was_own = self.pair.before.columns.get(name).is_some();
            let is_local = match (was_there, self.from_kept.before.contains(name)) {
                (true, true) => was_own,
                (true, false) => true,
                (false, _) => !self.from_kept.after.contains(name),
            };
            is_local == self.pair.after.columns.get(name).is_some()
        });
        let before = self
            .pair
            .before
            .checks_from(&self.kept, self.context.catalogs.before);
        let after = self
            .pair
            .after
            .checks_from(&self.kept, self.context.catalogs.after);
        let checks = self.pair.before.checks.iter().all(|check| {
            let stays_inherited = before.iter().any(|other| other.name == check.name)
                && after.iter().any(|other| other.name == check.name);
            !stays_inherited
                || self
                    .pair
                    .after
                    .checks
                    .iter()
                    .any(|own| own.name == check.name)
        });
        columns && checks
    }

    /// Both sides as they are while the table has none but the parents that it keeps.
    fn own(&self) -> Pair<Table> {
        let is_on =
            |columns: &[Column], name: &Ident| columns.iter().any(|column| column.name == *name);
        let is_own = |name: &Ident| match (
            is_on(&self.columns.before, name),
            is_on(&self.columns.after, name),
        ) {
            (true, true) => {
                !self.from_kept.before.contains(name) && !self.from_kept.after.contains(name)
            }
            (true, false) => !self.from_kept.before.contains(name),
            (false, _) => !self.from_kept.after.contains(name),
        };
        let columns = |columns: &[Column]| -> Columns {
            columns
                .iter()
                .filter(|column| is_own(&column.name))
                .cloned()
                .collect()
        };
        let mut before = Table {
            columns: columns(&self.columns.before),
            overrides: Rare::plain(),
            ..self.pair.before.clone()
        };
        let mut after = Table {
            columns: columns(&self.columns.after),
            overrides: Rare::plain(),
            ..self.pair.after.clone()
        };
        let (was, will_be) = (
            self.pair
                .before
                .checks_from(&self.lost, self.context.catalogs.before),
            self.pair
                .after
                .checks_from(&self.gained, self.context.catalogs.after),
        );
        for (own, inherited) in [(&mut before, was), (&mut after, will_be)] {
            for check in inherited {
                if own.checks.iter().all(|known| known.name != check.name) {
                    own.checks.push(check);
                }
            }
        }
        let is_detached = |partition: &Partition| self.lost.contains(&partition.parent);
        if self
            .pair
            .before
            .partition_of
            .as_deref()
            .is_some_and(is_detached)
        {
            self.keep_keys(&mut before);
        }
        for name in self.borrowed_counters() {
            if let Some(column) = before.columns.iter_mut().find(|column| column.name == name) {
                column.source = ColumnSource::Given;
            }
        }
        Pair { before, after }
    }

    /// Whether it is a partition no more.
    fn leaves(&self) -> bool {
        let parents = self
            .pair
            .map(|table| table.partition_of.as_ref().map(|own| &own.parent));
        parents.before.is_some() && parents.differs()
    }

    /// The columns whose default is the counter of a parent that is lost, and may go.
    fn borrowed_counters(&self) -> Vec<Ident> {
        let parents = self.lost.iter();
        let lost = parents.filter_map(|name| find(name, self.context.catalogs.before));
        let columns = lost.flat_map(|parent| parent.all_columns(self.context.catalogs.before));
        let is_borrowed = |column: &Column| {
            matches!(
                column.source,
                ColumnSource::Serial(_) | ColumnSource::Default(_)
            ) && self.columns.before.iter().any(|own| {
                own.name == column.name
                    && own
                        .default()
                        .is_some_and(|default| default.as_str().starts_with("nextval("))
            })
        };
        columns
            .filter(is_borrowed)
            .map(|column| column.name)
            .collect()
    }

    /// A partition that is detached keeps the keys of its parent, under names of its own.
    fn keep_keys(&self, before: &mut Table) {
        for parent in self.partitioned_ancestors() {
            let own = |key: &Key, label| {
                let columns: Vec<_> = key
                    .columns()
                    .chain(&key.include)
                    .map(Ident::as_str)
                    .collect();
                let columns = if label == NameLabel::PrimaryKey {
                    &[]
                } else {
                    columns.as_slice()
                };
                let name = first_choice(&before.name.name, columns, label);
                Key {
                    name: Some(Ident::from_server(name)),
                    comment: None,
                    ..key.clone()
                }
            };
            let after = find(&parent.name, self.context.catalogs.after).filter(|_| !self.leaves());
            // What comes back when it is attached again, may wait.
            let goes = |key: &&Key| {
                after.is_none_or(|after| after.keys().all(|other| !other.has_content_of(key)))
            };
            let primary_key = parent.primary_key.as_ref().filter(goes);
            let primary_key = primary_key.map(|key| own(key, NameLabel::PrimaryKey));
            let uniques = parent.uniques.iter().filter(goes);
            let uniques: Vec<_> = uniques.map(|key| own(key, NameLabel::Unique)).collect();
            before.primary_key = before.primary_key.take().or(primary_key);
            before.uniques.extend(uniques);
        }
    }

    fn partitioned_ancestors(&self) -> Vec<&'a Table> {
        let mut ancestors = Vec::new();
        let mut next = self.pair.before.partition_of.as_ref();
        while let Some(partition) = next {
            let Some(parent) = find(&partition.parent, self.context.catalogs.before) else {
                break;
            };
            ancestors.push(parent);
            next = parent.partition_of.as_ref();
        }
        ancestors
    }

    /// Before anything else: the parents that are lost, and what of theirs would stay.
    fn let_go(&self, plan: &mut InPlace) {
        let dialect = self.context.dialect;
        let mut steps = Vec::new();
        if let Some(partition) = &self.pair.before.partition_of
            && self.lost.contains(&partition.parent)
        {
            steps.push(detach(&self.pair.before.name, &partition.parent, dialect));
            steps.extend(self.drop_remains());
        }
        for name in self.borrowed_counters() {
            let mut script = alter_table(self.pair.before, dialect);
            script
                .keyword("ALTER COLUMN ")
                .ident(&name)
                .keyword(" DROP DEFAULT");
            steps.push(Step::new(script.into_text()));
        }
        for parent in self
            .pair
            .before
            .inherits
            .iter()
            .filter(|name| self.lost.contains(name))
        {
            let mut script = alter_table(self.pair.before, dialect);
            script.keyword("NO INHERIT ").name(parent);
            steps.push(Step::new(script.into_text()));
        }
        steps.append(&mut plan.release);
        plan.release = steps;
    }

    /// Indexes and foreign keys of the parent outlive the parting, each under a name of the child's own.
    fn drop_remains(&self) -> Vec<Step> {
        let dialect = self.context.dialect;
        let ancestors = self.partitioned_ancestors();
        let is_theirs = |table: &QualifiedName| ancestors.iter().any(|own| own.name == *table);
        let mut steps = Vec::new();
        for (id, object) in self.context.catalogs.before.objects() {
            // What comes back when the table is attached again, may wait.
            if !self.leaves() && self.context.catalogs.after.get(id) == Some(object) {
                continue;
            }
            let mut script = Script::new(dialect);
            match object {
                Object::Index(index) if is_theirs(&index.table) => {
                    let name = QualifiedName {
                        schema: self.pair.before.name.schema.clone(),
                        name: index.name_on(&self.pair.before.name.name),
                    };
                    if self
                        .context
                        .catalogs
                        .before
                        .get(&Index::id_of(&name))
                        .is_some()
                    {
                        continue;
                    }
                    script.keyword("DROP INDEX IF EXISTS ").name(&name);
                }
                Object::ForeignKey(key) if is_theirs(&key.table) => {
                    let Some(name) = &key.name else { continue };
                    script = alter_table(self.pair.before, dialect);
                    script.keyword("DROP CONSTRAINT IF EXISTS ").ident(name);
                }
                _ => continue,
            }
            steps.push(Step::new(script.into_text()));
        }
        steps
    }

    /// A column that is its own and a parent's as well stays behind when the parent drops it, and only then
    /// lets itself be dropped.
    fn drop_shared_columns(&self, plan: &mut InPlace) {
        for column in &self.columns.before {
            let name = &column.name;
            let is_gone = self.columns.after.iter().all(|after| after.name != *name);
            let is_shared = self.from_kept.before.contains(name)
                && self.pair.before.columns.get(name).is_some();
            if is_gone && is_shared {
                let step =
                    postgres_alter::drop_column(self.pair.after, column, self.context.dialect);
                plan.retire.push(step);
            }
        }
    }

    /// What is special about inherited columns, once the parents have changed theirs.
    fn override_columns(&self, plan: &mut InPlace) {
        let dialect = self.context.dialect;
        for column in &self.columns.after {
            let name = &column.name;
            let stays = self.from_kept.before.contains(name) || self.from_kept.after.contains(name);
            if !stays {
                continue;
            }
            let entries = self.pair.map(|table| {
                table
                    .overrides
                    .get(name)
                    .or_else(|| table.columns.get(name))
            });
            if entries.before == entries.after {
                continue;
            }
            let was = self.columns.before.iter().find(|was| was.name == *name);
            if column.nullable && was.is_some_and(|was| !was.nullable) {
                let mut script = alter_table(self.pair.after, dialect);
                script
                    .keyword("ALTER COLUMN ")
                    .ident(name)
                    .keyword(" DROP NOT NULL");
                plan.main.push(Step::new(script.into_text()));
            }
            plan.main.extend(put(self.pair.after, column, dialect));
            let step = foreign::alter_column(
                self.pair.after,
                Pair::new(entries.before, Some(column)),
                dialect,
            );
            plan.main.extend(step);
            let comments = entries.map(|entry| entry.and_then(|entry| entry.comment.as_deref()));
            let target = column_target(self.pair.after, name, dialect);
            plan.main
                .extend(comment::on_alter(dialect, &target, comments));
        }
    }

    /// After everything else: the parents that are gained.
    fn take_hold(&self, plan: &mut InPlace) {
        let dialect = self.context.dialect;
        for parent in self
            .pair
            .after
            .inherits
            .iter()
            .filter(|name| self.gained.contains(name))
        {
            let mut script = alter_table(self.pair.after, dialect);
            script.keyword("INHERIT ").name(parent);
            plan.restore.push(Step::new(script.into_text()));
        }
        let Some(partition) = &self.pair.after.partition_of else {
            return;
        };
        if !self.gained.contains(&partition.parent) {
            return;
        }
        let sentence = format!(
            "table {} is scanned, and rows of it that do not belong into this partition make this fail",
            self.pair.after.name
        );
        let hazard = Hazard::new(&crate::hazard::locks::PARTITION_ATTACHED, sentence);
        plan.restore
            .push(attach(self.pair.after, partition, dialect).with(hazard));
    }

    /// Whom a parent's column disturbs, its children's disturb as well.
    fn pass_disturbances(&self, plan: &mut InPlace) {
        for disturbance in self.context.disturbed {
            let is_parent = self
                .kept
                .iter()
                .any(|name| Table::id_of(name) == disturbance.object);
            if is_parent && matches!(disturbance.part, Part::Column(_)) {
                plan.disturbs
                    .insert((disturbance.part.clone(), disturbance.effect));
            }
        }
    }
}

/// Whether a key of the table begins or ceases to serve for an index of a parent: no key can be tied to
/// one or freed from it while the table is a partition.
fn frees_a_key(pair: Pair<&Table>, context: &Context<'_>) -> bool {
    let served = |table: &Table| -> BTreeSet<QualifiedName> {
        table
            .keys()
            .filter_map(|key| key.attached_to.clone())
            .collect()
    };
    let is_removed = context.disturbed.iter().any(|disturbance| {
        disturbance.object.kind == Kind::Index && disturbance.effect == Effect::Removed
    });
    is_removed || pair.map(served).differs()
}

fn is_removed(parent: &QualifiedName, context: &Context<'_>) -> bool {
    let id = Table::id_of(parent);
    context.disturbed.iter().any(|disturbance| {
        disturbance.object == id
            && disturbance.part == Part::Whole
            && disturbance.effect == Effect::Removed
    })
}

/// The statements that make an inherited column what it is here, whatever it is before.
pub(super) fn put(table: &Table, column: &Column, dialect: Dialect) -> Vec<Step> {
    let statement = || {
        let mut script = alter_table(table, dialect);
        script
            .keyword("ALTER COLUMN ")
            .ident(&column.name)
            .keyword(" ");
        script
    };
    let mut steps = Vec::new();
    let mut script = statement();
    match &column.source {
        ColumnSource::Given => {
            script.keyword("DROP DEFAULT");
            steps.push(Step::new(script.into_text()));
        }
        ColumnSource::Default(expression) => {
            script
                .keyword("SET DEFAULT ")
                .expression(expression.as_str());
            steps.push(Step::new(script.into_text()));
        }
        ColumnSource::Generated(_) | ColumnSource::Identity(_) | ColumnSource::Serial(_) => {}
    }
    if !column.nullable {
        let mut script = statement();
        script.keyword("SET NOT NULL");
        steps.push(Step::new(script.into_text()));
    }
    steps.extend(super::postgres::settings(table, column, dialect));
    steps
}

/// What a parent changes about a column, overwrites what its children have of their own.
fn repair_children(pair: Pair<&Table>, context: &Context<'_>, plan: &mut InPlace) {
    let changed: Vec<_> = pair
        .after
        .columns
        .iter()
        .filter(|after| {
            let before = pair.before.columns.get(&after.name);
            before.is_some_and(|before| before != *after)
                || plan
                    .disturbs
                    .contains(&(Part::Column(after.name.clone()), Effect::Retyped))
        })
        .map(|column| &column.name)
        .collect();
    if changed.is_empty() {
        return;
    }
    for child in descendants(&pair.after.name, context.catalogs.after) {
        let Some(before) = find(&child.name, context.catalogs.before)
            .filter(|before| before.parents().eq(child.parents()))
        else {
            continue;
        };
        for name in &changed {
            let entry = |table: &Table| {
                let entry = table
                    .overrides
                    .get(name)
                    .or_else(|| table.columns.get(name));
                entry.cloned()
            };
            let entries = Pair::new(entry(before), entry(child));
            // One that changes as well is put by the child itself.
            if let Some(column) = entries.after.as_ref().filter(|_| !entries.differs()) {
                plan.main.extend(put(child, column, context.dialect));
            }
        }
    }
}
