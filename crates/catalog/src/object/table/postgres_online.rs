//! Altering a table that is in use in PostgreSQL: what looks through all rows does so while others read and write.
//!
//! A condition is added without a look at the rows that are there, and looked up in a later transaction,
//! which takes a lock that nobody minds. A column is required through such a condition, which spares the
//! server its own look. A key is made of an index that was built beside the table's other work. First
//! values are given in batches, each in a transaction of its own.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::lineage::descendants;
use super::postgres::alter_table;
use super::postgres_column::{Asking, ColumnPair};
use super::{Key, Table};
use crate::hazard::rows;
use crate::object::{Index, IndexPart, IndexRole, IndexSource, index_online};
use crate::{Catalog, Context, Forms, Hazard, InPlace, Kind, Object, Pair, Part, Step};

/// How a table is altered that is not written anew: in the plain forms where what it has from others, or
/// others from it, does not stand still.
pub(super) fn forms(pair: Pair<&Table>, context: &Context<'_>) -> Forms {
    let stands = |name: &QualifiedName| {
        let parents = context
            .catalogs
            .map(|catalog| catalog.get(&Table::id_of(name)));
        !parents.differs()
    };
    let keeps_parents = !pair.map(|table| &table.partition_of).differs()
        && !pair.map(|table| &table.inherits).differs()
        && pair.after.parents().all(stands);
    if context.is_online(&Table::id_of(&pair.after.name))
        && pair.after.foreign.is_none()
        && keeps_parents
        && keys_stand_alone(pair, context.catalogs.before)
    {
        Forms::Online
    } else {
        Forms::Offline
    }
}

/// Whether no key that changes is a part of others, has parts, or is what others refer to.
fn keys_stand_alone(pair: Pair<&Table>, before: &Catalog) -> bool {
    let keys = pair.map(|table| (&table.primary_key, &table.uniques));
    if keys.before == keys.after {
        return true;
    }
    let is_partitioned = pair.map(|table| table.partition_by.is_some()) != Pair::new(false, false);
    let is_tied = |table: &Table| {
        let mut keys = table.keys();
        keys.any(|key| key.attached_to.is_some() || key.without_overlaps)
    };
    if is_partitioned || pair.map(is_tied) != Pair::new(false, false) {
        return false;
    }
    let own = Table::id_of(&pair.before.name);
    let goes = |name: &Ident| {
        let has_name = |key: &&Key| key.name.as_ref() == Some(name);
        let primary = pair.map(|table| table.primary_key.as_ref().filter(has_name));
        let unique = pair.map(|table| table.uniques.iter().find(has_name));
        primary.differs() || unique.differs()
    };
    let mut names = pair.before.keys().filter_map(|key| key.name.as_ref());
    if !names.any(goes) {
        return true;
    }
    before.objects().keys().all(|id| {
        before.references(id).iter().all(|reference| {
            reference.object != own
                || !matches!(&reference.part, Part::Constraint(name) if goes(name))
        })
    })
}

/// What an alteration does to a table in use, by the stage in which it runs.
#[derive(Debug, Default)]
pub(super) struct Stages {
    /// Indexes over columns that are there before.
    early_builds: Vec<Step>,
    /// Indexes over columns that are not.
    builds: Vec<Step>,
    /// First values of new columns, in batches.
    fills: Vec<Step>,
    /// Conditions that new rows hold.
    checks: Vec<Step>,
    /// First values of rows that came since.
    late_fills: Vec<Step>,
    /// Whether all rows hold the conditions.
    validations: Vec<Step>,
    /// Keys that go.
    pub(super) key_drops: Vec<Step>,
    /// Which columns take NULL and which do not.
    nullability: Vec<Step>,
    /// Keys that come.
    pub(super) keys: Vec<Step>,
    /// What is said of constraints.
    pub(super) comments: Vec<Step>,
}

impl Stages {
    /// Adds a unique or primary key through an index.
    pub(super) fn add_key(&mut self, pair: Pair<&Table>, name: &Ident, context: &Context<'_>) {
        let dialect = context.dialect;
        let table = pair.after;
        let Some(key) = table.keys().find(|key| key.name.as_ref() == Some(name)) else {
            return;
        };
        let own = QualifiedName {
            schema: table.name.schema.clone(),
            name: name.clone(),
        };
        // The index takes the key's name in the end, whatever it is called before.
        let index_name = if is_taken(&own, context.catalogs.before) {
            index_online::beside(&own)
        } else {
            own
        };
        let index = index_of(table, key, index_name);
        let mut columns = key.columns().chain(&key.include);
        let builds = if columns.all(|column| pair.before.columns.get(column).is_some()) {
            &mut self.early_builds
        } else {
            &mut self.builds
        };
        builds.push(index_online::build(&index, dialect));
        let is_primary = table.primary_key.as_ref() == Some(key);
        let mut script = alter_table(table, dialect);
        script
            .keyword("ADD CONSTRAINT ")
            .ident(name)
            .keyword(if is_primary {
                " PRIMARY KEY"
            } else {
                " UNIQUE"
            })
            .keyword(" USING INDEX ")
            .ident(&index.name.name)
            .keyword(key.deferrable.keyword());
        self.keys.push(Step::new(script.into_text()));
    }

    /// Adds a check, and looks through the rows for it later.
    pub(super) fn add_check(
        &mut self,
        table: &Table,
        name: &Ident,
        definition: &str,
        dialect: Dialect,
    ) {
        self.checks
            .push(unchecked(table, name, definition, dialect));
        self.validate(table, name, dialect);
    }

    /// Looks through the rows for a check.
    pub(super) fn validate(&mut self, table: &Table, name: &Ident, dialect: Dialect) {
        self.validations
            .push(validate(table, name, dialect).with(Hazard::new(
                &rows::CHECK_ADDED,
                format!(
                    "rows of table {} that break the condition make this fail",
                    table.name
                ),
            )));
    }

    /// Makes a column required, through a check that rows are looked through for.
    pub(super) fn require(&mut self, table: &Table, column: &Ident, dialect: Dialect) {
        let name = required(column);
        let mut condition = Script::new(dialect);
        condition
            .keyword("CHECK (")
            .ident(column)
            .keyword(" IS NOT NULL)");
        self.checks
            .push(unchecked(table, &name, condition.as_str(), dialect));
        self.validations
            .push(validate(table, &name, dialect).with(Hazard::new(
                &rows::NOT_NULL_SET,
                format!(
                    "rows of table {} with no {column} make this fail",
                    table.name
                ),
            )));
        let mut set = alter_table(table, dialect);
        set.keyword("ALTER COLUMN ")
            .ident(column)
            .keyword(" SET NOT NULL");
        let mut drop = alter_table(table, dialect);
        drop.keyword("DROP CONSTRAINT ").ident(&name);
        self.nullability.push(Step::new(set.into_text()));
        self.nullability.push(Step::new(drop.into_text()));
    }

    /// Does what columns of both sides ask for.
    pub(super) fn settle_nulls(&mut self, table: &Table, columns: &[ColumnPair<'_>]) -> Vec<Step> {
        let mut at_once = Vec::new();
        for column in columns {
            if column.asks_for_values() == Asking::Later {
                self.require(table, &column.columns.after.name, column.dialect);
                self.nullability
                    .extend(super::postgres_not_null::alter(column));
            }
            if !column.allows_null() || column.forms == Forms::Offline {
                continue;
            }
            let step = column.say("DROP NOT NULL");
            // A column of a key stays required as long as the key is there.
            if self.key_drops.is_empty() {
                at_once.push(step);
            } else {
                self.nullability.push(step);
            }
        }
        at_once
    }

    /// Gives a new column its first values, in the table itself and in those that have it from there.
    pub(super) fn fill(
        &mut self,
        table: &Table,
        column: &Ident,
        expression: &str,
        context: &Context<'_>,
    ) {
        let children = descendants(&table.name, context.catalogs.after);
        let holders = [table].into_iter().chain(children);
        // The rows of a foreign table are not ours to fill.
        let holders = holders.filter(|own| own.partition_by.is_none() && own.foreign.is_none());
        for holder in holders {
            self.fills
                .push(fill(&holder.name, column, expression, context.dialect));
        }
        let mut rest = Script::new(context.dialect);
        rest.keyword("UPDATE ")
            .name(&table.name)
            .keyword(" SET ")
            .ident(column)
            .keyword(" = ")
            .expression(expression)
            .keyword(" WHERE ")
            .ident(column)
            .keyword(" IS NULL");
        // Not with the look at the rows: what it leaves for the end of a transaction would stop that.
        self.late_fills.push(Step::alone(rest.into_text()));
    }

    /// What can be added together with everything else.
    pub(super) fn take_checks(&mut self) -> Vec<Step> {
        // Rows that have no value yet could not be written any more.
        if self.fills.is_empty() {
            std::mem::take(&mut self.checks)
        } else {
            Vec::new()
        }
    }

    /// Whether constraints are made after everything else.
    pub(super) fn come_late(&self) -> bool {
        !self.keys.is_empty() || !self.checks.is_empty()
    }

    /// Puts the stages where they belong in an alteration.
    pub(super) fn join(mut self, plan: &mut InPlace) {
        plan.prepare.append(&mut self.early_builds);
        for stage in [
            self.fills,
            self.builds,
            self.checks,
            self.late_fills,
            self.validations,
            self.key_drops,
            self.nullability,
            self.keys,
            self.comments,
        ] {
            plan.seal.extend(stage);
        }
    }
}

/// Whether an index of a side has this name already.
fn is_taken(name: &QualifiedName, catalog: &Catalog) -> bool {
    let mut objects = catalog.objects().iter();
    objects.any(|(id, object)| match object {
        Object::Table(table) => {
            let mut keys = table.keys();
            table.name.schema == name.schema
                && keys.any(|key| key.name.as_ref() == Some(&name.name))
        }
        _ => id.on.is_none() && id.name == *name,
    })
}

/// The index that a key is made of.
fn index_of(table: &Table, key: &Key, name: QualifiedName) -> Index {
    let part = |column: &Ident| IndexPart {
        source: IndexSource::Column(column.clone()),
        collation: None,
        operator_class: None,
        descending: false,
        nulls_reversed: false,
        prefix: None,
        statistics: None,
    };
    Index {
        name,
        table: table.name.clone(),
        on: Kind::Table,
        unique: true,
        method: None,
        parts: key.columns().map(part).collect(),
        include: key.include.clone(),
        predicate: None,
        nulls_not_distinct: key.nulls_not_distinct,
        options: key.options.clone(),
        tablespace: None,
        role: IndexRole::default(),
        attached_to: None,
        only_parent: false,
        comment: None,
    }
}

/// The name of the check through which a column is required.
fn required(column: &Ident) -> Ident {
    let mut name = format!("schemist_required_{}", column.as_str());
    while name.len() > 63 {
        name.pop();
    }
    Ident::from_server(name)
}

fn unchecked(table: &Table, name: &Ident, definition: &str, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script
        .keyword("ADD CONSTRAINT ")
        .ident(name)
        .keyword(" ")
        .expression(definition)
        .keyword(" NOT VALID");
    Step::new(script.into_text())
}

fn validate(table: &Table, name: &Ident, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("VALIDATE CONSTRAINT ").ident(name);
    Step::apart(script.into_text())
}

/// Fills a column batch by batch. Rows that have a value stay as they are, so that it goes on where it was
/// cut short.
///
/// A batch is a stretch of the table's pages: <https://www.postgresql.org/docs/current/ddl-system-columns.html>.
/// How far it is stands in the session's name, which is the only thing that others see of it.
fn fill(table: &QualifiedName, column: &Ident, expression: &str, dialect: Dialect) -> Step {
    let mut tag = "$schemist$".to_owned();
    while expression.contains(&tag) {
        tag = format!("{}_$", tag.trim_end_matches('$'));
    }
    let mut script = Script::new(dialect);
    script
        .keyword("DO ")
        .expression(&tag)
        .keyword("\nDECLARE\n    schemist_page bigint := 0;\nBEGIN\n    WHILE schemist_page <= pg_relation_size(")
        .literal(&table.quoted(dialect))
        .keyword(") / current_setting('block_size')::bigint LOOP\n        PERFORM set_config('application_name', format('schemist: page %s of %s', schemist_page, pg_relation_size(")
        .literal(&table.quoted(dialect))
        .keyword(") / current_setting('block_size')::bigint), true);\n        UPDATE ONLY ")
        .name(table)
        .keyword(" SET ")
        .ident(column)
        .keyword(" = ")
        .expression(expression)
        .keyword("\n        WHERE ")
        .ident(column)
        .keyword(" IS NULL\n            AND ctid >= format('(%s,0)', schemist_page)::tid\n            AND ctid < format('(%s,0)', schemist_page + 1000)::tid;\n        COMMIT;\n        schemist_page := schemist_page + 1000;\n    END LOOP;\nEND\n")
        .expression(&tag);
    Step::alone(script.into_text()).repeatable()
}
