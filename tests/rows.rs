//! Rows of each database are read into what `schemist pull --sqlx` writes of it, by sqlx itself.
#![expect(
    dead_code,
    unused_imports,
    reason = "the structs are shown whole, and documented nowhere"
)]

// With its feature `derive`, sqlx would be built a second time for the compiler, with its TLS and all of its
// drivers. So its derives come from its own crate of macros, and stand here beside the rest under its name.
extern crate self as sqlx;
extern crate sqlx as sqlx_itself;

pub use sqlx_itself::*;
pub use sqlx_macros::{FromRow, Type};

#[rustfmt::skip]
#[path = "../crates/schemist/tests/pulled/rows/mysql/mod.rs"]
mod mysql_rows;
#[rustfmt::skip]
#[path = "../crates/schemist/tests/pulled/rows/postgres/mod.rs"]
mod postgres_rows;
#[path = "../crates/schemist/tests/pulled/rows/readme/book.rs"]
mod readme;
#[rustfmt::skip]
#[path = "../crates/schemist/tests/pulled/rows/sqlite/mod.rs"]
mod sqlite_rows;

use insta::assert_snapshot;
use schemist_testkit::Database as Made;
use sqlx::Connection as _;

/// What `query_as` makes of the first row of a table.
macro_rules! first {
    ($driver:ty, $database:expr, $row:ty, $sql:literal) => {
        first!($driver, $database, $row, $sql, )
    };
    ($driver:ty, $database:expr, $row:ty, $sql:literal, $($bound:expr)?) => {{
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut connection = <$driver>::connect($database.url()).await.expect("a connection");
            sqlx::query_as::<_, $row>($sql)
                $(.bind($bound))?
                .fetch_one(&mut connection)
                .await
                .map_or_else(|error| format!("{}: {error}", $sql), |row| format!("{row:#?}"))
        })
    }};
}

#[test]
fn rows_of_postgres_are_read() {
    let Some(database) = Made::postgres() else {
        return;
    };
    database.execute(include_str!(
        "../crates/schemist/tests/pulled/rows/postgres.sql"
    ));
    database.execute(
        r#"INSERT INTO plain (flag, tiny, small, whole, short, long, exact, price, words, "type", code, called,
               folded, mail, age, temper, raw, key, document, written, feels, trade)
           VALUES (true, 'x', -2, 3, 1.5, 2.5, 12.3400, '$4.56', 'größer', 'kind', 'abc', 'name', 'Folded',
               'a@b', 7, 'happy', '\x00ff', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '{"a": [1]}', '{"b": null}', 'so-so', 'SELL');
           INSERT INTO times (id, moment, civil, day, wakes, there, lasts)
           VALUES (1, '2026-11-20 10:12:00.125+02', '2026-11-20 10:12', '2026-11-20', '07:30',
               '07:30:00+02', '1 month 2 days 03:00');
           INSERT INTO places VALUES (1, '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '101', '0110', 'top.sub',
               'a=>1', '(1,2)', 42, '(1,2)', '{1,2,3}', '[(0,0),(1,1)]', '((0,0),(1,1))', '[(0,0),(1,1)]',
               '((0,0),(1,1),(1,0))', '<(0,0),1>', '[1,5)', '[1,5)', '[1.5,2]', '[2026-01-01 00:00+00,)',
               '(,2026-01-01 00:00]', '[2026-01-01,2026-02-01)');
           INSERT INTO lists (id, flags, numbers, exact, words, codes, raws, keys, documents, moods, trades,
               moments, days, addresses, cards, strings, prices, lasts, corners, paths, spots, spans, folded, mails, ages)
           VALUES (1, '{t,f}', '{1,2}', '{1.5}', '{a,b}', '{c}', ARRAY['\x01'::bytea],
               '{6ba7b810-9dad-11d1-80b4-00c04fd430c8}', ARRAY['{"a": 1}'::jsonb], '{happy,SAD}', '{BUY}',
               '{2026-11-20 10:12:00+00}', '{2026-11-20}', '{10.0.0.1}', '{08:00:2b:01:02:03}', '{01}', '{$1.00}',
               '{1 day}', ARRAY['(1,2)'::cube], '{a.b}', ARRAY['(1,2)'::point], ARRAY['[1,5)'::int4range],
               '{Folded}', '{a@b}', '{7}');
           INSERT INTO odd VALUES (1, 'a word', '<a/>');"#,
    );
    let rows = [
        first!(
            sqlx::PgConnection,
            database,
            postgres_rows::Plain,
            "SELECT * FROM plain WHERE trade = $1",
            postgres_rows::Trade::Sell
        ),
        first!(
            sqlx::PgConnection,
            database,
            postgres_rows::Times,
            "SELECT * FROM times"
        ),
        first!(
            sqlx::PgConnection,
            database,
            postgres_rows::Places,
            "SELECT * FROM places"
        ),
        first!(
            sqlx::PgConnection,
            database,
            postgres_rows::Lists,
            "SELECT *, ages::integer[] AS ages FROM lists"
        ),
        first!(
            sqlx::PgConnection,
            database,
            postgres_rows::Odd,
            "SELECT id, found::text AS found, document::text AS document FROM odd"
        ),
    ];
    assert_snapshot!("postgres", rows.join("\n"));
}

#[test]
fn rows_of_mysql_are_read() {
    let Some(database) = Made::mysql() else {
        return;
    };
    database.execute(include_str!(
        "../crates/schemist/tests/pulled/rows/mysql.sql"
    ));
    database.execute(
        r#"INSERT INTO everything VALUES (1, true, -1, 2, -3, 4, -5, -6, 7, -8, 1.5, 2.5, 12.3400, 'größer', 'kind',
               'abc', x'00ff', 'abcd', b'101', x'6ba7b8109dad11d180b400c04fd430c8', '{"a": [1]}', 'so-so',
               '2026-11-20 10:12:00.125', '2026-11-20 10:12', '2026-11-20', '07:30', 2026, NULL)"#,
    );
    assert_snapshot!(
        "mysql",
        first!(
            sqlx::MySqlConnection,
            database,
            mysql_rows::Everything,
            "SELECT * FROM everything WHERE feels = ?",
            mysql_rows::EverythingFeels::SoSo
        )
    );
}

#[test]
fn rows_of_sqlite_are_read() {
    let database = Made::sqlite();
    database.execute(include_str!(
        "../crates/schemist/tests/pulled/rows/sqlite.sql"
    ));
    database.execute(
        r#"INSERT INTO everything VALUES (1, true, 2, 3, 'größer', 'kind', x'00ff', '{"a": [1]}', 'so-so',
               '2026-11-20 10:12:00', '2026-11-20', '07:30:00', NULL)"#,
    );
    assert_snapshot!(
        "sqlite",
        first!(
            sqlx::SqliteConnection,
            database,
            sqlite_rows::Everything,
            "SELECT * FROM everything WHERE feels = ?",
            sqlite_rows::EverythingFeels::SoSo
        )
    );
}

impl std::fmt::Debug for readme::Book {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, title, pages } = self;
        write!(out, "{id} {title} {pages:?}")
    }
}

#[test]
fn rows_of_the_readme_are_read() {
    let readme = include_str!("../README.md");
    let (_, made) = readme.split_once("-- [up sqlite]\n").expect("a way up");
    let (made, _) = made.split_once("\n\n").expect("a statement");
    let database = Made::sqlite();
    database.execute(made);
    database.execute("INSERT INTO book VALUES (1, 'one', NULL)");
    assert_snapshot!(first!(sqlx::SqliteConnection, database, readme::Book, "SELECT * FROM book"), @"1 one None");
}
