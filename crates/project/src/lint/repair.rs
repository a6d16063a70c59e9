//! Files in safe forms: written only where the result makes the same schema.

use std::collections::BTreeMap;

use schemist_catalog::Pair;
use schemist_diff::compare;
use schemist_revision::{
    Direction, History, Marker, RevisionFile, RevisionId, Section, Transaction,
};
use schemist_sql::{Dialect, Span};

use super::fix::{Fix, FixMode};
use super::remark::{LintReport, Remark};
use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::generate::compose::not_atomic;
use crate::project::Entry;
use crate::prove::replay::replay;

/// A file that was written in safe forms, or why it was not.
#[derive(Debug, Clone)]
pub struct Repaired {
    /// The file.
    pub path: String,
    /// What was done, by the line of each statement.
    pub done: Vec<(usize, &'static str)>,
    /// Why nothing was written; the result was not proven then.
    pub refused: Option<String>,
}

/// Writes every revision that a report has safe forms for, where the result is proven.
///
/// # Errors
/// Where the history is wrong, or no scratch database can be had.
pub async fn repair(entry: &Entry, report: &LintReport) -> Result<Vec<Repaired>, ProjectError> {
    let mut by_path: BTreeMap<&str, Vec<&Remark>> = BTreeMap::new();
    for remark in report.remarks.iter().filter(|remark| remark.fix.is_some()) {
        by_path.entry(&remark.place.path).or_default().push(remark);
    }
    if by_path.is_empty() {
        return Ok(Vec::new());
    }
    let history = entry.history()?;
    let mut all = Vec::new();
    for (path, remarks) in by_path {
        let found = history.revisions().iter().find(|file| file.path() == path);
        let Some(file) = found else {
            all.push(refused(path, "it is no revision of this history"));
            continue;
        };
        if let Some(child) = history.children(file.id()).first() {
            let why = format!(
                "{} comes after it: what others may have applied is not edited",
                child.id()
            );
            all.push(refused(path, &why));
            continue;
        }
        all.push(of_file(entry, &history, file, &remarks).await?);
    }
    Ok(all)
}

fn refused(path: &str, why: &str) -> Repaired {
    Repaired {
        path: path.to_owned(),
        done: Vec::new(),
        refused: Some(why.to_owned()),
    }
}

async fn of_file(
    entry: &Entry,
    history: &History,
    file: &RevisionFile,
    remarks: &[&Remark],
) -> Result<Repaired, ProjectError> {
    let (text, done) = match rewritten(file, remarks) {
        Ok(rewritten) => rewritten,
        Err(why) => return Ok(refused(file.path(), &why)),
    };
    let changed = match RevisionFile::parse(file.path(), &text) {
        Ok(changed) => changed,
        Err(_) => {
            return Ok(refused(
                file.path(),
                "its sections could not be read afterwards",
            ));
        }
    };
    let sections = changed
        .sections()
        .map_err(schemist_revision::UseError::from)?;
    let sections: Vec<(Marker, String)> = sections
        .iter()
        .map(|section| (section.marker.clone(), section.text().to_owned()))
        .collect();
    let mut header = changed.header().clone();
    header.not_atomic = not_atomic(&sections);
    let changed = changed.with_header(&header);
    if let Err(why) = prove(entry, history, &changed).await? {
        return Ok(refused(file.path(), &why));
    }
    entry.folder()?.replace(&changed)?;
    Ok(Repaired {
        path: file.path().to_owned(),
        done,
        refused: None,
    })
}

/// Holds that the changed file makes what the file made.
async fn prove(
    entry: &Entry,
    history: &History,
    changed: &RevisionFile,
) -> Result<Result<(), String>, ProjectError> {
    let files = history.revisions().iter();
    let files = files.map(|file| {
        if file.id() == changed.id() {
            changed.clone()
        } else {
            file.clone()
        }
    });
    let other = History::build(files.collect())?;
    let mut live = entry.live_of(Dialect::Postgres).await?;
    let mut bench = entry.bench(Dialect::Postgres, live.as_mut()).await?;
    drop(live);
    let target: [RevisionId; 1] = [changed.id().clone()];
    let (scratch, before) = replay(&mut bench, history, &target).await?;
    drop(scratch);
    let (scratch, after) = match replay(&mut bench, &other, &target).await {
        Ok(made) => made,
        Err(error) => return Ok(Err(format!("the safe form does not run: cannot {error}"))),
    };
    drop(scratch);
    let after = settle(&mut bench, &before, &after).await?;
    let changes = compare(Pair::new(&before, &after));
    if changes.is_empty() {
        return Ok(Ok(()));
    }
    let names: Vec<_> = changes
        .iter()
        .map(|change| change.id().to_string())
        .collect();
    Ok(Err(format!(
        "the safe form makes another schema: {}",
        names.join(", ")
    )))
}

type Rewritten = (String, Vec<(usize, &'static str)>);

/// The text with safe forms in place of statements, from the last to the first.
fn rewritten(file: &RevisionFile, remarks: &[&Remark]) -> Result<Rewritten, String> {
    let sections = file
        .sections()
        .map_err(|_| "its sections cannot be read".to_owned())?;
    let mut text = file.to_text().to_owned();
    let mut done = Vec::new();
    let mut places: BTreeMap<usize, (&Fix, Span)> = BTreeMap::new();
    for remark in remarks {
        if remark.direction == Some(Direction::Down) {
            continue;
        }
        let Some(fix) = &remark.fix else { continue };
        let Some(span) = statement_at(sections, remark.place.span.start) else {
            continue;
        };
        places.entry(span.start).or_insert((fix, span));
    }
    for (start, (fix, span)) in places.into_iter().rev() {
        let section = sections
            .iter()
            .find(|section| section.span.start <= start && start < section.span.end);
        let Some(section) = section else { continue };
        let is_postgres = section.marker.dialects.iter().eq(&[Dialect::Postgres])
            || section.marker.dialects.is_empty()
                && file.header().dialects.iter().eq(&[Dialect::Postgres]);
        if !is_postgres {
            return Err(
                "its section serves other dialects as well: give PostgreSQL one of its own"
                    .to_owned(),
            );
        }
        let (line, _) = schemist_sql::line_column(file.to_text(), start);
        replace(&mut text, section, span, fix);
        done.push((line, fix.title));
    }
    done.reverse();
    if done.is_empty() {
        return Err("nothing of its way up has a safe form".to_owned());
    }
    Ok((text, done))
}

/// The statement of PostgreSQL that stands here, with its semicolon.
fn statement_at(sections: &[Section], at: usize) -> Option<Span> {
    sections.iter().find_map(|section| {
        let statements = section.statements(Dialect::Postgres).ok()?;
        let found = statements
            .iter()
            .find(|statement| statement.span.start <= at && at < statement.span.end);
        found.map(|statement| statement.span)
    })
}

fn replace(text: &mut String, section: &Section, span: Span, fix: &Fix) {
    let end = text[span.end..]
        .find(';')
        .map_or(span.end, |at| span.end + at + 1);
    let mut start = without_hazards(text, span.start);
    let own = |transaction: Transaction| Marker {
        transaction,
        ..section.marker.clone()
    };
    let mut written = String::new();
    let mut current = section.marker.transaction;
    for part in &fix.parts {
        let wanted = match part.mode {
            FixMode::Same => current,
            FixMode::New => Transaction::New,
            FixMode::Alone => Transaction::No,
        };
        let begins = wanted != current || part.mode == FixMode::New;
        if begins {
            // After statements outside of transactions, another one begins by itself.
            let transaction = match (current, wanted) {
                (Transaction::No, Transaction::New) => Transaction::Same,
                (_, wanted) => wanted,
            };
            written.push_str(&format!("\n{}\n", own(transaction)));
        }
        for statement in &part.statements {
            written.push_str(statement);
            written.push_str(";\n");
        }
        current = wanted;
    }
    // A section that nothing is left of goes with its marker.
    let is_first = text[section.span.start..start].trim().is_empty();
    if is_first && written.starts_with('\n') {
        start = section.marker_span.start;
        written = written.trim_start().to_owned();
    }
    let rest = text[end..section.span.end.max(end).min(text.len())].trim();
    let has_rest = !rest.is_empty() && !rest.starts_with("-- [");
    let is_left = current != section.marker.transaction;
    if has_rest && is_left {
        let back = match section.marker.transaction {
            Transaction::No => Transaction::No,
            Transaction::Same | Transaction::New => match current {
                Transaction::No => Transaction::Same,
                Transaction::Same | Transaction::New => Transaction::New,
            },
        };
        written.push_str(&format!("\n{}\n", own(back)));
    }
    let after = text[end..].trim_start_matches('\n').len();
    let after = text.len() - after;
    let gap = if text[after..].starts_with("-- [") {
        "\n"
    } else {
        ""
    };
    text.replace_range(start..after, &format!("{written}{gap}"));
}

/// The start of what is said about a statement: hazards and locks of the old form go with it.
fn without_hazards(text: &str, mut start: usize) -> usize {
    loop {
        let before = text[..start].trim_end_matches('\n');
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = &before[line_start..];
        if !line.starts_with("-- hazard ") && !line.starts_with("-- locks ") {
            return start;
        }
        start = line_start;
    }
}
