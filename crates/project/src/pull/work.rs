//! Reading the database, and writing files that nobody loses anything by.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use schemist_catalog::{Catalog, Kind};
use schemist_connect::{Access, Session};
use schemist_model::Declaration;
use schemist_model::structs::Choices;
use schemist_sql::Dialect;

use super::layout::Layout;
use super::structs::{as_sql, as_structs, notes, settled};
use super::text::{secrets, texts};
use crate::error::ProjectError;
use crate::folder::{read_text, shown, write_whole};
use crate::init::is_untouched;
use crate::project::Entry;
use crate::settings::PrivilegesChoice;

/// What becomes of files that are there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Existing {
    /// They stay, and nothing is written.
    #[default]
    Kept,
    /// They are written over.
    Replaced,
}

/// What tables become.
#[derive(Debug, Clone)]
pub enum Form {
    /// Statements.
    Sql,
    /// Structs, and statements for what structs cannot say.
    Structs(Box<Choices>),
}

impl Default for Form {
    fn default() -> Self {
        Self::Structs(Box::default())
    }
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The folder that is written into; the first one of the models where none is named.
    pub folder: Option<PathBuf>,
    /// What tables become.
    pub form: Form,
    /// How models are spread over files.
    pub layout: Layout,
    /// What becomes of files that are there already.
    pub existing: Existing,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The files, as messages name them.
    pub written: Vec<String>,
    /// How many files said the same already.
    pub unchanged: usize,
    /// How many objects are declared in them.
    pub objects: usize,
    /// What is in no file, each as a sentence.
    pub left_out: Vec<String>,
    /// What is to be known of the structs, each as a sentence.
    pub notes: Vec<String>,
    /// The packages that the structs need, beside schemist and sqlx.
    pub crates: Vec<String>,
    /// The features of sqlx that the structs need; none where they are not for it.
    pub sqlx_features: Vec<String>,
    /// Whether the models of the settings are what was written.
    pub are_models: bool,
}

/// Writes models that declare what the database holds.
///
/// # Errors
/// Where there is no database or nothing in it, where files are in the way, or the system refuses one.
pub async fn pull(entry: &Entry, request: &Request) -> Result<Pulled, ProjectError> {
    let folder = match &request.folder {
        Some(folder) => entry.environment.absolute(folder),
        None => entry.models_folder()?,
    };
    let (catalog, own_options) = read(entry).await?;
    if catalog.is_empty() {
        return Err(ProjectError::refused(
            "find anything to declare: the database is empty",
            "is it the right one? `schemist status` says which it is",
        ));
    }
    let dialect = catalog.dialect();
    let is_one_of_several = entry.dialects()?.len() > 1;
    let options = entry.options(dialect);
    let models = match &request.form {
        Form::Sql => as_sql(&catalog)?,
        Form::Structs(choices) => {
            let choices = Choices {
                is_one_of_several,
                own_options,
                ..settled(choices, &options, request.layout)
            };
            as_structs(&catalog, &choices)?
        }
    };
    let ending = if is_one_of_several {
        format!(".{}.sql", dialect.name())
    } else {
        ".sql".to_owned()
    };
    let texts = texts(&catalog, &models.rest, request.layout);
    let mut texts: BTreeMap<PathBuf, String> = texts
        .into_iter()
        .map(|(file, text)| (folder.join(format!("{file}{ending}")), text))
        .collect();
    let structs = models.structs.as_ref();
    for (file, text) in structs.into_iter().flat_map(|structs| &structs.files) {
        texts.insert(folder.join(file), text.clone());
    }
    if request.existing == Existing::Kept {
        refuse_existing(entry, &texts)?;
        refuse_declared(entry, &texts, &folder, catalog.dialect())?;
    }
    let (written, unchanged) = write(entry, &texts)?;
    let unmanaged = catalog.unmanaged().iter();
    // What schemist keeps for itself is nobody's model.
    let unmanaged = unmanaged.filter(|what| !what.ends_with("belongs to schemist"));
    let unmanaged = unmanaged.map(|what| format!("not managed, and in no file: {what}"));
    let are_models = entry.models_folder()? == folder;
    Ok(Pulled {
        written,
        unchanged,
        objects: catalog.objects().len(),
        left_out: secrets(&models.rest).into_iter().chain(unmanaged).collect(),
        notes: structs.map_or_else(Vec::new, |structs| {
            notes(structs, dialect, options.comments)
        }),
        crates: structs.map_or_else(Vec::new, |structs| structs.crates.iter().cloned().collect()),
        sqlx_features: structs.map_or_else(Vec::new, |structs| {
            structs.sqlx_features.iter().cloned().collect()
        }),
        are_models,
    })
}

/// What the database holds, as far as it is compared, and what a table of MySQL has by itself there.
async fn read(entry: &Entry) -> Result<(Catalog, Option<[String; 3]>), ProjectError> {
    let mut session = entry.connect(Access::Read).await?;
    let scope = entry.scope(session.dialect());
    let catalog = schemist_introspect::read(&mut session, &scope).await;
    let own_options = own_options(&mut session).await;
    session.close().await;
    let catalog = catalog?;
    let catalog = match entry.settings.privileges {
        Some(PrivilegesChoice::LeftAlone) => {
            catalog.without(&[Kind::DefaultPrivileges, Kind::Privileges].into())
        }
        Some(PrivilegesChoice::Compared) | None => catalog,
    };
    Ok((catalog, own_options))
}

/// The engine, the character set and the collation of tables that name none; where they cannot be asked
/// for, every table says its own.
async fn own_options(session: &mut Session) -> Option<[String; 3]> {
    match session.dialect() {
        Dialect::Postgres | Dialect::Sqlite => None,
        Dialect::Mysql => {
            let rows = session.query(
                "SELECT @@default_storage_engine, @@character_set_database, @@collation_database",
            );
            let rows = rows.await.ok()?;
            let row = rows.first()?;
            Some([0, 1, 2].map(|column| row.text(column).to_owned()))
        }
    }
}

/// Refuses to write over files, but those that say the same and that nobody has touched.
fn refuse_existing(entry: &Entry, texts: &BTreeMap<PathBuf, String>) -> Result<(), ProjectError> {
    let mut in_the_way = Vec::new();
    for (path, text) in texts {
        if is_there(path, &entry.root)? {
            let own = read_text(path, &entry.root)?;
            if own != *text && !is_untouched(&own) {
                in_the_way.push(shown(path, &entry.root));
            }
        }
    }
    let Some(first) = in_the_way.first() else {
        return Ok(());
    };
    let others = match in_the_way.len() {
        1 => String::new(),
        2 => format!(", and over {}", in_the_way[1]),
        count => format!(", and over {} others", count - 1),
    };
    Err(ProjectError::refused(
        format!("write over {first}{others}"),
        "add --force if you mean it, or --into <DIR> for another folder",
    ))
}

/// Refuses to write beside models that declare things already: they would be declared twice.
fn refuse_declared(
    entry: &Entry,
    texts: &BTreeMap<PathBuf, String>,
    folder: &Path,
    dialect: Dialect,
) -> Result<(), ProjectError> {
    let within = shown(folder, &entry.root);
    let Ok(sources) = entry.sources() else {
        return Ok(());
    };
    let written: Vec<String> = texts.keys().map(|path| shown(path, &entry.root)).collect();
    let others = sources
        .into_iter()
        .filter(|source| Path::new(&source.path).starts_with(&within))
        .filter(|source| !written.contains(&source.path));
    for source in others {
        let path = source.path.clone();
        let read = Declaration::from_sources(vec![source], dialect, &entry.options(dialect));
        let is_empty = read.is_ok_and(|declaration| declaration.statements.is_empty());
        if !is_empty {
            return Err(ProjectError::refused(
                format!(
                    "write beside {path}: it declares things already, which would be there twice"
                ),
                "remove it, add --force if you mean it, or --into <DIR> for another folder",
            ));
        }
    }
    Ok(())
}

fn write(
    entry: &Entry,
    texts: &BTreeMap<PathBuf, String>,
) -> Result<(Vec<String>, usize), ProjectError> {
    let mut written = Vec::new();
    let mut unchanged = 0;
    for (path, text) in texts {
        if is_there(path, &entry.root)?
            && read_text(path, &entry.root).is_ok_and(|own| own == *text)
        {
            unchanged += 1;
            continue;
        }
        write_whole(path, text, &entry.root)?;
        written.push(shown(path, &entry.root));
    }
    Ok((written, unchanged))
}

fn is_there(path: &Path, root: &Path) -> Result<bool, ProjectError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(ProjectError::File {
            what: "read",
            path: shown(path, root),
            source,
        }),
    }
}
