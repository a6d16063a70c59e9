//! The binary `schemist`: what was typed, what it means, and how the answer is shown.
//!
//! It stands apart because only here errors become text, hints and exit codes, and only here anything
//! is printed or asked. Each command is a file that calls `schemist-project` and shows what comes
//! back; it deliberately decides nothing else.

mod arguments;
mod commands;
mod error;
mod gauge;
mod interrupt;
mod json;
mod many;
mod outlet;
mod run;
mod table;
mod ui;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use schemist_project::Exit;

use arguments::Arguments;
use run::Run;
use ui::Ui;

fn main() -> ExitCode {
    ui::say_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    if let Err(error) = arguments.check_format() {
        return usage(&error);
    }
    let ui = Ui::new(&arguments.global);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            ui.warning(&format!("the program cannot start: {error}"));
            return ExitCode::from(Exit::Error.code());
        }
    };
    let environment = match Run::surroundings(&arguments.global) {
        Ok(environment) => environment,
        Err(error) => {
            ui.error(&error);
            return ExitCode::from(error.exit().code());
        }
    };
    let run = Run::new(environment, arguments.global, ui);
    let work = async {
        tokio::select! {
            outcome = commands::dispatch(arguments.command, &run) => outcome,
            () = interrupt::wait(&run.ui) => Ok(Exit::Error),
        }
    };
    let exit = match runtime.block_on(work) {
        Ok(exit) => exit,
        Err(error) => {
            let error = run.explained(error);
            run.ui.error(&error);
            error.exit()
        }
    };
    for warning in schemist_project::sweep() {
        run.ui.warning(&warning.to_string());
    }
    ExitCode::from(exit.code())
}

/// Shows help where it was asked for, and what is wrong with the command else.
fn usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is no reason to complain about.
            let _closed = error.print();
            ExitCode::SUCCESS
        }
        _ => {
            ui::usage(error);
            ExitCode::from(Exit::Usage.code())
        }
    }
}
