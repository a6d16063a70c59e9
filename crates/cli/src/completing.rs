//! What a shell offers while a command is typed: beside the options, what is in the project.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory, FromArgMatches};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use schemist_project::Entry;

use crate::arguments::{Arguments, Global};
use crate::run::Run;
use crate::ui::Ui;

/// The variable by which the script of a shell asks the program for candidates.
pub const VARIABLE: &str = "SCHEMIST_COMPLETE";

/// The command, whose arguments know what the project has for them.
pub fn with_candidates(command: Command) -> Command {
    let command = command.mut_args(with_candidates_of);
    command.mut_subcommands(with_candidates)
}

fn with_candidates_of(arg: Arg) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    let name = names.first().map(|name| name.as_str());
    let candidates = match (arg.get_id().as_str(), name) {
        ("name", Some("DATABASE")) => ArgValueCandidates::new(databases),
        ("env", Some("ENV")) => ArgValueCandidates::new(environments),
        (_, Some("REVISION" | "RANGE")) => ArgValueCandidates::new(revisions),
        (_, Some("LABEL")) => ArgValueCandidates::new(labels),
        (_, Some("BEFORE" | "AFTER" | "SIDE")) => ArgValueCandidates::new(sides),
        _ => return arg,
    };
    arg.add(candidates)
}

fn databases() -> Vec<CompletionCandidate> {
    let entry = entry(|global| global.name.clear());
    let databases = entry.iter().flat_map(Entry::databases);
    databases
        .map(|database| CompletionCandidate::new(&database.name))
        .collect()
}

fn environments() -> Vec<CompletionCandidate> {
    let entry = entry(|global| global.env.clear());
    let names = entry.into_iter().flat_map(|entry| entry.environments());
    names.map(CompletionCandidate::new).collect()
}

/// The words for places in the history, then the revisions, the newest first, then labels.
fn revisions() -> Vec<CompletionCandidate> {
    let mut candidates: Vec<_> = [
        ("head", "the newest revision"),
        ("current", "where the database is"),
        ("base", "before the first revision"),
        ("heads", "all revisions that nothing comes after"),
    ]
    .map(|(word, says)| candidate(word, says))
    .into();
    let history = entry(|_| {}).and_then(|entry| entry.history().ok());
    if let Some(history) = &history {
        let files = history.revisions().iter().rev();
        candidates.extend(files.map(|file| {
            let message = file.header().message.as_str();
            candidate(file.id().as_str(), message)
        }));
    }
    candidates.extend(labels());
    in_order(candidates)
}

fn labels() -> Vec<CompletionCandidate> {
    let history = entry(|_| {}).and_then(|entry| entry.history().ok());
    let mut candidates = Vec::new();
    for label in history.iter().flat_map(|history| history.labels()) {
        candidates.push(candidate(label.as_str(), "the branch with this label"));
    }
    candidates
}

fn sides() -> Vec<CompletionCandidate> {
    let mut candidates = vec![
        candidate("models", "what is declared"),
        candidate("database", "what the database has"),
    ];
    candidates.extend(revisions());
    in_order(candidates)
}

fn candidate(word: &str, says: &str) -> CompletionCandidate {
    let says = schemist_project::report::shown(says);
    let says = says.lines().next().unwrap_or_default();
    CompletionCandidate::new(word).help(Some(StyledStr::from(says.to_owned())))
}

/// In the order in which they are.
fn in_order(candidates: Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    let numbered = candidates.into_iter().enumerate();
    numbered
        .map(|(number, candidate)| candidate.display_order(Some(number)))
        .collect()
}

/// The project that the words so far are about; what is wrong with it is told when the command is run.
fn entry(without: impl FnOnce(&mut Global)) -> Option<Entry> {
    let words: Vec<OsString> = std::env::args_os()
        .skip_while(|word| word != "--")
        .skip(1)
        .collect();
    let command = Arguments::command().ignore_errors(true);
    let matches = command.try_get_matches_from(words).ok()?;
    let mut global = Global::from_arg_matches(&matches).ok()?;
    without(&mut global);
    let environment = Run::surroundings(&global).ok()?;
    let ui = Ui::new(&global);
    Run::new(environment, global, ui).entry().ok()
}
