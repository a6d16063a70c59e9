//! The types that the server brings.

/// A type of the server, and what can be said with it.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name, as people write it.
    pub(super) name: &'static str,
    /// Values of it, as they may stand in a default.
    pub(super) values: &'static [&'static str],
    /// Conditions on a column `{}` of it.
    pub(super) conditions: &'static [&'static str],
    /// What it can do.
    pub(super) ability: Ability,
    /// Whether it is written in a character set.
    pub(super) text: Text,
}

/// What values of a type can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ability {
    /// They count.
    Counted,
    /// They are sorted whole.
    Sorted,
    /// They are sorted by their beginning.
    SortedByPrefix,
    /// They are shapes.
    Shape,
}

/// Whether values of a type have a character set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// They have one, and words can be found in them.
    Words,
    /// They have one.
    Written,
    /// They have none.
    No,
}

const fn kind(
    name: &'static str,
    ability: Ability,
    text: Text,
    values: &'static [&'static str],
    conditions: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        values,
        conditions,
        ability,
        text,
    }
}

use Ability::{Counted, Shape, Sorted, SortedByPrefix};
use Text::{No, Words, Written};

const NUMBER: &[&str] = &["{} > 0", "{} BETWEEN 1 AND 1000", "{} IN (1, 2, 3)"];
const STRING: &[&str] = &[
    "{} <> ''",
    "{} LIKE 'a%'",
    "char_length({}) < 40",
    "{} IN ('a', 'b')",
];

/// The types; the first two are the plainest.
pub(super) const KINDS: &[Kind] = &[
    kind("int", Counted, No, &["0", "-1", "(2 + 3)"], NUMBER),
    kind(
        "varchar(20)",
        Sorted,
        Words,
        &["'a'", "'it''s'", "(concat('a', 'x'))"],
        STRING,
    ),
    kind("bigint unsigned", Counted, No, &["0", "'7'"], NUMBER),
    kind("smallint(4) unsigned zerofill", Counted, No, &["1"], NUMBER),
    kind("tinyint(1)", Counted, No, &["false", "1"], &["{} IS TRUE"]),
    kind("mediumint", Counted, No, &["12"], NUMBER),
    kind("bigint", Counted, No, &["13"], NUMBER),
    kind("varchar(300)", SortedByPrefix, Words, &["'b'"], STRING),
    kind("varchar(64)", Sorted, Words, &["''"], STRING),
    kind("char(3)", Sorted, Words, &["'abc'"], STRING),
    kind("text", SortedByPrefix, Words, &["'t'"], STRING),
    kind("mediumtext", SortedByPrefix, Words, &["('t')"], STRING),
    kind("decimal(10,2)", Sorted, No, &["0", "1.50"], NUMBER),
    kind("decimal(8,3) unsigned", Sorted, No, &["2"], NUMBER),
    kind("double", Sorted, No, &["0.5"], &["{} < 1e6"]),
    kind("float unsigned", Sorted, No, &["1"], NUMBER),
    kind(
        "date",
        Sorted,
        No,
        &["'2020-01-01'", "(curdate())"],
        &["{} > '2000-01-01'", "year({}) < 2100"],
    ),
    kind(
        "datetime(3)",
        Sorted,
        No,
        &["current_timestamp(3)", "'2020-01-01 00:00:00'"],
        &["{} IS NOT NULL"],
    ),
    kind(
        "timestamp",
        Sorted,
        No,
        &["current_timestamp()", "'2020-01-01 00:00:00'"],
        &["{} IS NOT NULL"],
    ),
    kind("time", Sorted, No, &["'12:00'"], &["{} < '23:00'"]),
    kind("year", Sorted, No, &["2020"], &["{} > 1950"]),
    kind(
        "blob",
        SortedByPrefix,
        No,
        &["x'00ff'"],
        &["length({}) < 100"],
    ),
    kind(
        "varbinary(16)",
        Sorted,
        No,
        &["x'00ff'", "'a'"],
        &["length({}) < 100"],
    ),
    kind("binary(4)", Sorted, No, &["'abcd'"], &["{} IS NOT NULL"]),
    kind(
        "json",
        SortedByPrefix,
        No,
        &["'[]'", "(json_array())"],
        &["json_type({}) = 'ARRAY'"],
    ),
    kind("enum('a','b')", Sorted, Written, &["'a'"], &["{} <> 'b'"]),
    kind(
        "enum('a','b','c')",
        Sorted,
        Written,
        &["'a'"],
        &["{} IN ('a', 'b')"],
    ),
    kind(
        "enum('c','it''s','a,b','a')",
        Sorted,
        Written,
        &["'it''s'"],
        &["{} <> 'a'"],
    ),
    kind("set('x','y')", Sorted, Written, &["'x,y'"], &["{} <> 'x'"]),
    kind(
        "set('x','y','z')",
        Sorted,
        Written,
        &["'z'"],
        &["find_in_set('x', {}) = 0"],
    ),
    kind("bit(3)", Sorted, No, &["b'101'"], &["{} > 0"]),
    kind("uuid", Sorted, No, &["(uuid())"], &["{} IS NOT NULL"]),
    kind("inet6", Sorted, No, &["'::1'"], &["{} IS NOT NULL"]),
    kind("point", Shape, No, &[], &["{} IS NOT NULL"]),
    kind("geometry", Shape, No, &[], &["st_dimension({}) < 2"]),
];
