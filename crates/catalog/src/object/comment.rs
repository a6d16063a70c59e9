//! Comments on objects: PostgreSQL's `COMMENT ON`, the same for every kind.

use schemist_sql::{Dialect, Script};

use crate::{Pair, Step};

/// What a comment is on, as `COMMENT ON` wants it: the kind's words and the quoted name.
pub(crate) fn target(words: &'static str, quoted: &str) -> String {
    format!("{words}{quoted}")
}

/// The statement for a new object's comment, if it has one.
pub(crate) fn on_create(dialect: Dialect, target: &str, comment: Option<&str>) -> Option<Step> {
    comment.map(|comment| statement(dialect, target, Some(comment)))
}

/// The statement for a changed comment, if it changed.
pub(crate) fn on_alter(dialect: Dialect, target: &str, pair: Pair<Option<&str>>) -> Vec<Step> {
    if pair.differs() {
        vec![statement(dialect, target, pair.after)]
    } else {
        Vec::new()
    }
}

fn statement(dialect: Dialect, target: &str, comment: Option<&str>) -> Step {
    let mut script = Script::new(dialect);
    script
        .keyword("COMMENT ON ")
        .expression(target)
        .keyword(" IS ");
    match comment {
        Some(comment) => script.literal(comment),
        None => script.keyword("NULL"),
    };
    Step::new(script.into_text())
}
