//! From the tree of a settings file to settings.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemist_execute::journal::JournalName;
use schemist_introspect::{Owners, Pattern};
use schemist_model::{Comments, EnumChecks, NameTemplate, NameTemplates, NamedPart};
use schemist_sql::{Dialect, Ident, Span};

use super::Forms;
use super::connection::{CONNECTION, ConnectionSettings};
use super::file::SettingsFile;
use super::guard::Guard;
use super::hooks::HookPrograms;
use super::lint::LintSettings;
use super::many::{Division, Each, Existence, Pool};
use super::node::{Item, Node, Value};
use super::problem::{SettingsError, SettingsErrors, SettingsProblem};
use super::reader::{Reader, Unset, path_of};
use super::template::Template;
use super::value::{
    FileName, HeadsPolicy, Paging, PrivilegesChoice, ScratchChoice, included, parse_duration,
    pattern, scratch,
};
use crate::words::nearest;

/// Settings that may stand at the top, for all databases.
const TOP: &[&str] = &[
    "models",
    "migrations",
    "defaults",
    "database",
    "env",
    "forbid_passwords",
    "pager",
    "dialects",
    "scratch",
    "scratch_url",
    "scratch_template",
    "schemas",
    "exclude",
    "include",
    "journal",
    "online",
    "lock_timeout",
    "file_name",
    "naming",
    "comments",
    "enum_checks",
    "features",
    "queries",
    "privileges",
    "owners",
    "heads",
    "hooks",
    "lint",
];
/// Settings of one database.
const DATABASE: &[&str] = &[
    "url",
    "url_env",
    "secret",
    "client",
    "host",
    "port",
    "user",
    "password",
    "database",
    "file",
    "directory",
    "ssl",
    "prefix",
    "division",
    "ensure_exists",
    "role",
    "each",
    "models",
    "migrations",
    "dialects",
    "scratch",
    "scratch_url",
    "scratch_template",
    "schemas",
    "exclude",
    "include",
    "journal",
    "online",
    "lock_timeout",
    "file_name",
    "naming",
    "comments",
    "enum_checks",
    "features",
    "queries",
    "privileges",
    "owners",
    "heads",
    "hooks",
    "lint",
    "pool",
];
/// Settings of one environment besides those at the top.
const ENVIRONMENT: &[&str] = &[
    "protected",
    "requires",
    "expect_host",
    "expect_database",
    "expect_revision",
    "expect_plan",
    "maintenance_window",
    "hooks",
    "defaults",
    "database",
    "models",
    "migrations",
    "scratch",
];
/// What can be named by a template.
const NAMING: &[&str] = &["primary_key", "unique", "foreign_key", "index", "check"];

/// Everything that the settings say, for one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The databases, in the order of the file; there is at least one.
    pub databases: Vec<DatabaseSettings>,
    /// The environment that was chosen.
    pub environment: Option<String>,
    /// What holds in that environment alone.
    pub guard: Guard,
    /// Whether long results are shown page by page.
    pub paging: Paging,
}

/// What the settings say about one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// Its name in the settings.
    pub name: String,
    /// Where it is, and who connects.
    pub connection: ConnectionSettings,
    /// What the defaults say about that.
    pub base: ConnectionSettings,
    /// What stands before its name in the name of its database or schema.
    pub prefix: Option<Template>,
    /// Whether databases of one server or schemas of one database are told apart by their name.
    pub division: Option<Division>,
    /// Whether it is made where it is missing.
    pub existence: Existence,
    /// The role that everything is done as.
    pub role: Option<Ident>,
    /// How many connections are open at once, and how long one is waited for.
    pub pool: Pool,
    /// Where the names of many databases or schemas of the same kind come from.
    pub each: Option<Each>,
    /// Which one of those it is.
    pub member: Option<String>,
    /// Files and folders of models; none where the settings do not say.
    pub models: Vec<Template>,
    /// The folder of revision files.
    pub migrations: Option<Template>,
    /// The dialects that a revision is written for, besides that of the url.
    pub dialects: BTreeSet<Dialect>,
    /// Where scratch databases are made.
    pub scratch: Option<ScratchChoice>,
    /// Servers for scratch databases, one for a dialect.
    pub scratch_url: Vec<Template>,
    /// A database that scratch databases are copies of.
    pub scratch_template: Option<Ident>,
    /// The schemas that are compared, the default one first.
    pub schemas: Vec<Ident>,
    /// What is left out of every comparison.
    pub exclude: Vec<Pattern>,
    /// What is compared, where not everything is.
    pub include: Vec<Pattern>,
    /// Where the journal is kept.
    pub journal: JournalName,
    /// Which forms of statements are written.
    pub forms: Forms,
    /// How long one statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How revision files are named.
    pub file_name: FileName,
    /// What is called how where a struct does not say.
    pub naming: NameTemplates,
    /// Whether documentation becomes comments.
    pub comments: Comments,
    /// Whether enums of structs are checked on SQLite.
    pub enum_checks: EnumChecks,
    /// The features of the project that count as switched on.
    pub features: BTreeSet<String>,
    /// Files and folders of the application's queries.
    pub queries: Vec<String>,
    /// Whether privileges are compared; where `None`, the models tell.
    pub privileges: Option<PrivilegesChoice>,
    /// Whether owners are compared.
    pub owners: Owners,
    /// What becomes of several heads.
    pub heads: HeadsPolicy,
    /// What is run before and after changes.
    pub hooks: HookPrograms,
    /// What a lint tells.
    pub lint: LintSettings,
}

impl DatabaseSettings {
    /// What holds where nothing is said.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            connection: ConnectionSettings::default(),
            base: ConnectionSettings::default(),
            prefix: None,
            division: None,
            existence: Existence::Expected,
            role: None,
            pool: Pool::default(),
            each: None,
            member: None,
            models: Vec::new(),
            queries: Vec::new(),
            migrations: None,
            dialects: BTreeSet::new(),
            scratch: None,
            scratch_url: Vec::new(),
            scratch_template: None,
            schemas: Vec::new(),
            exclude: Vec::new(),
            include: Vec::new(),
            journal: JournalName::default(),
            forms: Forms::default(),
            lock_timeout: Duration::from_secs(3),
            file_name: FileName::default(),
            naming: NameTemplates::new(),
            comments: Comments::default(),
            enum_checks: EnumChecks::default(),
            features: BTreeSet::new(),
            privileges: None,
            owners: Owners::default(),
            heads: HeadsPolicy::default(),
            hooks: HookPrograms::new(),
            lint: LintSettings::default(),
        }
    }
}

impl DatabaseSettings {
    /// The name that databases and schemas are told apart by.
    pub fn member_name(&self) -> &str {
        self.member.as_deref().unwrap_or(&self.name)
    }
}

impl Settings {
    /// What holds without a settings file.
    pub fn without_file() -> Self {
        Self {
            databases: vec![DatabaseSettings::new("main")],
            environment: None,
            guard: Guard::default(),
            paging: Paging::default(),
        }
    }

    /// Reads settings files, each laid over those before it, with what one environment lays over all.
    ///
    /// # Errors
    /// Everything that is wrong with them, also in the environments that were not chosen.
    pub fn read(
        files: &[SettingsFile],
        environment: Option<&str>,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, SettingsErrors> {
        let root = merged(files)?;
        let mut reader = Reader {
            files,
            variables,
            unset: Unset::LeftOut,
            errors: Vec::new(),
        };
        let environments = environments(&root);
        // Each is read, so that a mistake shows before the day on which it is needed.
        let mut chosen = None;
        for overlay in &environments {
            let is_chosen = environment == Some(overlay.key.as_str());
            reader.unset = if is_chosen {
                Unset::Told
            } else {
                Unset::LeftOut
            };
            let (over, guard) = reader.environment(overlay);
            let settings = reader.settings(&root.clone().overlaid(over));
            if is_chosen {
                chosen = Some(Self {
                    environment: Some(overlay.key.clone()),
                    guard,
                    ..settings
                });
            }
        }
        reader.unset = Unset::Told;
        reader.forbid_passwords(&root);
        let settings = match (environment, chosen) {
            (None, _) => reader.settings(&root),
            (Some(_), Some(chosen)) => chosen,
            (Some(name), None) => return Err(unknown_environment(name, &environments).into()),
        };
        let mut errors = reader.errors;
        errors.sort_by_key(|error| error.place.as_ref().map(|place| place.span.start));
        errors.dedup();
        match SettingsErrors::from_errors(errors) {
            Some(errors) => Err(errors),
            None => Ok(settings),
        }
    }

    /// Finds a database by its name; without one, the first.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn database(&self, name: Option<&str>) -> Result<&DatabaseSettings, SettingsErrors> {
        let found = match name {
            Some(name) => self.databases.iter().find(|database| {
                // `tenants/acme` is one of those that `tenants` stands for.
                let rest = name.strip_prefix(&database.name);
                rest.is_some_and(|rest| {
                    rest.is_empty() || (database.each.is_some() && rest.starts_with('/'))
                })
            }),
            None => self.databases.first(),
        };
        found.ok_or_else(|| {
            let known: Vec<String> = self.databases.iter().map(|it| it.name.clone()).collect();
            let name = name.unwrap_or_default().to_owned();
            let near = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
            SettingsProblem::UnknownDatabase { name, near, known }.into()
        })
    }
}

/// All files as one tree, each laid over those before it.
pub(super) fn merged(files: &[SettingsFile]) -> Result<Node, SettingsErrors> {
    let mut root: Option<Node> = None;
    for (number, file) in files.iter().enumerate() {
        let over = Node::parse(file.text(), number).map_err(|error| syntax(file, &error))?;
        root = Some(match root {
            Some(root) => root.overlaid(over),
            None => over,
        });
    }
    Ok(root.unwrap_or(Node {
        file: 0,
        span: Span::new(0, 0),
        value: Value::Table(Vec::new()),
    }))
}

fn syntax(file: &SettingsFile, error: &toml::de::Error) -> SettingsErrors {
    let problem = SettingsProblem::Syntax(error.message().replace('\n', ", "));
    let place = error
        .span()
        .map(|range| file.place(Span::new(range.start, range.end), problem.label()));
    SettingsError { problem, place }.into()
}

fn table<'n>(root: &'n Node, key: &str) -> Option<&'n [Item]> {
    let Value::Table(items) = &root.value else {
        return None;
    };
    let item = items.iter().find(|item| item.key == key)?;
    match &item.node.value {
        Value::Table(items) => Some(items),
        Value::Text(_) | Value::Integer(_) | Value::Truth(_) | Value::List(_) | Value::Other(_) => {
            None
        }
    }
}

fn environments(root: &Node) -> Vec<Item> {
    table(root, "env").unwrap_or_default().to_vec()
}

fn unknown_environment(name: &str, all: &[Item]) -> SettingsProblem {
    let known: Vec<String> = all.iter().map(|item| item.key.clone()).collect();
    SettingsProblem::UnknownEnvironment {
        name: name.to_owned(),
        near: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
        known,
    }
}

impl Reader<'_> {
    /// What an environment lays over the settings, and whether it is protected.
    fn environment(&mut self, overlay: &Item) -> (Node, Guard) {
        let path = format!("env.{}", overlay.key);
        let mut guard = Guard::default();
        let mut over = overlay.node.clone();
        if let Value::Table(items) = &mut over.value {
            items.retain(|item| match item.key.as_str() {
                "protected" | "requires" | "expect_host" | "expect_database"
                | "expect_revision" | "expect_plan" | "maintenance_window" => {
                    self.guard(&mut guard, item, &path);
                    false
                }
                "env" => {
                    self.unknown(item, &path, ENVIRONMENT);
                    false
                }
                _ => true,
            });
        } else {
            self.wrong(&overlay.node, path, "a table");
        }
        (over, guard)
    }

    fn settings(&mut self, root: &Node) -> Settings {
        let mut shared = DatabaseSettings::new("main");
        let mut databases = Vec::new();
        let mut paging = Paging::default();
        let Value::Table(items) = &root.value else {
            return Settings::without_file();
        };
        for item in items {
            match item.key.as_str() {
                "database" => databases.push(item),
                "pager" if self.truth(item, "") == Some(false) => paging = Paging::Never,
                "env" | "defaults" | "forbid_passwords" | "pager" => {}
                _ => self.shared(&mut shared, item, "", TOP),
            }
        }
        // After what stands at the top, wherever they stand in the file.
        if let Some(defaults) = items.iter().find(|item| item.key == "defaults") {
            shared = self.database(shared, defaults, "defaults".to_owned());
            shared.base = std::mem::take(&mut shared.connection);
        }
        let mut read = Vec::new();
        for item in databases {
            let Value::Table(items) = &item.node.value else {
                self.wrong(&item.node, "database".to_owned(), "tables: [database.main]");
                continue;
            };
            for database in items {
                let settings = DatabaseSettings {
                    name: database.key.clone(),
                    ..shared.clone()
                };
                let path = format!("database.{}", database.key);
                read.push(self.database(settings, database, path));
            }
        }
        if read.is_empty() {
            read.push(shared);
        }
        Settings {
            databases: read,
            environment: None,
            guard: Guard::default(),
            paging,
        }
    }

    fn database(
        &mut self,
        mut settings: DatabaseSettings,
        database: &Item,
        path: String,
    ) -> DatabaseSettings {
        let Value::Table(items) = &database.node.value else {
            self.wrong(&database.node, path, "a table with a `url`");
            return settings;
        };
        for item in items {
            match item.key.as_str() {
                key if CONNECTION.contains(&key) => {
                    self.connection(&mut settings.connection, item, &path);
                }
                "prefix" | "division" | "ensure_exists" | "role" | "pool" | "each" => {
                    self.one_of_many(&mut settings, item, &path);
                }
                _ => self.shared(&mut settings, item, &path, DATABASE),
            }
        }
        settings
    }

    /// Reads a setting that may stand at the top or with a database.
    fn shared(
        &mut self,
        settings: &mut DatabaseSettings,
        item: &Item,
        path: &str,
        known: &'static [&'static str],
    ) {
        let (node, key) = (&item.node, path_of(path, item));
        match item.key.as_str() {
            "models" => settings.models = self.templates(node, &key),
            "queries" => settings.queries = self.each(node, &key, |path| Ok(path.to_owned())),
            "migrations" => settings.migrations = self.template(node, key),
            "dialects" => {
                let dialects = self.each(node, &key, |word| {
                    word.parse::<Dialect>().map_err(|error| error.to_string())
                });
                settings.dialects = dialects.into_iter().collect();
            }
            "scratch" => settings.scratch = self.text(node, key, scratch),
            "scratch_url" => settings.scratch_url = self.templates(node, &key),
            "scratch_template" => settings.scratch_template = self.text(node, key, ident),
            "schemas" => settings.schemas = self.each(node, &key, ident),
            "exclude" => {
                settings.exclude = self.each(node, &key, pattern);
            }
            "include" => settings.include = self.each(node, &key, included),
            "journal" => {
                let read = self.text(node, key, |text| {
                    JournalName::parse(text).map_err(|_| "expected `schema.prefix`".to_owned())
                });
                settings.journal = read.unwrap_or_default();
            }
            "online" => {
                settings.forms = match self.truth(item, path) {
                    Some(false) => Forms::Offline,
                    Some(true) | None => Forms::Online,
                };
            }
            "lock_timeout" => {
                let read = self.text(node, key, |text| {
                    parse_duration(text).ok_or("expected a duration like \"3s\"".to_owned())
                });
                settings.lock_timeout = read.unwrap_or(settings.lock_timeout);
            }
            "file_name" => {
                let read = self.text(node, key, FileName::parse);
                settings.file_name = read.unwrap_or_default();
            }
            "hooks" => self.hooks(&mut settings.hooks, item, path),
            "naming" => self.naming(&mut settings.naming, item, path),
            "comments" => {
                settings.comments = match self.truth(item, path) {
                    Some(true) => Comments::Documentation,
                    Some(false) | None => Comments::Written,
                };
            }
            "enum_checks" => {
                settings.enum_checks = match self.truth(item, path) {
                    Some(false) => EnumChecks::LeftOut,
                    Some(true) | None => EnumChecks::Written,
                };
            }
            "features" => {
                let features = self.each(node, &key, |text| Ok(text.to_owned()));
                settings.features = features.into_iter().collect();
            }
            "privileges" => {
                settings.privileges = self.truth(item, path).map(|truth| match truth {
                    true => PrivilegesChoice::Compared,
                    false => PrivilegesChoice::LeftAlone,
                });
            }
            "owners" => {
                settings.owners = match self.truth(item, path) {
                    Some(true) => Owners::Compared,
                    Some(false) | None => Owners::LeftAlone,
                };
            }
            "heads" => {
                let read = self.text(node, key, HeadsPolicy::parse);
                settings.heads = read.unwrap_or_default();
            }
            "lint" => self.lint(&mut settings.lint, item, path),
            _ => self.unknown(item, path, known),
        }
    }

    /// Reads templates over those that hold for all databases.
    fn naming(&mut self, templates: &mut NameTemplates, item: &Item, path: &str) {
        let path = path_of(path, item);
        let Value::Table(items) = &item.node.value else {
            return self.wrong(&item.node, path, "a table");
        };
        for item in items {
            let Some(part) = NamedPart::ALL.iter().find(|part| part.key() == item.key) else {
                self.unknown(item, &path, NAMING);
                continue;
            };
            let parse = |text: &str| NameTemplate::parse(*part, text);
            if let Some(template) = self.text(&item.node, path_of(&path, item), parse) {
                templates.insert(*part, template);
            }
        }
    }
}

pub(super) fn ident(text: &str) -> Result<Ident, String> {
    Ident::parse(text).map_err(|error| error.to_string())
}
