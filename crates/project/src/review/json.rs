//! One JSON document; its schema is `docs/schemas/review.json`.

use schemist_catalog::Severity;
use schemist_revision::RevisionId;
use serde_json::{Map, Value, json};

use super::queries::{OfFile, by_file};
use super::report::{ChangeGroup, Look, Loss, Review, TableSize};
use super::sheet::{Proven, Sheet, Stated, Way, Ways};

/// The version of the document; it grows when a field goes or changes its meaning.
const VERSION: u32 = 1;

pub(super) fn document(review: &Review) -> String {
    let mut document = Map::new();
    document.insert("version".to_owned(), VERSION.into());
    document.insert("command".to_owned(), "review".into());
    if let Value::Object(fields) = fields(review) {
        document.extend(fields);
    }
    // A value that is in memory can be written.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// What a review found.
pub fn fields(review: &Review) -> Value {
    json!({
        "name": review.name,
        "which": review.which,
        "revisions": review.sheets.iter().map(sheet).collect::<Vec<_>>(),
        "edited": review.edited.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
        "looks": review.looks.iter().map(look).collect::<Vec<_>>(),
        "groups": review.groups.iter().map(group).collect::<Vec<_>>(),
        "queries": by_file(review).iter().flat_map(of_file).collect::<Vec<_>>(),
        "losses": review.losses.iter().map(loss).collect::<Vec<_>>(),
        "worst": review.worst().map(Severity::word),
        "database": review.database,
        "sizes": review.sizes.iter().map(size).collect::<Vec<_>>(),
        "notes": review.notes,
    })
}

fn sheet(sheet: &Sheet) -> Value {
    let proven = match &sheet.proof {
        Proven::No(_) => Vec::new(),
        Proven::On(servers) => {
            let servers = servers.iter();
            let servers = servers
                .map(|(dialect, version)| json!({ "dialect": dialect.name(), "version": version }));
            servers.collect()
        }
    };
    json!({
        "id": sheet.id.as_str(),
        "parents": sheet.parents.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
        "message": sheet.message,
        "created": sheet.created,
        "path": sheet.path,
        "proven": proven,
        "irreversible": sheet.irreversible,
        "ways": sheet.ways.iter().map(ways).collect::<Vec<_>>(),
    })
}

fn ways(ways: &Ways) -> Value {
    json!({
        "dialect": ways.dialect.name(),
        "up": way(&ways.up),
        "down": way(&ways.down),
    })
}

fn way(way: &Way) -> Value {
    let statements = way.stretches.iter().flat_map(|stretch| {
        let conditions = &stretch.conditions;
        stretch
            .statements
            .iter()
            .map(move |it| statement(it, conditions))
    });
    json!({ "missing": way.missing, "statements": statements.collect::<Vec<_>>() })
}

fn statement(statement: &Stated, conditions: &[&str]) -> Value {
    let hazards = statement.hazards.iter();
    let hazards = hazards.map(
        |told| json!({ "code": told.code, "severity": told.severity.word(), "text": told.text }),
    );
    json!({
        "sql": statement.sql,
        "line": statement.line,
        "conditions": conditions,
        "hazards": hazards.collect::<Vec<_>>(),
        "locks": statement.locks,
    })
}

fn look(look: &Look) -> Value {
    json!({
        "dialect": look.dialect.name(),
        "server": look.server,
        "read_only": look.read_only,
        "problem": look.problem,
    })
}

fn group(group: &ChangeGroup) -> Value {
    let changes = group.changes.iter().map(|change| {
        let dialects: Vec<&str> = change.dialects.iter().map(|it| it.name()).collect();
        json!({ "verb": change.verb, "object": change.object, "details": change.details, "dialects": dialects })
    });
    json!({ "object": group.object, "changes": changes.collect::<Vec<_>>() })
}

fn of_file(file: &OfFile<'_>) -> Vec<Value> {
    let effects = file.queries.iter().map(|effect| {
        let dialects: Vec<&str> = effect.dialects.iter().map(|it| it.name()).collect();
        json!({
            "path": file.path,
            "line": effect.line,
            "code": effect.told.code,
            "severity": effect.told.severity.word(),
            "text": effect.what,
            "revision": effect.sheet.id.as_str(),
            "dialects": dialects,
        })
    });
    effects.collect()
}

fn loss(loss: &Loss) -> Value {
    let dialects: Vec<&str> = loss.dialects.iter().map(|it| it.name()).collect();
    json!({ "direction": loss.direction.name(), "text": loss.text, "dialects": dialects })
}

fn size(size: &TableSize) -> Value {
    json!({ "table": size.table, "rows": size.rows, "bytes": size.bytes, "counted": size.is_counted })
}
