//! Models become a catalog, and catalogs are compared.

pub mod cache;
pub mod compare;
mod declared;
pub mod hash;
pub(crate) mod passed_over;
pub mod settle;

pub use self::declared::{Compiled, Refusal, compile_sources};
pub(crate) use self::declared::{compile_declaration, shown_source, speaks_of_privileges};
