//! Compiling: the models of a project become the catalog of one dialect.

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemist_catalog::{Catalog, Kind, Object};
use schemist_connect::Session;
use schemist_execute::load::LoadErrors;
use schemist_execute::scratch::{Likeness, ScratchOptions, ScratchServer};
use schemist_model::{Declaration, Declared, Source};
use schemist_revision::Place;
use schemist_sql::{Dialect, Span, Verb, subject, without_secrets, words};

use crate::compile::cache::{Cache, Key};
use crate::error::ProjectError;
use crate::project::{CacheUse, Entry};
use crate::prove::bench::{Bench, BenchError};
use crate::settings::PrivilegesChoice;

/// The models of a project for one dialect, compiled.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// What was declared, with its places and hints.
    pub declaration: Declaration,
    /// What the server made of it.
    pub catalog: Catalog,
    /// Under which key that is kept, where it is.
    pub(crate) key: Option<Key>,
}

/// A statement of the models that the server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The server's words.
    pub message: String,
    /// More of them: detail, hint, context.
    pub causes: Vec<String>,
    /// Where the statement stands.
    pub place: Place,
}

impl Entry {
    /// Sets up scratch databases of a dialect that are like the live database, where there is one.
    ///
    /// # Errors
    /// Where no scratch database can be had; the message says what helps.
    pub async fn bench(
        &self,
        dialect: Dialect,
        live: Option<&mut Session>,
    ) -> Result<Bench, ProjectError> {
        let likeness = match live {
            Some(session) => Some(
                Likeness::read(session)
                    .await
                    .map_err(BenchError::from_server("read the server's traits"))?,
            ),
            None => None,
        };
        let options = ScratchOptions {
            dialect,
            likeness,
            default_schema: self.default_schema(dialect),
            template: self.settings.scratch_template.clone(),
            started: u64::try_from(self.environment.now().unix()).unwrap_or_default(),
        };
        let server = ScratchServer::open(&self.scratch_place(dialect)?, options).await?;
        let bench = Bench::new(server, self.scope(dialect), self.cache());
        Ok(match speaks_of_privileges(self, dialect) {
            PrivilegesChoice::Compared => bench,
            PrivilegesChoice::LeftAlone => {
                bench.leaving(BTreeSet::from([Kind::DefaultPrivileges, Kind::Privileges]))
            }
        })
    }

    fn cache(&self) -> Cache {
        match self.choice().cache {
            CacheUse::Kept => Cache::in_folder(&self.environment.cache_folder()),
            CacheUse::PassedBy => Cache::none(),
        }
    }

    /// Reads the models.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub(crate) fn declaration(&self, dialect: Dialect) -> Result<Declaration, ProjectError> {
        let options = self.options(dialect);
        Ok(Declaration::from_sources(
            self.sources()?,
            dialect,
            &options,
        )?)
    }

    /// Reads the models and compiles them.
    ///
    /// # Errors
    /// Everything that is wrong with the models, or that the server refuses, each with its place.
    pub async fn compile(&self, bench: &mut Bench) -> Result<Compiled, ProjectError> {
        let declaration = self.declaration(bench.dialect())?;
        compile_declaration(bench, declaration).await
    }
}

/// Whether the models say who may do what: those that are SQL alone do, also by what they leave out; with
/// structs among them, those that grant or revoke anything.
pub(crate) fn speaks_of_privileges(entry: &Entry, dialect: Dialect) -> PrivilegesChoice {
    if let Some(choice) = entry.settings.privileges {
        return choice;
    }
    // What is wrong with the models is told where they are compiled.
    let paths = entry.model_paths().unwrap_or_default();
    let is_sql = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "sql");
    let of_sql: Vec<_> = paths.iter().filter(is_sql).collect();
    if of_sql.len() == paths.len() {
        return PrivilegesChoice::Compared;
    }
    let of_sql = of_sql
        .into_iter()
        .filter_map(|path| entry.source(path).ok());
    let of_sql: Vec<_> = of_sql.collect();
    let grants = |declared: &Declared| {
        let mut words = words(dialect, &declared.sql);
        words.next().is_some_and(|first| {
            first.is_one_of(&["GRANT", "REVOKE"])
                || first.is("ALTER") && words.next().is_some_and(|second| second.is("DEFAULT"))
        })
    };
    let declaration = Declaration::from_sources(of_sql, dialect, &entry.options(dialect));
    let is_said = declaration.is_ok_and(|read| read.statements.iter().any(grants));
    if is_said {
        PrivilegesChoice::Compared
    } else {
        PrivilegesChoice::LeftAlone
    }
}

/// Compiles texts as models of a project.
///
/// # Errors
/// Everything that is wrong with them, or that the server refuses, each with its place.
pub async fn compile_sources(
    entry: &Entry,
    bench: &mut Bench,
    sources: Vec<Source>,
) -> Result<Compiled, ProjectError> {
    let dialect = bench.dialect();
    let declaration = Declaration::from_sources(sources, dialect, &entry.options(dialect))?;
    compile_declaration(bench, declaration).await
}

/// Compiles models that were read.
///
/// # Errors
/// What the server refuses, with its place.
pub(crate) async fn compile_declaration(
    bench: &mut Bench,
    declaration: Declaration,
) -> Result<Compiled, ProjectError> {
    let made = match bench.make(&declaration).await {
        Ok(made) => made,
        Err(BenchError::Load(errors)) => {
            return Err(ProjectError::Compile(refusals(&declaration, &errors)));
        }
        Err(other) => return Err(other.into()),
    };
    let mut catalog = made.catalog;
    forget_unwritten(&mut catalog, &declaration);
    Ok(Compiled {
        declaration,
        catalog,
        key: made.key,
    })
}

/// Takes out of extensions what the declaration does not write: their version, schema and comment are then
/// those of the live database.
fn forget_unwritten(catalog: &mut Catalog, declaration: &Declaration) {
    let dialect = catalog.dialect();
    let extensions: Vec<_> = catalog
        .objects()
        .values()
        .filter_map(|object| {
            if let Object::Extension(extension) = object {
                Some(extension.clone())
            } else {
                None
            }
        })
        .collect();
    for mut extension in extensions {
        let find = |verb: Verb| {
            declaration.statements.iter().find(|statement| {
                subject(dialect, &statement.sql).is_some_and(|subject| {
                    subject.verb == verb
                        && subject.kind == "EXTENSION"
                        && subject
                            .name
                            .last()
                            .is_some_and(|name| *name == extension.name)
                })
            })
        };
        let written = find(Verb::Create);
        let is_commented = find(Verb::Comment).is_some();
        let says = |word: &str| {
            written
                .is_some_and(|statement| words(dialect, &statement.sql).any(|found| found.is(word)))
        };
        if !says("VERSION") {
            extension.version = None;
        }
        if !says("SCHEMA") {
            extension.schema = None;
        }
        if !is_commented {
            extension.comment = None;
        }
        catalog.insert(extension);
    }
}

fn refusals(declaration: &Declaration, errors: &LoadErrors) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for failure in errors.failures() {
        let statement = &declaration.statements[failure.statement];
        let words = &failure.error;
        let mut causes = Vec::new();
        for (title, text) in [
            ("detail", &words.detail),
            ("hint", &words.hint),
            ("context", &words.context),
        ] {
            causes.extend(text.iter().map(|text| format!("{title}: {text}")));
        }
        if let Some(cause) = failure.follows {
            let origin = declaration.statements[cause].origin;
            let (path, line, _) = declaration.locate(origin);
            causes.push(format!(
                "this only follows from the statement at {path}:{line}"
            ));
        }
        refusals.push(Refusal {
            message: words.message.clone(),
            causes,
            place: place(declaration, statement, words.position),
        });
    }
    refusals
}

fn place(declaration: &Declaration, statement: &Declared, position: Option<usize>) -> Place {
    let origin = position.map_or(statement.origin, |offset| statement.origin_at(offset));
    let source = &declaration.files[origin.file].source;
    let is_verbatim = origin == statement.origin && statement.parts.is_empty();
    let span = match position {
        // The text of a SQL file is what the server got, so that its place is exact.
        Some(offset) if is_verbatim && origin.span.start + offset < source.text.len() => {
            let start = origin.span.start + offset;
            let word = source.text[start..]
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(0)
                .max(1);
            let end = (start + word).min(source.text.len());
            if source.text.is_char_boundary(start) && source.text.is_char_boundary(end) {
                Span::new(start, end)
            } else {
                origin.span
            }
        }
        _ => first_line(&source.text, origin.span),
    };
    Place {
        path: source.path.as_str().into(),
        source: shown_source(source).into(),
        span,
        label: "refused here".into(),
    }
}

/// The text of a source as it may be shown: without passwords of other servers.
pub(crate) fn shown_source(source: &schemist_model::Source) -> String {
    let is_sql = std::path::Path::new(&source.path)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("sql"));
    if is_sql {
        // Only PostgreSQL has such statements.
        without_secrets(Dialect::Postgres, &source.text)
    } else {
        source.text.clone()
    }
}

fn first_line(text: &str, span: Span) -> Span {
    let end = text[span.start..span.end]
        .find('\n')
        .map_or(span.end, |length| span.start + length);
    Span::new(span.start, end)
}
