//! Writing and altering a table in SQLite.

use super::Table;
use crate::{Alteration, Context, Pair, Step};

/// The statements that make a table.
pub(super) fn create(_table: &Table) -> Vec<Step> {
    Vec::new()
}

/// The statements that take a table from one state to the other.
pub(super) fn alter(_pair: Pair<&Table>, _context: &Context<'_>) -> Alteration {
    Alteration::nothing()
}
