//! Snapshots that stand next to their fixture and read the same on every machine.

use schemist_sql::Dialect;

use crate::Fixture;

/// Compares a text with the fixture's snapshot for a dialect: `fixtures/<kind>/<case>.<dialect>.snap`.
///
/// # Panics
/// Where they differ; `INSTA_UPDATE=always` writes the new one.
pub fn assert_fixture_snapshot(fixture: &Fixture, dialect: Dialect, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(
        fixture
            .folder
            .canonicalize()
            .unwrap_or_else(|_| fixture.folder.clone()),
    );
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&fixture.why);
    settings.bind(|| insta::assert_snapshot!(format!("{}.{dialect}", fixture.case), text));
}

/// Replaces times that a run took (`12 ms`, `1.5s`) by `<time>`.
pub fn blur_timings(text: &str) -> String {
    let mut blurred = String::new();
    let mut rest = text;
    let mut follows_word = false;
    while let Some(first) = rest.chars().next() {
        let length = if follows_word { None } else { timing(rest) };
        if let Some(length) = length {
            blurred.push_str("<time>");
            rest = &rest[length..];
            follows_word = true;
            continue;
        }
        blurred.push(first);
        follows_word = first.is_alphanumeric() || "_.-".contains(first);
        rest = &rest[first.len_utf8()..];
    }
    blurred
}

/// The length of the time that begins here.
fn timing(text: &str) -> Option<usize> {
    let number = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .filter(|length| *length > 0)?;
    let after = text[number..].trim_start_matches([' ', '\u{a0}']);
    let space = text[number..].len() - after.len();
    let unit = ["ms", "µs", "s"].into_iter().find(|unit| {
        after
            .strip_prefix(unit)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    text.starts_with(|c: char| c.is_ascii_digit())
        .then_some(number + space + unit.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_blurred_and_other_numbers_are_not() {
        assert_eq!(
            blur_timings("applied in 12 ms, 1.5s or 3 s."),
            "applied in <time>, <time> or <time>."
        );
        assert_eq!(
            blur_timings("3 statements, v2s, 10 some, 2026-11-20"),
            "3 statements, v2s, 10 some, 2026-11-20"
        );
    }
}
