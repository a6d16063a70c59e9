//! The list of what is still to run: who can, and who waits for which name.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::Turn;

/// Statements by their numbers: ready ones in their turns, waiting ones under what they miss.
#[derive(Debug, Default)]
pub(super) struct WorkList {
    /// In each turn by their places.
    ready: BTreeSet<(Turn, usize, usize)>,
    /// The place of each statement among those of its turn.
    places: Vec<usize>,
    waiting: BTreeMap<usize, Waiting>,
    by_name: BTreeMap<String, BTreeSet<usize>>,
}

#[derive(Debug)]
struct Waiting {
    turn: Turn,
    names: BTreeSet<String>,
    // How many statements had succeeded when it was last tried.
    tried_at: usize,
}

impl WorkList {
    /// A list for statements that have these places among those of their turn.
    pub(super) fn new(places: Vec<usize>) -> Self {
        Self {
            places,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, turn: Turn, number: usize) {
        self.ready.insert((turn, self.places[number], number));
    }

    pub(super) fn next(&mut self) -> Option<(Turn, usize)> {
        let (turn, _, number) = self.ready.pop_first()?;
        Some((turn, number))
    }

    /// Lets a statement wait for any of some names.
    pub(super) fn wait(
        &mut self,
        turn: Turn,
        number: usize,
        names: BTreeSet<String>,
        succeeded: usize,
    ) {
        for name in &names {
            self.by_name.entry(name.clone()).or_default().insert(number);
        }
        self.waiting.insert(
            number,
            Waiting {
                turn,
                names,
                tried_at: succeeded,
            },
        );
    }

    /// Wakes who waits for one of the names that were made.
    pub(super) fn wake(&mut self, made: &BTreeSet<String>) {
        for name in made {
            let Some(numbers) = self.by_name.get(name).cloned() else {
                continue;
            };
            for number in numbers {
                self.wake_one(number);
            }
        }
    }

    /// Wakes whoever was not tried since the last success; false where nobody is left to wake.
    ///
    /// For what no name leads to: an overload, a unique index that a foreign key wants, an operator
    /// class.
    pub(super) fn wake_untried(&mut self, succeeded: usize) -> bool {
        let untried: Vec<_> = self
            .waiting
            .iter()
            .filter(|(_, one)| one.tried_at < succeeded)
            .map(|(n, _)| *n)
            .collect();
        for number in &untried {
            self.wake_one(*number);
        }
        !untried.is_empty()
    }

    fn wake_one(&mut self, number: usize) {
        let Some(waiting) = self.waiting.remove(&number) else {
            return;
        };
        for name in &waiting.names {
            if let Some(numbers) = self.by_name.get_mut(name) {
                numbers.remove(&number);
            }
        }
        self.add(waiting.turn, number);
    }

    /// The names that a statement waits for.
    pub(super) fn names_of(&self, number: usize) -> Option<&BTreeSet<String>> {
        self.waiting.get(&number).map(|waiting| &waiting.names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_waiting_statement_is_woken_once_by_any_of_its_names() {
        let mut list = WorkList::new((0..8).collect());
        list.wait(Turn::Usual, 7, names(&["a", "b"]), 0);
        list.wake(&names(&["c"]));
        assert_eq!(list.next(), None);
        list.wake(&names(&["a", "b"]));
        assert_eq!(list.next(), Some((Turn::Usual, 7)));
        list.wake(&names(&["b"]));
        assert_eq!(list.next(), None);
    }

    #[test]
    fn nobody_is_tried_again_before_something_succeeded() {
        let mut list = WorkList::new((0..8).collect());
        list.wait(Turn::Usual, 7, names(&[]), 3);
        assert!(!list.wake_untried(3));
        assert!(list.wake_untried(4));
    }
}
