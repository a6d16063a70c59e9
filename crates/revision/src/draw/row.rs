//! One row of a drawing: which lanes go on, and which are joined.

use std::collections::BTreeSet;

/// The characters of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Lines and dots.
    #[default]
    Unicode,
    /// Characters that every terminal has.
    Ascii,
}

/// The dot of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dot {
    /// The database stands here.
    Current,
    /// It does not.
    Other,
    /// What comes before is not shown.
    Elided,
}

impl Glyphs {
    fn dot(self, dot: Dot) -> char {
        match (self, dot) {
            (Self::Unicode, Dot::Current) => '◉',
            (Self::Unicode, Dot::Other) => '○',
            (Self::Ascii, Dot::Current) => '@',
            (Self::Ascii, Dot::Other) => 'o',
            (Self::Unicode | Self::Ascii, Dot::Elided) => '~',
        }
    }

    /// The character of a line drawing, in the characters at hand.
    fn line(self, line: char) -> char {
        match self {
            Self::Unicode => line,
            Self::Ascii => match line {
                '│' | '├' | '┤' => '|',
                '╯' | '╰' | '┴' => '\'',
                '╮' | '╭' | '┬' => '.',
                '─' => '-',
                '┼' => '+',
                other => other,
            },
        }
    }
}

/// Draws lanes that go on, with dots on some of them.
pub(super) fn dots(glyphs: Glyphs, lanes: &[bool], dots: &[(usize, Dot)]) -> String {
    let width = dots
        .iter()
        .map(|(lane, _)| lane + 1)
        .max()
        .unwrap_or(0)
        .max(lanes.len());
    let cell = |lane: usize| {
        let dot = dots
            .iter()
            .find(|(at, _)| *at == lane)
            .map(|(_, dot)| glyphs.dot(*dot));
        let line = if lanes.get(lane) == Some(&true) {
            glyphs.line('│')
        } else {
            ' '
        };
        [dot.unwrap_or(line), ' ']
    };
    (0..width).flat_map(cell).collect()
}

/// Draws a line between lanes; those are lanes above it, below it, or both.
pub(super) fn join(
    glyphs: Glyphs,
    above: &[bool],
    below: &[bool],
    ends: &BTreeSet<usize>,
) -> String {
    let (Some(first), Some(last)) = (ends.first().copied(), ends.last().copied()) else {
        return dots(glyphs, below, &[]);
    };
    let cell = |lane: usize| {
        let (up, down) = (
            above.get(lane) == Some(&true),
            below.get(lane) == Some(&true),
        );
        let is_end = ends.contains(&lane);
        let (left, right) = (is_end && lane > first, is_end && lane < last);
        let is_between = first < lane && lane < last;
        let line = match (up, down, left, right) {
            (true, true, true, true) => '┼',
            (true, true, true, false) => '┤',
            (true, true, false, true) => '├',
            // A lane that has nothing to do with the line passes in front of it.
            (true, true, false, false) => '│',
            (true, false, true, true) => '┴',
            (true, false, true, false) => '╯',
            (true, false, false, true) => '╰',
            (false, true, true, true) => '┬',
            (false, true, true, false) => '╮',
            (false, true, false, true) => '╭',
            _ if is_between => '─',
            _ => ' ',
        };
        [
            glyphs.line(line),
            if first <= lane && lane < last {
                glyphs.line('─')
            } else {
                ' '
            },
        ]
    };
    (0..above.len().max(below.len())).flat_map(cell).collect()
}
