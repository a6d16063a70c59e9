//! Finding a revision by its id, the start of it, or a label.

use super::error::TargetError;
use crate::file::RevisionFile;
use crate::history::{History, Mention};
use crate::id::{Label, RESERVED, RevisionId};
use crate::near::nearest;

/// How many revisions a "did you mean" names.
const SUGGESTIONS: usize = 3;

/// Finds the one revision that a name means.
pub(super) fn find<'h>(history: &'h History, name: &str) -> Result<&'h RevisionFile, TargetError> {
    if let Some(file) = exact(history, name) {
        return Ok(file);
    }
    match &starting(history, name)[..] {
        [] => Err(unknown(history, name)),
        [only] => Ok(only),
        several => Err(TargetError::Ambiguous {
            prefix: name.to_owned(),
            matches: several.iter().map(|file| Mention::from(*file)).collect(),
        }),
    }
}

/// The revision whose id or label is exactly this.
pub(super) fn exact<'h>(history: &'h History, name: &str) -> Option<&'h RevisionFile> {
    let by_id = RevisionId::parse(name).ok().and_then(|id| history.get(&id));
    by_id.or_else(|| history.labelled(&Label::parse(name).ok()?))
}

/// The revisions whose ids begin so.
pub(super) fn starting<'h>(history: &'h History, start: &str) -> Vec<&'h RevisionFile> {
    history
        .revisions()
        .iter()
        .filter(|file| file.id().as_str().starts_with(start))
        .collect()
}

fn unknown(history: &History, name: &str) -> TargetError {
    let lower = name.to_lowercase();
    let says_it = |file: &&RevisionFile| {
        name.len() > 2
            && file
                .header()
                .message
                .as_str()
                .to_lowercase()
                .contains(&lower)
    };
    let mut near: Vec<&RevisionFile> = history
        .revisions()
        .iter()
        .filter(|file| is_near(file.id(), name))
        .collect();
    if near.is_empty() {
        near = history.revisions().iter().rev().filter(says_it).collect();
    }
    let near = near
        .into_iter()
        .take(SUGGESTIONS)
        .map(Mention::from)
        .collect();
    TargetError::Unknown {
        text: name.to_owned(),
        word: nearest(name, RESERVED.into_iter().take(4)),
        near,
    }
}

/// Whether an id begins with almost this.
fn is_near(id: &RevisionId, name: &str) -> bool {
    let id = id.as_str();
    let start = id.get(..name.len()).unwrap_or(id);
    name.len() > 2 && nearest(name, [start, id]).is_some()
}

/// The label that was probably meant.
pub(super) fn near_label(history: &History, label: &Label) -> Option<Label> {
    let near = nearest(label.as_str(), history.labels().map(Label::as_str))?;
    Label::parse(near).ok()
}
