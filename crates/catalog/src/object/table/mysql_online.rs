//! What a change of a table asks of MySQL and MariaDB, and the clause that makes the server refuse where it would ask for more.
//!
//! A change is claimed to let others go on only where both products say so, for every version that we serve:
//! <https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html>,
//! <https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/>.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Script, words};

use super::mysql_values::listed;
use super::{Column, ColumnSource, GeneratedKind, MysqlIndex, MysqlIndexClass, Table};
use crate::hazard::{locks, mysql};
use crate::object::{IndexSource, KeyAction, Object};
use crate::{Context, Hazard, Pair, Step};

/// What one clause asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    /// An entry in the dictionary.
    Entry,
    /// A column, which old rows get when they are read.
    Column,
    /// A column that is computed when it is read.
    Computed,
    /// Something beside the rows, such as an index.
    Beside,
    /// The rows are written anew while others go on.
    Rows,
    /// An index that others may read under, but not write.
    Shapes,
    /// The same, of which one is made at a time.
    Words,
    /// Everything is copied while nobody writes, or nobody knows.
    Copy,
}

/// What all clauses of a statement ask for together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Toll {
    /// No time.
    Instant,
    /// Others go on.
    Shared,
    /// Others may read.
    ReadOnly,
    /// Others wait.
    Copied,
}

/// What the clauses of one statement ask for.
#[derive(Debug, Default)]
pub(super) struct Works(Vec<Work>);

impl Works {
    pub(super) fn add(&mut self, work: Work) {
        self.0.push(work);
    }

    /// Writes the clause at the end of a statement, and says what others wait for.
    pub(super) fn finish(
        &self,
        script: &mut Script,
        pair: Pair<&Table>,
        context: &Context<'_>,
    ) -> Option<Hazard> {
        if self.0.is_empty() || pair.before.mysql.is_versioned || pair.after.mysql.is_versioned {
            return None;
        }
        let has_only_entries = self.0.iter().all(|work| *work == Work::Entry);
        let is_innodb = |table: &Table| {
            let engine = table.mysql.engine.as_deref();
            engine.is_none_or(|engine| engine.eq_ignore_ascii_case("InnoDB"))
        };
        if pair.map(is_innodb) != Pair::new(true, true) {
            return (!has_only_entries).then(|| rewritten(pair.after));
        }
        let toll = self.toll(pair, context);
        if toll == Toll::Copied {
            return Some(rewritten(pair.after));
        }
        let waits = (toll == Toll::ReadOnly).then(|| {
            Hazard::new(
                &mysql::WRITES_WAIT,
                format!(
                    "table {} takes no writes until this is done",
                    pair.after.name
                ),
            )
        });
        if !context.is_online(&Table::id_of(&pair.after.name)) {
            return waits;
        }
        script.keyword(match toll {
            Toll::Instant => ", ALGORITHM=INSTANT",
            Toll::Shared => ", ALGORITHM=INPLACE, LOCK=NONE",
            Toll::ReadOnly => ", ALGORITHM=INPLACE, LOCK=SHARED",
            Toll::Copied => "",
        });
        waits
    }

    fn toll(&self, pair: Pair<&Table>, context: &Context<'_>) -> Toll {
        let works: BTreeSet<Work> = self.0.iter().copied().collect();
        let has = |work: Work| works.contains(&work);
        let is_alone = self.0.len() == 1;
        let shape = Shape::of(pair);
        if has(Work::Copy) {
            return Toll::Copied;
        }
        if has(Work::Computed) {
            return if is_alone && !shape.is_divided {
                Toll::Instant
            } else {
                Toll::Copied
            };
        }
        if has(Work::Words) || has(Work::Shapes) {
            return if is_alone && !shape.computes {
                Toll::ReadOnly
            } else {
                Toll::Copied
            };
        }
        let fills = has(Work::Column);
        let rewrites = has(Work::Rows)
            || fills && (has(Work::Beside) || shape.is_compressed || shape.has_words);
        if (rewrites || fills) && shape.computes {
            return Toll::Copied;
        }
        let toll = match (rewrites, has(Work::Beside)) {
            (true, _) if shape.has_words || shape.has_shapes => Toll::ReadOnly,
            (true, _) | (false, true) => Toll::Shared,
            (false, false) => Toll::Instant,
        };
        // MySQL lets nobody write where a foreign key of the table changes its rows.
        if toll == Toll::Shared && has_acting_key(pair.before, context) {
            return Toll::ReadOnly;
        }
        toll
    }
}

/// What else of a table matters.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any of them may hold"
)]
struct Shape {
    is_divided: bool,
    is_compressed: bool,
    has_words: bool,
    has_shapes: bool,
    /// Whether a column is computed, also one that the server hides behind an index.
    computes: bool,
}

impl Shape {
    fn of(pair: Pair<&Table>) -> Self {
        let any = |is: &dyn Fn(&Table) -> bool| is(pair.before) || is(pair.after);
        let has_index = |class: MysqlIndexClass| {
            any(&|table| table.mysql.indexes.iter().any(|index| index.class == class))
        };
        Self {
            is_divided: any(&|table| table.mysql.partitions.is_some()),
            is_compressed: any(&|table| {
                let format = table.mysql.options.get("ROW_FORMAT");
                format.is_some_and(|format| format.eq_ignore_ascii_case("COMPRESSED"))
                    || table.mysql.options.contains_key("KEY_BLOCK_SIZE")
                    || table.mysql.options.contains_key("PAGE_COMPRESSED")
            }),
            has_words: has_index(MysqlIndexClass::Fulltext),
            has_shapes: has_index(MysqlIndexClass::Spatial),
            computes: any(&|table| {
                table
                    .columns
                    .iter()
                    .any(|column| column.generated().is_some())
                    || table.mysql.indexes.iter().any(hides_a_column)
            }),
        }
    }
}

/// Whether an index is over a computed column that the server hides.
fn hides_a_column(index: &MysqlIndex) -> bool {
    let is_expression =
        |part: &crate::object::IndexPart| matches!(part.source, IndexSource::Expression(_));
    index.parts.iter().any(is_expression)
        || words(Dialect::Mysql, &index.words).any(|word| word.is("hash"))
}

fn has_acting_key(table: &Table, context: &Context<'_>) -> bool {
    let acts = |action: KeyAction| match action {
        KeyAction::NoAction | KeyAction::Restrict => false,
        KeyAction::Cascade | KeyAction::SetNull | KeyAction::SetDefault => true,
    };
    let sides = [context.catalogs.before, context.catalogs.after];
    sides.iter().flat_map(|catalog| catalog.objects().values()).any(|object| {
        matches!(object, Object::ForeignKey(key) if key.table == table.name && (acts(key.on_delete) || acts(key.on_update)))
    })
}

/// Says that nobody writes for a while.
pub(super) fn rewritten(table: &Table) -> Hazard {
    Hazard::new(
        &locks::TABLE_REWRITTEN,
        format!(
            "table {} is locked while what it holds is copied",
            table.name
        ),
    )
}

/// What a new column asks for.
pub(super) fn added(column: &Column) -> Work {
    let own = &column.mysql;
    if own.auto_increment || own.check.is_some() || !own.words.is_empty() {
        return Work::Copy;
    }
    match &column.source {
        ColumnSource::Default(default) if !is_constant(default.as_str()) => Work::Copy,
        ColumnSource::Generated(generated) => match generated.kind {
            GeneratedKind::Virtual => Work::Computed,
            GeneratedKind::Stored => Work::Copy,
        },
        ColumnSource::Given
        | ColumnSource::Default(_)
        | ColumnSource::Identity(_)
        | ColumnSource::Serial(_) => Work::Column,
    }
}

/// What a column asks for that goes.
pub(super) fn dropped(column: &Column) -> Work {
    match column.generated().map(|generated| generated.kind) {
        Some(GeneratedKind::Virtual) => Work::Computed,
        Some(GeneratedKind::Stored) => Work::Rows,
        None => Work::Column,
    }
}

/// What a column asks for that stays.
pub(super) fn modified(pair: Pair<&Column>, table: &Table) -> Work {
    let computes = pair.map(|column| column.generated());
    let fixed = pair.map(|column| {
        let own = &column.mysql;
        (
            (&own.charset, &column.collation),
            (own.auto_increment, &own.check, &own.words),
        )
    });
    // MariaDB takes its `json`, which it prints as text with a check, for a type of its own.
    let is_json = |column: &Column| {
        let check = column.mysql.check.as_ref();
        check.is_some_and(|check| check.as_str().contains("json_valid"))
    };
    if computes.differs() || fixed.differs() || is_json(pair.before) || is_json(pair.after) {
        return Work::Copy;
    }
    let mut work = Work::Entry;
    let beside = pair.map(|column| (&column.mysql.on_update, column.mysql.is_invisible));
    if beside.differs() {
        work = Work::Beside;
    }
    if pair.map(|column| &column.data_type).differs() {
        work = work.max(retyped(pair));
    }
    if pair.map(|column| column.nullable).differs() {
        let is_in = |index: &MysqlIndex| {
            let mut columns = index.parts.iter();
            columns.any(|part| matches!(&part.source, IndexSource::Column(name) if *name == pair.after.name))
        };
        let mut indexes = table.mysql.indexes.iter();
        // MariaDB puts the present time where a required timestamp is missing, and copies all rows for that.
        let is_timed = !pair.after.nullable && pair.after.data_type.starts_with("timestamp");
        work = work.max(
            if is_timed || indexes.any(|index| may_order(index, table) && is_in(index)) {
                Work::Copy
            } else {
                Work::Rows
            },
        );
    }
    work
}

/// Whether the rows are kept in the order of a unique index, for want of a primary key.
fn orders(index: &MysqlIndex, table: &Table) -> bool {
    let is_required = |part: &crate::object::IndexPart| match &part.source {
        IndexSource::Column(name) => {
            let column = table.columns.get(name);
            column.is_none_or(|column| !column.nullable)
        }
        IndexSource::Expression(_) => false,
    };
    may_order(index, table) && index.parts.iter().all(is_required)
}

/// The same, were all of its columns required.
fn may_order(index: &MysqlIndex, table: &Table) -> bool {
    let mut indexes = table.mysql.indexes.iter();
    index.class == MysqlIndexClass::Unique
        && !indexes.any(|index| index.class == MysqlIndexClass::Primary)
}

/// What another type asks for.
fn retyped(pair: Pair<&Column>) -> Work {
    let types = pair.map(|column| column.data_type.as_str());
    if let (Some(before), Some(after)) = (listed(types.before), listed(types.after)) {
        let is_set = types.map(|data_type| data_type.starts_with("set("));
        let room = |values: &Vec<String>| {
            if is_set.after {
                values.len().div_ceil(8).next_power_of_two()
            } else {
                usize::from(values.len() > 255)
            }
        };
        let is_appended = !is_set.differs() && after.starts_with(&before);
        return if is_appended && room(&before) == room(&after) {
            Work::Entry
        } else {
            Work::Copy
        };
    }
    let bytes = pair.map(|column| {
        let per_sign = bytes_per_sign(column.mysql.charset.as_deref()?)?;
        Some(length(column)? * per_sign)
    });
    match (bytes.before, bytes.after) {
        (Some(before), Some(after)) if after >= before && (before > 255) == (after > 255) => {
            Work::Beside
        }
        _ => Work::Copy,
    }
}

/// How long a text may be.
fn length(column: &Column) -> Option<u64> {
    let rest = column.data_type.strip_prefix("varchar(")?;
    rest.strip_suffix(')')?.parse().ok()
}

/// Whether every value of the type before has a place in the one after.
pub(super) fn is_wider(pair: Pair<&Column>) -> bool {
    let lengths = pair.map(length);
    matches!((lengths.before, lengths.after), (Some(before), Some(after)) if after >= before)
        && !pair.map(|column| &column.mysql.charset).differs()
}

/// How many bytes a sign takes at most.
fn bytes_per_sign(charset: &str) -> Option<u64> {
    match charset {
        "utf8mb4" => Some(4),
        "utf8mb3" | "utf8" => Some(3),
        "latin1" | "ascii" | "binary" => Some(1),
        _ => None,
    }
}

/// What an index asks for that comes.
pub(super) fn index_added(index: &MysqlIndex, pair: Pair<&Table>) -> Work {
    if hides_a_column(index) || orders(index, pair.after) {
        return Work::Copy;
    }
    match index.class {
        MysqlIndexClass::Plain | MysqlIndexClass::Unique => Work::Beside,
        MysqlIndexClass::Fulltext => Work::Words,
        MysqlIndexClass::Spatial => Work::Shapes,
        MysqlIndexClass::Primary => {
            let stands = |part: &crate::object::IndexPart| match &part.source {
                IndexSource::Column(name) => {
                    let column = pair.before.columns.get(name);
                    column.is_some_and(|column| !column.nullable)
                }
                IndexSource::Expression(_) => false,
            };
            if index.parts.iter().all(stands) {
                Work::Rows
            } else {
                Work::Copy
            }
        }
    }
}

/// What an index asks for that goes.
pub(super) fn index_dropped(index: &MysqlIndex, pair: Pair<&Table>) -> Work {
    let has_another = || {
        let mut indexes = pair.after.mysql.indexes.iter();
        indexes.any(|index| index.class == MysqlIndexClass::Primary)
    };
    match index.class {
        _ if hides_a_column(index) || orders(index, pair.before) => Work::Copy,
        // MariaDB keeps the partitions of a table apart, and so copies them all.
        MysqlIndexClass::Primary if has_another() && pair.before.mysql.partitions.is_none() => {
            Work::Rows
        }
        MysqlIndexClass::Primary => Work::Copy,
        MysqlIndexClass::Plain
        | MysqlIndexClass::Unique
        | MysqlIndexClass::Fulltext
        | MysqlIndexClass::Spatial => Work::Beside,
    }
}

/// What an option of the table asks for.
pub(super) fn option(name: &str) -> Work {
    match name.to_ascii_uppercase().as_str() {
        "ROW_FORMAT" | "KEY_BLOCK_SIZE" => Work::Rows,
        "STATS_PERSISTENT" | "STATS_AUTO_RECALC" | "STATS_SAMPLE_PAGES" => Work::Beside,
        _ => Work::Copy,
    }
}

/// Whether a default is the same for every row.
fn is_constant(default: &str) -> bool {
    let mut all = words(Dialect::Mysql, default);
    let Some(first) = all.next() else {
        return true;
    };
    let rest = all.count();
    match rest {
        _ if first.is_one_of(&["current_timestamp", "now"]) => true,
        0 => !first.is_punct('('),
        1 => matches!(first.text, "-" | "+"),
        _ => false,
    }
}

/// A step of one clause.
pub(super) fn single(
    mut script: Script,
    work: Work,
    pair: Pair<&Table>,
    context: &Context<'_>,
) -> Step {
    let mut works = Works::default();
    works.add(work);
    let hazard = works.finish(&mut script, pair, context);
    let step = Step::new(script.into_text());
    hazard.into_iter().fold(step, Step::with)
}

#[cfg(test)]
mod tests {
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn column(data_type: &str, charset: &str) -> Column {
        let mut column = Column::new(Ident::from_server("a"), data_type);
        column.mysql.charset = Some(charset.to_owned());
        column
    }

    fn work(before: (&str, &str), after: (&str, &str)) -> Work {
        let columns = Pair::new(column(before.0, before.1), column(after.0, after.1));
        let name = QualifiedName::unqualified(Ident::from_server("t"));
        modified(columns.as_ref(), &Table::new(name))
    }

    #[test]
    fn text_grows_in_place_up_to_255_bytes() {
        let latin = |length: u16| format!("varchar({length})");
        let grows =
            |before: u16, after: u16| work((&latin(before), "latin1"), (&latin(after), "latin1"));
        assert_eq!(grows(20, 255), Work::Beside);
        assert_eq!(grows(20, 256), Work::Copy);
        assert_eq!(grows(256, 300), Work::Beside);
        assert_eq!(grows(30, 20), Work::Copy);
        assert_eq!(
            work(("varchar(20)", "utf8mb4"), ("varchar(64)", "utf8mb4")),
            Work::Copy
        );
        assert_eq!(
            work(("varchar(20)", "latin1"), ("varchar(20)", "utf8mb4")),
            Work::Copy
        );
    }

    #[test]
    fn values_come_in_place_at_the_end() {
        let one = ("enum('a','b')", "latin1");
        assert_eq!(work(one, ("enum('a','b','c')", "latin1")), Work::Entry);
        assert_eq!(work(one, ("enum('a','c','b')", "latin1")), Work::Copy);
        assert_eq!(work(one, ("set('a','b')", "latin1")), Work::Copy);
        let eight = "set('a','b','c','d','e','f','g','h')";
        let nine = "set('a','b','c','d','e','f','g','h','i')";
        assert_eq!(work((eight, "latin1"), (nine, "latin1")), Work::Copy);
    }

    #[test]
    fn a_constant_is_one_word() {
        assert!(is_constant("'it''s'"));
        assert!(is_constant("-1"));
        assert!(is_constant("current_timestamp(3)"));
        assert!(!is_constant("(2 + 3)"));
        assert!(!is_constant("uuid()"));
    }
}
