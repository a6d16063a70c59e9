//! Declarations that mean something else on another day.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemist_catalog::hazard::clients;
use schemist_model::{Declaration, Declared};
use schemist_sql::{Dialect, Span};

use super::engine::about;
use super::ignore::{Ignore, Scope};
use super::read::read;
use super::remark::Remark;
use super::rules::{may_be_not_deterministic, not_deterministic};
use super::scene::{Mode, Scene, Statement};
use crate::error::ProjectError;
use crate::project::Entry;
use crate::settings::LintLevel;

/// What the models declare that is not the same in every database.
///
/// # Errors
/// Where the models cannot be read.
pub(crate) fn of_models(
    entry: &Entry,
    dialects: &BTreeSet<Dialect>,
) -> Result<Vec<Remark>, ProjectError> {
    let mut remarks: Vec<Remark> = Vec::new();
    for dialect in dialects {
        let declaration = entry.declaration(*dialect)?;
        for remark in of_declaration(&declaration, *dialect) {
            let is_known = remarks
                .iter()
                .any(|it| it.fingerprint == remark.fingerprint);
            if !is_known {
                remarks.push(remark);
            }
        }
    }
    Ok(remarks)
}

fn of_declaration(
    declaration: &Declaration,
    dialect: Dialect,
) -> impl Iterator<Item = Remark> + use<'_> {
    let declared = declaration.statements.iter();
    let declared = declared.filter(|declared| may_be_not_deterministic(&declared.sql));
    declared.flat_map(move |declared| of_declared(declaration, declared, dialect))
}

/// The same in a line each, where the settings do not switch it off: a database that is made another day differs
/// from what a comparison finds today.
pub(crate) fn in_words(entry: &Entry, declaration: &Declaration, dialect: Dialect) -> Vec<String> {
    let level = entry
        .settings
        .lint
        .levels
        .get(clients::NOT_DETERMINISTIC.code);
    if level == Some(&LintLevel::Off) {
        return Vec::new();
    }
    let remarks = of_declaration(declaration, dialect).map(|remark| {
        let ((line, _), _) = remark.lines();
        format!(
            "{}:{line}: {} ({})",
            remark.place.path, remark.sentence, remark.rule.code
        )
    });
    remarks.collect()
}

fn of_declared(declaration: &Declaration, declared: &Declared, dialect: Dialect) -> Vec<Remark> {
    let statement = Statement {
        dialect,
        direction: None,
        section: 0,
        mode: Mode::Plain,
        sql: declared.sql.clone(),
        span: declared.origin.span,
        comments: Vec::new(),
        act: read(dialect, &declared.sql),
        is_measured: false,
    };
    let scene = Scene {
        statement: &statement,
        place: 0,
        all: std::slice::from_ref(&statement),
        made: &BTreeSet::new(),
    };
    let mut found = Vec::new();
    let source = &declaration.files[declared.origin.file].source;
    let above = source.text.get(..declared.origin.span.start);
    if is_ignored(above.unwrap_or_default()) {
        return Vec::new();
    }
    not_deterministic(&scene, &mut found);
    let remarks = found.into_iter().map(|found| {
        let span = declared.origin_at(found.span.start).span;
        let first = span.slice(&source.text).lines().next().unwrap_or_default();
        let span = Span::new(span.start, span.start + first.len());
        let text: Arc<str> = source.text.as_str().into();
        about(
            &source.path,
            &text,
            span,
            &clients::NOT_DETERMINISTIC,
            found.sentence,
        )
    });
    remarks.collect()
}

/// Whether a comment right above a statement says why this is as it should be.
fn is_ignored(above: &str) -> bool {
    let lines = above.lines().rev().map(str::trim);
    // The line in which the statement begins may have begun before it.
    let lines = lines.skip_while(|line| line.is_empty());
    let mut comments = lines.take_while(|line| line.starts_with("--"));
    comments.any(|comment| {
        let ignore = Ignore::parse(comment, Span::new(0, 0), Scope::File);
        ignore.is_some_and(|ignore| {
            let mut codes = ignore.codes.iter();
            ignore.reason.is_some() && codes.any(|code| code == clients::NOT_DETERMINISTIC.code)
        })
    })
}
