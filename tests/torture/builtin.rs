//! The types that the servers bring.

use schemist_sql::Dialect;

/// A type of the server, and what can be said with it.
#[derive(Debug)]
pub(super) struct Builtin {
    /// Its name, as people write it.
    pub(super) name: &'static str,
    /// Values of it, as expressions that may stand in a default.
    pub(super) values: &'static [&'static str],
    /// Conditions on a column `{}` of it.
    pub(super) conditions: &'static [&'static str],
    /// What it can do.
    pub(super) ability: Ability,
}

/// What values of a type can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ability {
    /// They have no equality.
    Stored,
    /// They can be sorted, and so be in keys.
    Sorted,
    /// They can count.
    Counted,
}

const fn builtin(
    name: &'static str,
    ability: Ability,
    values: &'static [&'static str],
    conditions: &'static [&'static str],
) -> Builtin {
    Builtin {
        name,
        values,
        conditions,
        ability,
    }
}

use Ability::{Counted, Sorted, Stored};

const POSTGRES: &[Builtin] = &[
    builtin(
        "integer",
        Counted,
        &["0", "-1", "(2 + 3)"],
        &["{} > 0", "{} BETWEEN 1 AND 1000", "{} IN (1, 2, 3)"],
    ),
    builtin(
        "text",
        Sorted,
        &["'a'", "'it''s'", "'' || 'x'", "CURRENT_USER"],
        &[
            "{} <> ''",
            "{} LIKE 'a%'",
            "length({}) < 40",
            "{} IN ('a', 'b')",
        ],
    ),
    builtin("bigint", Counted, &["0", "'7'"], &["{} >= 0", "{} <> 13"]),
    builtin("smallint", Counted, &["1"], &["{} IN (1, 2)"]),
    builtin("boolean", Sorted, &["false", "'t'"], &["{}", "{} IS TRUE"]),
    builtin(
        "varchar(20)",
        Sorted,
        &["'a'", "NULL"],
        &["{} IN ('a', 'b')", "{} NOT IN ('x', 'y')"],
    ),
    builtin("varchar", Sorted, &["'b'"], &["{} ~ '^[a-z]*$'"]),
    builtin("char(3)", Sorted, &["'abc'"], &["{} <> 'xyz'"]),
    builtin(
        "numeric(10,2)",
        Sorted,
        &["0", "1.50"],
        &["{} >= 0", "round({}) = {}"],
    ),
    builtin("numeric", Sorted, &["3.14"], &["{} < 1e6"]),
    builtin("double precision", Sorted, &["0.5"], &["{} < 'infinity'"]),
    builtin("real", Sorted, &["1"], &["{} > -1"]),
    builtin(
        "date",
        Sorted,
        &["CURRENT_DATE", "'2020-01-01'"],
        &["{} > '2000-01-01'"],
    ),
    builtin(
        "timestamptz",
        Sorted,
        &["now()", "'2020-01-01 00:00:00+02'"],
        &["{} > '2000-01-01 00:00:00+02'"],
    ),
    builtin(
        "timestamp(3)",
        Sorted,
        &["LOCALTIMESTAMP"],
        &["{} IS NOT NULL"],
    ),
    builtin("time", Sorted, &["'12:00'"], &["{} < '23:00'"]),
    builtin(
        "interval",
        Sorted,
        &["'1 day 24 hours'"],
        &["{} < '1 year'"],
    ),
    builtin(
        "uuid",
        Sorted,
        &["gen_random_uuid()"],
        &["{} <> '00000000-0000-0000-0000-000000000000'"],
    ),
    builtin("jsonb", Sorted, &["'{\"a\": 1}'"], &["{} ? 'a'"]),
    builtin("json", Stored, &["'[]'"], &["{} ->> 'a' IS NULL"]),
    builtin("bytea", Sorted, &["'\\x00ff'"], &["length({}) < 100"]),
    builtin("inet", Sorted, &["'10.0.0.1/8'"], &["family({}) IN (4, 6)"]),
    builtin("int4range", Sorted, &["'[1,5]'"], &["NOT isempty({})"]),
    builtin(
        "integer[]",
        Sorted,
        &["'{}'", "ARRAY[1, 2]"],
        &["cardinality({}) < 5"],
    ),
    builtin("text[]", Sorted, &["'{a,b}'"], &["'a' = ANY ({})"]),
    builtin("tsvector", Sorted, &["''"], &["length({}) < 10"]),
];

const SQLITE: &[Builtin] = &[
    builtin(
        "INTEGER",
        Counted,
        &["0", "-1", "(2 + 3)"],
        &["{} > 0", "{} BETWEEN 1 AND 1000", "{} IN (1, 2, 3)"],
    ),
    builtin(
        "TEXT",
        Sorted,
        &["'a'", "'it''s'", "('' || 'x')"],
        &["{} <> ''", "{} LIKE 'a%'", "length({}) < 40"],
    ),
    builtin("REAL", Sorted, &["0.5"], &["{} < 1e6"]),
    builtin(
        "VARCHAR(20)",
        Sorted,
        &["'a'", "NULL"],
        &["{} IN ('a', 'b')"],
    ),
    builtin("BOOLEAN", Sorted, &["0", "FALSE"], &["{} IN (0, 1)"]),
    builtin("DATETIME", Sorted, &["CURRENT_TIMESTAMP"], &["{} > '2000'"]),
    builtin("BLOB", Sorted, &["x'00ff'"], &["length({}) < 100"]),
    builtin("NUMERIC", Sorted, &["1.5"], &["{} IS NOT NULL"]),
];

/// The types of a dialect; the first two are the plainest.
pub(super) const fn builtins(dialect: Dialect) -> &'static [Builtin] {
    match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Sqlite => SQLITE,
        // No server of it takes part yet.
        Dialect::Mysql => &[],
    }
}
