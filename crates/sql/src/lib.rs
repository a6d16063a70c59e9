//! Dialects and SQL text: names, quoting, tokens, statements with their spans.
//!
//! It stands apart because everything else writes or reads SQL and must agree on what a name, a
//! string and a statement are. It does no input or output, knows no kind of object, and deliberately
//! does not understand SQL: a statement is a run of tokens, never a tree.

mod dialect;
mod ident;
mod script;

pub use dialect::{Dialect, UnknownDialect};
pub use ident::{BadIdent, Ident, QualifiedName};
pub use script::Script;
