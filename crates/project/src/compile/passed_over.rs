//! What is said of what the models hold beside their declarations.

use schemist_model::{Declaration, PassedOver, ROWS};
use schemist_sql::line_column;

/// A sentence for each thing that was passed over; rows are told once, because somebody may miss them.
pub(crate) fn passed_over(declaration: &Declaration) -> Vec<String> {
    let (rows, rest): (Vec<_>, Vec<_>) = declaration
        .passed_over
        .iter()
        .partition(|passed| passed.why == ROWS);
    let place = |passed: &PassedOver| {
        let source = &declaration.files[passed.origin.file].source;
        let (line, _) = line_column(&source.text, passed.origin.span.start);
        format!("{}:{line}", source.path)
    };
    let told = rows.first().map(|first| {
        let others = match rows.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        format!(
            "{ROWS}: `{}` at {}{others} is left out; a revision can hold it (`schemist revision --empty`)",
            first.what,
            place(first)
        )
    });
    let rest = rest.iter().map(|passed| {
        format!(
            "passed over: {} at {} ({})",
            passed.what,
            place(passed),
            passed.why
        )
    });
    told.into_iter().chain(rest).collect()
}
