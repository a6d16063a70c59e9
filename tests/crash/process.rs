//! One run of the binary.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A run that may be killed from another thread.
#[derive(Clone)]
pub(crate) struct Running(Arc<Mutex<Child>>);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it said.
    pub(crate) words: String,
}

/// Starts the binary on a database.
pub(crate) fn start(migrations: &Path, url: &str, arguments: &[&str]) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_schemist"))
        .args(arguments)
        .arg("--url")
        .arg(url)
        .arg("--migrations")
        .arg(migrations)
        .current_dir(migrations)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", migrations)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    Running(Arc::new(Mutex::new(child)))
}

/// Runs the binary to its end.
pub(crate) fn run(migrations: &Path, url: &str, arguments: &[&str]) -> Ended {
    start(migrations, url, arguments).wait()
}

impl Running {
    /// Ends it with SIGKILL.
    pub(crate) fn kill(&self) {
        // It may have ended by itself.
        let _ended = self.0.lock().unwrap().kill();
    }

    /// Waits for its end.
    pub(crate) fn wait(self) -> Ended {
        let errors = self.0.lock().unwrap().stderr.take();
        let reading = thread::spawn(move || {
            let mut words = String::new();
            if let Some(mut errors) = errors {
                let _read = std::io::Read::read_to_string(&mut errors, &mut words);
            }
            words
        });
        let status = loop {
            if let Some(status) = self.0.lock().unwrap().try_wait().expect("the run is ours") {
                break status;
            }
            thread::sleep(Duration::from_millis(1));
        };
        Ended {
            code: status.code(),
            words: reading.join().unwrap_or_default(),
        }
    }
}
