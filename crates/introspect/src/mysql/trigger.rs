//! Triggers: the statement as it was typed, without who made it.

use std::collections::BTreeMap;

use schemist_catalog::object::Trigger;
use schemist_catalog::{Expr, Kind};
use schemist_sql::{Dialect, Ident, QualifiedName, normal_form};

use super::text::without_definer;

/// A trigger, and the one of the same moment that fires before it.
pub(super) fn read_trigger(
    (name, table): (&str, &str),
    text: &str,
    follows: Option<&str>,
) -> Trigger {
    let definition = without_definer(text);
    Trigger {
        name: Ident::from_server(name),
        table: QualifiedName::unqualified(Ident::from_server(table)),
        on: Kind::Table,
        is_constraint: false,
        definition: Expr::from_typed(definition, normal_form(Dialect::Mysql, definition)),
        follows: follows.map(Ident::from_server),
        state: None,
        on_partitions: BTreeMap::new(),
        comment: None,
    }
}

#[cfg(test)]
mod tests {
    use schemist_testkit::Database;

    #[test]
    fn triggers_of_other_databases_are_not_opened() {
        let Some(database) = Database::mysql() else {
            return;
        };
        let plan = database.rows(&format!("EXPLAIN {}", include_str!("trigger.sql")));
        // What MySQL says of its plans names no databases.
        let scanned = plan.iter().find(|line| line.contains("Scanned"));
        assert!(
            scanned.is_none_or(|line| line.contains("Scanned 1 database")),
            "{plan:?}"
        );
    }
}
