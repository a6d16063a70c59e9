//! One command for several databases: a bounded number at once, and a table at the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use schemist_project::{Entry, Exit, ProjectError};
use serde_json::{Value, json};

use crate::json;
use crate::paint::Painted;
use crate::run::Run;
use crate::table::table;
use crate::ui::Crowd;

/// How many databases are worked on at once, where neither the command nor the settings say.
const JOBS: usize = 4;

/// How many databases are so many that nobody reads a line of each.
const CROWD: usize = 20;

/// How many of a crowd are named in the table at the end.
const NAMED: usize = 50;

/// How the work on one database ended.
struct Outcome {
    name: String,
    ending: Ending,
    note: String,
    kind: String,
    document: Value,
    results: Painted,
}

enum Ending {
    Ended(Exit),
    Failed(Exit),
    NotRun,
}

/// Runs a command for every database that was chosen.
///
/// # Errors
/// For one database, whatever keeps the command from its end. For several, only what keeps it from
/// beginning: what fails in one of them is told there, and the others go on.
pub async fn each(
    run: &Run,
    command: &str,
    work: impl AsyncFn(&Run, Entry) -> Result<Exit, ProjectError>,
) -> Result<Exit, ProjectError> {
    if !run.is_for_many()? {
        return work(run, run.entry()?).await;
    }
    let entries = run.entries().await?;
    let jobs = run.jobs(&entries).unwrap_or(JOBS).max(1);
    let total = entries.len();
    let crowd = crowd(run, total);
    let is_over = AtomicBool::new(false);
    let mut waiting = entries.into_iter().enumerate();
    let mut running = FuturesUnordered::new();
    let mut outcomes = Vec::new();
    let mut failures = 0;
    run.ui.reach(0, total);
    run.ui.begin_gauge(command, total);
    loop {
        while running.len() < jobs
            && let Some((number, entry)) = waiting.next()
        {
            running.push(one(run, number, entry, crowd, &work, &is_over));
        }
        let Some((number, outcome)) = running.next().await else {
            break;
        };
        let failed = matches!(outcome.ending, Ending::Failed(_));
        if failed && run.fails_fast() {
            is_over.store(true, Ordering::Relaxed);
        }
        failures += usize::from(failed);
        outcomes.push((number, outcome));
        let count = outcomes.len();
        run.ui.reach(count, total);
        run.ui.advance_gauge(count);
        // Twenty lines are enough to see how far it is.
        if total > jobs && (count.is_multiple_of((total / 20).max(1)) || count == total) {
            let failed = match failures {
                0 => String::new(),
                some => format!(", {some} failed"),
            };
            run.ui
                .progress(&format!("{count} of {total} databases{failed}"));
        }
    }
    run.ui.end_gauge();
    outcomes.sort_by_key(|(number, _)| *number);
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    show(run, command, crowd, &outcomes);
    Ok(exit(&outcomes))
}

async fn one(
    run: &Run,
    number: usize,
    entry: Entry,
    crowd: Crowd,
    work: &impl AsyncFn(&Run, Entry) -> Result<Exit, ProjectError>,
    is_over: &AtomicBool,
) -> (usize, Outcome) {
    let name = entry.name();
    if is_over.load(Ordering::Relaxed) {
        let outcome = Outcome {
            name,
            ending: Ending::NotRun,
            note: "not run, since another one failed".to_owned(),
            kind: String::new(),
            document: Value::Null,
            results: Painted::default(),
        };
        return (number, outcome);
    }
    let beside = run.beside(&name, crowd);
    let ended = work(&beside, entry).await;
    let said = beside.ui.taken();
    let (ending, note, document) = match ended {
        Ok(exit) => (Ending::Ended(exit), said.last, said.document),
        Err(error) => {
            let error = run.explained(error);
            if !run.ui.is_json() {
                beside.ui.error(&error);
            }
            let note = in_a_line(&error);
            (Ending::Failed(error.exit()), note, json::error(&error))
        }
    };
    let outcome = Outcome {
        name,
        ending,
        note,
        kind: said.kind,
        document,
        results: said.results,
    };
    (number, outcome)
}

/// What failed, and why, as far as it fits the table.
fn in_a_line(error: &ProjectError) -> String {
    let complaints = error.complaints();
    let Some(first) = complaints.first() else {
        return format!("cannot {error}");
    };
    match first.causes.first() {
        Some(cause) => format!("cannot {}: {cause}", first.message),
        None => format!("cannot {}", first.message),
    }
}

/// Whether each database may say what it does.
fn crowd(run: &Run, total: usize) -> Crowd {
    if total > CROWD && !run.ui.is_verbose() {
        Crowd::Large
    } else {
        Crowd::Small
    }
}

/// The results and the table at the end.
fn show(run: &Run, command: &str, crowd: Crowd, outcomes: &[Outcome]) {
    match crowd {
        Crowd::Small => {
            for outcome in outcomes {
                let prefix = format!("{}: ", outcome.name);
                run.ui.painted(&outcome.results.prefixed(&prefix));
            }
            run.ui.result(&table_of(outcomes.iter()));
        }
        Crowd::Large => show_crowd(run, outcomes),
    }
    let failed = outcomes.iter().filter(|it| !it.is_done()).count();
    let total = outcomes.len();
    run.ui.status(&match failed {
        0 => format!("{total} databases, all done"),
        _ => format!(
            "{} of {total} databases done; run the same command again for the others",
            total - failed
        ),
    });
    let databases: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            let mut document = match &outcome.document {
                Value::Object(fields) => fields.clone(),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => serde_json::Map::new(),
            };
            document.remove("version");
            document.remove("command");
            document.insert("name".to_owned(), outcome.name.clone().into());
            document.insert("result".to_owned(), outcome.word().into());
            Value::Object(document)
        })
        .collect();
    run.ui.json(command, json!({ "databases": databases }));
}

fn table_of<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> String {
    let rows = outcomes.map(|outcome| {
        let note = outcome.note.lines().next().unwrap_or_default();
        vec![
            outcome.name.clone(),
            outcome.word().to_owned(),
            note.to_owned(),
        ]
    });
    table(&["database", "result", ""], rows)
}

/// How many ended how, what is the same in many of them once, and those that are otherwise than most.
fn show_crowd(run: &Run, outcomes: &[Outcome]) {
    let mut results: BTreeMap<&Painted, Vec<&Outcome>> = BTreeMap::new();
    let mut kinds: BTreeMap<(&str, &str), Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        if !outcome.results.is_empty() {
            results.entry(&outcome.results).or_default().push(outcome);
        }
        let kind = (outcome.word(), outcome.kind.as_str());
        kinds.entry(kind).or_default().push(outcome);
    }
    for (text, same) in results {
        let first = same.first().map_or("", |outcome| outcome.name.as_str());
        let more = match same.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        run.ui.result(&format!("{first}{more}:"));
        run.ui.painted(text);
    }
    let rows = kinds.iter().map(|((word, kind), all)| {
        let count = all.len().to_string();
        vec![(*word).to_owned(), (*kind).to_owned(), count]
    });
    run.ui.result(&table(&["result", "", "databases"], rows));
    let most = kinds.values().map(Vec::len).max().unwrap_or_default();
    let is_usual = |outcome: &Outcome| {
        let kind = (outcome.word(), outcome.kind.as_str());
        outcome.is_done() && kinds.get(&kind).is_some_and(|all| all.len() == most)
    };
    let other: Vec<&Outcome> = outcomes.iter().filter(|it| !is_usual(it)).collect();
    if other.is_empty() {
        return;
    }
    let named = table_of(other.iter().copied().take(NAMED));
    run.ui.result(&format!("\n{named}"));
    if other.len() > NAMED {
        run.ui.status(&format!(
            "{} more are not shown; -v shows all of them",
            other.len() - NAMED
        ));
    }
}

impl Outcome {
    fn is_done(&self) -> bool {
        match self.ending {
            Ending::Ended(_) => true,
            Ending::Failed(_) | Ending::NotRun => false,
        }
    }

    fn word(&self) -> &'static str {
        match self.ending {
            Ending::Ended(Exit::Differences) => "differences",
            Ending::Ended(_) => "done",
            Ending::Failed(_) => "failed",
            Ending::NotRun => "not run",
        }
    }
}

/// What the program ends with: a failure before differences, and those before nothing.
fn exit(outcomes: &[Outcome]) -> Exit {
    let failed = outcomes.iter().find_map(|outcome| match outcome.ending {
        Ending::Failed(exit) => Some(exit),
        Ending::Ended(_) | Ending::NotRun => None,
    });
    let ended = outcomes.iter().find_map(|outcome| match outcome.ending {
        Ending::Ended(Exit::Done) | Ending::Failed(_) | Ending::NotRun => None,
        Ending::Ended(exit) => Some(exit),
    });
    failed.or(ended).unwrap_or(Exit::Done)
}
