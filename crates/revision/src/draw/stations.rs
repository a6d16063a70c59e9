//! Where the lanes of a drawing run beside each revision, for those who draw them with lines of their own.

use crate::file::RevisionFile;
use crate::id::RevisionId;

/// A lane beside a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strand {
    /// It passes by.
    Passing(usize),
    /// It begins or ends at the revision.
    Meeting(usize),
    /// It leads to a revision that is not shown.
    Elided(usize),
}

/// A revision in a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station<'a> {
    /// The revision.
    pub file: &'a RevisionFile,
    /// The lane that it stands in.
    pub lane: usize,
    /// The lanes that come from newer revisions.
    pub above: Vec<Strand>,
    /// The lanes that lead on to older ones.
    pub below: Vec<Strand>,
}

/// Puts revisions into lanes, the newest first; they come oldest first, as for [`super::draw`].
pub fn stations<'a>(revisions: &[&'a RevisionFile]) -> Vec<Station<'a>> {
    let mut lanes: Vec<Option<&RevisionId>> = Vec::new();
    let mut stations = Vec::new();
    for file in revisions.iter().rev() {
        let mut above = Vec::new();
        let mut own = None;
        for (lane, to) in lanes.iter_mut().enumerate() {
            match *to {
                Some(to) if to != file.id() => above.push(Strand::Passing(lane)),
                Some(_) => {
                    above.push(Strand::Meeting(lane));
                    own = own.or(Some(lane));
                    *to = None;
                }
                None => {}
            }
        }
        let lane = own.unwrap_or_else(|| free(&mut lanes));
        let passing = lanes.iter().enumerate().filter(|(_, to)| to.is_some());
        let mut below: Vec<Strand> = passing.map(|(lane, _)| Strand::Passing(lane)).collect();
        // The first parent goes on in the same lane, where no other leads there.
        let mut next = Some(lane);
        for parent in &file.header().parents {
            if !revisions.iter().any(|it| it.id() == parent) {
                let lane = next.take().unwrap_or_else(|| free(&mut lanes));
                below.push(Strand::Elided(lane));
                continue;
            }
            let known = lanes.iter().position(|to| *to == Some(parent));
            let lane = match (next.take(), known) {
                (Some(own), _) => own,
                (None, Some(known)) => known,
                (None, None) => free(&mut lanes),
            };
            take(&mut lanes, lane, parent);
            below.push(Strand::Meeting(lane));
        }
        below.sort_unstable();
        stations.push(Station {
            file,
            lane,
            above,
            below,
        });
    }
    stations
}

fn free(lanes: &mut Vec<Option<&RevisionId>>) -> usize {
    let free = lanes.iter().position(Option::is_none);
    free.unwrap_or_else(|| {
        lanes.push(None);
        lanes.len() - 1
    })
}

fn take<'a>(lanes: &mut Vec<Option<&'a RevisionId>>, lane: usize, to: &'a RevisionId) {
    while lanes.len() <= lane {
        lanes.push(None);
    }
    lanes[lane] = Some(to);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::history;

    fn shown(lines: &str) -> String {
        let history = history(lines);
        let revisions: Vec<&RevisionFile> = history.revisions().iter().collect();
        let lines = stations(&revisions).into_iter().map(|station| {
            format!(
                "{} {} above {:?} below {:?}",
                station.file.id(),
                station.lane,
                station.above,
                station.below
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_merge_and_its_branches() {
        insta::assert_snapshot!(shown("a:\nb: a\nc: a\nd: b c"), @"
        d 0 above [] below [Meeting(0), Meeting(1)]
        c 1 above [Passing(0), Meeting(1)] below [Passing(0), Meeting(1)]
        b 0 above [Meeting(0), Passing(1)] below [Passing(1), Meeting(0)]
        a 0 above [Meeting(0), Meeting(1)] below []
        ");
    }

    #[test]
    fn two_heads_on_one_line() {
        insta::assert_snapshot!(shown("a:\nb: a\nc: b\nd: b"), @"
        d 0 above [] below [Meeting(0)]
        c 1 above [Passing(0)] below [Passing(0), Meeting(1)]
        b 0 above [Meeting(0), Meeting(1)] below [Meeting(0)]
        a 0 above [Meeting(0)] below []
        ");
    }
}
