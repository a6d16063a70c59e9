//! Programs that print a secret: run only where somebody said that they may be.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::error::ProjectError;
use crate::project::Entry;
use crate::settings::Program;

/// Who says whether a program of the settings may be run.
#[derive(Debug, Clone, Copy, Default)]
pub enum Trust {
    /// Nobody: only what was trusted before is run.
    #[default]
    Nobody,
    /// A person, who is asked once.
    Asked(fn(&str) -> bool),
    /// It was said on the command line.
    Given,
}

/// What a program of the settings is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It prints a secret.
    Secret,
    /// It is run before or after a change.
    Hook,
}

impl Purpose {
    const fn words(self) -> &'static str {
        match self {
            Self::Secret => "for a secret",
            Self::Hook => "as a hook",
        }
    }
}

/// Runs a program and returns what it printed.
pub(super) fn run(entry: &Entry, program: &Program) -> Result<String, ProjectError> {
    let words = resolved(entry, program)?;
    // Only the words as they are written are shown: a variable in them may hold a secret.
    let shown = written(program);
    trust(entry, program, Purpose::Secret)?;
    let (name, arguments) = words.split_first().unwrap_or((&shown, &[]));
    let failed = |because: String, remedy: &str| ProjectError::Refused {
        message: format!("get a secret from `{shown}`: {because}"),
        places: places(program),
        remedy: Some(remedy.to_owned()),
        exit: crate::Exit::Error,
    };
    let output = Command::new(name)
        .args(arguments)
        .current_dir(&entry.root)
        .envs(&entry.environment.variables)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output();
    let output = output.map_err(|error| {
        failed(
            error.to_string(),
            "install the program, or correct its name in the settings",
        )
    })?;
    if !output.status.success() {
        let ending = match output.status.code() {
            Some(code) => format!("it ended with {code}"),
            None => "a signal ended it".to_owned(),
        };
        return Err(failed(ending, "run it by hand to see what it wants"));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| {
        failed(
            "it printed no UTF-8".to_owned(),
            "let it print the secret alone",
        )
    })?;
    if text.trim().is_empty() {
        return Err(failed(
            "it printed nothing".to_owned(),
            "run it by hand to see what it wants",
        ));
    }
    Ok(text)
}

/// The words of a program, with the values of their variables.
pub(crate) fn resolved(entry: &Entry, program: &Program) -> Result<Vec<String>, ProjectError> {
    let mut words = Vec::new();
    for word in &program.words {
        words.push(word.resolve(&entry.environment.variables)?);
    }
    Ok(words)
}

/// A program as it is written in the settings.
pub(crate) fn written(program: &Program) -> String {
    let words = program.words.iter().map(|word| word.written());
    words.collect::<Vec<_>>().join(" ")
}

/// Where a program is written.
pub(crate) fn places(program: &Program) -> Vec<schemist_revision::Place> {
    let first = program.words.first();
    first
        .map(|word| word.place("this program"))
        .into_iter()
        .collect()
}

/// Makes sure that somebody trusts the program, and remembers it.
///
/// # Errors
/// A refusal where nobody does.
pub(crate) fn trust(
    entry: &Entry,
    program: &Program,
    purpose: Purpose,
) -> Result<(), ProjectError> {
    let (shown, purpose) = (written(program), purpose.words());
    let key = key(entry, program);
    let file = entry.environment.config_folder().join("trusted-programs");
    let known = fs::read_to_string(&file).unwrap_or_default();
    if known.lines().any(|line| line == key) {
        return Ok(());
    }
    let question =
        format!("The settings want to run `{shown}` {purpose}. Run it, now and from now on?");
    let refusal = |why: &str| ProjectError::Refused {
        message: format!("run `{shown}` {purpose}: {why}"),
        places: places(program),
        remedy: Some("look at it, then add --trust; it is asked once for each program".to_owned()),
        exit: crate::Exit::Error,
    };
    match entry.choice().trust {
        Trust::Given => {}
        Trust::Asked(ask) if ask(&question) => {}
        Trust::Asked(_) => return Err(refusal("you said no")),
        Trust::Nobody => {
            return Err(refusal(
                "nobody said yet that it may be run, and nobody is there to ask",
            ));
        }
    }
    let written = file
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| {
            let mut options = fs::OpenOptions::new();
            let mut file = options.create(true).append(true).open(&file)?;
            writeln!(file, "{key}")
        });
    written.map_err(|source| ProjectError::File {
        what: "remember in",
        path: file.display().to_string(),
        source,
    })
}

/// What stands for a program of a project: another folder or another word is another program.
fn key(entry: &Entry, program: &Program) -> String {
    let mut hash = Sha256::new();
    hash.update(entry.root.as_os_str().as_encoded_bytes());
    for word in &program.words {
        hash.update([0]);
        hash.update(word.written());
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
