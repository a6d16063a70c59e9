//! Tables that fit the terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

/// Writes rows under headings, in columns as wide as they need; on a terminal that is too narrow, long
/// cells go on below.
pub fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    within(terminal().map(|(columns, _)| columns), headings, rows)
}

fn within(
    columns: Option<u16>,
    headings: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut rows: Vec<Vec<String>> = rows.into_iter().collect();
    let mut headings: Vec<String> = headings.iter().map(|it| it.to_uppercase()).collect();
    let indent = indent(&mut headings, &mut rows);
    let room = columns.map(|columns| columns.saturating_sub(if indent.is_empty() { 0 } else { 2 }));
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(room) = room {
        // Two blanks that end a line are cut off.
        table.set_width(room + 2);
    }
    if !headings.is_empty() {
        table.set_header(&headings);
    }
    let first = rows
        .iter()
        .filter_map(|row| row.first())
        .chain(headings.first());
    let first = first.map(|cell| cell.width()).max().unwrap_or(0) + 2;
    table.add_rows(rows);
    let mut count = 0;
    for column in table.column_iter_mut() {
        // The first cell begins where the line does, and two blanks part it from the next.
        column.set_padding((0, 2));
        // What a row is about stays in one piece, unless it would take most of the room.
        if count == 0 && room.is_some_and(|room| first * 2 <= usize::from(room)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        count += 1;
    }
    if count == 0 {
        return String::new();
    }
    let lines = table
        .lines()
        .map(|line| format!("{indent}{}", line.trim_end()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Takes away the blanks that every row begins with, so that what goes on below has them as well.
fn indent(headings: &mut [String], rows: &mut [Vec<String>]) -> &'static str {
    const INDENT: &str = "  ";
    let is_indented = |cell: &&mut String| cell.starts_with(INDENT);
    let mut cells: Vec<&mut String> = headings.iter_mut().take(1).collect();
    cells.extend(rows.iter_mut().filter_map(|row| row.first_mut()));
    if cells.is_empty() || !cells.iter().all(is_indented) {
        return "";
    }
    for cell in cells {
        cell.drain(..INDENT.len());
    }
    INDENT
}

/// How many columns and lines the terminal has, where results go to one.
pub fn terminal() -> Option<(u16, u16)> {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    size.map(|(columns, lines)| (columns.0, lines.0))
}

/// How many columns the terminal has; a usual number where there is none.
pub fn width() -> usize {
    terminal().map_or(120, |(columns, _)| usize::from(columns))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let text = table(
            &["name", "state", ""],
            [
                row(["main", "up-to-date", "a"]),
                row(["größer", "behind", ""]),
            ],
        );
        assert_snapshot!(text, @"
        NAME    STATE
        main    up-to-date  a
        größer  behind
        ");
        assert_eq!(table(&[], []), "");
    }

    #[test]
    fn what_goes_on_below_is_indented_as_well() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["  0123456789ab", "a message that is longer than its column"]),
            row(["  short", "a"]),
        ];
        assert_snapshot!(within(Some(34), &["  revision", "message"], rows), @"
        REVISION      MESSAGE
        0123456789ab  a message that is
                      longer than its
                      column
        short         a
        ");
    }

    #[test]
    fn a_narrow_terminal_is_not_left_on_the_right() {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let text = within(
            Some(40),
            &["column", "type", "null", "notes"],
            [
                row([
                    "題名",
                    "character varying(200)",
                    "no",
                    "本の題名、改行なしで二百字まで",
                ]),
                row(["cafe\u{301}", "text", "yes", "👩‍👩‍👧 and 👍🏽, then a\u{200b}b"]),
                row(["a_name_that_is_longer_than_all_others_here", "x", "no", ""]),
            ],
        );
        assert_snapshot!(text.replace('\u{200b}', "<zero>"), @"
        COLUMN      TYPE        NULL  NOTES
        題名        character   no    本の題名、
                    varying(20        改行なしで
                    0)                二百字まで
        café        text        yes   👩‍👩‍👧 and 👍🏽,
                                      then a<zero>b
        a_name_tha  x           no
        t_is_longe
        r_than_all
        _others_he
        re
        ");
        for line in text.lines() {
            assert!(line.width() <= 40, "{line}");
        }
    }
}
