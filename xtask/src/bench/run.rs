//! The task itself: which rows, how often, and what is written.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

use super::ground::{Ground, Peers, cannot_write};
use super::machine::{machine, today, versions};
use super::report::{Report, section};
use super::rows::ROWS;

/// What is asked of the task.
#[derive(Args)]
pub struct BenchArguments {
    /// The rows to measure [default: all]
    rows: Vec<String>,
    /// Name the rows and measure nothing
    #[arg(long)]
    list: bool,
    /// How many tables the usual schema has; everything else grows with it
    #[arg(long, default_value_t = 1000, value_name = "N")]
    tables: usize,
    /// How often each contestant runs
    #[arg(long, default_value_t = 5, value_name = "N")]
    runs: usize,
    /// A tenth of everything, once: whether the rows run at all
    #[arg(long, conflicts_with_all = ["tables", "runs", "publish"])]
    quick: bool,
    /// Leave out other tools
    #[arg(long)]
    without_peers: bool,
    /// Write docs/performance.md of what is measured, with the rows that earlier runs on this machine measured
    #[arg(long)]
    publish: bool,
    /// The program to measure, instead of one that is built for it
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// Measures the rows, and says whether all goals are reached.
///
/// # Errors
/// What could not be prepared, or a run that failed.
pub fn run(arguments: &BenchArguments) -> Result<ExitCode, String> {
    if arguments.list {
        for row in ROWS {
            println!("{:16} {}", row.name, row.work(arguments.tables));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    if let Some(unknown) = arguments
        .rows
        .iter()
        .find(|row| !names.contains(&row.as_str()))
    {
        return Err(format!(
            "there is no row {unknown}; there are {}",
            names.join(", ")
        ));
    }
    let binary = match &arguments.binary {
        Some(binary) => fs::canonicalize(binary)
            .map_err(|error| format!("cannot find {}: {error}", binary.display()))?,
        None => build()?,
    };
    let kept = target().join("bench");
    fs::create_dir_all(&kept).map_err(cannot_write)?;
    let (runs, tables) = if arguments.quick {
        (1, 100)
    } else {
        (arguments.runs.max(1), arguments.tables.max(40))
    };
    let peers = if arguments.without_peers {
        Peers::LeftOut
    } else {
        Peers::Measured
    };
    let ground = Ground::new(binary, kept, runs, tables, peers)?;
    measure_rows(&ground, arguments, &names)
}

fn measure_rows(
    ground: &Ground,
    arguments: &BenchArguments,
    names: &[&str],
) -> Result<ExitCode, String> {
    let mut report = Report {
        version: 1,
        machine: machine(),
        versions: versions(ground),
        tables: ground.tables,
        runs: ground.runs,
        rows: Vec::new(),
    };
    let is_chosen =
        |name: &str| arguments.rows.is_empty() || arguments.rows.iter().any(|it| it == name);
    let mut code = ExitCode::SUCCESS;
    for row in ROWS.iter().filter(|row| is_chosen(row.name)) {
        eprint!("{} ", row.name);
        let measured = match (row.measure)(ground) {
            Ok(measured) => measured,
            Err(reason) => {
                // The others are worth having all the same.
                eprintln!("\nerror: {}: {reason}", row.name);
                code = ExitCode::FAILURE;
                continue;
            }
        };
        let outcome = measured.named(row.name, row.work(ground.tables), &today());
        if !outcome.goals.iter().all(super::goal::Goal::holds) {
            code = ExitCode::FAILURE;
        }
        println!("{}", section(&outcome));
        report.rows.push(outcome);
    }
    let path = ground.kept.join("report.json");
    if let Some(earlier) = Report::read(&path) {
        report.take_in(earlier, names);
    }
    report.write(&path)?;
    fs::write(ground.kept.join("report.md"), report.page()).map_err(cannot_write)?;
    println!("Wrote {} and report.md beside it", path.display());
    if arguments.publish {
        let page = crate::root().join("docs/performance.md");
        fs::write(&page, report.page()).map_err(cannot_write)?;
        println!("Wrote docs/performance.md");
    }
    Ok(code)
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from)
}

/// Builds the program as people have it.
fn build() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--package", "schemist-cli"])
        .current_dir(crate::root())
        .status();
    if !built
        .map_err(|error| format!("cannot start cargo: {error}"))?
        .success()
    {
        return Err("the program does not build".to_owned());
    }
    Ok(target()
        .join("release")
        .join(format!("schemist{}", env::consts::EXE_SUFFIX)))
}
