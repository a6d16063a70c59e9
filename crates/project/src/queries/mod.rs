//! The queries of the application: whether they work, and which of them a revision breaks.
//!
//! They are read from what sqlx keeps for builds without a database (`.sqlx/query-*.json`), and from files
//! of SQL. Each is prepared on a scratch copy, which runs nothing.

mod at_ref;
mod breaking;
mod look;
mod read;

pub use breaking::{Broken, Changed, Effects, broken_by, stale};
pub use look::{Failing, failing};
pub use read::{Query, Recorded, queries};
