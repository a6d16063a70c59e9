//! A comment on a pull request, no longer than GitHub takes.

use schemist_catalog::Severity;
use schemist_revision::Direction;

use super::human::{look, only, proof, size};
use super::queries::by_file;
use super::report::{ChangeGroup, Review};
use super::sheet::{Sheet, Stated, Way, Ways};
use crate::diagram::{DiagramFormat, render};
use crate::report::{block, inline, shown_line};

/// What GitHub takes, less what the last lines need.
const LONGEST: usize = 65_000;

/// Parts, of which those are left out that do not fit.
struct Comment {
    text: String,
    length: usize,
    left_out: Vec<String>,
}

impl Comment {
    /// Adds a part, or notes what it was.
    fn add(&mut self, part: &str, what: impl FnOnce() -> String) {
        let length = part.chars().count();
        if self.length + length > LONGEST {
            self.left_out.push(what());
            return;
        }
        self.length += length;
        self.text.push_str(part);
    }
}

pub(super) fn document(review: &Review) -> String {
    let mut comment = Comment {
        text: String::new(),
        length: 0,
        left_out: Vec::new(),
    };
    comment.add(&head(review), || "the head".to_owned());
    for group in &review.groups {
        comment.add(&of_group(review, group), || group.object.clone());
    }
    comment.add(&hazards(review), || "hazards".to_owned());
    comment.add(&queries(review), || "queries that break".to_owned());
    comment.add(&losses(review), || "what is lost".to_owned());
    comment.add(&sizes(review), || "sizes".to_owned());
    // The first dialect of each revision says most.
    let deepest = review
        .sheets
        .iter()
        .map(|sheet| sheet.ways.len())
        .max()
        .unwrap_or(0);
    for place in 0..deepest {
        for sheet in &review.sheets {
            if let Some(ways) = sheet.ways.get(place) {
                let part = statements(sheet, ways);
                comment.add(&part, || {
                    format!("statements of {} for {}", sheet.id, ways.dialect.title())
                });
            }
        }
    }
    if let Some(diagram) = &review.diagram {
        let drawn = block("mermaid", &render(DiagramFormat::Mermaid, diagram, ""));
        let part = format!(
            "\n<details><summary>Diagram of the tables that are touched</summary>\n\n{drawn}\n</details>\n"
        );
        comment.add(&part, || "the diagram".to_owned());
    }
    if !comment.left_out.is_empty() {
        let count = comment.left_out.len();
        let first: Vec<&str> = comment
            .left_out
            .iter()
            .take(5)
            .map(String::as_str)
            .collect();
        comment.text.push_str(&format!(
            "\n*Too long for a comment; {count} part{} left out, such as {}. All of it: `schemist review --html review.html`.*\n",
            if count == 1 { " is" } else { "s are" },
            inline(&first.join(", ")).chars().take(300).collect::<String>()
        ));
    }
    comment.text
}

fn head(review: &Review) -> String {
    let mut text = format!("## {}: {}\n", inline(&review.name), inline(&review.title()));
    let count = |severity: Severity| {
        let count = review.count(severity);
        (count > 0).then(|| format!("{count} × {}", severity.word()))
    };
    let severities = [Severity::Danger, Severity::Warning, Severity::Notice];
    let counts: Vec<String> = severities.into_iter().filter_map(count).collect();
    if !review.sheets.is_empty() {
        let hazards = if counts.is_empty() {
            "none".to_owned()
        } else {
            counts.join(", ")
        };
        text.push_str(&format!("\n**Hazards:** {hazards}\n"));
        text.push_str("\n| Revision | Message | Proof |\n|---|---|---|\n");
    }
    for sheet in &review.sheets {
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            sheet.id,
            inline(&sheet.message),
            inline(&proof(sheet))
        ));
    }
    for note in &review.notes {
        text.push_str(&format!("\n> {}\n", inline(note)));
    }
    for (dialect, problem) in review.problems() {
        text.push_str(&format!(
            "\n> **{}:** {}\n",
            dialect.title(),
            inline(problem)
        ));
    }
    for seen in review.looks.iter().filter(|look| look.read_only.is_some()) {
        text.push_str(&format!("\n> {}\n", inline(&look(seen))));
    }
    if !review.groups.is_empty() {
        text.push_str("\n### What changes\n\n");
    }
    text
}

fn of_group(review: &Review, group: &ChangeGroup) -> String {
    let (mut text, indent) = if group.is_alone() {
        (String::new(), "")
    } else {
        (format!("- **{}**\n", inline(&group.object)), "  ")
    };
    for change in &group.changes {
        let only = review.only_in(&change.dialects);
        let only = only.map_or_else(String::new, |only| format!(" ({only} alone)"));
        text.push_str(&format!(
            "{indent}- {} {}{}\n",
            change.verb,
            inline(&change.object),
            inline(&only)
        ));
        for detail in &change.details {
            text.push_str(&format!("{indent}  - {}\n", inline(detail)));
        }
    }
    text
}

fn hazards(review: &Review) -> String {
    let alerts = review.hazards();
    if alerts.is_empty() {
        return String::new();
    }
    let mut text = "\n### Hazards\n\n| | What | Where |\n|---|---|---|\n".to_owned();
    for alert in alerts {
        text.push_str(&format!(
            "| **{}** | {} (`{}`) | `{}` {} |\n",
            alert.told.severity.word(),
            inline(&alert.told.text),
            alert.told.code.replace(['`', '|'], ""),
            alert.sheet.id,
            alert.place()
        ));
    }
    text
}

fn queries(review: &Review) -> String {
    let files = by_file(review);
    if files.is_empty() {
        return String::new();
    }
    let mut text = "\n### Queries of the deployed code\n\n".to_owned();
    for file in files {
        text.push_str(&format!("- {}\n", inline(file.path)));
        for effect in file.queries {
            text.push_str(&format!(
                "  - **{}** line {}: {} (`{}`{})\n",
                effect.told.severity.word(),
                effect.line,
                inline(effect.what),
                effect.sheet.id,
                only(review, &effect.dialects),
            ));
        }
    }
    text
}

fn losses(review: &Review) -> String {
    let mut text = String::new();
    for (direction, title) in [(Direction::Up, "up"), (Direction::Down, "down")] {
        let mut lost = review.lost(direction).peekable();
        if lost.peek().is_some() {
            text.push_str(&format!("\n### Lost on the way {title}\n\n"));
        }
        for loss in lost {
            let only = review.only_in(&loss.dialects);
            let only = only.map_or_else(String::new, |only| format!(" ({only} alone)"));
            text.push_str(&format!("- {}{}\n", inline(&loss.text), inline(&only)));
        }
    }
    text
}

fn sizes(review: &Review) -> String {
    if review.sizes.is_empty() {
        return String::new();
    }
    let lines = review
        .sizes
        .iter()
        .map(|it| format!("- {}\n", inline(&size(it))));
    format!("\n### How large\n\n{}", lines.collect::<String>())
}

/// Both ways, down beside up.
fn statements(sheet: &Sheet, ways: &Ways) -> String {
    let count = |way: &Way| way.statements().count();
    format!(
        "\n<details><summary><code>{}</code> for {}: {} up, {} down</summary>\n\n<table><tr><th>Up</th><th>Down</th></tr><tr valign=\"top\"><td>\n\n{}\n</td><td>\n\n{}\n</td></tr></table>\n</details>\n",
        sheet.id,
        ways.dialect.title(),
        count(&ways.up),
        count(&ways.down),
        of_way(&ways.up),
        of_way(&ways.down)
    )
}

fn of_way(way: &Way) -> String {
    if let Some(why) = &way.missing {
        return format!("{}\n", inline(why));
    }
    let mut parts = Vec::new();
    for stretch in &way.stretches {
        if !stretch.conditions.is_empty() {
            parts.push(format!("-- [{}]", stretch.conditions.join(", ")));
        }
        parts.extend(stretch.statements.iter().map(of_statement));
    }
    block("sql", &parts.join("\n"))
}

fn of_statement(statement: &Stated) -> String {
    let hazards = statement.hazards.iter();
    let hazards = hazards.map(|told| {
        format!(
            "-- hazard {}: {}\n",
            shown_line(&told.code),
            shown_line(&told.text)
        )
    });
    let locks = statement
        .locks
        .iter()
        .map(|lock| format!("-- lock: {}\n", shown_line(lock)));
    format!(
        "{}{};",
        hazards.chain(locks).collect::<String>(),
        statement.sql
    )
}
