//! The life of one database: a run that is cut short, the runs after it, and a look at the end.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use schemist_sql::Dialect;
use schemist_testkit::Database;

use crate::history::{History, IN_DOUBT};
use crate::outcome::{Outcome, lines_of};
use crate::process::{Ended, run, start};
use crate::proxy::{Blow, Proxy, Strike};
use crate::server::Server;

/// How many processes begin at once.
const CROWD: usize = 20;

/// How many runs may follow a cut: one that asks, its answer, one that goes on.
const RUNS: usize = 4;

/// What a run is like that nobody disturbs.
struct Peace {
    outcome: Outcome,
    // How many questions a server was asked, and which of them were statements of the files.
    questions: u64,
    statements: Vec<u64>,
    // How often SQLite's journal file came or went.
    changes: u64,
    duration: Duration,
}

/// Strikes at moments that are spread over a run: these numbers, out of so many.
pub(crate) fn strike_at(dialect: Dialect, numbers: Range<u64>, of: u64) -> Result<(), String> {
    let Some(history) = History::of(dialect) else {
        return Ok(());
    };
    let Some(database) = Database::of(dialect) else {
        return Ok(());
    };
    let peace = undisturbed(&history, &database)?;
    for number in numbers {
        let Some(database) = Database::of(dialect) else {
            return Ok(());
        };
        let moment = match dialect {
            Dialect::Postgres | Dialect::Mysql => {
                let strike = strike(number, &peace);
                strike_server(&history, &database, strike);
                format!("{strike:?} of {}", peace.questions)
            }
            Dialect::Sqlite => strike_file(&history, &database, number, of, &peace),
        };
        let told = finish(&history, &database).map_err(|words| format!("{moment}: {words}"))?;
        let outcome = Outcome::of(&database);
        if outcome != peace.outcome {
            let difference = outcome.difference(&peace.outcome);
            return Err(format!("{moment}: the end differs\n{difference}\n{told}"));
        }
    }
    Ok(())
}

fn undisturbed(history: &History, database: &Database) -> Result<Peace, String> {
    let began = Instant::now();
    let mut changes = 0;
    let (ended, (questions, statements)) = match history.dialect {
        Dialect::Postgres | Dialect::Mysql => {
            let proxy = Proxy::new(history, database.url(), None);
            let ended = run(history.folder(), &proxy.url(database.url()), &["upgrade"]);
            (ended, proxy.questions())
        }
        Dialect::Sqlite => {
            let url = file_url(database);
            let running = start(history.folder(), &url, &["upgrade"]);
            let waiting = thread::spawn(move || running.wait());
            changes = count_changes(&journal_of(&url), &waiting, u64::MAX);
            let ended = waiting.join().expect("waiting does not fail");
            (ended, (0, Vec::new()))
        }
    };
    succeeded(&ended)?;
    Ok(Peace {
        outcome: Outcome::of(database),
        questions,
        statements,
        changes,
        duration: began.elapsed(),
    })
}

/// Stops the server in mid-run, at statements spread over the history: before one is sent, or while it runs.
pub(crate) fn stop_at(dialect: Dialect, stops: u64) -> Result<(), String> {
    let (Some(history), Some(server)) = (History::of(dialect), Server::start_own(dialect)) else {
        return Err(
            "a server of the test's own cannot be started: its programs are missing".into(),
        );
    };
    let folder = server.folder().to_path_buf();
    let server = Arc::new(server);
    let held = stop_each(&history, &server, stops);
    drop(server);
    if held.is_ok() && folder.exists() {
        return Err(format!("the server in {} runs on", folder.display()));
    }
    held
}

fn stop_each(history: &History, server: &Arc<Server>, stops: u64) -> Result<(), String> {
    let peace = undisturbed(history, &server.database("peace"))?;
    let statements = u64::try_from(peace.statements.len()).unwrap_or(0);
    let mut struck = 0;
    for number in 0..stops {
        let place = usize::try_from(number * statements / stops.max(1)).unwrap_or(0);
        let question = peace.statements.get(place).copied().unwrap_or(0);
        let inside = Duration::from_micros(scattered(number) % 12_000);
        let strike = Strike {
            question,
            delay: (number % 2 == 1).then_some(inside),
            blow: Blow::Stop,
        };
        let database = server.database(&format!("stopped_{number}"));
        let proxy = Proxy::new(history, database.url(), Some(strike));
        proxy.aim_at_server(server);
        let ended = run(history.folder(), &proxy.url(database.url()), &["upgrade"]);
        let moment = format!("{strike:?} of {}", peace.questions);
        if !proxy.has_struck() {
            return Err(format!(
                "{moment}: the run never came there:\n{}",
                ended.words
            ));
        }
        struck += 1;
        // Whoever reads it must know what to do.
        if ended.code != Some(1) || !ended.words.contains("hint: ") {
            return Err(format!(
                "{moment}: it ended with {:?}:\n{}",
                ended.code, ended.words
            ));
        }
        server.start();
        let told = finish(history, &database).map_err(|words| format!("{moment}: {words}"))?;
        let outcome = Outcome::of(&database);
        if outcome != peace.outcome {
            let difference = outcome.difference(&peace.outcome);
            return Err(format!("{moment}: the end differs\n{difference}\n{told}"));
        }
    }
    assert_eq!(struck, stops);
    Ok(())
}

/// First before and after every statement of the files, then inside them and anywhere; every tenth strike
/// cuts the connection only.
fn strike(number: u64, peace: &Peace) -> Strike {
    let mut boundaries: Vec<u64> = peace
        .statements
        .iter()
        .flat_map(|question| [*question, question + 1])
        .collect();
    boundaries.dedup();
    let chance = scattered(number);
    let boundary = usize::try_from(number)
        .ok()
        .and_then(|place| boundaries.get(place));
    let inside = peace
        .statements
        .get(usize::try_from(chance).unwrap_or(0) % peace.statements.len().max(1));
    let (question, delay) = match (boundary, inside) {
        (Some(question), _) => (*question, None),
        (None, Some(question)) if !number.is_multiple_of(3) => {
            (*question, Some(Duration::from_micros(chance % 12_000)))
        }
        (None, _) => (chance % peace.questions.max(1), None),
    };
    let blow = if number % 10 == 9 {
        Blow::Cut
    } else {
        Blow::Kill
    };
    Strike {
        question,
        delay,
        blow,
    }
}

/// A number that looks like chance, and is the same in every run.
const fn scattered(number: u64) -> u64 {
    number
        .wrapping_add(1)
        .wrapping_mul(6_364_136_223_846_793_005)
        .rotate_left(29)
        % 1_000_003
}

fn strike_server(history: &History, database: &Database, strike: Strike) {
    let proxy = Proxy::new(history, database.url(), Some(strike));
    let running = start(history.folder(), &proxy.url(database.url()), &["upgrade"]);
    proxy.aim(&running);
    running.wait();
}

/// Kills where SQLite's journal comes or goes, and at times spread over the run.
fn strike_file(
    history: &History,
    database: &Database,
    number: u64,
    of: u64,
    peace: &Peace,
) -> String {
    let url = file_url(database);
    let running = start(history.folder(), &url, &["upgrade"]);
    let watched = running.clone();
    let waiting = thread::spawn(move || running.wait());
    let moment = if number.is_multiple_of(2) {
        let change = number / 2 % peace.changes.max(1);
        if count_changes(&journal_of(&url), &waiting, change + 1) > change {
            watched.kill();
        }
        format!("killed at change {change} of the journal file")
    } else {
        let longest = peace.duration;
        let pause = longest * u32::try_from(number).unwrap_or(0) / u32::try_from(of).unwrap_or(1);
        let began = Instant::now();
        while !waiting.is_finished() && began.elapsed() < pause {
            thread::sleep(Duration::from_micros(50));
        }
        watched.kill();
        format!("killed after {pause:?} of {longest:?}")
    };
    let _ended = waiting.join();
    moment
}

/// Where SQLite keeps what was there before a transaction.
fn journal_of(url: &str) -> PathBuf {
    PathBuf::from(format!("{}-journal", url.trim_start_matches("sqlite://")))
}

/// Counts how often a file comes or goes while somebody waits, up to so many times.
fn count_changes<T>(file: &Path, waiting: &JoinHandle<T>, most: u64) -> u64 {
    let (mut seen, mut is_there) = (0, false);
    while !waiting.is_finished() && seen < most {
        let is_now = file.exists();
        seen += u64::from(is_now != is_there);
        is_there = is_now;
    }
    seen
}

/// Runs until nothing is left, and answers as a person would who looked.
fn finish(history: &History, database: &Database) -> Result<String, String> {
    let url = match history.dialect {
        Dialect::Postgres | Dialect::Mysql => database.url().to_owned(),
        Dialect::Sqlite => file_url(database),
    };
    let mut told = String::new();
    for _ in 0..RUNS {
        let ended = run(history.folder(), &url, &["upgrade"]);
        told.push_str(&ended.words);
        if ended.code == Some(0) {
            return Ok(told);
        }
        if !ended.words.contains("repair --resume") {
            break;
        }
        let ran = database
            .rows(IN_DOUBT)
            .first()
            .is_some_and(|count| count == "1");
        let answer = if ran { "--did-run" } else { "--did-not-run" };
        let ended = run(history.folder(), &url, &["repair", "--resume", answer]);
        told.push_str(&ended.words);
    }
    Err(format!("the runs after it do not finish:\n{told}"))
}

/// Many processes upgrade at once: each revision is applied by one, and all of them end well.
pub(crate) fn many_at_once(dialect: Dialect) -> Result<(), String> {
    let Some(history) = History::of(dialect) else {
        return Ok(());
    };
    let Some(database) = Database::of(dialect) else {
        return Ok(());
    };
    let peace = undisturbed(&history, &database)?;
    let Some(database) = Database::of(dialect) else {
        return Ok(());
    };
    let url = match dialect {
        Dialect::Postgres | Dialect::Mysql => database.url().to_owned(),
        Dialect::Sqlite => file_url(&database),
    };
    let runs: Vec<_> = (0..CROWD)
        .map(|_| start(history.folder(), &url, &["upgrade", "--lock-wait", "5min"]))
        .collect();
    let ended: Vec<Ended> = runs
        .into_iter()
        .map(|running| thread::spawn(move || running.wait()))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|waiting| waiting.join().expect("waiting does not fail"))
        .collect();
    for one in &ended {
        succeeded(one)?;
    }
    let applied: Vec<&str> = ended
        .iter()
        .flat_map(|one| lines_of(&one.words, "Applied "))
        .collect();
    if applied.len() != history.len() {
        return Err(format!("not each revision was applied once: {applied:#?}"));
    }
    let outcome = Outcome::of(&database);
    if outcome != peace.outcome {
        return Err(format!(
            "the end differs\n{}",
            outcome.difference(&peace.outcome)
        ));
    }
    Ok(())
}

fn succeeded(ended: &Ended) -> Result<(), String> {
    if ended.code == Some(0) {
        return Ok(());
    }
    Err(format!("it ended with {:?}:\n{}", ended.code, ended.words))
}

/// The url of the file without what only the testkit needs.
fn file_url(database: &Database) -> String {
    let url = database.url();
    let path = url.split('?').next().unwrap_or(url);
    assert!(Path::new(path.trim_start_matches("sqlite://")).is_absolute());
    path.to_owned()
}
