//! Views: everything behind the name, as it was typed.

use std::collections::BTreeMap;

use schemist_catalog::object::{Options, View};
use schemist_sql::{Ident, QualifiedName};

use super::expression;
use super::query::Master;
use crate::IntrospectError;

/// Reads a view. Its columns are known only where its query can run, so they are left out.
pub(super) fn read_view(master: &Master) -> Result<View, IntrospectError> {
    Ok(View {
        name: QualifiedName::unqualified(Ident::from_server(&master.name)),
        columns: Vec::new(),
        query: expression::statement(master.text_behind_name("VIEW")?),
        options: Options::new(),
        comment: None,
        column_comments: BTreeMap::new(),
        defaults: BTreeMap::new(),
    })
}
