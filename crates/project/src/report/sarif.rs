//! SARIF 2.1.0, which code scanning reads: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::human::{finding_lines, text_of};
use super::shown::shown;
use super::{Finding, Looked, Report};

/// The width of texts side by side.
const WIDTH: usize = 120;

pub(super) fn document(all: &[Looked]) -> Value {
    let mut rules = BTreeMap::new();
    for report in all.iter().filter_map(Looked::report) {
        for finding in &report.findings {
            rules.entry(finding.rule()).or_insert_with(|| rule(finding));
        }
    }
    let index: BTreeMap<&str, usize> = rules.keys().map(String::as_str).zip(0..).collect();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for looked in all {
        match looked {
            Looked::Compared(report) => {
                let findings = report.findings.iter();
                results.extend(findings.map(|finding| result(report, finding, &index)));
            }
            Looked::Failed(failure) => notifications.push(json!({
                "level": "error",
                "message": { "text": shown(&format!("{}: {}", failure.name, failure.message)) },
            })),
        }
    }
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "schemist",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(finding: &Finding) -> Value {
    let kind = finding.kind;
    let sentence = match finding.verb {
        "create" => format!("A {kind} is missing on the first side."),
        "drop" => format!("A {kind} is missing on the second side."),
        "break" => format!("A {kind} of the application does not work with the second side."),
        _ => format!("A {kind} is not the same on both sides."),
    };
    json!({
        "id": finding.rule(),
        "shortDescription": { "text": sentence },
        "defaultConfiguration": { "level": "error" },
    })
}

fn result(report: &Report, finding: &Finding, index: &BTreeMap<&str, usize>) -> Value {
    let rule = finding.rule();
    let place = report.place(finding);
    let text = text_of(&finding_lines(finding, report.sides, WIDTH));
    let message = format!("{}.\n{text}", finding.sentence(report.sides));
    json!({
        "ruleId": rule,
        "ruleIndex": index.get(rule.as_str()),
        "level": "error",
        "message": { "text": shown(&message) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&place.path) },
                "region": { "startLine": place.line, "startColumn": place.column },
            },
            "logicalLocations": [{ "fullyQualifiedName": shown(&finding.object) }],
        }],
        "partialFingerprints": { "schemistCheck/v1": report.fingerprint(finding) },
    })
}

/// A path as a relative reference: all but what it may hold is encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ü:c.rs"), "a%20b/%C3%BC%3Ac.rs");
    }
}
