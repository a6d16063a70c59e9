//! `CREATE TABLE` of a model.

use schemist_attribute::{Check, Identity, Key, ModelItem, Name, Storage, Text};
use schemist_sql::{Dialect, Ident, QualifiedName, Script, Span};

use crate::declaration::{ColumnName, Declared, Origin};
use crate::naming::{About, NamedPart};
use crate::rust::column::{ColumnType, Nullability};
use crate::rust::emit::Emitter;
use crate::rust::items::Entry;
use crate::rust::resolve::Column;
use crate::rust::{default, enumeration, foreign_key, parse, types};
use crate::source::EnumChecks;

/// A column of a table, with its type.
pub(super) struct TableColumn<'a> {
    pub(super) source: Column<'a>,
    pub(super) name: Ident,
    pub(super) column_type: ColumnType,
}

/// A model, with the types of its columns.
pub(super) struct Table<'a> {
    pub(super) entry: &'a Entry,
    pub(super) model: &'a ModelItem,
    pub(super) name: QualifiedName,
    pub(super) columns: Vec<TableColumn<'a>>,
}

impl<'a> Table<'a> {
    pub(super) fn of(emitter: &mut Emitter<'a>, entry: &'a Entry, model: &'a ModelItem) -> Self {
        let project = emitter.project;
        let name = emitter.types.naming.of_model(model);
        let sources = project.columns(&entry.scope, model, emitter.errors);
        let mut columns = Vec::with_capacity(sources.len());
        for source in sources {
            match emitter.types.of(source) {
                Ok(column_type) => {
                    let name = Ident::from_server(&source.field.column_name().value);
                    columns.push(TableColumn {
                        source,
                        name,
                        column_type,
                    });
                }
                Err(error) => emitter.errors.push(*error),
            }
        }
        let mut table = Self {
            entry,
            model,
            name,
            columns,
        };
        table.settle(emitter);
        table
    }

    /// What the table as a whole says about its columns.
    fn settle(&mut self, emitter: &Emitter<'_>) {
        let key = self
            .model
            .attribute
            .primary_key
            .iter()
            .flat_map(|key| &key.columns);
        let key: Vec<Ident> = key.filter_map(|name| self.find(name).cloned()).collect();
        for column in &mut self.columns {
            if key.contains(&column.name) && column.source.field.column.nullable.is_none() {
                column.column_type.nullability = Nullability::NotNull;
            }
            let is_written = column.source.field.column.sql_type.is_some();
            match emitter.dialect {
                Dialect::Sqlite if self.model.attribute.strict.is_some() && !is_written => {
                    column.column_type.sql = types::strict(&column.column_type.sql).to_owned();
                }
                Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => {}
            }
        }
    }

    /// The column that an attribute names: by its field, or by its own name.
    pub(super) fn find(&self, name: &Name) -> Option<&Ident> {
        let word = name.word();
        let by_field = self
            .columns
            .iter()
            .find(|column| column.source.field.rust_name() == word);
        let by_name = self
            .columns
            .iter()
            .find(|column| column.name.as_str() == word);
        let found = match name {
            Name::Field(_) => by_field.or(by_name),
            Name::Column(_) => by_name,
        };
        found.map(|column| &column.name)
    }

    /// The columns that an attribute names; what is missing is told.
    pub(super) fn find_all(&self, emitter: &mut Emitter<'_>, names: &[Name]) -> Vec<Ident> {
        let mut found = Vec::new();
        for name in names {
            match self.find(name) {
                Some(column) => found.push(column.clone()),
                // A column whose type is an error is missing for that reason.
                None if self.model.field(name).is_some() => {}
                None => emitter.no_column(self, name),
            }
        }
        found
    }

    /// The columns of the primary key.
    pub(super) fn key(&self) -> Vec<Ident> {
        match &self.model.attribute.primary_key {
            Some(key) => key
                .columns
                .iter()
                .filter_map(|name| self.find(name).cloned())
                .collect(),
            None => {
                let columns = self.columns.iter();
                let of_key =
                    columns.filter(|column| column.source.field.column.primary_key.is_some());
                of_key.map(|column| column.name.clone()).collect()
            }
        }
    }

    /// The columns that hold values of an enum.
    pub(super) fn enumerations(&self) -> impl Iterator<Item = (QualifiedName, ColumnName)> {
        self.columns.iter().filter_map(|column| {
            let enumeration = column.column_type.enumeration.clone()?;
            let name = ColumnName {
                table: self.name.clone(),
                column: column.name.clone(),
            };
            Some((enumeration, name))
        })
    }

    pub(super) fn origin(&self, span: proc_macro2::Span) -> Origin {
        Origin {
            file: self.entry.scope.file,
            span: parse::span(span),
        }
    }
}

/// A `CREATE TABLE` under construction: its lines, and where each comes from.
struct Lines {
    script: Script,
    parts: Vec<(Span, Origin)>,
    start: usize,
    is_empty: bool,
}

impl Lines {
    fn begin(&mut self) {
        self.script
            .keyword(if self.is_empty { "\n    " } else { ",\n    " });
        self.is_empty = false;
        self.start = self.script.as_str().len();
    }

    fn end(&mut self, origin: Origin) {
        let end = self.script.as_str().len();
        self.parts.push((Span::new(self.start, end), origin));
    }
}

pub(super) fn create(emitter: &mut Emitter<'_>, table: &Table<'_>) -> Declared {
    let attribute = &table.model.attribute;
    let mut script = Script::new(emitter.dialect);
    let unlogged = match emitter.dialect {
        Dialect::Postgres => attribute.unlogged.is_some(),
        Dialect::Sqlite | Dialect::Mysql => false,
    };
    script.keyword(if unlogged {
        "CREATE UNLOGGED TABLE "
    } else {
        "CREATE TABLE "
    });
    script.name(&table.name).keyword(" (");
    let mut lines = Lines {
        script,
        parts: Vec::new(),
        start: 0,
        is_empty: true,
    };
    let key = table.key();
    let mut named = Vec::new();
    for column in &table.columns {
        lines.begin();
        named.extend(write_column(
            emitter,
            &mut lines.script,
            table,
            column,
            &key,
        ));
        lines.end(column.source.origin());
    }
    write_keys(emitter, &mut lines, table, &key);
    for (name, check) in named {
        lines.begin();
        write_check(emitter, &mut lines.script, check, Some(&name));
        lines.end(table.origin(check.span));
    }
    let checks = attribute.checks.iter();
    for check in checks {
        let name = check_name(emitter, table, check);
        if check
            .expression
            .for_dialect(emitter.dialect.name())
            .is_some()
        {
            lines.begin();
            write_check(emitter, &mut lines.script, check, name.as_ref());
            lines.end(table.origin(check.span));
        }
    }
    match emitter.dialect {
        Dialect::Postgres => {
            for exclude in &attribute.excludes {
                lines.begin();
                let name = exclude.name.as_ref();
                let name = name.map(|name| Ident::from_server(&name.value));
                write_name(&mut lines.script, name.as_ref());
                lines
                    .script
                    .keyword("EXCLUDE ")
                    .expression(&exclude.definition.value);
                lines.end(table.origin(exclude.span));
            }
        }
        Dialect::Sqlite => {
            for (key, origin) in foreign_key::of(emitter, table) {
                lines.begin();
                foreign_key::write(&mut lines.script, &key);
                lines.end(origin);
            }
        }
        Dialect::Mysql => {}
    }
    lines.script.keyword("\n)");
    write_options(emitter, &mut lines.script, table);
    Declared {
        sql: lines.script.into_text(),
        origin: table.entry.origin(),
        parts: lines.parts,
    }
}

/// `CONSTRAINT "name" `, where there is a name.
pub(super) fn write_name(script: &mut Script, name: Option<&Ident>) {
    if let Some(name) = name {
        script.keyword("CONSTRAINT ").ident(name).keyword(" ");
    }
}

/// The name of a key over columns: the written one, or that of the project's template.
fn key_name(
    emitter: &mut Emitter<'_>,
    part: NamedPart,
    table: &Table<'_>,
    written: Option<&Text>,
    columns: &[Ident],
) -> Option<Ident> {
    let about = About {
        columns: columns.iter().map(Ident::as_str).collect(),
        ..About::default()
    };
    let written = written.map(|name| Ident::from_server(&name.value));
    written.or_else(|| emitter.namer.name(part, &table.name, &about))
}

/// The name of a check; one that another dialect has alone is counted too, so that names are the same
/// on all.
fn check_name(emitter: &mut Emitter<'_>, table: &Table<'_>, check: &Check) -> Option<Ident> {
    key_name(emitter, NamedPart::Check, table, check.name.as_ref(), &[])
}

/// Writes the check, where the dialect has it.
fn write_check(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    check: &Check,
    name: Option<&Ident>,
) {
    if let Some(expression) = check.expression.for_dialect(emitter.dialect.name()) {
        write_name(script, name);
        script
            .keyword("CHECK (")
            .expression(&expression.value)
            .keyword(")");
    }
}

/// The primary key, unless it stands on its column, and the unique constraints.
fn write_keys(emitter: &mut Emitter<'_>, lines: &mut Lines, table: &Table<'_>, key: &[Ident]) {
    let attribute = &table.model.attribute;
    let on_columns: Vec<&Key> = table
        .columns
        .iter()
        .filter_map(|column| column.source.field.column.primary_key.as_deref())
        .collect();
    let primary = attribute
        .primary_key
        .as_ref()
        .or_else(|| match on_columns.as_slice() {
            [] | [_] => None,
            several => several
                .iter()
                .find(|key| key.name.is_some())
                .or_else(|| several.first())
                .copied(),
        });
    if let Some(primary) = primary {
        if attribute.primary_key.is_some() {
            table.find_all(emitter, &primary.columns);
        }
        lines.begin();
        let written = primary.name.as_ref();
        let name = key_name(emitter, NamedPart::PrimaryKey, table, written, key);
        write_name(&mut lines.script, name.as_ref());
        lines.script.keyword("PRIMARY KEY ").idents(key);
        write_deferral(emitter, &mut lines.script, table, primary);
        lines.end(table.origin(primary.span));
    }
    for column in &table.columns {
        if let Some(unique) = &column.source.field.column.unique {
            let columns = std::slice::from_ref(&column.name);
            write_unique(emitter, lines, table, unique, columns);
        }
    }
    for unique in &attribute.uniques {
        let columns = table.find_all(emitter, &unique.columns);
        write_unique(emitter, lines, table, unique, &columns);
    }
}

fn write_unique(
    emitter: &mut Emitter<'_>,
    lines: &mut Lines,
    table: &Table<'_>,
    unique: &Key,
    columns: &[Ident],
) {
    lines.begin();
    let written = unique.name.as_ref();
    let name = key_name(emitter, NamedPart::Unique, table, written, columns);
    write_name(&mut lines.script, name.as_ref());
    lines.script.keyword("UNIQUE ");
    if let Some(span) = unique.nulls_not_distinct {
        match emitter.dialect {
            Dialect::Postgres => {
                lines.script.keyword("NULLS NOT DISTINCT ");
            }
            Dialect::Sqlite | Dialect::Mysql => {
                let remedy = "write `index(…, unique, dialect = \"postgres\")` instead";
                emitter.refuse("`nulls_not_distinct`", table.origin(span), remedy);
            }
        }
    }
    lines.script.idents(columns);
    write_deferral(emitter, &mut lines.script, table, unique);
    lines.end(table.origin(unique.span));
}

fn write_deferral(emitter: &mut Emitter<'_>, script: &mut Script, table: &Table<'_>, key: &Key) {
    let Some(span) = key.deferrable.or(key.initially_deferred) else {
        return;
    };
    match emitter.dialect {
        Dialect::Postgres => {
            let deferred = key.initially_deferred.is_some();
            script.keyword(if deferred {
                " DEFERRABLE INITIALLY DEFERRED"
            } else {
                " DEFERRABLE"
            });
        }
        Dialect::Sqlite | Dialect::Mysql => {
            let remedy = "only foreign keys are deferrable there: leave it out";
            emitter.refuse("a deferrable key", table.origin(span), remedy);
        }
    }
}

/// Writes a column, and returns its checks that the dialect has behind the columns.
fn write_column<'a>(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    table: &Table<'_>,
    column: &'a TableColumn<'_>,
    key: &[Ident],
) -> Vec<(Ident, &'a Check)> {
    let attribute = &column.source.field.column;
    let dialect = emitter.dialect;
    let is_key = key == std::slice::from_ref(&column.name) && attribute.primary_key.is_some();
    script.ident(&column.name).keyword(" ");
    script.expression(&serial_type(emitter, column));
    if let Some(collation) = attribute
        .collate
        .as_ref()
        .and_then(|text| text.for_dialect(dialect.name()))
    {
        let name = emitter.types.naming.qualified(&collation.value, None);
        script.keyword(" COLLATE ").name(&name);
    }
    if is_key {
        let written = attribute
            .primary_key
            .as_ref()
            .and_then(|key| key.name.as_ref());
        let name = key_name(emitter, NamedPart::PrimaryKey, table, written, key);
        let name = match dialect {
            Dialect::Postgres | Dialect::Sqlite => name,
            // Each is called PRIMARY, and MariaDB takes no name behind a column.
            Dialect::Mysql => None,
        };
        script.keyword(" ");
        write_name(script, name.as_ref());
        script.keyword("PRIMARY KEY");
    }
    write_identity(emitter, script, column, key);
    if let Some(generated) = &attribute.generated
        && let Some(expression) = generated.expression.for_dialect(dialect.name())
    {
        script
            .keyword(" GENERATED ALWAYS AS (")
            .expression(&expression.value)
            .keyword(")");
        script.keyword(match generated.storage {
            Storage::Stored => " STORED",
            Storage::Virtual => " VIRTUAL",
        });
    }
    if let Some(text) = attribute
        .default
        .as_ref()
        .and_then(|text| default::of(dialect, text))
    {
        script.keyword(" DEFAULT ").expression(&text);
    }
    match (column.column_type.nullability, dialect) {
        (Nullability::NotNull, _) => {
            script.keyword(" NOT NULL");
        }
        // Without the word an older server takes no NULL.
        (Nullability::Nullable, Dialect::Mysql)
            if column.column_type.sql.starts_with("timestamp") && attribute.generated.is_none() =>
        {
            script.keyword(" NULL");
        }
        (Nullability::Nullable, Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql) => {}
    }
    let mut named = Vec::new();
    for check in &attribute.checks {
        let name = check_name(emitter, table, check);
        if check.expression.for_dialect(dialect.name()).is_none() {
            continue;
        }
        match (name, dialect) {
            // MariaDB takes no name behind a column.
            (Some(name), Dialect::Mysql) => named.push((name, check)),
            (name, Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql) => {
                script.keyword(" ");
                write_check(emitter, script, check, name.as_ref());
            }
        }
    }
    let is_checked = emitter.options.enum_checks == EnumChecks::Written;
    if is_checked && !column.column_type.labels.is_empty() {
        script
            .keyword(" CHECK (")
            .ident(&column.name)
            .keyword(" IN (");
        enumeration::write_labels(script, &column.column_type.labels);
        script.keyword("))");
    }
    match dialect {
        Dialect::Mysql => {
            let documentation = column.source.field.documentation.as_ref();
            if let Some(text) = emitter.comment(attribute.comment.as_ref(), documentation) {
                script.keyword(" COMMENT ").literal(text);
            }
        }
        Dialect::Postgres | Dialect::Sqlite => {}
    }
    if attribute.autoincrement.is_some() && !is_key {
        let remedy = "put it on the column that is the primary key";
        emitter.refuse(
            "`autoincrement` outside of a primary key",
            table.origin(column.source.field.ident.span()),
            remedy,
        );
    }
    named
}

/// The column's type, or the `serial` that goes with it.
fn serial_type(emitter: &mut Emitter<'_>, column: &TableColumn<'_>) -> String {
    let sql = &column.column_type.sql;
    let Some(_) = column.source.field.column.serial else {
        return sql.clone();
    };
    let serial = match (emitter.dialect, sql.as_str()) {
        (Dialect::Sqlite | Dialect::Mysql, _) => return sql.clone(),
        (Dialect::Postgres, "smallint") => "smallserial",
        (Dialect::Postgres, "integer") => "serial",
        (Dialect::Postgres, "bigint") => "bigserial",
        (Dialect::Postgres, _) => {
            let origin = column.source.origin();
            emitter.refuse(
                format!("a serial column of type {sql}"),
                origin,
                "make it i16, i32 or i64",
            );
            return sql.clone();
        }
    };
    serial.to_owned()
}

/// How the server counts the values of a column.
fn write_identity(
    emitter: &mut Emitter<'_>,
    script: &mut Script,
    column: &TableColumn<'_>,
    key: &[Ident],
) {
    let attribute = &column.source.field.column;
    let counts = attribute.identity.is_some() || attribute.serial.is_some();
    match emitter.dialect {
        Dialect::Postgres => match attribute.identity {
            Some((Identity::Always, _)) => {
                script.keyword(" GENERATED ALWAYS AS IDENTITY");
            }
            Some((Identity::ByDefault, _)) => {
                script.keyword(" GENERATED BY DEFAULT AS IDENTITY");
            }
            None => {}
        },
        Dialect::Sqlite => {
            // An INTEGER PRIMARY KEY counts by itself; nothing else does:
            // https://www.sqlite.org/lang_createtable.html#rowid
            let is_rowid = key == std::slice::from_ref(&column.name)
                && column.column_type.sql.eq_ignore_ascii_case("INTEGER");
            if attribute.autoincrement.is_some() && is_rowid {
                script.keyword(" AUTOINCREMENT");
            } else if (counts || attribute.autoincrement.is_some()) && !is_rowid {
                let remedy = "make it the whole primary key, and an integer";
                emitter.refuse("a column that counts", column.source.origin(), remedy);
            }
        }
        Dialect::Mysql => {
            if counts || attribute.autoincrement.is_some() {
                script.keyword(" AUTO_INCREMENT");
            }
        }
    }
}

fn write_options(emitter: &Emitter<'_>, script: &mut Script, table: &Table<'_>) {
    let attribute = &table.model.attribute;
    match emitter.dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite => {
            script.keyword(match (attribute.strict, attribute.without_rowid) {
                (None, None) => "",
                (Some(_), None) => " STRICT",
                (None, Some(_)) => " WITHOUT ROWID",
                (Some(_), Some(_)) => " STRICT, WITHOUT ROWID",
            });
        }
        Dialect::Mysql => {
            let documentation = table.model.documentation.as_ref();
            if let Some(text) = emitter.comment(attribute.comment.as_ref(), documentation) {
                script.keyword(" COMMENT = ").literal(text);
            }
        }
    }
    let options = attribute.options.as_ref();
    if let Some(text) = options.and_then(|text| text.for_dialect(emitter.dialect.name())) {
        script.keyword(" ").expression(&text.value);
    }
}
