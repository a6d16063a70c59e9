//! What the tests of several crates need: servers, databases, a sandbox for the binary, fixtures.
//!
//! It stands apart so that tests say what they mean in the same words everywhere, and it is used by
//! tests alone: no other crate depends on it but for `[dev-dependencies]`. It speaks to databases by
//! `sqlx` directly, so that a mistake in our own sessions cannot hide itself. The servers that tests share
//! are started by `cargo xtask test`, which tells their address by the environment; only where a test needs
//! other settings or certificates it has an [`OwnServer`].
//!
//! A live test begins with the database that it wants, and ends where there is none:
//!
//! ```no_run
//! use schemist_testkit::Database;
//!
//! let Some(database) = Database::postgres() else { return };
//! database.execute("CREATE TABLE book (id bigint PRIMARY KEY)");
//! ```
#![expect(
    clippy::print_stderr,
    reason = "a skipped test says so to the person who runs it"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where its surroundings fail"
)]

mod database;
mod dump;
mod fixture;
mod own_server;
mod reader;
mod sandbox;
mod server;
mod snapshot;
#[cfg(unix)]
mod terminal;

pub use database::Database;
pub use dump::{Dump, Ownership};
pub use fixture::{Fixture, fixtures};
pub use own_server::OwnServer;
pub use reader::Reader;
pub use sandbox::{Output, Sandbox};
pub use server::{
    Server, Unavailable, available, browser, mysql, note_skipped, note_skipped_here, postgres,
    postgres_version,
};
pub use snapshot::{assert_fixture_snapshot, blur_timings};
#[cfg(unix)]
pub use terminal::Terminal;
