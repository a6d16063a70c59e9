//! From proven plans of several dialects to the text of one revision file.

use std::collections::BTreeSet;

use schemist_diff::{Plan, PlannedStep, Section, SectionMode, sections};
use schemist_revision::{
    Direction, ForeignKeys, LockSource, Marker, Message, StatementLock, Transaction,
};
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

/// Sections with what stands below their markers.
type Sections = Vec<(Marker, String)>;

/// The sections of a revision file: the way up of every dialect, then the way down of each.
///
/// What is equal for several of them is written once: for all of them as a section without a dialect, for
/// some as one that names them.
pub fn compose(drafts: &[Draft]) -> Vec<(Marker, String)> {
    compose_beside(drafts, &BTreeSet::new())
}

/// The same for a revision that other dialects need not look at: their sections say so.
pub fn compose_beside(drafts: &[Draft], others: &BTreeSet<Dialect>) -> Vec<(Marker, String)> {
    let own: BTreeSet<_> = drafts.iter().map(|draft| draft.dialect).collect();
    let mut composed = Vec::new();
    for direction in [Direction::Up, Direction::Down] {
        composed.extend(way(drafts, direction, others));
        composed.extend(beside(&own, direction, others));
    }
    composed
}

/// The section of the dialects that a revision is not for.
pub(crate) fn beside(
    own: &BTreeSet<Dialect>,
    direction: Direction,
    others: &BTreeSet<Dialect>,
) -> Option<(Marker, String)> {
    let marker = Marker {
        dialects: others.clone(),
        ..Marker::new(direction)
    };
    let text = format!("-- this revision is for {} alone", listed(own));
    (!others.is_empty()).then_some((marker, text))
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

fn way(
    drafts: &[Draft],
    direction: Direction,
    others: &BTreeSet<Dialect>,
) -> Vec<(Marker, String)> {
    let mut groups: Vec<Group> = Vec::new();
    for draft in drafts {
        let sections = written(draft, direction);
        let plain = written(&without_locks(draft), direction);
        let same = groups.iter_mut().find(|group| group.plain == plain);
        match same {
            Some(group) => {
                group.dialects.insert(draft.dialect);
                if sections != plain {
                    group.sections = sections;
                }
            }
            None => groups.push(Group {
                dialects: BTreeSet::from([draft.dialect]),
                sections,
                plain,
            }),
        }
    }
    let is_for_all = groups.len() == 1 && drafts.len() > 1 && others.is_empty();
    let mut way = Vec::new();
    for Group {
        dialects, sections, ..
    } in groups
    {
        if sections.is_empty() {
            let text = needs_nothing(&dialects);
            way.push((Marker::new(direction), text, dialects));
            continue;
        }
        let sections = sections.into_iter();
        way.extend(sections.map(|(marker, text)| (marker, text, dialects.clone())));
    }
    let way = way.into_iter().map(|(marker, text, dialects)| {
        let dialects = if is_for_all {
            BTreeSet::new()
        } else {
            dialects
        };
        (Marker { dialects, ..marker }, text)
    });
    way.collect()
}

/// Dialects that read the same statements.
struct Group {
    dialects: BTreeSet<Dialect>,
    sections: Sections,
    /// The sections without what PostgreSQL alone locks.
    plain: Sections,
}

fn without_locks(draft: &Draft) -> Draft {
    let mut draft = draft.clone();
    for planned in draft.up.steps.iter_mut().chain(&mut draft.down.steps) {
        planned.step.locks.clear();
    }
    draft
}

/// What a section without a statement says, so that a reader sees that nobody forgot it.
fn needs_nothing(dialects: &BTreeSet<Dialect>) -> String {
    let needs = if dialects.len() == 1 { "needs" } else { "need" };
    format!("-- {} {needs} nothing here", listed(dialects))
}

fn listed(dialects: &BTreeSet<Dialect>) -> String {
    let titles: Vec<_> = dialects.iter().map(|dialect| dialect.title()).collect();
    match titles.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        few => few.concat(),
    }
}

/// The sections of a way, for no dialect yet; none where it has nothing to do.
fn written(draft: &Draft, direction: Direction) -> Sections {
    let plan = match direction {
        Direction::Up => &draft.up,
        Direction::Down => &draft.down,
    };
    let mut previous = None;
    let mut written = Vec::new();
    for section in &sections(plan, draft.dialect) {
        written.push((marker(section, previous, direction), section_text(section)));
        previous = Some(section.mode);
    }
    written
}

fn marker(section: &Section, previous: Option<SectionMode>, direction: Direction) -> Marker {
    let own = Marker::new(direction);
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
    for lock in &planned.step.locks {
        let lock = StatementLock {
            table: lock.table.quoted(Dialect::Postgres),
            mode: lock.mode,
            is_rewritten: lock.is_rewritten,
            source: LockSource::Measured,
        };
        block.push_str(&format!("-- {lock}\n"));
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_catalog::object::Table;
    use schemist_catalog::{Definition, Step};
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn plan(sql: &str) -> Plan {
        let table = Table::new(QualifiedName::unqualified(Ident::from_server("book")));
        let step = |sql: &str| PlannedStep {
            object: table.id(),
            step: Step::new(sql),
        };
        Plan {
            steps: sql.lines().map(step).collect(),
        }
    }

    fn draft(dialect: Dialect, up: &str, down: &str) -> Draft {
        Draft {
            dialect,
            up: plan(up),
            down: plan(down),
        }
    }

    fn shown(sections: &[(Marker, String)]) -> String {
        let sections = sections
            .iter()
            .map(|(marker, text)| format!("{marker}\n{text}"));
        sections.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_equal_is_written_once() {
        let drafts = [
            draft(Dialect::Postgres, "a\nb", "c"),
            draft(Dialect::Sqlite, "a\nb", ""),
            draft(Dialect::Mysql, "x", ""),
        ];
        assert_snapshot!(shown(&compose(&drafts)), @"
        -- [up postgres, sqlite]
        a;
        b;
        -- [up mysql]
        x;
        -- [down postgres]
        c;
        -- [down sqlite, mysql]
        -- SQLite and MySQL/MariaDB need nothing here
        ");
        assert_snapshot!(shown(&compose(&drafts[..2])), @"
        -- [up]
        a;
        b;
        -- [down postgres]
        c;
        -- [down sqlite]
        -- SQLite needs nothing here
        ");
        assert_snapshot!(shown(&compose(&drafts[1..2])), @"
        -- [up sqlite]
        a;
        b;
        -- [down sqlite]
        -- SQLite needs nothing here
        ");
    }

    #[test]
    fn a_revision_for_some_says_so_to_the_others() {
        let drafts = [
            draft(Dialect::Postgres, "a", ""),
            draft(Dialect::Sqlite, "a", ""),
        ];
        let others = BTreeSet::from([Dialect::Mysql]);
        assert_snapshot!(shown(&compose_beside(&drafts, &others)), @"
        -- [up postgres, sqlite]
        a;
        -- [up mysql]
        -- this revision is for PostgreSQL and SQLite alone
        -- [down postgres, sqlite]
        -- PostgreSQL and SQLite need nothing here
        -- [down mysql]
        -- this revision is for PostgreSQL and SQLite alone
        ");
    }
}
