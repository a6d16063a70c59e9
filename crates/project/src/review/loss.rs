//! What is lost: tables and columns with what is in them, and what statements themselves warn of.

use schemist_catalog::hazard::{HazardRule, Subject};
use schemist_catalog::{Object, Severity};
use schemist_diff::Change;
use schemist_revision::Direction;
use schemist_sql::Dialect;

use super::report::Loss;
use super::sheet::Sheet;

/// Hazards that only say what the comparison of tables says already.
const SAID: [&str; 3] = ["table_dropped", "column_dropped", "virtual_table_dropped"];

pub(super) fn add(losses: &mut Vec<Loss>, direction: Direction, text: String, dialect: Dialect) {
    let same = losses
        .iter_mut()
        .find(|loss| loss.direction == direction && loss.text == text);
    match same {
        Some(loss) if loss.dialects.contains(&dialect) => {}
        Some(loss) => loss.dialects.push(dialect),
        None => losses.push(Loss {
            direction,
            text,
            dialects: vec![dialect],
        }),
    }
}

/// Tables and columns that are not there afterwards.
pub(super) fn add_compared(losses: &mut Vec<Loss>, changes: &[Change], dialect: Dialect) {
    for change in changes {
        match change {
            Change::Drop(object) => add_whole(losses, Direction::Up, object, dialect),
            Change::Create(object) => add_whole(losses, Direction::Down, object, dialect),
            Change::Alter(pair) => {
                let (Object::Table(before), Object::Table(after)) = (&pair.before, &pair.after)
                else {
                    continue;
                };
                let ways = [
                    (Direction::Up, before, after),
                    (Direction::Down, after, before),
                ];
                for (direction, from, to) in ways {
                    let columns = from.columns.iter();
                    let gone = columns.filter(|column| to.columns.get(&column.name).is_none());
                    for column in gone {
                        let text =
                            format!("column {} of {}, with its values", column.name, change.id());
                        add(losses, direction, text, dialect);
                    }
                }
            }
        }
    }
}

fn add_whole(losses: &mut Vec<Loss>, direction: Direction, object: &Object, dialect: Dialect) {
    if matches!(object, Object::Table(_) | Object::VirtualTable(_)) {
        add(
            losses,
            direction,
            format!("{}, with its rows", object.id()),
            dialect,
        );
    }
}

/// Whether data is lost, and not only programs or people are in the way; what nobody knows may be anything.
fn is_loss(code: &str) -> bool {
    HazardRule::of(code).is_none_or(|rule| rule.subject() == Subject::Loss)
}

/// What statements warn of.
pub(super) fn add_told(
    losses: &mut Vec<Loss>,
    sheets: &[Sheet],
    is_compared: impl Fn(Dialect) -> bool,
) {
    for sheet in sheets {
        for (dialect, direction, _, told) in sheet.hazards() {
            let is_said = SAID.contains(&told.code.as_str()) && is_compared(dialect);
            if told.severity == Severity::Danger && is_loss(&told.code) && !is_said {
                add(losses, direction, told.text.clone(), dialect);
            }
        }
        if let Some(why) = &sheet.irreversible {
            for ways in &sheet.ways {
                let text = format!("revision {} has no way back: {why}", sheet.id);
                add(losses, Direction::Down, text, ways.dialect);
            }
        }
    }
}
