//! Writing a table in MySQL and MariaDB: everything in one statement but foreign keys, and what only these products have of tables, columns and indexes.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Ident, Script};

use super::{Column, ColumnSource, GeneratedKind, Key, Table};
use crate::object::{IndexPart, IndexSource};
use crate::{Expr, NameLabel, Plain, Step, is_made_up};

/// Where the numbers of a table begin. A counter is data, so that any two are equal.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Start(pub Option<u64>);

impl PartialEq for Start {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Start {}

/// What only MySQL and MariaDB have of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MysqlTable {
    /// The engine that keeps the rows.
    pub engine: Option<String>,
    /// The character set of columns that name none.
    pub charset: Option<String>,
    /// The collation of columns that name none.
    pub collation: Option<String>,
    /// Other options such as `ROW_FORMAT`, in the server's words.
    pub options: BTreeMap<String, String>,
    /// Where its numbers begin.
    #[serde(rename = "_start")]
    pub start: Start,
    /// Its indexes, the primary key among them: all of them are written in the table's own statement,
    /// because a counter and a foreign key need one at any moment.
    pub indexes: Vec<MysqlIndex>,
    /// Its periods, each as `PERIOD FOR …` (MariaDB).
    pub periods: Vec<String>,
    /// Whether it keeps the rows of the past (MariaDB).
    pub is_versioned: bool,
    /// How it is divided, from `PARTITION BY` on.
    pub partitions: Option<Expr>,
}

impl MysqlTable {
    /// The server's own choices.
    pub const fn new() -> Self {
        Self {
            engine: None,
            charset: None,
            collation: None,
            options: BTreeMap::new(),
            start: Start(None),
            indexes: Vec::new(),
            periods: Vec::new(),
            is_versioned: false,
            partitions: None,
        }
    }
}

impl Plain for MysqlTable {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        // Where numbers begin is not compared, and must not be lost.
        self.start.0.is_none() && self == Self::PLAIN
    }
}

/// What only MySQL and MariaDB have of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MysqlColumn {
    /// The character set of its text.
    pub charset: Option<String>,
    /// What it becomes when another column of its row changes.
    pub on_update: Option<String>,
    /// Whether it numbers rows.
    pub auto_increment: bool,
    /// Whether `*` passes it over.
    pub is_invisible: bool,
    /// The condition that is written on it (MariaDB).
    pub check: Option<Expr>,
    /// Other words such as `COMPRESSED`, `SRID 4326` or `GENERATED ALWAYS AS ROW START`.
    pub words: Vec<String>,
}

impl MysqlColumn {
    /// The server's own choices.
    pub const fn new() -> Self {
        Self {
            charset: None,
            on_update: None,
            auto_increment: false,
            is_invisible: false,
            check: None,
            words: Vec::new(),
        }
    }

    /// Whether the server fills it with the time of the row (MariaDB).
    pub fn is_row_time(&self) -> bool {
        self.words.iter().any(|words| words.contains(" AS ROW "))
    }
}

impl Plain for MysqlColumn {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self == Self::PLAIN
    }
}

/// What an index of MySQL is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum MysqlIndexClass {
    /// It is the primary key.
    Primary,
    /// No two rows are equal in it.
    Unique,
    /// It finds rows.
    Plain,
    /// It finds words.
    Fulltext,
    /// It finds shapes.
    Spatial,
}

impl MysqlIndexClass {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY KEY",
            Self::Unique => "UNIQUE KEY ",
            Self::Plain => "KEY ",
            Self::Fulltext => "FULLTEXT KEY ",
            Self::Spatial => "SPATIAL KEY ",
        }
    }
}

/// An index of MySQL, which is a part of its table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MysqlIndex {
    /// Its name, known on its table alone.
    pub name: Ident,
    /// What it is for.
    pub class: MysqlIndexClass,
    /// What it sorts by.
    pub parts: Vec<IndexPart>,
    /// Everything behind its columns: method, comment, parser, visibility.
    pub words: String,
}

impl MysqlIndex {
    /// Whether nothing but the name may differ.
    pub(super) fn has_content_of(&self, other: &Self) -> bool {
        self.class == other.class && self.parts == other.parts && self.words == other.words
    }

    /// Its columns, if it is over whole columns in their own order only.
    pub fn whole_columns(&self) -> Option<Vec<&Ident>> {
        let column = |part: &IndexPart| {
            part.prefix.is_none()
                && !part.descending
                && matches!(part.source, IndexSource::Column(_))
        };
        if !self.parts.iter().all(column) {
            return None;
        }
        let name = |part| match part {
            &IndexPart {
                source: IndexSource::Column(ref name),
                ..
            } => Some(name),
            _ => None,
        };
        self.parts.iter().map(name).collect()
    }

    fn first_column(&self) -> &str {
        match self.parts.first().map(|part| &part.source) {
            Some(IndexSource::Column(column)) => column.as_str(),
            Some(IndexSource::Expression(_)) | None => "functional_index",
        }
    }

    fn has_made_up_name(&self, table: &Ident) -> bool {
        let first = [self.first_column()];
        is_made_up(Dialect::Mysql, &self.name, table, &first, NameLabel::Index)
    }

    pub(crate) fn write(&self, script: &mut Script) {
        script.keyword(self.class.keyword());
        if self.class != MysqlIndexClass::Primary {
            script.ident(&self.name);
        }
        script.keyword(" (");
        for (place, part) in self.parts.iter().enumerate() {
            script.keyword(if place > 0 { ", " } else { "" });
            match &part.source {
                IndexSource::Column(column) => script.ident(column),
                IndexSource::Expression(expression) => script.expression(expression.as_str()),
            };
            if let Some(length) = part.prefix {
                script.keyword("(").number(length).keyword(")");
            }
            script.keyword(if part.descending { " DESC" } else { "" });
        }
        script.keyword(")");
        if !self.words.is_empty() {
            script.keyword(" ").expression(&self.words);
        }
    }
}

impl Table {
    /// Makes the keys that all products have of the indexes that MySQL has; to be called once all of these
    /// are in.
    pub fn derive_keys(&mut self) {
        self.primary_key = None;
        self.uniques.clear();
        for index in &self.mysql.indexes {
            let Some(columns) = index.whole_columns() else {
                continue;
            };
            let columns: Vec<_> = columns.into_iter().cloned().collect();
            match index.class {
                MysqlIndexClass::Primary => self.primary_key = Some(Key::new(None, columns)),
                MysqlIndexClass::Unique => {
                    self.uniques
                        .push(Key::new(Some(index.name.clone()), columns));
                }
                MysqlIndexClass::Plain | MysqlIndexClass::Fulltext | MysqlIndexClass::Spatial => {}
            }
        }
        self.sort();
    }
}

/// Gives indexes whose names the server made up the live names.
pub(super) fn settle_indexes(declared: &mut Table, live: &Table) {
    let table = declared.name.name.clone();
    let is_there = |index: &MysqlIndex, indexes: &[MysqlIndex]| {
        indexes.iter().any(|other| other.name == index.name)
    };
    let mut free: Vec<_> = live
        .mysql
        .indexes
        .iter()
        .filter(|index| !is_there(index, &declared.mysql.indexes))
        .collect();
    for own in &mut declared.mysql.indexes {
        if is_there(own, &live.mysql.indexes) || !own.has_made_up_name(&table) {
            continue;
        }
        if let Some(place) = free.iter().position(|index| own.has_content_of(index)) {
            own.name = free.remove(place).name.clone();
        }
    }
    declared
        .mysql
        .indexes
        .sort_by(|one, other| (one.class, &one.name).cmp(&(other.class, &other.name)));
    declared.derive_keys();
}

/// Whether a column's character set or collation has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charsets {
    /// Where it is not the table's.
    WhereOwn,
    /// Always: the table's own is about to change.
    All,
}

/// Writes a column with everything that belongs to it.
pub(super) fn write_column(
    script: &mut Script,
    column: &Column,
    table: &Table,
    charsets: Charsets,
) {
    let own = &column.mysql;
    script
        .ident(&column.name)
        .keyword(" ")
        .expression(&column.data_type);
    let as_table = own.charset == table.mysql.charset && column.collation == table.mysql.collation;
    if charsets == Charsets::All || !as_table {
        if let Some(charset) = &own.charset {
            script.keyword(" CHARACTER SET ").expression(charset);
        }
        if let Some(collation) = &column.collation {
            script.keyword(" COLLATE ").expression(collation);
        }
    }
    for words in &own.words {
        script.keyword(" ").expression(words);
    }
    if let Some(generated) = column.generated() {
        script
            .keyword(" GENERATED ALWAYS AS (")
            .expression(generated.expression.as_str())
            .keyword(match generated.kind {
                GeneratedKind::Stored => ") STORED",
                GeneratedKind::Virtual => ") VIRTUAL",
            });
    }
    if !column.nullable {
        script.keyword(" NOT NULL");
    } else if column.data_type.starts_with("timestamp")
        && !own.is_row_time()
        && column.generated().is_none()
    {
        // Without the word an older server takes no NULL.
        script.keyword(" NULL");
    }
    script.keyword(if own.is_invisible { " INVISIBLE" } else { "" });
    if let ColumnSource::Default(default) = &column.source {
        script.keyword(" DEFAULT ").expression(default.as_str());
    }
    if let Some(value) = &own.on_update {
        script.keyword(" ON UPDATE ").expression(value);
    }
    script.keyword(if own.auto_increment {
        " AUTO_INCREMENT"
    } else {
        ""
    });
    if let Some(comment) = &column.comment {
        script.keyword(" COMMENT ").literal(comment);
    }
    if let Some(check) = &own.check {
        script
            .keyword(" CHECK (")
            .expression(check.as_str())
            .keyword(")");
    }
}

impl MysqlTable {
    /// What stands behind the columns, but for what is no part of the schema and for the comment.
    pub fn options_text(&self) -> String {
        let mut script = Script::new(Dialect::Mysql);
        self.write_choices(&mut script);
        self.write_settings(&mut script);
        self.write_parts(&mut script);
        script.into_text().trim_start().to_owned()
    }

    fn write_choices(&self, script: &mut Script) {
        for (words, value) in [
            (" ENGINE=", &self.engine),
            (" DEFAULT CHARSET=", &self.charset),
            (" COLLATE=", &self.collation),
        ] {
            if let Some(value) = value {
                script.keyword(words).expression(value);
            }
        }
    }

    fn write_settings(&self, script: &mut Script) {
        for (name, value) in &self.options {
            script
                .keyword(" ")
                .expression(name)
                .keyword("=")
                .expression(value);
        }
    }

    fn write_parts(&self, script: &mut Script) {
        script.keyword(if self.is_versioned {
            " WITH SYSTEM VERSIONING"
        } else {
            ""
        });
        if let Some(partitions) = &self.partitions {
            script.keyword("\n").expression(partitions.as_str());
        }
    }
}

/// Writes `ENGINE = … COMMENT = …`, each with a space before it.
fn write_options(script: &mut Script, table: &Table) {
    let own = &table.mysql;
    own.write_choices(script);
    if let Some(start) = own.start.0 {
        script.keyword(" AUTO_INCREMENT=").number(start);
    }
    own.write_settings(script);
    if let Some(comment) = &table.comment {
        script.keyword(" COMMENT=").literal(comment);
    }
    own.write_parts(script);
}

/// The statement that makes the table, with its indexes and checks.
pub(super) fn create(table: &Table) -> Vec<Step> {
    let mut lines = Vec::new();
    let mut line = |write: &dyn Fn(&mut Script)| {
        let mut script = Script::new(Dialect::Mysql);
        write(&mut script);
        lines.push(script.into_text());
    };
    for column in table.columns.iter() {
        line(&|script| write_column(script, column, table, Charsets::WhereOwn));
    }
    for period in &table.mysql.periods {
        line(&|script| {
            script.expression(period);
        });
    }
    for index in &table.mysql.indexes {
        line(&|script| index.write(script));
    }
    for check in &table.checks {
        line(&|script| {
            if let Some(name) = &check.name {
                script.keyword("CONSTRAINT ").ident(name).keyword(" ");
            }
            check.write(script);
        });
    }
    let mut script = Script::new(Dialect::Mysql);
    script
        .keyword("CREATE TABLE ")
        .name(&table.name)
        .keyword(" (");
    for (place, text) in lines.iter().enumerate() {
        script
            .keyword(if place > 0 { ",\n    " } else { "\n    " })
            .expression(text);
    }
    script.keyword("\n)");
    write_options(&mut script, table);
    vec![Step::new(script.into_text())]
}
