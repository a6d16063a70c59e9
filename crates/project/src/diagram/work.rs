//! Reading what is to be drawn.

use schemist_catalog::Catalog;
use schemist_connect::Access;
use schemist_revision::{Point, Target};
use schemist_sql::Dialect;

use super::figure::Diagram;
use crate::error::ProjectError;
use crate::generate::starting_point::applied;
use crate::project::Entry;
use crate::prove::replay::replay;

/// Whose tables are drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Subject {
    /// Those of the models.
    #[default]
    Models,
    /// Those of the live database.
    Live,
    /// What the history makes of an empty database, up to a revision.
    Revision(Box<Target>),
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Whose tables.
    pub subject: Subject,
    /// The tables by name; all where none is named.
    pub tables: Vec<String>,
    /// How many foreign keys away others may be that come along.
    pub depth: usize,
    /// The dialect in whose words; that of the database where none is named.
    pub dialect: Option<Dialect>,
}

/// A diagram, and what it is of.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The tables and their foreign keys.
    pub diagram: Diagram,
    /// What it is of, as a title.
    pub title: String,
    /// The dialect in whose words.
    pub dialect: Dialect,
}

/// Reads tables and foreign keys.
///
/// # Errors
/// Everything on the way, and where a table is unknown.
pub async fn diagram(entry: &Entry, request: &Request) -> Result<Drawn, ProjectError> {
    let (catalog, of) = read(entry, request).await?;
    let diagram = Diagram::of(&catalog).around(&request.tables, request.depth)?;
    let title = match request.tables.as_slice() {
        [] => format!("{} — {of}", entry.name()),
        names => format!("{} — {} of {of}", entry.name(), names.join(", ")),
    };
    Ok(Drawn {
        diagram,
        title,
        dialect: catalog.dialect(),
    })
}

async fn read(entry: &Entry, request: &Request) -> Result<(Catalog, String), ProjectError> {
    if let Subject::Live = request.subject {
        let mut session = entry.connect(Access::Read).await?;
        let scope = entry.scope(session.dialect());
        let catalog = schemist_introspect::read(&mut session, &scope).await;
        session.close().await;
        return Ok((catalog?, "the database".to_owned()));
    }
    let dialect = match request.dialect {
        Some(dialect) => dialect,
        None => entry.own_dialect()?,
    };
    let mut bench = entry.bench(dialect, None).await?;
    let Subject::Revision(target) = &request.subject else {
        let compiled = entry.compile(&mut bench).await?;
        return Ok((compiled.catalog, "the models".to_owned()));
    };
    let history = entry.history()?;
    let nothing = applied(&schemist_execute::journal::Journal::default());
    let targets = match target.resolve_one(&history, &nothing)? {
        Point::Base => Vec::new(),
        Point::Revision(id) => vec![id],
    };
    let (scratch, catalog) = replay(&mut bench, &history, &targets).await?;
    drop(scratch);
    let of = targets
        .first()
        .map_or_else(|| "the base".to_owned(), |id| format!("revision {id}"));
    Ok((catalog, of))
}
