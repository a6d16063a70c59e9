//! Pages that stand alone in one file: nothing is fetched, and nothing runs that is not ours.

mod policy;
mod review;
mod revision;
mod sql;
mod template;

pub(crate) use review::review;
pub(crate) use template::diagram;
pub use template::history;
