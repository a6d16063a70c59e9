//! A local server; a program of its own, since sweeping ends everything that a process made.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what all tests here share is outside a test function"
)]

use schemist_execute::scratch::{
    LocalSettings, ScratchError, ScratchOptions, ScratchPlace, ScratchServer, sweep,
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

#[test]
fn a_local_server_is_started_and_removed_and_two_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings = LocalSettings {
        cache: folder.path().join("cache"),
        temporary: std::env::temp_dir(),
        path: std::env::var_os("PATH").unwrap_or_default(),
    };
    let place = ScratchPlace::Local(settings.clone());
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
        let socket = scratch.url().host().unwrap().to_owned();
        // The way out of Ctrl-C.
        assert!(sweep().is_empty());
        assert!(!std::path::Path::new(&socket).exists());
        one.close().await.unwrap();
    });
}
