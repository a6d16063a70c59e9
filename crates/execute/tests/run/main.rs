//! Journal, lock and running; PostgreSQL and MySQL where `SCHEMIST_TEST_POSTGRES_URL` and
//! `SCHEMIST_TEST_MYSQL_URL` name servers.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

mod applying;
mod ground;
mod locking;
mod mysql;
mod scripts;
