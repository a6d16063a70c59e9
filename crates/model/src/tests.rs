//! Prints what was read of a declaration, for the tests of both front ends.

use schemist_sql::{Dialect, Ident, line_column};

use crate::{Declaration, Options, Origin, ReadErrors, Renamed, Source};

pub(crate) fn options(dialect: Dialect) -> Options {
    let schema = match dialect {
        Dialect::Postgres => "public",
        Dialect::Sqlite | Dialect::Mysql => "main",
    };
    Options::new(Ident::parse(schema).unwrap())
}

/// Reads files of these names and texts, and prints everything that comes out.
pub(crate) fn check(dialect: Dialect, files: &[(&str, &str)]) -> String {
    check_with(dialect, files, &options(dialect))
}

pub(crate) fn check_with(dialect: Dialect, files: &[(&str, &str)], options: &Options) -> String {
    let sources = files
        .iter()
        .map(|(path, text)| Source::new(*path, *text))
        .collect();
    match Declaration::from_sources(sources, dialect, options) {
        Ok(declaration) => print(&declaration),
        Err(errors) => print_errors(&errors),
    }
}

fn print(declaration: &Declaration) -> String {
    let mut lines = Vec::new();
    let place = |origin: Origin| {
        let (path, line, column) = declaration.locate(origin);
        format!("{path}:{line}:{column}")
    };
    for file in &declaration.files {
        lines.extend(
            file.dump
                .map(|tool| format!("{} is a dump of {tool:?}", file.source.path)),
        );
    }
    for statement in &declaration.statements {
        lines.push(format!("{}: {};", place(statement.origin), statement.sql));
    }
    for hint in &declaration.renames {
        let what = match &hint.what {
            Renamed::Object {
                kind,
                on,
                before,
                after,
            } => {
                let on = on
                    .as_ref()
                    .map(|table| format!(" on {table}"))
                    .unwrap_or_default();
                format!("{kind} {before} is now {after}{on}")
            }
            Renamed::Column {
                table,
                before,
                after,
            } => {
                format!("column {before} of {table} is now {after}")
            }
            Renamed::Constraint {
                table,
                before,
                after,
            } => {
                format!("constraint {before} of {table} is now {after}")
            }
            Renamed::EnumValue {
                enumeration,
                before,
                after,
            } => {
                format!("value {before} of {enumeration} is now {after}")
            }
        };
        lines.push(format!("{}: {what}", place(hint.origin)));
    }
    for fill in &declaration.backfills {
        let (table, column, expression) = (&fill.table, &fill.column, &fill.expression);
        lines.push(format!(
            "{}: rows of {table} get {expression} as {column}",
            place(fill.origin)
        ));
    }
    for offline in &declaration.offline {
        lines.push(format!("offline: {} {}", offline.kind, offline.name));
    }
    for map in &declaration.value_maps {
        let place = place(map.origin);
        let columns = map.columns.iter();
        let columns = columns.map(|of| format!("{}.{}", of.table, of.column));
        let owner = match &map.enumeration {
            Some(enumeration) => enumeration.to_string(),
            None => columns.collect::<Vec<_>>().join(", "),
        };
        lines.push(format!(
            "{place}: {} of {owner} becomes {}",
            map.before, map.after
        ));
    }
    for passed in &declaration.passed_over {
        lines.push(format!(
            "{}: not {}: {}",
            place(passed.origin),
            passed.what,
            passed.why
        ));
    }
    lines.join("\n")
}

fn print_errors(errors: &ReadErrors) -> String {
    let mut lines = Vec::new();
    let place = |place: &crate::Place| {
        let source = &errors.sources[place.origin.file];
        let (line, column) = line_column(&source.text, place.origin.span.start);
        let excerpt = place
            .origin
            .span
            .slice(&source.text)
            .lines()
            .next()
            .unwrap_or_default();
        format!(
            "{}:{line}:{column} `{excerpt}` {}",
            source.path, place.label
        )
    };
    for error in &errors.errors {
        lines.push(format!("cannot {error}"));
        lines.push(format!("  {}", place(&error.place)));
        lines.extend(
            error
                .related
                .iter()
                .map(|related| format!("  {}", place(related))),
        );
        lines.extend(
            error
                .remedy
                .iter()
                .map(|remedy| format!("  help: {remedy}")),
        );
    }
    lines.join("\n")
}
