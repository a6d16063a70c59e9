//! GitLab's report of code quality: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde_json::{Value, json};

use super::sheet::{Level, Sheet, of_failure};
use super::shown::shown_line;

pub(super) fn document(sheet: &Sheet) -> Value {
    let mut issues = Vec::new();
    for suite in &sheet.suites {
        match &suite.outcome {
            Ok(notes) => issues.extend(notes.iter().map(|note| {
                let severity = match note.level {
                    Level::Note => "info",
                    Level::Warning => "minor",
                    Level::Error => "major",
                };
                json!({
                    "description": shown_line(&note.message),
                    "check_name": note.rule,
                    "fingerprint": note.fingerprint,
                    "severity": severity,
                    "location": { "path": note.place.path, "lines": { "begin": note.place.line } },
                })
            })),
            Err(why) => issues.push(json!({
                "description": shown_line(&format!("{}: {why}", suite.name)),
                "check_name": format!("{}-failed", sheet.command),
                "fingerprint": of_failure(&suite.name),
                "severity": "blocker",
                "location": { "path": "schemist.toml", "lines": { "begin": 1 } },
            })),
        }
    }
    issues.into()
}
