//! Journal, lock and running; PostgreSQL where `SCHEMIST_TEST_POSTGRES_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

mod applying;
mod ground;
mod locking;
mod scripts;
