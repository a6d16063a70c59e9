//! Other ways to write a statement, which lock less.

use schemist_catalog::hazard::{HazardRule, locks, rows, text};
use schemist_sql::{Dialect, Script};

use super::act::{Act, Action, ConstraintKind, IndexMade, Manner, Validity};
use super::scene::{Mode, Statement};

/// A statement in another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done, in a few words.
    pub title: &'static str,
    /// The statements that take its place, in sections.
    pub parts: Vec<FixPart>,
}

/// Statements that run in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixPart {
    /// How.
    pub mode: FixMode,
    /// The statements, each without its semicolon.
    pub statements: Vec<String>,
}

/// How the statements of a part run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixMode {
    /// As the section around them.
    Same,
    /// In a transaction of their own, after what was before is committed.
    New,
    /// Outside of transactions.
    Alone,
}

/// The safe form of a statement, where a program can write it.
pub fn fix_of(rule: &HazardRule, statement: &Statement) -> Option<Fix> {
    match statement.dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return None,
    }
    let is_in_section = match statement.mode {
        Mode::Transaction | Mode::Alone => statement.direction.is_some(),
        Mode::Plain | Mode::ForeignKeysOff => false,
    };
    if !is_in_section {
        return None;
    }
    let act = statement.act.as_ref()?;
    let code = rule.code;
    match act {
        Act::CreateIndex(index) if code == locks::INDEX_BUILT_IN_PLACE.code => {
            concurrently(index, &statement.sql)
        }
        Act::DropIndex {
            manner: Manner::InPlace,
            ..
        } if code == locks::INDEX_DROPPED_IN_PLACE.code => {
            let sql = after(&statement.sql, &["DROP", "INDEX"], " CONCURRENTLY")?;
            Some(alone("drop the index CONCURRENTLY", sql))
        }
        Act::CreateIndex(_) if code == text::INVALID_INDEX_KEPT.code => {
            let sql = without(&statement.sql, &["IF", "NOT", "EXISTS"])?;
            Some(same("leave IF NOT EXISTS out", vec![sql]))
        }
        Act::CreateIndex(_) | Act::DropIndex { .. } | Act::Reindex(..)
            if code == text::CONCURRENTLY_IN_TRANSACTION.code =>
        {
            Some(alone(
                "put it outside of transactions",
                statement.sql.clone(),
            ))
        }
        Act::AlterTable { actions, .. } if actions.len() == 1 => {
            let (action, span) = &actions[0];
            let head = &statement.sql[..span.start];
            of_action(code, action, head, span.slice(&statement.sql))
        }
        _ => None,
    }
}

fn same(title: &'static str, statements: Vec<String>) -> Fix {
    Fix {
        title,
        parts: vec![FixPart {
            mode: FixMode::Same,
            statements,
        }],
    }
}

fn alone(title: &'static str, sql: String) -> Fix {
    Fix {
        title,
        parts: vec![FixPart {
            mode: FixMode::Alone,
            statements: vec![sql],
        }],
    }
}

fn concurrently(index: &IndexMade, sql: &str) -> Option<Fix> {
    if index.manner == Manner::Concurrently || index.is_on_only || index.name.is_none() {
        return None;
    }
    let words: &[&str] = if index.is_unique {
        &["CREATE", "UNIQUE", "INDEX"]
    } else {
        &["CREATE", "INDEX"]
    };
    let sql = after(sql, words, " CONCURRENTLY")?;
    // What a failed build leaves behind would be taken for the index.
    let sql = without(&sql, &["IF", "NOT", "EXISTS"]).unwrap_or(sql);
    Some(alone("build the index CONCURRENTLY", sql))
}

fn of_action(code: &str, action: &Action, head: &str, part: &str) -> Option<Fix> {
    match action {
        Action::AddConstraint(constraint)
            if constraint.validity == Validity::Validated
                && (code == rows::CHECK_ADDED.code || code == rows::FOREIGN_KEY_ADDED.code) =>
        {
            // Without a name nobody can validate it.
            let name = constraint.name.as_ref()?.quoted(Dialect::Postgres);
            let is_fit = match constraint.kind {
                ConstraintKind::Check | ConstraintKind::ForeignKey(_) => true,
                ConstraintKind::PrimaryKey
                | ConstraintKind::Unique
                | ConstraintKind::NotNull
                | ConstraintKind::Exclude => false,
            };
            is_fit.then(|| Fix {
                title: "add it NOT VALID, and validate it in a transaction of its own",
                parts: vec![
                    FixPart {
                        mode: FixMode::Same,
                        statements: vec![format!("{head}{part} NOT VALID")],
                    },
                    FixPart {
                        mode: FixMode::New,
                        statements: vec![format!("{head}VALIDATE CONSTRAINT {name}")],
                    },
                ],
            })
        }
        Action::SetNotNull(column) if code == rows::NOT_NULL_SET.code => {
            let check = format!("schemist_required_{}", column.as_str());
            let check = schemist_sql::Ident::from_server(check).quoted(Dialect::Postgres);
            let quoted = column.quoted(Dialect::Postgres);
            Some(Fix {
                title: "let a validated check spare it the look at the rows",
                parts: vec![
                    FixPart {
                        mode: FixMode::Same,
                        statements: vec![format!(
                            "{head}ADD CONSTRAINT {check} CHECK ({quoted} IS NOT NULL) NOT VALID"
                        )],
                    },
                    FixPart {
                        mode: FixMode::New,
                        statements: vec![format!("{head}VALIDATE CONSTRAINT {check}")],
                    },
                    FixPart {
                        mode: FixMode::New,
                        statements: vec![
                            format!("{head}{part}"),
                            format!("{head}DROP CONSTRAINT {check}"),
                        ],
                    },
                ],
            })
        }
        Action::AddConstraint(constraint)
            if code == rows::UNIQUE_ADDED.code && !constraint.uses_index =>
        {
            let kind = match constraint.kind {
                ConstraintKind::Unique => "UNIQUE",
                ConstraintKind::PrimaryKey
                | ConstraintKind::Check
                | ConstraintKind::NotNull
                | ConstraintKind::ForeignKey(_)
                | ConstraintKind::Exclude => return None,
            };
            let name = constraint.name.as_ref()?.quoted(Dialect::Postgres);
            let columns: Option<Vec<_>> = constraint.columns.iter().cloned().collect();
            let columns = columns.filter(|columns| !columns.is_empty())?;
            // What stands behind the columns, such as DEFERRABLE or INCLUDE, is for people.
            if !part.trim_end().ends_with(')') || part.matches('(').count() != 1 {
                return None;
            }
            let mut build = Script::new(Dialect::Postgres);
            build
                .keyword("CREATE UNIQUE INDEX CONCURRENTLY ")
                .ident(constraint.name.as_ref()?)
                .keyword(" ON ")
                .expression(on_of(head)?)
                .keyword(" ")
                .idents(&columns);
            Some(Fix {
                title: "build its index CONCURRENTLY, and add it USING INDEX",
                parts: vec![
                    FixPart {
                        mode: FixMode::Alone,
                        statements: vec![build.into_text()],
                    },
                    FixPart {
                        mode: FixMode::New,
                        statements: vec![format!(
                            "{head}ADD CONSTRAINT {name} {kind} USING INDEX {name}"
                        )],
                    },
                ],
            })
        }
        Action::Validate(_) if code == locks::VALIDATED_AT_ONCE.code => Some(Fix {
            title: "validate it in a transaction of its own",
            parts: vec![FixPart {
                mode: FixMode::New,
                statements: vec![format!("{head}{part}")],
            }],
        }),
        Action::Detach(..) if code == locks::PARTITION_DETACHED.code => Some(alone(
            "take it out CONCURRENTLY",
            format!("{head}{part} CONCURRENTLY"),
        )),
        _ => None,
    }
}

/// The words of the table between `ALTER TABLE` and its parts, as they are written.
fn on_of(head: &str) -> Option<&str> {
    let words: Vec<_> = schemist_sql::words(Dialect::Postgres, head).collect();
    let first = words
        .iter()
        .position(|word| !word.is_one_of(&["ALTER", "TABLE", "IF", "EXISTS", "ONLY"]))?;
    Some(head[words[first].token.span.start..].trim())
}

/// The statement with something behind its first words.
fn after(sql: &str, words: &[&str], added: &str) -> Option<String> {
    let mut found = schemist_sql::words(Dialect::Postgres, sql);
    let mut end = 0;
    for word in words {
        let next = found.next().filter(|next| next.is(word))?;
        end = next.token.span.end;
    }
    Some(format!("{}{added}{}", &sql[..end], &sql[end..]))
}

/// The statement without some words that stand together.
fn without(sql: &str, words: &[&str]) -> Option<String> {
    let all: Vec<_> = schemist_sql::words(Dialect::Postgres, sql).collect();
    let at = all
        .windows(words.len())
        .position(|run| run.iter().zip(words).all(|(word, wanted)| word.is(wanted)))?;
    let (first, last) = (
        all[at].token.span.start,
        all[at + words.len() - 1].token.span.end,
    );
    Some(format!("{}{}", &sql[..first], sql[last..].trim_start()))
}
