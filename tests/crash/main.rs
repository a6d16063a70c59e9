//! Runs that are cut short: by SIGKILL, by a lost connection, by others who run at the same moment.
//!
//! A history of twelve revisions, with sections outside transactions, is applied; at one moment the
//! process is killed or its connection is cut; then the next runs finish the work, and the end must be that
//! of a run that nobody disturbed: schema, rows, and each statement's effect once. Where `upgrade`
//! asks whether a statement ran, the test looks, as a person would.
//!
//! Between the process and a server stands a proxy, which strikes before a message is passed on, or a
//! moment after it. The first strikes fall before and after every statement of the files, the others inside
//! them at times that look like chance, and before any message of ours. SQLite has no messages: the
//! process is killed where its journal file comes or goes, and at times spread over its run.
//!
//! A server that is stopped in mid-run, as a crash would, is one of the tests' own: it is started again, and the
//! next run goes on.
//!
//! `SCHEMIST_TEST_KILLS` says how many strikes there are in all (300), `SCHEMIST_TEST_ROUNDS` how often twenty
//! processes begin at once on each database (3 in the tests, where two processors serve all of them),
//! `SCHEMIST_TEST_STOPS` how often each server is stopped (8); `cargo xtask torture --kills 3000 --rounds 50 --stops 60` sets all.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings fail"
)]

mod history;
mod life;
mod outcome;
mod process;
mod proxy;
mod server;

use std::env;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use schemist_sql::Dialect;
use schemist_testkit::{available, note_skipped};

/// How many strikes there are where nobody says, and what part of them each database gets, in hundredths: enough for
/// each boundary of a statement, and for each of some fifty times that SQLite's journal file comes or goes.
const KILLS: u64 = 300;
const SHARES: &[(Dialect, u64)] = &[
    (Dialect::Postgres, 33),
    (Dialect::Mysql, 33),
    (Dialect::Sqlite, 34),
];

/// How many strikes are one test: they share an undisturbed run.
const TOGETHER: u64 = 15;

/// How often many begin at once.
const ROUNDS: u64 = 3;

/// How often a server is stopped.
const STOPS: u64 = 8;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let number = |name: &str, default: u64| {
        let value = env::var(name).ok();
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let kills = number("SCHEMIST_TEST_KILLS", KILLS);
    let rounds = number("SCHEMIST_TEST_ROUNDS", ROUNDS);
    let stops = number("SCHEMIST_TEST_STOPS", STOPS);
    let mut trials = Vec::new();
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        trials.push(trial(dialect, "stopped".to_owned(), move || {
            life::stop_at(dialect, stops)
        }));
    }
    for (dialect, share) in SHARES {
        let own = kills * share / 100;
        for first in (0..own).step_by(usize::try_from(TOGETHER).unwrap_or(1)) {
            let numbers = first..own.min(first + TOGETHER);
            trials.push(trial(*dialect, format!("killed/{first}"), move || {
                life::strike_at(*dialect, numbers.clone(), own)
            }));
        }
        for round in 0..rounds {
            trials.push(trial(*dialect, format!("at_once/{round}"), move || {
                life::many_at_once(*dialect)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(
    dialect: Dialect,
    name: String,
    hold: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Trial {
    let name = format!("{dialect}/{name}");
    let Err(unavailable) = available(dialect) else {
        return Trial::test(name, move || hold().map_err(Into::into));
    };
    if unavailable.is_failure() {
        return Trial::test(name, move || Err(unavailable.reason().into()));
    }
    note_skipped(&name, &unavailable);
    Trial::test(name, || Ok(())).with_ignored_flag(true)
}
