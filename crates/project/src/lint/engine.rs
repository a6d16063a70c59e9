//! From files to remarks: the rules, what comments ignore, what the settings say, and what a database knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemist_catalog::Severity;
use schemist_catalog::hazard::{HazardRule, Standing, Subject, locks, text};
use schemist_revision::{Comment, Direction, LockSource, StatementLock};
use schemist_sql::{Dialect, Span};
use sha2::{Digest, Sha256};

use super::act::{Act, Name};
use super::cost::cost;
use super::fix::fix_of;
use super::ignore::{Ignore, Scope};
use super::live::Live;
use super::remark::{Remark, place};
use super::rules;
use super::scene::{Found, Scene, Statement};
use super::source::{LintFile, Way};
use crate::settings::{LintLevel, LintSettings};

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was found.
    pub remarks: Vec<Remark>,
    /// How many hazards its comments ignore.
    pub ignored: usize,
    /// How many statements it has.
    pub statements: usize,
}

/// Looks at a file.
pub fn lint_file(file: &LintFile, settings: &LintSettings, live: Option<&Live>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut all: Vec<(Option<usize>, Remark)> = Vec::new();
    let mut starts = BTreeSet::new();
    for way in &file.ways {
        starts.extend(way.statements.iter().map(|statement| statement.span.start));
        for (statement, found) in of_way(way) {
            let remark = remark(file, statement, found, live);
            merge(&mut all, statement.span.start, remark);
        }
    }
    outcome.statements = starts.len();
    whole_file(file, &mut all);
    let mut used = vec![false; file.ignores.len()];
    all.retain(|(start, remark)| {
        let is_ignored = is_ignored(&file.ignores, &mut used, *start, remark.rule.code);
        outcome.ignored += usize::from(is_ignored);
        !is_ignored
    });
    all.extend(of_ignores(file, &used));
    all.sort_by_key(|(_, remark)| (remark.place.span.start, remark.rule.code));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, mut remark) in all {
        if !settle(&mut remark, settings, live) {
            continue;
        }
        let key = fingerprint(&remark, 0);
        let count = counts.entry(key).or_default();
        remark.fingerprint = fingerprint(&remark, *count);
        *count += 1;
        outcome.remarks.push(remark);
    }
    outcome
}

/// What the rules find in the statements of a way.
fn of_way(way: &Way) -> Vec<(&Statement, Found)> {
    let mut made = BTreeSet::new();
    let mut all = Vec::new();
    for (place, statement) in way.statements.iter().enumerate() {
        let scene = Scene {
            statement,
            place,
            all: &way.statements,
            made: &made,
        };
        let found = with_comments(&scene, rules::of_statement(&scene));
        all.extend(found.into_iter().map(|found| (statement, found)));
        made.extend(makes(statement));
    }
    let of_all = rules::of_file(&way.statements);
    all.extend(
        of_all
            .into_iter()
            .map(|(place, found)| (&way.statements[place], found)),
    );
    all
}

/// What a statement makes.
fn makes(statement: &Statement) -> Option<Name> {
    match &statement.act {
        Some(Act::CreateTable(table)) => Some(table.name.clone()),
        Some(Act::FillMaterializedView(name)) => Some(name.clone()),
        Some(Act::Create {
            name: Some(name),
            kind,
            ..
        }) if kind != "TRIGGER" && kind != "POLICY" => Some(name.clone()),
        _ => None,
    }
}

/// What the rules found, and what the file says itself: who wrote a revision knew both sides.
fn with_comments(scene: &Scene<'_>, mut found: Vec<Found>) -> Vec<Found> {
    let statement = scene.statement;
    let said: Vec<(&'static HazardRule, &str)> = statement
        .comments
        .iter()
        .filter_map(|comment| match comment {
            Comment::Hazard { code, text } => Some((HazardRule::of(code)?, text.as_str())),
            Comment::Locks(_) | Comment::Repeatable | Comment::Text(_) => None,
        })
        .collect();
    let says = |subject: Subject| said.iter().any(|(rule, _)| rule.subject() == subject);
    let is_rewritten = statement.comments.iter().any(|comment| match comment {
        Comment::Locks(lock) => lock.is_rewritten,
        Comment::Hazard { .. } | Comment::Repeatable | Comment::Text(_) => false,
    });
    found.retain(|found| {
        let is_said_better = found.rule.subject() == Subject::Rows && says(Subject::Rows);
        let is_disproved = found.rule.code == locks::TABLE_REWRITTEN.code
            && statement.is_measured
            && statement.dialect.has_transactional_ddl()
            && !is_rewritten;
        !is_said_better && !is_disproved
    });
    for (rule, sentence) in said {
        match found.iter_mut().find(|found| found.rule.code == rule.code) {
            Some(known) => sentence.clone_into(&mut known.sentence),
            None => found.push(scene.found(rule, sentence)),
        }
    }
    found
}

fn remark(file: &LintFile, statement: &Statement, found: Found, live: Option<&Live>) -> Remark {
    let start = statement.span.start;
    let span = Span::new(start + found.span.start, start + found.span.end);
    let table = found
        .table
        .as_ref()
        .map(|table| table.quoted(statement.dialect));
    let size = found
        .table
        .as_ref()
        .and_then(|table| live?.size(statement.dialect, table));
    Remark {
        rule: found.rule,
        severity: found.rule.severity,
        sentence: found.sentence,
        place: place(&file.path, &file.text, span, found.rule.title),
        dialects: BTreeSet::from([statement.dialect]),
        direction: statement.direction,
        sql: statement.sql.clone(),
        table,
        locks: locks_of(statement),
        size,
        fix: fix_of(found.rule, statement),
        fingerprint: String::new(),
    }
}

/// What a statement locks: as its file says that it was measured, or else by the rules.
pub fn locks_of(statement: &Statement) -> Vec<StatementLock> {
    let said: Vec<_> = statement
        .comments
        .iter()
        .filter_map(|comment| match comment {
            Comment::Locks(lock) => Some(lock.clone()),
            Comment::Hazard { .. } | Comment::Repeatable | Comment::Text(_) => None,
        })
        .collect();
    match statement.dialect {
        Dialect::Postgres if said.is_empty() && !statement.is_measured => {}
        Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => return said,
    }
    let Some(act) = &statement.act else {
        return said;
    };
    let mut locks: Vec<StatementLock> = Vec::new();
    for cost in cost(act, &statement.sql) {
        let Some(table) = cost.table.filter(|_| cost.mode.keeps_others_waiting()) else {
            continue;
        };
        let table = table.quoted(Dialect::Postgres);
        let is_rewritten = cost.work == schemist_catalog::hazard::Work::Rewrites;
        match locks.iter_mut().find(|lock| lock.table == table) {
            Some(lock) => {
                lock.mode = lock.mode.max(cost.mode);
                lock.is_rewritten |= is_rewritten;
            }
            None => locks.push(StatementLock {
                table,
                mode: cost.mode,
                is_rewritten,
                source: LockSource::Rules,
            }),
        }
    }
    locks
}

/// Puts what several dialects say in the same words into one.
fn merge(all: &mut Vec<(Option<usize>, Remark)>, start: usize, remark: Remark) {
    let same = all.iter_mut().find(|(_, known)| {
        known.place.span == remark.place.span
            && known.rule.code == remark.rule.code
            && (known.sentence == remark.sentence || !known.dialects.is_superset(&remark.dialects))
    });
    match same {
        Some((_, known)) => {
            known.dialects.extend(remark.dialects);
            if known.locks.is_empty() {
                known.locks = remark.locks;
            }
            known.fix = known.fix.take().or(remark.fix);
        }
        None => all.push((Some(start), remark)),
    }
}

/// What is wrong with a file as a whole.
fn whole_file(file: &LintFile, all: &mut Vec<(Option<usize>, Remark)>) {
    let mut add = |rule: &'static HazardRule, span: Span, sentence: String| {
        all.push((None, bare(file, rule, span, sentence)));
    };
    for (span, why) in &file.torn {
        let sentence = format!("{why}, so that nothing is said of what follows");
        add(&text::UNREAD, *span, sentence);
    }
    if file.has_no_way_down {
        let first = file.text.lines().next().unwrap_or_default();
        let sentence = "the revision has no section down, and does not say why".to_owned();
        add(&text::NO_WAY_DOWN, Span::new(0, first.len()), sentence);
    }
}

fn bare(file: &LintFile, rule: &'static HazardRule, span: Span, sentence: String) -> Remark {
    Remark {
        rule,
        severity: rule.severity,
        sentence,
        place: place(&file.path, &file.text, span, rule.title),
        dialects: BTreeSet::new(),
        direction: None,
        sql: span.slice(&file.text).to_owned(),
        table: None,
        locks: Vec::new(),
        size: None,
        fix: None,
        fingerprint: String::new(),
    }
}

fn is_ignored(ignores: &[Ignore], used: &mut [bool], start: Option<usize>, code: &str) -> bool {
    let mut is_ignored = false;
    for (ignore, used) in ignores.iter().zip(used) {
        let reaches = match ignore.scope {
            Scope::File => true,
            Scope::At(at) => start == Some(at),
        };
        let names = ignore.codes.iter().any(|known| known == code);
        if reaches && names {
            *used = true;
            // Without a reason nothing is ignored, and that is what is told.
            is_ignored |= ignore.reason.is_some();
        }
    }
    is_ignored
}

/// What is wrong with the comments themselves.
fn of_ignores(file: &LintFile, used: &[bool]) -> Vec<(Option<usize>, Remark)> {
    let mut all = Vec::new();
    for (ignore, is_used) in file.ignores.iter().zip(used) {
        let mut add = |rule: &'static HazardRule, sentence: String| {
            all.push((None, bare(file, rule, ignore.span, sentence)));
        };
        let unknown = ignore
            .codes
            .iter()
            .find(|code| HazardRule::of(code).is_none());
        if let Some(code) = unknown {
            let all = schemist_catalog::hazard::hazard_rules().map(|rule| rule.code);
            let near = crate::words::nearest(code, all)
                .map(|near| format!("; did you mean {near}?"))
                .unwrap_or_default();
            add(
                &text::UNKNOWN_IGNORE,
                format!("there is no hazard {code}{near}"),
            );
        } else if ignore.reason.is_none() {
            let codes = ignore.codes.join(", ");
            add(
                &text::IGNORE_WITHOUT_REASON,
                format!("{codes} is ignored, and nobody says why"),
            );
        } else if !is_used {
            let codes = ignore.codes.join(", ");
            add(&text::UNUSED_IGNORE, format!("there is no {codes} here"));
        }
    }
    all
}

/// How bad a remark is in the end; `false` where it is not told.
fn settle(remark: &mut Remark, settings: &LintSettings, live: Option<&Live>) -> bool {
    let code = remark.rule.code;
    if code == text::IGNORE_WITHOUT_REASON.code {
        return true;
    }
    match settings.levels.get(code) {
        Some(LintLevel::Off) => return false,
        Some(LintLevel::At(severity)) => {
            remark.severity = *severity;
            return true;
        }
        None if remark.rule.standing == Standing::OptIn => return false,
        None => {}
    }
    if remark.direction == Some(Direction::Down) {
        remark.severity = Severity::Notice;
        return true;
    }
    let is_about_size = matches!(remark.rule.subject(), Subject::Locks | Subject::Rows);
    if let (true, Some(size), Some(_)) = (is_about_size, remark.size, live) {
        let is_large = size.rows >= settings.large_table;
        remark.severity = match (remark.severity, is_large) {
            (Severity::Notice, true) => Severity::Warning,
            (Severity::Warning | Severity::Danger, true) => Severity::Danger,
            (_, false) => Severity::Notice,
        };
    }
    true
}

/// The hazard, its file and its statement without blanks: the lines above it may move.
fn fingerprint(remark: &Remark, count: usize) -> String {
    let sql: Vec<_> = remark.sql.split_whitespace().collect();
    let parts = [
        remark.rule.code,
        &remark.place.path,
        &sql.join(" "),
        &remark.sentence,
        &count.to_string(),
    ];
    let digest = Sha256::digest(parts.join("\0"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A remark about the project, and not about a statement.
pub fn about(
    path: &str,
    text: &Arc<str>,
    span: Span,
    rule: &'static HazardRule,
    sentence: String,
) -> Remark {
    let mut remark = Remark {
        rule,
        severity: rule.severity,
        sentence,
        place: place(path, text, span, rule.title),
        dialects: BTreeSet::new(),
        direction: None,
        sql: String::new(),
        table: None,
        locks: Vec::new(),
        size: None,
        fix: None,
        fingerprint: String::new(),
    };
    remark.fingerprint = fingerprint(&remark, 0);
    remark
}
