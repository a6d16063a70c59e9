//! Loading a declaration into a scratch database, whatever the order of its statements.
//!
//! Statements are tried in an order that the names in them suggest. One that fails for want of something
//! all the same waits and is run again when that is made, so that the worst order of a thousand objects
//! costs about two thousand statements. What is decided is decided by the server's error codes; the words
//! of its messages only tell whom to wake.

mod error;
mod forecast;
mod list;
mod meaning;
mod options;
mod run;
mod shape;
mod state;
mod validate;

pub use error::{LoadErrors, LoadFailure};
pub use options::{LoadOptions, LoadStatement, Loaded, MissingRoles, Order};
pub use run::load;
