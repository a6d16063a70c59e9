//! The rules: each looks at one statement with what stands around it, a family in a file.
//!
//! What a hazard means and what to do instead stands in the table of hazards; a rule says where it is.

mod clients;
mod files;
mod list;
mod locks;
mod loss;
mod mysql;
mod rights;
mod rows;
mod shape;
mod sqlite;
mod style;

pub(crate) use self::clients::{may_be_not_deterministic, not_deterministic};
pub use self::list::{of_file, of_statement};
