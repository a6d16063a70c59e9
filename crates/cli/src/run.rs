//! What was typed, as it is meant.

use std::path::PathBuf;

use schemist_project::apply::guard::{check_place, check_revision};
use schemist_project::connection::Trust;
use schemist_project::settings::Paging;
use schemist_project::{CacheUse, Choice, Entry, Environment, ProjectError, Protection, Standing};

use crate::arguments::{Confirmation, Global};
use crate::pager::Pager;
use crate::ui::{Crowd, Ui};

/// One run of the program.
pub struct Run {
    /// The surroundings.
    pub environment: Environment,
    /// Where results and messages go.
    pub ui: Ui,
    global: Global,
    scale: Scale,
}

/// Whether it is about one database or about several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    One,
    OneOfMany,
}

impl Run {
    /// Puts the surroundings and the global options together.
    pub const fn new(environment: Environment, global: Global, ui: Ui) -> Self {
        Self {
            environment,
            ui,
            global,
            scale: Scale::One,
        }
    }

    /// The surroundings that the global options leave: the folder and the variables.
    ///
    /// # Errors
    /// Where a file with variables cannot be read, or the folder is missing.
    pub fn surroundings(global: &Global) -> Result<Environment, ProjectError> {
        let mut environment = Environment::of_process();
        for file in &global.env_file {
            environment.add_file(file)?;
        }
        if let Some(folder) = &global.project_path {
            let shown = folder.display();
            environment.folder = environment.folder.join(folder);
            if !environment.folder.is_dir() {
                return Err(ProjectError::refused(
                    format!("work in {shown}: there is no such folder"),
                    "correct -C, or make the folder first",
                ));
            }
        }
        Ok(environment)
    }

    /// The same run for one of several databases, whose name stands before every line.
    #[must_use]
    pub fn beside(&self, name: &str, crowd: Crowd) -> Self {
        Self {
            environment: self.environment.clone(),
            ui: self.ui.beside(name, crowd),
            global: self.global.clone(),
            scale: Scale::OneOfMany,
        }
    }

    /// The url on the command line.
    pub fn url(&self) -> Option<&str> {
        self.global.url.as_deref()
    }

    /// The models on the command line.
    pub fn models(&self) -> &[PathBuf] {
        &self.global.models
    }

    /// Whether the work is for one of several databases.
    pub fn is_one_of_many(&self) -> bool {
        self.scale == Scale::OneOfMany
    }

    /// How many databases may be worked on at once, where somebody said.
    pub fn jobs(&self, entries: &[Entry]) -> Option<usize> {
        let pools = entries.iter().filter_map(|entry| entry.settings.pool.max);
        self.global.jobs.or_else(|| pools.min())
    }

    /// Whether the first failure is the last.
    pub const fn fails_fast(&self) -> bool {
        self.global.fail_fast
    }

    fn choice(&self, name: Option<&String>, environment: Option<&String>) -> Choice {
        let global = &self.global;
        let trust = match (global.trust, self.ui.asker()) {
            (true, _) => Trust::Given,
            (false, Some(ask)) => Trust::Asked(ask),
            (false, None) => Trust::Nobody,
        };
        Choice {
            config: global.config.clone(),
            name: name.cloned(),
            environment: environment.cloned(),
            url: global.url.clone(),
            models: global.models.clone(),
            migrations: global.migrations.clone(),
            cache: if global.no_cache {
                CacheUse::PassedBy
            } else {
                CacheUse::Kept
            },
            trust,
        }
    }

    fn open(
        &self,
        name: Option<&String>,
        environment: Option<&String>,
    ) -> Result<Entry, ProjectError> {
        Entry::open(self.environment.clone(), self.choice(name, environment))
    }

    /// The project and the database that were chosen.
    ///
    /// # Errors
    /// Where there are no settings, something is wrong with them, or several databases were chosen.
    pub fn entry(&self) -> Result<Entry, ProjectError> {
        if self.global.all || self.global.name.len() > 1 || self.global.env.len() > 1 {
            return Err(ProjectError::refused(
                "do this for several databases at once",
                "name one with -n, in one environment",
            ));
        }
        let entry = self.open(self.global.name.first(), self.global.env.first())?;
        if entry.settings.each.is_some() && entry.settings.member.is_none() {
            let name = &entry.settings.name;
            return Err(ProjectError::refused(
                format!("take {name} for one database: it stands for many"),
                format!("name one of them: -n {name}/<one>"),
            ));
        }
        Ok(entry)
    }

    /// Whether several databases were chosen.
    ///
    /// # Errors
    /// As for [`Run::entry`].
    pub fn is_for_many(&self) -> Result<bool, ProjectError> {
        let global = &self.global;
        if global.all || global.name.len() > 1 || global.env.len() > 1 {
            return Ok(true);
        }
        let entry = self.open(global.name.first(), global.env.first())?;
        Ok(entry.settings.each.is_some() && entry.settings.member.is_none())
    }

    /// Every database that was chosen, in the order of the settings.
    ///
    /// # Errors
    /// As for [`Run::entry`], and where two of them are the same.
    pub async fn entries(&self) -> Result<Vec<Entry>, ProjectError> {
        let global = &self.global;
        let environments: Vec<Option<&String>> = match global.env.as_slice() {
            [] => vec![None],
            several => several.iter().map(Some).collect(),
        };
        let mut entries = Vec::new();
        for environment in environments {
            if global.all {
                let first = self.open(None, environment)?;
                let all = first.databases().iter();
                let all: Vec<Entry> = all.map(|it| first.of_database(it.clone())).collect();
                entries.extend(all);
            } else if global.name.is_empty() {
                entries.push(self.open(None, environment)?);
            } else {
                for name in &global.name {
                    entries.push(self.open(Some(name), environment)?);
                }
            }
        }
        schemist_project::fleet::expand(entries).await
    }

    /// What shows long results page by page, where anything does.
    pub fn pager(&self) -> Option<Pager> {
        let entry = self.open(self.global.name.first(), self.global.env.first());
        if entry.is_ok_and(|entry| entry.paging() == Paging::Never) {
            return None;
        }
        let named = Pager::of_environment(|name| std::env::var(name).ok());
        named.unwrap_or_else(|sentence| {
            self.ui.warning(&sentence);
            None
        })
    }

    /// The error with what else is known about it.
    pub fn explained(&self, error: ProjectError) -> ProjectError {
        let Ok(entry) = self.open(self.global.name.first(), self.global.env.first()) else {
            return error;
        };
        schemist_project::fleet::explain(&entry, error)
    }

    /// Whether somebody agrees: by `--yes`, or on a terminal.
    pub fn is_agreed(&self, question: &str) -> bool {
        self.global.yes || self.ui.asker().is_some_and(|ask| ask(question))
    }

    /// Makes sure that something that cannot be taken back is meant.
    ///
    /// # Errors
    /// A refusal where the answer is no, or where nobody is there to ask and `--yes` was not given.
    pub fn agree(&self, question: &str, option: &str) -> Result<(), ProjectError> {
        if self.global.yes {
            return Ok(());
        }
        let what = question.trim_end_matches('?').to_lowercase();
        match self.ui.asker() {
            Some(ask) if ask(question) => Ok(()),
            Some(_) => Err(ProjectError::refused(
                format!("{what}: the answer was no"),
                format!("add {option} to do it without being asked"),
            )),
            None => Err(ProjectError::refused(
                format!("{what}: nobody is there to ask"),
                format!("add {option} if you mean it"),
            )),
        }
    }

    /// Says what comes next to which database, before anything is done or asked.
    ///
    /// # Errors
    /// Where the url cannot be resolved.
    pub fn announce(&self, entry: &Entry, what: &str) -> Result<(), ProjectError> {
        let environment = entry.environment_name.as_deref();
        let environment = environment.map_or_else(String::new, |name| format!("{name}, "));
        let url = entry.url()?.redacted();
        self.ui.status(&format!("{environment}{url}: {what}"));
        Ok(())
    }

    /// Makes sure that this database is meant, as it stands, and that a protected one is named.
    ///
    /// # Errors
    /// A refusal where it is another one, or where its name was neither given nor typed.
    pub async fn confirm(&self, entry: &Entry, given: &Confirmation) -> Result<(), ProjectError> {
        let expected = given.expectations();
        check_place(entry, &expected)?;
        if expected.revision.is_some() {
            let history = entry.history()?;
            let standing = Standing::read_or_base(entry).await?;
            check_revision(entry, &expected, &standing.current(&history))?;
        }
        if entry.protection == Protection::Open {
            return Ok(());
        }
        let url = entry.url()?;
        let name = match (self.scale, &entry.environment_name) {
            // One name for all of them.
            (Scale::OneOfMany, Some(environment)) => environment.clone(),
            (Scale::One | Scale::OneOfMany, _) => {
                url.database().unwrap_or(&entry.settings.name).to_owned()
            }
        };
        let place = url.redacted();
        let typed = match (&given.confirm, self.scale) {
            (Some(typed), _) => Some(typed.clone()),
            (None, Scale::OneOfMany) => None,
            (None, Scale::One) => self.ui.ask(&format!(
                "This changes {place} which is protected. Its name:"
            )),
        };
        match typed {
            Some(typed) if typed == name => Ok(()),
            Some(_) => Err(ProjectError::refused(
                format!("change {place}: that is not its name"),
                format!("add --confirm {name} if you mean it"),
            )),
            None => Err(ProjectError::refused(
                format!("change {place}: it is protected, and nobody is there to ask"),
                format!("add --confirm {name} if you mean it"),
            )),
        }
    }
}
