//! What is wrong with the project itself: passwords under version control, several heads, no history.

use schemist_catalog::hazard::{rights, text};
use schemist_revision::Key;

use super::engine::about;
use super::remark::Remark;
use crate::error::ProjectError;
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

/// What is wrong with revisions, each at its place; `None` where an error is about something else.
pub(super) fn broken(error: &ProjectError) -> Option<Vec<Remark>> {
    let complaints = error.complaints();
    let remarks = complaints.iter().map(|complaint| {
        let place = complaint.places.first()?;
        let mut sentence = format!("cannot {}", complaint.message);
        if let Some(remedy) = &complaint.remedy {
            sentence.push_str("; ");
            sentence.push_str(remedy);
        }
        let rule = &text::HISTORY_BROKEN;
        Some(about(
            &place.path,
            &place.source,
            place.span,
            rule,
            sentence,
        ))
    });
    remarks.collect()
}

/// Heads of the history, where there are several; what is wrong with it, where it is none.
fn heads(entry: &Entry) -> Vec<Remark> {
    let history = match entry.history() {
        Ok(history) => history,
        // A folder that cannot be read is told where its files are read.
        Err(error) => return broken(&error).unwrap_or_default(),
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
