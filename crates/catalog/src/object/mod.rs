//! The kinds of object, one file each.
//!
//! A kind is two lines here: its `mod`, and its row in the table below.

pub mod enum_type;
pub mod extension;
pub mod foreign_key;
pub mod function;
pub mod index;
pub mod schema;
pub mod sequence;
pub mod table;
pub mod trigger;
pub mod view;

mod comment;
mod definition;
mod namespace;
mod options;

pub use definition::{Definition, ExprPairing, Kind, Object};
pub use enum_type::EnumType;
pub use extension::Extension;
pub use foreign_key::{Deferrable, ForeignKey, KeyAction, KeyMatch};
pub use function::{Function, Parameter, ParameterMode, Routine};
pub use index::{Index, IndexPart, IndexSource};
pub use schema::Schema;
pub use sequence::{Sequence, SequenceOptions};
pub use table::{
    Check, Collation, Column, ColumnSource, Columns, Exclusion, Generated, GeneratedKind, Identity,
    IdentityKind, Key, KeyPart, Place, Table,
};
pub use trigger::{Trigger, TriggerState};
pub use view::View;

pub(crate) use namespace::in_schema;
pub(crate) use options::{alter_options, options_list};
