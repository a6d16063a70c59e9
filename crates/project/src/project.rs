//! A project as a run sees it: its folder, its settings, the database that was chosen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemist_connect::{Access, ConnectError, DatabaseUrl, Pins, Session};
use schemist_execute::scratch::{LocalSettings, Protection, ScratchPlace};
use schemist_introspect::{Pattern, Scope};
use schemist_model::{Options, Source};
use schemist_revision::{History, Place};
use schemist_sql::{Dialect, Ident};

use crate::compare::Side;
use crate::environment::Environment;
use crate::error::ProjectError;
use crate::folder::{MigrationsFolder, read_text, shown};
use crate::settings::{DatabaseSettings, ScratchChoice, Settings, SettingsFile, Template};

/// The name of the settings file.
pub(crate) const SETTINGS: &str = "schemist.toml";

/// What the user chose on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The settings file.
    pub config: Option<PathBuf>,
    /// The database's name in the settings.
    pub name: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The database itself.
    pub url: Option<String>,
    /// Files and folders of models.
    pub models: Vec<PathBuf>,
    /// The folder of revision files.
    pub migrations: Option<PathBuf>,
    /// Whether compiled catalogs are kept.
    pub cache: CacheUse,
}

/// Whether compiled catalogs are kept between runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CacheUse {
    /// They are.
    #[default]
    Kept,
    /// Nothing is read from the cache, and nothing is written to it.
    PassedBy,
}

/// One database of a project, with its models and its history.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The surroundings of the run.
    pub environment: Environment,
    /// The folder that relative paths in the settings start from.
    pub root: PathBuf,
    /// What the settings say about the database.
    pub settings: DatabaseSettings,
    /// The environment that was chosen, by its name.
    pub environment_name: Option<String>,
    /// Whether a change asks first.
    pub protection: Protection,
    choice: Choice,
}

impl Entry {
    /// Finds the settings and takes what they say about the chosen database.
    ///
    /// Without a settings file a choice of models or migrations is enough.
    ///
    /// # Errors
    /// Where there are no settings, or something is wrong with them.
    pub fn open(environment: Environment, choice: Choice) -> Result<Self, ProjectError> {
        let file = find_settings(&environment, &choice)?;
        let (root, settings) = match &file {
            Some(file) => {
                let settings = Settings::read(file, choice.environment.as_deref())?;
                (file.folder().to_path_buf(), settings)
            }
            None => (environment.folder.clone(), Settings::without_file()),
        };
        let database = settings.database(choice.name.as_deref())?.clone();
        Ok(Self {
            environment,
            root,
            settings: database,
            environment_name: settings.environment,
            protection: settings.protection,
            choice,
        })
    }

    pub(crate) const fn choice(&self) -> &Choice {
        &self.choice
    }

    /// Where the database is; secrets are resolved here and not before.
    ///
    /// # Errors
    /// Where a variable is not set, or the url cannot be read.
    pub fn url(&self) -> Result<DatabaseUrl, ProjectError> {
        let url = self.any_url()?;
        match (url.dialect(), url.database()) {
            // A session would open, and nothing in it would be there.
            (Dialect::Mysql, None) => Err(ConnectError::Url {
                reason: "it names no database; write `mysql://user@host/database`".to_owned(),
            }
            .into()),
            (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, _) => Ok(url),
        }
    }

    fn any_url(&self) -> Result<DatabaseUrl, ProjectError> {
        if let Some(text) = &self.choice.url {
            return self.parse_url(text, "--url", &self.environment.folder);
        }
        if let Some(template) = &self.settings.url {
            return self.url_of(template);
        }
        for name in ["SCHEMIST_DATABASE_URL", "DATABASE_URL"] {
            if let Some(text) = self.environment.variable(name) {
                return self.parse_url(text, name, &self.root);
            }
        }
        self.parse_url("sqlite://schemist.db", "the default", &self.root)
    }

    fn url_of(&self, template: &Template) -> Result<DatabaseUrl, ProjectError> {
        let text = template.resolve(&self.environment.variables)?;
        self.parse_url(&text, template.key(), &self.root)
    }

    fn parse_url(
        &self,
        text: &str,
        origin: &str,
        folder: &Path,
    ) -> Result<DatabaseUrl, ProjectError> {
        let url = DatabaseUrl::parse(text).map_err(|source| ProjectError::Url {
            origin: origin.to_owned(),
            source,
        })?;
        Ok(url.relative_to(folder))
    }

    /// The dialects that a revision is written for; that of the url is always among them.
    ///
    /// # Errors
    /// Where the url cannot be resolved.
    pub fn dialects(&self) -> Result<BTreeSet<Dialect>, ProjectError> {
        let mut dialects = self.settings.dialects.clone();
        dialects.insert(self.url()?.dialect());
        Ok(dialects)
    }

    /// The text of every model file, sorted by path.
    ///
    /// # Errors
    /// Where a place is missing, holds no model, or cannot be read.
    pub fn sources(&self) -> Result<Vec<Source>, ProjectError> {
        let mut paths = BTreeSet::new();
        for (path, place) in self.model_places()? {
            let found = paths.len();
            collect(&path, &self.root, place.as_ref(), &mut paths)?;
            if paths.len() == found && !path.is_file() {
                let reason = format!("{} holds no `.rs` or `.sql` file", shown(&path, &self.root));
                return Err(ProjectError::NoModels { reason, place });
            }
        }
        let mut sources = Vec::new();
        for path in paths {
            let text = read_text(&path, &self.root)?;
            sources.push(Source::new(shown(&path, &self.root), text));
        }
        Ok(sources)
    }

    /// The files and folders of models, with where the settings name them.
    fn model_places(&self) -> Result<Vec<(PathBuf, Option<Place>)>, ProjectError> {
        if !self.choice.models.is_empty() {
            let chosen = self.choice.models.iter();
            return Ok(chosen
                .map(|path| (self.environment.absolute(path), None))
                .collect());
        }
        if self.settings.models.is_empty() {
            return Ok(vec![(self.root.join("models"), None)]);
        }
        let mut places = Vec::new();
        for template in &self.settings.models {
            let path = template.resolve(&self.environment.variables)?;
            places.push((self.root.join(path), Some(template.place("named here"))));
        }
        Ok(places)
    }

    /// How the models are read.
    pub fn options(&self, dialect: Dialect) -> Options {
        let default_schema = self
            .default_schema(dialect)
            .unwrap_or_else(|| Ident::from_server("main"));
        Options {
            features: self.settings.features.clone(),
            comments: self.settings.comments,
            enum_checks: self.settings.enum_checks,
            naming: self.settings.naming.clone(),
            ..Options::new(default_schema)
        }
    }

    /// The folder of revision files.
    ///
    /// # Errors
    /// Where a variable in its name is not set.
    pub fn folder(&self) -> Result<MigrationsFolder, ProjectError> {
        let path = match (&self.choice.migrations, &self.settings.migrations) {
            (Some(path), _) => self.environment.absolute(path),
            (None, Some(template)) => {
                let path = template.resolve(&self.environment.variables)?;
                self.root.join(path)
            }
            (None, None) => self.root.join("migrations"),
        };
        Ok(MigrationsFolder::new(path, self.root.clone()))
    }

    /// The history that the revision files form.
    ///
    /// # Errors
    /// Everything that is wrong with the files or with how they fit.
    pub fn history(&self) -> Result<History, ProjectError> {
        Ok(History::build(self.folder()?.read()?)?)
    }

    /// Where scratch databases of a dialect are made.
    ///
    /// # Errors
    /// Where a url cannot be resolved.
    pub fn scratch_place(&self, dialect: Dialect) -> Result<ScratchPlace, ProjectError> {
        match dialect {
            Dialect::Sqlite => return Ok(ScratchPlace::Memory),
            Dialect::Postgres | Dialect::Mysql => {}
        }
        for template in &self.settings.scratch_url {
            let url = self.url_of(template)?;
            if url.dialect() == dialect {
                return Ok(ScratchPlace::Url(url));
            }
        }
        let url = self.url()?;
        let is_live = url.dialect() == dialect;
        match self.settings.scratch {
            Some(ScratchChoice::Live) | None if is_live => Ok(ScratchPlace::Live {
                url,
                protection: self.protection,
            }),
            Some(ScratchChoice::Live | ScratchChoice::Local) | None => {
                Ok(ScratchPlace::Local(self.local_server()))
            }
        }
    }

    fn local_server(&self) -> LocalSettings {
        LocalSettings {
            cache: self.environment.cache_folder(),
            temporary: self.environment.temporary_folder(),
            path: self.environment.path(),
        }
    }

    /// The schema whose objects go unqualified; `None` for dialects without schemas.
    pub fn default_schema(&self, dialect: Dialect) -> Option<Ident> {
        if !dialect.has_schemas() {
            return None;
        }
        let of_settings = self.settings.schemas.first().cloned();
        // A url that cannot be resolved is told where it is used.
        let of_url = || self.url().ok().and_then(|url| url.default_schema());
        of_settings
            .or_else(of_url)
            .or_else(|| Some(Ident::from_server("public")))
    }

    /// Which part of a database is read.
    pub fn scope(&self, dialect: Dialect) -> Scope {
        let schemas = if dialect.has_schemas() {
            self.settings.schemas.iter().skip(1).cloned().collect()
        } else {
            Vec::new()
        };
        let journal = &self.settings.journal;
        let own = [journal.revision_table(), journal.log_table()];
        let own = own.map(|table| Pattern::new(table.name.as_str()));
        Scope {
            default_schema: self.default_schema(dialect),
            schemas,
            exclude: self.settings.exclude.iter().cloned().chain(own).collect(),
            include: self.settings.include.clone(),
            owners: self.settings.owners,
        }
    }

    /// What is pinned in every session besides the fixed settings.
    pub fn pins(&self) -> Pins {
        Pins {
            default_schema: self.settings.schemas.first().cloned(),
        }
    }

    /// Reads one side of a comparison: `models`, `database`, a url, a SQL file, or a revision.
    ///
    /// # Errors
    /// Where a url or a file cannot be read.
    pub fn side(&self, text: &str) -> Result<Side, ProjectError> {
        match text {
            "models" => return Ok(Side::Models),
            "database" | "live" => return Ok(Side::Live),
            _ => {}
        }
        if text.contains("://") || text.starts_with("sqlite:") {
            let url = self.parse_url(text, "the argument", &self.environment.folder)?;
            return Ok(Side::Url(Box::new(url)));
        }
        let path = self.environment.absolute(Path::new(text));
        if text.ends_with(".sql") || path.is_file() {
            let sql = read_text(&path, &self.environment.folder)?;
            return Ok(Side::File(text.to_owned(), sql));
        }
        Ok(Side::Revision(text.to_owned()))
    }

    /// Opens a session on the database.
    ///
    /// # Errors
    /// Where the url cannot be resolved, or there is no connection.
    pub async fn connect(&self, access: Access) -> Result<Session, ProjectError> {
        Ok(Session::connect(&self.url()?, &self.pins(), access).await?)
    }
}

/// The settings file that was named, or the nearest one from the current folder upwards.
fn find_settings(
    environment: &Environment,
    choice: &Choice,
) -> Result<Option<SettingsFile>, ProjectError> {
    if let Some(path) = &choice.config {
        let mut path = environment.absolute(path);
        if path.is_dir() {
            path = path.join(SETTINGS);
        }
        let text = read_text(&path, &environment.folder)?;
        return Ok(Some(SettingsFile::new(path, &text)));
    }
    for folder in environment.folder.ancestors() {
        let path = folder.join(SETTINGS);
        if path.is_file() {
            let text = read_text(&path, &environment.folder)?;
            return Ok(Some(SettingsFile::new(path, &text)));
        }
    }
    if choice.models.is_empty() && choice.migrations.is_none() {
        return Err(ProjectError::NoSettings {
            folder: environment.folder.display().to_string(),
        });
    }
    Ok(None)
}

/// Adds the model files at a place, with those in folders below.
fn collect(
    path: &Path,
    root: &Path,
    place: Option<&Place>,
    paths: &mut BTreeSet<PathBuf>,
) -> Result<(), ProjectError> {
    if path.is_file() {
        paths.insert(path.to_path_buf());
        return Ok(());
    }
    let failed = |source| ProjectError::File {
        what: "read",
        path: shown(path, root),
        source,
    };
    if !path.exists() {
        return Err(ProjectError::NoModels {
            reason: format!("{} does not exist", shown(path, root)),
            place: place.cloned(),
        });
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_model = path
            .extension()
            .is_some_and(|ending| ending == "rs" || ending == "sql");
        if name.starts_with('.') || !(path.is_dir() || is_model) {
            continue;
        }
        collect(&path, root, place, paths)?;
    }
    Ok(())
}
