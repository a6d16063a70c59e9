//! Reads statements as far as the rules want to know what they do.
//!
//! Our own words come first: they know where each part stands, read every dialect in the same way, and go
//! on behind a clause that they do not know. What they do not know by its first words is shown to
//! `sqlparser`; what that does not read either is said to be unread.

mod alter;
mod column;
mod create;
mod cursor;
mod statement;
mod unknown;

#[cfg(test)]
mod tests;

pub use statement::read;
