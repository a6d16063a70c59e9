//! Connections: reading a database's url, and sessions with everything pinned that changes what a
//! server prints.
//!
//! It stands apart because reading, compiling, proving and applying must all see the same words for
//! the same thing, so every session of ours is opened here and nowhere else. It deliberately knows
//! nothing about catalogs, revisions or settings files, and never decides what to run.

mod error;
mod file_trouble;
mod pins;
mod prepared;
mod row;
mod session;
mod terminate;
mod text;
mod tls;
mod url;
mod version;

pub use error::{ConnectError, ServerWords, StatementError};
pub use file_trouble::FileTrouble;
pub use pins::{Pins, pin_statements};
pub use prepared::ResultColumn;
pub use row::Row;
pub use session::{Access, Link, Session};
pub use terminate::Terminator;
pub use text::without_beginning;
pub use tls::TlsTrouble;
pub use url::{DatabaseUrl, Login, Part};
pub use version::{Flavour, ServerVersion};
