//! Before a revision runs: what the rows stand against, and what will be lost.

use schemist_execute::lock::Lock;
use schemist_execute::preflight::{Finding, Verdict, preflight};
use schemist_execute::run::Passage;
use schemist_execute::scratch::Protection;
use schemist_revision::{Direction, Place, RevisionFile};
use schemist_sql::Span;

use crate::apply::{Event, Request, line_start, place, shown};
use crate::error::{Exit, ProjectError};
use crate::project::Entry;

/// What happens where rows would be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataLoss {
    /// It is told; a protected database refuses.
    #[default]
    Told,
    /// Somebody means it.
    Allowed,
}

/// Whether the rows are asked before a revision runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// They are.
    #[default]
    Asked,
    /// They are not: the statements find out.
    PassedBy,
}

/// Asks the rows before a revision runs.
///
/// # Errors
/// Where rows make a statement fail, or would be lost in a protected database.
pub(crate) async fn ask_rows(
    entry: &Entry,
    request: &Request,
    lock: &mut Lock,
    file: &RevisionFile,
    passage: &Passage,
    tell: &mut impl FnMut(Event),
) -> Result<(), ProjectError> {
    if request.rows == Rows::PassedBy {
        return Ok(());
    }
    let found = preflight(lock.session(), passage).await;
    let found = found.map_err(|error| {
        ProjectError::refused(
            format!("ask the rows: {}", error.message),
            "see that the server is up, then run the command again",
        )
    })?;
    let weighed = weigh(entry, request, file, &found);
    for warning in weighed.warnings {
        tell(Event::Warning(warning));
    }
    weighed.obstacle.map_or(Ok(()), Err)
}

/// What the rows mean for a revision.
pub(crate) struct Weighed {
    /// What will be lost.
    pub(crate) warnings: Vec<String>,
    /// Why it may not be run.
    pub(crate) obstacle: Option<ProjectError>,
}

/// Weighs what was found against a revision.
pub(crate) fn weigh(
    entry: &Entry,
    request: &Request,
    file: &RevisionFile,
    found: &[Finding],
) -> Weighed {
    let (fails, loses): (Vec<&Finding>, Vec<&Finding>) = found
        .iter()
        .partition(|finding| finding.verdict == Verdict::Fails);
    let lost = loses.iter();
    let warnings = lost.map(|finding| format!("{}: {}", file.id(), sentence(finding)));
    if !fails.is_empty() {
        return Weighed {
            warnings: warnings.collect(),
            obstacle: Some(stands_against(request.direction, file, &fails)),
        };
    }
    let is_refused = !loses.is_empty()
        && request.data_loss == DataLoss::Told
        && entry.protection == Protection::Protected;
    let refusal = || ProjectError::Refused {
        message: format!(
            "{}: rows would be lost, and this database is protected",
            what(request.direction, file)
        ),
        places: loses
            .iter()
            .map(|finding| found_at(file, finding))
            .collect(),
        remedy: Some("add --allow-data-loss if you mean it".to_owned()),
        exit: Exit::Hazard,
    };
    Weighed {
        warnings: warnings.collect(),
        obstacle: is_refused.then(refusal),
    }
}

fn what(direction: Direction, file: &RevisionFile) -> String {
    match direction {
        Direction::Up => format!("apply revision {}", file.id()),
        Direction::Down => format!("take back revision {}", file.id()),
    }
}

fn stands_against(direction: Direction, file: &RevisionFile, fails: &[&Finding]) -> ProjectError {
    let again = match direction {
        Direction::Up => "schemist upgrade",
        Direction::Down => "schemist downgrade",
    };
    ProjectError::Refused {
        message: format!(
            "{}: rows stand against it, and nothing was run",
            what(direction, file)
        ),
        places: fails
            .iter()
            .map(|finding| found_at(file, finding))
            .collect(),
        remedy: Some(format!(
            "mend these rows, or write into the revision what mends them, then run `{again}` again; --no-preflight runs it without asking"
        )),
        exit: Exit::Hazard,
    }
}

/// A finding in one line, with some of the keys.
pub(crate) fn sentence(finding: &Finding) -> String {
    let keys = match finding.keys.as_slice() {
        [] => String::new(),
        keys => {
            let more = if finding.count > keys.len() as u64 {
                ", …"
            } else {
                ""
            };
            format!(" ({}{more})", keys.join(", "))
        }
    };
    format!("{}: {}{keys}", finding.what, finding.count)
}

fn found_at(file: &RevisionFile, finding: &Finding) -> Place {
    let text = shown(file);
    let start = line_start(&text, finding.line);
    let length = text[start..].find('\n').unwrap_or(text.len() - start);
    place(file, Span::new(start, start + length), &sentence(finding))
}
