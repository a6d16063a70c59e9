//! Every rule.

use schemist_catalog::hazard::Standing;

use super::{clients, files, locks, loss, mysql, rights, rows, shape, sqlite, style};
use crate::lint::scene::{Found, Scene, Statement};

/// A rule about a statement.
type StatementRule = fn(&Scene<'_>, &mut Vec<Found>);

/// A rule about all statements of a way, which tells the place of the one that it is about.
type WayRule = fn(&[Statement], &mut Vec<(usize, Found)>);

const OF_STATEMENT: &[StatementRule] = &[
    loss::dropped,
    loss::emptied,
    rows::columns,
    rows::constraints,
    rows::domains,
    locks::indexes,
    locks::rewritten,
    locks::partitions,
    locks::by_name,
    locks::validated,
    clients::renamed,
    clients::relaxed,
    clients::enums,
    clients::not_deterministic,
    rights::row_security,
    rights::privileges,
    rights::outside,
    files::transactions,
    files::names,
    files::unread,
    mysql::ways,
    mysql::references,
    sqlite::foreign_keys,
    sqlite::columns,
    style::columns,
    style::tables,
];

const OF_WAY: &[WayRule] = &[
    shape::foreign_keys,
    shape::duplicates,
    shape::published,
    shape::recreated,
    style::comments,
    files::uncommitted,
    files::lock_timeout,
];

/// What the rules find in a statement.
pub fn of_statement(scene: &Scene<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for rule in OF_STATEMENT {
        rule(scene, &mut found);
    }
    // Matters of taste are no reason to be silent about a lock.
    if found.iter().all(|it| it.rule.standing == Standing::OptIn) {
        locks::brief(scene, &mut found);
    }
    found
}

/// What the rules find among all statements of a way.
pub fn of_file(all: &[Statement]) -> Vec<(usize, Found)> {
    let mut found = Vec::new();
    for rule in OF_WAY {
        rule(all, &mut found);
    }
    found
}
