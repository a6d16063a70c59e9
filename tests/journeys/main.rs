//! Whole journeys through the binary: that the pieces are wired, and what a person reads.

mod action;
mod at_night;
mod authority;
mod branches;
mod checking;
mod connections;
mod daily;
mod databases;
mod diagnosing;
mod dialects;
mod documents;
mod drawings;
mod edits;
mod enums;
mod environments;
mod exit_codes;
mod failures;
mod filters;
mod first_steps;
mod fleets;
mod going_back;
mod help;
mod hooks;
mod hostile;
mod imports;
mod inspecting;
mod known_databases;
mod linting;
mod locking;
mod made_databases;
mod measured_locks;
mod names;
mod narrow_ways;
mod new_names;
mod no_secret;
mod on_mysql;
mod on_postgres;
mod on_sqlite;
mod parted;
mod pipelines;
mod plans;
mod preflight;
mod privileges;
mod progress;
mod pulling;
mod pulling_for_sqlx;
mod pulling_structs;
mod queries;
mod read_only;
mod repairs;
mod reviewing;
mod roles;
mod schemas;
mod scripts;
mod secrets;
mod settings;
mod stamps;
mod standbys;
mod tables;
#[cfg(unix)]
mod terminal;
mod tls;
mod tls_on_mysql;
mod troubleshooting;
mod verify;
mod waiting;

use schemist_testkit::Sandbox;

/// An empty folder for the binary.
fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_schemist"))
}

/// A project whose models are this SQL.
fn project(models: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.run(&["init", "-q"]).succeeds();
    sandbox.write("models/schema.sql", models);
    sandbox
}

/// Runs commands, each a line of words, and writes down what happens.
fn transcript(sandbox: &Sandbox, commands: &[&str]) -> String {
    let runs = commands.iter().map(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        sandbox.run(&words).to_string()
    });
    runs.collect::<Vec<_>>().join("\n")
}
