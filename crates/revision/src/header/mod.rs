//! The comment lines at the top of a revision file that say what it is.

mod read;
mod value;
mod write;

pub(crate) use read::{HeaderLine, is_marker, read};
pub use value::{CatalogHashes, Header, Key, Message, Proof, ProvenOn};
pub(crate) use write::edited;
