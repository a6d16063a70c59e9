//! A history, and the questions that it answers.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::build::Before;
use super::error::HistoryError;
use super::mention::Mention;
use crate::file::RevisionFile;
use crate::id::{Label, RevisionId};

/// Revisions that fit together: one base, no gaps, no circles; any number of heads.
// Invariant: the node of a revision has the index of the revision, and every edge leads from a lower
// index to a higher one.
#[derive(Debug, Clone)]
pub struct History {
    revisions: Vec<RevisionFile>,
    indices: BTreeMap<RevisionId, usize>,
    labels: BTreeMap<Label, usize>,
    graph: DiGraph<(), Link>,
}

/// Why one revision comes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// It is the parent.
    Parent,
    /// It is named in `depends_on`.
    Dependency,
}

/// Which links count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// Those between parents and children.
    Parents,
    /// Dependencies too.
    All,
}

impl History {
    /// Takes what was found to fit.
    pub(super) fn from_parts(files: Vec<RevisionFile>, links: &[Before], order: &[usize]) -> Self {
        let mut index_of = vec![0; files.len()];
        for (index, file) in order.iter().enumerate() {
            index_of[*file] = index;
        }
        let mut graph = DiGraph::with_capacity(files.len(), links.len());
        for _ in &files {
            graph.add_node(());
        }
        for Before {
            earlier,
            later,
            link,
        } in links
        {
            graph.add_edge(
                NodeIndex::new(index_of[*earlier]),
                NodeIndex::new(index_of[*later]),
                *link,
            );
        }
        let mut slots: Vec<Option<RevisionFile>> = files.into_iter().map(Some).collect();
        let revisions: Vec<RevisionFile> = order
            .iter()
            .filter_map(|file| slots[*file].take())
            .collect();
        let indices = revisions
            .iter()
            .enumerate()
            .map(|(i, file)| (file.id().clone(), i))
            .collect();
        let labels = revisions.iter().enumerate();
        let labels = labels
            .flat_map(|(i, file)| {
                file.header()
                    .labels
                    .iter()
                    .map(move |label| (label.clone(), i))
            })
            .collect();
        Self {
            revisions,
            indices,
            labels,
            graph,
        }
    }

    /// Every revision, each behind all that it comes after, else the oldest first.
    pub fn revisions(&self) -> &[RevisionFile] {
        &self.revisions
    }

    /// Whether there is no revision yet.
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    /// The revision of an id, whole and exact.
    pub fn get(&self, id: &RevisionId) -> Option<&RevisionFile> {
        self.indices.get(id).map(|index| &self.revisions[*index])
    }

    /// The revision that bears a label.
    pub fn labelled(&self, label: &Label) -> Option<&RevisionFile> {
        self.labels.get(label).map(|index| &self.revisions[*index])
    }

    /// Every label.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.keys()
    }

    /// The revision that comes after nothing; none in an empty history.
    pub fn base(&self) -> Option<&RevisionFile> {
        self.revisions.first()
    }

    /// The revisions that nothing comes after, the oldest first.
    pub fn heads(&self) -> Vec<&RevisionFile> {
        self.files(self.maximal(&(0..self.revisions.len()).collect()))
    }

    /// The revision that nothing comes after; none in an empty history.
    ///
    /// # Errors
    /// [`HistoryError::SeveralHeads`] where there are several.
    pub fn head(&self) -> Result<Option<&RevisionFile>, HistoryError> {
        match &self.heads()[..] {
            [] => Ok(None),
            [head] => Ok(Some(head)),
            heads => Err(self.several_heads(heads)),
        }
    }

    pub(crate) fn several_heads(&self, heads: &[&RevisionFile]) -> HistoryError {
        let ids: Vec<&RevisionId> = heads.iter().map(|head| head.id()).collect();
        HistoryError::SeveralHeads {
            heads: heads.iter().map(|head| Mention::from(*head)).collect(),
            common: self
                .common_ancestor(&ids)
                .map(|file| Box::new(Mention::from(file))),
        }
    }

    /// The last revision that all of these come after, or are.
    pub fn common_ancestor(&self, ids: &[&RevisionId]) -> Option<&RevisionFile> {
        let mut ways = ids
            .iter()
            .map(|id| self.reach(self.index(id), Direction::Incoming, Links::Parents));
        let first = ways.next()?;
        let common = ways.fold(first, |common, way| &common & &way);
        common.last().map(|index| &self.revisions[*index])
    }

    /// What a revision comes after, in the order of its header.
    pub fn parents(&self, id: &RevisionId) -> Vec<&RevisionFile> {
        let parents = self.get(id).map_or(&[][..], |file| &file.header().parents);
        parents
            .iter()
            .filter_map(|parent| self.get(parent))
            .collect()
    }

    /// What comes right after a revision, the oldest first.
    pub fn children(&self, id: &RevisionId) -> Vec<&RevisionFile> {
        let Some(index) = self.index(id) else {
            return Vec::new();
        };
        self.files(self.next(index, Direction::Outgoing, Links::Parents))
    }

    /// The revisions after which the history goes on in several ways.
    pub fn branch_points(&self) -> Vec<&RevisionFile> {
        self.revisions
            .iter()
            .filter(|file| self.children(file.id()).len() > 1)
            .collect()
    }

    /// The revisions that join branches.
    pub fn merge_points(&self) -> Vec<&RevisionFile> {
        self.revisions
            .iter()
            .filter(|file| file.header().is_merge())
            .collect()
    }

    /// A revision and everything that must be applied before it, the oldest first.
    pub fn ancestors(&self, id: &RevisionId) -> Vec<&RevisionFile> {
        self.files(self.reach(self.index(id), Direction::Incoming, Links::All))
    }

    /// A revision and everything that cannot be applied without it, the oldest first.
    pub fn descendants(&self, id: &RevisionId) -> Vec<&RevisionFile> {
        self.files(self.reach(self.index(id), Direction::Outgoing, Links::All))
    }

    /// The branch of a label: the revision that bears it, what descends from that, and what leads to
    /// it from the last branch or merge.
    pub fn branch(&self, label: &Label) -> Vec<&RevisionFile> {
        let Some(bearer) = self.labels.get(label).copied() else {
            return Vec::new();
        };
        let mut branch = self.reach(Some(bearer), Direction::Outgoing, Links::Parents);
        let mut at = bearer;
        while let [parent] = self.next(at, Direction::Incoming, Links::Parents)[..] {
            let follows_only_here =
                self.next(parent, Direction::Outgoing, Links::Parents).len() == 1;
            if !follows_only_here {
                break;
            }
            branch.insert(parent);
            at = parent;
        }
        self.files(branch)
    }

    /// Those of these revisions that none of the others comes after, the oldest first.
    pub fn tips<'a>(&self, ids: impl IntoIterator<Item = &'a RevisionId>) -> Vec<&RevisionFile> {
        let within = ids.into_iter().filter_map(|id| self.index(id)).collect();
        self.files(self.maximal(&within))
    }

    fn maximal(&self, within: &BTreeSet<usize>) -> Vec<usize> {
        let is_tip = |index: &usize| {
            !self
                .next(*index, Direction::Outgoing, Links::Parents)
                .iter()
                .any(|child| within.contains(child))
        };
        within.iter().copied().filter(is_tip).collect()
    }

    pub(crate) fn index(&self, id: &RevisionId) -> Option<usize> {
        self.indices.get(id).copied()
    }

    pub(crate) fn files(&self, indices: impl IntoIterator<Item = usize>) -> Vec<&RevisionFile> {
        indices
            .into_iter()
            .map(|index| &self.revisions[index])
            .collect()
    }

    /// The neighbours of a revision, in order.
    fn next(&self, index: usize, direction: Direction, links: Links) -> Vec<usize> {
        let edges = self.graph.edges_directed(NodeIndex::new(index), direction);
        let counts = |link: Link| links == Links::All || link == Link::Parent;
        let mut next: Vec<usize> = edges
            .filter(|edge| counts(*edge.weight()))
            .map(|edge| match direction {
                Direction::Outgoing => edge.target().index(),
                Direction::Incoming => edge.source().index(),
            })
            .collect();
        next.sort_unstable();
        next.dedup();
        next
    }

    /// A revision and all that can be reached from it.
    pub(crate) fn reach(
        &self,
        start: Option<usize>,
        direction: Direction,
        links: Links,
    ) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<usize> = start.into_iter().collect();
        while let Some(index) = waiting.pop() {
            if reached.insert(index) {
                waiting.extend(self.next(index, direction, links));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::sample::{history, id, ids, names};

    /// `a ─ b ─┬─ c ─ d ─┬─ f ─ g` and `b ─ e ─┘`, `h` beside `g`, which needs `c` of the other branch.
    const BRANCHES: &str =
        "a:\nb: a\nc: b @billing\nd: c\ne: b @shop\nf: d e\ng: f \"one end\nh: f \"other end";

    #[test]
    fn neighbours() {
        let history = history(BRANCHES);
        assert_eq!(names(history.heads()), "g h");
        assert_eq!(history.base().map(|file| file.id().as_str()), Some("a"));
        assert_eq!(names(history.parents(&id("f"))), "d e");
        assert_eq!(names(history.children(&id("b"))), "c e");
        assert_eq!(names(history.branch_points()), "b f");
        assert_eq!(names(history.merge_points()), "f");
        assert_eq!(names(history.ancestors(&id("d"))), "a b c d");
        assert_eq!(names(history.descendants(&id("e"))), "e f g h");
        assert_eq!(names(history.tips(&ids("a b c e"))), "c e");
        assert_eq!(names(history.children(&id("unknown"))), "");
    }

    #[test]
    fn dependencies_come_before_without_being_parents() {
        let history = history("a:\nb: a\nc: a >b");
        assert_eq!(names(history.ancestors(&id("c"))), "a b c");
        assert_eq!(names(history.descendants(&id("b"))), "b c");
        assert_eq!(names(history.heads()), "b c");
    }

    #[test]
    fn a_branch_begins_where_it_leaves_the_others() {
        let billing = Label::parse("billing").unwrap();
        assert_eq!(names(history(BRANCHES).branch(&billing)), "c d f g h");
        assert_eq!(
            names(history("a:\nb: a\nc: b @billing\nd: c").branch(&billing)),
            "a b c d"
        );
        assert_eq!(
            names(history("a:\nb: a\nx: a\nc: b @billing\nd: c").branch(&billing)),
            "b c d"
        );
    }

    #[test]
    fn thousands_of_files_are_read_by_their_headers_alone() {
        let body = "\n-- [up]\nSELECT 'never read, so it may be wrong;\n".repeat(20);
        let text = |n: usize| {
            let parent = n
                .checked_sub(1)
                .map_or_else(|| "none".to_owned(), |n| format!("{n:012x}"));
            format!(
                "-- schemist revision\n-- id: {n:012x}\n-- parent: {parent}\n-- message: number {n}\n-- created: 2026-11-20T10:12:00Z\n-- dialects: postgres, sqlite\n{body}"
            )
        };
        let texts: Vec<String> = (0..5_000).map(text).collect();
        let start = std::time::Instant::now();
        let files = texts
            .iter()
            .map(|text| RevisionFile::parse("m/a.sql", text).unwrap())
            .collect();
        let history = History::build(files).unwrap();
        let applied = history
            .revisions()
            .iter()
            .map(|file| file.id().clone())
            .collect();
        assert_eq!(names(history.heads()), "000000001387");
        history.check_applied(&applied).unwrap();
        // Measured without optimisation on a busy machine; a release build takes a tenth of it.
        assert!(
            start.elapsed() < std::time::Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }

    #[test]
    fn several_heads_are_named_with_what_they_share() {
        let history = history(BRANCHES);
        let error = history.head().unwrap_err();
        assert_snapshot!(format!("{error}\nhelp: {}", error.remedy()), @"
        choose between 2 heads, which part at f (2026-01-06): g (2026-01-07, one end) and h (2026-01-08, other end)
        help: put the branch that no other database has on top: `schemist rebase h --onto g`, or join both: `schemist merge heads`
        ");
        let HistoryError::SeveralHeads {
            common: Some(common),
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(common.id, id("f"));
    }
}
