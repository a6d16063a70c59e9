//! Putting revision files together, and naming all that does not fit.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::error::{HistoryError, HistoryErrors};
use super::graph::{History, Link};
use super::mention::Mention;
use crate::file::RevisionFile;
use crate::header::Key;
use crate::id::{Label, RevisionId};
use crate::near::nearest;
use crate::place::Place;
use crate::time::Timestamp;

impl History {
    /// Puts revisions together, given in any order.
    ///
    /// Several heads are no error here: a history that has them can still be looked at.
    ///
    /// # Errors
    /// Everything that is wrong, causes before what only follows from them.
    pub fn build(files: Vec<RevisionFile>) -> Result<Self, HistoryErrors> {
        let mut builder = Builder {
            files: &files,
            ids: BTreeMap::new(),
            links: Vec::new(),
            errors: Vec::new(),
        };
        builder.ids();
        builder.links();
        builder.labels();
        builder.cycles();
        builder.bases();
        let Builder { links, errors, .. } = builder;
        if let Some(errors) = HistoryErrors::from_errors(errors) {
            return Err(errors);
        }
        let order = order(&files, &links);
        Ok(Self::from_parts(files, &links, &order))
    }
}

/// That one file comes before another, both named by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Before {
    pub(super) earlier: usize,
    pub(super) later: usize,
    pub(super) link: Link,
}

struct Builder<'a> {
    files: &'a [RevisionFile],
    ids: BTreeMap<&'a RevisionId, usize>,
    links: Vec<Before>,
    errors: Vec<HistoryError>,
}

impl Builder<'_> {
    fn ids(&mut self) {
        let mut files_of: BTreeMap<&RevisionId, Vec<usize>> = BTreeMap::new();
        for (i, file) in self.files.iter().enumerate() {
            files_of.entry(file.id()).or_default().push(i);
        }
        for (id, mut files) in files_of {
            files.sort_by_key(|i| self.files[*i].path());
            self.ids.insert(id, files[0]);
            if files.len() > 1 {
                let places = self.places(&files, Key::Id, "this id is used twice");
                self.errors.push(HistoryError::DuplicateId {
                    id: id.clone(),
                    places,
                });
            }
        }
    }

    fn places(&self, files: &[usize], key: Key, label: &str) -> Vec<Place> {
        files
            .iter()
            .map(|i| self.files[*i].place(key, label))
            .collect()
    }

    fn links(&mut self) {
        let mut later: Vec<usize> = (0..self.files.len()).collect();
        later.sort_by_key(|i| self.files[*i].id());
        for later in later {
            let file = &self.files[later];
            let id = file.id();
            for parent in &file.header().parents {
                if let Some(earlier) = self.ids.get(parent) {
                    self.links.push(Before {
                        earlier: *earlier,
                        later,
                        link: Link::Parent,
                    });
                    continue;
                }
                let (near, place) = (
                    self.near(parent, id),
                    Box::new(file.place(Key::Parent, "no file has this id")),
                );
                let parent = parent.clone();
                self.errors.push(HistoryError::MissingParent {
                    id: id.clone(),
                    parent,
                    near,
                    place,
                });
            }
            for dependency in &file.header().depends_on {
                if let Some(earlier) = self.ids.get(dependency) {
                    self.links.push(Before {
                        earlier: *earlier,
                        later,
                        link: Link::Dependency,
                    });
                    continue;
                }
                let (near, place) = (
                    self.near(dependency, id),
                    Box::new(file.place(Key::DependsOn, "no file has this id")),
                );
                let dependency = dependency.clone();
                self.errors.push(HistoryError::MissingDependency {
                    id: id.clone(),
                    dependency,
                    near,
                    place,
                });
            }
        }
    }

    /// The id that was meant by a missing one.
    fn near(&self, missing: &RevisionId, but: &RevisionId) -> Option<RevisionId> {
        let others = self
            .ids
            .keys()
            .filter(|id| **id != but)
            .map(|id| id.as_str());
        let near = nearest(missing.as_str(), others)?;
        RevisionId::parse(near).ok()
    }

    fn labels(&mut self) {
        let mut files_of: BTreeMap<&Label, Vec<usize>> = BTreeMap::new();
        for (i, file) in self.files.iter().enumerate() {
            for label in &file.header().labels {
                files_of.entry(label).or_default().push(i);
            }
        }
        for (label, mut files) in files_of {
            files.sort_by_key(|i| self.files[*i].path());
            if self.ids.keys().any(|id| id.as_str() == label.as_str()) {
                let place = Box::new(self.files[files[0]].place(Key::Labels, "a label and an id"));
                self.errors.push(HistoryError::LabelIsId {
                    label: label.clone(),
                    place,
                });
            }
            if files.len() > 1 {
                let places = self.places(&files, Key::Labels, "this label is used twice");
                self.errors.push(HistoryError::DuplicateLabel {
                    label: label.clone(),
                    places,
                });
            }
        }
    }

    fn cycles(&mut self) {
        let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(self.files.len(), self.links.len());
        for _ in self.files {
            graph.add_node(());
        }
        for link in &self.links {
            graph.add_edge(NodeIndex::new(link.earlier), NodeIndex::new(link.later), ());
        }
        let mut later = vec![Vec::new(); self.files.len()];
        for link in &self.links {
            later[link.earlier].push(link.later);
        }
        let mut cycles = Vec::new();
        for knot in tarjan_scc(&graph) {
            let knot: BTreeSet<usize> = knot.into_iter().map(NodeIndex::index).collect();
            cycles.extend(self.shortest_cycle(&knot, &later));
        }
        cycles.sort_by_key(|cycle| self.files[cycle[0]].id());
        for cycle in cycles {
            let path = cycle.iter().map(|i| self.files[*i].id().clone()).collect();
            let places = cycle.iter().enumerate().map(|(n, later)| {
                let earlier = cycle[(n + cycle.len() - 1) % cycle.len()];
                let id = self.files[earlier].id();
                let is_parent = self.files[*later].header().parents.contains(id);
                self.files[*later].place(
                    if is_parent {
                        Key::Parent
                    } else {
                        Key::DependsOn
                    },
                    format!("comes after {id}"),
                )
            });
            self.errors.push(HistoryError::Cycle {
                path,
                places: places.collect(),
            });
        }
    }

    /// The shortest way around from the least id of a knot, if there is one; `later` has what comes after each file.
    fn shortest_cycle(&self, knot: &BTreeSet<usize>, later: &[Vec<usize>]) -> Option<Vec<usize>> {
        let start = *knot.iter().min_by_key(|i| self.files[**i].id())?;
        let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for next in later[at].iter().filter(|next| knot.contains(next)) {
                if *next == start {
                    let mut path = vec![at];
                    while let Some(before) = path.last().and_then(|last| came_from.get(last)) {
                        path.push(*before);
                    }
                    path.reverse();
                    return Some(path);
                }
                if !came_from.contains_key(next) {
                    came_from.insert(*next, at);
                    queue.push_back(*next);
                }
            }
        }
        None
    }

    fn bases(&mut self) {
        let mut bases: Vec<usize> = (0..self.files.len())
            .filter(|i| self.files[*i].header().is_base())
            // A copy is told as one, and not as another base.
            .filter(|i| self.ids.get(self.files[*i].id()) == Some(i))
            .collect();
        bases.sort_by_key(|i| rank(&self.files[*i]));
        let misses_a_parent = self
            .errors
            .iter()
            .any(|error| matches!(error, HistoryError::MissingParent { .. }));
        match bases.len() {
            0 if !misses_a_parent && !self.files.is_empty() => {
                self.errors.push(HistoryError::NoBase)
            }
            0 | 1 => {}
            _ => {
                let places = self.places(&bases, Key::Parent, "comes after nothing");
                let bases = bases
                    .iter()
                    .map(|i| Mention::from(&self.files[*i]))
                    .collect();
                self.errors
                    .push(HistoryError::SeveralBases { bases, places });
            }
        }
    }
}

/// What decides where the graph does not.
fn rank(file: &RevisionFile) -> (Option<Timestamp>, &RevisionId) {
    (file.header().created, file.id())
}

/// The indices of the files, each behind all that it comes after, else the oldest first.
fn order(files: &[RevisionFile], links: &[Before]) -> Vec<usize> {
    let mut waits_for = vec![0_usize; files.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); files.len()];
    for link in links {
        waits_for[link.later] += 1;
        followers[link.earlier].push(link.later);
    }
    let mut ready: BTreeSet<_> = (0..files.len())
        .filter(|i| waits_for[*i] == 0)
        .map(|i| (rank(&files[i]), i))
        .collect();
    let mut order = Vec::with_capacity(files.len());
    while let Some((_, next)) = ready.pop_first() {
        order.push(next);
        for follower in &followers[next] {
            waits_for[*follower] -= 1;
            if waits_for[*follower] == 0 {
                ready.insert((rank(&files[*follower]), *follower));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::sample::{files, history, names, show};

    /// Everything that is wrong with a history.
    fn wrong(lines: &str) -> String {
        let errors = match History::build(files(lines)) {
            Ok(history) => return format!("nothing is wrong: {}", names(history.revisions())),
            Err(errors) => errors,
        };
        let shown = errors.errors().iter().map(|error| {
            let excerpts: Vec<String> = error
                .places()
                .iter()
                .map(|place| show(place, "", ""))
                .collect();
            let excerpts = excerpts.concat().replace("\n  help: ", "");
            format!("{error}{excerpts}\n  help: {}", error.remedy())
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn revisions_stand_behind_what_they_come_after_and_else_by_age() {
        assert_eq!(names(history("c: b\nb: a\na:").revisions()), "a b c");
        assert_eq!(
            names(history("a:\nd: a\nb: a\nc: a\ne: b c d").revisions()),
            "a d b c e"
        );
        assert_eq!(names(history("a:\nb: a >c\nc: a").revisions()), "a c b");
        assert!(history("").is_empty());
    }

    #[test]
    fn an_id_in_two_files() {
        assert_snapshot!(wrong("a:\nb: a\nb: a\nb: a"), @"
        revision b stands in 3 files
          m/1_b.sql:2:8: `b` this id is used twice
          m/2_b.sql:2:8: `b` this id is used twice
          m/3_b.sql:2:8: `b` this id is used twice
          help: remove the copy, or give one of the two a new id and name it as parent where b was meant
        ");
    }

    #[test]
    fn a_parent_or_a_dependency_in_no_file() {
        assert_snapshot!(wrong("ae1027:\nb: ae1072\nc: b >gone"), @"
        revision b comes after ae1072, which is in no file
          m/1_b.sql:3:12: `ae1072` no file has this id
          help: did you mean ae1027? Correct the header, or bring the file of ae1072 back (git log --all -S ae1072)
        revision c depends on gone, which is in no file
          m/2_c.sql:5:16: `gone` no file has this id
          help: bring the file of gone back (git log --all -S gone), or name another revision in the header
        ");
    }

    #[test]
    fn circles() {
        assert_snapshot!(wrong("a: c\nb: a\nc: b"), @"
        revisions come after themselves: a → b → c → a
          m/0_a.sql:3:12: `c` comes after c
          m/1_b.sql:3:12: `a` comes after a
          m/2_c.sql:3:12: `b` comes after b
          help: correct the parent of one of them: only what was written before can come before
        no revision is the first: each comes after another one
          help: write `-- parent: none` in the header of the first revision
        ");
        assert_snapshot!(wrong("a:\nb: b\nc: a >e\nd: c\ne: d"), @"
        revisions come after themselves: b → b
          m/1_b.sql:3:12: `b` comes after b
          help: correct the parent of one of them: only what was written before can come before
        revisions come after themselves: c → d → e → c
          m/2_c.sql:5:16: `e` comes after e
          m/3_d.sql:3:12: `c` comes after c
          m/4_e.sql:3:12: `d` comes after d
          help: correct the parent of one of them: only what was written before can come before
        ");
    }

    #[test]
    fn several_bases() {
        assert_snapshot!(wrong("a: \"users\nb: a\nc: \"orders"), @"
        2 revisions come after nothing: a (2026-01-01, users) and c (2026-01-03, orders)
          m/0_a.sql:3:12: `none` comes after nothing
          m/2_c.sql:3:12: `none` comes after nothing
          help: put one on top of the other: name a parent in the header of c, such as the head above a
        ");
    }

    #[test]
    fn labels() {
        assert_snapshot!(wrong("a:\nb: a @billing @a\nc: b @billing"), @"
        label a is also the id of a revision
          m/1_b.sql:5:12: `billing, a` a label and an id
          help: choose another label
        label billing stands on 2 revisions
          m/1_b.sql:5:12: `billing, a` this label is used twice
          m/2_c.sql:5:12: `billing` this label is used twice
          help: keep billing on one revision; what descends from it is on its branch anyway
        ");
    }
}
