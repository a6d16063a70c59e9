//! The rows that somebody wants a revision to be proven with.

use std::path::Path;

use schemist_connect::Session;
use schemist_revision::Place;
use schemist_sql::{Dialect, StatementKind, statements};

use crate::error::{Exit, ProjectError};
use crate::folder::{read_text, shown};
use crate::project::Entry;

/// A file of SQL.
#[derive(Debug, Clone)]
pub(super) struct Seed {
    /// The file, as messages name it.
    pub(super) path: String,
    text: String,
}

impl Seed {
    /// Reads a file; `rows.mysql.sql` beside it is the one for MySQL.
    pub(super) fn read(entry: &Entry, path: &Path, dialect: Dialect) -> Result<Self, ProjectError> {
        let path = entry.environment.absolute(path);
        let own = path.with_extension(format!("{dialect}.sql"));
        let path = if own.is_file() { own } else { path };
        let folder = &entry.environment.folder;
        Ok(Self {
            text: read_text(&path, folder)?,
            path: shown(&path, folder),
        })
    }

    /// Runs its statements.
    pub(super) async fn plant(&self, session: &mut Session) -> Result<(), ProjectError> {
        let place = |span, label: &str| Place {
            path: self.path.as_str().into(),
            source: self.text.as_str().into(),
            span,
            label: label.to_owned(),
        };
        let refused = |message: String, place: Place| ProjectError::Refused {
            message: format!("put in the rows of {}: {message}", self.path),
            places: vec![place],
            remedy: Some("they must fit the tables as they are before the revision".to_owned()),
            exit: Exit::Error,
        };
        let found = statements(session.dialect(), &self.text)
            .map_err(|error| refused(format!("cannot {error}"), place(error.span, "here")))?;
        for statement in found {
            match statement.kind {
                StatementKind::Sql => {}
                StatementKind::MetaCommand | StatementKind::Copy { .. } => {
                    let at = place(statement.span, "this is for another program");
                    return Err(refused("only statements are run".to_owned(), at));
                }
            }
            let ran = session.execute(statement.text(&self.text)).await;
            ran.map_err(|error| {
                let at = place(statement.span, "the server refuses this");
                refused(error.to_string(), at)
            })?;
        }
        Ok(())
    }
}
