//! The picture itself.

use std::fmt::Write;

use super::figure::{Diagram, Entity, Fate, Link, Row};
use super::label::{cut, roles};
use super::layout::{HEAD, LONGEST_NAME, LONGEST_TYPE, Layout, Path, ROW, Rect, arrange};
use crate::markup::html;

/// How a picture looks; the colours are variables of the page around it.
pub(crate) const STYLE: &str = include_str!("diagram.css");

/// The colours of a picture that stands alone.
const COLORS: &str = include_str!("colors.css");

/// How round corners are.
const ROUND: i32 = 7;

/// A file of its own.
pub(super) fn text(diagram: &Diagram) -> String {
    let layout = arrange(diagram);
    let mut text = opening(&layout);
    text.push_str(&format!("<style>{COLORS}{STYLE}</style>\n"));
    text.push_str("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    text.push_str(&content(diagram, &layout));
    text.push_str("</svg>\n");
    text
}

/// A part of a page, which has [`STYLE`] and names the colours.
pub(crate) fn inline(diagram: &Diagram) -> String {
    let layout = arrange(diagram);
    format!("{}{}</svg>\n", opening(&layout), content(diagram, &layout))
}

fn opening(layout: &Layout) -> String {
    let (width, height) = (layout.width, layout.height);
    format!(
        "<svg class=\"er\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Tables and foreign keys\">\n"
    )
}

fn content(diagram: &Diagram, layout: &Layout) -> String {
    let mut text = String::new();
    // What comes or goes lies on top.
    let mut links: Vec<_> = diagram.links.iter().zip(&layout.paths).collect();
    links.sort_by_key(|(link, _)| link.fate != Fate::Same);
    for (link, path) in links {
        line(&mut text, diagram, link, path);
    }
    for (entity, rect) in diagram.entities.iter().zip(&layout.boxes) {
        table(&mut text, entity, *rect);
    }
    text
}

/// Adds to a text, which takes everything.
macro_rules! add {
    ($text:expr, $($words:tt)*) => {{
        let _written = write!($text, $($words)*);
    }};
}

fn table(text: &mut String, entity: &Entity, rect: Rect) {
    let Rect {
        x,
        y,
        width,
        height,
    } = rect;
    let fate = entity.fate.word();
    let (right, under) = (rect.right(), y + HEAD);
    add!(text, "<g class=\"table {fate}\">");
    let comment = entity.comment.as_ref();
    let comment = comment.map_or_else(String::new, |comment| format!(": {comment}"));
    add!(
        text,
        "<title>{}{}</title>",
        html(&entity.name),
        html(&comment)
    );
    add!(
        text,
        "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{ROUND}\"/>"
    );
    let top = y + ROUND;
    add!(
        text,
        "<path class=\"head\" d=\"M{} {under}V{top}Q{} {} {} {}H{}Q{} {} {} {top}V{under}Z\"/>",
        x + 1,
        x + 1,
        y + 1,
        x + ROUND,
        y + 1,
        right - ROUND,
        right - 1,
        y + 1,
        right - 1
    );
    let mut at = x + 12;
    if entity.fate != Fate::Same {
        add!(
            text,
            "<text class=\"sign\" x=\"{at}\" y=\"{}\">{}</text>",
            y + 21,
            entity.fate.sign()
        );
        at += 14;
    }
    add!(
        text,
        "<text class=\"name\" x=\"{at}\" y=\"{}\">{}</text>",
        y + 21,
        html(&cut(&entity.name, LONGEST_NAME))
    );
    let mut top = under;
    for line in &entity.rows {
        row(text, line, Rect { y: top, ..rect });
        top += ROW;
    }
    text.push_str("</g>\n");
}

fn row(text: &mut String, row: &Row, rect: Rect) {
    let Rect { x, y, width, .. } = rect;
    let base = y + 15;
    add!(text, "<g class=\"row {}\">", row.fate.word());
    let mut title = format!("{} {}", row.name, row.data_type);
    if let Some(was) = &row.was {
        title.push_str(&format!(" (was {was})"));
    }
    if row.is_nullable {
        title.push_str(", may be null");
    }
    add!(text, "<title>{}</title>", html(&title));
    add!(
        text,
        "<rect class=\"wash\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{ROW}\"/>",
        x + 1,
        width - 2
    );
    add!(
        text,
        "<line class=\"rule\" x1=\"{}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>",
        x + 1,
        rect.right() - 1
    );
    let letters = roles(row, " ");
    if row.fate != Fate::Same {
        add!(
            text,
            "<text class=\"sign\" x=\"{}\" y=\"{base}\">{}</text>",
            x + 4,
            row.fate.sign()
        );
    }
    if !letters.is_empty() {
        add!(
            text,
            "<text class=\"role\" x=\"{}\" y=\"{base}\">{letters}</text>",
            x + 13
        );
    }
    add!(
        text,
        "<text class=\"column\" x=\"{}\" y=\"{base}\">{}</text>",
        x + 50,
        html(&cut(&row.name, LONGEST_NAME))
    );
    let null = if row.is_nullable { "?" } else { "" };
    add!(
        text,
        "<text class=\"type\" x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}{null}</text></g>",
        rect.right() - 10,
        html(&cut(&row.data_type, LONGEST_TYPE))
    );
}

fn line(text: &mut String, diagram: &Diagram, link: &Link, path: &Path) {
    let (Some(first), Some(last)) = (path.corners.first(), path.corners.last()) else {
        return;
    };
    let rows = |entity: usize, rows: &[usize]| -> String {
        let names = rows
            .iter()
            .map(|row| diagram.entities[entity].rows[*row].name.as_str());
        format!(
            "{} ({})",
            diagram.entities[entity].name,
            names.collect::<Vec<_>>().join(", ")
        )
    };
    let title = format!(
        "{} → {}",
        rows(link.from, &link.from_rows),
        rows(link.to, &link.to_rows)
    );
    add!(
        text,
        "<g class=\"link {}\"><title>{}</title>",
        link.fate.word(),
        html(&title)
    );
    add!(
        text,
        "<path class=\"line\" d=\"{}\"/>",
        rounded(&path.corners)
    );
    // A line leaves to the right and arrives from the left, unless it leads back to its own table.
    let arriving = if link.from == link.to { 1 } else { -1 };
    let ((to, toward), (from, away)) = if path.is_reversed {
        ((last, arriving), (first, 1))
    } else {
        ((first, 1), (last, arriving))
    };
    referred(text, *to, toward, link);
    referring(text, *from, away, link);
    text.push_str("</g>\n");
}

/// The end at the table that is referred to: one, or none or one.
fn referred(text: &mut String, (x, y): (i32, i32), side: i32, link: &Link) {
    if link.is_optional {
        add!(
            text,
            "<circle class=\"dot\" cx=\"{}\" cy=\"{y}\" r=\"3\"/>",
            x + side * 8
        );
    } else {
        add!(
            text,
            "<path class=\"end\" d=\"M{0} {1}V{2}\"/>",
            x + side * 7,
            y - 5,
            y + 5
        );
    }
}

/// The end at the table that refers: many, or one.
fn referring(text: &mut String, (x, y): (i32, i32), side: i32, link: &Link) {
    let out = x + side * 10;
    if link.is_single {
        add!(
            text,
            "<path class=\"end\" d=\"M{0} {1}V{2}\"/>",
            x + side * 7,
            y - 5,
            y + 5
        );
    } else {
        add!(
            text,
            "<path class=\"end\" d=\"M{x} {}L{out} {y}L{x} {}\"/>",
            y - 5,
            y + 5
        );
    }
}

/// The way of a line, with round corners.
fn rounded(corners: &[(i32, i32)]) -> String {
    let mut d = String::new();
    for (place, (x, y)) in corners.iter().copied().enumerate() {
        let before = place.checked_sub(1).and_then(|it| corners.get(it));
        let (Some(before), Some(after)) = (before, corners.get(place + 1)) else {
            add!(d, "{}{x} {y}", if place == 0 { "M" } else { "L" });
            continue;
        };
        let far = |other: (i32, i32)| (other.0 - x).abs() + (other.1 - y).abs();
        let round = ROUND.min(far(*before) / 2).min(far(*after) / 2);
        let toward = |other: (i32, i32)| {
            (
                x + (other.0 - x).signum() * round,
                y + (other.1 - y).signum() * round,
            )
        };
        let (start, end) = (toward(*before), toward(*after));
        add!(d, "L{} {}Q{x} {y} {} {}", start.0, start.1, end.0, end.1);
    }
    d
}

#[cfg(test)]
mod tests {
    use super::super::sample::{hostile, shop};
    use super::*;

    #[test]
    fn names_stay_names() {
        let text = text(&hostile());
        assert!(
            !text.contains("<script") && !text.contains("</title><b>"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'));
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut names = std::collections::BTreeSet::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    names.insert(String::from_utf8_lossy(tag.name().as_ref()).into_owned());
                }
                _ => {}
            }
        }
        let names: Vec<String> = names.into_iter().collect();
        assert_eq!(names.join(" "), "g line path rect style svg text title");
    }

    #[test]
    fn a_table_that_refers_to_itself_has_a_loop() {
        let text = inline(&shop());
        assert_eq!(text.matches("class=\"link ").count(), 4);
        assert_eq!(text.matches("<circle").count(), 1);
    }
}
