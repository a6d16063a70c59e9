//! The numbers of an edit, taken one after the other.

/// Choices made by numbers. Where they run out every choice is the first one; zero chooses the plainest.
pub(super) struct Picks<'a> {
    numbers: std::slice::Iter<'a, u16>,
}

impl<'a> Picks<'a> {
    pub(super) fn new(numbers: &'a [u16]) -> Self {
        Self {
            numbers: numbers.iter(),
        }
    }

    /// A number below `limit`; zero where there is nothing to choose from.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let number = usize::from(self.numbers.next().copied().unwrap_or_default());
        number.checked_rem(limit).unwrap_or_default()
    }

    /// Whether the case happens that happens once in `of` times.
    pub(super) fn once_in(&mut self, of: usize) -> bool {
        self.below(of) + 1 == of
    }

    /// One of several, if there is any.
    pub(super) fn one_of<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        let chosen = self.below(choices.len());
        choices.get(chosen).cloned()
    }
}
