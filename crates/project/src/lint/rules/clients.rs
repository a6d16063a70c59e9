//! What breaks programs that run while the schema changes.

use schemist_catalog::hazard::clients;
use schemist_sql::{Dialect, Ident, Span, TokenKind};

use crate::lint::act::{Act, Action, Column, Name};
use crate::lint::scene::{Found, Scene};

/// Names that change.
pub fn renamed(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                match action {
                    Action::RenameTable(_) => {
                        let sentence = format!("programs that run know table {table} by this name");
                        let gone = scene.found_at(*span, &clients::TABLE_RENAMED, sentence);
                        found.push(gone.of(table));
                    }
                    Action::RenameColumn(from, to) => {
                        let sentence = format!(
                            "programs that run know column {to} of table {table} as {from}"
                        );
                        let gone = scene.found_at(*span, &clients::COLUMN_RENAMED, sentence);
                        found.push(gone.of(table));
                    }
                    _ => {}
                }
            }
        }
        Some(Act::Rename(kind, Some(name)))
            if is_called_by_name(kind) && scene.is_old(name) && !is_made_again(scene, name) =>
        {
            let kind = kind.to_ascii_lowercase();
            let sentence = format!("programs that run know {kind} {name} by this name");
            found.push(scene.found(&clients::TABLE_RENAMED, sentence));
        }
        _ => {}
    }
}

/// Whether something gets this name again in the same way.
fn is_made_again(scene: &Scene<'_>, name: &Name) -> bool {
    scene.all[scene.place..]
        .iter()
        .any(|later| match &later.act {
            Some(Act::Create { name: other, .. }) => other.as_ref() == Some(name),
            _ => false,
        })
}

/// Whether programs name things of a kind.
fn is_called_by_name(kind: &str) -> bool {
    matches!(
        kind,
        "VIEW" | "MATERIALIZED VIEW" | "FUNCTION" | "PROCEDURE" | "TYPE" | "SEQUENCE" | "SCHEMA"
    )
}

/// What need not hold any more, and numbers that come from elsewhere.
pub fn relaxed(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                match action {
                    Action::DropNotNull(column) => {
                        let sentence =
                            format!("programs may meet NULL in column {column} of table {table}");
                        let open = scene.found_at(*span, &clients::NOT_NULL_DROPPED, sentence);
                        found.push(open.of(table));
                    }
                    Action::ChangeIdentity(column) => {
                        let sentence = format!(
                            "column {column} of table {table} gets its numbers in another way"
                        );
                        let other = scene.found_at(*span, &clients::IDENTITY_CHANGED, sentence);
                        found.push(other.of(table));
                    }
                    Action::DropIndex => {
                        let sentence =
                            format!("queries of table {table} that use the index become slow");
                        let gone = scene.found_at(*span, &clients::INDEX_DROPPED, sentence);
                        found.push(gone.of(table));
                    }
                    _ => {}
                }
            }
        }
        Some(Act::MoveSequence(Some(name))) => {
            let sentence = format!("sequence {name} gives other numbers from here on");
            found.push(scene.found(&clients::IDENTITY_CHANGED, sentence));
        }
        Some(Act::DomainWithCheck(name)) => {
            let sentence = format!(
                "the condition of domain {name} can be changed only by reading every table that uses it"
            );
            found.push(scene.found(&clients::DOMAIN_WITH_CHECK, sentence));
        }
        _ => {}
    }
    let mut columns = Vec::new();
    each_column(scene, &mut |column| columns.push(column.clone()));
    for column in columns.iter().filter(|column| column.ty == "json") {
        match scene.statement.dialect {
            Dialect::Postgres => {
                let sentence = format!("column {} of type json has no equality", column.name);
                found.push(scene.found_at(column.ty_span, &clients::JSON_COLUMN, sentence));
            }
            Dialect::Sqlite | Dialect::Mysql => {}
        }
    }
}

/// Every column that a statement makes.
pub fn each_column<'a>(scene: &Scene<'a>, see: &mut dyn FnMut(&'a Column)) {
    match &scene.statement.act {
        Some(Act::CreateTable(table)) => table.columns.iter().for_each(see),
        Some(Act::AlterTable { actions, .. }) => {
            for (action, _) in actions {
                if let Action::AddColumn(column) | Action::Modify(column, _) = action {
                    see(column);
                }
            }
        }
        _ => {}
    }
}

/// Values of enums.
pub fn enums(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::AddEnumValue {
            name,
            value,
            is_placed: false,
        }) => {
            let sentence =
                format!("value {value} comes last in type {name}, whatever else is there");
            found.push(scene.found(&clients::ENUM_VALUE_UNPLACED, sentence));
        }
        Some(Act::RenameEnumValue(name, value)) => {
            let sentence =
                format!("programs that run know value {value} of type {name} by this name");
            found.push(scene.found(&clients::ENUM_VALUE_RENAMED, sentence));
        }
        _ => {}
    }
}

/// Defaults and bounds that mean something else on another day.
pub fn not_deterministic(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let sql = &scene.statement.sql;
    let mut spots: Vec<(Span, String)> = Vec::new();
    each_column(scene, &mut |column| {
        if let Some(span) = column.default {
            spots.extend(frozen_default(sql, span, &column.name));
        }
    });
    match &scene.statement.act {
        Some(Act::CreateTable(table)) => {
            spots.extend(table.bounds.and_then(|span| moving_bounds(sql, span)));
        }
        Some(Act::AlterTable { actions, .. }) => {
            for (action, _) in actions {
                match action {
                    Action::SetDefault(column, span) => {
                        spots.extend(frozen_default(sql, *span, column));
                    }
                    Action::Attach(_, Some(span)) => spots.extend(moving_bounds(sql, *span)),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    for (span, sentence) in spots {
        found.push(scene.found_at(span, &clients::NOT_DETERMINISTIC, sentence));
    }
}

/// Strings that PostgreSQL turns into a moment.
const MOMENTS: [&str; 4] = ["'now'", "'today'", "'tomorrow'", "'yesterday'"];

/// Whether a statement can have anything that [`not_deterministic`] finds: one of the strings, or bounds, which
/// follow VALUES. To take it apart costs much more.
pub(crate) fn may_be_not_deterministic(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    sql.contains("values") || MOMENTS.iter().any(|moment| sql.contains(moment))
}

/// A string that PostgreSQL turns into the moment at which the statement runs.
pub(crate) fn frozen_default(sql: &str, span: Span, column: &Ident) -> Option<(Span, String)> {
    let mut words = schemist_sql::words(Dialect::Postgres, span.slice(sql));
    let word = words.find(|word| {
        word.token.kind == TokenKind::String
            && MOMENTS.contains(&word.text.to_ascii_lowercase().as_str())
    })?;
    let at = Span::new(
        span.start + word.token.span.start,
        span.start + word.token.span.end,
    );
    let sentence = format!(
        "the default {} of column {column} is the moment at which this runs, for ever",
        word.text
    );
    Some((at, sentence))
}

/// Bounds that are computed from today's date.
pub(crate) fn moving_bounds(sql: &str, span: Span) -> Option<(Span, String)> {
    const MOVING: [&str; 9] = [
        "current_date",
        "current_timestamp",
        "localtimestamp",
        "now",
        "clock_timestamp",
        "statement_timestamp",
        "random",
        "current_user",
        "session_user",
    ];
    let mut words = schemist_sql::words(Dialect::Postgres, span.slice(sql));
    let word = words.find(|word| word.is_one_of(&MOVING))?;
    let at = Span::new(
        span.start + word.token.span.start,
        span.start + word.token.span.end,
    );
    let sentence = format!(
        "the bounds of the partition come from {}, and differ from database to database",
        word.text
    );
    Some((at, sentence))
}
