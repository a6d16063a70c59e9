//! What can go wrong in a project, with all that a person needs to go on.

mod exit;
mod run;

use std::error::Error;
use std::io;

use schemist_connect::{ConnectError, FileTrouble};
use schemist_execute::journal::JournalError;
use schemist_execute::lock::LockError;
use schemist_execute::run::RunError;
use schemist_execute::scratch::ScratchError;
use schemist_introspect::IntrospectError;
use schemist_model::ReadErrors;
use schemist_revision::{
    AppliedErrors, BadId, FileErrors, HistoryError, HistoryErrors, Place, TargetError, UseError,
};

use schemist_diff::Change;

pub use self::exit::Exit;
use self::run::{lock_remedy, of_run};
use crate::compile::Refusal;
use crate::prove::ProofError;
use crate::prove::bench::BenchError;
use crate::prove::replay::ReplayError;
use crate::settings::{SettingsError, SettingsErrors};

/// Why a workflow ended early.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is no settings file, here or above.
    #[error("find schemist.toml in {folder} or a folder above it")]
    NoSettings {
        /// The folder where the search began.
        folder: String,
    },
    /// The system refuses a file or folder.
    #[error("{what} {path}")]
    File {
        /// What was tried: `read`, `write`.
        what: &'static str,
        /// The file or folder.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Something is wrong with the settings.
    #[error(transparent)]
    Settings(#[from] SettingsErrors),
    /// A url cannot be used as one.
    #[error("use {origin} as a database's url")]
    Url {
        /// Where it comes from, never the url itself.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: ConnectError,
    },
    /// There are no models where the settings say.
    #[error("find models: {reason}")]
    NoModels {
        /// What is there instead.
        reason: String,
        /// Where the settings name the place.
        place: Option<Place>,
    },
    /// The models cannot be read.
    #[error("read the models")]
    Models(#[from] ReadErrors),
    /// Revision files cannot be read.
    #[error("read the revision files")]
    Revisions(Vec<FileErrors>),
    /// Revision files form no history.
    #[error(transparent)]
    Histories(#[from] HistoryErrors),
    /// The history does not allow it.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// What is applied does not fit the files.
    #[error(transparent)]
    Applied(#[from] AppliedErrors),
    /// A revision that was named cannot be found or reached.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A revision cannot be run.
    #[error(transparent)]
    Use(Box<UseError>),
    /// A word can be no id or label.
    #[error(transparent)]
    Id(#[from] BadId),
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no scratch database.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The database cannot be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// The journal cannot be read or changed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The lock was not got.
    #[error(transparent)]
    Lock(Box<LockError>),
    /// A revision was not applied, or not to its end.
    #[error(transparent)]
    Run(#[from] Box<StoppedRun>),
    /// The server refused statements of the models.
    #[error("compile the models")]
    Compile(Vec<Refusal>),
    /// The live database is not what the history says.
    #[error("start from the live database: it is not what the history says")]
    Drift(Vec<Change>),
    /// A revision could not be proven.
    #[error("prove the revision")]
    Proof(#[from] ProofError),
    /// The history could not be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Something failed in a scratch database.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// A refusal of ours, with its place, its remedy and how the program ends.
    #[error("{message}")]
    Refused {
        /// What cannot be done, and why.
        message: String,
        /// The places to show.
        places: Vec<Place>,
        /// What to type next.
        remedy: Option<String>,
        /// How the program ends.
        exit: Exit,
    },
}

/// A revision that was not applied to its end, with the place in its file.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct StoppedRun {
    /// What happened.
    #[source]
    pub error: RunError,
    /// The statement in the revision's file.
    pub place: Option<Place>,
}

/// How the program ends where a revision cannot be used.
fn of_use(error: &UseError) -> Exit {
    match error {
        UseError::Broken(_) => Exit::History,
        UseError::NoSection { .. }
        | UseError::EmptySection { .. }
        | UseError::Irreversible { .. } => Exit::Error,
    }
}

/// One thing to tell the user: what, why, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What cannot be done; fits after "cannot ".
    pub message: String,
    /// Why, from the nearest cause on.
    pub causes: Vec<String>,
    /// The places to show.
    pub places: Vec<Place>,
    /// How things stand now, where that is not as before.
    pub state: Option<String>,
    /// What to type next, if that is known.
    pub remedy: Option<String>,
}

impl Complaint {
    fn new(error: &dyn Error) -> Self {
        let mut causes: Vec<String> = Vec::new();
        let message = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if causes.last() != Some(&text) && text != message {
                causes.push(text);
            }
            next = cause.source();
        }
        Self {
            message,
            causes,
            places: Vec::new(),
            state: None,
            remedy: None,
        }
    }

    fn at(mut self, places: Vec<Place>) -> Self {
        self.places = places;
        self
    }

    fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        self.remedy = Some(remedy).filter(|remedy| !remedy.is_empty());
        self
    }
}

// Boxed, so that results stay small.

impl From<UseError> for ProjectError {
    fn from(error: UseError) -> Self {
        Self::Use(Box::new(error))
    }
}

impl From<LockError> for ProjectError {
    fn from(error: LockError) -> Self {
        Self::Lock(Box::new(error))
    }
}

impl ProjectError {
    /// A refusal that is ours alone.
    pub fn refused(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused {
            message: message.into(),
            places: Vec::new(),
            remedy: Some(remedy.into()),
            exit: Exit::Error,
        }
    }

    /// A refusal for the state of the history.
    pub(crate) fn wrong_history(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused {
            message: message.into(),
            places: Vec::new(),
            remedy: Some(remedy.into()),
            exit: Exit::History,
        }
    }

    /// How the program ends for this reason.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Revisions(_) | Self::Histories(_) | Self::History(_) | Self::Applied(_) => {
                Exit::History
            }
            Self::Target(TargetError::History(_) | TargetError::Applied(_)) => Exit::History,
            Self::Use(error) => of_use(error),
            Self::Replay(ReplayError::Use { source, .. }) => of_use(source),
            Self::Refused { exit, .. } => *exit,
            Self::Lock(error) if matches!(**error, LockError::Held { .. }) => Exit::Lock,
            Self::Run(stopped) if run::is_out_of_time(&stopped.error.failure) => Exit::Lock,
            Self::NoSettings { .. }
            | Self::File { .. }
            | Self::Settings(_)
            | Self::Url { .. }
            | Self::NoModels { .. }
            | Self::Models(_)
            | Self::Target(_)
            | Self::Id(_)
            | Self::Connect(_)
            | Self::Scratch(_)
            | Self::Journal(_)
            | Self::Lock(_)
            | Self::Run(_)
            | Self::Introspect(_)
            | Self::Compile(_)
            | Self::Proof(_)
            | Self::Replay(_)
            | Self::Bench(_) => Exit::Error,
            Self::Drift(_) => Exit::Differences,
        }
    }

    /// Everything to tell the user, in order.
    pub fn complaints(&self) -> Vec<Complaint> {
        let one = Complaint::new(self);
        match self {
            Self::NoSettings { .. } => {
                vec![one.with_remedy(
                    "run `schemist init` to start a project here, or name one with -C or -c",
                )]
            }
            Self::File { source, .. } => vec![one.with_remedy(file_remedy(source))],
            Self::Settings(errors) => errors.errors().iter().map(of_settings).collect(),
            Self::Url { .. } => vec![one.with_remedy(
                "write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`",
            )],
            Self::NoModels { place, .. } => {
                vec![one.at(place.iter().cloned().collect()).with_remedy(
                    "put `.rs` or `.sql` files there, or correct `models` in schemist.toml",
                )]
            }
            Self::Models(errors) => of_models(errors),
            Self::Revisions(files) => files.iter().flat_map(of_file).collect(),
            Self::Histories(errors) => errors.errors().iter().map(of_history).collect(),
            Self::History(error) => vec![of_history(error)],
            Self::Applied(errors) => of_applied(errors),
            Self::Target(TargetError::History(error)) => vec![of_history(error)],
            Self::Target(TargetError::Applied(errors)) => of_applied(errors),
            Self::Target(error) => vec![one.with_remedy(error.remedy())],
            Self::Use(error) => match &**error {
                UseError::Broken(errors) => of_file(errors),
                error => vec![one.at(error.places()).with_remedy(error.remedy())],
            },
            Self::Id(error) => vec![one.with_remedy(error.remedy())],
            Self::Connect(error) => vec![one.with_remedy(connect_remedy(error))],
            Self::Lock(error) => vec![one.with_remedy(lock_remedy(error))],
            Self::Run(stopped) => vec![of_run(stopped)],
            Self::Compile(refusals) => refusals.iter().map(of_refusal).collect(),
            Self::Drift(changes) => vec![of_drift(one, changes)],
            Self::Proof(ProofError::Different { changes, .. }) => {
                let lines = crate::generate::starting_point::in_words(changes);
                vec![
                    Complaint {
                        causes: one.causes.iter().cloned().chain(lines).collect(),
                        ..one
                    }
                    .with_remedy("write it without proof: --unproven, and mend the file by hand"),
                ]
            }
            Self::Proof(_) => vec![
                one.with_remedy("write it without proof: --unproven, and mend the file by hand"),
            ],
            Self::Replay(error) => vec![one.at(error.places()).with_remedy(error.remedy())],
            Self::Scratch(_) | Self::Introspect(_) | Self::Bench(_) => vec![one],
            Self::Journal(error) => vec![one.with_remedy(journal_remedy(error))],
            Self::Refused { places, remedy, .. } => vec![Complaint {
                places: places.clone(),
                remedy: remedy.clone(),
                ..one
            }],
        }
    }
}

/// Looking needs one right, and changing all of them.
fn journal_remedy(error: &JournalError) -> &'static str {
    match error {
        JournalError::Server {
            what: "read",
            source,
        } if source.is_forbidden() => {
            "to look is enough: GRANT SELECT ON schemist_revision, schemist_log TO this user"
        }
        JournalError::Server { source, .. } if source.is_read_only() => run::READ_ONLY,
        JournalError::Server { source, .. } if source.is_forbidden() => {
            "apply as the user who owns the journal, or GRANT SELECT, INSERT, UPDATE, DELETE on its tables"
        }
        JournalError::Server { .. } | JournalError::Damaged { .. } => "",
    }
}

fn of_settings(error: &SettingsError) -> Complaint {
    Complaint::new(&error.problem)
        .at(error.place.iter().cloned().collect())
        .with_remedy(error.problem.remedy())
}

fn of_file(errors: &FileErrors) -> Vec<Complaint> {
    let problems = errors.problems().iter();
    problems
        .map(|problem| {
            let mut complaint = Complaint::new(&problem.error)
                .at(vec![problem.place.clone()])
                .with_remedy(problem.error.remedy());
            complaint.message = format!("read {}: {}", problem.place.path, complaint.message);
            complaint
        })
        .collect()
}

fn of_history(error: &HistoryError) -> Complaint {
    let mut complaint = Complaint::new(error)
        .at(error.places().to_vec())
        .with_remedy(error.remedy());
    let is_choice = matches!(error, HistoryError::SeveralHeads { .. });
    if !is_choice {
        complaint.message = format!("read the history: {}", complaint.message);
    }
    complaint
}

fn of_applied(errors: &AppliedErrors) -> Vec<Complaint> {
    let errors = errors.errors().iter();
    errors
        .map(|error| {
            let mut complaint = Complaint::new(error)
                .at(error.place().into_iter().cloned().collect())
                .with_remedy(error.remedy());
            complaint.message = format!(
                "go on from where the database stands: {}",
                complaint.message
            );
            complaint
        })
        .collect()
}

fn of_models(errors: &ReadErrors) -> Vec<Complaint> {
    let place = |place: &schemist_model::Place| {
        let source = &errors.sources[place.origin.file];
        Place {
            path: source.path.as_str().into(),
            source: crate::compile::shown_source(source).into(),
            span: place.origin.span,
            label: place.label.clone(),
        }
    };
    let all = errors.errors.iter();
    all.map(|error| {
        let places = std::iter::once(&error.place).chain(&error.related);
        Complaint::new(error)
            .at(places.map(place).collect())
            .with_remedy(error.remedy.clone().unwrap_or_default())
    })
    .collect()
}

fn file_remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "check the path, here and in schemist.toml"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "get the right to it (chmod, chown), or choose another place in schemist.toml"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk and run the command again; nothing was left half written"
        }
        io::ErrorKind::InvalidData => "save the file as UTF-8",
        io::ErrorKind::AlreadyExists => "remove it, or choose another name",
        _ => "",
    }
}

fn connect_remedy(error: &ConnectError) -> &'static str {
    match error {
        ConnectError::Url { .. } => {
            "write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`"
        }
        ConnectError::Unsupported { .. } => {
            "name a database of PostgreSQL, SQLite, MySQL or MariaDB"
        }
        ConnectError::NoFile { .. } => "run `schemist upgrade`, which makes it, or correct the url",
        ConnectError::File { source, .. } => FileTrouble::of(source).map_or(
            "check that the file is a SQLite database and may be read",
            FileTrouble::remedy,
        ),
        ConnectError::Refused { .. } => "start the server, or correct host and port in the url",
        ConnectError::Unreachable { .. } => "check the host's name and the network",
        ConnectError::Timeout { .. } => {
            "check host and port; `?connect_timeout=60` in the url waits longer"
        }
        ConnectError::Login { source, .. } if source.number.is_some() => {
            "correct user and password in the url; a user who REQUIREs SSL wants `sslmode=require`, one who REQUIREs X509 `ssl = { cert = \"app.crt\", key = \"app.key\" }`"
        }
        ConnectError::Login { .. } => {
            "correct user and password in the url, for PostgreSQL also in PGPASSWORD or in ~/.pgpass"
        }
        ConnectError::NoDatabase { .. } => {
            "create it (`createdb <name>`, in MySQL `CREATE DATABASE <name>`), or correct the name in the url"
        }
        ConnectError::NotLetIn { .. } => {
            "correct user and database; where the server (pg_hba.conf, `REQUIRE SSL`) wants TLS, write `sslmode=require`, where it wants none, `sslmode=disable`, and where it wants a certificate, `ssl = { cert = \"app.crt\", key = \"app.key\" }`"
        }
        ConnectError::Tls { trouble, .. } => trouble.remedy(),
        ConnectError::TlsFile { .. } => {
            "correct the path (`ssl = { ca, cert, key }` in the settings, `sslrootcert`, `sslcert`, `sslkey` in the url); `schemist config` shows where it comes from"
        }
        ConnectError::HalfIdentity { .. } => {
            "name both: `ssl = { cert = \"app.crt\", key = \"app.key\" }`, or `?sslcert=app.crt&sslkey=app.key`"
        }
        ConnectError::HungUp { .. } => {
            "see what the server's log says, and whether it is the right port; a proxy in between closes what it cannot pass on"
        }
        ConnectError::Foreign { .. } => {
            "correct the port in the url: PostgreSQL listens on 5432 as a rule, MySQL and MariaDB on 3306"
        }
        ConnectError::Full { .. } => {
            "run it again once others have gone: `SELECT * FROM pg_stat_activity`, in MySQL `SHOW PROCESSLIST`, shows who is there; fewer at once: `--jobs 1`"
        }
        ConnectError::NotReady { .. } => "run it again in a moment",
        ConnectError::Standby { .. } => "name the primary in the url",
        ConnectError::Server { .. } => "",
    }
}

fn of_refusal(refusal: &Refusal) -> Complaint {
    Complaint {
        message: format!("compile the models: {}", refusal.message),
        causes: refusal.causes.clone(),
        state: None,
        places: vec![refusal.place.clone()],
        remedy: run::of_application(&refusal.message).map(str::to_owned),
    }
}

fn of_drift(complaint: Complaint, changes: &[Change]) -> Complaint {
    let titles = schemist_catalog::Pair::new("the history", "the database");
    let lines = changes.iter().flat_map(|change| {
        let words = crate::generate::starting_point::in_words(std::slice::from_ref(change));
        words.into_iter().map(move |words| {
            let details = crate::generate::wording::details(change, titles);
            std::iter::once(words)
                .chain(details)
                .collect::<Vec<_>>()
                .join("\n")
        })
    });
    Complaint {
        causes: lines.collect(),
        ..complaint
    }
    .with_remedy(
        "choose: --from live takes the database as it is, --from history leaves the difference alone; \
         or undo it in the database first",
    )
}
