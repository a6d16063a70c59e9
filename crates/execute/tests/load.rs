//! Loading into scratch databases; PostgreSQL where `SCHEMIST_TEST_POSTGRES_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use insta::assert_snapshot;
use schemist_connect::DatabaseUrl;
use schemist_execute::load::{LoadErrors, LoadOptions, LoadStatement, Loaded, Order, load};
use schemist_execute::scratch::{Scratch, ScratchOptions, ScratchPlace, ScratchServer};
use schemist_sql::Dialect;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn postgres() -> Option<ScratchPlace> {
    let url = std::env::var("SCHEMIST_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("passed over: SCHEMIST_TEST_POSTGRES_URL names no server");
    }
    url.map(|url| ScratchPlace::Url(DatabaseUrl::parse(&url).unwrap()))
}

async fn scratch(place: &ScratchPlace, dialect: Dialect) -> (ScratchServer, Scratch) {
    let options = ScratchOptions {
        dialect,
        likeness: None,
        default_schema: None,
        template: None,
        started: 2000,
    };
    let mut server = ScratchServer::open(place, options).await.unwrap();
    let scratch = server.create().await.unwrap();
    (server, scratch)
}

/// Loads files, each a list of statements, in a new scratch database, and says how it went.
async fn loaded(
    place: &ScratchPlace,
    dialect: Dialect,
    files: &[&[&str]],
    orders: &[Order],
    asked: &str,
) -> String {
    let (server, mut scratch) = scratch(place, dialect).await;
    let statements: Vec<_> = files
        .iter()
        .enumerate()
        .flat_map(|(file, list)| list.iter().map(move |sql| LoadStatement { sql, file }))
        .collect();
    let options = LoadOptions {
        orders: orders.to_vec(),
        ..LoadOptions::default()
    };
    let done = load(&mut scratch.session, &statements, &options).await;
    let mut said = told(&done);
    if !asked.is_empty() {
        let rows = scratch.session.query(asked).await.unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row.text(0).to_owned()).collect();
        said.push_str(&format!("; {}", rows.join(", ")));
    }
    scratch.close().unwrap();
    server.close().await.unwrap();
    said
}

fn told(done: &Result<Loaded, LoadErrors>) -> String {
    match done {
        Ok(loaded) => format!("{} attempts", loaded.attempts),
        Err(errors) => {
            let mut lines = vec![format!("cannot {errors}")];
            for failure in errors.failures() {
                let follows = failure
                    .follows
                    .map_or(String::new(), |of| format!(" (follows {of})"));
                let first = failure
                    .first
                    .map_or(String::new(), |of| format!(" (first {of})"));
                let at = failure
                    .error
                    .position
                    .map_or(String::new(), |at| format!(" at {at}"));
                lines.push(format!(
                    "{}: {}{at}{follows}{first}",
                    failure.statement, failure.error.message
                ));
            }
            lines.join("\n")
        }
    }
}

#[test]
fn a_thousand_views_in_reverse_are_tried_once_each() {
    let reversed: Vec<_> = (0..1000)
        .rev()
        .map(|n| match n {
            0 => "CREATE TABLE v0 (a int)".to_owned(),
            n => format!("CREATE VIEW v{n} AS SELECT a FROM v{}", n - 1),
        })
        .collect();
    let reversed: Vec<_> = reversed.iter().map(String::as_str).collect();
    let Some(place) = postgres() else { return };
    let said = run(loaded(
        &place,
        Dialect::Postgres,
        &[&reversed],
        &[],
        "SELECT count(*) FROM pg_views WHERE schemaname = 'public'",
    ));
    assert_snapshot!(said, @"1000 attempts; 999");
}

#[test]
fn sqlite_is_free_of_order_too() {
    let files: &[&[&str]] = &[&[
        "CREATE INDEX i ON T (a)",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT a FROM w",
        "BEGIN",
        "CREATE VIEW w AS SELECT a FROM t",
        "CREATE TABLE \"T\" (a)",
        "COMMIT",
    ]];
    let said = run(loaded(
        &ScratchPlace::Memory,
        Dialect::Sqlite,
        files,
        &[],
        "SELECT name FROM sqlite_master",
    ));
    assert_snapshot!(said, @"5 attempts; T, i, r, w, v");
}

#[test]
fn sqlite_views_of_nothing_and_duplicates_are_told() {
    let files: &[&[&str]] = &[&[
        "CREATE VIEW v AS SELECT a FROM missing",
        "CREATE VIEW w AS SELECT only_the_application_knows(1)",
    ]];
    assert_snapshot!(run(loaded(&ScratchPlace::Memory, Dialect::Sqlite, files, &[], "")), @r"
    cannot load 1 statement
    0: no such table: main.missing
    ");
    let files: &[&[&str]] = &[&[
        "CREATE TABLE t (a)",
        "CREATE TABLE IF NOT EXISTS t (b)",
        "CREATE INDEX i ON missing (a)",
    ]];
    assert_snapshot!(run(loaded(&ScratchPlace::Memory, Dialect::Sqlite, files, &[], "")), @r"
    cannot load 2 statements
    1: table t already exists (first 0)
    2: no such table: main.missing
    ");
}

#[test]
fn root_causes_come_before_what_follows() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[&[
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE VIEW w AS SELECT a FROM v",
        "CREATE TABLE t (é int, a no_such_type)",
        "CREATE TABEL u ()",
        "CREATE TABLE fine ()",
    ]];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], "")), @r#"
    cannot load 4 statements, 2 of which only follow
    2: type "no_such_type" does not exist at 26
    3: syntax error at or near "TABEL" at 7
    0: relation "t" does not exist at 31 (follows 2)
    1: relation "v" does not exist at 31 (follows 0)
    "#);
}

#[test]
fn a_hidden_duplicate_is_an_error_and_what_was_there_before_is_none() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[
        &[
            "CREATE SCHEMA public",
            "CREATE EXTENSION IF NOT EXISTS plpgsql",
            "CREATE OR REPLACE VIEW v AS SELECT 1 AS a",
        ],
        &["CREATE OR REPLACE VIEW v AS SELECT 2 AS a"],
    ];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], "")), @r#"
    cannot load 1 statement
    3: relation "v" already exists (first 2)
    "#);
}

#[test]
fn a_dump_replaces_its_own_placeholders() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[
        &["CREATE VIEW on_top AS SELECT a FROM public.v"],
        &[
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "CREATE VIEW public.v AS SELECT NULL::integer AS a",
            "CREATE OR REPLACE VIEW public.v AS SELECT 7 AS a",
        ],
    ];
    let orders = [Order::Free, Order::Own];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &orders, "SELECT a FROM on_top")), @"3 attempts; 7");
}

#[test]
fn each_file_has_its_own_session_state_and_a_retried_statement_gets_it_back() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[
        &[
            "CREATE SCHEMA a",
            "SET search_path = a",
            // A name in a text is not seen before the server misses it.
            "CREATE TABLE v (x oid DEFAULT 'later'::regclass)",
            "RESET search_path",
            "CREATE TABLE here ()",
        ],
        &["CREATE TABLE a.later (x int)", "CREATE TABLE there ()"],
    ];
    let asked = "SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'v') AND oid >= 16384 ORDER BY 1::text";
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], asked)), @"6 attempts; here, a.later, a.v, there");
}

#[test]
fn a_set_that_fails_is_the_root_of_what_stands_below_it() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[&[
        "CREATE TABLE t ()",
        "SET no_such_setting = 1",
        "CREATE TABLE u ()",
        "CREATE VIEW v AS SELECT FROM t",
    ]];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], "")), @r#"
    cannot load 3 statements, 2 of which only follow
    1: unrecognized configuration parameter "no_such_setting"
    2: unrecognized configuration parameter "no_such_setting" (follows 1)
    3: unrecognized configuration parameter "no_such_setting" (follows 1)
    "#);
}

#[test]
fn enum_values_are_usable_after_they_were_added() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[&[
        "CREATE TABLE t (m mood DEFAULT 'happy')",
        "ALTER TYPE mood ADD VALUE 'happy'",
        "CREATE TYPE mood AS ENUM ('sad')",
    ]];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], "SELECT enum_range(NULL::mood)")), @"4 attempts; {sad,happy}");
}

#[test]
fn foreign_keys_wait_for_unique_indexes_and_default_privileges_come_first() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[&[
        "ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES s.parent (p)",
        "CREATE TABLE child (p int)",
        "CREATE TABLE s.parent (p int)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON s.parent (p)",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC",
        "CREATE SCHEMA s",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 / 0 AS a",
        "CREATE SUBSCRIPTION schemist_test CONNECTION 'host=/nowhere' PUBLICATION p WITH (enabled = true)",
    ]];
    let asked = "SELECT relacl::text LIKE '{=r/%' FROM pg_class WHERE relname = 'parent'";
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], asked)), @"10 attempts; t");
}

#[test]
fn bodies_are_validated_at_the_end() {
    let Some(place) = postgres() else { return };
    let files: &[&[&str]] = &[&[
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a FROM t'",
        "CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT a FROM not_there'",
        "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETRUN 1; END'",
        "CREATE TABLE t (a int)",
    ]];
    assert_snapshot!(run(loaded(&place, Dialect::Postgres, files, &[], "")), @r#"
    cannot load 2 statements
    1: relation "not_there" does not exist
    2: syntax error at or near "RETRUN"
    "#);
}
