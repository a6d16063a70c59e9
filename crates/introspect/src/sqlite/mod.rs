//! Reading SQLite, 3.35 and later: four queries, whatever the number of tables.
//!
//! Names, columns and the parts of indexes come from pragmas; everything else is in no pragma and is
//! read from the text that SQLite keeps as it was typed.

mod create_table;
mod cursor;
mod expression;
mod index;
mod mention;
mod query;
mod read;
mod spelling;
mod table;
mod trigger;
mod view;
mod virtual_table;

pub use read::read;
