//! The tasks of this repository: `cargo xtask <task>`.
//!
//! They stand apart from the product so that it carries none of what only its developers need. A task
//! uses few dependencies, so that it is there in seconds, and none of our own crates.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the person who started it"
)]

mod bench;
mod chromium;
mod demo;
mod mariadb;
mod new_kind;
mod packages;
mod programs;
mod regen;
mod server;
mod test;
mod tidy;
mod torture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure the tool beside what the servers need anyway, and beside other tools.
    Bench(bench::BenchArguments),
    /// Show the whole loop on the example of the repository, in a fresh folder.
    Demo,
    /// Run a program for `bench`, and write down what it took.
    #[command(hide = true)]
    Measure(bench::MeasureArguments),
    /// Check the invariants that a program can check.
    Tidy,
    /// Write the files that a new kind of object consists of.
    NewKind(new_kind::NewKindArguments),
    /// Rebuild the files that follow from others.
    Regen(regen::RegenArguments),
    /// Run every test, with throw-away servers.
    Test(test::TestArguments),
    /// Hold the laws on many pairs of schemas made by chance.
    Torture(torture::TortureArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.task {
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Demo => demo::run(),
        Task::Measure(arguments) => bench::measure(&arguments),
        Task::NewKind(arguments) => new_kind::run(&arguments),
        Task::Regen(arguments) => regen::run(&arguments),
        Task::Tidy => run_tidy(),
        Task::Test(arguments) => test::run(&arguments),
        Task::Torture(arguments) => torture::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

fn run_tidy() -> Result<ExitCode, String> {
    let repository = tidy::Repository::read(&root())
        .map_err(|error| format!("cannot read the repository: {error}"))?;
    let report = tidy::report(&repository);
    if report.is_empty() {
        println!("{} invariants hold.", tidy::CHECKS.len());
        return Ok(ExitCode::SUCCESS);
    }
    print!("{report}");
    Ok(ExitCode::FAILURE)
}
