//! The way out of Ctrl-C; a program of its own, since it ends everything that a process made.

use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_execute::journal::JournalName;
use schemist_execute::lock::Lock;
use schemist_execute::scratch::{
    LocalSettings, ScratchError, ScratchOptions, ScratchPlace, ScratchServer,
};
use schemist_execute::sweep;
use schemist_sql::Dialect;

#[test]
fn everything_is_ended_dropped_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let settings = LocalSettings {
        cache: folder.path().to_owned(),
        temporary: std::env::temp_dir(),
        path: std::env::var_os("PATH").unwrap_or_default(),
    };
    let options = ScratchOptions {
        dialect: Dialect::Postgres,
        likeness: None,
        default_schema: None,
        template: None,
        started: 4000,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let local = ScratchServer::open(&ScratchPlace::Local(settings), options.clone()).await;
        if matches!(local, Err(ScratchError::NoPrograms { .. })) {
            return;
        }
        let mut local = local.unwrap();
        let scratch = local.create().await.unwrap();
        // On the local server, as if it were one that stays.
        let url: DatabaseUrl = scratch.url().clone();
        let mut server = ScratchServer::open(&ScratchPlace::Url(url), options)
            .await
            .unwrap();
        let other = server.create().await.unwrap();
        let session = Session::connect(other.url(), &Pins::default(), Access::Write)
            .await
            .unwrap();
        let mut lock = Lock::take(session, &JournalName::default(), std::time::Duration::ZERO)
            .await
            .unwrap();
        let sweeping = std::thread::spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(200));
            sweep()
        });
        let error = lock
            .session()
            .execute("SELECT pg_sleep(30)")
            .await
            .unwrap_err();
        assert!(error.is_connection_lost());
        assert_eq!(sweeping.join().unwrap(), []);
        assert!(!std::path::Path::new(scratch.url().host().unwrap()).exists());
    });
}
