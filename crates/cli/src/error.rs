//! From an error to the text that a person reads: what, where, why, and what to type next.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use schemist_project::lint::Remark;
use schemist_project::report::shown;
use schemist_project::{Complaint, Place, ProjectError, Severity};

/// How errors, reasons and hints are told apart on a terminal.
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const NOTE: Style = AnsiColor::BrightGreen.on_default().bold();
const HELP: Style = AnsiColor::BrightCyan.on_default().bold();

/// Everything that there is to say about an error.
pub fn text(error: &ProjectError) -> String {
    let complaints = error.complaints();
    let mut texts: Vec<String> = Vec::new();
    for (i, complaint) in complaints.iter().enumerate() {
        // The same hint for several errors in a row is given once, below the last of them.
        let next = complaints
            .get(i + 1)
            .and_then(|next| next.remedy.as_deref());
        let remedy = complaint
            .remedy
            .as_deref()
            .filter(|remedy| Some(*remedy) != next);
        texts.push(render(complaint, remedy));
    }
    texts.join("\n")
}

/// The same for reports: each in a line, with its place and its causes.
pub fn in_lines(error: &ProjectError) -> String {
    let complaints = error.complaints();
    let lines = complaints.iter().flat_map(|complaint| {
        let place = complaint.places.first().map(|place| {
            let (line, _) = place.line_column();
            format!(" ({}:{line})", place.path)
        });
        let title = format!("cannot {}{}", complaint.message, place.unwrap_or_default());
        std::iter::once(title).chain(complaint.causes.iter().cloned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a lint says of a place, with the text that it is about.
pub fn remark(remark: &Remark) -> String {
    let level = match remark.severity {
        Severity::Danger => Level::ERROR.with_name("danger"),
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE.with_name("notice"),
    };
    let place = &remark.place;
    let title = shown(&format!("{}: {}", remark.rule.code, remark.sentence));
    let annotation = AnnotationKind::Primary.span(range(place));
    let snippet = Snippet::source(&*place.source)
        .path(&*place.path)
        .annotation(annotation.label(place.label.as_str()));
    let group = Group::with_title(level.primary_title(&title)).element(snippet);
    let mut text = Renderer::styled().render(&[group]);
    for note in remark.notes() {
        text.push_str(&line("note", NOTE, &shown(&note)));
    }
    text.push_str(&line("instead", HELP, remark.rule.safe));
    text
}

fn render(complaint: &Complaint, remedy: Option<&str>) -> String {
    let title = format!("cannot {}", complaint.message);
    let mut text = if complaint.places.is_empty() {
        format!("{ERROR}error{ERROR:#}: {title}")
    } else {
        excerpts(&title, &complaint.places)
    };
    for cause in &complaint.causes {
        text.push_str(&line("because", NOTE, cause));
    }
    if let Some(state) = &complaint.state {
        text.push_str(&line("now", NOTE, state));
    }
    if let Some(remedy) = remedy {
        text.push_str(&line("hint", HELP, remedy));
    }
    text
}

fn line(word: &str, style: Style, sentence: &str) -> String {
    let indented = sentence.replace('\n', "\n    ");
    format!("\n  {style}{word}{style:#}: {indented}")
}

/// The places in their files, each marked.
fn excerpts(title: &str, places: &[Place]) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(title));
    let mut files: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in places {
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
    Renderer::styled().render(&[group])
}

/// The marked bytes, within the text and at its characters.
fn range(place: &Place) -> std::ops::Range<usize> {
    let text = &place.source;
    let start = text.floor_char_boundary(place.span.start.min(text.len()));
    let end = text.floor_char_boundary(place.span.end.min(text.len()));
    start..end.max(start)
}
