//! Two sides of one thing.

/// One thing before a change and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair<T> {
    /// The side that the database leaves.
    pub before: T,
    /// The side that the database reaches.
    pub after: T,
}

impl<T> Pair<T> {
    /// Puts two sides together.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// The same pair, the other way round.
    pub fn inverted(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
        }
    }

    /// The same function of both sides.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair {
            before: f(self.before),
            after: f(self.after),
        }
    }

    /// Borrows both sides.
    pub const fn as_ref(&self) -> Pair<&T> {
        Pair {
            before: &self.before,
            after: &self.after,
        }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether the sides differ.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}
