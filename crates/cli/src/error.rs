//! From an error to the text that a person reads: what, where, why, and what to type next.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use schemist_project::{Complaint, Place, ProjectError};

/// Everything that there is to say about an error.
pub fn text(error: &ProjectError) -> String {
    let complaints = error.complaints();
    let mut texts: Vec<String> = Vec::new();
    let mut last_remedy = None;
    for (i, complaint) in complaints.iter().enumerate() {
        // The same hint below many errors is said once, below the last of them.
        let next = complaints.get(i + 1).and_then(|next| next.remedy.as_ref());
        let remedy = complaint
            .remedy
            .as_ref()
            .filter(|remedy| Some(*remedy) != next);
        texts.push(render(complaint, remedy));
        last_remedy = complaint.remedy.clone();
    }
    let _shown = last_remedy;
    texts.join("\n")
}

fn render(complaint: &Complaint, remedy: Option<&String>) -> String {
    let title = format!("cannot {}", complaint.message);
    let mut group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
    let mut files: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in &complaint.places {
        files.entry(&place.path).or_default().push(place);
    }
    for (path, places) in files {
        let Some(first) = places.first() else {
            continue;
        };
        let mut snippet = Snippet::source(&*first.source).path(path);
        for (i, place) in places.iter().enumerate() {
            let kind = if i == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            snippet = snippet.annotation(kind.span(range(place)).label(place.label.as_str()));
        }
        group = group.element(snippet);
    }
    for cause in &complaint.causes {
        group = group.element(Level::NOTE.with_name("because").message(cause.as_str()));
    }
    if let Some(remedy) = remedy {
        group = group.element(Level::HELP.with_name("hint").message(remedy.as_str()));
    }
    Renderer::styled().render(&[group])
}

/// The marked bytes, within the text and at its characters.
fn range(place: &Place) -> std::ops::Range<usize> {
    let text = &place.source;
    let start = text.floor_char_boundary(place.span.start.min(text.len()));
    let end = text.floor_char_boundary(place.span.end.min(text.len()));
    start..end.max(start)
}
