//! The schema that an object is in, as something that it depends on.

use std::collections::BTreeSet;

use schemist_sql::Ident;

use super::Schema;
use crate::{Part, Reference};

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
