//! Sessions against real databases: SQLite always, PostgreSQL and MySQL or MariaDB where
//! `SCHEMIST_TEST_POSTGRES_URL` and `SCHEMIST_TEST_MYSQL_URL` name one.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use insta::assert_snapshot;
use schemist_connect::{Access, ConnectError, DatabaseUrl, Pins, Session};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

async fn open(url: &str, access: Access) -> Result<Session, ConnectError> {
    Session::connect(&DatabaseUrl::parse(url).unwrap(), &Pins::default(), access).await
}

fn postgres() -> Option<String> {
    server("SCHEMIST_TEST_POSTGRES_URL")
}

fn mysql() -> Option<String> {
    server("SCHEMIST_TEST_MYSQL_URL")
}

fn server(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    if url.is_none() {
        eprintln!("passed over: {variable} names no server");
    }
    url
}

#[test]
fn a_sqlite_file_is_made_only_where_asked_for() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", folder.path().display());
        for access in [Access::Read, Access::Write] {
            assert!(matches!(
                open(&url, access).await,
                Err(ConnectError::NoFile { .. })
            ));
        }
        assert!(!folder.path().join("x.db").exists());
        let mut session = open(&url, Access::Create).await.unwrap();
        session
            .execute("CREATE TABLE t (a INTEGER, b)")
            .await
            .unwrap();
        session
            .execute("INSERT INTO t VALUES (1, NULL), (2, 'é')")
            .await
            .unwrap();
        session.close().await;

        let mut session = open(&url, Access::Read).await.unwrap();
        let rows = session
            .query("SELECT a, b FROM t ORDER BY a")
            .await
            .unwrap();
        assert_eq!(
            (rows[0].get(0), rows[0].get(1), rows[1].text(1)),
            (Some("1"), None, "é")
        );
        assert_snapshot!(session.execute("DROP TABLE t").await.unwrap_err(), @"attempt to write a readonly database");
        assert_eq!(
            session.query("PRAGMA foreign_keys").await.unwrap()[0].text(0),
            "1"
        );
    });
}

#[test]
fn a_file_that_is_no_database_is_told() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        std::fs::write(
            &path,
            "this is not a database, but it is long enough to be read as one".repeat(20),
        )
        .unwrap();
        let error = open(&format!("sqlite://{}", path.display()), Access::Write)
            .await
            .unwrap_err();
        let ConnectError::File { source, .. } = error else {
            panic!("{error}")
        };
        assert_snapshot!(source, @"file is not a database");
    });
}

#[test]
fn a_closed_port_is_refused_and_no_password_is_shown() {
    run(async {
        let error = open("postgres://app:hunter2@127.0.0.1:1/x", Access::Read)
            .await
            .unwrap_err();
        assert!(matches!(error, ConnectError::Refused { .. }));
        assert_snapshot!(error, @"connect to postgres://app:***@127.0.0.1:1/x: no server accepts connections there");
        assert!(!format!("{error:?}").contains("hunter2"));
    });
}

#[test]
fn a_mysql_session_is_pinned() {
    let Some(url) = mysql() else { return };
    run(async {
        let mut session = open(&url, Access::Read).await.unwrap();
        assert!(session.version().major >= 800);
        session
            .execute("SET sql_mode = 'ANSI_QUOTES', time_zone = '+02:00'")
            .await
            .unwrap();
        session.pin().await.unwrap();
        let asked = "SELECT @@sql_mode, @@time_zone, @@collation_connection, NULL, 'é', 1 + 1, b'1', x'ff00'";
        let rows = session.query(asked).await.unwrap();
        let values: Vec<_> = rows[0]
            .values()
            .iter()
            .map(|value| value.as_deref().unwrap_or("NULL"))
            .collect();
        assert_snapshot!(values.join(" "), @"STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION +00:00 utf8mb4_general_ci NULL é 2 \u{1} 0xFF00");
        let error = session
            .execute("CREATE TABLE mysql.t (a int)")
            .await
            .unwrap_err();
        assert_eq!(error.number, Some(1792));
    });
}

#[test]
fn a_mysql_error_points_into_the_statement() {
    let Some(url) = mysql() else { return };
    run(async {
        let mut session = open(&url, Access::Write).await.unwrap();
        let sql = "SELECT 'é',\n 1 nothing here";
        let error = session.query(sql).await.unwrap_err();
        assert_eq!(
            (error.code.as_deref(), error.number, error.position),
            (Some("42000"), Some(1064), sql.find("here"))
        );
        assert!(!error.is_about_data() && !error.is_connection_lost());
        let error = session
            .execute("SET lock_wait_timeout = 'x'")
            .await
            .unwrap_err();
        assert_eq!(error.number, Some(1232));
        assert_eq!(session.query("SELECT 1").await.unwrap()[0].text(0), "1");
    });
}

#[test]
fn a_running_mysql_statement_can_be_ended_from_outside() {
    let Some(url) = mysql() else { return };
    run(async {
        let mut session = open(&url, Access::Write).await.unwrap();
        let terminator = session.terminator();
        let ending = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            terminator.terminate()
        });
        let error = session
            .query("SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c")
            .await
            .unwrap_err();
        assert!(error.is_connection_lost(), "{error:?}");
        assert!(ending.join().unwrap());
    });
}

#[test]
fn a_missing_mysql_database_is_told_from_a_wrong_user() {
    let Some(url) = mysql() else { return };
    run(async {
        let url = DatabaseUrl::parse(&url)
            .unwrap()
            .with_database("schemist_no_such_database");
        let error = Session::connect(&url, &Pins::default(), Access::Read)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectError::NoDatabase { .. }),
            "{error:?}"
        );
    });
}

#[test]
fn a_postgres_session_is_pinned() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut session = open(&url, Access::Read).await.unwrap();
        assert!(session.version().major >= 13);
        session
            .execute("SET search_path = pg_catalog")
            .await
            .unwrap();
        session.pin().await.unwrap();
        let asked = "SELECT current_setting('search_path'), current_setting('TimeZone'), interval '1 day'::text, NULL";
        let rows = session.query(asked).await.unwrap();
        assert_eq!(
            (rows[0].text(0), rows[0].text(1), rows[0].get(3)),
            ("public", "UTC", None)
        );
        let error = session.execute("CREATE TABLE t ()").await.unwrap_err();
        assert_eq!(error.code.as_deref(), Some("25006"));
    });
}

#[test]
fn a_statement_error_points_into_the_statement() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut session = open(&url, Access::Write).await.unwrap();
        let sql = "SELECT 'é', nothing_here";
        let error = session.query(sql).await.unwrap_err();
        assert_eq!(
            (error.code.as_deref(), error.position),
            (Some("42703"), sql.find("nothing"))
        );
        assert_eq!(session.query("SELECT 1").await.unwrap()[0].text(0), "1");
    });
}

#[test]
fn a_missing_database_is_told_from_a_wrong_user() {
    let Some(url) = postgres() else { return };
    run(async {
        let missing = DatabaseUrl::parse(&url)
            .unwrap()
            .with_database("schemist_no_such_database");
        let error = Session::connect(&missing, &Pins::default(), Access::Read)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectError::NoDatabase { .. }),
            "{error:?}"
        );
    });
}

#[test]
fn a_running_statement_can_be_ended_from_outside() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut session = open(&url, Access::Write).await.unwrap();
        let terminator = session.terminator();
        let ending = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            terminator.terminate()
        });
        let error = session.execute("SELECT pg_sleep(30)").await.unwrap_err();
        assert!(error.is_connection_lost());
        assert!(ending.join().unwrap());
    });
}

#[test]
fn a_statement_that_wants_rows_from_us_ends_the_session_and_does_not_hang() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut session = open(&url, Access::Write).await.unwrap();
        session
            .execute("CREATE TEMP TABLE t (a int)")
            .await
            .unwrap();
        assert!(
            session
                .execute("COPY t FROM STDIN")
                .await
                .unwrap_err()
                .is_connection_lost()
        );
        assert_snapshot!(session.query("SELECT 1").await.unwrap_err(), @"the connection is gone");
    });
}

#[test]
fn several_statements_are_answered_each() {
    let memory = Some("sqlite::memory:".to_owned());
    for url in [memory, postgres(), mysql()].into_iter().flatten() {
        run(async {
            let mut session = open(&url, Access::Create).await.unwrap();
            let statements =
                ["SELECT 1 -- one", "SELECT 2 WHERE 1 = 0", "SELECT 3, 4"].map(str::to_owned);
            let answers = session.query_each(&statements).await.unwrap();
            let texts: Vec<Vec<&str>> = answers
                .iter()
                .map(|rows| rows.iter().map(|row| row.text(0)).collect())
                .collect();
            assert_eq!(texts, [vec!["1"], vec![], vec!["3"]], "{url}");
            let failing = ["SELECT 1", "SELECT nothing_of_this_name", "SELECT 2"];
            let (place, _) = session
                .query_each(&failing.map(str::to_owned))
                .await
                .unwrap_err();
            assert_eq!(place, 1, "{url}");
            // The session goes on.
            assert_eq!(session.query("SELECT 5").await.unwrap()[0].text(0), "5");
        });
    }
}
