//! Scratch databases against real servers; PostgreSQL where `SCHEMIST_TEST_POSTGRES_URL` names one.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use insta::assert_snapshot;
use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_execute::scratch::{
    Likeness, Protection, ScratchError, ScratchOptions, ScratchPlace, ScratchServer,
};
use schemist_sql::{Dialect, Ident};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn postgres() -> Option<DatabaseUrl> {
    let url = std::env::var("SCHEMIST_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("passed over: SCHEMIST_TEST_POSTGRES_URL names no server");
    }
    url.map(|url| DatabaseUrl::parse(&url).unwrap())
}

fn options(dialect: Dialect, started: u64) -> ScratchOptions {
    ScratchOptions {
        dialect,
        likeness: None,
        default_schema: None,
        template: None,
        started,
    }
}

async fn admin(url: &DatabaseUrl) -> Session {
    Session::connect(url, &Pins::default(), Access::Write)
        .await
        .unwrap()
}

async fn names(url: &DatabaseUrl, started: u64) -> Vec<String> {
    let mut session = admin(url).await;
    let sql = format!(
        "SELECT datname FROM pg_database WHERE datname LIKE 'schemist\\_scratch\\_{started}\\_%'"
    );
    session
        .query(&sql)
        .await
        .unwrap()
        .iter()
        .map(|row| row.text(0).to_owned())
        .collect()
}

#[test]
fn sqlite_is_in_memory() {
    run(async {
        let mut server = ScratchServer::open(&ScratchPlace::Memory, options(Dialect::Sqlite, 1))
            .await
            .unwrap();
        let mut one = server.create().await.unwrap();
        let mut two = server.create().await.unwrap();
        one.session.execute("CREATE TABLE t (a)").await.unwrap();
        two.session.execute("CREATE TABLE t (a)").await.unwrap();
        one.close().unwrap();
        server.close().await.unwrap();
    });
}

#[test]
fn a_protected_server_is_left_alone() {
    run(async {
        let url = DatabaseUrl::parse("postgres://127.0.0.1:1/x").unwrap();
        let place = ScratchPlace::Live {
            url,
            protection: Protection::Protected,
        };
        let error = ScratchServer::open(&place, options(Dialect::Postgres, 1))
            .await
            .unwrap_err();
        assert_snapshot!(error, @r#"make a scratch database on the live server: it is protected; set scratch = "local" or scratch_url"#);
    });
}

#[test]
fn a_scratch_database_is_like_the_live_one_and_is_dropped() {
    let Some(url) = postgres() else { return };
    run(async {
        let likeness = Likeness::read(&mut admin(&url).await).await.unwrap();
        let schema = Ident::parse("My schema").unwrap();
        let options = ScratchOptions {
            likeness: Some(likeness.clone()),
            default_schema: Some(schema),
            ..options(Dialect::Postgres, 1001)
        };
        let place = ScratchPlace::Live {
            url: url.clone(),
            protection: Protection::Open,
        };
        let mut server = ScratchServer::open(&place, options).await.unwrap();
        let mut scratch = server.create().await.unwrap();
        assert_eq!(
            Likeness::read(&mut scratch.session).await.unwrap(),
            likeness
        );
        scratch.session.execute("CREATE TABLE t ()").await.unwrap();
        let rows = scratch
            .session
            .query("SELECT relnamespace::regnamespace FROM pg_class WHERE relname = 't'")
            .await;
        assert_eq!(rows.unwrap()[0].text(0), "\"My schema\"");
        assert_eq!(names(&url, 1001).await, [scratch.name().unwrap().as_str()]);
        scratch.close().unwrap();
        assert!(names(&url, 1001).await.is_empty());
        // Not closed, but dropped by a panic or an early return.
        drop(server.create().await.unwrap());
        assert!(names(&url, 1001).await.is_empty());
        server.close().await.unwrap();
    });
}

#[test]
fn what_a_killed_run_left_is_dropped_and_what_a_live_run_uses_is_not() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut admin = admin(&url).await;
        // Killed between the making and the first use: no lock, no session.
        admin
            .execute("DROP DATABASE IF EXISTS schemist_scratch_1002_99_0")
            .await
            .unwrap();
        admin
            .execute("CREATE DATABASE schemist_scratch_1002_99_0")
            .await
            .unwrap();
        let place = ScratchPlace::Url(url.clone());
        let mut live = ScratchServer::open(&place, options(Dialect::Postgres, 1002))
            .await
            .unwrap();
        assert!(names(&url, 1002).await.is_empty());
        let mut scratch = live.create().await.unwrap();
        let name = scratch.name().unwrap().clone();
        // Only the lock says that it is in use: the run has not connected yet, or is between sessions.
        let terminator = scratch.session.terminator();
        terminator.terminate();
        assert!(scratch.session.query("SELECT 1").await.is_err());
        let other = ScratchServer::open(&place, options(Dialect::Postgres, 1002))
            .await
            .unwrap();
        assert_eq!(names(&url, 1002).await, [name.as_str()]);
        other.close().await.unwrap();
        scratch.close().unwrap();
        live.close().await.unwrap();
    });
}

#[test]
fn a_user_without_the_right_is_told_which_grant_helps() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut admin = admin(&url).await;
        admin
            .execute("DROP ROLE IF EXISTS \"schemist No right\"")
            .await
            .unwrap();
        admin
            .execute("CREATE ROLE \"schemist No right\" LOGIN PASSWORD 'hunter2'")
            .await
            .unwrap();
        let text = std::env::var("SCHEMIST_TEST_POSTGRES_URL").unwrap();
        let with = text.replacen("postgres@", "schemist%20No%20right:hunter2@", 1);
        if with == text {
            return;
        }
        let url = DatabaseUrl::parse(&with).unwrap();
        let place = ScratchPlace::Url(url);
        let mut server = ScratchServer::open(&place, options(Dialect::Postgres, 1003))
            .await
            .unwrap();
        let error = server.create().await.unwrap_err();
        let ScratchError::NoRight { user, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(user, "\"schemist No right\"");
        server.close().await.unwrap();
        admin
            .execute("DROP ROLE \"schemist No right\"")
            .await
            .unwrap();
    });
}

#[test]
fn a_locale_that_the_server_lacks_is_replaced_and_told() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut likeness = Likeness::read(&mut admin(&url).await).await.unwrap();
        if let Some(locale) = &mut likeness.locale {
            locale.collate = "xx_XX.UTF-8".to_owned();
            locale.ctype = "xx_XX.UTF-8".to_owned();
        }
        let options = ScratchOptions {
            likeness: Some(likeness),
            ..options(Dialect::Postgres, 1008)
        };
        let mut server = ScratchServer::open(&ScratchPlace::Url(url.clone()), options)
            .await
            .unwrap();
        server.create().await.unwrap().close().unwrap();
        let warnings: Vec<_> = server
            .take_warnings()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_snapshot!(warnings.join("\n"), @"the scratch server has no locale xx_XX.UTF-8, so C serves instead; texts that depend on sorting may compile differently");
        server.close().await.unwrap();
    });
}

#[test]
fn another_major_version_is_refused() {
    let Some(url) = postgres() else { return };
    run(async {
        let mut likeness = Likeness::read(&mut admin(&url).await).await.unwrap();
        likeness.version.major = 99;
        likeness.version.full = "99.1".to_owned();
        let options = ScratchOptions {
            likeness: Some(likeness),
            ..options(Dialect::Postgres, 1009)
        };
        let error = ScratchServer::open(&ScratchPlace::Url(url.clone()), options)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ScratchError::OtherVersion { .. }),
            "{error}"
        );
    });
}
