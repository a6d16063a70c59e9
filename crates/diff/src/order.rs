//! The order of steps: a graph of what must come first, with stable ties.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{DfsSpace, has_path_connecting, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

/// Steps that cannot be put in any order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("order the changes: {} need each other", cycle.join(", "))]
pub struct OrderError {
    /// What needs each other, each in words.
    pub cycle: Vec<String>,
}

/// A graph of things to be done, each with the key that decides between those that could be next.
pub(crate) struct Order<K> {
    graph: DiGraph<K, ()>,
    nodes: BTreeMap<K, NodeIndex>,
    soft: BTreeSet<(NodeIndex, NodeIndex)>,
}

impl<K: Ord + Clone> Order<K> {
    pub(crate) fn new() -> Self {
        Self {
            graph: DiGraph::new(),
            nodes: BTreeMap::new(),
            soft: BTreeSet::new(),
        }
    }

    pub(crate) fn add(&mut self, key: K) {
        let node = self.graph.add_node(key.clone());
        self.nodes.insert(key, node);
    }

    /// Says that one thing comes before another; things that are not to be done are passed over.
    pub(crate) fn before(&mut self, first: &K, second: &K) {
        if first == second {
            return;
        }
        if let (Some(&first), Some(&second)) = (self.nodes.get(first), self.nodes.get(second)) {
            self.graph.update_edge(first, second, ());
        }
    }

    /// Says that one thing had better come before another, unless that closes a cycle.
    pub(crate) fn rather_before(&mut self, first: &K, second: &K) {
        if first == second {
            return;
        }
        if let (Some(&first), Some(&second)) = (self.nodes.get(first), self.nodes.get(second)) {
            self.soft.insert((first, second));
        }
    }

    /// Makes an edge of every wish that closes no cycle.
    pub(crate) fn settle_wishes(&mut self) {
        let wishes = std::mem::take(&mut self.soft);
        let mut all = self.graph.clone();
        for (first, second) in &wishes {
            all.update_edge(*first, *second, ());
        }
        let mut component = vec![0; all.node_count()];
        for (number, nodes) in tarjan_scc(&all).into_iter().enumerate() {
            for node in nodes {
                component[node.index()] = number;
            }
        }
        let (inside, between): (Vec<_>, Vec<_>) = wishes
            .into_iter()
            .partition(|(first, second)| component[first.index()] == component[second.index()]);
        for (first, second) in between {
            self.graph.update_edge(first, second, ());
        }
        let mut space = DfsSpace::new(&self.graph);
        for (first, second) in inside {
            if !has_path_connecting(&self.graph, second, first, Some(&mut space)) {
                self.graph.update_edge(first, second, ());
            }
        }
    }

    /// Everything, each after what must come before it: of what could be next, what is of the first class;
    /// of that, what runs in the same way as the one before, so that it shares a section with it; of that,
    /// the smallest key.
    pub(crate) fn sorted<C: Ord + Copy, M: Ord + Copy>(
        &self,
        group: impl Fn(&K) -> (C, M),
        name: impl Fn(&K) -> String,
    ) -> Result<Vec<K>, OrderError> {
        let mut missing: Vec<usize> = vec![0; self.graph.node_count()];
        for edge in self.graph.edge_references() {
            missing[edge.target().index()] += 1;
        }
        let mut ready: BTreeMap<(C, M), BTreeSet<(K, NodeIndex)>> = BTreeMap::new();
        let add = |ready: &mut BTreeMap<_, BTreeSet<_>>, node: NodeIndex| {
            let key = self.graph[node].clone();
            ready.entry(group(&key)).or_default().insert((key, node));
        };
        for node in self.graph.node_indices() {
            if missing[node.index()] == 0 {
                add(&mut ready, node);
            }
        }
        let mut sorted = Vec::with_capacity(missing.len());
        let mut mode = None;
        while let Some((class, first)) = ready.keys().next().copied() {
            let same = mode.map(|mode| (class, mode));
            let next = same.filter(|group| ready.contains_key(group));
            let next = next.unwrap_or((class, first));
            let Some(nodes) = ready.get_mut(&next) else {
                break;
            };
            let popped = nodes.pop_first();
            if nodes.is_empty() {
                ready.remove(&next);
            }
            let Some((key, node)) = popped else { break };
            mode = Some(next.1);
            sorted.push(key);
            for next in self.graph.neighbors(node) {
                missing[next.index()] -= 1;
                if missing[next.index()] == 0 {
                    add(&mut ready, next);
                }
            }
        }
        if sorted.len() == missing.len() {
            return Ok(sorted);
        }
        Err(OrderError {
            cycle: self.cycle(name),
        })
    }

    fn cycle(&self, name: impl Fn(&K) -> String) -> Vec<String> {
        let component = tarjan_scc(&self.graph)
            .into_iter()
            .find(|component| component.len() > 1);
        let mut names: Vec<_> = component
            .into_iter()
            .flatten()
            .map(|node| name(&self.graph[node]))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything is of one class and runs in one way.
    fn alike(_key: &&str) -> (u8, u8) {
        (0, 0)
    }

    #[test]
    fn what_runs_in_the_same_way_stays_together_and_a_later_class_waits() {
        let mut order = Order::new();
        for key in ["late a", "x b", "y c", "x d", "y e"] {
            order.add(key);
        }
        order.before(&"x b", &"y c");
        order.before(&"y e", &"x d");
        let group = |key: &&str| (u8::from(key.starts_with("late")), key.chars().next());
        assert_eq!(
            order.sorted(group, |key| (*key).to_owned()).unwrap(),
            ["x b", "y c", "y e", "x d", "late a"]
        );
    }

    #[test]
    fn wishes_come_true_unless_they_close_a_cycle() {
        let mut order = Order::new();
        for key in ["a", "b", "c", "d"] {
            order.add(key);
        }
        order.before(&"b", &"a");
        order.rather_before(&"a", &"b");
        order.rather_before(&"d", &"b");
        order.rather_before(&"d", &"c");
        order.rather_before(&"c", &"d");
        order.settle_wishes();
        assert_eq!(
            order.sorted(alike, |key| (*key).to_owned()).unwrap(),
            ["c", "d", "b", "a"]
        );
    }

    #[test]
    fn ties_go_to_the_smallest_key_and_cycles_are_named() {
        let mut order = Order::new();
        for key in ["c", "a", "b", "d"] {
            order.add(key);
        }
        order.before(&"c", &"a");
        assert_eq!(
            order.sorted(alike, |key| (*key).to_owned()).unwrap(),
            ["b", "c", "a", "d"]
        );
        order.before(&"a", &"c");
        let error = order.sorted(alike, |key| (*key).to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "order the changes: a, c need each other");
    }
}
