//! A live database becomes a catalog.
//!
//! One introspector per product reads everything that the database holds, in a handful of queries
//! whatever its size, and in the database's own words. It stands apart because it is the only crate
//! that knows the products' system tables; what it returns is a plain [`schemist_catalog::Catalog`].
//! Beside what a database holds it reads who is at work in it. It deliberately changes nothing, settles
//! nothing, and compares nothing.

mod activity;
mod error;
mod fingerprint;
pub mod mysql;
pub mod postgres;
mod read;
mod scope;
pub mod sqlite;

pub use activity::{Activity, Hold, Wait, Worker, read_activity};
pub use error::IntrospectError;
pub use fingerprint::Fingerprint;
pub use read::{Found, Known, nothing_known, read, read_unless};
pub use scope::{Omission, Owners, Pattern, Scope};
