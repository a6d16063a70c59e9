//! A project as a run sees it: its folder, its settings, the database that was chosen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use schemist_connect::{Access, ConnectError, DatabaseUrl, Part, Pins, Session};
use schemist_execute::scratch::{LocalSettings, Protection, ScratchPlace};
use schemist_introspect::{Pattern, Scope};
use schemist_model::{Options, Source};
use schemist_revision::{History, Place};
use schemist_sql::{Dialect, Ident};

use crate::compile::compare::Side;
use crate::connection::{self, Resolved, Trust, parse_url};
use crate::ensure;
use crate::environment::Environment;
use crate::error::ProjectError;
use crate::fleet;
use crate::folder::{MigrationsFolder, in_parallel, read_text, shown};
use crate::settings::{
    DatabaseSettings, Existence, Guard, Listed, Paging, ScratchChoice, Settings, SettingsFile,
    Template, environment_names, listing,
};

/// The name of the settings file.
pub(crate) const SETTINGS: &str = "schemist.toml";

/// The name of the file that lies over it, for one machine.
pub(crate) const LOCAL_SETTINGS: &str = "schemist.local.toml";

/// What the user chose on the command line.
#[derive(Clone, Default)]
pub struct Choice {
    /// The settings files, each laid over those before it.
    pub config: Vec<PathBuf>,
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
    /// Who says whether programs of the settings may be run.
    pub trust: Trust,
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
#[derive(Clone)]
pub struct Entry {
    /// The surroundings of the run.
    pub environment: Environment,
    /// The folder that relative paths in the settings start from.
    pub root: PathBuf,
    /// What the settings say about the database.
    pub settings: DatabaseSettings,
    /// The environment that was chosen, by its name.
    pub environment_name: Option<String>,
    /// What must be true before anything is changed.
    pub guard: Guard,
    /// Whether a change asks first.
    pub protection: Protection,
    files: Arc<[SettingsFile]>,
    all: Arc<Settings>,
    choice: Choice,
    // Looked up once, so that a program is run once.
    resolved: Arc<OnceLock<Resolved>>,
}

impl Entry {
    /// Finds the settings and takes what they say about the chosen database.
    ///
    /// Without a settings file a choice of models or migrations is enough.
    ///
    /// # Errors
    /// Where there are no settings, or something is wrong with them.
    pub fn open(environment: Environment, choice: Choice) -> Result<Self, ProjectError> {
        let files = find_settings(&environment, &choice)?;
        let (root, settings) = match files.first() {
            Some(file) => {
                let chosen = choice.environment.as_deref();
                let settings = Settings::read(&files, chosen, &environment.variables)?;
                (file.folder().to_path_buf(), settings)
            }
            None => (environment.folder.clone(), Settings::without_file()),
        };
        let chosen = settings.database(choice.name.as_deref())?.clone();
        let one = choice
            .name
            .as_deref()
            .and_then(|name| name.strip_prefix(&chosen.name));
        let one = one
            .and_then(|rest| rest.strip_prefix('/'))
            .map(str::to_owned);
        let entry = Self {
            environment,
            root,
            settings: chosen,
            environment_name: settings.environment.clone(),
            protection: settings.guard.protection,
            guard: settings.guard.clone(),
            files: files.into(),
            all: Arc::new(settings),
            choice,
            resolved: Arc::default(),
        };
        match one {
            Some(one) => fleet::member(&entry, &one),
            None => Ok(entry),
        }
    }

    /// The entry of another database of the same settings.
    #[must_use]
    pub fn of_database(&self, settings: DatabaseSettings) -> Self {
        Self {
            settings,
            resolved: Arc::default(),
            ..self.clone()
        }
    }

    /// The same entry, whose url is known already.
    pub(crate) fn with_resolved(mut self, resolved: Resolved) -> Self {
        self.resolved = Arc::new(OnceLock::from(resolved));
        self
    }

    /// Its name, with that of the environment where one was chosen among several.
    pub fn name(&self) -> String {
        let name = match &self.settings.member {
            Some(member) => format!("{}/{member}", self.settings.name),
            None => self.settings.name.clone(),
        };
        match &self.environment_name {
            Some(environment) => format!("{name}@{environment}"),
            None => name,
        }
    }

    /// The journal's place, in words that are equal where the place is the same.
    pub(crate) fn journal_place(&self) -> Result<String, ProjectError> {
        let url = self.url()?;
        let journal = &self.settings.journal;
        let journal = journal.in_schema(url.dialect(), self.default_schema(url.dialect()).as_ref());
        let part = |part: Part| url.part(part).unwrap_or_default();
        let port = url.usual_port().map(|port| port.to_string());
        let port = url.part(Part::Port).or(port).unwrap_or_default();
        let server = format!("{}:{port}/{}", part(Part::Host), part(Part::Database));
        let place = url.sqlite_path().map(|path| path.display().to_string());
        let place = match (place, url.dialect()) {
            (Some(place), _) => place,
            // Each session has a database in memory of its own.
            (None, Dialect::Sqlite) => self.name(),
            (None, Dialect::Postgres | Dialect::Mysql) => server,
        };
        Ok(format!("{place} {}", journal.revision_table()))
    }

    /// Whether long results are shown page by page.
    pub fn paging(&self) -> Paging {
        self.all.paging
    }

    /// The names of the environments of the settings.
    pub fn environments(&self) -> Vec<String> {
        environment_names(&self.files)
    }

    /// All databases of the settings.
    pub fn databases(&self) -> &[DatabaseSettings] {
        &self.all.databases
    }

    /// The settings files, the strongest last.
    pub fn files(&self) -> &[SettingsFile] {
        &self.files
    }

    /// Every setting with its value and its place.
    ///
    /// # Errors
    /// Where a file is no TOML.
    pub fn listing(&self) -> Result<Vec<Listed>, ProjectError> {
        let chosen = self.environment_name.as_deref();
        Ok(listing(&self.files, chosen, &self.environment.variables)?)
    }

    /// Whether the command itself names the database.
    pub(crate) const fn is_url_typed(&self) -> bool {
        self.choice.url.is_some()
    }

    pub(crate) const fn choice(&self) -> &Choice {
        &self.choice
    }

    /// Where the database is; secrets are resolved here and not before.
    ///
    /// # Errors
    /// Where a variable is not set, or the url cannot be read.
    pub fn url(&self) -> Result<DatabaseUrl, ProjectError> {
        let url = self.resolved()?.url.clone();
        match (url.dialect(), url.database()) {
            // A session would open, and nothing in it would be there.
            (Dialect::Mysql, None) => Err(ConnectError::Url {
                reason: "it names no database; write `mysql://user@host/database`".to_owned(),
            }
            .into()),
            (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, _) => Ok(url),
        }
    }

    /// Where the database is, and where each part of that comes from.
    ///
    /// # Errors
    /// As for [`Entry::url`].
    pub fn resolved(&self) -> Result<&Resolved, ProjectError> {
        if let Some(resolved) = self.resolved.get() {
            return Ok(resolved);
        }
        let resolved = connection::resolve(self)?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    fn url_of(&self, template: &Template) -> Result<DatabaseUrl, ProjectError> {
        let text = template.resolve(&self.environment.variables)?;
        parse_url(&text, template.key(), &self.root)
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
        let paths = self.model_paths()?;
        in_parallel(&paths, |path| self.source(path))
            .into_iter()
            .collect()
    }

    /// The text of a model file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn source(&self, path: &Path) -> Result<Source, ProjectError> {
        let text = read_text(path, &self.root)?;
        Ok(Source::new(shown(path, &self.root), text))
    }

    /// Every model file, sorted.
    ///
    /// # Errors
    /// Where a place is missing, holds no model, or cannot be read.
    pub(crate) fn model_paths(&self) -> Result<Vec<PathBuf>, ProjectError> {
        let mut paths = BTreeSet::new();
        for (path, place) in self.model_places()? {
            let found = paths.len();
            collect(&path, &self.root, place.as_ref(), &mut paths)?;
            if paths.len() == found && !path.is_file() {
                let reason = format!("{} holds no `.rs` or `.sql` file", shown(&path, &self.root));
                return Err(ProjectError::NoModels { reason, place });
            }
        }
        Ok(paths.into_iter().collect())
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

    /// The folder of models that new ones go into: the first that is named, or that of a file.
    ///
    /// # Errors
    /// Where a variable is not set.
    pub(crate) fn models_folder(&self) -> Result<PathBuf, ProjectError> {
        let first = self.model_places()?.into_iter().next();
        let path = first.map_or_else(|| self.root.join("models"), |(path, _)| path);
        let is_file = path.is_file()
            || path
                .extension()
                .is_some_and(|ending| ending == "rs" || ending == "sql");
        Ok(match path.parent() {
            Some(parent) if is_file => parent.to_path_buf(),
            _ => path,
        })
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
        let of_url = || {
            let resolved = self.resolved().ok()?;
            let own = resolved.schema.as_deref().map(Ident::from_server);
            own.or_else(|| resolved.url.default_schema())
        };
        of_settings
            .or_else(of_url)
            .or_else(|| Some(Ident::from_server("public")))
    }

    /// Which part of a database is read.
    pub fn scope(&self, dialect: Dialect) -> Scope {
        let mut schemas: Vec<Ident> = if dialect.has_schemas() {
            self.settings.schemas.iter().skip(1).cloned().collect()
        } else {
            Vec::new()
        };
        let resolved = self.resolved().ok();
        let is_alone = self.settings.schemas.len() == 1
            || resolved.is_some_and(|resolved| resolved.schema.is_some());
        // Without any name all of them would be read.
        if is_alone && schemas.is_empty() {
            schemas.extend(self.default_schema(dialect));
        }
        // Others may keep their journal beside ours.
        let all = self.all.databases.iter().map(|other| &other.journal);
        let own = all.chain([&self.settings.journal]);
        let own = own.flat_map(|journal| [journal.revision_table(), journal.log_table()]);
        let own: BTreeSet<String> = own.map(|table| table.name.as_str().to_owned()).collect();
        let own = own.iter().map(String::as_str).map(Pattern::new);
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
        let resolved = self.resolved.get();
        let own = resolved.and_then(|resolved| resolved.schema.as_deref());
        let of_settings = self.settings.schemas.first().cloned();
        Pins {
            default_schema: of_settings.or_else(|| own.map(Ident::from_server)),
            role: self.settings.role.clone(),
            application: self.application(),
        }
    }

    /// What the server calls our sessions: with the database's name, where there are several.
    fn application(&self) -> Option<String> {
        let is_one_of_many = self.all.databases.len() > 1 || self.settings.member.is_some();
        is_one_of_many.then(|| format!("schemist/{}", self.settings.member_name()))
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
            let url = parse_url(text, "the argument", &self.environment.folder)?;
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
        let url = self.url()?;
        match (access, self.settings.existence) {
            (Access::Create, Existence::Ensured) => ensure::connect(self).await,
            (Access::Read | Access::Write | Access::Create, _) => {
                Ok(Session::connect(&url, &self.pins(), access).await?)
            }
        }
    }
}

/// The settings files that were named, or the nearest one from the current folder upwards with that of
/// the machine.
fn find_settings(
    environment: &Environment,
    choice: &Choice,
) -> Result<Vec<SettingsFile>, ProjectError> {
    let mut paths = Vec::new();
    for path in &choice.config {
        let path = environment.absolute(path);
        if path.is_dir() {
            paths.extend(with_local(&path));
        } else {
            paths.push(path);
        }
    }
    if choice.config.is_empty() {
        let mut folders = environment.folder.ancestors();
        if let Some(folder) = folders.find(|folder| folder.join(SETTINGS).is_file()) {
            paths.extend(with_local(folder));
        } else if choice.models.is_empty() && choice.migrations.is_none() {
            return Err(ProjectError::NoSettings {
                folder: environment.folder.display().to_string(),
            });
        }
    }
    let mut files = Vec::new();
    for path in paths {
        refuse_yaml(&path, &environment.folder)?;
        let text = read_text(&path, &environment.folder)?;
        files.push(SettingsFile::new(path, &text));
    }
    Ok(files)
}

fn with_local(folder: &Path) -> Vec<PathBuf> {
    let local = folder.join(LOCAL_SETTINGS);
    let mut paths = vec![folder.join(SETTINGS)];
    paths.extend(local.is_file().then_some(local));
    paths
}

fn refuse_yaml(path: &Path, folder: &Path) -> Result<(), ProjectError> {
    let is_yaml = path
        .extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml");
    if !is_yaml {
        return Ok(());
    }
    let name = shown(path, folder);
    Err(ProjectError::refused(
        format!("read {name} as settings: they are TOML"),
        format!("run `schemist import backstage {name}`, which writes a schemist.toml"),
    ))
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
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let ending = path.extension();
        let is_model = ending.is_some_and(|ending| ending == "rs" || ending == "sql");
        // The folder itself says what an entry is, unless that is only a link.
        let kind = entry.file_type().map_err(failed)?;
        if is_model && kind.is_file() {
            paths.insert(path);
        } else if is_model || kind.is_dir() || (kind.is_symlink() && path.is_dir()) {
            collect(&path, root, place, paths)?;
        }
    }
    Ok(())
}
