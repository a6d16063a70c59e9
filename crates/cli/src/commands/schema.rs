//! `schemist schema`: one table, as the database has it.

use clap::Args;
use schemist_project::inspect::portrait::{ColumnLine, Detail, Portrait, portrait};
use schemist_project::{Exit, ProjectError};
use serde_json::{Value, json};

use crate::run::Run;
use crate::table::table;

/// Show a table or view as the database has it
///
/// Columns, keys, checks, indexes, foreign keys in both directions, triggers and comments. Reads only, and
/// the live database alone: what the settings leave out of comparisons is shown as well.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist schema block_run
  schemist schema item --schema billing
  schemist schema billing.item
  schemist schema block_run --sql      the statements that would make it anew
  schemist schema block_run --format json")]
pub struct Schema {
    /// The table or view, with or without its schema
    #[arg(value_name = "TABLE")]
    table: String,
    /// The schema that it is in [default: the first of `schemas` in the settings, or public]
    #[arg(long, value_name = "SCHEMA")]
    schema: Option<String>,
    /// Write the statements that would make it anew
    #[arg(long)]
    sql: bool,
}

/// Runs the command.
pub async fn run(arguments: &Schema, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let found = portrait(&entry, &arguments.table, arguments.schema.as_deref()).await?;
    if arguments.sql {
        run.ui.sql(entry.url()?.dialect(), &found.sql);
    } else {
        run.ui.result(&text(&found));
    }
    run.ui.json("schema", as_json(&found));
    Ok(Exit::Done)
}

fn text(found: &Portrait) -> String {
    let schema = found.schema.as_ref();
    let schema = schema.map_or_else(String::new, |schema| format!(" in schema {schema}"));
    let mut text = format!("{} {}{schema}\n", found.kind, found.name);
    if let Some(comment) = &found.comment {
        text.push_str(&format!("{comment}\n"));
    }
    text.push('\n');
    text.push_str(&columns(&found.columns));
    for (title, details) in [
        ("Keys", &found.keys),
        ("Checks", &found.checks),
        ("Indexes", &found.indexes),
        ("Foreign keys", &found.foreign_keys),
        ("Referenced by", &found.referenced_by),
        ("Triggers", &found.triggers),
        ("More", &found.more),
    ] {
        if details.is_empty() {
            continue;
        }
        text.push_str(&format!("\n\n{title}\n"));
        let rows = details.iter().map(|detail| {
            let comment = detail.comment.as_ref();
            let comment = comment.map_or_else(String::new, |comment| format!(" — {comment}"));
            let name = if detail.name.is_empty() {
                "(unnamed)"
            } else {
                &detail.name
            };
            vec![format!("  {name}"), format!("{}{comment}", detail.text)]
        });
        text.push_str(&table(&[], rows));
    }
    if let Some(query) = &found.query {
        text.push_str(&format!(
            "\n\nQuery\n  {}",
            query.trim().replace('\n', "\n  ")
        ));
    }
    text
}

fn columns(columns: &[ColumnLine]) -> String {
    let has_notes = columns.iter().any(|column| !notes(column).is_empty());
    let mut headings = vec!["  column", "type", "null", "default"];
    if has_notes {
        headings.push("notes");
    }
    let rows = columns.iter().map(|column| {
        let null = match column.nullable {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let mut row = vec![
            format!("  {}", column.name),
            column.data_type.clone(),
            null.to_owned(),
            column.default.clone().unwrap_or_default(),
        ];
        if has_notes {
            row.push(notes(column));
        }
        row
    });
    table(&headings, rows)
}

fn notes(column: &ColumnLine) -> String {
    let mut notes = Vec::new();
    if !column.values.is_empty() {
        notes.push(column.values.join(" | "));
    }
    if let Some(collation) = &column.collation {
        notes.push(format!("collation {collation}"));
    }
    notes.extend(column.comment.clone());
    notes.join("; ")
}

fn as_json(found: &Portrait) -> Value {
    let list = |details: &[Detail]| -> Vec<Value> {
        let one = |detail: &Detail| json!({ "name": detail.name, "text": detail.text, "comment": detail.comment });
        details.iter().map(one).collect()
    };
    let columns = found.columns.iter().map(|column| {
        json!({
            "name": column.name,
            "type": column.data_type,
            "nullable": column.nullable,
            "default": column.default,
            "values": column.values,
            "collation": column.collation,
            "comment": column.comment,
        })
    });
    json!({
        "kind": found.kind,
        "name": found.name,
        "schema": found.schema,
        "comment": found.comment,
        "columns": columns.collect::<Vec<_>>(),
        "keys": list(&found.keys),
        "checks": list(&found.checks),
        "indexes": list(&found.indexes),
        "foreign_keys": list(&found.foreign_keys),
        "referenced_by": list(&found.referenced_by),
        "triggers": list(&found.triggers),
        "more": list(&found.more),
        "query": found.query,
        "sql": found.sql,
    })
}
