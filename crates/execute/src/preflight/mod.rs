//! Asking the real database, before a revision runs, what its rows will do to it.
//!
//! What a statement needs of the rows is read from its words, so that written and generated ones are
//! treated alike; what cannot be read is not asked. Nothing is changed.

mod ask;
mod question;
mod refill;
mod words;

pub use ask::{Earlier, Finding, Verdict, preflight, preflight_after};
