//! Two texts side by side, with what is not the same marked between them.

use schemist_catalog::Pair;
use similar::{DiffOp, TextDiff};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many equal lines are shown around what differs.
const AROUND: usize = 2;

/// The narrowest column that is worth reading.
const NARROWEST: usize = 14;

/// Writes two texts beside each other, in at most so many columns of the terminal.
///
/// `<` marks what is only on the left, `>` what is only on the right, `|` what is another line there.
/// Each row comes with its mark.
pub(super) fn beside(titles: Pair<&str>, texts: Pair<&str>, width: usize) -> Vec<(char, String)> {
    let before: Vec<&str> = texts.before.lines().map(str::trim_end).collect();
    let after: Vec<&str> = texts.after.lines().map(str::trim_end).collect();
    let diff = TextDiff::from_slices(&before, &after);
    let mut rows = vec![(titles.before, ' ', titles.after)];
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            rows.push(("…", ' ', "…"));
        }
        for op in group {
            rows.extend(lines_of(*op, Pair::new(&before, &after)));
        }
    }
    let longest = rows.iter().map(|row| row.0.width()).max();
    let room = (width.saturating_sub(3) / 2).max(NARROWEST);
    let left = longest.unwrap_or(0).min(room);
    let mut lines = Vec::new();
    for (before, mark, after) in rows {
        let (before, after) = (folded(before, left), folded(after, room));
        for i in 0..before.len().max(after.len()) {
            let side = |cells: &[String]| cells.get(i).cloned().unwrap_or_default();
            let (before, after) = (side(&before), side(&after));
            let blanks = " ".repeat(left.saturating_sub(before.width()));
            let line = format!("{before}{blanks} {mark} {after}");
            lines.push((mark, line.trim_end().to_owned()));
        }
    }
    lines
}

fn lines_of<'t>(op: DiffOp, texts: Pair<&[&'t str]>) -> Vec<(&'t str, char, &'t str)> {
    let (before, after) = (&texts.before[op.old_range()], &texts.after[op.new_range()]);
    let mark = match op {
        DiffOp::Equal { .. } => ' ',
        DiffOp::Delete { .. } => '<',
        DiffOp::Insert { .. } => '>',
        DiffOp::Replace { .. } => '|',
    };
    let line = |i: usize| match (before.get(i), after.get(i)) {
        (Some(before), Some(after)) => (*before, mark, *after),
        (Some(before), None) => (*before, '<', ""),
        (None, after) => ("", '>', after.copied().unwrap_or_default()),
    };
    (0..before.len().max(after.len())).map(line).collect()
}

/// Cuts a line into stretches that fit; a letter of an Asian script takes two columns, an accent none.
fn folded(line: &str, width: usize) -> Vec<String> {
    let mut stretches = vec![String::new()];
    let mut taken = 0;
    for c in line.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide > width && taken > 0 {
            stretches.push(String::new());
            taken = 0;
        }
        if let Some(stretch) = stretches.last_mut() {
            stretch.push(c);
        }
        taken += wide;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: Vec<(char, String)>) -> String {
        let rows: Vec<String> = lines.into_iter().map(|(_, row)| row).collect();
        rows.join("\n")
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let texts = Pair::new("本の題名は長い\nx", "cafe\u{301}\nx\ny");
        let lines = beside(Pair::new("a", "b"), texts, 40);
        insta::assert_snapshot!(rows(lines), @"
        a                b
        本の題名は長い | café
        x                x
                       > y
        ");
    }

    #[test]
    fn lines_stand_beside_each_other() {
        let texts = Pair::new(
            "SELECT id,\n  title,\n  gone\nFROM book\nWHERE id > 1",
            "SELECT id,\n  title\nFROM book\nWHERE id > 1\nLIMIT 3",
        );
        let lines = beside(Pair::new("the database", "the models"), texts, 80);
        insta::assert_snapshot!(rows(lines), @r#"
        the database   the models
        SELECT id,     SELECT id,
          title,     |   title
          gone       <
        FROM book      FROM book
        WHERE id > 1   WHERE id > 1
                     > LIMIT 3
        "#);
    }

    #[test]
    fn long_lines_go_on_below() {
        let long = "a".repeat(40);
        let lines = beside(Pair::new("x", "y"), Pair::new(&long, "b"), 50);
        insta::assert_snapshot!(rows(lines), @"
        x                         y
        aaaaaaaaaaaaaaaaaaaaaaa | b
        aaaaaaaaaaaaaaaaa       |
        ");
    }
}
