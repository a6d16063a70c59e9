//! Comments on objects: PostgreSQL's `COMMENT ON`, the same for every kind.

use schemist_sql::{Dialect, Script};

use crate::{Alteration, Context, Pair, Step};

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

/// How something changes of which nothing but the comment can change in place: anything else in it, or in
/// what it depends on, makes it anew.
pub(crate) fn alter_or_recreate<T: PartialEq>(
    fixed: Pair<T>,
    comments: Pair<Option<&str>>,
    target: &str,
    context: &Context<'_>,
) -> Alteration {
    if !context.disturbed.is_empty() || fixed.differs() {
        return Alteration::Recreate;
    }
    Alteration::steps(on_alter(context.dialect, target, comments))
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
