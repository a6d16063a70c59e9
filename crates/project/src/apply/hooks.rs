//! Programs of the settings that are run before and after changes.
//!
//! They are told about the run by variables, and none of these holds a secret.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use schemist_connect::{DatabaseUrl, Part};
use schemist_revision::{Direction, Mention};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::apply::Event;
use crate::apply::guard::{Outlook, ids};
use crate::connection::{Purpose, parse_url, places, trust, words_of, written};
use crate::error::{Exit, ProjectError};
use crate::project::Entry;
use crate::settings::{HookPoint, Program};

/// Whether the hooks of the settings are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HookUse {
    /// They are not.
    #[default]
    PassedBy,
    /// They are.
    Run,
}

/// How long is waited for what a program that has ended left in its pipes.
const REST: Duration = Duration::from_millis(200);

/// Variables that hold secrets, whatever is in them.
const SECRET: [&str; 9] = [
    "PGPASSWORD",
    "MYSQL_PWD",
    "MYSQL_PASSWORD",
    "MARIADB_PASSWORD",
    "POSTGRES_PASSWORD",
    "PG_DB_PASS",
    "DB_PASSWORD",
    "DATABASE_PASSWORD",
    "SCHEMIST_PASSWORD",
];

/// How what a hook comes after ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    Failed,
}

impl Ending {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// The hooks of one run on one database.
pub(crate) struct Hooks<'a> {
    entry: &'a Entry,
    hooks: HookUse,
    direction: Direction,
    told: BTreeMap<&'static str, String>,
}

/// The programs that a request would run as hooks: point and words, in the order in which they come.
pub(crate) fn named(entry: &Entry, direction: Direction) -> Vec<(HookPoint, String)> {
    let mut named = Vec::new();
    for point in points(direction) {
        let programs = entry.settings.hooks.get(&point).into_iter().flatten();
        named.extend(programs.map(|program| (point, written(program))));
    }
    named
}

/// Makes sure, before anything begins, that somebody trusts every hook that may be run.
///
/// # Errors
/// A refusal that names the first that nobody does.
pub(crate) fn trust_hooks(
    entry: &Entry,
    hooks: HookUse,
    direction: Direction,
) -> Result<(), ProjectError> {
    match hooks {
        HookUse::PassedBy => return Ok(()),
        HookUse::Run => {}
    }
    for point in points(direction) {
        for program in entry.settings.hooks.get(&point).into_iter().flatten() {
            trust(entry, program, Purpose::Hook)?;
        }
    }
    Ok(())
}

fn points(direction: Direction) -> impl Iterator<Item = HookPoint> {
    let other = match direction {
        Direction::Up => [HookPoint::BeforeDowngrade, HookPoint::AfterDowngrade],
        Direction::Down => [HookPoint::BeforeUpgrade, HookPoint::AfterUpgrade],
    };
    HookPoint::ALL
        .into_iter()
        .filter(move |point| !other.contains(point))
}

impl<'a> Hooks<'a> {
    /// The hooks of a run that leads somewhere.
    pub(crate) fn new(entry: &'a Entry, hooks: HookUse, outlook: &Outlook) -> Self {
        let revisions: Vec<&str> = outlook.revisions.iter().map(|it| it.id.as_str()).collect();
        let direction = match outlook.direction {
            Direction::Up => "up",
            Direction::Down => "down",
        };
        let environment = outlook.environment.clone().unwrap_or_default();
        let told = BTreeMap::from([
            ("SCHEMIST_HOOK_DATABASE", entry.name()),
            ("SCHEMIST_HOOK_ENVIRONMENT", environment),
            ("SCHEMIST_HOOK_URL", outlook.place.clone()),
            ("SCHEMIST_HOOK_DIRECTION", direction.to_owned()),
            ("SCHEMIST_HOOK_FROM", ids(&outlook.from)),
            ("SCHEMIST_HOOK_TO", ids(&outlook.to)),
            ("SCHEMIST_HOOK_REVISIONS", revisions.join(" ")),
        ]);
        Self {
            entry,
            hooks,
            direction: outlook.direction,
            told,
        }
    }

    /// Runs those that come before everything.
    ///
    /// # Errors
    /// Where one fails: nothing was changed.
    pub(crate) async fn before(&self, tell: &mut impl FnMut(Event)) -> Result<(), ProjectError> {
        let point = match self.direction {
            Direction::Up => HookPoint::BeforeUpgrade,
            Direction::Down => HookPoint::BeforeDowngrade,
        };
        self.run(point, &[], "nothing was changed", tell).await
    }

    /// Runs those that come after everything.
    ///
    /// # Errors
    /// Where one fails: what was run is written down.
    pub(crate) async fn after(
        &self,
        done: &[Mention],
        ending: Ending,
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        let point = match self.direction {
            Direction::Up => HookPoint::AfterUpgrade,
            Direction::Down => HookPoint::AfterDowngrade,
        };
        let done: Vec<&str> = done.iter().map(|revision| revision.id.as_str()).collect();
        let more = [
            ("SCHEMIST_HOOK_REVISIONS", done.join(" ")),
            ("SCHEMIST_HOOK_RESULT", ending.word().to_owned()),
        ];
        let state = "what was run stays, and the journal has it";
        self.run(point, &more, state, tell).await
    }

    /// Runs those that come before a revision.
    ///
    /// # Errors
    /// Where one fails: the revision was not begun.
    pub(crate) async fn before_one(
        &self,
        revision: &Mention,
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        let more = [("SCHEMIST_HOOK_REVISION", revision.id.to_string())];
        let state = format!("{} was not begun", revision.id);
        self.run(HookPoint::BeforeRevision, &more, &state, tell)
            .await
    }

    /// Runs those that come after a revision.
    ///
    /// # Errors
    /// Where one fails: the revision stays as it is.
    pub(crate) async fn after_one(
        &self,
        revision: &Mention,
        ending: Ending,
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        let more = [
            ("SCHEMIST_HOOK_REVISION", revision.id.to_string()),
            ("SCHEMIST_HOOK_RESULT", ending.word().to_owned()),
        ];
        let did = match (self.direction, ending) {
            (Direction::Up, Ending::Done) => "is applied",
            (Direction::Down, Ending::Done) => "is taken back",
            (Direction::Up | Direction::Down, Ending::Failed) => "failed before",
        };
        let state = format!("{} {did}, and the journal says so", revision.id);
        self.run(HookPoint::AfterRevision, &more, &state, tell)
            .await
    }

    async fn run(
        &self,
        point: HookPoint,
        more: &[(&'static str, String)],
        state: &str,
        tell: &mut impl FnMut(Event),
    ) -> Result<(), ProjectError> {
        match self.hooks {
            HookUse::PassedBy => return Ok(()),
            HookUse::Run => {}
        }
        for program in self.entry.settings.hooks.get(&point).into_iter().flatten() {
            let shown = written(program);
            tell(Event::Hook {
                point: point.key(),
                program: shown.clone(),
            });
            let refusal = |because: &str| ProjectError::Refused {
                message: format!(
                    "run the hook {} (`{shown}`): {because}; {state}",
                    point.key()
                ),
                places: places(program),
                remedy: Some(remedy(point, self.direction).to_owned()),
                exit: Exit::Error,
            };
            let mut command = self.command(program, point, more)?;
            let child = command.spawn();
            let child = child.map_err(|error| refusal(&error.to_string()))?;
            let ended = ended(child, tell).await;
            ended.map_err(|because| refusal(&because))?;
        }
        Ok(())
    }

    fn command(
        &self,
        program: &Program,
        point: HookPoint,
        more: &[(&'static str, String)],
    ) -> Result<Command, ProjectError> {
        let words = words_of(self.entry, program)?;
        let (name, arguments) = words.split_first().ok_or_else(|| {
            ProjectError::refused(
                "run a hook without words",
                "write [\"program\", \"argument\"]",
            )
        })?;
        let mut command = Command::new(name);
        command
            .args(arguments)
            .current_dir(&self.entry.root)
            .env_clear()
            .envs(harmless(self.entry)?)
            .env("SCHEMIST_HOOK", point.key())
            .envs(&self.told)
            .envs(more.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        Ok(command)
    }
}

const fn remedy(point: HookPoint, direction: Direction) -> &'static str {
    match (point, direction) {
        (HookPoint::BeforeUpgrade | HookPoint::BeforeDowngrade, _) => {
            "mend what it complains about, or add --no-hooks"
        }
        (HookPoint::AfterUpgrade | HookPoint::AfterDowngrade, _) => {
            "run it by hand once it is mended: nothing is left to run that would run it again"
        }
        (HookPoint::BeforeRevision | HookPoint::AfterRevision, Direction::Up) => {
            "mend what it complains about, then run `schemist upgrade` again for what is left, or add --no-hooks"
        }
        (HookPoint::BeforeRevision | HookPoint::AfterRevision, Direction::Down) => {
            "mend what it complains about, then run the command again for what is left, or add --no-hooks"
        }
    }
}

/// The variables of the run without those that hold a password or a url with one.
fn harmless(entry: &Entry) -> Result<BTreeMap<String, String>, ProjectError> {
    let password = entry.url()?.part(Part::Password).unwrap_or_default();
    let variables = entry.environment.variables.iter();
    let kept = variables.filter(|(name, value)| {
        let is_secret = SECRET.contains(&name.as_str())
            || (!password.is_empty() && **value == password)
            || holds_login(value, entry);
        !is_secret
    });
    Ok(kept
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect())
}

/// Whether a value is the url, or another description, of a database with a password in it.
fn holds_login(value: &str, entry: &Entry) -> bool {
    let lower = value.to_ascii_lowercase();
    if lower.contains("password=") || lower.contains("pwd=") {
        return true;
    }
    let Some((_, rest)) = value.split_once("://") else {
        return false;
    };
    let login = rest.rsplit_once('@').map(|(login, _)| login);
    let is_url = parse_url(value, "a variable", &entry.root)
        .is_ok_and(|url: DatabaseUrl| url.part(Part::Password).is_some());
    is_url || login.is_some_and(|login| login.contains(':'))
}

/// Passes on what a program says, line by line, until it ends.
async fn ended(mut child: Child, tell: &mut impl FnMut(Event)) -> Result<(), String> {
    let (mut out, mut err) = (
        Lines::of(child.stdout.take()),
        Lines::of(child.stderr.take()),
    );
    let status = loop {
        tokio::select! {
            line = out.next(), if !out.is_over => line.into_iter().for_each(|line| tell(Event::Said(line))),
            line = err.next(), if !err.is_over => line.into_iter().for_each(|line| tell(Event::Said(line))),
            status = child.wait() => break status,
        }
    };
    // A service that it started may hold the pipes open for ever.
    for lines in [&mut out, &mut err] {
        while !lines.is_over
            && let Ok(Some(line)) = tokio::time::timeout(REST, lines.next()).await
        {
            tell(Event::Said(line));
        }
    }
    let status = status.map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(());
    }
    Err(match status.code() {
        Some(code) => format!("it ended with {code}"),
        None => "a signal ended it".to_owned(),
    })
}

/// The lines that a program writes, as far as they are there.
struct Lines {
    from: Option<BufReader<Box<dyn AsyncRead + Unpin>>>,
    // What was read of a line when something else came first.
    part: Vec<u8>,
    is_over: bool,
}

impl Lines {
    fn of(pipe: Option<impl AsyncRead + Unpin + 'static>) -> Self {
        Self {
            from: pipe.map(|pipe| BufReader::new(Box::new(pipe) as Box<dyn AsyncRead + Unpin>)),
            part: Vec::new(),
            is_over: false,
        }
    }

    async fn next(&mut self) -> Option<String> {
        let Some(from) = &mut self.from else {
            self.is_over = true;
            return None;
        };
        let read = from.read_until(b'\n', &mut self.part).await;
        let line = std::mem::take(&mut self.part);
        if read.is_err() || line.is_empty() {
            self.is_over = true;
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        Some(text.trim_end_matches(['\n', '\r']).to_owned())
    }
}
