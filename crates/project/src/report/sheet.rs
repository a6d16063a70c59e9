//! What programs of a pipeline want to know of anything that was found, whoever found it.

use sha2::{Digest, Sha256};

use super::human::{finding_lines, text_of};
use super::{Finding, Looked, Report, SourceLine};

/// The width of texts side by side.
const WIDTH: usize = 120;

/// How bad something is, as pipelines tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// It may go wrong.
    Warning,
    /// It is wrong.
    Error,
}

/// Everything that a command found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The command.
    pub command: &'static str,
    /// The name of its fingerprints.
    pub fingerprint: &'static str,
    /// What was found, by database or by what was looked at.
    pub suites: Vec<Suite>,
}

/// What was found in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// What it is called.
    pub name: String,
    /// What holds where nothing was found.
    pub clean: String,
    /// What was found, or why nobody could look.
    pub outcome: Result<Vec<Note>, String>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The name of the rule.
    pub rule: String,
    /// What the rule is about, in a sentence.
    pub rule_text: String,
    /// Where more is said about the rule.
    pub rule_help: Option<String>,
    /// How bad it is.
    pub level: Level,
    /// A few words.
    pub title: String,
    /// A sentence without its period.
    pub sentence: String,
    /// The sentence, with what belongs to it in further lines.
    pub message: String,
    /// Everything there is to read.
    pub text: String,
    /// What it is about.
    pub object: String,
    /// Where, as the pipeline counts paths.
    pub place: SourceLine,
    /// The line and the column of its end, where that is known.
    pub end: Option<(usize, usize)>,
    /// What tells it from all others.
    pub fingerprint: String,
}

impl Suite {
    /// What was found.
    pub fn notes(&self) -> &[Note] {
        self.outcome.as_deref().unwrap_or_default()
    }
}

/// What a check found.
pub(super) fn of_check(all: &[Looked]) -> Sheet {
    let suites = all.iter().map(|looked| match looked {
        Looked::Compared(report) => Suite {
            name: report.name.clone(),
            clean: format!("{} is what {} say", report.sides.before, report.sides.after),
            outcome: Ok(report.findings.iter().map(|it| note(report, it)).collect()),
        },
        Looked::Failed(failure) => Suite {
            name: failure.name.clone(),
            clean: String::new(),
            outcome: Err(failure.message.clone()),
        },
    });
    Sheet {
        command: "check",
        fingerprint: "schemistCheck/v1",
        suites: suites.collect(),
    }
}

fn note(report: &Report, finding: &Finding) -> Note {
    let kind = finding.kind;
    let rule_text = match finding.verb {
        "create" => format!("A {kind} is missing on the first side."),
        "drop" => format!("A {kind} is missing on the second side."),
        "break" => format!("A {kind} of the application does not work with the second side."),
        _ => format!("A {kind} is not the same on both sides."),
    };
    Note {
        rule: finding.rule(),
        rule_text,
        rule_help: None,
        level: Level::Error,
        title: format!("{} {}", finding.verb, finding.object),
        sentence: finding.sentence(report.sides),
        message: finding.message(report.sides),
        text: text_of(&finding_lines(finding, report.sides, WIDTH)),
        object: finding.object.clone(),
        place: report.place(finding),
        end: None,
        fingerprint: report.fingerprint(finding),
    }
}

/// The fingerprint of a look that came to no end.
pub(super) fn of_failure(name: &str) -> String {
    let digest = Sha256::digest(format!("failure\0{name}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
