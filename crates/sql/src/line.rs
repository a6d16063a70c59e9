//! Lines of a text: where they are, and texts that must be one.

use std::borrow::Cow;

/// Where the lines of a text begin, for whoever asks for many places: to count from the start each time takes
/// the square of a long text's length.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Each behind the first.
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn of(text: &str) -> Self {
        let ends = text.match_indices('\n');
        Self {
            starts: ends.map(|(end, _)| end + 1).collect(),
        }
    }

    /// The number of the line that an offset is in, counted from 1, as [`line_column`](crate::line_column) has it.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) + 1
    }
}

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
    fn lines_have_the_numbers_that_counting_gives() {
        let text = "\nä\r\n\nb";
        let lines = Lines::of(text);
        for offset in 0..=text.len() {
            let counted = crate::line_column(text, offset).0;
            assert_eq!(lines.number(offset), counted, "{offset}");
        }
    }

    #[test]
    fn no_line_ends_in_it() {
        assert_eq!(
            in_one_line("a\nDROP TABLE b;\r\n"),
            "a\\nDROP TABLE b;\\r\\n"
        );
        assert!(matches!(in_one_line("a"), Cow::Borrowed("a")));
    }
}
