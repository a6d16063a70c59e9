//! The Rust type of a column: the one whose own SQL type is nearest to the column's.

use schemist_catalog::object::Table;
use schemist_sql::Dialect;

use super::choices::{Sqlx, Times};
use crate::rust::types;

/// A Rust type, as a path, and the name by which the table of types knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RustType {
    pub(super) path: &'static str,
    known_as: &'static str,
}

const fn rust(path: &'static str, known_as: &'static str) -> RustType {
    RustType { path, known_as }
}

pub(super) const STRING: RustType = rust("String", "String");
const BYTES: RustType = rust("Vec<u8>", "Bytes");
const BOOL: RustType = rust("bool", "bool");
const I16: RustType = rust("i16", "i16");
const I32: RustType = rust("i32", "i32");
pub(super) const I64: RustType = rust("i64", "i64");
const F32: RustType = rust("f32", "f32");
const F64: RustType = rust("f64", "f64");
pub(super) const JSON: RustType = rust("serde_json::Value", "Value");
const UUID: RustType = rust("uuid::Uuid", "Uuid");
const DECIMAL: RustType = rust("rust_decimal::Decimal", "Decimal");

/// A type, and whether a column of it needs no `type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) rust: String,
    pub(super) says_it_all: bool,
    /// Whether nothing in Rust is quite like it, and text stands for it.
    pub(super) is_makeshift: bool,
}

/// What types are chosen by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chooser {
    pub(super) dialect: Dialect,
    pub(super) times: Times,
    pub(super) sqlx: Sqlx,
}

impl Chooser {
    /// The type for a SQL type in the server's words.
    pub(super) fn choose(self, sql: &str, table: &Table) -> Chosen {
        match self.dialect {
            Dialect::Postgres => self.postgres(sql),
            Dialect::Sqlite => {
                let found = self.sqlite(sql);
                let own = types::find(found.known_as).and_then(|row| row.sqlite);
                let own = own.map(|own| {
                    if table.strict {
                        types::strict(own)
                    } else {
                        own
                    }
                });
                Chosen {
                    rust: found.path.to_owned(),
                    says_it_all: own.is_some_and(|own| own.eq_ignore_ascii_case(sql)),
                    is_makeshift: false,
                }
            }
            Dialect::Mysql => {
                let (found, is_makeshift) = self.mysql(sql);
                let own = types::find(found.known_as).and_then(|row| row.mysql);
                Chosen {
                    rust: found.path.to_owned(),
                    says_it_all: own.is_some_and(|own| own == without_width(sql)),
                    is_makeshift,
                }
            }
        }
    }

    fn postgres(self, sql: &str) -> Chosen {
        if let Some(element) = sql.strip_suffix("[]") {
            let inner = self.postgres(element);
            // `Vec<u8>` is bytes.
            return Chosen {
                rust: format!("Vec<{}>", inner.rust),
                ..inner
            };
        }
        if let (Sqlx::Derived, Some(element)) = (self.sqlx, range_element(sql)) {
            let inner = self.postgres(element);
            return Chosen {
                rust: format!("sqlx::postgres::types::PgRange<{}>", inner.rust),
                ..inner
            };
        }
        let (bare, _) = sql.split_once('(').unwrap_or((sql, ""));
        let known = match sql {
            "\"char\"" => Some(rust("i8", "i8")),
            "timestamp with time zone" => Some(self.moment()),
            "timestamp without time zone" => Some(self.civil()),
            "time without time zone" => Some(self.time_of_day()),
            "time with time zone" => self.time_there(),
            _ if sql.starts_with("timestamp(") && sql.ends_with("with time zone") => {
                Some(self.moment())
            }
            _ if sql.starts_with("timestamp(") => Some(self.civil()),
            _ if sql.starts_with("time(") && sql.ends_with("without time zone") => {
                Some(self.time_of_day())
            }
            _ if sql.starts_with("time(") => self.time_there(),
            _ => self.postgres_by_name(bare),
        };
        let found = known.unwrap_or(STRING);
        let own = types::find(found.known_as).and_then(|row| row.postgres);
        let is_text = matches!(bare, "character varying" | "character" | "name" | "citext");
        Chosen {
            rust: found.path.to_owned(),
            says_it_all: known.is_some() && own == Some(sql),
            is_makeshift: known.is_none() && !is_text,
        }
    }

    fn postgres_by_name(self, bare: &str) -> Option<RustType> {
        Some(match bare {
            "boolean" => BOOL,
            "smallint" => I16,
            "integer" => I32,
            "bigint" => I64,
            "real" => F32,
            "double precision" => F64,
            "numeric" => DECIMAL,
            "text" => STRING,
            "bytea" => BYTES,
            "uuid" => UUID,
            "json" | "jsonb" => JSON,
            "date" => self.day(),
            "inet" | "cidr" => rust("ipnetwork::IpNetwork", "IpNetwork"),
            "macaddr" => rust("mac_address::MacAddress", "MacAddress"),
            "bit" | "bit varying" => rust("bit_vec::BitVec", "BitVec"),
            _ => return self.of_sqlx(bare),
        })
    }

    /// What only sqlx has a type for.
    fn of_sqlx(self, bare: &str) -> Option<RustType> {
        match self.sqlx {
            Sqlx::Absent => return None,
            Sqlx::Derived => {}
        }
        Some(match bare {
            "interval" => rust("sqlx::postgres::types::PgInterval", "PgInterval"),
            "money" => rust("sqlx::postgres::types::PgMoney", "PgMoney"),
            "ltree" => rust("sqlx::postgres::types::PgLTree", "PgLTree"),
            "hstore" => rust("sqlx::postgres::types::PgHstore", "PgHstore"),
            "oid" => rust("sqlx::postgres::types::Oid", "Oid"),
            "cube" => rust("sqlx::postgres::types::PgCube", "PgCube"),
            "point" => rust("sqlx::postgres::types::PgPoint", "PgPoint"),
            "line" => rust("sqlx::postgres::types::PgLine", "PgLine"),
            "lseg" => rust("sqlx::postgres::types::PgLSeg", "PgLSeg"),
            "box" => rust("sqlx::postgres::types::PgBox", "PgBox"),
            "path" => rust("sqlx::postgres::types::PgPath", "PgPath"),
            "polygon" => rust("sqlx::postgres::types::PgPolygon", "PgPolygon"),
            "circle" => rust("sqlx::postgres::types::PgCircle", "PgCircle"),
            _ => return None,
        })
    }

    /// The type of a declared type, by the words that SQLite's rules and everybody's habits give a meaning:
    /// <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
    fn sqlite(self, sql: &str) -> RustType {
        let upper = sql.to_ascii_uppercase();
        let (bare, _) = upper.split_once('(').unwrap_or((&upper, ""));
        match bare.trim() {
            "BOOLEAN" | "BOOL" => return BOOL,
            "DATETIME" | "TIMESTAMP" => return self.civil(),
            "DATE" => return self.day(),
            "TIME" => return self.time_of_day(),
            "JSON" | "JSONB" => return JSON,
            _ => {}
        }
        let holds = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        if holds(&["INT"]) {
            I64
        } else if holds(&["CHAR", "CLOB", "TEXT"]) {
            STRING
        } else if upper.is_empty() || holds(&["BLOB"]) {
            BYTES
        } else if holds(&["REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"]) {
            F64
        } else {
            STRING
        }
    }

    fn mysql(self, sql: &str) -> (RustType, bool) {
        let (bare, _) = sql.split_once(['(', ' ']).unwrap_or((sql, ""));
        let is_unsigned = sql.contains("unsigned");
        let found = match bare {
            "tinyint" if sql == "tinyint(1)" => BOOL,
            "tinyint" if is_unsigned => rust("u8", "u8"),
            "tinyint" => rust("i8", "i8"),
            "smallint" if is_unsigned => rust("u16", "u16"),
            "smallint" => I16,
            // Both are unsigned for sqlx.
            "year" => rust("u16", "u16"),
            "bit" => rust("u64", "u64"),
            "mediumint" | "int" if is_unsigned => rust("u32", "u32"),
            "mediumint" | "int" => I32,
            "bigint" if is_unsigned => rust("u64", "u64"),
            "bigint" => I64,
            "float" => F32,
            "double" => F64,
            "decimal" => DECIMAL,
            "binary" if sql == "binary(16)" => UUID,
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => BYTES,
            "json" => JSON,
            "timestamp" => self.moment(),
            "datetime" => self.civil(),
            "date" => self.day(),
            "time" => self.time_of_day(),
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" => STRING,
            _ => return (STRING, true),
        };
        (found, false)
    }

    const fn moment(self) -> RustType {
        match (self.times, self.sqlx) {
            (Times::Chrono, _) => rust("chrono::DateTime<chrono::Utc>", "DateTime<>"),
            (Times::Time, _) => rust("time::OffsetDateTime", "OffsetDateTime"),
            (Times::Jiff, Sqlx::Absent) => rust("jiff::Timestamp", "Timestamp"),
            (Times::Jiff, Sqlx::Derived) => rust("jiff_sqlx::Timestamp", "Timestamp"),
        }
    }

    const fn civil(self) -> RustType {
        match (self.times, self.sqlx) {
            (Times::Chrono, _) => rust("chrono::NaiveDateTime", "NaiveDateTime"),
            (Times::Time, _) => rust("time::PrimitiveDateTime", "PrimitiveDateTime"),
            (Times::Jiff, Sqlx::Absent) => rust("jiff::civil::DateTime", "DateTime"),
            (Times::Jiff, Sqlx::Derived) => rust("jiff_sqlx::DateTime", "DateTime"),
        }
    }

    const fn day(self) -> RustType {
        match (self.times, self.sqlx) {
            (Times::Chrono, _) => rust("chrono::NaiveDate", "NaiveDate"),
            (Times::Time, _) => rust("time::Date", "Date"),
            (Times::Jiff, Sqlx::Absent) => rust("jiff::civil::Date", "Date"),
            (Times::Jiff, Sqlx::Derived) => rust("jiff_sqlx::Date", "Date"),
        }
    }

    const fn time_of_day(self) -> RustType {
        match (self.times, self.sqlx) {
            (Times::Chrono, _) => rust("chrono::NaiveTime", "NaiveTime"),
            (Times::Time, _) => rust("time::Time", "Time"),
            (Times::Jiff, Sqlx::Absent) => rust("jiff::civil::Time", "Time"),
            (Times::Jiff, Sqlx::Derived) => rust("jiff_sqlx::Time", "Time"),
        }
    }

    /// A time of day with its distance from UTC, which sqlx alone has a type for.
    const fn time_there(self) -> Option<RustType> {
        match (self.times, self.sqlx) {
            (Times::Chrono, Sqlx::Derived) => Some(rust(
                "sqlx::postgres::types::PgTimeTz<chrono::NaiveTime, chrono::FixedOffset>",
                "PgTimeTz",
            )),
            (Times::Time, Sqlx::Derived) => Some(rust(
                "sqlx::postgres::types::PgTimeTz<time::Time, time::UtcOffset>",
                "PgTimeTz",
            )),
            (Times::Jiff, _) | (_, Sqlx::Absent) => None,
        }
    }
}

fn range_element(sql: &str) -> Option<&'static str> {
    Some(match sql {
        "int4range" => "integer",
        "int8range" => "bigint",
        "numrange" => "numeric",
        "tsrange" => "timestamp without time zone",
        "tstzrange" => "timestamp with time zone",
        "daterange" => "date",
        _ => return None,
    })
}

/// The type without the display width that MariaDB, and MySQL before 8, put behind integers.
fn without_width(sql: &str) -> &str {
    match sql {
        "tinyint(1)" => "boolean",
        "tinyint(4)" => "tinyint",
        "tinyint(3) unsigned" => "tinyint unsigned",
        "smallint(6)" => "smallint",
        "smallint(5) unsigned" => "smallint unsigned",
        "int(11)" => "int",
        "int(10) unsigned" => "int unsigned",
        "bigint(20)" => "bigint",
        "bigint(20) unsigned" => "bigint unsigned",
        other => other,
    }
}
