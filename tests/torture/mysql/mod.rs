//! Schemas of MySQL and MariaDB made by chance: nearly everything there is an option of a table, a column or
//! an index, so that they have items of their own.

mod change;
mod edit;
mod item;
mod kind;
mod made;
mod schema;
mod write;
mod write_table;

pub(super) use edit::actions;
pub(super) use schema::MysqlSchema;
