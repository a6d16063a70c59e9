//! The SQL types of Rust types: one table, of which the documentation is made.

use schemist_sql::Dialect;

/// Some Rust types that have the same SQL types.
pub struct TypeRow {
    /// Their names, without the crate.
    pub names: &'static [&'static str],
    /// How the documentation shows them.
    pub title: &'static str,
    /// The type of PostgreSQL.
    pub postgres: Option<&'static str>,
    /// The type of SQLite.
    pub sqlite: Option<&'static str>,
    /// The type of MySQL and MariaDB.
    pub mysql: Option<&'static str>,
}

const fn row(
    names: &'static [&'static str],
    title: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
    mysql: &'static str,
) -> TypeRow {
    TypeRow {
        names,
        title,
        postgres: some(postgres),
        sqlite: some(sqlite),
        mysql: some(mysql),
    }
}

const fn some(sql: &'static str) -> Option<&'static str> {
    if sql.is_empty() { None } else { Some(sql) }
}

/// Types without parameters, by name. The forms follow what sqlx reads and writes.
pub const TYPES: &[TypeRow] = &[
    row(&["bool"], "`bool`", "boolean", "BOOLEAN", "boolean"),
    row(
        &["i8", "NonZeroI8"],
        "`i8`",
        "\"char\"",
        "INTEGER",
        "tinyint",
    ),
    row(
        &["i16", "NonZeroI16"],
        "`i16`",
        "smallint",
        "INTEGER",
        "smallint",
    ),
    row(&["i32", "NonZeroI32"], "`i32`", "integer", "INTEGER", "int"),
    row(
        &["i64", "NonZeroI64"],
        "`i64`",
        "bigint",
        "INTEGER",
        "bigint",
    ),
    row(
        &["u8", "NonZeroU8"],
        "`u8`",
        "smallint",
        "INTEGER",
        "tinyint unsigned",
    ),
    row(
        &["u16", "NonZeroU16"],
        "`u16`",
        "integer",
        "INTEGER",
        "smallint unsigned",
    ),
    row(
        &["u32", "NonZeroU32"],
        "`u32`",
        "bigint",
        "INTEGER",
        "int unsigned",
    ),
    row(
        &["u64", "NonZeroU64"],
        "`u64`",
        "numeric(20,0)",
        "",
        "bigint unsigned",
    ),
    row(&["f32"], "`f32`", "real", "REAL", "float"),
    row(&["f64"], "`f64`", "double precision", "REAL", "double"),
    row(&["char"], "`char`", "character(1)", "TEXT", "char(1)"),
    row(
        &["String", "str", "Text"],
        "`String`, `str`, `sqlx::types::Text<T>`",
        "text",
        "TEXT",
        "varchar(255)",
    ),
    row(
        &["Bytes", "BytesMut"],
        "`Vec<u8>`, `[u8]`, `[u8; N]`, `bytes::Bytes`",
        "bytea",
        "BLOB",
        "blob",
    ),
    row(&["Uuid"], "`uuid::Uuid`", "uuid", "BLOB", "binary(16)"),
    row(
        &["Hyphenated"],
        "`uuid::fmt::Hyphenated`",
        "uuid",
        "TEXT",
        "char(36)",
    ),
    row(
        &["Simple"],
        "`uuid::fmt::Simple`",
        "uuid",
        "TEXT",
        "char(32)",
    ),
    row(
        &["DateTime<>", "OffsetDateTime", "Timestamp", "Zoned"],
        "`chrono::DateTime<Utc>`, `time::OffsetDateTime`, `jiff::Timestamp`",
        "timestamp with time zone",
        "DATETIME",
        "timestamp(6)",
    ),
    row(
        &["NaiveDateTime", "PrimitiveDateTime", "DateTime"],
        "`chrono::NaiveDateTime`, `time::PrimitiveDateTime`, `jiff::civil::DateTime`",
        "timestamp without time zone",
        "DATETIME",
        "datetime(6)",
    ),
    row(
        &["NaiveDate", "Date"],
        "`chrono::NaiveDate`, `time::Date`, `jiff::civil::Date`",
        "date",
        "DATE",
        "date",
    ),
    row(
        &["NaiveTime", "Time"],
        "`chrono::NaiveTime`, `time::Time`, `jiff::civil::Time`",
        "time without time zone",
        "TIME",
        "time(6)",
    ),
    row(
        &["PgTimeTz"],
        "`sqlx::postgres::types::PgTimeTz`",
        "time with time zone",
        "",
        "",
    ),
    row(
        &[
            "Duration",
            "TimeDelta",
            "SignedDuration",
            "Span",
            "PgInterval",
        ],
        "`Duration` of std, chrono or time, `chrono::TimeDelta`, `jiff::Span`, `jiff::SignedDuration`, `PgInterval`",
        "interval",
        "",
        "",
    ),
    row(
        &["Decimal", "BigDecimal"],
        "`rust_decimal::Decimal`, `bigdecimal::BigDecimal`",
        "numeric",
        "TEXT",
        "decimal(38,10)",
    ),
    row(
        &["Json", "Value", "JsonValue", "JsonRawValue", "RawValue"],
        "`sqlx::types::Json<T>`, `serde_json::Value`, `#[sqlx(json)]`",
        "jsonb",
        "TEXT",
        "json",
    ),
    row(
        &["IpNetwork", "IpNet", "IpAddr", "Ipv4Addr", "Ipv6Addr"],
        "`ipnetwork::IpNetwork`, `std::net::IpAddr`, `Ipv4Addr`, `Ipv6Addr`",
        "inet",
        "TEXT",
        "varchar(45)",
    ),
    row(
        &["MacAddress"],
        "`mac_address::MacAddress`",
        "macaddr",
        "TEXT",
        "char(17)",
    ),
    row(&["BitVec"], "`bit_vec::BitVec`", "bit varying", "", ""),
    row(&["Url"], "`url::Url`", "text", "TEXT", "text"),
    row(&["Oid"], "`sqlx::postgres::types::Oid`", "oid", "", ""),
    row(&["PgMoney"], "`PgMoney`", "money", "", ""),
    row(&["PgLTree"], "`PgLTree`", "ltree", "", ""),
    row(
        &["PgCiText"],
        "`PgCiText`",
        "citext",
        "TEXT COLLATE NOCASE",
        "",
    ),
    row(&["PgHstore"], "`PgHstore`", "hstore", "", ""),
    row(&["PgCube"], "`PgCube`", "cube", "", ""),
    row(&["PgPoint"], "`PgPoint`", "point", "", ""),
    row(&["PgLine"], "`PgLine`", "line", "", ""),
    row(&["PgLSeg"], "`PgLSeg`", "lseg", "", ""),
    row(&["PgBox"], "`PgBox`", "box", "", ""),
    row(&["PgPath"], "`PgPath`", "path", "", ""),
    row(&["PgPolygon"], "`PgPolygon`", "polygon", "", ""),
    row(&["PgCircle"], "`PgCircle`", "circle", "", ""),
    row(&["Vector"], "`pgvector::Vector`", "vector", "", ""),
];

impl TypeRow {
    /// The type of a dialect, where it has one.
    pub const fn sql(&self, dialect: Dialect) -> Option<&'static str> {
        match dialect {
            Dialect::Postgres => self.postgres,
            Dialect::Sqlite => self.sqlite,
            Dialect::Mysql => self.mysql,
        }
    }
}

/// The row of a type; a name with `<>` is told from the same one without parameters.
pub(crate) fn find(name: &str) -> Option<&'static TypeRow> {
    TYPES.iter().find(|row| row.names.contains(&name))
}

/// The range of PostgreSQL over values of a type.
pub(crate) fn range(element: &str) -> Option<&'static str> {
    match element {
        "integer" => Some("int4range"),
        "bigint" => Some("int8range"),
        "numeric" => Some("numrange"),
        "timestamp without time zone" => Some("tsrange"),
        "timestamp with time zone" => Some("tstzrange"),
        "date" => Some("daterange"),
        _ => None,
    }
}

/// The type of a STRICT table, which knows five: <https://www.sqlite.org/stricttables.html>.
pub(crate) fn strict(sqlite: &str) -> &str {
    match sqlite {
        "BOOLEAN" => "INTEGER",
        "DATETIME" | "DATE" | "TIME" => "TEXT",
        other => other,
    }
}

/// The table of the documentation.
pub fn documentation() -> String {
    let mut page = String::from(HEAD);
    for row in TYPES {
        let cell = |sql: Option<&str>| sql.map_or_else(|| "—".to_owned(), |sql| format!("`{sql}`"));
        let cells = [cell(row.postgres), cell(row.sqlite), cell(row.mysql)];
        page.push_str(&format!("| {} | {} |\n", row.title, cells.join(" | ")));
    }
    page.push_str(TAIL);
    page
}

const HEAD: &str = "<!-- Generated by `cargo xtask regen` from crates/model/src/rust/types.rs; a test holds it equal. -->

# Rust types and SQL types

The type of a field gives the type of its column. `#[column(type = \"…\")]` overrides it, and
`#[column(type(postgres = \"…\", sqlite = \"…\"))]` does so for one dialect. Where a dialect has no
type (—), the field needs one of these. The types are those that sqlx reads and writes.

| Rust | PostgreSQL | SQLite | MySQL, MariaDB |
|---|---|---|---|
";

const TAIL: &str = "
Made of other types:

| Rust | Column |
|---|---|
| `Option<T>` | that of `T`, and may be NULL; every other column is `NOT NULL` |
| `&T`, `Box<T>`, `Arc<T>`, `Rc<T>`, `Cow<'_, T>` | that of `T` |
| `Vec<T>`, `[T]`, `[T; N]` | PostgreSQL: an array of that of `T`; elsewhere write `Json<Vec<T>>`, or `type = \"…\"` |
| `PgRange<T>` | PostgreSQL: the range over that of `T` |
| an enum with `#[derive(DbEnum)]` | PostgreSQL: an enum type; SQLite: `TEXT` with a check of the values; MySQL: `enum(…)`; with `#[db_enum(text)]` plain text |
| an enum with `#[repr(i32)]` and `#[derive(sqlx::Type)]` | that of the number |
| a struct with `#[sqlx(transparent)]` | that of its only field |
| a struct with `#[sqlx(type_name = \"…\")]` | PostgreSQL: the type of that name, which a SQL file declares |
| a field with `#[sqlx(try_from = \"T\")]` | that of `T` |
| another name: `type Id = i64;` | that of what it stands for |

In a `STRICT` table of SQLite, `BOOLEAN` is `INTEGER`, and `DATETIME`, `DATE` and `TIME` are `TEXT`.
The default `now()` is written as `CURRENT_TIMESTAMP` where the dialect has no such function.
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_documentation_is_this_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/types.md");
        let page = documentation();
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            std::fs::write(path, &page).unwrap();
        }
        assert!(
            kept == page,
            "docs/types.md is behind: run the tests with INSTA_UPDATE=always"
        );
    }

    #[test]
    fn no_type_has_two_rows() {
        let mut seen = BTreeSet::new();
        for name in TYPES.iter().flat_map(|row| row.names) {
            assert!(seen.insert(name), "{name}");
        }
    }
}
