//! Ctrl-C: what was made for the run goes before the program does.

use std::process;
use std::thread;

use schemist_project::sweep;

use crate::ui::Ui;

/// How the program ends after Ctrl-C, as a shell counts it: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

/// Waits for Ctrl-C, undoes what is open, and ends the program.
///
/// It is awaited beside the work, on the same thread: while it undoes, the work stands still and
/// makes nothing new.
pub async fn wait(ui: &Ui) {
    signalled().await;
    watch_for_impatience();
    ui.stopped();
    for warning in sweep() {
        ui.warning(&warning.to_string());
    }
    process::exit(INTERRUPTED);
}

/// Lets Ctrl-C end no more than what was started for the reader.
pub fn pass_over() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // From now on the signal comes to where nobody waits.
        let _unheard = signal(SignalKind::interrupt());
    }
}

/// A second Ctrl-C ends the program at once; the next run then tidies up.
fn watch_for_impatience() {
    let watcher = thread::Builder::new().name("interrupt".to_owned());
    let _unwatched = watcher.spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(signalled());
            crate::gauge::end();
            process::exit(INTERRUPTED);
        }
    });
}

/// Waits for Ctrl-C, or for the request to end.
#[cfg(unix)]
async fn signalled() {
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
async fn signalled() {
    let _heard = tokio::signal::ctrl_c().await;
}
