//! Running contestants in turn, and what came of it.

use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ground::Ground;
use super::measure::{Run, take};

/// What a contestant needs before each run.
type Preparation<'a> = Box<dyn Fn() -> Result<(), String> + 'a>;

/// One that runs.
pub struct Contestant<'a> {
    name: String,
    command: Box<dyn Fn() -> Command + 'a>,
    before: Option<Preparation<'a>>,
    accepted: &'static [i32],
    most: usize,
}

impl<'a> Contestant<'a> {
    /// A contestant whose command is made anew for each run.
    pub fn new(name: impl Into<String>, command: impl Fn() -> Command + 'a) -> Self {
        Self {
            name: name.into(),
            command: Box::new(command),
            before: None,
            accepted: &[0],
            most: usize::MAX,
        }
    }

    /// The same, with something to be done before each run that is not measured.
    #[must_use]
    pub fn before(mut self, before: impl Fn() -> Result<(), String> + 'a) -> Self {
        self.before = Some(Box::new(before));
        self
    }

    /// The same, whose program may end with these codes.
    #[must_use]
    pub fn ending_with(mut self, accepted: &'static [i32]) -> Self {
        self.accepted = accepted;
        self
    }

    /// The same, which is not run more often than this.
    #[must_use]
    pub fn at_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }
}

/// What a contestant took in all its runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Taken {
    /// Who it was.
    pub name: String,
    /// The times of the runs, in microseconds, in their order.
    pub micros: Vec<u64>,
    /// The most that it had in memory in any run, in KiB; none where it is no program of its own.
    pub memory: Option<u64>,
    /// The processor's time of the runs in the program itself, in microseconds.
    pub processor: Vec<u64>,
}

impl Taken {
    /// Nothing yet.
    pub fn by(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            micros: Vec::new(),
            memory: None,
            processor: Vec::new(),
        }
    }

    /// Adds a run of a program.
    pub fn add(&mut self, run: &Run) {
        self.add_time(run.time);
        self.memory = self.memory.max(Some(run.memory));
        self.processor.push(micros(run.processor));
    }

    /// Adds a time alone.
    pub fn add_time(&mut self, time: Duration) {
        self.micros.push(micros(time));
    }

    /// The time in the middle, in seconds.
    pub fn median(&self) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        seconds(sorted.get(sorted.len() / 2).copied().unwrap_or_default())
    }

    /// The shortest and the longest time, in seconds.
    pub fn bounds(&self) -> (f64, f64) {
        let shortest = self.micros.iter().copied().min().unwrap_or_default();
        let longest = self.micros.iter().copied().max().unwrap_or_default();
        (seconds(shortest), seconds(longest))
    }

    /// The most memory, in MiB.
    pub fn mebibytes(&self) -> f64 {
        let memory = u32::try_from(self.memory.unwrap_or_default()).unwrap_or(u32::MAX);
        f64::from(memory) / 1024.0
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

/// Runs all in turn, round after round.
///
/// # Errors
/// Where one fails.
pub fn hold(ground: &Ground, contestants: &[Contestant<'_>]) -> Result<Vec<Taken>, String> {
    let mut taken: Vec<Taken> = contestants.iter().map(|it| Taken::by(&it.name)).collect();
    for round in 0..ground.runs {
        for (contestant, taken) in contestants.iter().zip(&mut taken) {
            if round >= contestant.most {
                continue;
            }
            if let Some(before) = &contestant.before {
                before()?;
            }
            let command = (contestant.command)();
            taken.add(&take(&command, contestant.accepted, ground.folder())?);
            eprint!(".");
        }
    }
    eprintln!();
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_taken_and_both_ends_are_kept() {
        let mut taken = Taken::by("us");
        for (millis, memory) in [(30, 5), (10, 9), (20, 7)] {
            taken.add(&Run {
                time: Duration::from_millis(millis),
                memory: memory * 1024,
                processor: Duration::ZERO,
            });
        }
        assert_eq!(taken.median(), 0.02);
        assert_eq!(taken.bounds(), (0.01, 0.03));
        assert_eq!(taken.mebibytes(), 9.0);
    }
}
