//! Reading live SQLite databases, and taking one to the schema of another without losing a row.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

mod check;
mod law;
mod read;
mod rebuild;
