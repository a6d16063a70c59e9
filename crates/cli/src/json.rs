//! The shapes of JSON results that several commands share.

use schemist_project::{
    History, LockSource, Mention, Place, ProjectError, RevisionFile, RevisionId, StatementLock,
};
use serde_json::{Value, json};

/// The version of every document; it grows when a field goes or changes its meaning.
pub const VERSION: u32 = 1;

/// A revision with what is special about it; `current` is where the database stands, if it was asked.
pub fn revision(history: &History, file: &RevisionFile, current: Option<&[RevisionId]>) -> Value {
    let header = file.header();
    let id = file.id();
    let children: Vec<&str> = history
        .children(id)
        .iter()
        .map(|child| child.id().as_str())
        .collect();
    json!({
        "id": id.as_str(),
        "parents": header.parents.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
        "children": children,
        "message": header.message.as_str(),
        "created": header.created.map(|time| time.to_string()),
        "labels": header.labels.iter().map(|label| label.as_str()).collect::<Vec<_>>(),
        "depends_on": header.depends_on.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
        "path": file.path(),
        "is_head": children.is_empty(),
        "is_base": header.is_base(),
        "is_merge": header.is_merge(),
        "is_branch_point": children.len() > 1,
        "is_current": current.map(|current| current.contains(id)),
    })
}

/// A revision that is only mentioned.
pub fn mention(mention: &Mention) -> Value {
    json!({
        "id": mention.id.as_str(),
        "message": mention.message.as_str(),
        "created": mention.created.map(|time| time.to_string()),
        "path": &*mention.path,
    })
}

/// A table that a statement locks.
pub fn lock(lock: &StatementLock) -> Value {
    let source = match lock.source {
        LockSource::Measured => "measured",
        LockSource::Rules => "rules",
    };
    json!({
        "table": lock.table,
        "mode": lock.mode.words(),
        "is_rewritten": lock.is_rewritten,
        "source": source,
    })
}

/// The statements of a revision by dialect and direction, each with what is said above it.
///
/// # Errors
/// Where a section cannot be read.
pub fn ways(file: &RevisionFile) -> Result<Value, ProjectError> {
    let mut ways = Vec::new();
    for way in schemist_project::ways(file)? {
        let statements = way.statements.iter().map(|statement| {
            let hazards = statement.hazards.iter();
            let hazards: Vec<Value> = hazards
                .map(|(code, text)| json!({ "code": code, "text": text }))
                .collect();
            let locks: Vec<Value> = statement.locks.iter().map(lock).collect();
            json!({ "sql": statement.sql, "line": statement.line, "hazards": hazards, "locks": locks })
        });
        ways.push(json!({
            "direction": way.direction.name(),
            "dialect": way.dialect.name(),
            "statements": statements.collect::<Vec<_>>(),
        }));
    }
    Ok(ways.into())
}

/// An error with all that a person would read.
pub fn error(error: &ProjectError) -> Value {
    let complaints = error.complaints();
    let errors: Vec<Value> = complaints
        .iter()
        .map(|complaint| {
            json!({
                "message": format!("cannot {}", complaint.message),
                "because": complaint.causes,
                "places": complaint.places.iter().map(place).collect::<Vec<_>>(),
                "now": complaint.state,
                "hint": complaint.remedy,
            })
        })
        .collect();
    json!({ "version": VERSION, "errors": errors, "exit": error.exit().code() })
}

fn place(place: &Place) -> Value {
    let (line, column) = place.line_column();
    json!({ "path": &*place.path, "line": line, "column": column, "label": place.label })
}
