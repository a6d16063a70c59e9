//! Texts that stand in a comment to the end of the line: a name may hold the line's end itself.

use std::borrow::Cow;

/// A text in one line. What follows a line's end in a name would not be a comment any more, but run.
pub fn in_one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r']) {
        Cow::Owned(text.replace('\n', "\\n").replace('\r', "\\r"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_ends_in_it() {
        assert_eq!(
            in_one_line("a\nDROP TABLE b;\r\n"),
            "a\\nDROP TABLE b;\\r\\n"
        );
        assert!(matches!(in_one_line("a"), Cow::Borrowed("a")));
    }
}
