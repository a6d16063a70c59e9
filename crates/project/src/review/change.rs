//! What changes, in all dialects together.

use schemist_catalog::Pair;
use schemist_diff::Change;
use schemist_sql::{Dialect, Subject, Verb, subject};

use super::report::{ChangeGroup, OneChange};
use super::sheet::Sheet;
use crate::report::{Finding, Why};

/// What the two sides are called.
const SIDES: Pair<&str> = Pair::new("before", "after");

/// Puts a change with those of other dialects.
pub(super) fn add(groups: &mut Vec<ChangeGroup>, object: &str, change: OneChange) {
    let place = groups.iter().position(|group| group.object == object);
    let place = place.unwrap_or_else(|| {
        groups.push(ChangeGroup {
            object: object.to_owned(),
            changes: Vec::new(),
        });
        groups.len() - 1
    });
    let changes = &mut groups[place].changes;
    let same = changes.iter_mut().find(|other| {
        other.verb == change.verb
            && other.object == change.object
            && other.details == change.details
    });
    match same {
        Some(other) => {
            for dialect in change.dialects {
                if !other.dialects.contains(&dialect) {
                    other.dialects.push(dialect);
                }
            }
        }
        None => changes.push(change),
    }
}

/// Adds what two catalogs differ in.
pub(super) fn add_compared(groups: &mut Vec<ChangeGroup>, changes: &[Change], dialect: Dialect) {
    for change in changes {
        let finding = Finding::new(change, SIDES, &[], Why::default());
        let details = finding.differences.iter().map(|it| it.line.clone());
        let one = OneChange {
            verb: finding.verb,
            object: finding.object.clone(),
            details: details.collect(),
            dialects: vec![dialect],
        };
        add(groups, &finding.group, one);
    }
}

/// Adds what the statements say that they are about, where no server was at hand.
pub(super) fn add_read(groups: &mut Vec<ChangeGroup>, sheets: &[Sheet], dialect: Dialect) {
    for sheet in sheets {
        let ways = sheet.ways.iter().filter(|ways| ways.dialect == dialect);
        for statement in ways.flat_map(|ways| ways.up.statements()) {
            let Some(subject) = subject(dialect, &statement.sql) else {
                continue;
            };
            let (group, object) = names(&subject);
            let verb = match subject.verb {
                Verb::Create => "create",
                Verb::Drop => "drop",
                Verb::Alter => "alter",
                Verb::Comment => "alter",
            };
            let one = OneChange {
                verb,
                object,
                details: Vec::new(),
                dialects: vec![dialect],
            };
            add(groups, &group, one);
        }
    }
}

fn names(subject: &Subject) -> (String, String) {
    let name = |parts: &[schemist_sql::Ident]| -> String {
        let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
        parts.join(".")
    };
    let object = format!("{} {}", subject.kind.to_lowercase(), name(&subject.name));
    let group = if subject.on.is_empty() {
        object.clone()
    } else {
        format!("table {}", name(&subject.on))
    };
    (group, object)
}
