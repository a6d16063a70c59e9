//! GitLab's report of code quality: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::shown::shown_line;
use super::{Failure, Looked, Report};

pub(super) fn document(all: &[Looked]) -> Value {
    all.iter().flat_map(issues).collect()
}

fn issues(looked: &Looked) -> Vec<Value> {
    match looked {
        Looked::Compared(report) => of_report(report),
        Looked::Failed(failure) => vec![of_failure(failure)],
    }
}

fn of_report(report: &Report) -> Vec<Value> {
    let issues = report.findings.iter().map(|finding| {
        let place = report.place(finding);
        json!({
            "description": shown_line(&finding.message(report.sides)),
            "check_name": finding.rule(),
            "fingerprint": report.fingerprint(finding),
            "severity": "major",
            "location": { "path": place.path, "lines": { "begin": place.line } },
        })
    });
    issues.collect()
}

fn of_failure(failure: &Failure) -> Value {
    let digest = Sha256::digest(format!("failure\0{}", failure.name));
    let fingerprint: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "description": shown_line(&format!("{}: {}", failure.name, failure.message)),
        "check_name": "check-failed",
        "fingerprint": fingerprint,
        "severity": "blocker",
        "location": { "path": "schemist.toml", "lines": { "begin": 1 } },
    })
}
