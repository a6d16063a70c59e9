//! Triggers: everything behind the name, as it was typed.

use std::collections::BTreeMap;

use schemist_catalog::object::Trigger;
use schemist_sql::{Ident, QualifiedName};

use super::expression;
use super::query::Master;
use super::spelling::Relation;
use crate::IntrospectError;

/// Reads a trigger of a table or a view.
pub(super) fn read_trigger(
    master: &Master,
    relation: &Relation,
) -> Result<Trigger, IntrospectError> {
    Ok(Trigger {
        name: Ident::from_server(&master.name),
        table: QualifiedName::unqualified(relation.name.clone()),
        is_constraint: false,
        follows: None,
        on: relation.kind,
        definition: expression::statement(master.text_behind_name("TRIGGER")?),
        state: None,
        on_partitions: BTreeMap::new(),
        comment: None,
    })
}
