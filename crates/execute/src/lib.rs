//! What changes databases: scratch databases, loading declarations, the journal, the lock, running.
//!
//! It stands apart because everything in it writes, and nothing else in the workspace does. It is
//! told what to run, in which order, and where; it deliberately decides none of that, and compares
//! nothing.

mod duty;
pub mod journal;
mod key;
pub mod load;
pub mod lock;
pub mod preflight;
pub mod run;
pub mod scratch;

pub use duty::sweep;
