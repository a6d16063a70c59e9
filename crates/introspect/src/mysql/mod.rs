//! Reading MySQL and MariaDB.
//!
//! What a table holds is read from the statement that the server prints for it, which alone says
//! everything; the system tables tell which tables there are and what a column's text is written in.

mod column;
mod create_table;
mod cursor;
mod event;
mod query;
mod read;
mod routine;
mod sequence;
mod table;
mod text;
mod trigger;
mod view;

pub use read::read;
