//! `cargo xtask regen`: rebuilds the files that follow from others; `--check` only compares.

use std::env;
use std::process::{Command, ExitCode};

use clap::Args;

/// What is asked of the task.
#[derive(Args)]
pub struct RegenArguments {
    /// Write nothing; fail where a file is not what it would be
    #[arg(long)]
    check: bool,
}

/// Rebuilds every generated file.
///
/// # Errors
/// What could not be built or written.
pub fn run(arguments: &RegenArguments) -> Result<ExitCode, String> {
    let mut code = ExitCode::SUCCESS;
    for (path, package, targets) in TESTED {
        if !arguments.check {
            // The test that holds the page equal writes it first, and fails where it was behind.
            is_page_right(package, targets, "always")?;
        }
        if !is_page_right(package, targets, "no")? {
            println!("{path} is not what `cargo xtask regen` would write");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Pages that a test of a package, among these targets, compares with a table in the code.
const TESTED: &[(&str, &str, &str)] = &[
    ("docs/commands.md", "schemist-cli", "--bins"),
    ("docs/exit-codes.md", "schemist-cli", "--bins"),
    ("docs/types.md", "schemist-model", "--tests"),
    ("docs/hazards.md", "schemist-tests", "--tests"),
    ("docs/kinds.md", "schemist-tests", "--tests"),
];

/// Runs the test that compares a page with the table in the code.
fn is_page_right(package: &str, targets: &str, update: &str) -> Result<bool, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "test",
            "--quiet",
            "--package",
            package,
            targets,
            "the_documentation_is_this_table",
        ])
        .env("INSTA_UPDATE", update)
        .current_dir(crate::root())
        .output();
    output
        .map(|output| output.status.success())
        .map_err(|error| format!("cannot start cargo: {error}"))
}
