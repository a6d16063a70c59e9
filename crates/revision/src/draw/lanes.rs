//! Laying revisions out in lanes, each lane waiting for the revision that it leads down to.

use std::collections::BTreeSet;

use super::marks::{Mark, marks};
use super::row::{Dot, Glyphs, dots, join};
use crate::file::RevisionFile;
use crate::history::History;
use crate::id::RevisionId;

/// What a drawing shows, and how.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// The revisions to show, the oldest first, as [`History::revisions`] and [`History::between`]
    /// give them.
    pub revisions: &'a [&'a RevisionFile],
    /// Where the database stands; nowhere if nobody asked it.
    pub current: &'a BTreeSet<RevisionId>,
    /// The characters.
    pub glyphs: Glyphs,
}

/// Draws revisions, the newest first; `text` writes what stands beside each, in as many lines as it
/// likes.
pub fn draw(
    history: &History,
    drawing: Drawing<'_>,
    text: impl Fn(&RevisionFile, &[Mark]) -> String,
) -> String {
    let shown = drawing.revisions.iter().map(|file| file.id()).collect();
    let mut canvas = Canvas {
        glyphs: drawing.glyphs,
        shown,
        lanes: Vec::new(),
        output: String::new(),
    };
    for file in drawing.revisions.iter().rev() {
        let marks = marks(history, file, drawing.current);
        let dot = if drawing.current.contains(file.id()) {
            Dot::Current
        } else {
            Dot::Other
        };
        canvas.revision(file, dot, &text(file, &marks));
    }
    canvas.output
}

/// What a lane leads down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane<'a> {
    /// Nothing: the lane is free.
    Free,
    /// A revision that is still to come.
    To(&'a RevisionId),
    /// A revision that is not shown.
    Elided,
}

struct Canvas<'a> {
    glyphs: Glyphs,
    shown: BTreeSet<&'a RevisionId>,
    lanes: Vec<Lane<'a>>,
    output: String,
}

impl<'a> Canvas<'a> {
    fn revision(&mut self, file: &'a RevisionFile, dot: Dot, text: &str) {
        let lane = self.arrive(file.id());
        let mut rows = vec![dots(self.glyphs, &self.taken(), &[(lane, dot)])];
        rows.extend(self.leave(file, lane));
        rows.extend(self.end_elided());
        let width = rows
            .iter()
            .map(|row| row.chars().count())
            .max()
            .unwrap_or(0);
        let mut lines = text.lines();
        for row in rows {
            self.line(&row, width, lines.next());
        }
        for line in lines {
            let row = dots(self.glyphs, &self.taken(), &[]);
            self.line(&row, width, Some(line));
        }
        self.trim();
    }

    /// Gives up the free lanes on the right.
    fn trim(&mut self) {
        while self.lanes.last() == Some(&Lane::Free) {
            self.lanes.pop();
        }
    }

    fn line(&mut self, row: &str, width: usize, text: Option<&str>) {
        let line = format!("{row:width$} {}", text.unwrap_or_default());
        self.output.push_str(line.trim_end());
        self.output.push('\n');
    }

    fn taken(&self) -> Vec<bool> {
        self.lanes.iter().map(|lane| *lane != Lane::Free).collect()
    }

    /// Brings together all lanes that lead to a revision, or takes one if none does.
    fn arrive(&mut self, id: &RevisionId) -> usize {
        let leads_here = |(_, lane): &(usize, &Lane<'a>)| **lane == Lane::To(id);
        let here: BTreeSet<usize> = self
            .lanes
            .iter()
            .enumerate()
            .filter(leads_here)
            .map(|(i, _)| i)
            .collect();
        let Some(first) = here.first().copied() else {
            return self.free_lane();
        };
        let above = self.taken();
        for lane in here.iter().skip(1) {
            self.lanes[*lane] = Lane::Free;
        }
        if here.len() > 1 {
            let row = join(self.glyphs, &above, &self.taken(), &here);
            self.line(&row, 0, None);
            self.trim();
        }
        first
    }

    fn free_lane(&mut self) -> usize {
        let free = self.lanes.iter().position(|lane| *lane == Lane::Free);
        free.unwrap_or_else(|| {
            self.lanes.push(Lane::Free);
            self.lanes.len() - 1
        })
    }

    /// Sends lanes to the parents of a revision; draws how they part where there are several.
    fn leave(&mut self, file: &'a RevisionFile, lane: usize) -> Option<String> {
        self.lanes[lane] = Lane::To(file.id());
        let above = self.taken();
        let mut ends = BTreeSet::from([lane]);
        let mut parents = file.header().parents.iter();
        let first = parents
            .next()
            .map_or(Lane::Free, |parent| self.toward(parent));
        for parent in parents {
            let toward = self.toward(parent);
            let known = self
                .lanes
                .iter()
                .position(|it| *it == toward && toward != Lane::Elided);
            let end = known.unwrap_or_else(|| self.free_lane());
            self.lanes[end] = toward;
            ends.insert(end);
        }
        self.lanes[lane] = first;
        (ends.len() > 1).then(|| join(self.glyphs, &above, &self.taken(), &ends))
    }

    fn toward(&self, parent: &'a RevisionId) -> Lane<'a> {
        if self.shown.contains(parent) {
            Lane::To(parent)
        } else {
            Lane::Elided
        }
    }

    /// Ends the lanes that lead to revisions which are not shown.
    fn end_elided(&mut self) -> Option<String> {
        let elided: Vec<(usize, Dot)> = (0..self.lanes.len())
            .filter(|lane| self.lanes[*lane] == Lane::Elided)
            .map(|lane| (lane, Dot::Elided))
            .collect();
        if elided.is_empty() {
            return None;
        }
        for (lane, _) in &elided {
            self.lanes[*lane] = Lane::Free;
        }
        Some(dots(self.glyphs, &self.taken(), &elided))
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::draw::summary;
    use crate::sample::{history, id, ids, names};

    fn drawn(lines: &str, current: &str, glyphs: Glyphs) -> String {
        let history = history(lines);
        let revisions: Vec<&RevisionFile> = history.revisions().iter().collect();
        let drawing = Drawing {
            revisions: &revisions,
            current: &ids(current),
            glyphs,
        };
        draw(&history, drawing, summary)
    }

    #[test]
    fn a_line() {
        let line =
            "ae10: \"create users\nb702: ae10 \"create orders\nc3d4: b702 \"add orders.total";
        assert_snapshot!(drawn(line, "b702", Glyphs::Unicode), @"
        ○  c3d4 2026-01-03 add orders.total (head)
        ◉  b702 2026-01-02 create orders (current)
        ○  ae10 2026-01-01 create users (base)
        ");
        assert_snapshot!(drawn(line, "b702", Glyphs::Ascii), @"
        o  c3d4 2026-01-03 add orders.total (head)
        @  b702 2026-01-02 create orders (current)
        o  ae10 2026-01-01 create users (base)
        ");
        assert_snapshot!(drawn("", "", Glyphs::Unicode), @"");
    }

    #[test]
    fn a_branch() {
        let branch = "a:\nb: a\nc: b @billing\nd: b @shop\ne: c\nf: d >c";
        assert_snapshot!(drawn(branch, "c d", Glyphs::Unicode), @"
        ○  f 2026-01-06 (head) (depends on c)
        │ ○  e 2026-01-05 (head)
        ◉ │  d 2026-01-04 (current) (label shop)
        │ ◉  c 2026-01-03 (current) (label billing)
        ├─╯
        ○  b 2026-01-02 (branch point)
        ○  a 2026-01-01 (base)
        ");
    }

    #[test]
    fn a_merge() {
        let merge = "a:\nb: a\nc: a\nd: b\ne: d c \"both\nf: e";
        assert_snapshot!(drawn(merge, "f", Glyphs::Unicode), @"
        ◉  f 2026-01-06 (head) (current)
        ○    e 2026-01-05 both (merge)
        ├─╮
        ○ │  d 2026-01-04
        │ ○  c 2026-01-03
        ○ │  b 2026-01-02
        ├─╯
        ○  a 2026-01-01 (base) (branch point)
        ");
        assert_snapshot!(drawn(merge, "f", Glyphs::Ascii), @"
        @  f 2026-01-06 (head) (current)
        o    e 2026-01-05 both (merge)
        |-.
        o |  d 2026-01-04
        | o  c 2026-01-03
        o |  b 2026-01-02
        |-'
        o  a 2026-01-01 (base) (branch point)
        ");
    }

    #[test]
    fn a_merge_of_three() {
        assert_snapshot!(drawn("a:\nb: a\nc: a\nd: a\ne: b c d", "", Glyphs::Unicode), @"
        ○      e 2026-01-05 (head) (merge)
        ├─┬─╮
        │ │ ○  d 2026-01-04
        │ ○ │  c 2026-01-03
        ○ │ │  b 2026-01-02
        ├─┴─╯
        ○  a 2026-01-01 (base) (branch point)
        ");
    }

    #[test]
    fn a_criss_cross() {
        assert_snapshot!(drawn("a:\nb: a\nc: a\nd: b c\ne: c b", "", Glyphs::Unicode), @"
        ○    e 2026-01-05 (head) (merge)
        ├─╮
        │ │ ○  d 2026-01-04 (head) (merge)
        ├─│─┤
        ○ │ │  c 2026-01-03 (branch point)
        │ ├─╯
        │ ○  b 2026-01-02 (branch point)
        ├─╯
        ○  a 2026-01-01 (base) (branch point)
        ");
        assert_snapshot!(drawn("a:\nb: a\nc: a\nd: b c\ne: c b\nf: d e", "", Glyphs::Ascii), @"
        o    f 2026-01-06 (head) (merge)
        |-.
        | o    e 2026-01-05 (merge)
        | |-.
        o | |  d 2026-01-04 (merge)
        |-| |
        | o |  c 2026-01-03 (branch point)
        |-|-'
        o |  b 2026-01-02 (branch point)
        |-'
        o  a 2026-01-01 (base) (branch point)
        ");
    }

    #[test]
    fn branches_that_pass_each_other() {
        assert_snapshot!(drawn("a:\nb: a\nc: a\nd: a\ne: b\nf: b\ng: c\nh: e d\ni: f g h", "", Glyphs::Unicode), @"
        ○      i 2026-01-09 (head) (merge)
        ├─┬─╮
        │ │ ○    h 2026-01-08 (merge)
        │ │ ├─╮
        │ ○ │ │  g 2026-01-07
        ○ │ │ │  f 2026-01-06
        │ │ ○ │  e 2026-01-05
        │ │ │ ○  d 2026-01-04
        │ ○ │ │  c 2026-01-03
        ├─│─╯ │
        ○ │   │  b 2026-01-02 (branch point)
        ├─┴───╯
        ○  a 2026-01-01 (base) (branch point)
        ");
    }

    #[test]
    fn several_lines_beside_each_revision_and_a_part_of_the_history() {
        let history = history("a:\nb: a \"left\nc: a \"right\nd: b c\ne: d\nf: c");
        let revisions = history.between(&crate::Range {
            from: crate::Point::Revision(id("c")),
            to: vec![id("e"), id("f")],
        });
        let revisions = revisions.unwrap();
        assert_eq!(names(revisions.iter().copied()), "c d e f");
        let drawing = Drawing {
            revisions: &revisions,
            current: &BTreeSet::new(),
            glyphs: Glyphs::Unicode,
        };
        let text = |file: &RevisionFile, marks: &[Mark]| {
            format!(
                "{}\n{}\n\nlast line of {}",
                summary(file, marks),
                file.path(),
                file.id()
            )
        };
        assert_snapshot!(draw(&history, drawing, text), @"
        ○  f 2026-01-06 (head)
        │  m/5_f.sql
        │
        │  last line of f
        │ ○  e 2026-01-05 (head)
        │ │  m/4_e.sql
        │ │
        │ │  last line of e
        │ ○  d 2026-01-04 (merge)
        ├─┤  m/3_d.sql
        │ ~
        │    last line of d
        ○  c 2026-01-03 right (branch point)
        ~  m/2_c.sql

           last line of c
        ");
    }
}
