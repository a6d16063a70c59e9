//! What was typed, as it is meant.

use schemist_project::{CacheUse, Choice, Entry, Environment, ProjectError, Protection};

use crate::arguments::{Confirmation, Global};
use crate::ui::Ui;

/// One run of the program.
pub struct Run {
    /// The surroundings.
    pub environment: Environment,
    /// Where results and messages go.
    pub ui: Ui,
    global: Global,
}

impl Run {
    /// Puts the surroundings and the global options together.
    pub fn new(mut environment: Environment, global: Global, ui: Ui) -> Self {
        if let Some(folder) = &global.project_path {
            environment.folder = environment.folder.join(folder);
        }
        Self {
            environment,
            ui,
            global,
        }
    }

    /// The url on the command line.
    pub fn url(&self) -> Option<&str> {
        self.global.url.as_deref()
    }

    /// The project and the database that were chosen.
    ///
    /// # Errors
    /// Where there are no settings, or something is wrong with them.
    pub fn entry(&self) -> Result<Entry, ProjectError> {
        let global = &self.global;
        let choice = Choice {
            config: global.config.clone(),
            name: global.name.clone(),
            environment: global.env.clone(),
            url: global.url.clone(),
            models: global.models.clone(),
            migrations: global.migrations.clone(),
            cache: if global.no_cache {
                CacheUse::PassedBy
            } else {
                CacheUse::Kept
            },
        };
        Entry::open(self.environment.clone(), choice)
    }

    /// Whether somebody agrees: by `--yes`, or on a terminal.
    pub fn is_agreed(&self, question: &str) -> bool {
        self.global.yes || self.ui.asker().is_some_and(|ask| ask(question))
    }

    /// Makes sure that a protected database is meant.
    ///
    /// # Errors
    /// A refusal where its name was neither given nor typed.
    pub fn confirm(&self, entry: &Entry, given: &Confirmation) -> Result<(), ProjectError> {
        if entry.protection == Protection::Open {
            return Ok(());
        }
        let url = entry.url()?;
        let name = url.database().unwrap_or(&entry.settings.name).to_owned();
        let place = url.redacted();
        let typed = match &given.confirm {
            Some(typed) => Some(typed.clone()),
            None => self.ui.ask(&format!(
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
