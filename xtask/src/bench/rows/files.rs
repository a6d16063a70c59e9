//! What needs no database: the history in the files, the start of the program, and reading models.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::list::Measured;
use crate::bench::alembic::{self, Alembic};
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, Project, cannot_write, put};
use crate::bench::schema::{Checks, Product, Schema};

/// An address that nothing connects to.
const NOWHERE: &str = "postgres://nobody@localhost:1/nowhere";

/// Writes so many revisions, each after the one before, which make a table each.
///
/// # Errors
/// Where they cannot be written.
pub fn write_revisions(project: &Project, revisions: usize) -> Result<(), String> {
    let folder = project.folder.join("migrations");
    let mut parent = "none".to_owned();
    for number in 0..revisions {
        let id = format!("{number:012x}");
        let text = format!(
            "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: step {number}\n\
             -- created: 2026-01-01T00:00:00Z\n-- dialects: postgres\n\n-- [up]\n{}\n-- [down]\nDROP TABLE step_{number};\n",
            step(number)
        );
        put(
            &folder,
            &format!("2026-01-01_{id}_step_{number}.sql"),
            &text,
        )?;
        parent = id;
    }
    Ok(())
}

/// What a small revision does.
pub fn step(number: usize) -> String {
    format!("CREATE TABLE step_{number} (id bigint PRIMARY KEY, name text);\n")
}

/// Alembic's project with as many revisions.
///
/// # Errors
/// Why there is none.
pub fn alembic_revisions(
    ground: &Ground,
    name: &str,
    revisions: usize,
) -> Result<(Alembic, std::path::PathBuf), String> {
    let alembic = ground.alembic()?.clone();
    let folder = ground.folder().join(name);
    let models = "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n";
    Alembic::project(&folder, models)?;
    for number in 0..revisions {
        let text = alembic::revision(number);
        put(
            &folder.join("versions"),
            &format!("{number:012x}_step.py"),
            &text,
        )?;
    }
    Ok((alembic, folder))
}

/// Many files.
pub fn history(ground: &Ground) -> Result<Measured, String> {
    let revisions = ground.tables * 5;
    let project = ground.project("history", "")?;
    write_revisions(&project, revisions)?;
    let run = |arguments: &'static [&'static str]| {
        let project = &project;
        move || project.command(NOWHERE, arguments)
    };
    let mut contestants = vec![
        Contestant::new("schemist heads", run(&["heads"])),
        Contestant::new("schemist history", run(&["history"])),
    ];
    let mut notes = Vec::new();
    match alembic_revisions(ground, "history-alembic", revisions) {
        Ok((alembic, folder)) => {
            let (other, place) = (alembic.clone(), folder.clone());
            contestants.push(Contestant::new("alembic heads", move || {
                alembic.command(&folder, NOWHERE, &["heads"])
            }));
            contestants.push(Contestant::new("alembic history", move || {
                other.command(&place, NOWHERE, &["history"])
            }));
        }
        Err(reason) => notes.push(format!("{reason}.")),
    }
    let taken = hold(ground, &contestants)?;
    let mut goals = vec![
        Goal::milliseconds(60.0, &taken[0]),
        Goal::milliseconds(60.0, &taken[1]),
    ];
    if let [heads, history, other_heads, other_history] = taken.as_slice() {
        goals.push(Goal::faster_than(25.0, heads, other_heads));
        goals.push(Goal::faster_than(25.0, history, other_history));
    }
    Ok(Measured {
        taken,
        goals,
        notes,
    })
}

/// Next to nothing to do.
pub fn start(ground: &Ground) -> Result<Measured, String> {
    let project = ground.project("start", "")?;
    write_revisions(&project, 10)?;
    let mut contestants = vec![
        Contestant::new("schemist --help", || project.command(NOWHERE, &["--help"])),
        Contestant::new("schemist heads", || project.command(NOWHERE, &["heads"])),
    ];
    let mut notes = Vec::new();
    match alembic_revisions(ground, "start-alembic", 10) {
        Ok((alembic, folder)) => contestants.push(Contestant::new("alembic heads", move || {
            alembic.command(&folder, NOWHERE, &["heads"])
        })),
        Err(reason) => notes.push(format!("{reason}.")),
    }
    let taken = hold(ground, &contestants)?;
    Ok(Measured {
        goals: vec![
            Goal::milliseconds(10.0, &taken[0]),
            Goal::milliseconds(10.0, &taken[1]),
        ],
        taken,
        notes,
    })
}

/// Structs of Rust.
pub fn models(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables * 2, Product::Sqlite, Checks::Bounds);
    let mut files = schema.structs();
    files.push((
        "zzz.rs".to_owned(),
        "#[derive(schemist::Model)]\npub struct Last {\n    pub id: Unheard,\n}\n".to_owned(),
    ));
    let project = ground.project_of("models", &files, "")?;
    let mut sizes = 0;
    for (file, _) in &files {
        sizes += size(&project.folder.join("models").join(file))?;
    }
    let command = || {
        let whole = project.command("sqlite::memory:", &["check", "--history"]);
        on_one_core(&whole)
    };
    let taken = hold(
        ground,
        &[Contestant::new("schemist, reading the models", command).ending_with(&[1])],
    )?;
    Ok(Measured {
        goals: vec![Goal::milliseconds(300.0, &taken[0])],
        taken,
        notes: vec![format!("The files have {} KiB.", sizes / 1024)],
    })
}

fn size(path: &Path) -> Result<u64, String> {
    Ok(fs::metadata(path).map_err(cannot_write)?.len())
}

/// The same command, on one core where the system can say so.
fn on_one_core(command: &Command) -> Command {
    let mut alone = Command::new("taskset");
    alone
        .args(["-c", "0"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            alone.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        alone.current_dir(folder);
    }
    alone
}
