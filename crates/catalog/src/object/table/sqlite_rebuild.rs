//! Writing a table of SQLite anew, with its rows: <https://www.sqlite.org/lang_altertable.html#otheralter>.
//!
//! Indexes and triggers go with the old table and are made again by whoever plans; views and the keys
//! of other tables name the table only by its name and stay.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::refill::column_refilled;
use super::sqlite::{create_statement, rowid_column};
use super::sqlite_alter::column_dropped;
use super::sqlite_values::check_hazards;
use super::{Column, Key, Table};
use crate::Severity;
use crate::hazard::{locks, rows};
use crate::object::ForeignKey;
use crate::{Context, Effect, FirstValue, Hazard, InPlace, Pair, Part, Step};

/// The statements that write a table anew under its own name.
pub(super) fn rebuild(pair: Pair<&Table>, context: &Context<'_>) -> InPlace {
    let name = temporary_name(pair.after);
    let mut main = vec![
        Step::foreign_keys_off(create_statement(pair.after, &name)),
        copy(pair, &name, context),
    ];
    if pair.before.autoincrement && pair.after.autoincrement {
        main.extend(copy_counter(pair.before, &name));
    }
    main.push(drop_old(pair));
    main.extend(take_name(pair.after, &name));
    InPlace {
        main,
        disturbs: [(Part::Whole, Effect::Rebuilt)].into(),
        ..InPlace::default()
    }
}

fn temporary_name(table: &Table) -> QualifiedName {
    QualifiedName {
        schema: table.name.schema.clone(),
        name: Ident::from_server(format!("schemist_new_{}", table.name.name.as_str())),
    }
}

/// Copies the rows. A conflict clause of the table must not swallow any: `OR ABORT` overrules it.
///
/// Never with `SELECT *`, though SQLite then copies whole pages: a database may have the columns in another
/// order than the one that this is written for.
fn copy(pair: Pair<&Table>, name: &QualifiedName, context: &Context<'_>) -> Step {
    let sources = sources(pair, context);
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("INSERT OR ABORT INTO ").name(name);
    script.keyword(" (");
    for (i, (target, _)) in sources.iter().enumerate() {
        script
            .keyword(if i > 0 { ", " } else { "" })
            .expression(target);
    }
    script.keyword(")\nSELECT ");
    for (i, (_, source)) in sources.iter().enumerate() {
        script
            .keyword(if i > 0 { ", " } else { "" })
            .expression(source);
    }
    script.keyword("\nFROM ").name(&pair.before.name);
    let mut step = Step::foreign_keys_off(script.into_text());
    step.hazards = copy_hazards(pair, context);
    step
}

/// What is filled and with what, each as text.
fn sources(pair: Pair<&Table>, context: &Context<'_>) -> Vec<(String, String)> {
    let quoted = |name: &Ident| name.quoted(Dialect::Sqlite);
    let mut sources = Vec::new();
    if let Some(rowid) = rowid_to_copy(pair) {
        sources.push((rowid.to_owned(), rowid.to_owned()));
    }
    for after in written(pair.after) {
        let before = pair.before.columns.get(&after.name);
        let source = match (before, backfill(pair.after, after, context)) {
            (Some(before), Some(value)) if before.nullable && !after.nullable => {
                format!("coalesce({}, {value})", quoted(&before.name))
            }
            (Some(before), _) => mapped(pair.after, before, context),
            (None, Some(value)) => value.to_owned(),
            (None, None) => match rowid_for(pair, after) {
                Some(rowid) => rowid.to_owned(),
                None => continue,
            },
        };
        sources.push((quoted(&after.name), source));
    }
    if sources.is_empty() {
        // Rows of which nothing is kept are still rows.
        let column = written(pair.after).next();
        sources.extend(column.map(|column| (quoted(&column.name), "NULL".to_owned())));
    }
    sources
}

/// A column, with the values replaced that its enum has no more.
fn mapped(table: &Table, column: &Column, context: &Context<'_>) -> String {
    let name = column.name.quoted(Dialect::Sqlite);
    let hints = context.hints.text_values.get(&Table::id_of(&table.name));
    let Some(values) = hints.and_then(|hints| hints.get(&column.name)) else {
        return name;
    };
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("CASE ").expression(&name);
    for value in values {
        script.keyword(" WHEN ").literal(&value.values.before);
        script.keyword(" THEN ").literal(&value.values.after);
    }
    script.keyword(" ELSE ").expression(&name).keyword(" END");
    script.into_text()
}

/// The columns that are written, not computed.
fn written(table: &Table) -> impl Iterator<Item = &Column> {
    table
        .columns
        .iter()
        .filter(|column| column.generated().is_none())
}

fn backfill<'a>(table: &Table, column: &Column, context: &Context<'a>) -> Option<&'a str> {
    let first = context.first_value(&Table::id_of(&table.name), &column.name)?;
    Some(first.expression())
}

/// What to say where rows get a constant in place of the values that they had.
fn stand_in(table: &Table, column: &Column, context: &Context<'_>) -> Option<Hazard> {
    match context.first_value(&Table::id_of(&table.name), &column.name)? {
        FirstValue::Told(_) => None,
        FirstValue::StandIn(constant) => Some(column_refilled(&table.name, &column.name, constant)),
    }
}

/// The word for the rowid, where rows have one that no column shows and that must be kept.
fn rowid_to_copy(pair: Pair<&Table>) -> Option<&'static str> {
    match rowid_column(pair.after) {
        Some(_) => None,
        None => rowid_word(pair),
    }
}

/// The rowid, for a new column that shows it from now on.
fn rowid_for(pair: Pair<&Table>, column: &Column) -> Option<&'static str> {
    let shows_rowid = rowid_column(pair.after)?.name == column.name;
    rowid_word(pair).filter(|_| shows_rowid)
}

fn rowid_word(pair: Pair<&Table>) -> Option<&'static str> {
    if pair.before.without_rowid || pair.after.without_rowid {
        return None;
    }
    let is_hidden = |word: &str| {
        [pair.before, pair.after].iter().any(|table| {
            table
                .columns
                .iter()
                .any(|column| column.name.as_str().eq_ignore_ascii_case(word))
        })
    };
    ["rowid", "_rowid_", "oid"]
        .into_iter()
        .find(|word| !is_hidden(word))
}

/// Gives the new table the old one's counter, which may be ahead of the rows that are left.
fn copy_counter(before: &Table, name: &QualifiedName) -> [Step; 2] {
    let mut forget = Script::new(Dialect::Sqlite);
    forget
        .keyword("DELETE FROM sqlite_sequence WHERE name = ")
        .literal(name.name.as_str());
    let mut copy = Script::new(Dialect::Sqlite);
    copy.keyword("INSERT INTO sqlite_sequence (name, seq)\nSELECT ")
        .literal(name.name.as_str())
        .keyword(", seq FROM sqlite_sequence WHERE name = ")
        .literal(before.name.name.as_str());
    [
        Step::foreign_keys_off(forget.into_text()),
        Step::foreign_keys_off(copy.into_text()),
    ]
}

fn drop_old(pair: Pair<&Table>) -> Step {
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("DROP TABLE ").name(&pair.before.name);
    let mut step = Step::foreign_keys_off(script.into_text());
    for column in written(pair.before) {
        let kept = pair.after.columns.get(&column.name);
        if kept.is_none_or(|column| column.generated().is_some()) {
            step = step.with(column_dropped(pair.before, column));
        }
    }
    step
}

/// Renames the new table. With `legacy_alter_table` SQLite leaves views and triggers alone, which name
/// the table that is just not there: <https://www.sqlite.org/pragma.html#pragma_legacy_alter_table>.
fn take_name(after: &Table, name: &QualifiedName) -> [Step; 3] {
    let mut script = Script::new(Dialect::Sqlite);
    script
        .keyword("ALTER TABLE ")
        .name(name)
        .keyword(" RENAME TO ")
        .ident(&after.name.name);
    [
        Step::foreign_keys_off("PRAGMA legacy_alter_table = ON"),
        Step::foreign_keys_off(script.into_text()),
        Step::foreign_keys_off("PRAGMA legacy_alter_table = OFF"),
    ]
}

fn copy_hazards(pair: Pair<&Table>, context: &Context<'_>) -> Vec<Hazard> {
    let table = &pair.after.name;
    let mut hazards = vec![Hazard::at(
        Severity::Notice,
        &locks::TABLE_REWRITTEN,
        format!("table {table} is written anew with all of its rows, while nobody else can write"),
    )];
    for after in written(pair.after) {
        let before = pair.before.columns.get(&after.name);
        let is_filled = backfill(pair.after, after, context).is_some();
        match before {
            None if !is_filled => hazards.extend(required_column_added(pair, after)),
            None => hazards.extend(stand_in(pair.after, after, context)),
            Some(before) => {
                if before.nullable && !after.nullable && !is_filled {
                    hazards.push(Hazard::new(
                        &rows::NOT_NULL_SET,
                        format!(
                            "rows of table {table} with no {} make this fail",
                            after.name
                        ),
                    ));
                }
                hazards.extend(numbered(pair, Pair::new(before, after)));
                hazards.extend(column_retyped(pair, Pair::new(before, after)));
            }
        }
    }
    hazards.extend(constraint_hazards(pair, context));
    hazards
}

/// A column that shows the rowid from now on holds no NULL: SQLite puts a number in its place.
fn numbered(tables: Pair<&Table>, columns: Pair<&Column>) -> Option<Hazard> {
    let shows_rowid = |table: &Table, column: &Column| {
        rowid_column(table).is_some_and(|rowid| rowid.name == column.name)
    };
    let is_new = shows_rowid(tables.after, columns.after)
        && !shows_rowid(tables.before, columns.before)
        && columns.before.nullable
        && columns.after.nullable;
    is_new.then(|| {
        Hazard::new(
            &rows::NULL_NUMBERED,
            format!(
                "rows of table {} with no {} get a number of SQLite's choice",
                tables.after.name, columns.after.name
            ),
        )
    })
}

fn required_column_added(pair: Pair<&Table>, column: &Column) -> Option<Hazard> {
    let is_required = !column.nullable && column.default().is_none();
    (is_required && rowid_for(pair, column).is_none()).then(|| {
        Hazard::new(
            &rows::REQUIRED_COLUMN_ADDED,
            format!(
                "this fails where table {} has rows, because column {} gets no value",
                pair.after.name, column.name
            ),
        )
    })
}

fn column_retyped(tables: Pair<&Table>, columns: Pair<&Column>) -> Option<Hazard> {
    let is_strict_now = tables.after.strict && !tables.before.strict;
    let affinities = columns.map(|column| Affinity::of(&column.data_type));
    if !affinities.differs() && !is_strict_now {
        return None;
    }
    let (name, table) = (&columns.after.name, &tables.after.name);
    Some(if tables.after.strict {
        Hazard::new(
            &rows::COLUMN_RETYPED,
            format!(
                "rows of table {table} whose {name} is no {} make this fail",
                columns.after.data_type
            ),
        )
    } else {
        Hazard::new(
            &rows::COLUMN_RETYPED,
            format!(
                "values of column {name} of table {table} are stored as {} where SQLite can read them so, and stay as they are where not",
                affinities.after.word()
            ),
        )
    })
}

fn constraint_hazards(pair: Pair<&Table>, context: &Context<'_>) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    let table = &pair.after.name;
    let is_new_key = |key: &&Key| {
        !pair
            .before
            .uniques
            .iter()
            .chain(&pair.before.primary_key)
            .any(|before| before.parts == key.parts)
    };
    let keys = pair.after.uniques.iter().chain(&pair.after.primary_key);
    if keys.clone().any(|key| is_new_key(&key)) {
        hazards.push(Hazard::new(
            &rows::UNIQUE_ADDED,
            format!("rows of table {table} that are equal in the key make this fail"),
        ));
    }
    hazards.extend(check_hazards(pair, context));
    let refers = |key: &ForeignKey| {
        pair.before.foreign_keys.iter().any(|before| {
            before.columns == key.columns
                && before.target == key.target
                && before.target_columns == key.target_columns
        })
    };
    if !pair.after.foreign_keys.iter().all(refers) {
        hazards.push(Hazard::new(
            &rows::FOREIGN_KEY_ADDED,
            format!("rows of table {table} that refer to no row make the revision fail before it is committed"),
        ));
    }
    hazards
}

/// What SQLite makes of values on their way into a column: <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    fn of(data_type: &str) -> Self {
        let upper = data_type.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        if has(&["INT"]) {
            Self::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if upper.is_empty() || has(&["BLOB"]) {
            Self::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Integer => "integers",
            Self::Text => "text",
            Self::Blob => "blobs",
            Self::Real => "floating-point numbers",
            Self::Numeric => "numbers",
        }
    }
}
