//! Objects that are put together from functions, each `KEY = function`: nothing of them changes in place.

use schemist_sql::{Dialect, QualifiedName, Script};

use crate::Step;

/// The statement that makes such an object; `words` are `CREATE TEXT SEARCH PARSER ` and the like.
pub(crate) fn create_from_parts(
    dialect: Dialect,
    words: &'static str,
    name: &QualifiedName,
    parts: &[String],
) -> Step {
    let mut script = Script::new(dialect);
    script
        .keyword(words)
        .name(name)
        .keyword(" (\n    ")
        .expression(&parts.join(",\n    "))
        .keyword("\n)");
    Step::new(script.into_text())
}
