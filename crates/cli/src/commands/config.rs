//! `schemist config`: the settings as they hold, and where each of them comes from.

use clap::{Args, Subcommand};
use schemist_project::connection::Resolved;
use schemist_project::{Entry, Exit, Part, ProjectError, safety};
use serde_json::{Value, json};

use crate::run::Run;
use crate::table::table;

/// Show the settings that hold, with where each value comes from
///
/// Variables are looked up and files are read, but no database is asked. Passwords are shown as ***.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist config
  schemist config --all --env prod     every database, in one environment
  schemist config --format json
  schemist config url                  the database alone")]
pub struct Config {
    #[command(subcommand)]
    part: Option<Which>,
}

/// Which part of the settings is shown.
#[derive(Debug, Clone, Subcommand)]
enum Which {
    /// Everything
    #[command(after_help = "Examples:
  schemist config show")]
    Show,
    /// The database's url, with *** for the password
    #[command(after_help = "Examples:
  schemist config url
  schemist config url --env prod")]
    Url {
        /// Leave the password out, as is always done
        #[arg(long)]
        redact: bool,
    },
}

/// Runs the command.
pub async fn run(arguments: &Config, run: &Run) -> Result<Exit, ProjectError> {
    let entries = if run.is_for_many()? {
        run.entries().await?
    } else {
        vec![run.entry()?]
    };
    if let Some(Which::Url { .. }) = arguments.part {
        for entry in &entries {
            run.ui.result(&entry.url()?.redacted());
        }
        let urls = entries.iter().map(|entry| Ok(entry.url()?.redacted()));
        let urls: Vec<String> = urls.collect::<Result<_, ProjectError>>()?;
        run.ui.json("config", json!({ "urls": urls }));
        return Ok(Exit::Done);
    }
    let Some(first) = entries.first() else {
        return Ok(Exit::Done);
    };
    let mut databases = Vec::new();
    for entry in &entries {
        databases.push(database(run, entry)?);
    }
    let listing = first.listing()?;
    if !listing.is_empty() {
        run.ui.result("settings");
    }
    let rows: Vec<[String; 3]> = listing
        .iter()
        .map(|it| [it.key.clone(), it.value.clone(), it.origin.clone()])
        .collect();
    show(run, &rows);
    safety::tell_written_passwords(first, |sentence| run.ui.warning(sentence));
    let settings: Vec<Value> = listing
        .iter()
        .map(|it| json!({ "key": it.key, "value": it.value, "origin": it.origin }))
        .collect();
    let files: Vec<&str> = first.files().iter().map(|file| file.name()).collect();
    run.ui.json(
        "config",
        json!({
            "files": files,
            "environment": first.environment_name,
            "source": databases.first().map(|it| it["source"].clone()),
            "databases": databases,
            "settings": settings,
        }),
    );
    Ok(Exit::Done)
}

/// Shows where one database is.
fn database(run: &Run, entry: &Entry) -> Result<Value, ProjectError> {
    let url = entry.url()?;
    let resolved = entry.resolved()?;
    run.ui.result(&format!(
        "{}  {}  ({})",
        entry.name(),
        url.redacted(),
        resolved.source
    ));
    let rows = rows(entry, resolved);
    show(run, &rows);
    for note in &resolved.notes {
        run.ui.warning(note);
    }
    let parts: Vec<Value> = rows
        .iter()
        .map(|[key, value, origin]| json!({ "key": key, "value": value, "origin": origin }))
        .collect();
    Ok(json!({
        "name": entry.name(),
        "dialect": url.dialect().name(),
        "url": url.redacted(),
        "source": resolved.source,
        "parts": parts,
        "notes": resolved.notes,
    }))
}

/// The parts of the url, each with where it comes from.
fn rows(entry: &Entry, resolved: &Resolved) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for part in Part::ALL {
        let origin = resolved.origins.get(&part).cloned();
        let row = match (resolved.url.part(part), part) {
            (Some(value), _) => [part.word().to_owned(), value, origin.unwrap_or_default()],
            (None, Part::Port) => match resolved.url.usual_port() {
                Some(port) => [part.word().to_owned(), port.to_string(), "usual".to_owned()],
                None => continue,
            },
            (None, _) => continue,
        };
        rows.push(row);
    }
    if let Some(schema) = entry.default_schema(resolved.url.dialect()) {
        let origin = match (&resolved.schema, entry.settings.schemas.first()) {
            (_, Some(_)) => "schemas",
            (Some(_), None) => "division",
            (None, None) if resolved.url.default_schema().is_some() => "search_path",
            (None, None) => "usual",
        };
        rows.push([
            "schema".to_owned(),
            schema.as_str().to_owned(),
            origin.to_owned(),
        ]);
    }
    rows
}

fn show(run: &Run, rows: &[[String; 3]]) {
    let rows = rows
        .iter()
        .map(|[key, value, origin]| vec![format!("  {key}"), value.clone(), origin.clone()]);
    run.ui.result(&table(&[], rows));
}
