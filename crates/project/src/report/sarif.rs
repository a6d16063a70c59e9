//! SARIF 2.1.0, which code scanning reads: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::sheet::{Level, Note, Sheet};
use super::shown::shown;

pub(super) fn document(sheet: &Sheet) -> Value {
    let mut rules = BTreeMap::new();
    for note in sheet.suites.iter().flat_map(|suite| suite.notes()) {
        let known = rules.entry(note.rule.clone()).or_insert_with(|| rule(note));
        // The worst that was found is what the rule can come to.
        let worst = level(note.level);
        if worst == "error" {
            known["defaultConfiguration"]["level"] = worst.into();
        }
    }
    let index: BTreeMap<&str, usize> = rules.keys().map(String::as_str).zip(0..).collect();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for suite in &sheet.suites {
        match &suite.outcome {
            Ok(notes) => {
                let notes = notes.iter();
                results.extend(notes.map(|note| result(sheet, note, &index)));
            }
            Err(message) => notifications.push(json!({
                "level": "error",
                "message": { "text": shown(&format!("{}: {message}", suite.name)) },
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

const fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn rule(note: &Note) -> Value {
    let mut rule = json!({
        "id": note.rule,
        "shortDescription": { "text": note.rule_text },
        "defaultConfiguration": { "level": level(note.level) },
    });
    if let Some(help) = &note.rule_help {
        rule["help"] = json!({ "text": help });
    }
    rule
}

fn result(sheet: &Sheet, note: &Note, index: &BTreeMap<&str, usize>) -> Value {
    let message = format!("{}.\n{}", note.sentence, note.text);
    let mut region = Map::new();
    region.insert("startLine".to_owned(), note.place.line.into());
    region.insert("startColumn".to_owned(), note.place.column.into());
    if let Some((line, column)) = note.end {
        region.insert("endLine".to_owned(), line.into());
        region.insert("endColumn".to_owned(), column.into());
    }
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&note.place.path) },
            "region": region,
        },
    });
    if !note.object.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": shown(&note.object) }]);
    }
    json!({
        "ruleId": note.rule,
        "ruleIndex": index.get(note.rule.as_str()),
        "level": level(note.level),
        "message": { "text": shown(message.trim_end()) },
        "locations": [location],
        "partialFingerprints": { sheet.fingerprint: note.fingerprint },
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
