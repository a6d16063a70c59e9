//! What there is to know of one table or view, as a person looks it up.
//!
//! It is read from the live database alone, whatever the settings leave out of comparisons.

mod draw;
mod find;

pub use draw::{ColumnLine, Detail, Portrait};
pub use find::portrait;
