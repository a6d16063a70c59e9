//! How many instructions the pure parts take, so that nobody makes one of them slow unseen.
//!
//! Instructions are counted, and not time: a machine that is busy counts the same. Valgrind's `callgrind` counts those of a process of
//! our own that does a part once, and of one that does it twice; the difference is the part alone, without what
//! makes its input. The counts stand in `counts.txt`, those of unoptimised builds on one kind of processor, which depend little on
//! the release of the compiler. Where a part takes much more or much less, the test fails; `INSTA_UPDATE=always` notes the
//! new counts.

#[path = "../made_up/catalogs.rs"]
mod catalogs;
#[path = "../made_up/revisions.rs"]
mod revisions;
#[path = "../made_up/statements.rs"]
mod statements;
#[path = "../made_up/structs.rs"]
mod structs;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use schemist_catalog::{Catalog, Hints, Pair};
use schemist_diff::{compare, plan};
use schemist_model::{Declaration, Options};
use schemist_revision::History;
use schemist_sql::{Dialect, Ident};
use schemist_testkit::{Unavailable, note_skipped};

/// How far a count may be from the noted one, in percent.
const TOLERANCE: u64 = 15;

/// Tells the process that is counted what to do: the part's name, and how often.
const WORK: &str = "SCHEMIST_COUNTED";

/// The kind of processor that the counts are of.
const PROCESSOR: &str = "x86_64";

/// A part: its name, and what does it so many times.
struct Work {
    name: &'static str,
    work: fn(usize),
}

const PARTS: [Work; 5] = [
    Work {
        name: "split a script",
        work: split,
    },
    Work {
        name: "read models",
        work: read,
    },
    Work {
        name: "compare catalogs",
        work: compare_catalogs,
    },
    Work {
        name: "order changes",
        work: order,
    },
    Work {
        name: "build a history",
        work: history,
    },
];

fn split(times: usize) {
    let script = statements::script(100);
    for _ in 0..times {
        black_box(schemist_sql::statements(
            Dialect::Postgres,
            black_box(&script),
        ))
        .ok();
    }
}

fn read(times: usize) {
    let sources = structs::structs(20);
    let options = Options::new(Ident::from_server("public"));
    for _ in 0..times {
        let read = Declaration::from_sources(sources.clone(), Dialect::Postgres, &options);
        black_box(read).ok();
    }
}

fn compare_catalogs(times: usize) {
    let (before, after) = (catalogs::catalog(400), catalogs::changed(400, 10));
    for _ in 0..times {
        black_box(compare(black_box(Pair::new(&before, &after))));
    }
}

fn order(times: usize) {
    let (before, after) = (Catalog::new(Dialect::Postgres), catalogs::catalog(60));
    for _ in 0..times {
        black_box(plan(
            black_box(Pair::new(&before, &after)),
            &Hints::default(),
        ))
        .ok();
    }
}

fn history(times: usize) {
    let files = revisions::files(300);
    for _ in 0..times {
        black_box(History::build(files.clone())).ok();
    }
}

fn main() -> ExitCode {
    if let Ok(asked) = env::var(WORK) {
        return do_part(&asked);
    }
    let arguments = Arguments::from_args();
    let trials = PARTS
        .iter()
        .map(|part| Trial::test(part.name, || check(part)));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn do_part(asked: &str) -> ExitCode {
    let Some((name, times)) = asked.split_once(':') else {
        return ExitCode::FAILURE;
    };
    let part = PARTS.iter().find(|part| part.name == name);
    let (Some(part), Ok(times)) = (part, times.parse()) else {
        return ExitCode::FAILURE;
    };
    (part.work)(times);
    ExitCode::SUCCESS
}

fn check(part: &Work) -> Result<(), Failed> {
    if let Some(reason) = reason_to_skip() {
        note_skipped(part.name, &Unavailable::Knowingly(reason.to_owned()));
        return Ok(());
    }
    let found = instructions(part, 2)?.saturating_sub(instructions(part, 1)?);
    let mut noted = noted()?;
    let entry = noted.iter_mut().find(|(name, _)| name == part.name);
    if env::var("INSTA_UPDATE").is_ok_and(|wanted| wanted == "always") {
        match entry {
            Some((_, count)) => *count = found,
            None => noted.push((part.name.to_owned(), found)),
        }
        return note(&noted);
    }
    let Some((_, noted)) = entry else {
        return Err(format!("{} is not in {}", part.name, table().display()).into());
    };
    if found.abs_diff(*noted) * 100 <= *noted * TOLERANCE {
        return Ok(());
    }
    Err(format!(
        "to {} takes {found} instructions, and {noted} are noted; what became slow? \
         If it should be so: INSTA_UPDATE=always cargo test -p schemist-tests --test counts -- --test-threads 1",
        part.name
    )
    .into())
}

fn reason_to_skip() -> Option<&'static str> {
    if env::consts::ARCH != PROCESSOR {
        return Some("the noted counts are those of another kind of processor");
    }
    if !cfg!(debug_assertions) {
        return Some("the noted counts are those of unoptimised builds");
    }
    let is_there = Command::new("valgrind").arg("--version").output().is_ok();
    (!is_there).then_some("there is no valgrind to count instructions: apt-get install valgrind")
}

/// How many instructions a process takes that does a part so many times.
fn instructions(part: &Work, times: usize) -> Result<u64, Failed> {
    let program = env::current_exe()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .env(WORK, format!("{}:{times}", part.name))
        .output()?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = words
        .lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind does not count {}:\n{words}", part.name).into()),
    }
}

fn table() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("counts/counts.txt")
}

/// The noted counts.
fn noted() -> Result<Vec<(String, u64)>, Failed> {
    let text = fs::read_to_string(table()).unwrap_or_default();
    let mut noted = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, count) = line.split_once(": ").ok_or("a line without a count")?;
        noted.push((name.to_owned(), count.trim().parse()?));
    }
    Ok(noted)
}

fn note(noted: &[(String, u64)]) -> Result<(), Failed> {
    let mut text = format!(
        "# Instructions on {PROCESSOR}, unoptimised; written by the test with INSTA_UPDATE=always.\n"
    );
    for (name, count) in noted {
        writeln!(text, "{name}: {count}")?;
    }
    Ok(fs::write(table(), text)?)
}
