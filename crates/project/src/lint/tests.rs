//! Rules against the examples of their hazards, and files with the report beside them.

use std::collections::BTreeSet;

use schemist_catalog::hazard::{Example, HazardRule, Standing, Work, hazard_rules};
use schemist_sql::{Dialect, LockMode};

use super::cost::cost;
use super::engine::lint_file;
use super::source::read_file;
use crate::report::ReportFormat;
use crate::report::tests::{GITLAB, SARIF, hold_json, hold_junit};
use crate::settings::{LintLevel, LintSettings};

/// The codes that a text has, with one that is opt-in asked for.
fn codes(dialect: Dialect, sql: &str, wanted: &HazardRule) -> BTreeSet<&'static str> {
    let mut settings = LintSettings::default();
    if wanted.standing == Standing::OptIn {
        let level = LintLevel::At(wanted.severity);
        settings.levels.insert(wanted.code.to_owned(), level);
    }
    let file = read_file("example.sql", sql, &BTreeSet::from([dialect])).unwrap();
    let outcome = lint_file(&file, &settings, None);
    outcome
        .remarks
        .iter()
        .map(|remark| remark.rule.code)
        .collect()
}

#[test]
fn every_example_has_its_hazard_and_its_safe_form_has_not() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in hazard_rules() {
        for example in rule.examples {
            tried += 1;
            let found = codes(example.dialect, example.sql, rule);
            if !found.contains(rule.code) {
                wrong.push(format!("{}: {}\n  has {found:?}", rule.code, example.sql));
            }
            let better = codes(example.dialect, example.safe, rule);
            if better.contains(rule.code) {
                wrong.push(format!("{}: {} has it, too", rule.code, example.safe));
            }
        }
    }
    assert!(tried > 120, "{tried} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the rules say of an example's locks, which a server says as well.
fn costs(example: &Example) -> (BTreeSet<(String, LockMode)>, bool) {
    let mut locks = std::collections::BTreeMap::new();
    let mut is_rewritten = false;
    for statement in schemist_sql::statements(Dialect::Postgres, example.sql).unwrap() {
        let sql = statement.text(example.sql);
        let act = super::read::read(Dialect::Postgres, sql).unwrap();
        for cost in cost(&act, sql) {
            is_rewritten |= cost.work == Work::Rewrites;
            if let Some(table) = cost.table {
                let name = table.last().unwrap().as_str().to_owned();
                let held = locks.entry(name).or_insert(cost.mode);
                *held = cost.mode.max(*held);
            }
        }
    }
    let locks = locks
        .into_iter()
        .filter(|(_, mode)| *mode >= LockMode::ShareUpdateExclusive);
    (locks.collect(), is_rewritten)
}

/// Tables that a statement locks without naming them.
const UNNAMED: [&str; 6] = [
    "DROP INDEX",
    "ALTER DOMAIN",
    "DROP CONSTRAINT book_author_fkey",
    "DROP TABLE draft",
    "TRUNCATE author CASCADE",
    "TYPE varchar(50)",
];

#[test]
fn the_rules_know_the_locks_that_a_server_shows() {
    let mut wrong = Vec::new();
    for rule in hazard_rules() {
        for example in rule.examples.iter().filter(|example| example.is_tried) {
            if UNNAMED.iter().any(|words| example.sql.contains(words)) {
                continue;
            }
            let (locks, is_rewritten) = costs(example);
            let said = example.locks.iter();
            let said: BTreeSet<_> = said
                .map(|(name, mode)| ((*name).to_owned(), *mode))
                .collect();
            let rewrites = example.work == Work::Rewrites;
            if locks != said || is_rewritten != rewrites {
                wrong.push(format!(
                    "{}\n  {locks:?} {is_rewritten}, the table: {said:?} {rewrites}",
                    example.sql
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A report of a text, as people read it in one line each.
fn report(sql: &str) -> super::LintReport {
    let file = read_file("changes.sql", sql, &BTreeSet::from([Dialect::Postgres])).unwrap();
    let outcome = lint_file(&file, &LintSettings::default(), None);
    super::LintReport {
        remarks: outcome.remarks,
        files: 1,
        statements: outcome.statements,
        ignored: outcome.ignored,
        ..super::LintReport::default()
    }
}

#[test]
fn comments_ignore_with_a_reason_only() {
    let sql = "-- ignore brief_lock: run at night\n\n-- ignore table_dropped: empty since March\nDROP TABLE a;\n-- ignore table_dropped\nDROP TABLE b;\nDROP TABLE c;\n";
    let found = report(sql);
    let codes: Vec<_> = found
        .remarks
        .iter()
        .map(|it| (it.rule.code, it.lines().0.0))
        .collect();
    assert_eq!(
        codes,
        [
            ("unused_ignore", 1),
            ("ignore_without_reason", 5),
            ("table_dropped", 6),
            ("table_dropped", 7)
        ]
    );
    assert_eq!(found.ignored, 1);
}

#[test]
fn every_document_is_what_those_who_read_it_take() {
    let schema = include_str!("../../../../docs/schemas/lint.json");
    let name = "a\u{1b}[31m\n::error::%0A|`b` <script>]]>'\u{202e}";
    let found = report(&format!(
        "ALTER TABLE book ALTER COLUMN pages TYPE bigint;\nDROP TABLE \"{name}\";\nfrob;\n"
    ));
    assert!(found.remarks.len() > 2);
    let failed = super::LintReport {
        failure: Some(format!("cannot read {name}")),
        ..super::LintReport::default()
    };
    for report in [found, report(""), failed] {
        let text = |format| super::render(format, &report).unwrap();
        hold_json(schema, &text(ReportFormat::Json));
        hold_json(SARIF, &text(ReportFormat::Sarif));
        hold_json(GITLAB, &text(ReportFormat::Gitlab));
        hold_junit(&text(ReportFormat::Junit));
    }
}
