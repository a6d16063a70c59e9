//! Where tables and lines stand: in columns, each table right of those that it refers to.
//!
//! Numbers are whole, so that every machine draws the same picture.

use super::figure::Diagram;
use super::label::{columns, cut};
use super::order::{Columns, Node, order};
use super::route::{route, self_loop};

/// How high the title of a table is.
pub(super) const HEAD: i32 = 32;
/// How high a column of a table is.
pub(super) const ROW: i32 = 22;
/// What is left free around everything.
pub(super) const MARGIN: i32 = 24;
/// The longest name that is written whole, in characters.
pub(super) const LONGEST_NAME: usize = 36;
/// The longest type that is written whole.
pub(super) const LONGEST_TYPE: usize = 26;

/// Between two tables of a column.
const APART: i32 = 28;
/// Between two lines that pass by tables.
const PASSING: i32 = 14;
/// The room that tables without lines fill at least.
const WIDE: i32 = 1100;

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Rect {
    pub(super) const fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) const fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The height at which a line meets a column of a table, or its title.
    pub(super) fn port(self, row: Option<usize>) -> i32 {
        match row.and_then(|row| i32::try_from(row).ok()) {
            Some(row) => self.y + HEAD + ROW * row + ROW / 2,
            None => self.y + HEAD / 2,
        }
    }
}

/// A line from a table that is referred to, to one that refers; the corners on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) corners: Vec<(i32, i32)>,
    /// Whether it begins at the table that refers.
    pub(super) is_reversed: bool,
}

/// A picture with everything in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) width: i32,
    pub(super) height: i32,
    /// One for each table.
    pub(super) boxes: Vec<Rect>,
    /// One for each link.
    pub(super) paths: Vec<Path>,
}

/// Puts everything in its place.
pub(super) fn arrange(diagram: &Diagram) -> Layout {
    let mut boxes = sizes(diagram);
    let mut columns = order(diagram);
    place_vertically(&mut columns, &mut boxes);
    let paths = route(diagram, &columns, &mut boxes);
    place_alone(diagram, &mut boxes);
    let loops = diagram
        .links
        .iter()
        .zip(paths)
        .map(|(link, path)| path.unwrap_or_else(|| self_loop(boxes[link.from], link)));
    let paths: Vec<Path> = loops.collect();
    let corners = paths.iter().flat_map(|path| &path.corners);
    let right = boxes.iter().map(|it| it.right());
    let right = right.chain(corners.map(|(x, _)| *x)).max().unwrap_or(0);
    let bottom = boxes.iter().map(|it| it.bottom()).max().unwrap_or(0);
    Layout {
        width: right + MARGIN,
        height: bottom + MARGIN,
        boxes,
        paths,
    }
}

/// How much room each table takes.
fn sizes(diagram: &Diagram) -> Vec<Rect> {
    let sizes = diagram.entities.iter().map(|entity| {
        let rows = entity.rows.iter().map(|row| {
            let name = columns(&cut(&row.name, LONGEST_NAME));
            let data_type = columns(&cut(&row.data_type, LONGEST_TYPE));
            // A character is 7.25 wide; before the name stand signs and keys.
            (name + data_type + i32::from(row.is_nullable)) * 29 / 4 + 78
        });
        let title = columns(&cut(&entity.name, LONGEST_NAME)) * 8 + 48;
        let width = rows.chain([title, 150]).max().unwrap_or(150);
        let count = i32::try_from(entity.rows.len()).unwrap_or(i32::MAX / ROW);
        Rect {
            width,
            height: HEAD + ROW * count + 6,
            ..Rect::default()
        }
    });
    sizes.collect()
}

/// How high a node is, and how far from the next one.
fn extent(node: Node, boxes: &[Rect]) -> (i32, i32) {
    match node {
        Node::Table(table) => (boxes[table].height, APART),
        Node::Passing(_) => (0, PASSING),
    }
}

/// Moves tables up and down in their columns, so that lines are straight where they can be.
fn place_vertically(columns: &mut Columns, boxes: &mut [Rect]) {
    let mut tops: Vec<Vec<i32>> = Vec::new();
    for column in &columns.nodes {
        let mut y = MARGIN;
        tops.push(
            column
                .iter()
                .map(|node| {
                    let top = y;
                    let (height, apart) = extent(*node, boxes);
                    y += height + apart;
                    top
                })
                .collect(),
        );
    }
    let count = columns.nodes.len();
    for sweep in 0..8 {
        let order: Vec<usize> = if sweep % 2 == 0 {
            (0..count).collect()
        } else {
            (0..count).rev().collect()
        };
        for at in order {
            let wanted = wishes(columns, &tops, at);
            tops[at] = settle(&columns.nodes[at], boxes, &wanted);
        }
    }
    let highest = tops.iter().flatten().min().copied().unwrap_or(MARGIN);
    for (column, tops) in columns.nodes.iter().zip(&mut tops) {
        for (node, top) in column.iter().zip(tops) {
            *top += MARGIN - highest;
            if let Node::Table(table) = node {
                boxes[*table].y = *top;
            }
        }
    }
    columns.tops = tops;
}

/// Where each node of a column would like to begin: where its lines are level, on average.
fn wishes(columns: &Columns, tops: &[Vec<i32>], at: usize) -> Vec<i32> {
    let mut wishes: Vec<(i32, i32)> = vec![(0, 0); columns.nodes[at].len()];
    let port = |column: usize, place: usize, row: Option<usize>| {
        let rect = Rect {
            y: tops[column][place],
            ..Rect::default()
        };
        match columns.nodes[column][place] {
            Node::Table(_) => rect.port(row),
            Node::Passing(_) => rect.y,
        }
    };
    for piece in columns.pieces() {
        let (left, right) = (piece.column, piece.column + 1);
        let level =
            port(left, piece.left, piece.left_row) - port(right, piece.right, piece.right_row);
        if right == at {
            wishes[piece.right].0 += level;
            wishes[piece.right].1 += 1;
        } else if left == at {
            wishes[piece.left].0 -= level;
            wishes[piece.left].1 += 1;
        }
    }
    let wish =
        |(place, (sum, count)): (usize, &(i32, i32))| tops[at][place] + sum / (*count).max(1);
    wishes.iter().enumerate().map(wish).collect()
}

/// The tops that are nearest to what is wanted, in order and without touching: blocks that meet move as one.
fn settle(nodes: &[Node], boxes: &[Rect], wanted: &[i32]) -> Vec<i32> {
    let mut offsets = Vec::new();
    let mut offset = 0;
    for node in nodes {
        offsets.push(offset);
        let (height, apart) = extent(*node, boxes);
        offset += height + apart;
    }
    // Sum and count of each block.
    let mut blocks: Vec<(i32, i32)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut block = (wanted - offset, 1);
        while let Some(last) = blocks.last() {
            if i64::from(last.0) * i64::from(block.1) < i64::from(block.0) * i64::from(last.1) {
                break;
            }
            block = (block.0 + last.0, block.1 + last.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let starts = blocks
        .iter()
        .flat_map(|(sum, count)| (0..*count).map(move |_| sum / count));
    starts
        .zip(&offsets)
        .map(|(start, offset)| start + offset)
        .collect()
}

/// Tables without lines stand in rows below all others.
fn place_alone(diagram: &Diagram, boxes: &mut [Rect]) {
    let linked = |table: usize| {
        let mut links = diagram.links.iter();
        links.any(|link| link.from != link.to && (link.from == table || link.to == table))
    };
    let (standing, alone): (Vec<usize>, Vec<usize>) = (0..boxes.len()).partition(|it| linked(*it));
    let width = standing
        .iter()
        .map(|it| boxes[*it].right())
        .max()
        .unwrap_or(0)
        .max(WIDE);
    let bottom = standing
        .iter()
        .map(|it| boxes[*it].bottom() + APART + 12)
        .max();
    let mut y = bottom.unwrap_or(MARGIN);
    let (mut x, mut highest) = (MARGIN, 0);
    for table in alone {
        let size = boxes[table];
        if x > MARGIN && x + size.width > width {
            y += highest + APART;
            (x, highest) = (MARGIN, 0);
        }
        boxes[table] = Rect { x, y, ..size };
        x += size.width + 40;
        highest = highest.max(size.height);
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::shop;
    use super::*;

    #[test]
    fn what_is_referred_to_stands_left_and_nothing_overlaps() {
        let diagram = shop();
        let layout = arrange(&diagram);
        let left = |name: &str| {
            let mut entities = diagram.entities.iter();
            let place = entities.position(|it| it.name == name).unwrap();
            layout.boxes[place].x
        };
        assert!(left("customer") < left("order") && left("order") < left("item"));
        assert!(left("product") < left("item"));
        for (place, one) in layout.boxes.iter().enumerate() {
            for other in &layout.boxes[place + 1..] {
                let is_apart = one.right() < other.x
                    || other.right() < one.x
                    || one.bottom() < other.y
                    || other.bottom() < one.y;
                assert!(is_apart, "{one:?} {other:?}");
            }
        }
        assert_eq!(layout, arrange(&diagram));
    }

    #[test]
    fn a_circle_has_its_columns_too() {
        let mut diagram = shop();
        let mut back = diagram.links[2].clone();
        (back.from, back.to) = (0, 1);
        diagram.links.push(back);
        let layout = arrange(&diagram);
        assert_eq!(layout.paths.len(), 5);
        assert!(layout.paths.iter().all(|path| path.corners.len() >= 2));
    }
}
