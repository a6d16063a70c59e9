//! The way out of a state, step by step.

use schemist_sql::Dialect;

use crate::inspect::status::{Condition, Status};

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideStep {
    /// What it is for.
    pub why: String,
    /// What to type.
    pub command: String,
}

fn step(why: impl Into<String>, command: impl Into<String>) -> GuideStep {
    GuideStep {
        why: why.into(),
        command: command.into(),
    }
}

/// What to type, in order, for the state that was found; nothing where nothing is to be done.
pub(crate) fn guide(status: &Status, dialect: Dialect) -> Vec<GuideStep> {
    let condition = status.condition();
    if condition == Condition::UpToDate {
        return Vec::new();
    }
    let mut steps = Vec::new();
    if changes_something(condition) {
        steps.push(backup(status, dialect));
    }
    steps.extend(way(status));
    steps.push(step("look again", "schemist diagnose"));
    steps
}

const fn changes_something(condition: Condition) -> bool {
    match condition {
        Condition::Unreachable
        | Condition::Locked
        | Condition::MissingFiles
        | Condition::BrokenHistory
        | Condition::UpToDate => false,
        Condition::UnknownRevision
        | Condition::EditedFiles
        | Condition::HalfApplied
        | Condition::Diverged
        | Condition::Ahead
        | Condition::OutOfOrder
        | Condition::NoRevision
        | Condition::Behind
        | Condition::Drifted => true,
    }
}

fn backup(status: &Status, dialect: Dialect) -> GuideStep {
    let command = match dialect {
        Dialect::Postgres => {
            "pg_dump --format=custom --file=before.dump \"$DATABASE_URL\"".to_owned()
        }
        Dialect::Mysql => {
            "mariadb-dump --single-transaction --routines --events <database> > before.sql"
                .to_owned()
        }
        Dialect::Sqlite => {
            let file = status.place.trim_start_matches("sqlite://");
            format!("sqlite3 {file} \".backup before.db\"")
        }
    };
    step(
        "back up, so that every later step can be taken back",
        command,
    )
}

fn way(status: &Status) -> Vec<GuideStep> {
    let unknown = status
        .completed
        .iter()
        .find(|completed| completed.sums == crate::inspect::status::Sums::NoFile);
    let unknown = unknown.map_or_else(|| "<id>".to_owned(), |it| it.entry.id.to_string());
    let pending = status.pending.first();
    let pending = pending.map_or_else(|| "<id>".to_owned(), |file| file.id.to_string());
    match status.condition() {
        Condition::UpToDate => Vec::new(),
        Condition::Unreachable => vec![step("see where the settings lead", "schemist config")],
        Condition::Locked => vec![
            step(
                "see who holds the lock, and what they wait for",
                "schemist locks",
            ),
            step(
                "where they hang and nobody minds: end them",
                "schemist locks --terminate <process>",
            ),
        ],
        Condition::MissingFiles => vec![
            step(
                "find the commit that removed the file",
                format!("git log --all --diff-filter=D -S {unknown}"),
            ),
            step("bring it back", "git checkout <commit>^ -- migrations/"),
        ],
        Condition::BrokenHistory => vec![step(
            "see every mistake, each with its place and its remedy",
            "schemist history --check",
        )],
        Condition::UnknownRevision => vec![
            step(
                "find the file of what is applied",
                format!("git log --all -S {unknown}"),
            ),
            step(
                "where it is lost: see which revision the schema is at",
                "schemist diff <revision> database",
            ),
            step(
                "say so; drift is shown first",
                "schemist stamp --purge <revision>",
            ),
        ],
        Condition::EditedFiles => vec![
            step("see what was edited", "git log -p migrations/"),
            step(
                "where the database has the old text and that is right: take the edit back",
                "git checkout <commit> -- <file>",
            ),
            step(
                "where the edit changes nothing: accept it",
                "schemist stamp --purge current",
            ),
        ],
        Condition::HalfApplied => vec![
            step("see what the revision does", "schemist show current"),
            step("go on with it where it stopped", "schemist upgrade"),
        ],
        Condition::Diverged if status.heads.len() > 1 => vec![
            step("see where the ways part", "schemist history"),
            step(
                "put the branch that is released nowhere on top of the other",
                "schemist rebase <its first revision> --onto <the other head>",
            ),
            step("where both are released: join them", "schemist merge heads"),
            step("apply what is pending", "schemist upgrade"),
        ],
        Condition::Diverged => vec![
            step(
                "bring the file of what is applied",
                format!("git log --all -S {unknown}"),
            ),
            step(
                "put what is not applied on top of it",
                format!("schemist rebase {pending} --onto {unknown}"),
            ),
            step("apply it", "schemist upgrade"),
        ],
        Condition::Ahead => vec![
            step("bring the files", "git pull"),
            step(
                "or go back, from a version of the project that has them",
                "schemist downgrade <revision>",
            ),
        ],
        Condition::OutOfOrder => vec![
            step("see what comes where", "schemist history -i"),
            step(
                "go down below it, and up again",
                format!("schemist downgrade {pending}-1"),
            ),
            step("apply all of it in order", "schemist upgrade"),
        ],
        Condition::NoRevision => vec![
            step("see what would be applied", "schemist upgrade --dry-run"),
            step("where the tables are missing: apply it", "schemist upgrade"),
            step(
                "where they are there: say so; drift is shown first",
                "schemist stamp <revision>",
            ),
        ],
        Condition::Behind => vec![
            step("see what would be applied", "schemist upgrade --dry-run"),
            step("apply it", "schemist upgrade"),
        ],
        Condition::Drifted => vec![
            step("see what differs", "schemist diagnose --drift"),
            step(
                "keep it: declare it in the models, and write a revision for the other databases",
                "schemist revision --autogenerate --from live -m \"…\"",
            ),
            step(
                "or undo it: write what leads back, and run it",
                "schemist diff database current",
            ),
        ],
    }
}
