//! A review for people on a terminal.

use schemist_revision::Direction;
use schemist_sql::Dialect;

use super::queries::by_file;
use super::report::{Look, Review, TableSize};
use super::sheet::{Proven, Sheet};
use crate::report::shown_line;

/// Writes everything but the statements.
pub(super) fn text(review: &Review) -> String {
    if review.sheets.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", shown_line(&review.title()));
    for sheet in &review.sheets {
        text.push_str(&format!("  {}\n", shown_line(&headline(sheet))));
    }
    for (title, lines) in [
        ("What changes", changes(review)),
        ("Hazards", hazards(review)),
        ("Queries of the deployed code", queries(review)),
        ("Lost on the way up", lost(review, Direction::Up)),
        ("Lost on the way down", lost(review, Direction::Down)),
        ("How large", review.sizes.iter().map(size).collect()),
        ("Looked at", looks(review)),
    ] {
        if lines.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{title}\n"));
        for line in lines {
            text.push_str(&format!("  {}\n", shown_line(&line)));
        }
    }
    text
}

fn headline(sheet: &Sheet) -> String {
    let mut words = vec![sheet.id.to_string()];
    words.extend(sheet.day().map(str::to_owned));
    words.push(sheet.message.clone());
    words.retain(|word| !word.is_empty());
    format!("{} — {}", words.join(" "), proof(sheet))
}

/// Where a revision was proven, in words.
pub(super) fn proof(sheet: &Sheet) -> String {
    match &sheet.proof {
        Proven::No(None) => "not proven".to_owned(),
        Proven::No(Some(why)) => format!("not proven: {why}"),
        Proven::On(servers) => {
            let servers = servers.iter();
            let servers =
                servers.map(|(dialect, version)| format!("{} {version}", dialect.title()));
            format!("proven on {}", servers.collect::<Vec<_>>().join(", "))
        }
    }
}

fn changes(review: &Review) -> Vec<String> {
    let mut lines = Vec::new();
    for group in &review.groups {
        // What stands on an object is told below it.
        let is_alone = group.is_alone();
        if !is_alone {
            lines.push(group.object.clone());
        }
        let indent = if is_alone { "" } else { "  " };
        for change in &group.changes {
            let only = review.only_in(&change.dialects);
            let only = only.map_or_else(String::new, |only| format!(" ({only} alone)"));
            lines.push(format!("{indent}{} {}{only}", change.verb, change.object));
            lines.extend(
                change
                    .details
                    .iter()
                    .map(|detail| format!("{indent}  {detail}")),
            );
        }
    }
    lines
}

fn hazards(review: &Review) -> Vec<String> {
    let alerts = review.hazards().into_iter().map(|alert| {
        format!(
            "{:<7} {} ({} {}; {})",
            alert.told.severity.word(),
            alert.told.text,
            alert.sheet.id,
            alert.place(),
            alert.told.code,
        )
    });
    alerts.collect()
}

fn queries(review: &Review) -> Vec<String> {
    let mut lines = Vec::new();
    for file in by_file(review) {
        lines.push(file.path.to_owned());
        for effect in file.queries {
            lines.push(format!(
                "  {:<7} line {}: {} ({}{})",
                effect.told.severity.word(),
                effect.line,
                effect.what,
                effect.sheet.id,
                only(review, &effect.dialects),
            ));
        }
    }
    lines
}

/// The dialects in which something is so, where it is not so in all of them.
pub(super) fn only(review: &Review, dialects: &[Dialect]) -> String {
    let only = review.only_in(dialects);
    only.map_or_else(String::new, |only| format!(", {only} alone"))
}

fn lost(review: &Review, direction: Direction) -> Vec<String> {
    let lost = review.lost(direction).map(|loss| {
        let only = review.only_in(&loss.dialects);
        let only = only.map_or_else(String::new, |only| format!(" ({only} alone)"));
        format!("{}{only}", loss.text)
    });
    lost.collect()
}

/// A table with its rows and its bytes.
pub(crate) fn size(size: &TableSize) -> String {
    let about = if size.is_counted { "" } else { "about " };
    let rows = match size.rows {
        Some(1) => format!("{about}1 row"),
        Some(rows) => format!("{about}{rows} rows"),
        None => "nobody has counted the rows yet".to_owned(),
    };
    let bytes = size
        .bytes
        .map_or_else(String::new, |bytes| format!(", {}", bytes_in_words(bytes)));
    format!("{}: {rows}{bytes}", size.table)
}

fn bytes_in_words(bytes: i64) -> String {
    let units = [("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
    let fitting = units.into_iter().find(|(_, size)| bytes >= *size);
    fitting.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, size)| format!("{} {unit}", bytes / size),
    )
}

fn looks(review: &Review) -> Vec<String> {
    let mut lines: Vec<String> = review.looks.iter().map(look).collect();
    lines.extend(
        review
            .database
            .iter()
            .map(|database| format!("sizes: {database}")),
    );
    lines
}

/// How it was found out what changes.
pub(crate) fn look(look: &Look) -> String {
    let title = look.dialect.title();
    match (&look.server, &look.problem, &look.read_only) {
        (Some(version), ..) => format!("{title}: run on a scratch database ({version})"),
        (None, Some(problem), _) => format!("{title}: {problem}"),
        (None, None, Some(why)) => format!("{title}: only read, not run ({why})"),
        (None, None, None) => format!("{title}: not looked at"),
    }
}
