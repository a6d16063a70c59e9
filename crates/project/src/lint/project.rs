//! What is wrong with the project itself: passwords under version control, several heads.

use schemist_catalog::hazard::{rights, text};
use schemist_revision::Key;

use super::engine::about;
use super::remark::Remark;
use crate::project::Entry;
use crate::safety::passwords_in_git;

/// Looks at the project.
pub(super) fn of_project(entry: &Entry) -> Vec<Remark> {
    let mut remarks = passwords(entry);
    remarks.extend(heads(entry));
    remarks
}

/// Passwords in settings files that git tracks.
fn passwords(entry: &Entry) -> Vec<Remark> {
    let written = passwords_in_git(entry).into_iter();
    let remarks = written.map(|written| {
        let sentence = format!(
            "the password of `{}` is in a file that git tracks",
            written.key
        );
        let place = &written.place;
        about(
            &place.path,
            &place.source,
            place.span,
            &rights::PASSWORD_IN_SETTINGS,
            sentence,
        )
    });
    remarks.collect()
}

/// Heads of the history, where there are several.
fn heads(entry: &Entry) -> Vec<Remark> {
    // A folder that cannot be read is told where its files are read.
    let Ok(history) = entry.history() else {
        return Vec::new();
    };
    let heads = history.heads();
    if heads.len() < 2 {
        return Vec::new();
    }
    let ids: Vec<_> = heads.iter().map(|head| head.id().to_string()).collect();
    let remarks = heads.iter().map(|head| {
        let place = head.place(Key::Id, text::SEVERAL_HEADS.title);
        let sentence = format!("the history has {} heads: {}", ids.len(), ids.join(", "));
        about(
            head.path(),
            &place.source,
            place.span,
            &text::SEVERAL_HEADS,
            sentence,
        )
    });
    remarks.collect()
}
