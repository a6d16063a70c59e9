//! A report in the forms in which it is written.

use schemist_catalog::Severity;
use serde_json::{Value, json};

use super::remark::{LintReport, Remark};
use crate::report::{Level, Note, ReportFormat, Sheet, SourceLine, Suite, document, inline, shown};

/// The version of the document; it grows when a field goes or changes its meaning.
const VERSION: u32 = 1;

/// Writes a report in a format; `None` where a lint has none of it.
pub fn render(format: ReportFormat, report: &LintReport) -> Option<String> {
    match format {
        ReportFormat::Human => Some(shown(&human(report))),
        ReportFormat::Json => Some(pretty(&json_document(report))),
        ReportFormat::Sarif | ReportFormat::Github | ReportFormat::Gitlab | ReportFormat::Junit => {
            document(format, &sheet(report))
        }
        ReportFormat::Markdown => Some(markdown(report)),
        ReportFormat::Sql => None,
    }
}

fn pretty(document: &Value) -> String {
    // A value that is in memory can be written.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

fn human(report: &LintReport) -> String {
    if let Some(why) = &report.failure {
        return format!("{why}\n");
    }
    let lines = report.remarks.iter().map(|remark| {
        let ((line, column), _) = remark.lines();
        format!(
            "{}:{line}:{column}: {} {}: {}\n",
            remark.place.path,
            remark.severity.word(),
            remark.rule.code,
            remark.sentence
        )
    });
    lines.collect()
}

/// One JSON document; its schema is `docs/schemas/lint.json`.
pub(super) fn json_document(report: &LintReport) -> Value {
    let counts = Severity::ALL.map(|severity| {
        let all = report.remarks.iter();
        let count = all.filter(|remark| remark.severity == severity).count();
        (severity.word().to_owned(), Value::from(count))
    });
    json!({
        "version": VERSION,
        "command": "lint",
        "files": report.files,
        "statements": report.statements,
        "counts": Value::Object(counts.into_iter().collect()),
        "ignored": report.ignored,
        "in_baseline": report.known,
        "remarks": report.remarks.iter().map(of_remark).collect::<Vec<_>>(),
        "notes": report.notes,
        "errors": report.failure.iter().map(|why| json!({ "message": why })).collect::<Vec<_>>(),
    })
}

fn of_remark(remark: &Remark) -> Value {
    let ((line, column), (end_line, end_column)) = remark.lines();
    let locks = remark.locks.iter().map(|lock| {
        let source = match lock.source {
            schemist_revision::LockSource::Measured => "measured",
            schemist_revision::LockSource::Rules => "rules",
        };
        json!({
            "table": lock.table,
            "mode": lock.mode.words(),
            "is_rewritten": lock.is_rewritten,
            "source": source,
        })
    });
    let size = remark
        .size
        .map(|size| json!({ "rows": size.rows, "bytes": size.bytes }));
    let dialects = remark.dialects.iter().map(|dialect| dialect.name());
    json!({
        "code": remark.rule.code,
        "severity": remark.severity.word(),
        "title": remark.rule.title,
        "text": remark.sentence,
        "instead": remark.rule.safe,
        "place": {
            "path": &*remark.place.path,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        },
        "dialects": dialects.collect::<Vec<_>>(),
        "direction": remark.direction.map(|direction| direction.name()),
        "sql": remark.sql,
        "table": remark.table,
        "locks": locks.collect::<Vec<_>>(),
        "size": size,
        "fix": remark.fix.as_ref().map(|fix| fix.title),
        "fingerprint": remark.fingerprint,
    })
}

/// The same for the programs of a pipeline.
fn sheet(report: &LintReport) -> Sheet {
    let notes = report.remarks.iter().map(|remark| note(report, remark));
    Sheet {
        command: "lint",
        fingerprint: "schemistLint/v1",
        suites: vec![Suite {
            name: "lint".to_owned(),
            clean: "nothing to remark".to_owned(),
            outcome: match &report.failure {
                Some(why) => Err(why.clone()),
                None => Ok(notes.collect()),
            },
        }],
    }
}

fn note(report: &LintReport, remark: &Remark) -> Note {
    let ((line, column), end) = remark.lines();
    let mut further = remark.notes();
    further.push(format!("instead: {}", remark.rule.safe));
    let level = match remark.severity {
        Severity::Notice => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Danger => Level::Error,
    };
    let further = further.join("\n");
    Note {
        rule: remark.rule.code.to_owned(),
        rule_text: remark.rule.what.to_owned(),
        rule_help: Some(remark.rule.safe.to_owned()),
        level,
        title: format!("{} ({})", remark.rule.title, remark.rule.code),
        sentence: remark.sentence.clone(),
        message: format!("{}\n{further}", remark.sentence),
        text: further,
        object: remark.table.clone().unwrap_or_default(),
        place: SourceLine {
            path: format!("{}{}", report.base, remark.place.path),
            line,
            column,
        },
        end: Some(end),
        fingerprint: remark.fingerprint.clone(),
    }
}

fn markdown(report: &LintReport) -> String {
    if let Some(why) = &report.failure {
        return format!("## lint: nobody could look\n\n{}\n", inline(why));
    }
    if report.remarks.is_empty() {
        return format!(
            "## lint: nothing to remark\n\n{} statements in {} files.\n",
            report.statements, report.files
        );
    }
    let count = report.remarks.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut text = format!(
        "## lint: {count} remark{plural}\n\n| | Where | Code | What | Instead |\n|---|---|---|---|---|\n"
    );
    for remark in &report.remarks {
        let ((line, _), _) = remark.lines();
        let mut what = inline(&remark.sentence);
        for note in remark.notes() {
            what.push_str(&format!("<br>{}", inline(&note)));
        }
        text.push_str(&format!(
            "| {} | {}:{line} | {} | {what} | {} |\n",
            remark.severity.word(),
            inline(&remark.place.path),
            inline(remark.rule.code),
            inline(remark.rule.safe),
        ));
    }
    text
}
