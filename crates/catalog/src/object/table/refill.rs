//! What is said where rows get a constant in place of values that are lost.

use schemist_sql::{Ident, QualifiedName};

use crate::Hazard;
use crate::hazard::loss;

/// A required column comes back, and every row gets the same in it.
pub(super) fn column_refilled(table: &QualifiedName, column: &Ident, constant: &str) -> Hazard {
    Hazard::new(
        &loss::COLUMN_REFILLED,
        format!(
            "rows of table {table} get {constant} in column {column}, because the values that they had are lost"
        ),
    )
}
