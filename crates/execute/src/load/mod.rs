//! Loading a declaration into a scratch database, whatever the order of its statements.
//!
//! A statement that fails for want of something waits and is run again when that is made, so that
//! a thousand objects in reverse order cost about two thousand statements. What is decided is
//! decided by the server's error codes; the words of its messages only tell whom to wake.

mod error;
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
