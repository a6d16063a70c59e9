//! Local servers, where PostgreSQL's programs are installed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use schemist_execute::load::{LoadOptions, LoadStatement, MissingRoles, load};
use schemist_execute::scratch::{
    LocalSettings, ScratchError, ScratchOptions, ScratchPlace, ScratchServer,
};
use schemist_sql::Dialect;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
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

fn settings(folder: &std::path::Path) -> LocalSettings {
    LocalSettings {
        cache: folder.join("cache"),
        // Where the server's user may enter, each test with a folder of its own.
        temporary: std::env::temp_dir(),
        path: std::env::var_os("PATH").unwrap_or_default(),
    }
}

#[test]
fn a_local_server_is_started_and_removed_and_two_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = ScratchPlace::Local(settings(folder.path()));
    run(async {
        let opened = ScratchServer::open(&place, options(Dialect::Postgres, 1004)).await;
        if let Err(ScratchError::NoPrograms { .. }) = opened {
            eprintln!("passed over: PostgreSQL's programs are not installed");
            return;
        }
        let mut one = opened.unwrap();
        let mut two = ScratchServer::open(&place, options(Dialect::Postgres, 1004))
            .await
            .unwrap();
        let mut scratch = one.create().await.unwrap();
        let other = two.create().await.unwrap();
        assert_ne!(scratch.url().host(), other.url().host());
        scratch
            .session
            .execute("CREATE TABLE t (a int)")
            .await
            .unwrap();
        let socket = other.url().host().unwrap().to_owned();
        two.close().await.unwrap();
        assert!(!std::path::Path::new(&socket).exists());
        assert_eq!(
            scratch
                .session
                .query("SELECT count(*) FROM t")
                .await
                .unwrap()[0]
                .text(0),
            "0"
        );
        one.close().await.unwrap();
    });
}

/// Where the test below tells its child to work.
const CHILD: &str = "SCHEMIST_TEST_KILLED_RUN";

/// The run that is killed; nothing without the test below.
#[test]
fn child() {
    let Some(cache) = std::env::var_os(CHILD) else {
        return;
    };
    run(async {
        let place = ScratchPlace::Local(settings(std::path::Path::new(&cache)));
        let mut server = ScratchServer::open(&place, options(Dialect::Postgres, 1005))
            .await
            .unwrap();
        let scratch = server.create().await.unwrap();
        std::fs::write(
            std::path::Path::new(&cache).join("host"),
            scratch.url().host().unwrap(),
        )
        .unwrap();
        std::thread::sleep(std::time::Duration::from_secs(60));
    });
}

#[test]
fn what_a_killed_run_left_is_stopped_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact"])
        .env(CHILD, folder.path())
        .spawn()
        .unwrap();
    let told = folder.path().join("host");
    let host = loop {
        match std::fs::read_to_string(&told) {
            Ok(host) if !host.is_empty() => break host,
            _ if child.try_wait().unwrap().is_some() => {
                eprintln!("passed over: PostgreSQL's programs are not installed");
                return;
            }
            _ => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    let data = std::path::Path::new(&host).join("data/postmaster.pid");
    let process = std::fs::read_to_string(&data).unwrap();
    let process = format!("/proc/{}/cmdline", process.lines().next().unwrap());
    run(async {
        let place = ScratchPlace::Local(settings(folder.path()));
        let server = ScratchServer::open(&place, options(Dialect::Postgres, 1006))
            .await
            .unwrap();
        assert!(!std::path::Path::new(&host).exists());
        // Nobody may have buried it yet.
        assert_eq!(std::fs::read_to_string(&process).unwrap_or_default(), "");
        server.close().await.unwrap();
    });
}

#[test]
fn missing_roles_are_made_on_a_local_server() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let place = ScratchPlace::Local(settings(folder.path()));
        let opened = ScratchServer::open(&place, options(Dialect::Postgres, 1007)).await;
        if let Err(ScratchError::NoPrograms { .. }) = opened {
            eprintln!("passed over: PostgreSQL's programs are not installed");
            return;
        }
        let mut server = opened.unwrap();
        let mut scratch = server.create().await.unwrap();
        let statements = [
            LoadStatement {
                sql: "ALTER TABLE t OWNER TO \"The app\"",
                file: 0,
            },
            LoadStatement {
                sql: "GRANT SELECT ON t TO reader",
                file: 0,
            },
            LoadStatement {
                sql: "CREATE TABLE t ()",
                file: 0,
            },
        ];
        let refused = load(&mut scratch.session, &statements, &LoadOptions::default())
            .await
            .unwrap_err();
        assert_eq!(refused.failures().len(), 2);
        let mut scratch = server.create().await.unwrap();
        let options = LoadOptions {
            missing_roles: MissingRoles::Made,
            ..LoadOptions::default()
        };
        let loaded = load(&mut scratch.session, &statements, &options)
            .await
            .unwrap();
        assert_eq!(loaded.roles, ["The app", "reader"]);
        drop(scratch);
        server.close().await.unwrap();
    });
}

#[test]
fn a_local_server_of_mariadb_is_started_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let place = ScratchPlace::Local(settings(folder.path()));
    run(async {
        let opened = ScratchServer::open(&place, options(Dialect::Mysql, 1005)).await;
        if let Err(ScratchError::NoPrograms { .. }) = opened {
            eprintln!("passed over: the programs of MariaDB and MySQL are not installed");
            return;
        }
        let mut server = opened.unwrap();
        let mut scratch = server.create().await.unwrap();
        scratch
            .session
            .execute("CREATE TABLE t (a int)")
            .await
            .unwrap();
        let socket = scratch.url().host().unwrap().to_owned();
        assert!(std::path::Path::new(&socket).exists());
        scratch.close().unwrap();
        server.close().await.unwrap();
        assert!(!std::path::Path::new(&socket).exists());
    });
}
