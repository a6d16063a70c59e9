//! A report for tests, with everything in it that formats must not trip over.

use schemist_catalog::Pair;
use schemist_revision::RevisionId;
use schemist_sql::Dialect;

use super::{Failure, Finding, Looked, Report, Since, SourceLine, Statement, Why};
use crate::generate::wording::Difference;

fn line(path: &str, line: usize) -> SourceLine {
    SourceLine {
        path: path.to_owned(),
        line,
        column: 5,
    }
}

fn statement(sql: &str) -> Statement {
    Statement {
        sql: sql.to_owned(),
        hazards: Vec::new(),
    }
}

/// Two findings: a column of another type and a longer view, and a table with a hostile name.
pub(super) fn report() -> Report {
    let book = Finding {
        verb: "alter",
        kind: "view",
        object: "view \"shelf\"".to_owned(),
        group: "view \"shelf\"".to_owned(),
        differences: vec![
            Difference {
                line: "column \"id\" data type: integer → bigint".to_owned(),
                path: "column \"id\" data type".to_owned(),
                part: Some("id".to_owned()),
                texts: None,
            },
            Difference {
                line: "query: …".to_owned(),
                path: "query".to_owned(),
                part: None,
                texts: Some(Pair::new(
                    "SELECT id\nFROM book".to_owned(),
                    "SELECT id\nFROM book\nLIMIT 3".to_owned(),
                )),
            },
        ],
        statements: vec![Statement {
            hazards: vec![("rewrites_table", "The table is written anew".to_owned())],
            ..statement("CREATE VIEW \"shelf\" AS SELECT id\nFROM book\nLIMIT 3")
        }],
        why: Why {
            declared: Some(line("models/a b.rs", 7)),
            since: Some(Since {
                id: RevisionId::parse("111111111111").unwrap(),
                message: "books".to_owned(),
                date: Some("2026-11-20".to_owned()),
                place: line("migrations/books.sql", 12),
            }),
        },
    };
    let hostile = "table \"100%\n::error::<img src=x>,a\x1b[31m]]>`\"";
    let table = Finding {
        verb: "drop",
        kind: "table",
        object: hostile.to_owned(),
        group: hostile.to_owned(),
        differences: Vec::new(),
        statements: vec![statement("DROP TABLE x")],
        why: Why::default(),
    };
    Report {
        name: "main".to_owned(),
        question: "models",
        sides: Pair::new("the database", "the models"),
        dialect: Dialect::Postgres,
        objects: 3,
        statements: vec![statement("DROP TABLE x")],
        findings: vec![book, table],
        others: Vec::new(),
        notes: vec!["a note".to_owned()],
        base: "backend/".to_owned(),
        settings: "schemist.toml".to_owned(),
    }
}

/// Every way that checks end.
pub(super) fn all() -> Vec<Vec<Looked>> {
    let clean = Report {
        findings: Vec::new(),
        statements: Vec::new(),
        name: "clean <&>".to_owned(),
        ..report()
    };
    let failed = Failure {
        name: "gone".to_owned(),
        message: "cannot connect: \"100%\"\n\x07<no> server".to_owned(),
    };
    let differs = Looked::Compared(report());
    let clean = Looked::Compared(clean);
    let failed = Looked::Failed(failed);
    vec![
        vec![differs.clone()],
        vec![clean.clone()],
        vec![failed.clone()],
        vec![differs, clean, failed],
    ]
}
