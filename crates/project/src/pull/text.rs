//! From the statements of a plan to the texts of files.

use std::collections::BTreeMap;

use schemist_catalog::{Catalog, ObjectId};
use schemist_diff::{Plan, PlannedStep};

use super::layout::{Files, Layout};

/// The hazard of a statement whose secret was left out.
const SECRET: &str = "secret_left_out";

/// The texts of the files, by their paths without ending.
pub(super) fn texts(catalog: &Catalog, plan: &Plan, layout: Layout) -> BTreeMap<String, String> {
    let mut files = Files::default();
    let mut texts: BTreeMap<String, (String, Option<ObjectId>)> = BTreeMap::new();
    // Ids first: which file an object gets must not depend on the order of statements.
    for id in catalog.objects().keys() {
        files.file(catalog, layout, id);
    }
    for planned in &plan.steps {
        let file = files.file(catalog, layout, &planned.object);
        let (text, previous) = texts.entry(file).or_default();
        if previous.as_ref().is_some_and(|id| *id != planned.object) {
            text.push('\n');
        }
        text.push_str(&statement(planned));
        *previous = Some(planned.object.clone());
    }
    let texts = texts.into_iter();
    texts.map(|(file, (text, _))| (file, text)).collect()
}

/// What is to be known of secrets that are in no file.
pub(super) fn secrets(plan: &Plan) -> Vec<String> {
    let hazards = plan.steps.iter().flat_map(|planned| &planned.step.hazards);
    let secret = hazards.filter(|hazard| hazard.code == SECRET);
    secret
        .map(|hazard| hazard.sentence.replace("a revision holds", "a model holds"))
        .collect()
}

fn statement(planned: &PlannedStep) -> String {
    let sql = planned.step.sql.trim_end();
    let sql = sql.strip_suffix(';').unwrap_or(sql);
    // A line comment at the end of a stored text would swallow the semicolon.
    let last_line = sql.lines().last().unwrap_or_default();
    let end = if last_line.contains("--") { "\n;" } else { ";" };
    let is_secret = |code: &str| code == SECRET;
    let note = if planned.step.hazards.iter().any(|it| is_secret(it.code)) {
        "-- What says <secret> here is set by hand in the database, and compared nowhere.\n"
    } else {
        ""
    };
    format!("{note}{sql}{end}\n")
}
