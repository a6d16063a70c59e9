//! SQL files: statements are taken as they are, after a look at what they are.

mod created;
mod directive;
mod dump;
mod file;
mod hint;
mod refusal;
mod sqlite_own;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use created::{Created, created};
pub(crate) use file::read;
pub use refusal::ROWS;
pub(crate) use words::Words;
