//! The way back: what a database holds becomes structs that declare it.
//!
//! A table is taken apart into what the grammar of the attributes can say and the rest. The first becomes
//! a struct, and is returned once more as a catalog: what still differs from the whole is for SQL to say.

mod choices;
mod enumeration;
mod files;
mod keys;
mod names;
mod sayable;
mod table;
mod types;

pub use choices::{Choices, FieldCase, Number, Spread, Sqlx, Times, WrongName};
pub use files::{Structs, write};
