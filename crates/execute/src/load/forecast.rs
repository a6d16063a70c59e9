//! In which order statements had better be tried: each after those that make the names in it.
//!
//! A guess from names alone, which the server corrects: what was tried too early waits until its name is
//! made. So a name that only looks like another one's costs a try at most, never a different outcome: the
//! order among statements about the same thing stays as it was declared.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::shape::Words;

/// Kinds that others need by their name alone; an index or a trigger nobody needs, and the former may
/// have no name.
const NEEDED: &[&str] = &[
    "table",
    "view",
    "sequence",
    "type",
    "domain",
    "function",
    "procedure",
    "aggregate",
    "collation",
    "role",
    "language",
    "server",
    "publication",
];

/// Statements of one turn, with the names in them as numbers.
#[derive(Debug, Default)]
pub(super) struct Forecast {
    names: BTreeMap<String, usize>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    number: usize,
    /// The name that it makes; without one it works on all that it names.
    makes: Option<usize>,
    names: BTreeSet<usize>,
}

/// What happened to a name above the statement that is looked at.
#[derive(Debug, Default)]
struct Story {
    /// The first statement that makes it, wherever that stands.
    maker: Option<NodeIndex>,
    /// The last one that made it or worked on it, where it is made already.
    changed: Option<NodeIndex>,
    /// Those that only needed it since then.
    needed: Vec<NodeIndex>,
}

impl Forecast {
    /// Takes in the next statement of the declaration, with what it creates: a kind and a name.
    pub(super) fn add(
        &mut self,
        number: usize,
        words: &Words<'_>,
        creates: Option<&(String, String)>,
    ) {
        let needed = creates.filter(|(kind, _)| NEEDED.contains(&kind.as_str()));
        let makes = needed.map(|(_, name)| self.name(name.clone()));
        let names = words.names().into_iter();
        let names = names.map(|name| self.name(name)).collect();
        self.entries.push(Entry {
            number,
            makes,
            names,
        });
    }

    fn name(&mut self, name: String) -> usize {
        let next = self.names.len();
        *self.names.entry(name).or_insert(next)
    }

    /// The statements by their numbers, in the order in which they had better be tried.
    pub(super) fn sorted(&self) -> Vec<usize> {
        let graph = self.graph();
        // What needs each other stays together, in the order of the declaration.
        let mut knots = kosaraju_scc(&graph);
        let mut knot_of = vec![0; graph.node_count()];
        for (knot, nodes) in knots.iter_mut().enumerate() {
            nodes.sort();
            for node in nodes {
                knot_of[node.index()] = knot;
            }
        }
        let later = |knot: usize| {
            let nodes = knots[knot].iter();
            let next = nodes.flat_map(|node| graph.neighbors(*node));
            next.map(|node| knot_of[node.index()])
                .filter(move |next| *next != knot)
        };
        let mut missing = vec![0_usize; knots.len()];
        for next in (0..knots.len()).flat_map(later) {
            missing[next] += 1;
        }
        let first = |knot: usize| Reverse((knots[knot].first().copied(), knot));
        let ready = (0..knots.len()).filter(|knot| missing[*knot] == 0);
        let mut ready: BinaryHeap<_> = ready.map(first).collect();
        let mut sorted = Vec::with_capacity(self.entries.len());
        while let Some(Reverse((_, knot))) = ready.pop() {
            let nodes = knots[knot].iter();
            sorted.extend(nodes.map(|node| self.entries[node.index()].number));
            for next in later(knot) {
                missing[next] -= 1;
                if missing[next] == 0 {
                    ready.push(first(next));
                }
            }
        }
        sorted
    }

    /// A node for each statement, and an edge to each that had better come after it.
    fn graph(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::with_capacity(self.entries.len(), self.entries.len() * 2);
        let mut stories: Vec<_> = self.names.iter().map(|_| Story::default()).collect();
        for entry in &self.entries {
            let node = graph.add_node(());
            if let Some(name) = entry.makes {
                stories[name].maker.get_or_insert(node);
            }
        }
        for (node, entry) in graph.node_indices().zip(&self.entries) {
            for name in &entry.names {
                let story = &mut stories[*name];
                let Some(maker) = story.maker else { continue };
                let is_made_by_it = entry.makes == Some(*name);
                match story.changed {
                    Some(changed) => {
                        graph.add_edge(changed, node, ());
                        if is_made_by_it || entry.makes.is_none() {
                            for needed in story.needed.drain(..) {
                                graph.add_edge(needed, node, ());
                            }
                            story.changed = Some(node);
                        } else {
                            story.needed.push(node);
                        }
                    }
                    None if is_made_by_it => story.changed = Some(node),
                    None => {
                        graph.add_edge(maker, node, ());
                    }
                }
            }
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Dialect;

    use super::super::shape::Shape;
    use super::*;

    fn sorted(statements: &[&str]) -> String {
        let mut forecast = Forecast::default();
        for (number, sql) in statements.iter().enumerate() {
            let words = Words::of(Dialect::Postgres, sql);
            let shape = Shape::of(&words);
            forecast.add(number, &words, shape.creates.as_ref());
        }
        let sorted = forecast.sorted().into_iter();
        sorted
            .map(|number| format!("{}\n", statements[number]))
            .collect()
    }

    #[test]
    fn a_declaration_against_the_order_of_needs_is_turned_round() {
        assert_snapshot!(sorted(&[
            "CREATE VIEW top AS SELECT * FROM middle",
            "CREATE VIEW middle AS SELECT * FROM book",
            "COMMENT ON TABLE book IS ''",
            "CREATE INDEX ON book (id)",
            "CREATE TABLE book (id int, mood mood REFERENCES other)",
            "CREATE TABLE other (id int)",
            "CREATE TYPE mood AS ENUM ()",
        ]), @r"
        CREATE TABLE other (id int)
        CREATE TYPE mood AS ENUM ()
        CREATE TABLE book (id int, mood mood REFERENCES other)
        CREATE VIEW middle AS SELECT * FROM book
        CREATE VIEW top AS SELECT * FROM middle
        COMMENT ON TABLE book IS ''
        CREATE INDEX ON book (id)
        ");
    }

    #[test]
    fn what_works_on_the_same_thing_keeps_its_order() {
        let declared = [
            "CREATE TABLE book (id int)",
            "CREATE VIEW before AS SELECT * FROM book",
            "ALTER TABLE book ADD title text",
            "CREATE VIEW between AS SELECT * FROM book",
            "ALTER TABLE book ADD status text",
            "CREATE VIEW after AS SELECT * FROM book",
            "CREATE TABLE status (id int, before int, between int)",
            "DROP TABLE status",
            "CREATE TABLE status (id int)",
        ];
        let sorted = sorted(&declared);
        let about_books = sorted.lines().filter(|line| line.contains("book"));
        assert_eq!(about_books.collect::<Vec<_>>(), &declared[..6]);
        let about_status = sorted.lines().filter(|line| line.contains("TABLE status"));
        assert_eq!(about_status.collect::<Vec<_>>(), &declared[6..]);
    }

    #[test]
    fn what_seems_to_need_each_other_stays_as_declared() {
        let declared = [
            "CREATE TABLE customer (id int, orders int)",
            "CREATE TABLE orders (customer int REFERENCES customer)",
            "CREATE VIEW v AS SELECT customer FROM orders",
        ];
        assert_eq!(sorted(&declared).lines().collect::<Vec<_>>(), declared);
    }
}
