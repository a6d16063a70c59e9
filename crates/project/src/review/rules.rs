//! What a lint says of revisions that nobody proved: who wrote them by hand knew of no hazard.

use std::collections::BTreeSet;

use schemist_revision::{Direction, RevisionFile};
use schemist_sql::Dialect;

use super::sheet::{Proven, Sheet, Stated, Told, lock};
use crate::error::ProjectError;
use crate::lint::{Remark, of_revision};
use crate::project::Entry;

/// Adds what the rules say to the statements that they say it of, and returns what is about the whole file.
///
/// # Errors
/// Where its sections are broken.
pub(super) fn add_rules(
    entry: &Entry,
    file: &RevisionFile,
    dialects: &BTreeSet<Dialect>,
    sheet: &mut Sheet,
) -> Result<Vec<String>, ProjectError> {
    if matches!(sheet.proof, Proven::On(_)) {
        return Ok(Vec::new());
    }
    let mut notes = Vec::new();
    for remark in of_revision(entry, file, dialects)? {
        match remark.direction {
            Some(direction) => add(sheet, direction, &remark),
            None => {
                let ((line, _), _) = remark.lines();
                notes.push(format!(
                    "{}:{line}: {} ({})",
                    sheet.path, remark.sentence, remark.rule.code
                ));
            }
        }
    }
    Ok(notes)
}

fn add(sheet: &mut Sheet, direction: Direction, remark: &Remark) {
    let ways = sheet.ways.iter_mut();
    for ways in ways.filter(|ways| remark.dialects.contains(&ways.dialect)) {
        let way = match direction {
            Direction::Up => &mut ways.up,
            Direction::Down => &mut ways.down,
        };
        let at = remark.place.span.start;
        let stated = way
            .statements_mut()
            .find(|it| it.span.start <= at && at < it.span.end.max(it.span.start + 1));
        if let Some(stated) = stated {
            tell(stated, remark);
        }
    }
}

/// What the file says itself is not said again.
fn tell(stated: &mut Stated, remark: &Remark) {
    if stated.locks.is_empty() {
        stated.locks = remark.locks.iter().map(lock).collect();
    }
    if stated.hazards.iter().any(|it| it.code == remark.rule.code) {
        return;
    }
    stated.hazards.push(Told {
        code: remark.rule.code.to_owned(),
        severity: remark.severity,
        text: remark.sentence.clone(),
        query: None,
    });
}
