//! Tables on the way from one state of a table of MySQL to the other, where the server takes no single statement.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, mentioned_names};

use super::mysql_alter::{alter_table, is_made_anew};
use super::{ColumnSource, GeneratedKind, Table};
use crate::{Pair, Step};

/// The table before, with those computed columns stored whose values the table after keeps.
pub(super) fn stored_first(pair: Pair<&Table>) -> Option<Table> {
    let mut table = pair.before.clone();
    for column in table.columns.iter_mut() {
        let after = pair.after.columns.get(&column.name);
        if let ColumnSource::Generated(generated) = &mut column.source
            && after.is_some_and(|after| after.generated().is_none())
        {
            generated.kind = GeneratedKind::Stored;
        }
    }
    (table != *pair.before).then_some(table)
}

/// The table before, without the expressions of columns that are given from now on, where a column goes that
/// one of them names.
pub(super) fn given_first(pair: Pair<&Table>) -> Option<Table> {
    let gone: BTreeSet<_> = pair
        .before
        .columns
        .iter()
        .filter(|column| {
            let after = pair.after.columns.get(&column.name);
            after.is_none_or(|after| is_made_anew(Pair::new(column, after)))
        })
        .map(|column| Dialect::Mysql.folded(column.name.as_str()))
        .collect();
    let mut table = pair.before.clone();
    for column in table.columns.iter_mut() {
        let stays_given = pair
            .after
            .columns
            .get(&column.name)
            .is_some_and(|after| after.generated().is_none());
        let loses = column.generated().is_some_and(|generated| {
            let named = mentioned_names(Dialect::Mysql, generated.expression.as_str());
            !gone.is_disjoint(&named)
        });
        if stays_given && loses {
            column.source = ColumnSource::Given;
        }
    }
    (table != *pair.before).then_some(table)
}

/// The table before, with the rows of the past, where it keeps them from now on without a column for it.
pub(super) fn kept_first(pair: Pair<&Table>) -> Option<Table> {
    let is_new = pair.after.mysql.is_versioned && !pair.before.mysql.is_versioned;
    let shows_times = pair
        .after
        .columns
        .iter()
        .any(|column| column.mysql.is_row_time());
    if !is_new || shows_times {
        return None;
    }
    let mut table = pair.before.clone();
    table.mysql.is_versioned = true;
    Some(table)
}

/// The table before without the rows of the past, or with its engine of afterwards: while the server keeps
/// them it changes no engine, and takes no columns that show when they were.
pub(super) fn moved_first(pair: Pair<&Table>) -> Option<Table> {
    let moves = pair.map(|table| &table.mysql.engine).differs();
    let versioned = pair.map(|table| table.mysql.is_versioned);
    let shows_times = pair.map(|table| {
        let mut columns = table.columns.iter();
        columns.any(|column| column.mysql.is_row_time())
    });
    let is_shown = versioned == Pair::new(true, true) && shows_times == Pair::new(false, true);
    if !moves && !is_shown {
        return None;
    }
    let mut table = pair.before.clone();
    match (versioned.before, versioned.after) {
        (true, _) => {
            table.mysql.is_versioned = false;
            table
                .mysql
                .periods
                .retain(|period| !period.contains("SYSTEM_TIME"));
            table.columns.retain(|column| !column.mysql.is_row_time());
        }
        (false, true) => table.mysql.engine.clone_from(&pair.after.mysql.engine),
        (false, false) => return None,
    }
    Some(table)
}

/// An option of Aria's, which stays behind in the statement that takes the table to another engine or divides it.
pub(super) fn page_checksum(pair: Pair<&Table>) -> Option<Step> {
    let mut script = alter_table(pair.after);
    script
        .keyword(" ")
        .keyword(PAGE_CHECKSUM)
        .keyword("=DEFAULT");
    stays_behind(pair).then(|| Step::new(script.into_text()))
}

/// The option that a table of Aria has by itself, and its partitions have not.
pub(super) const PAGE_CHECKSUM: &str = "PAGE_CHECKSUM";

/// Whether the option goes only once the table is what it is to be.
pub(super) fn stays_behind(pair: Pair<&Table>) -> bool {
    let has = pair.map(|table| table.mysql.options.contains_key(PAGE_CHECKSUM));
    let is_divided = pair.map(|table| table.mysql.partitions.is_some());
    let leaves = pair.map(|table| &table.mysql.engine).differs();
    has == Pair::new(true, false) && (leaves || is_divided == Pair::new(false, true))
}
