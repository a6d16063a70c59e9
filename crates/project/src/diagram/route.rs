//! Which way lines take between columns, so that they do not lie on top of each other.

use super::figure::{Diagram, Link};
use super::layout::{MARGIN, Path, Rect};
use super::order::{Columns, Node, Piece};

/// The room on both sides of the lines between two columns.
const BESIDE: i32 = 26;
/// Between two lines that run up and down.
const TRACK: i32 = 11;

/// Puts the columns beside each other and leads each line through the gaps; lines from a table to itself are
/// left out.
pub(super) fn route(diagram: &Diagram, columns: &Columns, boxes: &mut [Rect]) -> Vec<Option<Path>> {
    let pieces = columns.pieces();
    let count = columns.nodes.len();
    let mut tracks: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut starts = Vec::new();
    let mut x = MARGIN;
    for at in 0..count {
        let of_gap: Vec<Piece> = pieces
            .iter()
            .filter(|it| it.column == at)
            .copied()
            .collect();
        let found = tracks_of(&of_gap, columns, boxes);
        let tables = columns.nodes[at].iter().filter_map(|node| match node {
            Node::Table(table) => Some(*table),
            Node::Passing(_) => None,
        });
        let tables: Vec<usize> = tables.collect();
        let width = tables.iter().map(|it| boxes[*it].width).max().unwrap_or(0);
        for table in tables {
            boxes[table].x = x;
        }
        x += width;
        starts.push(x + BESIDE);
        let used = found.iter().map(|(_, track)| track + 1).max().unwrap_or(0);
        x += 2 * BESIDE + TRACK * i32::try_from(used.saturating_sub(1)).unwrap_or(0);
        tracks.push(found);
    }
    let gaps = Gaps { starts, tracks };
    let mut paths = vec![None; diagram.links.len()];
    for number in 0..columns.trunks.len() {
        lead(columns, number, &gaps, boxes, &mut paths);
    }
    paths
}

/// Where lines run up and down between columns.
struct Gaps {
    starts: Vec<i32>,
    /// For each gap, the track of each trunk.
    tracks: Vec<Vec<(usize, usize)>>,
}

impl Gaps {
    fn x(&self, column: usize, trunk: usize) -> i32 {
        let mut tracks = self.tracks[column].iter();
        let track = tracks.find(|it| it.0 == trunk).map_or(0, |it| it.1);
        self.starts[column] + TRACK * i32::try_from(track).unwrap_or(0)
    }
}

/// Where a line meets a node of a column.
fn height(
    columns: &Columns,
    boxes: &[Rect],
    column: usize,
    place: usize,
    row: Option<usize>,
) -> i32 {
    match columns.nodes[column][place] {
        Node::Table(table) => boxes[table].port(row),
        Node::Passing(_) => columns.tops[column][place],
    }
}

/// Gives each trunk of a gap a track of its own wherever two would run beside each other.
fn tracks_of(pieces: &[Piece], columns: &Columns, boxes: &[Rect]) -> Vec<(usize, usize)> {
    // Trunk, where it comes from, its highest and its lowest point.
    let mut spans: Vec<(usize, i32, i32, i32)> = Vec::new();
    for piece in pieces {
        let from = height(columns, boxes, piece.column, piece.left, piece.left_row);
        let to = height(
            columns,
            boxes,
            piece.column + 1,
            piece.right,
            piece.right_row,
        );
        match spans.iter_mut().find(|span| span.0 == piece.trunk) {
            Some(span) => {
                span.2 = span.2.min(to);
                span.3 = span.3.max(to);
            }
            None => spans.push((piece.trunk, from, from.min(to), from.max(to))),
        }
    }
    // Those that lead down turn first where they come from below, those that lead up where they come from above.
    spans.sort_by_key(|(trunk, from, top, bottom)| {
        let leads_down = bottom - from > from - top;
        (leads_down, if leads_down { -from } else { *from }, *trunk)
    });
    let mut tracks: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut given = Vec::new();
    for (trunk, _, top, bottom) in spans {
        let is_free = |track: &Vec<(i32, i32)>| {
            track
                .iter()
                .all(|(above, below)| bottom + 8 < *above || *below + 8 < top)
        };
        let track = tracks.iter().position(is_free).unwrap_or_else(|| {
            tracks.push(Vec::new());
            tracks.len() - 1
        });
        tracks[track].push((top, bottom));
        given.push((trunk, track));
    }
    given
}

/// Writes down the corners of all lines of a trunk.
fn lead(columns: &Columns, number: usize, gaps: &Gaps, boxes: &[Rect], paths: &mut [Option<Path>]) {
    let trunk = &columns.trunks[number];
    let start = columns.rank(trunk.table);
    let from = boxes[trunk.table];
    for end in &trunk.ends {
        let mut y = from.port(trunk.row);
        let mut corners = vec![(from.right(), y)];
        let last = columns.rank(end.table);
        for column in start..last {
            let next = if column + 1 == last {
                boxes[end.table].port(end.row)
            } else {
                let place = columns.place(column + 1, Node::Passing(number));
                columns.tops[column + 1][place]
            };
            if next != y {
                let x = gaps.x(column, number);
                corners.extend([(x, y), (x, next)]);
                y = next;
            }
        }
        corners.push((boxes[end.table].x, y));
        paths[end.link] = Some(Path {
            corners,
            is_reversed: end.is_reversed,
        });
    }
}

/// A line from a table to itself, on its right side.
pub(super) fn self_loop(table: Rect, link: &Link) -> Path {
    let (to, from) = (link.to_rows.first(), link.from_rows.first());
    let (to, from) = (table.port(to.copied()), table.port(from.copied()));
    let out = table.right() + 20;
    Path {
        corners: vec![
            (table.right(), to),
            (out, to),
            (out, from),
            (table.right(), from),
        ],
        is_reversed: false,
    }
}
