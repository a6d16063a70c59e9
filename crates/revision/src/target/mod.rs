//! The words by which people name revisions: `head`, `-1`, `ae10+2`, `billing@head`, `a:b`.

mod error;
mod find;
mod parse;
mod resolve;
#[cfg(test)]
mod tests;

pub use error::TargetError;
pub use parse::Target;
pub use resolve::{Point, Range};
