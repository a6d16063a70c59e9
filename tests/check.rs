//! What is held of a fixture on one server.

use schemist_sql::Dialect;
use schemist_testkit::{Database, Fixture};

/// What the next person reads about a fixture: changes, up, down, hazards.
pub struct Snapshot {
    /// The text, the same in every run.
    pub text: String,
}

/// Runs a fixture on an empty database and holds that the server takes both of its schemas.
///
/// `None` is nothing to show.
///
/// # Errors
/// The law that broke, with what differs.
pub fn check(
    fixture: &Fixture,
    dialect: Dialect,
    database: &Database,
) -> Result<Option<Snapshot>, String> {
    let other = Database::of(dialect).ok_or("the server of a fixture went away")?;
    database
        .try_execute(&fixture.before)
        .map_err(|words| format!("before: {words}"))?;
    other
        .try_execute(&fixture.after)
        .map_err(|words| format!("after: {words}"))?;
    Ok(None)
}
