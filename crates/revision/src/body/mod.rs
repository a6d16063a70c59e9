//! What stands below the header: sections, and the statements in them.

mod lock;
mod marker;
mod section;
mod split;
mod statement;

pub use lock::{LockSource, StatementLock};
pub use marker::{Direction, ForeignKeys, Marker, Transaction};
pub use section::Section;
pub(crate) use split::split;
pub use statement::{Comment, SectionStatement};
