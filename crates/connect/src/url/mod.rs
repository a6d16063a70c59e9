//! The url of a database, read without ever showing its password.

mod database;
mod parse;
mod part;
mod server;
mod sql_server;
mod sqlite;

pub(crate) use database::Target;
pub use database::{DatabaseUrl, Login};
pub use part::Part;
pub(crate) use server::{ServerUrl, TlsMode};
pub(crate) use sqlite::{SqliteFile, SqliteUrl};
