//! Whether a database is what a revision was proven on, said before it runs.

use schemist_connect::Session;
use schemist_revision::{History, Mention, RevisionFile};

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

/// Compares the database with what the first revision was proven on, and with what the last one left;
/// returns what is to be said.
///
/// # Errors
/// A refusal where the two must be the same and are not.
pub(crate) async fn compare_with_proof(
    entry: &Entry,
    session: &mut Session,
    history: &History,
    standing: &Standing,
    first: &RevisionFile,
    expectation: Expectation,
) -> Result<Option<String>, ProjectError> {
    let label = server_label(session.version());
    let hashes = first.header().catalog.iter();
    let proven = hashes
        .filter(|hashes| hashes.server == label)
        .map(|hashes| hashes.before.clone())
        .next();
    let noted = standing.noted_catalog(history);
    if proven.is_none() && noted.is_none() {
        return match expectation {
            Expectation::Told => Ok(None),
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
    let said = match (proven, noted) {
        (Some(proven), _) if is_noted(&proven, &catalog, compared) => return Ok(None),
        (_, Some((after, noted))) if !is_noted(&noted, &catalog, compared) => {
            let noted = noted.split_whitespace().next().unwrap_or_default();
            format!(
                "this database was changed after revision {after} (its catalog was {noted} and is {now}); it is not what revision {mention} was proven on"
            )
        }
        (Some(proven), _) => format!(
            "this database is not what revision {mention} was proven on (its catalog is {now}, the proof began at {proven})"
        ),
        (None, _) => return Ok(None),
    };
    let remedy = "`schemist diagnose --drift` names what differs";
    match expectation {
        Expectation::Told => Ok(Some(format!("{said}; {remedy}"))),
        Expectation::Required => Err(refusal(format!("run {}: {said}", first.id()), remedy)),
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
