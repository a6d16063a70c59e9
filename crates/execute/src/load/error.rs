//! Why a declaration cannot be loaded.

use std::fmt;

use schemist_connect::StatementError;

/// One statement that could not be loaded.
#[derive(Debug)]
pub struct LoadFailure {
    /// Which of the statements, counted from 0.
    pub statement: usize,
    /// What the server says; its position is in the statement as it was given.
    pub error: StatementError,
    /// The failed statement that would have made what this one misses.
    pub follows: Option<usize>,
    /// The statement that made the same object before.
    pub first: Option<usize>,
}

/// Every statement that could not be loaded, those whose own fault it is first.
// Invariant: not empty.
#[derive(Debug)]
pub struct LoadErrors(Vec<LoadFailure>);

impl LoadErrors {
    /// Takes failures, and puts root causes before what only follows; `None` where there are none.
    pub(super) fn from_failures(mut failures: Vec<LoadFailure>) -> Option<Self> {
        failures.sort_by_key(|failure| (failure.follows.is_some(), failure.statement));
        (!failures.is_empty()).then_some(Self(failures))
    }

    /// The failures, root causes first.
    pub fn failures(&self) -> &[LoadFailure] {
        &self.0
    }

    /// How many are root causes.
    pub fn roots(&self) -> usize {
        self.0
            .iter()
            .filter(|failure| failure.follows.is_none())
            .count()
    }
}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, roots) = (self.0.len(), self.roots());
        write!(f, "load {all} statement{}", if all == 1 { "" } else { "s" })?;
        if roots < all {
            write!(f, ", {} of which only follow", all - roots)?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .first()
            .map(|failure| &failure.error as &(dyn std::error::Error + 'static))
    }
}
