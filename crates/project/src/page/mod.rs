//! Pages that stand alone in one file: nothing is fetched, and nothing runs that is not ours.

mod policy;
mod revision;
mod sql;
mod template;

pub(crate) use template::diagram;
pub use template::history;
