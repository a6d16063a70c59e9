//! The rows: each a kind of work, what it is held against, and what is to be reached.

mod check;
mod files;
mod fleet;
mod list;
mod other_servers;
mod rebuild;
mod revision;
mod scale;
mod upgrade;

pub use list::ROWS;
