//! Renames and first values that comments tell: above a statement, and above a column or a value
//! within one.

use schemist_catalog::{Pair, ValueFate};
use schemist_sql::{Dialect, Ident, QualifiedName, Span, Statement, TokenKind, tokens};

use crate::declaration::{Backfill, ColumnName, Offline, RenameHint, Renamed, ValueMap};
use crate::error::Problem;
use crate::sql::directive::{self, Directive};
use crate::sql::file::Reader;
use crate::sql::words::unquote;
use crate::sql::{Created, Words, created};

/// What a line for us is about.
enum Subject {
    Object(Created),
    Column(QualifiedName, Ident),
    Constraint(QualifiedName, Ident),
    Value(QualifiedName, String),
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    statement: &Statement,
    words: &Words<'_>,
    directives: &[(Directive, Span)],
) {
    let created = created(reader.dialect, words, reader.schema);
    if let Some(list) = created
        .as_ref()
        .and_then(|created| List::of(created, words))
    {
        within(reader, statement, words, &list);
    }
    let subject = match created {
        Some(created) => Some(Subject::Object(created)),
        None => added(reader, words),
    };
    for (directive, span) in directives {
        tell(reader, subject.as_ref(), directive, *span);
    }
}

/// What an `ALTER` adds.
fn added(reader: &Reader<'_>, words: &Words<'_>) -> Option<Subject> {
    if words.are(0, "ALTER TYPE") {
        let (name, at) = words.name(2, reader.schema)?;
        let value = words.after(words.after(at, "ADD VALUE"), "IF NOT EXISTS");
        let is_value = value > at && words.kind(value) == Some(TokenKind::String);
        return is_value.then(|| Subject::Value(name, unquote(words.text(value))));
    }
    if !words.are(0, "ALTER TABLE") {
        return None;
    }
    let at = words.after(words.after(2, "IF EXISTS"), "ONLY");
    let (table, at) = words.name(at, reader.schema)?;
    if words.are(at, "ADD CONSTRAINT") {
        return Some(Subject::Constraint(table, words.ident(at + 2)?));
    }
    let column = words.after(
        words.after(words.after(at, "ADD"), "COLUMN"),
        "IF NOT EXISTS",
    );
    (column > at)
        .then(|| words.ident(column))?
        .map(|column| Subject::Column(table, column))
}

/// Keeps what one line says about its subject.
fn tell(reader: &mut Reader<'_>, subject: Option<&Subject>, directive: &Directive, span: Span) {
    match directive {
        Directive::Dialects(_) => {}
        Directive::Offline => match subject {
            Some(Subject::Object(Created { kind, name, .. }))
                if matches!(*kind, "table" | "materialized view" | "index") =>
            {
                let offline = Offline {
                    kind: (*kind).to_owned(),
                    name: name.clone(),
                };
                reader.declaration.offline.push(offline);
            }
            _ => complain(
                reader,
                "offline",
                "what stands below it is no table, no materialized view and no index".to_owned(),
                span,
            ),
        },
        Directive::Removed(values) => removed(reader, subject, values, span),
        Directive::RenamedFrom(name) => {
            match subject.map(|subject| rename(reader, subject, name)) {
                Some(Some(what)) => {
                    let hint = RenameHint {
                        what,
                        origin: reader.origin(span),
                    };
                    reader.declaration.renames.push(hint);
                }
                Some(None) => complain(reader, "renamed", format!("`{name}` is no name"), span),
                None => {
                    let reason = "what stands below it has no name of its own".to_owned();
                    complain(reader, "renamed", reason, span);
                }
            }
        }
        Directive::Backfill(expression) => match subject {
            Some(Subject::Column(table, column)) => {
                let backfill = Backfill {
                    table: table.clone(),
                    column: column.clone(),
                    expression: expression.clone(),
                    origin: reader.origin(span),
                };
                reader.declaration.backfills.push(backfill);
            }
            _ => complain(
                reader,
                "backfill",
                "what stands below it is no column".to_owned(),
                span,
            ),
        },
    }
}

/// Keeps what rows get whose value is gone: that of a type, or of a column whose values a check lists.
fn removed(reader: &mut Reader<'_>, subject: Option<&Subject>, values: &Pair<String>, span: Span) {
    let (enumeration, columns) = match (subject, reader.dialect) {
        (
            Some(Subject::Object(Created {
                kind: "type", name, ..
            })),
            _,
        )
        | (Some(Subject::Value(name, _)), _) => (Some(name.clone()), Vec::new()),
        (Some(Subject::Column(table, column)), Dialect::Sqlite | Dialect::Mysql) => {
            let (table, column) = (table.clone(), column.clone());
            (None, vec![ColumnName { table, column }])
        }
        (_, dialect) => {
            let what = match dialect {
                Dialect::Postgres => "enum type",
                Dialect::Sqlite | Dialect::Mysql => "column",
            };
            let reason = format!("what stands below it is no {what}");
            return complain(reader, "removed", reason, span);
        }
    };
    let map = ValueMap {
        enumeration,
        columns,
        before: values.before.clone(),
        after: values.after.clone(),
        fate: ValueFate::Removed,
        origin: reader.origin(span),
    };
    reader.declaration.value_maps.push(map);
}

fn complain(reader: &mut Reader<'_>, directive: &str, reason: String, span: Span) {
    let problem = Problem::Directive {
        directive: directive.to_owned(),
        reason,
    };
    reader.refuse(
        problem,
        span,
        "this line",
        "put it directly above what it is about",
    );
}

/// The rename of a subject that had this name; `None` where the text is no name.
fn rename(reader: &Reader<'_>, subject: &Subject, before: &str) -> Option<Renamed> {
    if let Subject::Value(enumeration, after) = subject {
        let (enumeration, after) = (enumeration.clone(), after.clone());
        return Some(Renamed::EnumValue {
            enumeration,
            before: unquote(before),
            after,
        });
    }
    // The line is ours, so that quotes of names are taken also where the dialect has others.
    let before = match reader.dialect {
        Dialect::Mysql => before.replace('"', "`"),
        Dialect::Postgres | Dialect::Sqlite => before.to_owned(),
    };
    let words = Words::of(reader.dialect, &before);
    let (mut before, end) = words.name(0, reader.schema)?;
    if !words.is_end(end) {
        return None;
    }
    let alone = before.schema.is_none();
    match subject {
        Subject::Object(Created {
            kind,
            name: after,
            on,
            ..
        }) => {
            if alone {
                before.schema.clone_from(&after.schema);
            }
            let on = on.clone().filter(|_| *kind != "index");
            Some(Renamed::Object {
                kind: (*kind).to_owned(),
                on,
                before,
                after: after.clone(),
            })
        }
        Subject::Column(table, after) => {
            let (table, after) = (table.clone(), after.clone());
            alone.then_some(Renamed::Column {
                table,
                before: before.name,
                after,
            })
        }
        Subject::Constraint(table, after) => {
            let (table, after) = (table.clone(), after.clone());
            alone.then_some(Renamed::Constraint {
                table,
                before: before.name,
                after,
            })
        }
        Subject::Value(..) => None,
    }
}

/// The list of columns or values in a `CREATE`.
struct List<'a> {
    owner: &'a QualifiedName,
    /// The position of its `(`.
    open: usize,
    holds_values: Holds,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Columns,
    Values,
}

impl<'a> List<'a> {
    fn of(created: &'a Created, words: &Words<'_>) -> Option<Self> {
        let (open, holds_values) = match created.kind {
            "table" | "foreign table" => (created.end, Holds::Columns),
            "type" if words.are(created.end, "AS ENUM") => (created.end + 2, Holds::Values),
            "type" if words.is(created.end, "AS") => (created.end + 1, Holds::Columns),
            _ => return None,
        };
        let owner = &created.name;
        words.is_punct(open, '(').then_some(Self {
            owner,
            open,
            holds_values,
        })
    }

    /// What the item is that begins at a position.
    fn item(&self, words: &Words<'_>, at: usize) -> Option<Subject> {
        let owner = self.owner.clone();
        if self.holds_values == Holds::Values {
            let is_value = words.kind(at) == Some(TokenKind::String);
            return is_value.then(|| Subject::Value(owner, unquote(words.text(at))));
        }
        if words.is(at, "CONSTRAINT") {
            return Some(Subject::Constraint(owner, words.ident(at + 1)?));
        }
        let is_nameless = words.are(at, "PRIMARY KEY")
            || words.are(at, "FOREIGN KEY")
            || words.is_any(at, &["UNIQUE", "CHECK", "EXCLUDE", "LIKE"]);
        (!is_nameless)
            .then(|| words.ident(at))?
            .map(|column| Subject::Column(owner, column))
    }
}

/// Reads the comments among the columns or values: each is about the item below it, or about the one
/// at the end of whose line it stands.
fn within(reader: &mut Reader<'_>, statement: &Statement, words: &Words<'_>, list: &List<'_>) {
    let text = statement.text(reader.text);
    if !text.contains(directive::MARK) {
        return;
    }
    let start = statement.span.start;
    let close = words.closing(list.open).unwrap_or(words.len());
    let mut at = 0;
    let mut depth = 0_usize;
    let mut item = None;
    let mut pending = Vec::new();
    let mut last_end = 0;
    for token in tokens(reader.dialect, text) {
        if token.kind == TokenKind::Comment {
            let span = Span::new(start + token.span.start, start + token.span.end);
            let found = reader.directives(&[span]);
            let is_behind = at > list.open + 1 && !text[last_end..token.span.start].contains('\n');
            for (directive, span) in found {
                match &item {
                    Some(item) if is_behind => tell(reader, Some(item), &directive, span),
                    _ => pending.push((directive, span)),
                }
            }
        }
        if !token.is_significant() || token.kind == TokenKind::Executable {
            continue;
        }
        let begins =
            at == list.open + 1 || depth == 1 && at > list.open && words.is_punct(at - 1, ',');
        if begins && at < close {
            item = list.item(words, at);
            for (directive, span) in pending.drain(..) {
                tell(reader, item.as_ref(), &directive, span);
            }
        }
        match token.kind {
            TokenKind::Punct('(') => depth += 1,
            TokenKind::Punct(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        last_end = token.span.end;
    }
    // Below the last value, a line can still be about the type.
    let last = match list.holds_values {
        Holds::Values => Some(Subject::Value(list.owner.clone(), String::new())),
        Holds::Columns => None,
    };
    for (directive, span) in pending {
        let is_of_type = matches!(directive, Directive::Removed(_));
        let subject = last.as_ref().filter(|_| is_of_type);
        tell(reader, subject, &directive, span);
    }
}
