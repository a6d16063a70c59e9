//! Whether a database is what a revision was proven on, said before it runs.

use schemist_connect::Session;
use schemist_revision::{Direction, History, Mention, RevisionFile, RevisionId};

use crate::apply::run::Request;
use crate::compile::hash::{catalog_hash, is_noted, server_label};
use crate::error::{Exit, ProjectError};
use crate::inspect::standing::Standing;
use crate::inspect::status::privileges;
use crate::project::Entry;

/// Whether the database must be what the first revision was proven on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expectation {
    /// It is said where it is not.
    #[default]
    Told,
    /// Nothing is run where it is not, or where nobody knows.
    Required,
}

/// What the database is before anything is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Footing {
    /// What it should be, as far as anybody knows.
    AsNoted,
    /// Somebody changed it after the last revision.
    Changed,
}

/// What came of comparing the database with what was noted of it.
pub(crate) struct Comparison {
    /// What is to be said.
    pub(crate) said: Option<String>,
    /// What the database is.
    pub(crate) footing: Footing,
}

impl Comparison {
    /// Where there is nothing to say.
    pub(crate) const NONE: Self = Self {
        said: None,
        footing: Footing::AsNoted,
    };
}

/// Compares the database with what it should be before the first of these revisions goes its way.
///
/// # Errors
/// Where it cannot be read, and a refusal where it must be what it should be.
pub(crate) async fn compare(
    entry: &Entry,
    session: &mut Session,
    history: &History,
    standing: &Standing,
    files: &[&RevisionFile],
    request: &Request,
) -> Result<Comparison, ProjectError> {
    // What is half done is neither one nor the other.
    if standing.partial().is_some() {
        return Ok(Comparison::NONE);
    }
    match (request.direction, files.first()) {
        (Direction::Up, Some(first)) => {
            let expected = request.expectation;
            compare_with_proof(entry, session, history, standing, first, expected).await
        }
        (Direction::Down, Some(_)) => compare_with_note(entry, session, history, standing).await,
        (Direction::Up | Direction::Down, None) => Ok(Comparison::NONE),
    }
}

/// With what the last revision left, before that is taken back.
async fn compare_with_note(
    entry: &Entry,
    session: &mut Session,
    history: &History,
    standing: &Standing,
) -> Result<Comparison, ProjectError> {
    let Some((after, noted)) = standing.noted_catalog(history) else {
        return Ok(Comparison::NONE);
    };
    let scope = entry.scope(session.dialect());
    let catalog = schemist_introspect::read(session, &scope).await?;
    let compared = privileges(entry, session.dialect());
    if is_noted(&noted, &catalog, compared) {
        return Ok(Comparison::NONE);
    }
    let said = changed(&after, &noted, &catalog_hash(&catalog));
    Ok(Comparison {
        said: Some(format!("{said}; {REMEDY}")),
        footing: Footing::Changed,
    })
}

const REMEDY: &str = "`schemist diagnose --drift` names what differs";

fn changed(after: &RevisionId, noted: &str, now: &str) -> String {
    let noted = noted.split_whitespace().next().unwrap_or_default();
    format!(
        "this database was changed after revision {after} (its catalog was {noted} and is {now})"
    )
}

/// With what the first revision was proven on, and with what the last one left.
async fn compare_with_proof(
    entry: &Entry,
    session: &mut Session,
    history: &History,
    standing: &Standing,
    first: &RevisionFile,
    expectation: Expectation,
) -> Result<Comparison, ProjectError> {
    let label = server_label(session.version());
    let hashes = first.header().catalog.iter();
    let proven = hashes
        .filter(|hashes| hashes.server == label)
        .map(|hashes| hashes.before.clone())
        .next();
    let noted = standing.noted_catalog(history);
    if proven.is_none() && noted.is_none() {
        return match expectation {
            Expectation::Told => Ok(Comparison::NONE),
            Expectation::Required => Err(refusal(
                format!(
                    "hold the database against its proof: neither the header of {} nor the journal knows what {label} was",
                    first.id()
                ),
                "leave --expect-catalog out this once; the journal will know afterwards",
            )),
        };
    }
    let scope = entry.scope(session.dialect());
    let catalog = schemist_introspect::read(session, &scope).await?;
    let compared = privileges(entry, session.dialect());
    let now = catalog_hash(&catalog);
    let mention = Mention::from(first);
    let (said, footing) = match (proven, noted) {
        (Some(proven), _) if is_noted(&proven, &catalog, compared) => return Ok(Comparison::NONE),
        (_, Some((after, noted))) if !is_noted(&noted, &catalog, compared) => {
            let said = changed(&after, &noted, &now);
            (
                format!("{said}; it is not what revision {mention} was proven on"),
                Footing::Changed,
            )
        }
        (Some(proven), _) => (
            format!(
                "this database is not what revision {mention} was proven on (its catalog is {now}, the proof began at {proven})"
            ),
            Footing::AsNoted,
        ),
        (None, _) => return Ok(Comparison::NONE),
    };
    match expectation {
        Expectation::Told => Ok(Comparison {
            said: Some(format!("{said}; {REMEDY}")),
            footing,
        }),
        Expectation::Required => Err(refusal(format!("run {}: {said}", first.id()), REMEDY)),
    }
}

fn refusal(message: String, remedy: &str) -> ProjectError {
    ProjectError::Refused {
        message,
        places: Vec::new(),
        remedy: Some(remedy.to_owned()),
        exit: Exit::Differences,
    }
}
