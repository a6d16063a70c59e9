//! Writing a table in SQLite.

use schemist_sql::{Dialect, Ident, QualifiedName, Script, words};

use super::{Column, ColumnSource, GeneratedKind, Key, Place, Table};
use crate::Step;
use crate::object::ForeignKey;

/// The statements that make a table.
pub(super) fn create(table: &Table) -> Vec<Step> {
    vec![Step::new(create_statement(table, &table.name))]
}

/// `CREATE TABLE` under a name that may be another than the table's own.
pub(super) fn create_statement(table: &Table, name: &QualifiedName) -> String {
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("CREATE TABLE ").name(name).keyword(" (");
    let mut separator = "\n    ";
    for column in table.columns.iter() {
        script.keyword(separator);
        write_column(&mut script, table, column);
        separator = ",\n    ";
    }
    write_constraints(&mut script, table);
    script.keyword("\n)");
    script.keyword(match (table.strict, table.without_rowid) {
        (false, false) => "",
        (true, false) => " STRICT",
        (false, true) => " WITHOUT ROWID",
        (true, true) => " STRICT, WITHOUT ROWID",
    });
    script.into_text()
}

/// Writes a column as it stands in `CREATE TABLE` and `ADD COLUMN`, with the constraints that are
/// written on it.
pub(super) fn write_column(script: &mut Script, table: &Table, column: &Column) {
    script.ident(&column.name);
    if !column.data_type.is_empty() {
        script.keyword(" ").expression(&column.data_type);
    }
    if let Some(key) = table.primary_key.as_ref().filter(|key| is_on(key, column)) {
        write_key_on_column(script, key, " PRIMARY KEY");
        script.keyword(if table.autoincrement {
            " AUTOINCREMENT"
        } else {
            ""
        });
    }
    write_not_null(script, table, column);
    for key in table.uniques.iter().filter(|key| is_on(key, column)) {
        write_key_on_column(script, key, " UNIQUE");
    }
    if let Some(collation) = &column.collation {
        script.keyword(" COLLATE ").expression(collation);
    }
    write_source(script, column);
    for check in &table.checks {
        if check.place.is(&column.name) {
            write_name(script, check.name.as_ref());
            script.keyword(" ");
            check.write(script);
        }
    }
    for key in &table.foreign_keys {
        if is_reference_on(key, column) {
            write_name(script, key.name.as_ref());
            script.keyword(" ");
            key.write_reference(script);
        }
    }
}

fn write_source(script: &mut Script, column: &Column) {
    match &column.source {
        // Identities and sequences are PostgreSQL's.
        ColumnSource::Given | ColumnSource::Identity(_) | ColumnSource::Serial(_) => {}
        ColumnSource::Default(expression) => {
            script.keyword(" DEFAULT ").expression(expression.as_str());
        }
        ColumnSource::Generated(generated) => {
            script
                .keyword(" GENERATED ALWAYS AS (")
                .expression(generated.expression.as_str());
            script.keyword(match generated.kind {
                GeneratedKind::Stored => ") STORED",
                GeneratedKind::Virtual => ") VIRTUAL",
            });
        }
    }
}

/// The primary key of a table without rowid, or of a strict one, says `NOT NULL` by itself.
fn write_not_null(script: &mut Script, table: &Table, column: &Column) {
    let is_rowid = rowid_column(table).is_some_and(|rowid| rowid.name == column.name);
    let says_itself =
        (table.without_rowid || table.strict) && table.is_key(&column.name) && !is_rowid;
    let is_written = column.not_null_name.is_some() || column.not_null_conflict.is_some();
    if column.nullable || (says_itself && !is_written) {
        return;
    }
    write_name(script, column.not_null_name.as_ref());
    script.keyword(" NOT NULL");
    write_conflict(script, column.not_null_conflict.as_deref());
}

fn write_constraints(script: &mut Script, table: &Table) {
    let stands_alone = |key: &&Key| !table.columns.iter().any(|column| is_on(key, column));
    if let Some(key) = table.primary_key.as_ref().filter(stands_alone) {
        start_constraint(script, key.name.as_ref());
        write_key(script, key, table);
    }
    for key in table.uniques.iter().filter(stands_alone) {
        start_constraint(script, key.name.as_ref());
        key.write(script, "UNIQUE");
    }
    for check in &table.checks {
        if !stands_on_column(&check.place, table) {
            start_constraint(script, check.name.as_ref());
            check.write(script);
        }
    }
    for key in &table.foreign_keys {
        let is_on_column = table
            .columns
            .iter()
            .any(|column| is_reference_on(key, column));
        if !is_on_column {
            script.keyword(",\n    ");
            key.write(script);
        }
    }
}

fn start_constraint(script: &mut Script, name: Option<&Ident>) {
    script.keyword(",\n    ");
    if let Some(name) = name {
        script.keyword("CONSTRAINT ").ident(name).keyword(" ");
    }
}

/// A primary key on its own; `AUTOINCREMENT` stands within its parentheses.
fn write_key(script: &mut Script, key: &Key, table: &Table) {
    match key.parts.as_slice() {
        [part] if table.autoincrement => {
            script
                .keyword("PRIMARY KEY (")
                .ident(&part.column)
                .keyword(" AUTOINCREMENT)");
            write_conflict(script, key.conflict.as_deref());
        }
        _ => key.write(script, "PRIMARY KEY"),
    }
}

fn write_key_on_column(script: &mut Script, key: &Key, words: &'static str) {
    write_name(script, key.name.as_ref());
    script.keyword(words);
    let descending = key.parts.iter().any(|part| part.descending);
    script.keyword(if descending { " DESC" } else { "" });
    write_conflict(script, key.conflict.as_deref());
}

fn write_name(script: &mut Script, name: Option<&Ident>) {
    if let Some(name) = name {
        script.keyword(" CONSTRAINT ").ident(name);
    }
}

fn write_conflict(script: &mut Script, conflict: Option<&str>) {
    if let Some(conflict) = conflict {
        script.keyword(" ON CONFLICT ").expression(conflict);
    }
}

/// Whether a key is written on a column, which can say less than a key of its own.
fn is_on(key: &Key, column: &Column) -> bool {
    let [part] = key.parts.as_slice() else {
        return false;
    };
    key.place.is(&column.name) && part.column == column.name && part.collation.is_none()
}

fn is_reference_on(key: &ForeignKey, column: &Column) -> bool {
    key.place.is(&column.name) && key.columns == [column.name.clone()]
}

fn stands_on_column(place: &Place, table: &Table) -> bool {
    place
        .0
        .as_ref()
        .is_some_and(|column| table.columns.get(column).is_some())
}

/// The column whose values are the rowids, if there is one:
/// <https://www.sqlite.org/lang_createtable.html#rowid>.
pub(super) fn rowid_column(table: &Table) -> Option<&Column> {
    let key = table
        .primary_key
        .as_ref()
        .filter(|_| !table.without_rowid)?;
    let [part] = key.parts.as_slice() else {
        return None;
    };
    let column = table.columns.get(&part.column)?;
    let data_type = column
        .data_type
        .trim_matches(|c| matches!(c, '"' | '\'' | '`' | '[' | ']'));
    // `INTEGER PRIMARY KEY DESC` is none, an old mistake that SQLite keeps.
    (data_type.eq_ignore_ascii_case("INTEGER") && !part.descending).then_some(column)
}

/// Gives types, collations and the names of constraints the live spelling, where they differ in blanks
/// and letters' case alone.
pub(super) fn settle_words(declared: &mut Table, live: &Table) {
    for column in declared.columns.iter_mut() {
        let Some(live) = live.columns.get(&column.name) else {
            continue;
        };
        if folded_type(&column.data_type) == folded_type(&live.data_type) {
            column.data_type.clone_from(&live.data_type);
        }
        take_spelling(&mut column.collation, [&live.collation]);
        take_spelling(&mut column.not_null_name, [&live.not_null_name]);
    }
    let keys = || live.primary_key.iter().chain(&live.uniques);
    let own = declared.primary_key.iter_mut().chain(&mut declared.uniques);
    for key in own {
        take_spelling(&mut key.name, keys().map(|key| &key.name));
        for part in &mut key.parts {
            let parts = keys().flat_map(|key| &key.parts);
            take_spelling(&mut part.collation, parts.map(|part| &part.collation));
        }
    }
    for check in &mut declared.checks {
        take_spelling(&mut check.name, live.checks.iter().map(|check| &check.name));
    }
    for key in &mut declared.foreign_keys {
        let live = live.foreign_keys.iter();
        take_spelling(&mut key.name, live.map(|key| &key.name));
    }
}

fn take_spelling<'a, T: AsRef<str> + Clone + 'a>(
    own: &mut Option<T>,
    live: impl IntoIterator<Item = &'a Option<T>>,
) {
    let Some(word) = own else { return };
    let is_same = |live: &&T| live.as_ref().eq_ignore_ascii_case(word.as_ref());
    if let Some(live) = live.into_iter().flatten().find(is_same) {
        *word = live.clone();
    }
}

/// A type's words in one spelling.
fn folded_type(data_type: &str) -> String {
    let texts: Vec<_> = words(Dialect::Sqlite, data_type)
        .map(|word| word.text.to_ascii_lowercase())
        .collect();
    texts.join(" ")
}
