//! `cargo xtask torture`: pairs of schemas made by chance, and runs that are killed, more of them than the tests have time for.

use std::process::ExitCode;

use clap::Args;

use crate::test::{self, Service, TestArguments};

/// What is asked of the task.
#[derive(Args)]
pub struct TortureArguments {
    /// How many pairs are made for PostgreSQL; SQLite and MariaDB get a third as many each
    #[arg(long, default_value_t = 2000, value_name = "N")]
    pairs: u64,
    /// The number of the first pair: each number is a pair, the same one on every machine
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    first: u64,
    /// In place of pairs: how often a run is killed or cut, on all databases together
    #[arg(long, value_name = "N", conflicts_with_all = ["pairs", "first"])]
    kills: Option<u64>,
    /// How often twenty processes begin at once, on each database
    #[arg(long, value_name = "N", default_value_t = 50, requires = "kills")]
    rounds: u64,
    /// How often a server is stopped in mid-run, for each kind of server
    #[arg(long, value_name = "N", default_value_t = 30, requires = "kills")]
    stops: u64,
    /// Leave out the pairs for this server
    #[arg(long, value_name = "SERVER")]
    without: Vec<Service>,
    /// Run the pairs on each of these versions of PostgreSQL
    #[arg(long, value_name = "VERSIONS", value_delimiter = ',')]
    postgres: Vec<u32>,
}

/// Runs the pairs.
///
/// # Errors
/// What is missing on this machine, with what helps.
pub fn run(arguments: &TortureArguments) -> Result<ExitCode, String> {
    if let Some(kills) = arguments.kills {
        return run_kills(arguments, kills);
    }
    let rest = ["-p", "schemist-tests", "--test", "torture"];
    let tests = TestArguments {
        without: arguments.without.clone(),
        postgres: arguments.postgres.clone(),
        rest: rest.map(str::to_owned).to_vec(),
        settings: vec![
            ("SCHEMIST_TEST_PAIRS", arguments.pairs.to_string()),
            ("SCHEMIST_TEST_FIRST_PAIR", arguments.first.to_string()),
        ],
    };
    test::run(&tests)
}

/// Runs the tests in which runs are cut short.
fn run_kills(arguments: &TortureArguments, kills: u64) -> Result<ExitCode, String> {
    let rest = ["-p", "schemist-cli", "--test", "crash"];
    let tests = TestArguments {
        without: arguments.without.clone(),
        postgres: arguments.postgres.clone(),
        rest: rest.map(str::to_owned).to_vec(),
        settings: vec![
            ("SCHEMIST_TEST_KILLS", kills.to_string()),
            ("SCHEMIST_TEST_ROUNDS", arguments.rounds.to_string()),
            ("SCHEMIST_TEST_STOPS", arguments.stops.to_string()),
        ],
    };
    test::run(&tests)
}
