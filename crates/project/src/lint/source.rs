//! A file as a lint reads it: its statements, dialect by dialect, and what its comments ignore.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemist_revision::{
    Comment, Direction, ForeignKeys, Marker, Proof, RevisionFile, Transaction, UseError,
};
use schemist_sql::{Dialect, Span, statements};

use super::ignore::{Ignore, Scope};
use super::read::read;
use super::scene::{Mode, Statement};
use crate::error::ProjectError;
use crate::inspect::ways::sections_of;

/// The statements of one direction, as one dialect reads them.
#[derive(Debug)]
pub struct Way {
    /// Up or down; `None` in a file that is no revision.
    pub direction: Option<Direction>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// A file.
#[derive(Debug)]
pub struct LintFile {
    /// How it is named in messages.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its statements.
    pub ways: Vec<Way>,
    /// What its comments ignore.
    pub ignores: Vec<Ignore>,
    /// What cannot be cut into statements: where, and why.
    pub torn: Vec<(Span, String)>,
    /// Whether it changes something and does not say how to take that back.
    pub has_no_way_down: bool,
    /// Whether it is a revision.
    pub is_revision: bool,
}

/// Reads a file; one that is no revision is read as these dialects do.
///
/// # Errors
/// Where a revision's header or sections are broken.
pub fn read_file(
    path: &str,
    text: &str,
    dialects: &BTreeSet<Dialect>,
) -> Result<LintFile, ProjectError> {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let mut file = LintFile {
        path: path.to_owned(),
        text: text.into(),
        ways: Vec::new(),
        ignores: Vec::new(),
        torn: Vec::new(),
        has_no_way_down: false,
        is_revision: head.starts_with("-- schemist revision"),
    };
    if file.is_revision {
        let revision = RevisionFile::parse(path, text)
            .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
        read_revision(&mut file, &revision, dialects)?;
    } else if has_markers(text) {
        read_sections(&mut file, dialects);
    } else {
        for dialect in of_name(path, dialects) {
            let whole = Part {
                dialect,
                direction: None,
                section: 0,
                mode: Mode::Plain,
                span: Span::new(0, text.len()),
                is_measured: false,
            };
            let mut statements = Vec::new();
            cut(&mut file, &whole, &mut statements);
            file.ways.push(Way {
                direction: None,
                statements,
            });
        }
    }
    file.ignores.sort_by_key(|ignore| ignore.span.start);
    file.ignores.dedup_by_key(|ignore| ignore.span.start);
    file.torn.sort();
    file.torn.dedup();
    Ok(file)
}

/// Whether a text has sections, though it has no header.
fn has_markers(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("-- [up") || line.starts_with("-- [down"))
}

/// The dialects of a plain file: the one in its name (`view.mysql.sql`), or these.
fn of_name(path: &str, dialects: &BTreeSet<Dialect>) -> BTreeSet<Dialect> {
    let own = Dialect::ALL
        .into_iter()
        .find(|dialect| path.ends_with(&format!(".{}.sql", dialect.name())));
    own.map_or_else(|| dialects.clone(), |own| BTreeSet::from([own]))
}

fn read_revision(
    file: &mut LintFile,
    revision: &RevisionFile,
    dialects: &BTreeSet<Dialect>,
) -> Result<(), ProjectError> {
    let sections = revision.sections().map_err(UseError::from)?;
    let listed = revision.dialects().map_err(UseError::from)?;
    let header = revision.header();
    // A revision that lists none is for whatever the project has.
    let own: BTreeSet<_> = if header.dialects.is_empty() {
        listed.intersection(dialects).copied().collect()
    } else {
        listed
    };
    for dialect in own {
        let is_measured = match &header.proven {
            Proof::On(servers) => servers.iter().any(|server| server.dialect == dialect),
            Proof::No(_) => false,
        };
        for direction in [Direction::Up, Direction::Down] {
            let mut statements = Vec::new();
            let mut count = Count::default();
            for section in sections_of(sections, dialect, direction) {
                let mode = count.next(&section.marker);
                let part = Part {
                    dialect,
                    direction: Some(direction),
                    section: count.number,
                    mode,
                    span: section.span,
                    is_measured,
                };
                cut(file, &part, &mut statements);
            }
            file.ways.push(Way {
                direction: Some(direction),
                statements,
            });
        }
    }
    let has = |direction: Direction| {
        let mut ways = file.ways.iter();
        ways.any(|way| way.direction == Some(direction) && !way.statements.is_empty())
    };
    let has_section = sections
        .iter()
        .any(|section| section.marker.direction == Direction::Down);
    file.has_no_way_down = has(Direction::Up) && !has_section && header.irreversible.is_none();
    // What stands between the header and the first section is about the whole file.
    let first = sections.first().map(|section| section.marker_span.start);
    let head = Span::new(0, first.unwrap_or(file.text.len()));
    let text = Arc::clone(&file.text);
    let mut at = 0;
    for line in head.slice(&text).split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        file.ignores
            .extend(Ignore::parse(span.slice(&text), span, Scope::File));
        at += line.len();
    }
    Ok(())
}

/// Sections without a header, as an example has them.
fn read_sections(file: &mut LintFile, dialects: &BTreeSet<Dialect>) {
    let head = "-- schemist revision\n-- id: 000000000000\n\n";
    let whole = format!("{head}{}", file.text);
    let Ok(revision) = RevisionFile::parse(&file.path, &whole) else {
        file.torn
            .push((Span::new(0, 0), "its sections cannot be read".to_owned()));
        return;
    };
    let mut inner = LintFile {
        text: whole.as_str().into(),
        path: file.path.clone(),
        ways: Vec::new(),
        ignores: Vec::new(),
        torn: Vec::new(),
        has_no_way_down: false,
        is_revision: false,
    };
    if read_revision(&mut inner, &revision, dialects).is_err() {
        file.torn
            .push((Span::new(0, 0), "its sections cannot be read".to_owned()));
        return;
    }
    let moved = |span: Span| Span::new(span.start - head.len(), span.end - head.len());
    for way in &mut inner.ways {
        for statement in &mut way.statements {
            statement.span = moved(statement.span);
        }
    }
    for ignore in &mut inner.ignores {
        ignore.span = moved(ignore.span);
    }
    file.ways = inner.ways;
    file.ignores = inner.ignores;
    file.torn = inner
        .torn
        .into_iter()
        .map(|(span, why)| (moved(span), why))
        .collect();
}

/// The number of the transaction of a section.
#[derive(Debug, Default)]
struct Count {
    number: usize,
    was_alone: bool,
}

impl Count {
    fn next(&mut self, marker: &Marker) -> Mode {
        let is_alone = marker.transaction == Transaction::No;
        if is_alone || self.was_alone || marker.transaction == Transaction::New {
            self.number += 1;
        }
        self.was_alone = is_alone;
        match (marker.transaction, marker.foreign_keys) {
            (Transaction::No, _) => Mode::Alone,
            (_, ForeignKeys::Off) => Mode::ForeignKeysOff,
            (Transaction::Same | Transaction::New, _) => Mode::Transaction,
        }
    }
}

/// A stretch of a file that is read in one way.
struct Part {
    dialect: Dialect,
    direction: Option<Direction>,
    section: usize,
    mode: Mode,
    span: Span,
    is_measured: bool,
}

fn cut(file: &mut LintFile, part: &Part, into: &mut Vec<Statement>) {
    let whole = Arc::clone(&file.text);
    let text = part.span.slice(&whole);
    let moved = |span: Span| Span::new(part.span.start + span.start, part.span.start + span.end);
    let found = match statements(part.dialect, text) {
        Ok(found) => found,
        Err(error) => {
            let why = format!("nothing closes this {}", error.unclosed.title());
            let first = text[error.span.start..].lines().next().unwrap_or_default();
            let end = error.span.start + first.trim_end().len();
            file.torn
                .push((moved(Span::new(error.span.start, end)), why));
            return;
        }
    };
    for statement in found {
        let span = moved(statement.span);
        let is_first = into.is_empty() && part.direction.is_none();
        let scope = if is_first {
            Scope::File
        } else {
            Scope::At(span.start)
        };
        let detached = statement.detached.iter().map(|comment| (comment, scope));
        let attached = statement
            .comments
            .iter()
            .map(|comment| (comment, Scope::At(span.start)));
        for (comment, scope) in detached.chain(attached) {
            let place = moved(*comment);
            file.ignores
                .extend(Ignore::parse(comment.slice(text), place, scope));
        }
        let comments = statement.detached.iter().chain(&statement.comments);
        let sql = statement.text(text);
        into.push(Statement {
            dialect: part.dialect,
            direction: part.direction,
            section: part.section,
            mode: part.mode,
            sql: sql.to_owned(),
            span,
            comments: comments
                .map(|comment| Comment::parse(comment.slice(text)))
                .collect(),
            act: read(part.dialect, sql),
            is_measured: part.is_measured,
        });
    }
}
