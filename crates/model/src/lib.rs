//! Declarations: Rust source and SQL files become the DDL of one dialect.
//!
//! It stands apart because it is pure: texts go in, statements with their places come out, so that
//! every refusal happens before a database is touched. It deliberately reads no files, and does not
//! understand DDL beyond the names that it must tell apart: what a statement means is for the server to
//! say. The way back, from a catalog to structs, is here too, because it is the same grammar and the same
//! table of types.

mod declaration;
mod duplicate;
mod error;
mod naming;
mod rust;
mod source;
mod sql;
pub mod structs;

#[cfg(test)]
mod tests;

pub use declaration::{
    Backfill, ColumnName, Declaration, Declared, Origin, PassedOver, RenameHint, Renamed, ValueMap,
};
pub use error::{Place, Problem, ReadError, ReadErrors};
pub use naming::{NameTemplate, NameTemplates, NamedPart};
pub use rust::{TYPES, TypeRow, documentation};
pub use source::{Comments, DumpTool, EnumChecks, File, Options, Source};
pub use sql::ROWS;
