//! Foreign tables: what is here of a table that another server holds (PostgreSQL). They are tables in
//! everything but where their rows are: none of ours is lost with them, nothing has to be written anew, and
//! nobody may look at them while a change is planned or proven.

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::alter_table;
use super::{Column, Table};
use crate::object::Server;
use crate::object::foreign_options::{
    ForeignOptions, change_foreign_options, secrets_hazard, write_foreign_options,
};
use crate::{Context, Definition, Effect, InPlace, Pair, Step};

/// Where the rows of a foreign table are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Foreign {
    /// The server that holds them.
    pub server: Ident,
    /// What its wrapper is told about the table.
    pub options: ForeignOptions,
}

/// Hazards of a table that holds rows.
const OF_ROWS: [&str; 6] = [
    "check_added",
    "column_dropped",
    "not_null_set",
    "partition_attached",
    "required_column_added",
    "table_rewritten",
];

impl Foreign {
    /// Writes what stands at the end of `CREATE FOREIGN TABLE`.
    pub(super) fn write(&self, script: &mut Script) {
        script.keyword(" SERVER ").ident(&self.server);
        write_foreign_options(script, &self.options);
    }
}

/// The statement with what to know of the secrets in it.
pub(super) fn with_secrets(table: &Table, mut step: Step) -> Step {
    if let Some(foreign) = &table.foreign {
        let nothing = ForeignOptions::new();
        let options = Pair::new(&nothing, &foreign.options);
        step.hazards.extend(secrets_hazard(&table.id(), options));
    }
    step
}

/// Whether the table cannot be altered in place because of where its rows are.
pub(super) fn is_made_again(pair: Pair<&Table>, context: &Context<'_>) -> bool {
    let servers = pair.map(|table| table.foreign.as_ref().map(|foreign| &foreign.server));
    if servers.differs() {
        return true;
    }
    let Some(server) = servers.after else {
        return false;
    };
    let id = Server::id_of(server);
    let mut disturbed = context.disturbed.iter();
    disturbed.any(|disturbance| {
        disturbance.effect == Effect::Removed && disturbance.object.kind == id.kind
    })
}

/// What changes of the options of a foreign table, once the rest has changed.
pub(super) fn alter(pair: Pair<&Table>, dialect: Dialect, plan: &mut InPlace) {
    let (Some(before), Some(after)) = (&pair.before.foreign, &pair.after.foreign) else {
        return;
    };
    let options = Pair::new(&before.options, &after.options);
    if let Some(change) = change_foreign_options(dialect, options) {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER FOREIGN TABLE ")
            .name(&pair.after.name)
            .keyword(" ")
            .expression(&change);
        let mut step = Step::new(script.into_text());
        step.hazards
            .extend(secrets_hazard(&pair.after.id(), options));
        plan.main.push(step);
    }
    let steps = plan.main.iter_mut().chain(&mut plan.restore);
    let steps = steps.chain(&mut plan.discard);
    for step in steps.chain(&mut plan.release) {
        step.hazards
            .retain(|hazard| !OF_ROWS.contains(&hazard.code));
    }
}

/// What changes of what the wrapper is told about a column.
pub(super) fn alter_column(
    table: &Table,
    columns: Pair<Option<&Column>>,
    dialect: Dialect,
) -> Option<Step> {
    let nothing = ForeignOptions::new();
    let options = columns.map(|column| column.map_or(&nothing, |column| &column.foreign_options));
    let change = change_foreign_options(dialect, options)?;
    let mut script = alter_table(table, dialect);
    script
        .keyword("ALTER COLUMN ")
        .ident(&columns.after.or(columns.before)?.name)
        .keyword(" ")
        .expression(&change);
    Some(Step::new(script.into_text()))
}
