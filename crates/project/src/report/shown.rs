//! Text of strangers, made harmless: names, comments and the words of servers may hold anything.

/// Shows control characters, and those that turn the direction of a line, as what they are; line breaks
/// and tabs stay.
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => safe.push(c),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                safe.extend(c.escape_unicode());
            }
            c if c.is_control() => safe.extend(c.escape_default()),
            c => safe.push(c),
        }
    }
    safe
}

/// The same in one line.
pub(crate) fn shown_line(text: &str) -> String {
    shown(text).replace('\n', "\\n").replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_the_line_is_seen() {
        insta::assert_snapshot!(shown("a\x1b[31mb\rc\u{202e}d\u{9b}e"), @r"a\u{1b}[31mb\rc\u{202e}d\u{9b}e");
        assert_eq!(shown("größer\n\tok"), "größer\n\tok");
        assert_eq!(shown_line("a\nb"), "a\\nb");
    }
}
