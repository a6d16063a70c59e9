//! What a `CREATE` creates: enough to see that two statements create the same object.

use schemist_sql::{Dialect, Ident, QualifiedName, TokenKind};

use crate::sql::Words;

/// The object of a `CREATE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Created {
    /// The words for its kind, in lower case.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: QualifiedName,
    /// The table that it is on.
    pub(crate) on: Option<QualifiedName>,
    /// The types of its arguments.
    pub(crate) arguments: Option<String>,
    /// The position behind its name.
    pub(crate) end: usize,
}

/// The kinds with a name, longer phrases first.
const KINDS: [&str; 34] = [
    "materialized view",
    "foreign data wrapper",
    "foreign table",
    "virtual table",
    "event trigger",
    "access method",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "operator class",
    "operator family",
    "table",
    "view",
    "index",
    "sequence",
    "type",
    "domain",
    "function",
    "procedure",
    "aggregate",
    "trigger",
    "policy",
    "rule",
    "schema",
    "extension",
    "collation",
    "statistics",
    "publication",
    "subscription",
    "server",
    "event",
    "language",
    "conversion",
];

/// Words that may stand between `CREATE` and the kind.
const MODIFIERS: [&str; 22] = [
    "or",
    "replace",
    "alter",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "recursive",
    "unique",
    "fulltext",
    "spatial",
    "trusted",
    "procedural",
    "default",
    "constraint",
    "definer",
    "algorithm",
    "sql",
    "security",
    "invoker",
    "undefined",
];

/// Says what a statement creates, where it creates something with a name.
pub(crate) fn created(
    dialect: Dialect,
    words: &Words<'_>,
    default_schema: &Ident,
) -> Option<Created> {
    if !words.is(0, "CREATE") {
        return None;
    }
    let (kind, at) = kind(words)?;
    let at = words.after(words.after(at, "CONCURRENTLY"), "IF NOT EXISTS");
    if words.is(at, "ON") || kind == "schema" && words.is(at, "AUTHORIZATION") {
        return None;
    }
    let (mut name, end) = words.name(at, default_schema)?;
    if kind == "type" && words.is_end(end) {
        // It only says that the type will come.
        return None;
    }
    let on = match kind {
        "index" | "trigger" | "policy" => words.find(end, &["ON"]),
        "rule" => words.find(end, &["TO"]),
        _ => None,
    };
    let on = on.and_then(|at| words.name(words.after(at + 1, "ONLY"), default_schema));
    let on = on.map(|(table, _)| table);
    if let Some(table) = &on {
        name.schema = name.schema.or_else(|| table.schema.clone());
    }
    let arguments = match kind {
        "function" | "procedure" | "aggregate" => arguments(dialect, words, end),
        // The index method tells one from another of its name.
        "operator class" | "operator family" => words
            .find(end, &["USING"])
            .and_then(|at| words.ident(at + 1))
            .map(|method| method.as_str().to_owned()),
        _ => None,
    };
    Some(Created {
        kind,
        name,
        on,
        arguments,
        end,
    })
}

/// The kind, and the position behind its words.
fn kind(words: &Words<'_>) -> Option<(&'static str, usize)> {
    let mut at = 1;
    while !words.is_end(at) {
        let found = KINDS.iter().find(|kind| words.are(at, kind));
        if let Some(kind) = found {
            return Some((kind, at + kind.split(' ').count()));
        }
        // `DEFINER = a@b` and the like: the value may be anything.
        let is_value = words.text(at) == "=" || words.text(at - 1) == "=";
        let is_account = words.kind(at) == Some(TokenKind::Parameter) || words.text(at) == "@";
        if !is_value && !is_account && !words.is_any(at, &MODIFIERS) {
            return None;
        }
        at += 1;
    }
    None
}

/// The types of the arguments that tell one function from another of its name.
fn arguments(dialect: Dialect, words: &Words<'_>, open: usize) -> Option<String> {
    match dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return None,
    }
    let close = words.is_punct(open, '(').then(|| words.closing(open))??;
    let mut types = Vec::new();
    let mut start = open + 1;
    let mut depth = 0_usize;
    for at in open + 1..=close {
        let ends = depth == 0 && (words.is_punct(at, ',') || at == close);
        match words.kind(at) {
            Some(TokenKind::Punct('(' | '[')) => depth += 1,
            Some(TokenKind::Punct(')' | ']')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if ends {
            types.extend(argument(words, start, at));
            start = at + 1;
        }
    }
    Some(types.join(", "))
}

/// The type of one argument; `None` for what is only given back.
fn argument(words: &Words<'_>, from: usize, to: usize) -> Option<String> {
    // The first words of types that are several words.
    const LONG: [&str; 8] = [
        "double",
        "character",
        "char",
        "bit",
        "time",
        "timestamp",
        "interval",
        "national",
    ];
    let default = (from..to).find(|at| words.is(*at, "DEFAULT") || words.text(*at) == "=");
    let to = default.unwrap_or(to);
    let mut at = from;
    if words.is(at, "OUT") || words.is(at, "TABLE") {
        return None;
    }
    if words.is_any(at, &["IN", "INOUT", "VARIADIC"]) {
        at += 1;
    }
    let names_type = |at: usize| {
        at < to
            && matches!(
                words.kind(at),
                Some(TokenKind::Word | TokenKind::QuotedName)
            )
    };
    if names_type(at) && names_type(at + 1) && !words.is_any(at, &LONG) {
        at += 1;
    }
    if at >= to {
        return None;
    }
    let mut parts: Vec<&str> = (at..to).map(|at| words.text(at)).collect();
    if parts.len() > 2 && parts[0].eq_ignore_ascii_case("pg_catalog") && parts[1] == "." {
        parts.drain(..2);
    }
    Some(canonical(&parts.join(" ").to_lowercase()))
}

/// The server's own word for a type that has several.
fn canonical(written: &str) -> String {
    let (base, rest) = written.split_at(written.find([' ', '(', '[']).unwrap_or(written.len()));
    let word = match base {
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "bool" => "boolean",
        "varchar" => "character varying",
        "float8" => "double precision",
        "float4" => "real",
        "decimal" => "numeric",
        "timestamptz" => "timestamp with time zone",
        "timetz" => "time with time zone",
        _ => base,
    };
    format!("{word}{rest}")
}
