//! A table of MySQL made by chance as SQL.

use std::fmt::Write as _;

use super::item::{Check, Class, Column, Filling, Form, Id, Index, Past, Table};
use super::kind::{Ability, Text};
use super::schema::{
    MysqlSchema, division, holds, is_compressed, is_innodb, keeps_past, kind_of, period, primary,
    quoted,
};
use crate::value::{chosen, literal};

/// What comments say.
pub(super) const COMMENTS: &[&str] = &["Plain.", "It's \\ 100 %", "-- no\n/* comment */"];

pub(super) fn condition(column: &Column, value: &str, form: Form) -> String {
    let words = chosen(kind_of(column).conditions, form).unwrap_or("{} IS NOT NULL");
    words.replace("{}", value)
}

pub(super) fn comment(form: Option<Form>) -> String {
    let words = form.and_then(|form| chosen(COMMENTS, form));
    words.map_or_else(String::new, |words| literal(&words.replace('\\', "\\\\")))
}

impl MysqlSchema {
    pub(super) fn table_sql(&self, id: Id, table: &Table) -> String {
        let mut parts: Vec<String> = table
            .columns
            .iter()
            .map(|column| self.column_sql(table, column))
            .collect();
        if table.past == Past::Shown {
            parts.push("began timestamp(6) GENERATED ALWAYS AS ROW START".to_owned());
            parts.push("ended timestamp(6) GENERATED ALWAYS AS ROW END".to_owned());
            parts.push("PERIOD FOR SYSTEM_TIME (began, ended)".to_owned());
        }
        if let Some((from, to)) = period(table) {
            let (from, to) = (quoted(&from.name), quoted(&to.name));
            parts.push(format!("PERIOD FOR stay ({from}, {to})"));
        }
        let written = |index: &&Index| {
            holds(table, index)
                && (index.class != Class::Primary
                    || primary(table).is_some_and(|first| std::ptr::eq(first, *index)))
        };
        parts.extend(
            table
                .indexes
                .iter()
                .filter(written)
                .map(|index| index_sql(table, index)),
        );
        let checks = table.checks.iter();
        parts.extend(checks.filter_map(|check| self.check_sql(table, check)));
        let name = self.name(id);
        let mut sql = format!("CREATE TABLE {name} ({})", parts.join(", "));
        sql.push_str(&options(table));
        sql.push_str(&division_sql(table));
        sql
    }

    fn check_sql(&self, table: &Table, check: &Check) -> Option<String> {
        let columns = &table.columns;
        let column = columns.iter().find(|column| column.id == check.column)?;
        if self.filling(table, column) == Filling::Counter || self.is_cascaded(column.id) {
            return None;
        }
        let name = check
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!("CONSTRAINT {} ", quoted(name)));
        let condition = condition(column, &quoted(&column.name), check.form);
        Some(format!("{name}CHECK ({condition})"))
    }

    fn column_sql(&self, table: &Table, column: &Column) -> String {
        let kind = kind_of(column);
        let filling = self.filling(table, column);
        let is_computed = matches!(filling, Filling::From(..));
        let mut sql = format!("{} {}", quoted(&column.name), kind.name);
        if kind.text != Text::No {
            let charsets = [
                "",
                " CHARACTER SET latin1",
                " COLLATE utf8mb4_bin",
                " CHARACTER SET ascii",
                " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            ];
            sql.push_str(chosen(&charsets, column.charset).unwrap_or_default());
        }
        if is_compressed(table, column) {
            sql.push_str(" COMPRESSED");
        }
        if let Filling::From(source, form) = filling {
            sql.push_str(&computed(table, source, form));
        }
        let is_time = matches!(kind.name, "timestamp" | "datetime(3)");
        match (column.is_required, is_computed) {
            (true, false) => sql.push_str(" NOT NULL"),
            (false, false) if kind.name == "timestamp" => sql.push_str(" NULL"),
            _ => {}
        }
        match filling {
            Filling::Value(form) => {
                let value = chosen(kind.values, form).unwrap_or("NULL");
                let _ = write!(sql, " DEFAULT {value}");
            }
            Filling::Next(sequence) => {
                let _ = write!(sql, " DEFAULT nextval({})", self.name(sequence));
            }
            Filling::Counter => sql.push_str(" AUTO_INCREMENT"),
            Filling::Nothing | Filling::From(..) => {}
        }
        if is_time && column.special == 3 && !is_computed {
            let digits = if kind.name == "timestamp" { "" } else { "3" };
            let _ = write!(sql, " ON UPDATE current_timestamp({digits})");
        }
        if column.special == 2 && keeps_past(table) && !is_computed {
            sql.push_str(" WITHOUT SYSTEM VERSIONING");
        }
        if may_be_invisible(table, column, filling) {
            sql.push_str(" INVISIBLE");
        }
        if column.comment.is_some() {
            let _ = write!(sql, " COMMENT {}", comment(column.comment));
        }
        if let Some(form) = column.check
            && filling != Filling::Counter
            && !self.is_cascaded(column.id)
        {
            let condition = condition(column, &quoted(&column.name), form);
            let _ = write!(sql, " CHECK ({condition})");
        }
        sql
    }
}

/// An invisible column must have a value for rows that do not know it.
fn may_be_invisible(table: &Table, column: &Column, filling: Filling) -> bool {
    let is_in_key = primary(table).is_some_and(|key| key.columns.contains(&column.id));
    let is_in_period =
        period(table).is_some_and(|(from, to)| column.id == from.id || column.id == to.id);
    let is_needed = column.is_required || is_in_key || is_in_period;
    column.is_invisible
        && match filling {
            Filling::Value(_) | Filling::Counter | Filling::Next(_) => true,
            Filling::Nothing | Filling::From(..) => !is_needed,
        }
}

fn computed(table: &Table, source: Id, form: Form) -> String {
    let Some(source) = table.columns.iter().find(|column| column.id == source) else {
        return String::new();
    };
    let (name, kind) = (quoted(&source.name), kind_of(source));
    let value = match (form % 4 / 2, kind.ability, kind.text) {
        (1, Ability::Counted, _) => format!("{name} + 1"),
        (1, _, Text::Words) => format!("upper({name})"),
        _ => name,
    };
    let stored = if form.is_multiple_of(2) {
        "VIRTUAL"
    } else {
        "STORED"
    };
    format!(" GENERATED ALWAYS AS ({value}) {stored}")
}

fn index_sql(table: &Table, index: &Index) -> String {
    let mut parts = Vec::new();
    for id in &index.columns {
        let Some(column) = table.columns.iter().find(|column| column.id == *id) else {
            continue;
        };
        let kind = kind_of(column);
        let is_found = matches!(index.class, Class::Words | Class::Shapes);
        let prefix = match (kind.ability, kind.text, index.form) {
            _ if is_found => "",
            (Ability::SortedByPrefix, ..) => "(10)",
            (_, Text::Words, 6) if kind.name != "char(3)" => "(5)",
            _ => "",
        };
        let order = if index.form == 1 && !is_found {
            " DESC"
        } else {
            ""
        };
        parts.push(format!("{}{prefix}{order}", quoted(&column.name)));
    }
    let parts = parts.join(", ");
    let name = index
        .name
        .as_ref()
        .map_or_else(String::new, |name| format!(" {}", quoted(name)));
    // Without another one, the server takes a unique index for the primary key, which it does not ignore.
    let may_ignore = index.class == Class::Plain || primary(table).is_some();
    let words = match (index.class, index.form) {
        (Class::Plain | Class::Unique, 2) => " USING BTREE",
        (_, 3) => " COMMENT 'it''s'",
        (Class::Plain | Class::Unique, 4) if may_ignore => " IGNORED",
        (Class::Plain | Class::Unique, 5) if may_ignore => " COMMENT 'b' IGNORED",
        _ => "",
    };
    match index.class {
        Class::Primary => format!("PRIMARY KEY ({parts})"),
        Class::Unique => format!("UNIQUE KEY{name} ({parts}){words}"),
        Class::Plain => format!("KEY{name} ({parts}){words}"),
        Class::Words => format!("FULLTEXT KEY{name} ({parts}){words}"),
        Class::Shapes => format!("SPATIAL KEY{name} ({parts}){words}"),
    }
}

fn options(table: &Table) -> String {
    let engines = [
        "",
        "",
        "",
        " ENGINE=InnoDB",
        " ENGINE=MyISAM",
        " ENGINE=Aria",
    ];
    let charsets = [
        "",
        "",
        " DEFAULT CHARSET=latin1",
        " COLLATE=utf8mb4_bin",
        " COLLATE=utf8mb4_unicode_ci",
        " CHARSET=ascii",
    ];
    let formats = [
        "",
        "",
        " ROW_FORMAT=DYNAMIC",
        " ROW_FORMAT=COMPACT",
        " ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
        " ROW_FORMAT=REDUNDANT",
    ];
    let others = [
        "",
        "",
        " STATS_PERSISTENT=1",
        " CHECKSUM=1",
        " MAX_ROWS=1000",
        " AUTO_INCREMENT=50",
        " AVG_ROW_LENGTH=40",
        " STATS_AUTO_RECALC=0",
        " PACK_KEYS=1",
        " PAGE_COMPRESSED=1",
    ];
    let mut sql = String::new();
    if !is_innodb(table) || table.engine < 4 {
        sql.push_str(chosen(&engines, table.engine).unwrap_or_default());
    }
    sql.push_str(chosen(&charsets, table.charset).unwrap_or_default());
    let is_divided = division(table).is_some();
    let may_shrink = is_innodb(table) && !is_divided;
    if is_innodb(table) {
        sql.push_str(chosen(&formats, table.row_format).unwrap_or_default());
    }
    if table.option != 9 || may_shrink && table.row_format < 3 {
        sql.push_str(chosen(&others, table.option).unwrap_or_default());
    }
    if table.comment.is_some() {
        let _ = write!(sql, " COMMENT={}", comment(table.comment));
    }
    if keeps_past(table) {
        sql.push_str(" WITH SYSTEM VERSIONING");
    }
    sql
}

/// How the rows are divided: into more parts where the number is higher.
fn division_sql(table: &Table) -> String {
    let Some((by, form, parts)) = division(table) else {
        return String::new();
    };
    let by = quoted(&by.name);
    let parts = parts % 6;
    let ranges = |column: &str| {
        let mut list: Vec<_> = (0..=parts % 3)
            .map(|part| format!("PARTITION p{part} VALUES LESS THAN ({})", (part + 1) * 50))
            .collect();
        if parts < 3 {
            list.push("PARTITION rest VALUES LESS THAN MAXVALUE".to_owned());
        }
        if parts == 4 {
            list.remove(0);
        }
        format!(" PARTITION BY {column} ({})", list.join(", "))
    };
    match form % 7 {
        0 | 1 => ranges(&format!("RANGE ({by})")),
        2 => {
            let list: Vec<_> = (0..=parts)
                .map(|part| {
                    let comment = if part == 1 { " COMMENT 'one''s'" } else { "" };
                    let (one, two) = (part * 2, part * 2 + 1);
                    format!("PARTITION `p {part}` VALUES IN ({one}, {two}){comment}")
                })
                .collect();
            format!(" PARTITION BY LIST ({by}) ({})", list.join(", "))
        }
        3 => format!(" PARTITION BY HASH ({by}) PARTITIONS {}", parts + 1),
        4 => format!(" PARTITION BY LINEAR KEY ({by}) PARTITIONS {}", parts + 1),
        5 if keeps_past(table) => {
            " PARTITION BY SYSTEM_TIME (PARTITION old HISTORY, PARTITION now CURRENT)".to_owned()
        }
        5 => format!(
            " PARTITION BY RANGE COLUMNS ({by}) (PARTITION p0 VALUES LESS THAN ({}), PARTITION `p``1` VALUES LESS THAN (MAXVALUE))",
            parts * 10 + 1
        ),
        _ => format!(
            " PARTITION BY RANGE ({by}) SUBPARTITION BY HASH ({by}) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN ({}), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            parts * 10 + 1
        ),
    }
}
