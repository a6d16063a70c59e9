//! The formats by their names.

use serde_json::Value;

use super::sheet::{Sheet, of_check};
use super::shown::shown;
use super::{Looked, github, gitlab, human, json, junit, markdown, sarif, sql};

/// A form in which what was found is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Text for people.
    Human,
    /// One document with a version.
    Json,
    /// What code scanning reads.
    Sarif,
    /// Workflow commands of GitHub.
    Github,
    /// GitLab's report of code quality.
    Gitlab,
    /// A suite of tests.
    Junit,
    /// A comment.
    Markdown,
    /// The statements.
    Sql,
}

impl ReportFormat {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Human,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
        Self::Sql,
    ];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Sql => "sql",
        }
    }
}

/// Writes what was found in a format.
pub fn render(format: ReportFormat, all: &[Looked]) -> String {
    match format {
        ReportFormat::Human => text(all),
        ReportFormat::Json => pretty(&json::document(all)),
        ReportFormat::Sarif | ReportFormat::Github | ReportFormat::Gitlab | ReportFormat::Junit => {
            document(format, &of_check(all)).unwrap_or_default()
        }
        ReportFormat::Markdown => markdown::document(all),
        ReportFormat::Sql => sql::document(all),
    }
}

/// Writes what anybody found in a format of pipelines; `None` for the others, which each finder has its own of.
pub fn document(format: ReportFormat, sheet: &Sheet) -> Option<String> {
    match format {
        ReportFormat::Sarif => Some(pretty(&sarif::document(sheet))),
        ReportFormat::Github => Some(github::document(sheet)),
        ReportFormat::Gitlab => Some(pretty(&gitlab::document(sheet))),
        ReportFormat::Junit => Some(junit::document(sheet)),
        ReportFormat::Human | ReportFormat::Json | ReportFormat::Markdown | ReportFormat::Sql => {
            None
        }
    }
}

fn text(all: &[Looked]) -> String {
    let parts = all.iter().map(|looked| match looked {
        Looked::Compared(report) if all.len() > 1 => {
            format!("{}\n{}", report.name, human::text(report))
        }
        Looked::Compared(report) => human::text(report),
        Looked::Failed(failure) => format!("{}: {}\n", failure.name, failure.message),
    });
    shown(&parts.collect::<Vec<_>>().join("\n"))
}

fn pretty(document: &Value) -> String {
    // A value that is in memory can be written.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}
