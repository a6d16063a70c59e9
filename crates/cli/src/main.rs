//! The binary `schemist`: what was typed, what it means, and how the answer is shown.
//!
//! It stands apart because only here errors become text, hints and exit codes, and only here anything
//! is printed or asked. Each command is a file that calls `schemist-project` and shows what comes
//! back; it deliberately decides nothing else.

mod arguments;
mod command_line;
mod commands;
mod completing;
mod error;
#[cfg(test)]
mod exit_codes;
mod gauge;
mod interrupt;
mod json;
mod many;
mod outlet;
mod pager;
mod paint;
mod run;
mod table;
mod ui;

use std::process::ExitCode;

use clap_complete::CompleteEnv;
use schemist_project::Exit;

use arguments::Color;
use run::Run;
use ui::Ui;

fn main() -> ExitCode {
    ui::say_panics();
    CompleteEnv::with_factory(command_line::command)
        .var(completing::VARIABLE)
        .complete();
    Color::among(std::env::args_os().skip(1)).choose();
    let arguments = match command_line::parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let ui = Ui::new(&arguments.global);
    if arguments.command.is_read_at_length() && !arguments.global.no_pager {
        ui.hold_back();
    }
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
    let _runtime = runtime.enter();
    // Ctrl-C is the pager's from now on.
    interrupt::pass_over();
    run.ui.release(|| run.pager());
    ExitCode::from(exit.code())
}

/// Shows help where it was asked for, and what is wrong with the command else.
fn usage(error: &clap::Error) -> ExitCode {
    if command_line::was_asked_for(error) {
        // A closed pipe is no reason to complain about.
        let _closed = error.print();
        return ExitCode::SUCCESS;
    }
    ui::usage(error);
    ExitCode::from(Exit::Usage.code())
}
