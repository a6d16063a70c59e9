//! `CREATE …`.

use super::column::{column, constraint};
use super::cursor::Cursor;
use super::statement::manner;
use crate::lint::act::{Act, Guard, IndexMade, Name, TableMade};

/// Kinds of more than one word.
const LONG_KINDS: [&str; 15] = [
    "MATERIALIZED VIEW",
    "FOREIGN TABLE",
    "FOREIGN DATA WRAPPER",
    "EVENT TRIGGER",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "ACCESS METHOD",
    "USER MAPPING",
    "DEFAULT PRIVILEGES",
    "LARGE OBJECT",
    "VIRTUAL TABLE",
];

/// Words before a kind.
const ADJECTIVES: [&str; 18] = [
    "OR REPLACE",
    "TEMPORARY",
    "TEMP",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "RECURSIVE",
    "CONSTRAINT",
    "TRUSTED",
    "PROCEDURAL",
    "AGGREGATE FUNCTION",
    "ALGORITHM = MERGE",
    "ALGORITHM = UNDEFINED",
    "ALGORITHM = TEMPTABLE",
    "SQL SECURITY DEFINER",
    "SQL SECURITY INVOKER",
    "ONLINE",
    "OFFLINE",
];

/// The kind that comes next, in capitals.
pub(super) fn kind(cursor: &mut Cursor<'_>) -> Option<String> {
    if let Some(long) = cursor.take_any(&LONG_KINDS) {
        return Some(long.to_owned());
    }
    Some(cursor.next()?.text.to_ascii_uppercase())
}

pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    let mut is_temporary = false;
    let mut is_unique = false;
    let mut guard = Guard::None;
    loop {
        if cursor.take("UNIQUE") {
            is_unique = true;
        } else if cursor
            .take_any(&["FULLTEXT", "SPATIAL", "VECTOR"])
            .is_some()
        {
        } else if cursor.sees("AGGREGATE FUNCTION") {
            cursor.next();
        } else if cursor.take("DEFINER") {
            // DEFINER = `a`@`b`
            while cursor.peek().is_some_and(|word| {
                !word.is_one_of(&["SQL", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT"])
            }) {
                cursor.next();
            }
        } else if let Some(word) = adjective(cursor) {
            is_temporary |= word.starts_with("TEMP");
            if word == "OR REPLACE" {
                guard = Guard::Guarded;
            }
        } else {
            break;
        }
    }
    let kind = kind(cursor)?;
    let is_concurrent = manner(cursor);
    if cursor.take("IF NOT EXISTS") {
        guard = Guard::Guarded;
    }
    match kind.as_str() {
        "TABLE" => table(cursor).map(|table| {
            Act::CreateTable(TableMade {
                is_temporary,
                guard,
                ..table
            })
        }),
        "INDEX" => index(cursor).map(|index| {
            Act::CreateIndex(IndexMade {
                is_unique,
                manner: is_concurrent,
                guard,
                ..index
            })
        }),
        _ => other(cursor, kind, guard),
    }
}

fn adjective(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    if cursor.sees("CONSTRAINT") && !cursor.sees("CONSTRAINT TRIGGER") {
        return None;
    }
    cursor.take_any(&ADJECTIVES)
}

fn table(cursor: &mut Cursor<'_>) -> Option<TableMade> {
    let start = cursor.span().start;
    let name = Name::new(cursor.name()?);
    let mut table = TableMade {
        span: schemist_sql::Span::new(start, start),
        name,
        columns: Vec::new(),
        constraints: Vec::new(),
        parent: None,
        bounds: None,
        is_temporary: false,
        is_derived: false,
        guard: Guard::None,
    };
    table.span.end = cursor.span().start;
    if cursor.take("PARTITION OF") {
        table.parent = cursor.name().map(Name::new);
    } else if cursor.take("OF") {
        cursor.name();
        table.is_derived = true;
    }
    if let Some(mut inner) = cursor.parentheses() {
        for mut item in inner.items() {
            part(&mut item, &mut table);
        }
    }
    if table.parent.is_some() {
        table.bounds = Some(cursor.span());
    }
    table.is_derived |=
        cursor.has("INHERITS") || cursor.has("AS") || cursor.has("LIKE") || cursor.has("SELECT");
    Some(table)
}

/// A column, a constraint, or something else between the parentheses of a table.
fn part(item: &mut Cursor<'_>, table: &mut TableMade) {
    if item.sees("LIKE") {
        table.is_derived = true;
    } else if let Some(constraint) = constraint(item) {
        table.constraints.push(constraint);
    } else if item
        .peek()
        .is_some_and(|word| word.is_one_of(&["KEY", "INDEX", "FULLTEXT", "SPATIAL", "PERIOD"]))
    {
        // An index of MySQL within its table.
    } else if let Some(column) = column(item) {
        table.columns.push(column);
    }
}

fn index(cursor: &mut Cursor<'_>) -> Option<IndexMade> {
    let name = if cursor.sees("ON") {
        None
    } else {
        cursor.name().map(Name::new)
    };
    if cursor.take("USING") {
        cursor.next();
    }
    if !cursor.take("ON") {
        return None;
    }
    let is_on_only = cursor.take("ONLY");
    let table = Name::new(cursor.name()?);
    if cursor.take("USING") {
        cursor.next();
    }
    let columns = cursor.columns();
    Some(IndexMade {
        name,
        table,
        columns,
        is_unique: false,
        is_partial: cursor.has("WHERE"),
        is_on_only,
        manner: crate::lint::act::Manner::InPlace,
        guard: Guard::None,
    })
}

fn other(cursor: &mut Cursor<'_>, kind: String, guard: Guard) -> Option<Act> {
    let name = match kind.as_str() {
        "SCHEMA" => {
            cursor.take("AUTHORIZATION");
            cursor.name()
        }
        "CAST" | "USER MAPPING" | "TRANSFORM" => None,
        _ => cursor.name(),
    };
    let name = name.map(Name::new);
    match (kind.as_str(), name) {
        ("MATERIALIZED VIEW", Some(name)) if !cursor.has("WITH NO DATA") => {
            Some(Act::FillMaterializedView(name))
        }
        ("FUNCTION" | "PROCEDURE", name)
            if cursor.has("SECURITY DEFINER")
                && !cursor.has("SET SEARCH_PATH")
                && cursor.is_postgres() =>
        {
            Some(Act::OpenFunction(name))
        }
        ("DOMAIN", Some(name)) if cursor.has("CHECK") => Some(Act::DomainWithCheck(name)),
        ("PUBLICATION", name) => {
            let mut ahead = cursor.clone();
            let on = ahead.take("FOR TABLE").then(|| ahead.names());
            let on = on.and_then(|tables| tables.into_iter().next());
            Some(Act::Create {
                kind,
                name,
                on: on.map(Name::new),
                guard,
            })
        }
        (_, name) => {
            let on = on(cursor, &kind);
            Some(Act::Create {
                kind,
                name,
                on,
                guard,
            })
        }
    }
}

/// The table behind `ON`.
fn on(cursor: &Cursor<'_>, kind: &str) -> Option<Name> {
    let word = match kind {
        "TRIGGER" | "POLICY" => "ON",
        "RULE" => "TO",
        _ => return None,
    };
    let mut ahead = cursor.clone();
    ahead.pass_until(|found| found.is(word));
    ahead.take(word);
    ahead.name().map(Name::new)
}
