//! From the settings, the variables and the files of a user to the url of a database.
//!
//! Everything is looked up when a connection is opened, and each part remembers where it comes from.

mod aws;
mod build;
mod libpq;
mod pgpass;
mod program;
mod resolve;
mod secret;

pub use program::Trust;
pub(crate) use program::{Purpose, places, resolved as words_of, trust, written};
pub use resolve::Resolved;
pub(crate) use resolve::{parse_url, resolve, value_of};
