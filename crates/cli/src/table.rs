//! Tables that fit the terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// Writes rows under headings, in columns as wide as they need; on a terminal that is too narrow, long
/// cells go on below.
pub fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !headings.is_empty() {
        table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    }
    table.add_rows(rows);
    let mut columns = 0;
    for column in table.column_iter_mut() {
        // The first cell begins where the line does, and two blanks part it from the next.
        column.set_padding((0, 2));
        columns += 1;
    }
    if columns == 0 {
        return String::new();
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// How many columns the terminal has; a usual number where there is none.
pub fn width() -> usize {
    Table::new().width().map_or(120, usize::from)
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
}
