//! The kinds of object, one file each.
//!
//! A kind is two lines here: its `mod`, and its row in the table below.

pub mod enum_type;
pub mod extension;
pub mod foreign_key;
pub mod index;
pub mod schema;
pub mod sequence;
pub mod table;
pub mod trigger;
pub mod view;

mod comment;
mod definition;

pub use definition::{Definition, ExprPairing, Kind, Object};
pub use enum_type::EnumType;
pub use extension::Extension;
pub use foreign_key::{Deferrable, ForeignKey, KeyAction, KeyMatch};
pub use index::{Index, IndexPart, IndexSource};
pub use schema::Schema;
pub use sequence::{Sequence, SequenceOptions};
pub use table::{
    Check, Collation, Column, ColumnSource, Columns, Exclusion, Generated, GeneratedKind, Identity,
    IdentityKind, Key, KeyPart, Place, Table,
};
pub use trigger::{Trigger, TriggerState};
pub use view::View;

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::{Pair, Part, Reference, Step};

/// The reference of an object to the schema that it is in.
pub(crate) fn in_schema(schema: Option<&Ident>) -> BTreeSet<Reference> {
    schema
        .map(|name| Reference {
            object: Schema::id_of(name),
            part: Part::Whole,
        })
        .into_iter()
        .collect()
}

/// Options as the server keeps them: `key=value`, with commas between.
pub(crate) fn options_list(options: &BTreeMap<String, String>) -> String {
    let list: Vec<_> = options
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    list.join(", ")
}

/// The statements that set and reset storage options; `words` are `ALTER TABLE ` and the like.
pub(crate) fn alter_options(
    dialect: Dialect,
    words: &'static str,
    name: &QualifiedName,
    pair: Pair<&BTreeMap<String, String>>,
) -> Vec<Step> {
    let changed: BTreeMap<_, _> = pair
        .after
        .iter()
        .filter(|(key, value)| pair.before.get(*key) != Some(value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let gone: Vec<_> = pair
        .before
        .keys()
        .filter(|key| !pair.after.contains_key(*key))
        .map(String::as_str)
        .collect();
    let statement = |verb: &'static str, list: &str| {
        let mut script = Script::new(dialect);
        script
            .keyword(words)
            .name(name)
            .keyword(verb)
            .expression(list)
            .keyword(")");
        Step::new(script.into_text())
    };
    let mut steps = Vec::new();
    if !changed.is_empty() {
        steps.push(statement(" SET (", &options_list(&changed)));
    }
    if !gone.is_empty() {
        steps.push(statement(" RESET (", &gone.join(", ")));
    }
    steps
}
