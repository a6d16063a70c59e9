//! `cargo xtask test`: every test, with the servers that they need.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::packages::NEWEST;
use crate::programs::Programs;
use crate::server::Server;
use crate::{chromium, mariadb};

/// The variable that names a server; the tests read it too.
const URL: &str = "SCHEMIST_TEST_POSTGRES_URL";

/// The same for MySQL and MariaDB.
const MYSQL_URL: &str = "SCHEMIST_TEST_MYSQL_URL";

/// The variable that names the program which drives the browser.
const CHROMEDRIVER: &str = "SCHEMIST_TEST_CHROMEDRIVER";

/// The variable that names the servers which are knowingly left out.
const WITHOUT: &str = "SCHEMIST_TEST_WITHOUT";

/// The variable that names the file in which tests write down that they were skipped.
const SKIPPED: &str = "SCHEMIST_TEST_SKIPPED";

/// What is asked of the task.
#[derive(Args)]
pub struct TestArguments {
    /// Skip the tests that need this server or program, and list them at the end
    #[arg(long, value_name = "SERVER")]
    pub without: Vec<Service>,
    /// Run the fixtures, or the tests that the arguments name, on each of these versions of PostgreSQL,
    /// such as `13,14,18`
    #[arg(
        long,
        value_name = "VERSIONS",
        value_delimiter = ',',
        conflicts_with = "without"
    )]
    pub postgres: Vec<u32>,
    /// Arguments for `cargo nextest run`, or for `cargo test` where nextest is not installed
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub rest: Vec<String>,
    /// What else the tests are told by the environment
    #[arg(skip)]
    pub settings: Vec<(&'static str, String)>,
}

/// A server that tests may be without.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// PostgreSQL
    Postgres,
    /// MySQL or MariaDB
    Mysql,
    /// Chromium, for the tests of pages
    Chromium,
}

impl Service {
    const fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Chromium => "chromium",
        }
    }
}

/// One run of tests, on one server.
struct Round {
    server: Option<Programs>,
    commands: Vec<Command>,
}

/// Runs the tests.
///
/// # Errors
/// What is missing on this machine, with what helps.
pub fn run(arguments: &TestArguments) -> Result<ExitCode, String> {
    obey_signals()?;
    let notes =
        tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let skipped = notes.path().join("skipped");
    let mut code = ExitCode::SUCCESS;
    let (rounds, untested) = rounds(arguments)?;
    let is_given = env::var_os(MYSQL_URL).is_some_and(|url| !url.is_empty());
    let mysql = if is_given || arguments.without.contains(&Service::Mysql) {
        None
    } else {
        Some(mariadb::Server::start()?)
    };
    let is_given = env::var_os(CHROMEDRIVER).is_some_and(|path| !path.is_empty());
    let driver = if is_given || arguments.without.contains(&Service::Chromium) {
        None
    } else {
        Some(chromium::find_or_install()?)
    };
    let mut settings = arguments.settings.clone();
    settings.extend(driver.map(|path| (CHROMEDRIVER, path.display().to_string())));
    settings.push((SKIPPED, skipped.display().to_string()));
    settings.extend(mysql.as_ref().map(|server| (MYSQL_URL, server.url())));
    let without: Vec<_> = arguments.without.iter().map(|one| one.word()).collect();
    if !without.is_empty() {
        settings.push((WITHOUT, without.join(",")));
    }
    for round in rounds {
        if !run_round(round, settings.clone())? {
            code = ExitCode::FAILURE;
        }
        if INTERRUPTED.load(Ordering::SeqCst) {
            return Err("interrupted; the servers are stopped".to_owned());
        }
    }
    list_skipped(&fs::read_to_string(&skipped).unwrap_or_default());
    if let Some(untested) = untested {
        println!("\nNot tested: {untested}");
    }
    Ok(code)
}

/// What runs, and the sentence about what cannot.
///
/// Where no versions are named, everything runs on the server of this machine, and the fixtures on the
/// newest one as well; on versions that are named the fixtures alone, since only they tell versions apart.
fn rounds(arguments: &TestArguments) -> Result<(Vec<Round>, Option<String>), String> {
    let whole = |server| Round {
        server,
        commands: commands(&arguments.rest),
    };
    if !arguments.postgres.is_empty() {
        let mut rounds = Vec::new();
        for major in &arguments.postgres {
            let programs = Programs::of_version(*major)
                .map_err(|words| format!("no PostgreSQL {major} for the tests: {words}"))?;
            let commands = match arguments.rest.as_slice() {
                [] => vec![fixtures()],
                rest => commands(rest),
            };
            rounds.push(Round {
                server: Some(programs),
                commands,
            });
        }
        return Ok((rounds, None));
    }
    let is_given = env::var_os(URL).is_some_and(|url| !url.is_empty());
    if is_given || arguments.without.contains(&Service::Postgres) {
        return Ok((vec![whole(None)], None));
    }
    let programs = Programs::find_or_install()?;
    let has_newest = programs.major().is_some_and(|major| major >= NEWEST);
    let mut rounds = vec![whole(Some(programs))];
    if has_newest || !arguments.rest.is_empty() {
        return Ok((rounds, None));
    }
    match Programs::of_version(NEWEST) {
        Ok(programs) => rounds.push(Round {
            server: Some(programs),
            commands: vec![fixtures()],
        }),
        Err(words) => {
            let untested = format!("the fixtures on PostgreSQL {NEWEST} ({words})");
            return Ok((rounds, Some(untested)));
        }
    }
    Ok((rounds, None))
}

/// Whether all tests of a round passed.
fn run_round(round: Round, mut settings: Vec<(&'static str, String)>) -> Result<bool, String> {
    let server = match &round.server {
        Some(programs) => {
            eprintln!("Starting PostgreSQL from {}", programs.folder.display());
            Some(Server::start(programs)?)
        }
        None => None,
    };
    if let Some(server) = &server {
        settings.push((URL, server.url()));
    }
    let mut passed = true;
    for mut command in round.commands {
        if INTERRUPTED.load(Ordering::SeqCst) {
            break;
        }
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        passed &= wait(&mut command)?.success();
    }
    Ok(passed)
}

fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

/// The command that runs the fixtures of PostgreSQL alone.
fn fixtures() -> Command {
    let mut command = cargo();
    command.args([
        "test",
        "--quiet",
        "--package",
        "schemist-tests",
        "--test",
        "fixtures",
        "--",
        "/postgres",
    ]);
    command
}

/// The commands that run the tests: nextest knows no documentation tests.
fn commands(rest: &[String]) -> Vec<Command> {
    let has_nextest = cargo()
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let names_package = rest
        .iter()
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"));
    let scope = if names_package {
        None
    } else {
        Some("--workspace")
    };
    let mut tests = cargo();
    if !has_nextest {
        tests
            .args(["test", "--no-fail-fast"])
            .args(scope)
            .args(rest);
        return vec![tests];
    }
    tests
        .args(["nextest", "run", "--no-fail-fast"])
        .args(scope)
        .args(rest);
    if !rest.is_empty() {
        return vec![tests];
    }
    let mut documentation = cargo();
    documentation.args(["test", "--quiet", "--workspace", "--doc"]);
    vec![tests, documentation, aws()]
}

/// The command that runs what only a build with secrets of AWS has.
fn aws() -> Command {
    let mut aws = cargo();
    aws.args([
        "nextest",
        "run",
        "--no-fail-fast",
        "--package=schemist-cli",
        "--package=schemist-project",
        "--features=schemist-cli/aws",
        "--test=aws",
        "--lib",
        "--filter-expr=binary(aws) | test(connection::)",
    ]);
    aws
}

/// Prints which tests were skipped, and why, once each.
fn list_skipped(notes: &str) {
    let notes: BTreeSet<&str> = notes.lines().filter(|line| !line.is_empty()).collect();
    if notes.is_empty() {
        return;
    }
    println!(
        "\nSkipped {}:",
        if notes.len() == 1 {
            "1 test".to_owned()
        } else {
            format!("{} tests", notes.len())
        }
    );
    for note in notes {
        println!("  {note}");
    }
}

/// Whether we were asked to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The process that runs the tests; zero where there is none.
static TESTS: AtomicU32 = AtomicU32::new(0);

/// Lets the tests end first when we are asked to, so that the servers are stopped after them.
fn obey_signals() -> Result<(), String> {
    let end = || {
        INTERRUPTED.store(true, Ordering::SeqCst);
        // Ctrl-C has reached the tests already; a signal for us alone has not.
        for (signal, seconds) in [("-TERM", 1), ("-KILL", 10)] {
            thread::sleep(Duration::from_secs(seconds));
            let process = TESTS.load(Ordering::SeqCst);
            if process != 0 {
                let _ = Command::new("kill")
                    .args([signal, &process.to_string()])
                    .status();
            }
        }
    };
    ctrlc::set_handler(end).map_err(|error| format!("cannot listen for Ctrl-C: {error}"))
}

fn wait(command: &mut Command) -> Result<ExitStatus, String> {
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    TESTS.store(child.id(), Ordering::SeqCst);
    let status = child.wait();
    TESTS.store(0, Ordering::SeqCst);
    status.map_err(|error| format!("cannot wait for the tests: {error}"))
}
