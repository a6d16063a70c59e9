//! A terminal for journeys: what a person would see who types.

use std::io::{ErrorKind, Read, Write};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use crate::Sandbox;

/// How long something is waited for that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run of the binary on a terminal of its own.
pub struct Terminal {
    pty: Pty,
    child: std::process::Child,
    bytes: Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

impl Terminal {
    /// Starts the binary of a sandbox on a terminal with so many columns and lines.
    ///
    /// # Panics
    /// Where there is no terminal to be had.
    pub fn start(sandbox: &Sandbox, (columns, lines): (u16, u16), arguments: &[&str]) -> Self {
        let (pty, terminal) = open().expect("a pseudo terminal");
        pty.resize(Size::new(lines, columns)).expect("its size");
        let child = Command::new(sandbox.binary())
            .args(arguments)
            .current_dir(sandbox.project())
            .env_clear()
            .envs(sandbox.environment())
            .spawn(terminal)
            .expect("the binary");
        let bytes = listen(&pty);
        Self {
            pty,
            child,
            bytes,
            seen: Vec::new(),
        }
    }

    /// Waits until a text has been shown.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        while !String::from_utf8_lossy(&self.seen).contains(text) {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.extend(bytes),
                Err(error) => panic!("{error}: {text:?} is not in {}", self.so_far()),
            }
        }
        self
    }

    /// Presses keys.
    ///
    /// # Panics
    /// Where nobody reads them.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.pty.write_all(keys.as_bytes()).expect("a key");
        self
    }

    /// Waits for the end, and gives what was shown, with codes of colours, and the exit code.
    ///
    /// # Panics
    /// Where it does not end.
    pub fn end(mut self) -> (String, Option<i32>) {
        loop {
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.extend(bytes),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(error) => panic!("{error}: {}", self.so_far()),
            }
        }
        let status = self.child.wait().expect("the binary's end");
        (self.so_far(), status.code())
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.seen).replace("\r\n", "\n")
    }
}

/// Reads what is shown, until nobody is there any more who shows anything.
fn listen(pty: &Pty) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    let descriptor = std::os::fd::AsFd::as_fd(pty).try_clone_to_owned();
    let mut output = std::fs::File::from(descriptor.expect("a second descriptor"));
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        loop {
            match output.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    if sender.send(buffer[..count].to_vec()).is_err() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The other side is closed.
                Err(_) => break,
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_sees_a_terminal_and_its_size() {
        let sandbox = Sandbox::new("/bin/sh");
        let script = "test -t 1 && stty size; read word; echo got $word; exit 3";
        let mut terminal = Terminal::start(&sandbox, (40, 12), &["-c", script]);
        terminal.wait_for("12 40").press("yes\r");
        let (shown, code) = terminal.end();
        assert_eq!(shown, "12 40\nyes\ngot yes\n");
        assert_eq!(code, Some(3));
    }
}
