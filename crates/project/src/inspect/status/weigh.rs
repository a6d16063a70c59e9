//! What journal and files say together: pure, so that every situation can be tried.

use std::collections::{BTreeMap, BTreeSet};

use schemist_execute::journal::{Journal, JournalEntry, State};
use schemist_execute::lock::Grip;
use schemist_revision::{
    AppliedError, Direction, History, HistoryError, HistoryErrors, Mention, RevisionFile,
    RevisionId,
};
use schemist_sql::Dialect;

use super::condition::{Condition, Finding};
use super::read::Drift;

/// Why there is no history to compare with.
#[derive(Debug)]
pub(super) enum Broken {
    /// Files cannot be read.
    Files(String),
    /// Files do not fit together.
    History(HistoryErrors),
}

/// Everything that a database's condition follows from.
pub(super) struct Facts<'a> {
    pub(super) history: Result<&'a History, &'a Broken>,
    pub(super) journal: &'a Journal,
    pub(super) dialect: Dialect,
    pub(super) grip: &'a Grip,
    pub(super) drift: &'a Drift,
}

/// Everything that is to be said, what must be seen to first before the rest; never nothing.
pub(super) fn weigh(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(locked(facts.grip));
    found.extend(half_applied(facts.journal));
    match facts.history {
        Ok(history) => against(history, facts, &mut found),
        Err(Broken::History(errors)) => found.extend(broken(errors, facts.journal)),
        Err(Broken::Files(why)) => found.push(Finding::new(
            Condition::BrokenHistory,
            format!("the revision files cannot be read: {why}"),
            "`schemist history --check` shows where, and what to do",
        )),
    }
    if let Drift::Seen { after, noted, now } = facts.drift {
        found.push(Finding::new(
            Condition::Drifted,
            format!(
                "the database is not what revision {after} left (its catalog was {noted} and is {now})"
            ),
            "`schemist diagnose --drift` names what differs",
        ));
    }
    found.sort_by_key(|finding| finding.condition);
    if found.is_empty() {
        let current = facts.journal.entries.last();
        found.push(Finding {
            condition: Condition::UpToDate,
            says: match current {
                Some(_) => "nothing is pending".to_owned(),
                None => "there is no revision yet, and none is applied".to_owned(),
            },
            action: None,
        });
    }
    found
}

fn locked(grip: &Grip) -> Option<Finding> {
    let who = match grip {
        Grip::Free => return None,
        Grip::Held(Some(holder)) => holder.to_string(),
        Grip::Held(None) => "another process that writes to it".to_owned(),
    };
    Some(Finding::new(
        Condition::Locked,
        format!("the lock is held by {who}"),
        "wait for its end; `schemist locks` shows what it waits for",
    ))
}

fn half_applied(journal: &Journal) -> Option<Finding> {
    let (entry, direction) = journal.entries.iter().find_map(|entry| match entry.state {
        State::Applied => None,
        State::Partial { direction, .. } => Some((entry, direction)),
    })?;
    let why = entry
        .error
        .as_ref()
        .map_or_else(String::new, |error| format!(": {error}"));
    let (half, action) = match direction {
        Direction::Up => (
            "half applied",
            format!("`schemist upgrade {}` goes on with it", entry.id),
        ),
        Direction::Down => (
            "half taken back",
            format!("`schemist downgrade {}-1` goes on with it", entry.id),
        ),
    };
    Some(Finding::new(
        Condition::HalfApplied,
        format!("revision {} is {half} ({}){why}", entry.id, entry.state),
        action,
    ))
}

/// What is wrong with files that form no history, seen from the database.
fn broken(errors: &HistoryErrors, journal: &Journal) -> Vec<Finding> {
    let mut found = Vec::new();
    for error in errors.errors() {
        let missing = match error {
            HistoryError::MissingParent { id, parent, .. } => {
                journal.entry(parent).map(|entry| (entry, id))
            }
            HistoryError::MissingDependency { id, dependency, .. } => {
                journal.entry(dependency).map(|entry| (entry, id))
            }
            HistoryError::DuplicateId { .. }
            | HistoryError::Cycle { .. }
            | HistoryError::DuplicateLabel { .. }
            | HistoryError::LabelIsId { .. }
            | HistoryError::NoBase
            | HistoryError::SeveralBases { .. }
            | HistoryError::SeveralHeads { .. } => None,
        };
        found.push(match missing {
            Some((entry, above)) => Finding::new(
                Condition::MissingFiles,
                format!(
                    "the folder is not whole: the file of {} is missing, which is applied and which {above} comes after",
                    named(entry)
                ),
                bring_back(&entry.id),
            ),
            None => Finding::new(
                Condition::BrokenHistory,
                format!("the files form no history: {error}"),
                "`schemist history --check` shows where, and what to do",
            ),
        });
    }
    found
}

fn bring_back(id: &RevisionId) -> String {
    format!("bring the file back: git pull, or find it with `git log --all -S {id}`")
}

fn named(entry: &JournalEntry) -> String {
    if entry.message.is_empty() {
        return entry.id.to_string();
    }
    format!("{} ({})", entry.id, entry.message)
}

fn against(history: &History, facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let journal = facts.journal;
    let applied: BTreeSet<RevisionId> = journal
        .entries
        .iter()
        .filter(|entry| counts(entry))
        .map(|entry| entry.id.clone())
        .collect();
    let known: BTreeSet<RevisionId> = applied
        .iter()
        .filter(|id| history.get(id).is_some())
        .cloned()
        .collect();
    let pending: Vec<&RevisionFile> = history
        .revisions()
        .iter()
        // What was cut short is told as such.
        .filter(|file| journal.entry(file.id()).is_none())
        .collect();
    let (beyond, strange): (Vec<&JournalEntry>, Vec<&JournalEntry>) = journal
        .entries
        .iter()
        .filter(|entry| history.get(&entry.id).is_none())
        .partition(|entry| leads_to(entry, journal, &known));
    found.extend(strange.iter().map(|entry| unknown(history, entry)));
    found.extend(edited(history, facts));
    if let Err(errors) = history.check_applied(&known) {
        let missing = errors.errors().iter();
        found.extend(missing.filter_map(out_of_order));
    }
    // What stops an upgrade is not followed by the advice to upgrade.
    let is_stopped = found.iter().any(|finding| {
        matches!(
            finding.condition,
            Condition::UnknownRevision | Condition::OutOfOrder
        )
    });
    let heads = history.heads();
    match (&beyond[..], &pending[..]) {
        ([], []) => {}
        ([], _) if is_stopped => {}
        ([], [first, ..]) if journal.entries.is_empty() => {
            found.push(nothing_yet(first, pending.len()));
        }
        ([], [_, ..]) if heads.len() > 1 => found.push(two_ways(history)),
        ([], [first, ..]) => found.push(behind(first, pending.len())),
        ([first, ..], []) => found.push(ahead(first, beyond.len())),
        ([theirs, ..], [ours, ..]) => found.push(diverged(theirs, ours)),
    }
}

const fn counts(entry: &JournalEntry) -> bool {
    match entry.state {
        State::Applied => true,
        State::Partial { direction, .. } => matches!(direction, Direction::Down),
    }
}

/// Whether an entry that is in no file comes after one that is, by what the journal knows of parents.
fn leads_to(entry: &JournalEntry, journal: &Journal, known: &BTreeSet<RevisionId>) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&RevisionId> = entry.parents.iter().collect();
    while let Some(id) = waiting.pop() {
        if known.contains(id) {
            return true;
        }
        if seen.insert(id)
            && let Some(parent) = journal.entry(id)
        {
            waiting.extend(&parent.parents);
        }
    }
    false
}

fn unknown(history: &History, entry: &JournalEntry) -> Finding {
    let near = match history.check_applied(&BTreeSet::from([entry.id.clone()])) {
        Err(errors) => errors.errors().iter().find_map(|error| match error {
            AppliedError::Unknown { near, .. } => near.clone(),
            AppliedError::OutOfOrder { .. } | AppliedError::Edited { .. } => None,
        }),
        Ok(()) => None,
    };
    let near = near.map_or_else(String::new, |near| format!("did you mean {near}? Else "));
    Finding::new(
        Condition::UnknownRevision,
        format!(
            "revision {} is applied, but no file has it, and nothing in the files leads to it",
            named(entry)
        ),
        format!(
            "{near}see that folder and database belong together; {}, or say where the database stands: `schemist stamp --purge <revision>`",
            bring_back(&entry.id)
        ),
    )
}

fn edited(history: &History, facts: &Facts<'_>) -> Vec<Finding> {
    let recorded: BTreeMap<_, _> = facts
        .journal
        .entries
        .iter()
        .filter(|entry| entry.state == State::Applied)
        .map(|entry| (entry.id.clone(), entry.up.clone()))
        .collect();
    match history.edited(facts.dialect, &recorded) {
        Ok(edited) => edited
            .iter()
            .map(|error| Finding::new(Condition::EditedFiles, error.to_string(), error.remedy()))
            .collect(),
        Err(error) => vec![Finding::new(
            Condition::BrokenHistory,
            format!("a file of an applied revision cannot be used: {error}"),
            "`schemist history --check` shows where, and what to do",
        )],
    }
}

fn out_of_order(error: &AppliedError) -> Option<Finding> {
    match error {
        AppliedError::OutOfOrder { .. } => Some(Finding::new(
            Condition::OutOfOrder,
            error.to_string(),
            error.remedy(),
        )),
        AppliedError::Unknown { .. } | AppliedError::Edited { .. } => None,
    }
}

fn nothing_yet(first: &RevisionFile, count: usize) -> Finding {
    Finding::new(
        Condition::NoRevision,
        format!(
            "nothing is applied, {}",
            waiting(count, &Mention::from(first))
        ),
        "`schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`",
    )
}

fn waiting(count: usize, first: &Mention) -> String {
    match count {
        1 => format!("1 revision is pending: {first}"),
        _ => format!("{count} revisions are pending, the next is {first}"),
    }
}

fn behind(first: &RevisionFile, count: usize) -> Finding {
    Finding::new(
        Condition::Behind,
        waiting(count, &Mention::from(first)),
        "`schemist upgrade`",
    )
}

fn ahead(first: &JournalEntry, count: usize) -> Finding {
    let what = match count {
        1 => format!("revision {} that no file has", named(first)),
        _ => format!(
            "{count} revisions that no file has, the first is {}",
            named(first)
        ),
    };
    Finding::new(
        Condition::Ahead,
        format!("the database is ahead of the files: it has {what}"),
        format!(
            "{}; or go back from a version of the project that has it",
            bring_back(&first.id)
        ),
    )
}

fn diverged(theirs: &JournalEntry, ours: &RevisionFile) -> Finding {
    Finding::new(
        Condition::Diverged,
        format!(
            "the database and the files went different ways: it has {} that no file has, and lacks {}",
            named(theirs),
            Mention::from(ours)
        ),
        format!(
            "{}, then `schemist rebase {} --onto {}`",
            bring_back(&theirs.id),
            ours.id(),
            theirs.id
        ),
    )
}

fn two_ways(history: &History) -> Finding {
    let error = history.head().err();
    Finding::new(
        Condition::Diverged,
        error.as_ref().map_or_else(
            || "the files have several heads".to_owned(),
            |error| format!("the files went different ways: cannot {error}"),
        ),
        error.map_or_else(|| "run `schemist heads`".to_owned(), |error| error.remedy()),
    )
}
