//! What must not happen by mistake: passwords in files that others see.

use std::process::{Command, Stdio};

use crate::project::Entry;
use crate::settings::{Written, written_passwords};

/// The passwords that are written in settings files which git keeps.
pub fn passwords_in_git(entry: &Entry) -> Vec<Written> {
    let mut found = written_passwords(entry.files());
    found.retain(|written| {
        entry.files().get(written.file).is_some_and(|file| {
            let answer = Command::new("git")
                .arg("ls-files")
                .arg("--error-unmatch")
                .arg(&file.path)
                .current_dir(file.folder())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            answer.is_ok_and(|status| status.success())
        })
    });
    found
}

/// Warns of passwords in settings files which git keeps.
pub fn tell_written_passwords(entry: &Entry, mut tell: impl FnMut(&str)) {
    for written in passwords_in_git(entry) {
        let (line, _) = written.place.line_column();
        tell(&format!(
            "a password stands in {}:{line} (`{}`), which git keeps; write `${{VAR}}`, `{{ file = \"…\" }}` or `{{ command = […] }}` in its place, and change the password",
            written.place.path, written.key
        ));
    }
}
