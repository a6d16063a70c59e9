//! Columns and constraints.

use schemist_sql::Span;

use super::cursor::Cursor;
use crate::lint::act::{Column, ColumnRule, Constraint, ConstraintKind, Name, Origin, Validity};

/// Words that end a type, because something else begins.
const BEHIND_A_TYPE: [&str; 30] = [
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "GENERATED",
    "COLLATE",
    "CONSTRAINT",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "COMMENT",
    "AFTER",
    "FIRST",
    "USING",
    "AS",
    "KEY",
    "ON",
    "STORAGE",
    "COMPRESSION",
    "VISIBLE",
    "INVISIBLE",
    "STORED",
    "VIRTUAL",
    "DEFERRABLE",
    "INITIALLY",
    "OPTIONS",
    "PERSISTENT",
    "INHERIT",
];

/// Reads a type up to what stands behind it: its words in small letters, and where they stand.
pub(super) fn data_type(cursor: &mut Cursor<'_>) -> (String, Span) {
    let begins = cursor.span().start;
    let span = cursor
        .pass_until(|word| word.is_one_of(&BEHIND_A_TYPE) || word.is_punct(','))
        .unwrap_or(Span::new(begins, begins));
    let words = Cursor::new(cursor.dialect, cursor.slice(span));
    let words: Vec<_> = words
        .rest()
        .map(|word| word.text.to_ascii_lowercase())
        .collect();
    let text = words.join(" ");
    let mut name = text
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")");
    if let Some(base) = name.strip_prefix("pg_catalog . ") {
        name = base.to_owned();
    }
    (name, span)
}

/// Reads a column, from its name on.
pub(super) fn column(cursor: &mut Cursor<'_>) -> Option<Column> {
    let span = cursor.span();
    let name = cursor.ident()?;
    let (ty, ty_span) = data_type(cursor);
    let mut column = Column {
        name,
        span,
        ty,
        ty_span,
        default: None,
        origin: Origin::Written,
        rules: Vec::new(),
    };
    while !cursor.is_done() {
        clause(cursor, &mut column);
    }
    Some(column)
}

fn clause(cursor: &mut Cursor<'_>, column: &mut Column) {
    let mut add = |rule| column.rules.push(rule);
    if cursor.take("NOT NULL") {
        add(ColumnRule::NotNull);
    } else if cursor.take("PRIMARY KEY") {
        add(ColumnRule::PrimaryKey);
    } else if cursor.take("UNIQUE") {
        add(ColumnRule::Unique);
    } else if cursor.take("CHECK") {
        add(ColumnRule::Check);
        cursor.parentheses();
    } else if cursor.take("COLLATE") {
        add(ColumnRule::Collate);
        cursor.name();
    } else if cursor.take("REFERENCES") {
        if let Some(table) = cursor.name() {
            add(ColumnRule::References(Name::new(table)));
        }
        cursor.columns();
    } else if cursor.take("DEFAULT") {
        column.default = default(cursor);
    } else if cursor
        .take_any(&["AUTO_INCREMENT", "AUTOINCREMENT"])
        .is_some()
    {
        column.origin = Origin::Counted;
    } else if cursor.sees("GENERATED") {
        column.origin = generated(cursor);
    } else if cursor.sees("AS") {
        column.origin = computed(cursor);
    } else if cursor.take("CONSTRAINT") {
        cursor.ident();
    } else if cursor.take("ON") {
        // ON UPDATE …, ON DELETE …, ON CONFLICT …: words of no rule.
        cursor.next();
        cursor.next();
    } else if cursor.peek().is_some_and(|word| word.is_punct('(')) {
        cursor.parentheses();
    } else {
        cursor.next();
    }
}

fn generated(cursor: &mut Cursor<'_>) -> Origin {
    cursor.next();
    cursor.take_any(&["ALWAYS", "BY DEFAULT"]);
    cursor.take("ON NULL");
    if cursor.take("AS IDENTITY") {
        cursor.parentheses();
        return Origin::Counted;
    }
    computed(cursor)
}

fn computed(cursor: &mut Cursor<'_>) -> Origin {
    cursor.take("AS");
    cursor.parentheses();
    if cursor.take_any(&["STORED", "PERSISTENT"]).is_some() {
        Origin::Stored
    } else {
        cursor.take("VIRTUAL");
        Origin::Virtual
    }
}

/// Reads an expression up to the next clause.
pub(super) fn default(cursor: &mut Cursor<'_>) -> Option<Span> {
    let ends = [
        "NOT",
        "NULL",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "GENERATED",
        "COLLATE",
        "CONSTRAINT",
        "AUTO_INCREMENT",
        "COMMENT",
        "AFTER",
        "FIRST",
        "ON",
        "DEFERRABLE",
        "VISIBLE",
        "INVISIBLE",
    ];
    if cursor.sees("NULL") {
        cursor.next();
        return None;
    }
    cursor.pass_until(|word| word.is_one_of(&ends) || word.is_punct(','))
}

/// Reads a constraint; `None` where it is a column.
pub(super) fn constraint(cursor: &mut Cursor<'_>) -> Option<Constraint> {
    let mut ahead = cursor.clone();
    let name = if ahead.take("CONSTRAINT") {
        let is_nameless = ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"]
            .iter()
            .any(|word| ahead.sees(word));
        (!is_nameless).then(|| ahead.ident()).flatten()
    } else {
        None
    };
    let (kind, columns) = kind(&mut ahead)?;
    let uses_index = ahead.has("USING INDEX") && !ahead.has("USING INDEX TABLESPACE");
    let validity = if ahead.has("NOT VALID") {
        Validity::NotValid
    } else {
        Validity::Validated
    };
    *cursor = ahead;
    cursor.pass_until(|_| false);
    Some(Constraint {
        name,
        kind,
        columns,
        validity,
        uses_index,
    })
}

type Kind = (ConstraintKind, Vec<Option<schemist_sql::Ident>>);

fn kind(cursor: &mut Cursor<'_>) -> Option<Kind> {
    if cursor.take("PRIMARY KEY") {
        cursor.take("USING BTREE");
        return Some((ConstraintKind::PrimaryKey, cursor.columns()));
    }
    if cursor.take("UNIQUE") {
        if cursor.is_mysql() {
            cursor.take_any(&["KEY", "INDEX"]);
            if !cursor.peek().is_some_and(|word| word.is_punct('(')) {
                cursor.ident();
            }
        }
        cursor.take_any(&["NULLS NOT DISTINCT", "NULLS DISTINCT"]);
        return Some((ConstraintKind::Unique, cursor.columns()));
    }
    if cursor.take("CHECK") {
        cursor.parentheses();
        return Some((ConstraintKind::Check, Vec::new()));
    }
    if cursor.take("EXCLUDE") {
        return Some((ConstraintKind::Exclude, Vec::new()));
    }
    if cursor.take("NOT NULL") {
        let column = cursor.ident();
        return Some((ConstraintKind::NotNull, vec![column]));
    }
    if cursor.take("FOREIGN KEY") {
        cursor.take("IF NOT EXISTS");
        if !cursor.peek().is_some_and(|word| word.is_punct('(')) {
            cursor.ident();
        }
        let columns = cursor.columns();
        cursor.take("REFERENCES");
        let table = Name::new(cursor.name()?);
        return Some((ConstraintKind::ForeignKey(table), columns));
    }
    None
}
