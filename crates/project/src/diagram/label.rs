//! What is written of a column, and how much room words take.

use std::borrow::Cow;

use super::figure::Row;

/// Cuts a text that is longer than so many characters.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().count() <= most {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    Cow::Owned(format!("{kept}…"))
}

/// How many columns of a fixed-width font a text takes.
pub(super) fn columns(text: &str) -> i32 {
    let width = |c: char| match u32::from(c) {
        // What East Asian scripts and pictures take is twice as wide.
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff => 2,
        _ => 1,
    };
    text.chars().map(width).sum()
}

/// The letters for what a column is to the keys: `PK FK`.
pub(super) fn roles(row: &Row, between: &str) -> String {
    let letters: Vec<&str> = row.roles.iter().map(|role| role.letters()).collect();
    letters.join(between)
}
