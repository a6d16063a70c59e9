//! What changes, in all dialects together.

use schemist_catalog::ObjectId;
use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Pair, Rename};
use schemist_diff::Change;
use schemist_sql::{Dialect, QualifiedName, Subject, Verb, subject};

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

/// Adds what only got another name; what belongs to it is told under the new one.
pub(super) fn add_renames(groups: &mut Vec<ChangeGroup>, renames: &[Rename], dialect: Dialect) {
    for rename in renames {
        let (group, object, detail) = match rename {
            Rename::Object { id, to } => {
                let name = QualifiedName {
                    schema: id.name.schema.clone(),
                    name: to.clone(),
                };
                let after = ObjectId { name, ..id.clone() };
                (after.to_string(), id.to_string(), format!("to {after}"))
            }
            Rename::Column { table, names } => {
                let table = Table::id_of(table).to_string();
                let object = format!("column {} of {table}", names.before);
                (table, object, format!("to {}", names.after))
            }
            Rename::Move { id, to, schemas } => {
                let name = QualifiedName {
                    schema: to.clone(),
                    name: id.name.name.clone(),
                };
                let after = ObjectId { name, ..id.clone() };
                let detail = format!("to schema {}", schemas.after);
                (after.to_string(), id.to_string(), detail)
            }
            Rename::Value { enum_type, values } => {
                let owner = EnumType::id_of(enum_type).to_string();
                let object = format!("value '{}' of {owner}", values.before);
                (owner, object, format!("to '{}'", values.after))
            }
            // It is made for what moves into it, and no comparison shows it any more.
            Rename::NewSchema(_) | Rename::OldSchema(_) => {
                let object = rename.object().to_string();
                (object.clone(), object, String::new())
            }
        };
        let verb = match rename {
            Rename::NewSchema(_) => "create",
            Rename::OldSchema(_) => "drop",
            Rename::Object { .. }
            | Rename::Move { .. }
            | Rename::Column { .. }
            | Rename::Value { .. } => "rename",
        };
        let details = Some(detail).filter(|detail| !detail.is_empty());
        let one = OneChange {
            verb,
            object,
            details: details.into_iter().collect(),
            dialects: vec![dialect],
        };
        add(groups, &group, one);
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
