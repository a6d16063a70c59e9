//! `schemist pull`: models of what a live database holds.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use schemist_project::pull::{
    Choices, Existing, FieldCase, Form, Layout, Number, Pulled, Request, Sqlx, Times, pull,
};
use schemist_project::{Exit, ProjectError};
use serde_json::json;

use crate::run::Run;

/// Write models that declare what a live database holds
///
/// Tables and enums become Rust; what structs cannot say becomes SQL beside them. Tables, views and
/// functions get a file each, with everything that stands on them; the rest goes by kind.
/// Reads the database and changes nothing in it. `schemist check` is clean afterwards.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist pull
  schemist pull --sql                          no Rust, SQL alone
  schemist pull --sqlx --derive serde::Serialize
  schemist pull --singular --rename book.type:kind --rename author_books:Shelf
  schemist pull --one-file                     everything in schema.rs and
                                               schema.sql
  schemist pull --into old --url postgres://me@localhost/shop")]
pub struct Pull {
    /// The folder to write into [default: the first of `models` in the settings]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write everything as SQL
    #[arg(long)]
    sql: bool,
    /// Write structs, and SQL for what they cannot say [the default]
    #[arg(long, conflicts_with = "sql")]
    structs: bool,
    /// Write everything into one file of Rust and one of SQL
    #[arg(long)]
    one_file: bool,
    /// Derive `sqlx::FromRow` and `sqlx::Type`, too
    #[arg(long, conflicts_with = "sql")]
    sqlx: bool,
    /// Derive something else, too
    #[arg(
        long,
        value_name = "PATH",
        value_delimiter = ',',
        conflicts_with = "sql"
    )]
    derive: Vec<String>,
    /// The crate whose types times have
    #[arg(long, value_enum, default_value_t, conflicts_with = "sql")]
    time: TimeCrate,
    /// Call structs after one row of their tables: `Author` of `authors`
    #[arg(long, conflicts_with = "sql")]
    singular: bool,
    /// How fields are called: as Rust does, or as the columns are
    #[arg(long, value_enum, default_value_t, conflicts_with = "sql")]
    case: Case,
    /// Something has another name in Rust: table:Struct, table.column:field, type:Enum
    #[arg(long, value_name = "NAME:NEW", value_parser = renamed, conflicts_with = "sql")]
    rename: Vec<(String, String)>,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

/// The crate whose types times have.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum TimeCrate {
    #[default]
    Chrono,
    Time,
    Jiff,
}

/// How fields are called.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Case {
    #[default]
    Snake,
    Keep,
}

/// Reads `name:new`.
fn renamed(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once(':') {
        Some((name, new)) if !name.is_empty() && !new.is_empty() => {
            Ok((name.to_owned(), new.to_owned()))
        }
        _ => Err("write what it is called and what it is to be called: book.type:kind".to_owned()),
    }
}

impl Pull {
    fn form(&self) -> Form {
        if self.sql {
            return Form::Sql;
        }
        Form::Structs(Box::new(Choices {
            times: match self.time {
                TimeCrate::Chrono => Times::Chrono,
                TimeCrate::Time => Times::Time,
                TimeCrate::Jiff => Times::Jiff,
            },
            sqlx: if self.sqlx {
                Sqlx::Derived
            } else {
                Sqlx::Absent
            },
            case: match self.case {
                Case::Snake => FieldCase::Snake,
                Case::Keep => FieldCase::Kept,
            },
            number: if self.singular {
                Number::Singular
            } else {
                Number::Kept
            },
            derives: self.derive.clone(),
            names: self.rename.iter().cloned().collect(),
            ..Choices::default()
        }))
    }
}

/// Runs the command.
pub async fn run(arguments: &Pull, run: &Run) -> Result<Exit, ProjectError> {
    let request = Request {
        folder: arguments.into.clone(),
        form: arguments.form(),
        layout: if arguments.one_file {
            Layout::One
        } else {
            Layout::Several
        },
        existing: if arguments.force {
            Existing::Replaced
        } else {
            Existing::Kept
        },
    };
    let pulled = pull(&run.entry()?, &request).await?;
    for path in &pulled.written {
        run.ui.result(path);
    }
    for sentence in &pulled.left_out {
        run.ui.warning(sentence);
    }
    for sentence in &pulled.notes {
        run.ui.status(sentence);
    }
    for command in cargo_adds(&pulled) {
        run.ui.status(&command);
    }
    run.ui.status(&summary(&pulled));
    run.ui.json(
        "pull",
        json!({
            "written": pulled.written,
            "unchanged": pulled.unchanged,
            "objects": pulled.objects,
            "left_out": pulled.left_out,
            "notes": pulled.notes,
            "crates": pulled.crates,
            "sqlx_features": pulled.sqlx_features,
        }),
    );
    Ok(Exit::Done)
}

/// What the structs need, as commands.
fn cargo_adds(pulled: &Pulled) -> Vec<String> {
    let mut commands = Vec::new();
    let crates = pulled.crates.join(" ");
    if !crates.is_empty() {
        commands.push(format!(
            "The structs need these crates: `cargo add schemist {crates}`"
        ));
    }
    let features = pulled.sqlx_features.join(",");
    if !features.is_empty() {
        commands.push(format!(
            "sqlx reads them with these features, beside those of your runtime: `cargo add sqlx --features {features}`"
        ));
    }
    commands
}

fn summary(pulled: &Pulled) -> String {
    let count = |count: usize, what: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {what}{plural}")
    };
    let next = if pulled.are_models {
        "now run `schemist check`: the database is what the models say"
    } else {
        "name the folder under `models` in the settings, then run `schemist check`"
    };
    let unchanged = count(pulled.unchanged, "file");
    if pulled.written.is_empty() {
        return format!("Nothing to write: {unchanged} say the same already — {next}");
    }
    let objects = count(pulled.objects, "object");
    let files = count(pulled.written.len() + pulled.unchanged, "file");
    let already = match pulled.unchanged {
        0 => String::new(),
        _ => format!(", of which {unchanged} said the same already"),
    };
    format!("Wrote {objects} into {files}{already} — {next}")
}
