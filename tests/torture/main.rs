//! Pairs of schemas made by chance, each a test that is held to what is held of a fixture.
//!
//! A schema is made by edits, one after the other, and each edit always means something: its numbers
//! are taken modulo what there is to choose from. So any list of edits is a valid schema, and `proptest`
//! makes a failing pair small by leaving edits out and by making their numbers smaller.
//!
//! Each pair has a number, which is its seed: the same numbers are the same pairs on every machine.
//! `SCHEMIST_TEST_PAIRS` says how many there are, `SCHEMIST_TEST_FIRST_PAIR` where they begin;
//! `cargo xtask torture` sets both. What breaks is shown as small as it could be made, as text of a fixture.

mod builtin;
mod change;
#[path = "../check.rs"]
mod check;
mod edit;
mod item;
mod made;
mod mysql;
mod name;
mod pair;
mod picks;
mod schema;
mod sqlite;
mod value;
mod write;
mod write_rest;
mod write_table;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use schemist_sql::Dialect;
use schemist_testkit::{Database, Fixture, available, note_skipped};

use crate::pair::{RandomPair, pair_of_seed};

/// How many pairs there are where nobody says.
const PAIRS: u64 = 300;

/// The dialects, and what part of the pairs each gets.
const SHARES: &[(Dialect, u64)] = &[
    (Dialect::Postgres, 1),
    (Dialect::Sqlite, 3),
    (Dialect::Mysql, 3),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let number = |name: &str, default: u64| {
        let value = env::var(name).ok();
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let first = number("SCHEMIST_TEST_FIRST_PAIR", 0);
    let pairs = number("SCHEMIST_TEST_PAIRS", PAIRS);
    let mut trials = Vec::new();
    for (dialect, share) in SHARES {
        trials.extend((first..first + pairs / share).map(|seed| trial(*dialect, seed)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(dialect: Dialect, seed: u64) -> Trial {
    let name = format!("{dialect}/{seed}");
    let Err(unavailable) = available(dialect) else {
        return Trial::test(name, move || {
            pair_of_seed(dialect, seed, |pair| hold(dialect, pair)).map_err(Into::into)
        });
    };
    if unavailable.is_failure() {
        return Trial::test(name, move || Err(unavailable.reason().into()));
    }
    note_skipped(&name, &unavailable);
    Trial::test(name, || Ok(())).with_ignored_flag(true)
}

fn hold(dialect: Dialect, pair: &RandomPair) -> Result<(), String> {
    let (Some(database), Some(other)) = (Database::of(dialect), Database::of(dialect)) else {
        return Ok(());
    };
    other
        .try_execute(&pair.after)
        .map_err(|words| format!("after: {words}"))?;
    let text = format!("-- By chance.\n-- dialects: {dialect}\n\n{pair:?}");
    let fixture = Fixture::parse(Path::new("pairs/by_chance.sql"), &text)?;
    // What changes comes first, a line each.
    let told = check::check(&fixture, dialect, &database)?.text;
    if pair.before == pair.after && !told.starts_with('\n') {
        return Err(format!("the same schema twice differs:\n{told}"));
    }
    Ok(())
}
