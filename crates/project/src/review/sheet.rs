//! A revision as a reviewer reads it: what its file says, down beside up.

use schemist_catalog::Severity;
use schemist_catalog::hazard::HazardRule;
use schemist_revision::{
    Comment, Direction, ForeignKeys, LockSource, Mark, Proof, RevisionFile, RevisionId, Section,
    SectionStatement, StatementLock, Transaction, UseError,
};
use schemist_sql::{Dialect, Lines, Span, without_secrets};

use crate::report::SourceLine;

/// A revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its id.
    pub id: RevisionId,
    /// The revisions that it comes after.
    pub parents: Vec<RevisionId>,
    /// What its author said.
    pub message: String,
    /// When it was written.
    pub created: Option<String>,
    /// Its file, from the project's folder.
    pub path: String,
    /// What is special about it, in a word each.
    pub marks: Vec<String>,
    /// Where it was run before somebody saw it.
    pub proof: Proven,
    /// Why there is no way back, where there is none.
    pub irreversible: Option<String>,
    /// What is not undone where it fails half way.
    pub not_atomic: Option<String>,
    /// Its statements, for each dialect.
    pub ways: Vec<Ways>,
}

/// Whether a revision was run, up and down, before somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// Its header does not say so; with the reason where there is one.
    No(Option<String>),
    /// It was, on these servers: the dialect and the version.
    On(Vec<(Dialect, String)>),
}

/// Both ways of a revision in a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The dialect.
    pub dialect: Dialect,
    /// From the parent to the revision.
    pub up: Way,
    /// Back.
    pub down: Way,
}

/// One way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// Its sections, in order.
    pub stretches: Vec<Stretch>,
    /// Why there are none.
    pub missing: Option<String>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// How it runs: `no transaction`, `foreign keys off`.
    pub conditions: Vec<&'static str>,
    /// Its statements, in order.
    pub statements: Vec<Stated>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Its words, without the `;` and without secrets.
    pub sql: String,
    /// Its line in the file.
    pub line: usize,
    /// Where it stands in the file.
    pub span: Span,
    /// What the comments above it say.
    pub remarks: Vec<String>,
    /// What to know before it runs.
    pub hazards: Vec<Told>,
    /// What it locks, a line each.
    pub locks: Vec<String>,
}

/// A hazard as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub code: String,
    /// How bad it can get.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// The query that it is about, where it is about one of the deployed code.
    pub query: Option<OfQuery>,
}

/// What becomes of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfQuery {
    /// Where the query stands.
    pub place: SourceLine,
    /// What becomes of it, in words that follow its place.
    pub what: String,
}

impl Sheet {
    /// What the file says for these dialects.
    pub fn of(file: &RevisionFile, marks: &[Mark], dialects: &[Dialect]) -> Self {
        let header = file.header();
        let proof = match &header.proven {
            Proof::No(why) => Proven::No(why.as_ref().map(|why| why.as_str().to_owned())),
            Proof::On(servers) => {
                let servers = servers.iter();
                Proven::On(
                    servers
                        .map(|it| (it.dialect, it.version.as_str().to_owned()))
                        .collect(),
                )
            }
        };
        let text = |message: &schemist_revision::Message| message.as_str().to_owned();
        let served = file.dialects().unwrap_or_default();
        let served = dialects.iter().filter(|dialect| served.contains(dialect));
        Self {
            id: file.id().clone(),
            parents: header.parents.clone(),
            message: text(&header.message),
            created: header.created.map(|time| time.to_string()),
            path: file.path().to_owned(),
            marks: marks.iter().map(ToString::to_string).collect(),
            proof,
            irreversible: header.irreversible.as_ref().map(text),
            not_atomic: header.not_atomic.as_ref().map(text),
            ways: served.map(|dialect| ways(file, *dialect)).collect(),
        }
    }

    /// The day on which it was written.
    pub fn day(&self) -> Option<&str> {
        self.created.as_ref().and_then(|created| created.get(..10))
    }

    /// Every hazard, with the dialect, the direction and the statement that it is about.
    pub fn hazards(&self) -> impl Iterator<Item = (Dialect, Direction, &Stated, &Told)> {
        self.ways.iter().flat_map(|ways| {
            let both = [(Direction::Up, &ways.up), (Direction::Down, &ways.down)];
            both.into_iter().flat_map(move |(direction, way)| {
                let hazards = way
                    .statements()
                    .flat_map(|it| it.hazards.iter().map(move |told| (it, told)));
                hazards.map(move |(statement, told)| (ways.dialect, direction, statement, told))
            })
        })
    }
}

impl Way {
    /// All statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Stated> {
        self.stretches
            .iter()
            .flat_map(|stretch| &stretch.statements)
    }

    /// The same, to say more of them.
    pub(super) fn statements_mut(&mut self) -> impl Iterator<Item = &mut Stated> {
        self.stretches
            .iter_mut()
            .flat_map(|stretch| &mut stretch.statements)
    }
}

fn ways(file: &RevisionFile, dialect: Dialect) -> Ways {
    Ways {
        dialect,
        up: way(file, dialect, Direction::Up),
        down: way(file, dialect, Direction::Down),
    }
}

fn way(file: &RevisionFile, dialect: Dialect, direction: Direction) -> Way {
    let sections = match file.sections_for(dialect, direction) {
        Ok(sections) => sections,
        Err(UseError::Irreversible { .. }) => {
            return missing("there is no way back".to_owned());
        }
        Err(error) => return missing(format!("cannot {error}")),
    };
    let mut stretches = Vec::new();
    let lines = Lines::of(file.to_text());
    for section in sections {
        match section.statements(dialect) {
            Ok(statements) => stretches.push(Stretch {
                conditions: conditions(section),
                statements: statements
                    .iter()
                    .map(|it| stated(&lines, dialect, it))
                    .collect(),
            }),
            Err(errors) => return missing(format!("cannot {errors}")),
        }
    }
    if stretches
        .iter()
        .all(|stretch| stretch.statements.is_empty())
    {
        return missing("nothing to do".to_owned());
    }
    Way {
        stretches,
        missing: None,
    }
}

const fn missing(why: String) -> Way {
    Way {
        stretches: Vec::new(),
        missing: Some(why),
    }
}

fn conditions(section: &Section) -> Vec<&'static str> {
    let transaction = match section.marker.transaction {
        Transaction::Same => None,
        Transaction::New => Some("new transaction"),
        Transaction::No => Some("no transaction"),
    };
    let foreign_keys = match section.marker.foreign_keys {
        ForeignKeys::On => None,
        ForeignKeys::Off => Some("foreign keys off"),
    };
    transaction.into_iter().chain(foreign_keys).collect()
}

fn stated(lines: &Lines, dialect: Dialect, statement: &SectionStatement<'_>) -> Stated {
    let hazards = statement.hazards().map(|(code, text)| Told {
        code: code.to_owned(),
        // Of a code that is not in the table nobody knows how bad it can get.
        severity: HazardRule::of(code).map_or(Severity::Warning, |rule| rule.severity),
        text: text.to_owned(),
        query: None,
    });
    let remarks = statement
        .comments
        .iter()
        .filter_map(|comment| match comment {
            Comment::Text(text) => Some(text.clone()),
            Comment::Repeatable => Some("repeatable".to_owned()),
            Comment::Hazard { .. } | Comment::Locks(_) => None,
        });
    Stated {
        sql: without_secrets(dialect, statement.sql),
        line: lines.number(statement.span.start),
        span: statement.span,
        remarks: remarks.collect(),
        hazards: hazards.collect(),
        locks: statement.locks().map(lock).collect(),
    }
}

/// The table, the lock and where it is known from.
pub(super) fn lock(lock: &StatementLock) -> String {
    let rewrites = if lock.is_rewritten {
        ", and its rows are written anew"
    } else {
        ""
    };
    let source = match lock.source {
        LockSource::Measured => "measured",
        LockSource::Rules => "by rule, not measured",
    };
    format!("{} on {}{rewrites} ({source})", lock.mode, lock.table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_severities_are_those_of_the_comments() {
        let text = "-- schemist revision\n-- id: a\n\n-- [up]\n-- hazard table_dropped: gone\n-- hazard nobody_knows: it\n-- locks \"book\": ACCESS EXCLUSIVE, rewrites it\n-- a remark\nDROP TABLE \"book\";\n";
        let file = RevisionFile::parse("m/a.sql", text).unwrap();
        let sheet = Sheet::of(&file, &[], &[Dialect::Postgres]);
        let statement = sheet.ways[0].up.statements().next().unwrap();
        let severities: Vec<Severity> = statement.hazards.iter().map(|it| it.severity).collect();
        assert_eq!(severities, [Severity::Danger, Severity::Warning]);
        assert_eq!(
            statement.locks,
            ["ACCESS EXCLUSIVE on \"book\", and its rows are written anew (measured)"]
        );
        assert_eq!(statement.remarks, ["a remark"]);
    }
}
