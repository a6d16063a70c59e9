//! Running a program and asking the system what it took: time, memory, processor.
//!
//! The system tells the most memory of *all* children of a process, so that each program is run by a
//! small process of its own: `cargo xtask measure`, which is not for people.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};

/// What one run took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// From start to end.
    pub time: Duration,
    /// The most that it had in memory, in KiB.
    pub memory: u64,
    /// The processor's time in it, its own and the system's.
    pub processor: Duration,
}

/// What the small process is asked.
#[derive(Args)]
pub struct MeasureArguments {
    /// Where the figures are written
    report: PathBuf,
    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// Runs a program and writes down what it took; its exit code is handed on.
///
/// # Errors
/// Where it cannot be started.
pub fn measure(arguments: &MeasureArguments) -> Result<ExitCode, String> {
    let [program, rest @ ..] = arguments.command.as_slice() else {
        return Err("no program is named".to_owned());
    };
    let began = Instant::now();
    let status = Command::new(program).args(rest).status();
    let time = began.elapsed();
    let status =
        status.map_err(|error| format!("cannot start {}: {error}", program.to_string_lossy()))?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let processor = micros(usage.user_time()) + micros(usage.system_time());
    // The BSDs and macOS count bytes.
    let unit = if cfg!(target_os = "linux") { 1 } else { 1024 };
    let figures = format!(
        "{} {} {processor}",
        time.as_micros(),
        usage.max_rss() / unit
    );
    fs::write(&arguments.report, figures).map_err(|error| error.to_string())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Runs a command in such a process.
///
/// # Errors
/// Where it ends with a code that is not among those accepted; with its last words.
pub fn take(command: &Command, accepted: &[i32], folder: &Path) -> Result<Run, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let report = folder.join("figures");
    let words = folder.join("words");
    let errors = File::create(&words).map_err(|error| error.to_string())?;
    let mut around = Command::new(own);
    around
        .arg("measure")
        .arg(&report)
        .arg(command.get_program());
    around.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => around.env(name, value),
            None => around.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        around.current_dir(folder);
    }
    around
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors);
    let status = around.status().map_err(|error| error.to_string())?;
    if !status.code().is_some_and(|code| accepted.contains(&code)) {
        let words = fs::read_to_string(&words).unwrap_or_default();
        let lines: Vec<&str> = words.lines().collect();
        let last = lines[lines.len().saturating_sub(12)..].join("\n");
        return Err(format!("{command:?} ended with {status}:\n{last}"));
    }
    let figures = fs::read_to_string(&report).map_err(|error| error.to_string())?;
    parse(&figures).ok_or_else(|| format!("cannot read the figures {figures}"))
}

fn parse(figures: &str) -> Option<Run> {
    let mut numbers = figures.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Run {
        time: Duration::from_micros(next()?),
        memory: next()?,
        processor: Duration::from_micros(next()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_written() {
        let run = parse("1500 2048 900").unwrap();
        assert_eq!(run.time, Duration::from_micros(1500));
        assert_eq!(run.memory, 2048);
        assert_eq!(run.processor, Duration::from_micros(900));
        assert_eq!(parse("1500"), None);
    }
}
