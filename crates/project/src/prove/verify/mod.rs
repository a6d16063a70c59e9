//! `verify`: the history is what it says, on every dialect, proven on scratch databases.

mod history;
mod report;
mod revision;
mod seed;
mod work;

pub use report::{Difference, Looking, Place, Report, Request, Rows, Times, Verdict, Walk};
pub use work::verify;
