//! Why something differs: the statement of the models that declares it, the revision that touched it last.

use std::collections::BTreeSet;

use schemist_catalog::{Object, ObjectId};
use schemist_diff::Change;
use schemist_model::{Declaration, Declared};
use schemist_revision::{Direction, History, RevisionFile, RevisionId};
use schemist_sql::{Dialect, Ident, Span, Subject, Verb, line_column, subject};

use super::finding::{object_of, owner};
use super::{Since, SourceLine, Why};
use crate::generate::wording::Difference;

/// Everything that says where objects come from.
pub(crate) struct Origins<'a> {
    dialect: Dialect,
    default_schema: Option<Ident>,
    declared: Vec<(Option<Subject>, &'a Declaration, &'a Declared)>,
    /// Oldest first.
    ran: Vec<Ran<'a>>,
}

/// A statement of an applied revision.
struct Ran<'a> {
    file: &'a RevisionFile,
    sql: &'a str,
    span: Span,
    subject: Option<Subject>,
}

/// How well a statement fits an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It makes what the object stands on.
    Owner,
    /// It is about what the object stands on, and names it.
    Named,
    /// It is about the object.
    Own,
    /// It makes the object.
    Made,
    /// It is about the object, and names the part of it.
    Part,
}

impl<'a> Origins<'a> {
    /// Takes what the models declare, and the revisions that are applied.
    pub(crate) fn new(
        dialect: Dialect,
        default_schema: Option<Ident>,
        declaration: Option<&'a Declaration>,
        applied: Option<(&'a History, &BTreeSet<RevisionId>)>,
    ) -> Self {
        let declared = declaration.into_iter().flat_map(|declaration| {
            let statements = declaration.statements.iter();
            statements.map(move |it| (subject(dialect, &it.sql), declaration, it))
        });
        let files = applied.into_iter().flat_map(|(history, applied)| {
            let files = history.revisions().iter();
            files.filter(|file| applied.contains(file.id()))
        });
        Self {
            dialect,
            default_schema,
            declared: declared.collect(),
            ran: files
                .flat_map(|file| statements_of(file, dialect))
                .collect(),
        }
    }

    /// Why an object differs.
    pub(crate) fn why(&self, change: &Change, differences: &[Difference]) -> Why {
        let object = object_of(change);
        let part = differences.iter().find_map(|it| it.part.as_deref());
        let declared = match change {
            Change::Drop(_) => None,
            Change::Create(_) | Change::Alter(_) => self.declared(object, part),
        };
        let since = match change {
            Change::Create(_) => None,
            Change::Drop(_) | Change::Alter(_) => self.since(object, part),
        };
        Why { declared, since }
    }

    fn declared(&self, object: &Object, part: Option<&str>) -> Option<SourceLine> {
        let fits = self.declared.iter().filter_map(|(subject, of, statement)| {
            let fit = self.fit(subject.as_ref(), &statement.sql, object, part)?;
            Some((fit, *of, *statement))
        });
        // The first of those that fit best.
        let best = fits.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        let (_, declaration, statement) = best;
        let id = object.id();
        let name = if owner(object).is_some() {
            Some(id.name.name.as_str())
        } else {
            None
        };
        let needle = part.or(name);
        let offset = needle.and_then(|needle| place_of(&statement.sql, needle));
        let mut origin = offset.map_or(statement.origin, |offset| statement.origin_at(offset));
        let source = &declaration.files[origin.file].source;
        // The text of a SQL file is what the server gets, so that the offset is that in the file.
        let is_verbatim = statement.parts.is_empty()
            && source.text.get(origin.span.start..origin.span.end) == Some(statement.sql.as_str());
        if let (Some(offset), true) = (offset, is_verbatim) {
            origin.span = Span::new(origin.span.start + offset, origin.span.end);
        }
        let (path, line, column) = declaration.locate(origin);
        Some(SourceLine {
            path: path.to_owned(),
            line,
            column,
        })
    }

    fn since(&self, object: &Object, part: Option<&str>) -> Option<Since> {
        let fits = |ran: &&Ran<'_>| {
            let fit = self.fit(ran.subject.as_ref(), ran.sql, object, part);
            fit.is_some_and(|fit| fit != Fit::Owner)
        };
        let owners = |ran: &&Ran<'_>| {
            self.fit(ran.subject.as_ref(), ran.sql, object, part)
                .is_some()
        };
        let of_part = |ran: &&Ran<'_>| {
            self.fit(ran.subject.as_ref(), ran.sql, object, part) == Some(Fit::Part)
        };
        let ran = (self.ran.iter().rev().find(of_part))
            .or_else(|| self.ran.iter().rev().find(fits))
            .or_else(|| self.ran.iter().rev().find(owners))?;
        let header = ran.file.header();
        let (line, column) = line_column(ran.file.to_text(), ran.span.start);
        Some(Since {
            id: ran.file.id().clone(),
            message: header.message.as_str().to_owned(),
            date: header.created.map(schemist_revision::Timestamp::date),
            place: SourceLine {
                path: ran.file.path().to_owned(),
                line,
                column,
            },
        })
    }

    fn fit(
        &self,
        subject: Option<&Subject>,
        sql: &str,
        object: &Object,
        part: Option<&str>,
    ) -> Option<Fit> {
        let id = object.id();
        let Some(subject) = subject else {
            // Grants have no subject; they name what they are about.
            let names = id.of.is_some() && place_of(sql, id.name.name.as_str()).is_some();
            return names.then_some(Fit::Named);
        };
        if id.of.is_none() && self.is_about(subject, sql, &id) {
            return Some(match part {
                Some(part) if place_of(sql, part).is_some() => Fit::Part,
                _ if subject.verb == Verb::Create => Fit::Made,
                _ => Fit::Own,
            });
        }
        let owner = owner(object)?;
        if !self.is_about(subject, sql, &owner) {
            return None;
        }
        if id.of.is_none() && place_of(sql, id.name.name.as_str()).is_some() {
            return Some(Fit::Named);
        }
        (subject.verb == Verb::Create).then_some(Fit::Owner)
    }

    /// Whether a statement makes or changes this object.
    fn is_about(&self, subject: &Subject, sql: &str, id: &ObjectId) -> bool {
        let kind = id.kind.word().to_uppercase();
        let is_routine = |kind: &str| matches!(kind, "FUNCTION" | "PROCEDURE" | "ROUTINE");
        let is_kind =
            kind.contains(&subject.kind) || is_routine(&kind) && is_routine(&subject.kind);
        let name = id.name.name.as_str();
        let is_on = match (&id.on, subject.on.last()) {
            (Some(table), Some(on)) => self.is_same(table.as_str(), on.as_str()),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !is_kind || !is_on {
            return false;
        }
        let mut names = std::iter::once(&subject.name).chain(&subject.others);
        let is_named = names.any(|parts| match parts.as_slice() {
            [.., schema, last] => {
                let schema =
                    Some(schema).filter(|schema| Some(*schema) != self.default_schema.as_ref());
                self.is_same(last.as_str(), name)
                    && (schema == id.name.schema.as_ref() || id.on.is_some())
            }
            [last] => self.is_same(last.as_str(), name),
            [] => false,
        });
        // SQLite makes a table anew under another name.
        let is_new_name = || subject.verb == Verb::Alter && ends_with_name(sql, name);
        is_named || is_new_name()
    }

    fn is_same(&self, one: &str, other: &str) -> bool {
        self.dialect.folded(one) == self.dialect.folded(other)
    }
}

fn statements_of(file: &RevisionFile, dialect: Dialect) -> Vec<Ran<'_>> {
    // What cannot be read says nothing about where things come from.
    let sections = file
        .sections_for(dialect, Direction::Up)
        .unwrap_or_default();
    let statements = sections
        .into_iter()
        .flat_map(|section| section.statements(dialect).unwrap_or_default());
    let ran = statements.map(|statement| Ran {
        file,
        sql: statement.sql,
        span: statement.span,
        subject: subject(dialect, statement.sql),
    });
    ran.collect()
}

/// Whether a statement gives something this name: `ALTER TABLE … RENAME TO "name"`.
fn ends_with_name(sql: &str, name: &str) -> bool {
    let upper = sql.to_uppercase();
    let Some(at) = upper.rfind("RENAME TO ") else {
        return false;
    };
    let given = sql.get(at + "RENAME TO ".len()..).unwrap_or_default();
    given.trim().trim_matches(['"', '`']) == name
}

/// Where a name stands in a statement as a word of its own, after the words that it begins with.
fn place_of(sql: &str, name: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (haystack, needle) = (sql.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut places = haystack.match_indices(&needle).map(|(at, _)| at);
    places.find(|at| {
        let before = haystack[..*at].chars().next_back();
        let after = haystack[at + needle.len()..].chars().next();
        !needle.is_empty() && !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
