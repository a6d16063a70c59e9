//! Writing a table in PostgreSQL.

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{Column, ColumnSource, Exclusion, GeneratedKind, Identity, Partition, Table, foreign};
use crate::object::foreign_options::write_foreign_options;
use crate::object::{SequenceOptions, comment};
use crate::{NameLabel, Pair, Step, is_made_up};

/// The statements that make a table with its comments.
pub(super) fn create(table: &Table, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    for column in table.columns.iter() {
        if let Some(sequence) = serial_by_hand(table, column, dialect) {
            steps.push(sequence);
        }
    }
    let create = Step::new(create_statement(table, dialect));
    steps.push(foreign::with_secrets(table, create));
    if let Some(partition) = table
        .partition_of
        .as_ref()
        .filter(|_| is_attached_late(table))
    {
        steps.push(attach(table, partition, dialect));
    }
    for column in table.columns.iter() {
        steps.extend(own_sequence(table, column, dialect));
        steps.extend(settings(table, column, dialect));
        steps.extend(super::postgres_not_null::create(table, column, dialect));
    }
    for column in table.overrides.iter() {
        steps.extend(super::postgres_lineage::put(table, column, dialect));
        steps.extend(foreign::alter_column(
            table,
            Pair::new(None, Some(column)),
            dialect,
        ));
    }
    steps.extend(comments(table, dialect));
    steps.extend(super::postgres_typed::create(table, dialect));
    steps.extend(super::storage::create(table, dialect));
    steps
}

fn create_statement(table: &Table, dialect: Dialect) -> String {
    let mut script = Script::new(dialect);
    script
        .keyword(match table.foreign {
            Some(_) => "CREATE FOREIGN TABLE ",
            None if table.unlogged => "CREATE UNLOGGED TABLE ",
            None => "CREATE TABLE ",
        })
        .name(&table.name);
    let is_late = is_attached_late(table);
    let early = table.partition_of.as_ref().filter(|_| !is_late);
    if let Some(partition) = early {
        script.keyword(" PARTITION OF ").name(&partition.parent);
    }
    let start = script.as_str().len();
    script.keyword(" (");
    let mut separator = "\n    ";
    if let Some(partition) = table.partition_of.as_ref().filter(|_| is_late) {
        script
            .keyword("\n    LIKE ")
            .name(&partition.parent)
            .keyword(
                " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE",
            );
        separator = ",\n    ";
    }
    for column in table.columns.iter() {
        script.keyword(separator);
        write_column(&mut script, table, column);
        separator = ",\n    ";
    }
    if let Some(key) = &table.primary_key {
        script.keyword(separator);
        write_name(&mut script, key.name.as_ref());
        key.write(&mut script, "PRIMARY KEY");
        separator = ",\n    ";
    }
    for key in &table.uniques {
        script.keyword(separator);
        write_name(&mut script, key.name.as_ref());
        key.write(&mut script, "UNIQUE");
        separator = ",\n    ";
    }
    for check in table.checks.iter().filter(|check| check.validated) {
        script.keyword(separator);
        write_name(&mut script, check.name.as_ref());
        check.write(&mut script);
        separator = ",\n    ";
    }
    for exclusion in &table.exclusions {
        script.keyword(separator);
        write_name(&mut script, Some(&exclusion.name));
        script.expression(exclusion.definition.as_str());
        separator = ",\n    ";
    }
    let is_empty = !separator.starts_with(',');
    script.keyword(if is_empty { ")" } else { "\n)" });
    if is_empty && early.is_some() {
        let bare = script.as_str()[..start].to_owned();
        script = Script::new(dialect);
        script.expression(&bare);
    }
    if !table.inherits.is_empty() {
        script.keyword(" INHERITS (");
        for (place, parent) in table.inherits.iter().enumerate() {
            script
                .keyword(if place > 0 { ", " } else { "" })
                .name(parent);
        }
        script.keyword(")");
    }
    if let Some(partition) = early {
        script.keyword(" ").expression(partition.bound.as_str());
    }
    if let Some(key) = &table.partition_by {
        script.keyword(" PARTITION BY ").expression(key.as_str());
    }
    if let Some(foreign) = &table.foreign {
        foreign.write(&mut script);
    }
    if let Some(method) = &table.storage.access_method {
        script.keyword(" USING ").expression(method);
    }
    if !table.options.is_empty() {
        script
            .keyword(" WITH (")
            .expression(&table.options.list())
            .keyword(")");
    }
    if let Some(tablespace) = &table.storage.tablespace {
        script.keyword(" TABLESPACE ").ident(tablespace);
    }
    script.into_text()
}

/// Whether a partition is made before it is one: its keys then serve for indexes of the parent, which would
/// be made beside them otherwise.
fn is_attached_late(table: &Table) -> bool {
    table.keys().any(|key| key.attached_to.is_some())
}

fn write_name(script: &mut Script, name: Option<&schemist_sql::Ident>) {
    if let Some(name) = name {
        script.keyword("CONSTRAINT ").ident(name).keyword(" ");
    }
}

/// Writes a column as it stands in `CREATE TABLE` and `ADD COLUMN`.
pub(super) fn write_column(script: &mut Script, table: &Table, column: &Column) {
    script.ident(&column.name).keyword(" ");
    if let Some(word) = serial_word(table, column, script.dialect()) {
        script.keyword(word);
        super::postgres_not_null::write_beside_serial(script, table, column);
        return;
    }
    script.expression(&column.data_type);
    write_foreign_options(script, &column.foreign_options);
    if let Some(collation) = &column.collation {
        script.keyword(" COLLATE ").expression(collation);
    }
    match &column.source {
        ColumnSource::Given => {}
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
        ColumnSource::Identity(identity) => {
            script.keyword(" ");
            write_identity(script, table, column, identity);
        }
        ColumnSource::Serial(sequence) => {
            let value = next_value(script.dialect(), sequence);
            script.keyword(" DEFAULT ").expression(&value);
        }
    }
    super::postgres_not_null::write(script, table, column);
}

/// Writes `GENERATED … AS IDENTITY` with its sequence's own name and options.
pub(super) fn write_identity(
    script: &mut Script,
    table: &Table,
    column: &Column,
    identity: &Identity,
) {
    script
        .keyword("GENERATED ")
        .keyword(identity.kind.keyword())
        .keyword(" AS IDENTITY");
    let made_up = identity.sequence.schema == table.name.schema
        && is_made_up(
            script.dialect(),
            &identity.sequence.name,
            &table.name.name,
            &[column.name.as_str()],
            NameLabel::Sequence,
        );
    if made_up && identity.options == SequenceOptions::default() {
        return;
    }
    script.keyword(" (");
    if !made_up {
        script.keyword("SEQUENCE NAME ").name(&identity.sequence);
    }
    identity.options.write(script);
    script.keyword(")");
}

/// `serial` and its sisters, where they say all there is to say.
fn serial_word(table: &Table, column: &Column, dialect: Dialect) -> Option<&'static str> {
    let ColumnSource::Serial(sequence) = &column.source else {
        return None;
    };
    let made_up = sequence.schema == table.name.schema
        && is_made_up(
            dialect,
            &sequence.name,
            &table.name.name,
            &[column.name.as_str()],
            NameLabel::Sequence,
        );
    match column.data_type.as_str() {
        "smallint" if made_up => Some("smallserial"),
        "integer" if made_up => Some("serial"),
        "bigint" if made_up => Some("bigserial"),
        _ => None,
    }
}

/// The sequence of a serial column whose name the server would not choose.
pub(super) fn serial_by_hand(table: &Table, column: &Column, dialect: Dialect) -> Option<Step> {
    let ColumnSource::Serial(sequence) = &column.source else {
        return None;
    };
    if serial_word(table, column, dialect).is_some() {
        return None;
    }
    let mut script = Script::new(dialect);
    script.keyword("CREATE SEQUENCE ").name(sequence);
    if column.data_type != "bigint" {
        script.keyword(" AS ").expression(&column.data_type);
    }
    Some(Step::new(script.into_text()))
}

/// Ties the sequence of [`serial_by_hand`] to its column.
pub(super) fn own_sequence(table: &Table, column: &Column, dialect: Dialect) -> Option<Step> {
    serial_by_hand(table, column, dialect)?;
    let ColumnSource::Serial(sequence) = &column.source else {
        return None;
    };
    let mut script = Script::new(dialect);
    script
        .keyword("ALTER SEQUENCE ")
        .name(sequence)
        .keyword(" OWNED BY ")
        .name(&table.name)
        .keyword(".")
        .ident(&column.name);
    Some(Step::new(script.into_text()))
}

/// `nextval('…'::regclass)` of a sequence.
pub(super) fn next_value(dialect: Dialect, sequence: &schemist_sql::QualifiedName) -> String {
    let mut script = Script::new(dialect);
    script
        .keyword("nextval(")
        .literal(&sequence.quoted(dialect))
        .keyword("::regclass)");
    script.into_text()
}

/// Lets a new sequence count on from the largest value that is in its column.
pub(super) fn count_on(
    table: &Table,
    column: &schemist_sql::Ident,
    sequence: &schemist_sql::QualifiedName,
    dialect: Dialect,
) -> Step {
    let column = column.quoted(dialect);
    let mut script = Script::new(dialect);
    script
        .keyword("SELECT setval(")
        .literal(&sequence.quoted(dialect))
        .keyword(", max(")
        .expression(&column)
        .keyword(")) FROM ")
        .name(&table.name)
        .keyword(" HAVING max(")
        .expression(&column)
        .keyword(") > 0");
    Step::new(script.into_text())
}

/// What a column has beside its definition: storage, compression, statistics, options.
pub(super) fn settings(table: &Table, column: &Column, dialect: Dialect) -> Vec<Step> {
    let bare = Column {
        storage: None,
        compression: None,
        statistics: None,
        options: crate::Rare::plain(),
        ..column.clone()
    };
    super::postgres_column::alter_settings(table, crate::Pair::new(&bare, column), dialect)
}

/// `ALTER TABLE … `, to be continued.
pub(super) fn alter_table(table: &Table, dialect: Dialect) -> Script {
    let mut script = Script::new(dialect);
    script
        .keyword("ALTER TABLE ")
        .name(&table.name)
        .keyword(" ");
    script
}

/// The name of the table as `COMMENT ON` wants it.
pub(super) fn table_target(table: &Table, dialect: Dialect) -> String {
    let words = match table.foreign {
        None => "TABLE ",
        Some(_) => "FOREIGN TABLE ",
    };
    comment::target(words, &table.name.quoted(dialect))
}

/// The name of a column as `COMMENT ON` wants it.
pub(super) fn column_target(
    table: &Table,
    column: &schemist_sql::Ident,
    dialect: Dialect,
) -> String {
    comment::target(
        "COLUMN ",
        &format!("{}.{}", table.name.quoted(dialect), column.quoted(dialect)),
    )
}

/// The name of a constraint as `COMMENT ON` wants it.
pub(super) fn constraint_target(
    table: &Table,
    name: &schemist_sql::Ident,
    dialect: Dialect,
) -> String {
    comment::target(
        "CONSTRAINT ",
        &format!("{} ON {}", name.quoted(dialect), table.name.quoted(dialect)),
    )
}

/// What is said of the table, its columns and its constraints; checks that are not validated come here, too.
fn comments(table: &Table, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    let target = table_target(table, dialect);
    steps.extend(comment::on_create(
        dialect,
        &target,
        table.comment.as_deref(),
    ));
    for column in table.columns.iter().chain(table.overrides.iter()) {
        let target = column_target(table, &column.name, dialect);
        steps.extend(comment::on_create(
            dialect,
            &target,
            column.comment.as_deref(),
        ));
    }
    for check in table.checks.iter().filter(|check| !check.validated) {
        let mut script = alter_table(table, dialect);
        script.keyword("ADD ");
        write_name(&mut script, check.name.as_ref());
        check.write(&mut script);
        script.keyword(" NOT VALID");
        steps.push(Step::new(script.into_text()));
    }
    for (name, text) in constraint_comments(table) {
        let target = constraint_target(table, name, dialect);
        steps.extend(comment::on_create(dialect, &target, Some(text)));
    }
    steps
}

/// The constraints of a table that something is said of.
pub(super) fn constraint_comments(table: &Table) -> Vec<(&schemist_sql::Ident, &str)> {
    let keys = table
        .primary_key
        .iter()
        .chain(&table.uniques)
        .map(|key| (key.name.as_ref(), key.comment.as_deref()));
    let checks = table
        .checks
        .iter()
        .map(|check| (check.name.as_ref(), check.comment.as_deref()));
    let exclusions = table
        .exclusions
        .iter()
        .map(|exclusion: &Exclusion| (Some(&exclusion.name), exclusion.comment.as_deref()));
    keys.chain(checks)
        .chain(exclusions)
        .filter_map(|(name, comment)| Some((name?, comment?)))
        .collect()
}

/// Makes a partition a table that stands alone.
pub(super) fn detach(child: &QualifiedName, parent: &QualifiedName, dialect: Dialect) -> Step {
    let mut script = Script::new(dialect);
    script
        .keyword("ALTER TABLE ")
        .name(parent)
        .keyword(" DETACH PARTITION ")
        .name(child);
    Step::new(script.into_text())
}

/// Makes a table the partition that it is.
pub(super) fn attach(table: &Table, partition: &Partition, dialect: Dialect) -> Step {
    let mut script = Script::new(dialect);
    script
        .keyword("ALTER TABLE ")
        .name(&partition.parent)
        .keyword(" ATTACH PARTITION ")
        .name(&table.name)
        .keyword(" ")
        .expression(partition.bound.as_str());
    Step::new(script.into_text())
}
