//! Ctrl-C: what was made for the run goes before the program does.

use std::process;
use std::thread;

/// How the program ends after Ctrl-C, as a shell counts it: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

/// Watches for Ctrl-C on a thread of its own, so that a statement that runs does not hold it up.
pub fn watch() {
    let watched = thread::Builder::new().name("interrupt".to_owned());
    // Without the thread Ctrl-C ends the program as the system does it; the next run then tidies up.
    let _unwatched = watched.spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(interrupted());
        schemist_project::sweep();
        process::exit(INTERRUPTED);
    });
}

/// Waits for Ctrl-C, or for the request to end.
#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut request) = signal(SignalKind::terminate()) else {
        let _unheard = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _heard = tokio::signal::ctrl_c() => {}
        _asked = request.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    let _heard = tokio::signal::ctrl_c().await;
}
