//! The grammar of `#[model(…)]`, `#[column(…)]` and `#[db_enum(…)]`, with the place of every word.
//!
//! It stands apart because two readers must agree on it: the derives, which check it while you type,
//! and the reader of source, which makes DDL of it. It knows what may be written and what a table,
//! a column and an enum are called. It deliberately does not know SQL types, dialects' rules or other
//! items: whoever needs those looks at more than one struct.

mod case;
mod clause;
mod column;
mod db_enum;
mod entries;
mod index;
mod item;
mod model;
mod reference;
mod sqlx;
mod text;

#[cfg(test)]
mod tests;

pub use case::Case;
pub use clause::{Check, Exclude, Key, Name};
pub use column::{ColumnAttribute, Generated, Identity, Storage};
pub use db_enum::{EnumAttribute, EnumItem, Removed, VariantAttribute, VariantItem};
pub use index::{Index, IndexItem, IndexKey};
pub use item::{FieldItem, ModelItem};
pub use model::ModelAttribute;
pub use reference::{ForeignKey, Reference, Target};
pub use sqlx::{ContainerSqlx, FieldSqlx, Json};
pub use text::{SqlText, Text, plain};
