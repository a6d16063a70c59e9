//! The lanes beside each revision, as a small picture for each row of a list.

use std::fmt::Write;

use schemist_revision::{Mark, RevisionId, Station, Strand, Timestamp, marks, stations};

use super::Graph;

/// How far lanes are apart.
const LANE: usize = 18;
/// How far the dot is from the top of its row.
const DOT: usize = 24;
/// How far below the dot lines have turned into their lanes.
const TURN: usize = 22;

/// A revision with the picture of its lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its id.
    pub id: RevisionId,
    /// What its author said.
    pub message: String,
    /// The day on which it was written.
    pub day: Option<String>,
    /// What is special about it.
    pub marks: Vec<Mark>,
    /// A picture as high as the row that it stands in.
    pub lanes: String,
    /// How many lanes there are in all.
    pub width: usize,
}

/// The revisions, the newest first.
pub(crate) fn cells(graph: Graph<'_>) -> Vec<Cell> {
    let stations = stations(graph.revisions);
    let most = stations.iter().flat_map(|it| {
        let strands = it.above.iter().chain(&it.below).copied().map(lane);
        strands.chain([it.lane])
    });
    let width = most.max().unwrap_or(0) + 1;
    let cells = stations.into_iter().map(|station| {
        let marks = marks(graph.history, station.file, graph.current);
        let header = station.file.header();
        Cell {
            id: station.file.id().clone(),
            message: header.message.as_str().to_owned(),
            day: header.created.map(Timestamp::date),
            lanes: picture(&station, &marks, width * LANE + 4),
            width,
            marks,
        }
    });
    cells.collect()
}

const fn lane(strand: Strand) -> usize {
    match strand {
        Strand::Passing(lane) | Strand::Meeting(lane) | Strand::Elided(lane) => lane,
    }
}

const fn x(lane: usize) -> usize {
    lane * LANE + LANE / 2 + 2
}

fn picture(station: &Station<'_>, marks: &[Mark], width: usize) -> String {
    let mut text = format!("<svg class=\"lanes\" width=\"{width}\" aria-hidden=\"true\">");
    let own = x(station.lane);
    let mut add = |words: String| text.push_str(&words);
    for strand in &station.above {
        let at = x(lane(*strand));
        add(match strand {
            Strand::Passing(_) | Strand::Elided(_) => String::new(),
            Strand::Meeting(_) if at == own => {
                format!("<line x1=\"{at}\" y1=\"0\" x2=\"{at}\" y2=\"{DOT}\"/>")
            }
            Strand::Meeting(_) => format!("<path d=\"M{at} 0C{at} {DOT} {own} 4 {own} {DOT}\"/>"),
        });
    }
    for strand in &station.below {
        let at = x(lane(*strand));
        let end = DOT + TURN;
        let turn = |end: usize| {
            if at == own {
                format!("<line x1=\"{at}\" y1=\"{DOT}\" x2=\"{at}\" y2=\"{end}\"/>")
            } else {
                format!("<path d=\"M{own} {DOT}C{own} {end} {at} {DOT} {at} {end}\"/>")
            }
        };
        add(match strand {
            Strand::Passing(_) => format!("<line x1=\"{at}\" y1=\"0\" x2=\"{at}\" y2=\"100%\"/>"),
            Strand::Meeting(_) => format!(
                "{}<line x1=\"{at}\" y1=\"{end}\" x2=\"{at}\" y2=\"100%\"/>",
                turn(end)
            ),
            Strand::Elided(_) => format!("<g class=\"elided\">{}</g>", turn(end)),
        });
    }
    let class = if marks.contains(&Mark::Current) {
        "current"
    } else if marks.contains(&Mark::Head) {
        "head"
    } else {
        "other"
    };
    // A String takes everything.
    let _written = write!(
        text,
        "<circle class=\"{class}\" cx=\"{own}\" cy=\"{DOT}\" r=\"5.5\"/></svg>"
    );
    text
}
