//! Which column a table stands in, and in which order, so that few lines cross.

use std::collections::{BTreeMap, BTreeSet};

use super::figure::Diagram;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A table.
    Table(usize),
    /// The lines of a trunk that pass by.
    Passing(usize),
}

/// All lines that leave a table on the right at the same height: they share their way as far as they can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trunk {
    pub(super) table: usize,
    pub(super) row: Option<usize>,
    /// The tables on the right, each with the column where the line arrives, and whether it is the one that is
    /// referred to.
    pub(super) ends: Vec<End>,
}

/// The right end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) table: usize,
    pub(super) row: Option<usize>,
    pub(super) link: usize,
    pub(super) is_reversed: bool,
}

/// Tables and passing lines in columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// From the left, each from the top.
    pub(super) nodes: Vec<Vec<Node>>,
    /// Where each node begins; known once it was placed.
    pub(super) tops: Vec<Vec<i32>>,
    pub(super) trunks: Vec<Trunk>,
    ranks: BTreeMap<usize, usize>,
}

/// A line between two columns that stand beside each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) trunk: usize,
    pub(super) column: usize,
    /// The places in both columns.
    pub(super) left: usize,
    pub(super) left_row: Option<usize>,
    pub(super) right: usize,
    pub(super) right_row: Option<usize>,
}

impl Columns {
    /// The column of a table that has lines.
    pub(super) fn rank(&self, table: usize) -> usize {
        self.ranks.get(&table).copied().unwrap_or(0)
    }

    pub(super) fn place(&self, column: usize, node: Node) -> usize {
        let found = self.nodes[column].iter().position(|it| *it == node);
        found.unwrap_or(0)
    }

    /// The last column that a trunk passes.
    pub(super) fn reach(&self, trunk: &Trunk) -> usize {
        let ends = trunk.ends.iter().map(|end| self.rank(end.table));
        ends.max().unwrap_or(0)
    }

    /// Every line, cut where it passes a column.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (number, trunk) in self.trunks.iter().enumerate() {
            let start = self.rank(trunk.table);
            let reach = self.reach(trunk);
            for column in start..reach {
                let node = if column == start {
                    Node::Table(trunk.table)
                } else {
                    Node::Passing(number)
                };
                let left = self.place(column, node);
                let left_row = trunk.row.filter(|_| column == start);
                let mut piece = |node: Node, right_row| {
                    pieces.push(Piece {
                        trunk: number,
                        column,
                        left,
                        left_row,
                        right: self.place(column + 1, node),
                        right_row,
                    });
                };
                for end in &trunk.ends {
                    if self.rank(end.table) == column + 1 {
                        piece(Node::Table(end.table), end.row);
                    }
                }
                if reach > column + 1 {
                    piece(Node::Passing(number), None);
                }
            }
        }
        pieces
    }
}

/// Puts tables that have lines into columns.
pub(super) fn order(diagram: &Diagram) -> Columns {
    let edges = without_circles(diagram);
    let ranks = ranks(&edges);
    let mut columns = Columns {
        trunks: trunks(diagram, &ranks),
        ranks,
        ..Columns::default()
    };
    let count = columns.ranks.values().max().map_or(0, |most| most + 1);
    columns.nodes = vec![Vec::new(); count];
    for (table, rank) in &columns.ranks {
        columns.nodes[*rank].push(Node::Table(*table));
    }
    for (number, trunk) in columns.trunks.iter().enumerate() {
        for column in columns.rank(trunk.table) + 1..columns.reach(trunk) {
            columns.nodes[column].push(Node::Passing(number));
        }
    }
    uncross(&mut columns);
    columns
}

/// Pairs of tables, the one on the left first: those that are referred to, unless that leads in a circle.
fn without_circles(diagram: &Diagram) -> BTreeSet<(usize, usize)> {
    let links = diagram.links.iter().filter(|link| link.from != link.to);
    let all: BTreeSet<(usize, usize)> = links.map(|link| (link.to, link.from)).collect();
    let mut kept = BTreeSet::new();
    let mut done = BTreeSet::new();
    let starts: BTreeSet<usize> = all.iter().map(|(left, _)| *left).collect();
    // Whoever refers to nothing comes first.
    let (roots, others): (Vec<usize>, Vec<usize>) = starts
        .into_iter()
        .partition(|it| all.iter().all(|(_, right)| right != it));
    for start in roots.into_iter().chain(others) {
        let mut way = Vec::new();
        walk(start, &all, &mut way, &mut done, &mut kept);
    }
    kept
}

fn walk(
    at: usize,
    all: &BTreeSet<(usize, usize)>,
    way: &mut Vec<usize>,
    done: &mut BTreeSet<usize>,
    kept: &mut BTreeSet<(usize, usize)>,
) {
    if !done.insert(at) {
        return;
    }
    way.push(at);
    let next: Vec<usize> = all
        .range((at, 0)..=(at, usize::MAX))
        .map(|(_, right)| *right)
        .collect();
    for right in next {
        if way.contains(&right) {
            kept.insert((right, at));
        } else {
            kept.insert((at, right));
            walk(right, all, way, done, kept);
        }
    }
    way.pop();
}

/// The column of each table: as far left as what it refers to allows, and those without any beside the first
/// that needs them.
fn ranks(edges: &BTreeSet<(usize, usize)>) -> BTreeMap<usize, usize> {
    let mut ranks: BTreeMap<usize, usize> = BTreeMap::new();
    for (left, right) in edges {
        ranks.insert(*left, 0);
        ranks.insert(*right, 0);
    }
    for _ in 0..ranks.len() {
        let mut is_still = true;
        for (left, right) in edges {
            let least = ranks[left] + 1;
            if ranks[right] < least {
                ranks.insert(*right, least);
                is_still = false;
            }
        }
        if is_still {
            break;
        }
    }
    let firsts: Vec<usize> = ranks
        .iter()
        .filter(|(_, rank)| **rank == 0)
        .map(|(it, _)| *it)
        .collect();
    for first in firsts {
        let rights = edges.range((first, 0)..=(first, usize::MAX));
        if let Some(nearest) = rights.map(|(_, right)| ranks[right]).min() {
            ranks.insert(first, nearest.saturating_sub(1));
        }
    }
    ranks
}

fn trunks(diagram: &Diagram, ranks: &BTreeMap<usize, usize>) -> Vec<Trunk> {
    let mut trunks: Vec<Trunk> = Vec::new();
    for (number, link) in diagram.links.iter().enumerate() {
        if link.from == link.to {
            continue;
        }
        let (referred, referring) = (
            (link.to, link.to_rows.first()),
            (link.from, link.from_rows.first()),
        );
        let is_reversed = ranks[&link.from] < ranks[&link.to];
        let (left, right) = if is_reversed {
            (referring, referred)
        } else {
            (referred, referring)
        };
        let end = End {
            table: right.0,
            row: right.1.copied(),
            link: number,
            is_reversed,
        };
        let same = |trunk: &&mut Trunk| trunk.table == left.0 && trunk.row == left.1.copied();
        match trunks.iter_mut().find(same) {
            Some(trunk) => trunk.ends.push(end),
            None => trunks.push(Trunk {
                table: left.0,
                row: left.1.copied(),
                ends: vec![end],
            }),
        }
    }
    trunks
}

/// Sorts each column by where its lines come from, back and forth, and keeps the best order.
fn uncross(columns: &mut Columns) {
    let mut best = columns.nodes.clone();
    let mut fewest = crossings(columns);
    let count = columns.nodes.len();
    for sweep in 0..12 {
        let rightwards = sweep % 2 == 0;
        let order: Vec<usize> = if rightwards {
            (1..count).collect()
        } else {
            (0..count.saturating_sub(1)).rev().collect()
        };
        for at in order {
            sort_column(columns, at, rightwards.then_some(at.wrapping_sub(1)));
        }
        let now = crossings(columns);
        if now < fewest {
            fewest = now;
            best.clone_from(&columns.nodes);
        }
    }
    columns.nodes = best;
}

/// Sorts a column by its lines to the column on the left, which `left` is, or else by those to the right.
fn sort_column(columns: &mut Columns, at: usize, left: Option<usize>) {
    // Places in thousandths, with the column of the table inside them.
    let mut sums: Vec<(usize, usize)> = vec![(0, 0); columns.nodes[at].len()];
    let inside = |row: Option<usize>| row.map_or(0, |row| (row + 1).min(99) * 10);
    for piece in columns.pieces() {
        let (own, other) = match left {
            Some(left) if piece.column == left => {
                (piece.right, piece.left * 1000 + inside(piece.left_row))
            }
            None if piece.column == at => {
                (piece.left, piece.right * 1000 + inside(piece.right_row))
            }
            Some(_) | None => continue,
        };
        sums[own].0 += other;
        sums[own].1 += 1;
    }
    let nodes = columns.nodes[at].clone();
    let mut keyed: Vec<(usize, usize)> = (0..nodes.len())
        .map(|place| {
            let (sum, count) = sums[place];
            let key = sum.checked_div(count).unwrap_or(place * 1000);
            (key, place)
        })
        .collect();
    keyed.sort_unstable();
    columns.nodes[at] = keyed.iter().map(|(_, place)| nodes[*place]).collect();
}

fn crossings(columns: &Columns) -> usize {
    let key = |place: usize, row: Option<usize>| (place, row.map_or(0, |row| row + 1));
    let pieces = columns.pieces();
    let mut count = 0;
    for (number, one) in pieces.iter().enumerate() {
        for other in &pieces[number + 1..] {
            if one.column != other.column || one.trunk == other.trunk {
                continue;
            }
            let left = key(one.left, one.left_row).cmp(&key(other.left, other.left_row));
            let right = key(one.right, one.right_row).cmp(&key(other.right, other.right_row));
            if left != right && left.is_ne() && right.is_ne() {
                count += 1;
            }
        }
    }
    count
}
