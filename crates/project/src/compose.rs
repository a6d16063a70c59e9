//! From proven plans of several dialects to the text of one revision file.

use std::collections::BTreeSet;

use schemist_diff::{Plan, PlannedStep, Section, SectionMode, sections};
use schemist_revision::{Direction, ForeignKeys, Marker, Message, Transaction};
use schemist_sql::Dialect;

/// Both ways of a revision for one dialect.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The dialect.
    pub dialect: Dialect,
    /// The way up.
    pub up: Plan,
    /// The way down.
    pub down: Plan,
}

/// The sections of a revision file: the way up of every dialect, then the way down of each.
///
/// What is equal for all of them is written once, as a section without a dialect.
pub fn compose(drafts: &[Draft]) -> Vec<(Marker, String)> {
    let mut composed = way(drafts, Direction::Up);
    composed.extend(way(drafts, Direction::Down));
    composed
}

/// The ways among sections that are not one transaction, as the header names them.
pub fn not_atomic(sections: &[(Marker, String)]) -> Option<Message> {
    let way = |marker: &Marker| {
        let dialects = marker.dialects.iter().map(|dialect| dialect.name());
        let words: Vec<_> = [marker.direction.name()]
            .into_iter()
            .chain(dialects)
            .collect();
        words.join(" ")
    };
    let mut ways = Vec::new();
    for (marker, _) in sections {
        let way = way(marker);
        if marker.transaction != Transaction::Same && !ways.contains(&way) {
            ways.push(way);
        }
    }
    (!ways.is_empty()).then(|| Message::from_text(&ways.join(", ")))
}

fn way(drafts: &[Draft], direction: Direction) -> Vec<(Marker, String)> {
    let written: Vec<_> = drafts
        .iter()
        .map(|draft| (draft.dialect, written(draft, direction)))
        .collect();
    let texts: BTreeSet<_> = written
        .iter()
        .map(|(_, sections)| texts(sections))
        .collect();
    if let ([(_, sections), _, ..], 1) = (written.as_slice(), texts.len()) {
        return sections
            .iter()
            .map(|(marker, text)| {
                (
                    Marker {
                        dialects: BTreeSet::new(),
                        ..marker.clone()
                    },
                    text.clone(),
                )
            })
            .collect();
    }
    written
        .into_iter()
        .flat_map(|(_, sections)| sections)
        .collect()
}

fn texts(sections: &[(Marker, String)]) -> Vec<(u8, bool, String)> {
    let key = |(marker, text): &(Marker, String)| {
        (
            match marker.transaction {
                Transaction::Same => 0,
                Transaction::New => 1,
                Transaction::No => 2,
            },
            marker.foreign_keys == ForeignKeys::Off,
            text.clone(),
        )
    };
    sections.iter().map(key).collect()
}

fn written(draft: &Draft, direction: Direction) -> Vec<(Marker, String)> {
    let plan = match direction {
        Direction::Up => &draft.up,
        Direction::Down => &draft.down,
    };
    let cut = sections(plan, draft.dialect);
    if cut.is_empty() {
        let text = format!("-- {} needs nothing here", draft.dialect.title());
        return vec![(Marker::for_dialect(direction, draft.dialect), text)];
    }
    let mut previous = None;
    let mut written = Vec::new();
    for section in &cut {
        let marker = marker(section, previous, direction, draft.dialect);
        written.push((marker, section_text(section)));
        previous = Some(section.mode);
    }
    written
}

fn marker(
    section: &Section,
    previous: Option<SectionMode>,
    direction: Direction,
    dialect: Dialect,
) -> Marker {
    let own = Marker::for_dialect(direction, dialect);
    let follows_a_transaction = matches!(
        previous,
        Some(SectionMode::Transaction | SectionMode::Apart)
    );
    match section.mode {
        SectionMode::Transaction | SectionMode::Apart if follows_a_transaction => Marker {
            transaction: Transaction::New,
            ..own
        },
        SectionMode::Transaction | SectionMode::Apart => own,
        SectionMode::NoTransaction => Marker {
            transaction: Transaction::No,
            ..own
        },
        SectionMode::ForeignKeysOff => Marker {
            foreign_keys: ForeignKeys::Off,
            ..own
        },
    }
}

/// The statements of a section, each with its hazards above it; longer ones stand apart.
fn section_text(section: &Section) -> String {
    let blocks: Vec<_> = section.steps.iter().map(block).collect();
    let mut text = String::new();
    for (place, block) in blocks.iter().enumerate() {
        let stands_apart = block.contains('\n') || place > 0 && blocks[place - 1].contains('\n');
        if place > 0 {
            text.push_str(if stands_apart { "\n\n" } else { "\n" });
        }
        text.push_str(block);
    }
    text
}

fn block(planned: &PlannedStep) -> String {
    let mut block = String::new();
    for hazard in &planned.step.hazards {
        block.push_str(&format!("-- hazard {}: {}\n", hazard.code, hazard.sentence));
    }
    if planned.step.is_repeatable {
        block.push_str("-- repeatable\n");
    }
    block.push_str(&planned.step.sql);
    // A line comment at the end of a stored text would swallow the semicolon.
    let last_line = planned.step.sql.lines().last().unwrap_or_default();
    block.push_str(if last_line.contains("--") { "\n;" } else { ";" });
    block
}
