//! One JSON document; its schema is `docs/schemas/check.json`.

use serde_json::{Map, Value, json};

use super::{Finding, Looked, Report, SourceLine, Statement};

/// The version of the document; it grows when a field goes or changes its meaning.
const VERSION: u32 = 1;

pub(super) fn document(all: &[Looked]) -> Value {
    let mut document = Map::new();
    document.insert("version".to_owned(), VERSION.into());
    document.insert("command".to_owned(), "check".into());
    match all {
        [only] => document.extend(of_one(only)),
        several => {
            let databases = several.iter().map(|looked| Value::Object(of_one(looked)));
            document.insert("databases".to_owned(), databases.collect());
        }
    }
    Value::Object(document)
}

fn of_one(looked: &Looked) -> Map<String, Value> {
    let (value, result) = match looked {
        Looked::Compared(report) if report.is_clean() => (fields(report), "done"),
        Looked::Compared(report) => (fields(report), "differences"),
        Looked::Failed(failure) => (
            json!({ "name": failure.name, "errors": [{ "message": failure.message }] }),
            "failed",
        ),
    };
    let mut fields = match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    fields.insert("result".to_owned(), result.into());
    fields
}

/// What a check of one database found.
pub fn fields(report: &Report) -> Value {
    let findings = report.findings.iter();
    let changes: Vec<Value> = findings.map(|finding| change(report, finding)).collect();
    json!({
        "name": report.name,
        "question": report.question,
        "sides": { "before": report.sides.before, "after": report.sides.after },
        "is_clean": report.is_clean(),
        "dialect": report.dialect.name(),
        "objects": report.objects,
        "changes": changes,
        "statements": report.statements.iter().map(statement).collect::<Vec<_>>(),
        "notes": report.notes,
    })
}

fn change(report: &Report, finding: &Finding) -> Value {
    let differences = finding.differences.iter();
    let since = finding.why.since.as_ref().map(|since| {
        json!({
            "revision": since.id.as_str(),
            "message": since.message,
            "date": since.date,
            "place": place(&since.place),
        })
    });
    json!({
        "verb": finding.verb,
        "kind": finding.kind,
        "object": finding.object,
        "group": finding.group,
        "details": differences.map(|it| it.line.as_str()).collect::<Vec<_>>(),
        "declared": finding.why.declared.as_ref().map(place),
        "since": since,
        "statements": finding.statements.iter().map(statement).collect::<Vec<_>>(),
        "fingerprint": report.fingerprint(finding),
    })
}

fn place(line: &SourceLine) -> Value {
    json!({ "path": line.path, "line": line.line, "column": line.column })
}

fn statement(statement: &Statement) -> Value {
    let hazards = statement.hazards.iter();
    let hazards = hazards.map(|(code, text)| json!({ "code": code, "text": text }));
    json!({ "sql": statement.sql, "hazards": hazards.collect::<Vec<_>>() })
}
