//! What must be true before a database is changed: the right place, the right revision, the right time.

use schemist_catalog::hazard::HazardRule;
use schemist_revision::{Direction, History, RevisionFile, RevisionId};
use schemist_sql::Dialect;

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::fleet::refuse_twin_of;
use crate::inspect::standing::Standing;
use crate::project::{Choice, Entry};
use crate::settings::{Guard, RevisionSaid, Template};

/// What the person who starts a change says must be true.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectations {
    /// The host.
    pub host: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// The revision that the database is at, by its id or a start of it; `base` for none.
    pub revision: Option<String>,
    /// What becomes of a revision that the required environment has not seen.
    pub untested: Untested,
    /// What becomes of heavy revisions at the wrong time.
    pub hours: Hours,
}

/// What becomes of a revision that the required environment has not seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Untested {
    /// It is refused.
    #[default]
    Refused,
    /// It is applied.
    Forced,
}

/// What becomes of heavy revisions outside of the maintenance window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hours {
    /// They are refused.
    #[default]
    Kept,
    /// They are applied.
    Ignored,
}

/// Makes sure that the database is the one that is meant; asks nobody.
///
/// # Errors
/// A refusal that names what is expected and what is there.
pub fn check_place(entry: &Entry, expected: &Expectations) -> Result<(), ProjectError> {
    refuse_twin_of(entry)?;
    let url = entry.url()?;
    let variables = &entry.environment.variables;
    let resolved = |template: &Option<Template>| -> Result<Option<String>, ProjectError> {
        let text = template
            .as_ref()
            .map(|it| it.resolve(variables))
            .transpose()?;
        Ok(text)
    };
    let Guard {
        host,
        database,
        revision,
        ..
    } = &entry.guard;
    let place = url.redacted();
    let of_settings = format!(
        "env.{}",
        entry.environment_name.as_deref().unwrap_or_default()
    );
    for (wanted, origin, found, what) in [
        (&expected.host, "--expect-host", url.host(), "host"),
        (&resolved(host)?, &of_settings, url.host(), "host"),
        (
            &expected.database,
            "--expect-database",
            url.database(),
            "database",
        ),
        (
            &resolved(database)?,
            &of_settings,
            url.database(),
            "database",
        ),
    ] {
        let Some(wanted) = wanted else { continue };
        if found != Some(wanted.as_str()) {
            return Err(ProjectError::refused(
                format!(
                    "change {place}: {origin} expects the {what} {wanted}, and it is {}",
                    found.unwrap_or("none")
                ),
                "look at `schemist config`: another url may be set than you think; nothing was changed",
            ));
        }
    }
    match (revision, &expected.revision) {
        (RevisionSaid::Always, None) => Err(ProjectError::refused(
            format!("change {place}: {of_settings} wants to hear which revision it is at"),
            "run `schemist current`, then add --expect-revision <revision>, or base",
        )),
        (RevisionSaid::Always | RevisionSaid::Freely, _) => Ok(()),
    }
}

/// Makes sure that the database stands where it is said to stand.
///
/// # Errors
/// A refusal that names where it stands.
pub fn check_revision(
    entry: &Entry,
    expected: &Expectations,
    current: &[RevisionId],
) -> Result<(), ProjectError> {
    let Some(wanted) = &expected.revision else {
        return Ok(());
    };
    let fits = match current {
        [] => wanted == "base",
        [only] => !wanted.is_empty() && only.as_str().starts_with(wanted.as_str()),
        [_, _, ..] => false,
    };
    if fits {
        return Ok(());
    }
    let found = ids(current);
    Err(ProjectError::refused(
        format!(
            "change {}: --expect-revision says {wanted}, and it is at {found}",
            entry.url()?.redacted()
        ),
        "somebody changed it, or it is another database; nothing was changed",
    ))
}

/// Makes sure that revisions may be run now, here: they were tested, and it is the time for them.
pub(crate) async fn check_revisions(
    entry: &Entry,
    expected: &Expectations,
    direction: Direction,
    files: &[&RevisionFile],
) -> Result<(), ProjectError> {
    check_hours(entry, expected, direction, files)?;
    match (direction, expected.untested, &entry.guard.requires) {
        (Direction::Up, Untested::Refused, Some(required)) if !files.is_empty() => {
            check_tested(entry, required, files).await
        }
        (Direction::Up | Direction::Down, Untested::Refused | Untested::Forced, _) => Ok(()),
    }
}

fn check_hours(
    entry: &Entry,
    expected: &Expectations,
    direction: Direction,
    files: &[&RevisionFile],
) -> Result<(), ProjectError> {
    let Some(window) = entry.guard.window else {
        return Ok(());
    };
    let is_time = expected.hours == Hours::Ignored || window.holds(entry.environment.now().unix());
    if is_time {
        return Ok(());
    }
    let dialect = entry.url()?.dialect();
    for file in files {
        if let Some(code) = heavy(file, dialect, direction)? {
            return Err(ProjectError::refused(
                format!(
                    "run revision {} now: it is heavy ({code}), and heavy ones are run {window} here",
                    file.id()
                ),
                "wait for that time, or add --any-hour",
            ));
        }
    }
    Ok(())
}

/// The first hazard of a revision that keeps others waiting.
fn heavy(
    file: &RevisionFile,
    dialect: Dialect,
    direction: Direction,
) -> Result<Option<String>, ProjectError> {
    for section in file.sections_for(dialect, direction)? {
        let statements = section.statements(dialect);
        for statement in statements.map_err(schemist_revision::UseError::from)? {
            let mut codes = statement.hazards().map(|(code, _)| code);
            if let Some(code) = codes.find(|code| is_heavy(code)) {
                return Ok(Some(code.to_owned()));
            }
        }
    }
    Ok(None)
}

fn is_heavy(code: &str) -> bool {
    HazardRule::of(code).is_some_and(|rule| rule.is_heavy)
}

/// Asks the journal of another environment whether it has seen the revisions.
async fn check_tested(
    entry: &Entry,
    required: &str,
    files: &[&RevisionFile],
) -> Result<(), ProjectError> {
    let other = in_environment(entry, required)?;
    let standing = Standing::read_or_base(&other).await?;
    let seen = standing.applied();
    let missing: Vec<&str> = files
        .iter()
        .filter(|file| !seen.contains(file.id()))
        .map(|file| file.id().as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ProjectError::refused(
        format!(
            "apply {}: {required} ({}) has not seen {}",
            missing.join(" "),
            other.url()?.redacted(),
            if missing.len() == 1 { "it" } else { "them" }
        ),
        format!(
            "run `schemist upgrade --env {required}` and test there first, or add --force-untested"
        ),
    ))
}

/// The same database in another environment.
fn in_environment(entry: &Entry, name: &str) -> Result<Entry, ProjectError> {
    let choice = Choice {
        environment: Some(name.to_owned()),
        name: Some(entry.settings.name.clone()),
        // What was typed is for the environment that is changed.
        url: None,
        ..entry.choice().clone()
    };
    let surroundings: Environment = entry.environment.clone();
    let other = Entry::open(surroundings, choice)?;
    let mut settings = other.settings.clone();
    settings.member.clone_from(&entry.settings.member);
    Ok(other.of_database(settings))
}

/// Makes sure that nothing is generated from a protected database.
pub(crate) fn refuse_generating(entry: &Entry) -> Result<(), ProjectError> {
    match entry.protection {
        schemist_execute::scratch::Protection::Open => Ok(()),
        schemist_execute::scratch::Protection::Protected => Err(ProjectError::refused(
            format!(
                "write a revision from {}: {} is protected",
                entry.url()?.redacted(),
                entry.environment_name.as_deref().unwrap_or("it")
            ),
            "write it in another environment, and apply it here with `schemist upgrade`",
        )),
    }
}

/// Revisions by their ids; none is the base.
pub(crate) fn ids(ids: &[RevisionId]) -> String {
    let words: Vec<&str> = ids.iter().map(RevisionId::as_str).collect();
    if words.is_empty() {
        return "base".to_owned();
    }
    words.join(" ")
}

/// Where a change leads, for those who read it before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The environment, where one was chosen.
    pub environment: Option<String>,
    /// The database, without its password.
    pub place: String,
    /// Where it stands.
    pub from: Vec<RevisionId>,
    /// Where it will stand.
    pub to: Vec<RevisionId>,
    /// The revisions on the way.
    pub revisions: Vec<schemist_revision::Mention>,
    /// Which way.
    pub direction: Direction,
}

impl Outlook {
    /// Looks at what is on the way.
    pub(crate) fn new(
        entry: &Entry,
        history: &History,
        standing: &Standing,
        direction: Direction,
        files: &[&RevisionFile],
    ) -> Result<Self, ProjectError> {
        let mut after = standing.applied();
        for file in files {
            match direction {
                Direction::Up => after.insert(file.id().clone()),
                Direction::Down => after.remove(file.id()),
            };
        }
        let tips = history.tips(&after);
        Ok(Self {
            environment: entry.environment_name.clone(),
            place: entry.url()?.redacted(),
            from: standing.current(history),
            to: tips.iter().map(|file| file.id().clone()).collect(),
            revisions: files.iter().map(|file| (*file).into()).collect(),
            direction,
        })
    }
}

impl std::fmt::Display for Outlook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(environment) = &self.environment {
            write!(f, "{environment}, ")?;
        }
        let plural = if self.revisions.len() == 1 { "" } else { "s" };
        let does = match self.direction {
            Direction::Up => "apply",
            Direction::Down => "take back",
        };
        write!(
            f,
            "{}: {} → {}, {} revision{plural} to {does}",
            self.place,
            ids(&self.from),
            ids(&self.to),
            self.revisions.len()
        )
    }
}
