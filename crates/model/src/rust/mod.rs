//! Rust source: structs become tables, enums become enums.

mod attributes;
mod blank;
mod column;
mod default;
mod emit;
mod enumeration;
mod foreign_key;
mod index;
mod items;
mod parse;
mod resolve;
mod table;
pub(crate) mod types;

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;

pub(crate) use emit::read;
pub use types::{TYPES, TypeRow, documentation};
