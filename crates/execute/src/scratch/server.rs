//! The place where scratch databases are made.

use schemist_connect::{
    Access, ConnectError, DatabaseUrl, Pins, ServerVersion, Session, StatementError,
};
use schemist_sql::{Dialect, Ident, Script};

use super::likeness::{Likeness, Locale};
use super::local::{self, LocalSettings};
use super::{Scratch, ScratchError, ScratchWarning, leftover};
use crate::duty::{self, Duty, DutyNumber, Interruptible};

/// Where scratch databases are made.
#[derive(Debug, Clone)]
pub enum ScratchPlace {
    /// In memory, for SQLite.
    Memory,
    /// On the server of the live database.
    Live {
        /// The live database.
        url: DatabaseUrl,
        /// Whether it may be touched for this.
        protection: Protection,
    },
    /// On a server set aside for it.
    Url(DatabaseUrl),
    /// On a server that is started for this run.
    Local(LocalSettings),
}

/// Whether scratch databases may be made on the live server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// They may.
    Open,
    /// They may not.
    Protected,
}

/// What scratch databases shall be like.
#[derive(Debug, Clone)]
pub struct ScratchOptions {
    /// The dialect to be compiled.
    pub dialect: Dialect,
    /// The traits of the live database; `None` where there is none of this dialect.
    pub likeness: Option<Likeness>,
    /// The schema whose objects go unqualified; it is made where it is missing.
    pub default_schema: Option<Ident>,
    /// A database to copy, where an administrator prepared extensions.
    pub template: Option<Ident>,
    /// When this run started, in seconds since 1970; it is in the databases' names.
    pub started: u64,
}

/// A server, or memory, on which scratch databases are made.
#[derive(Debug)]
pub struct ScratchServer {
    options: ScratchOptions,
    ground: Ground,
    made: u32,
    warnings: Vec<ScratchWarning>,
}

#[derive(Debug)]
enum Ground {
    Memory,
    /// The session makes the databases and holds the locks that say they are in use.
    Server {
        session: Box<Session>,
        owned: Owned,
    },
}

/// What must be undone when the server is given up.
#[derive(Debug)]
enum Owned {
    /// The session alone; the server was there before.
    Session(Interruptible),
    /// The server itself.
    Cluster(DutyNumber),
}

impl ScratchServer {
    /// Connects to the place, or starts it, and drops what killed runs left there.
    ///
    /// # Errors
    /// [`ScratchError`], which names the setting or the grant that helps.
    pub async fn open(place: &ScratchPlace, options: ScratchOptions) -> Result<Self, ScratchError> {
        let ground = match place {
            ScratchPlace::Memory => match options.dialect {
                Dialect::Sqlite => Ground::Memory,
                Dialect::Postgres | Dialect::Mysql => {
                    return Err(ScratchError::OtherDialect {
                        wanted: options.dialect,
                        found: Dialect::Sqlite,
                    });
                }
            },
            ScratchPlace::Live {
                protection: Protection::Protected,
                ..
            } => return Err(ScratchError::Protected),
            ScratchPlace::Live { url, .. } => connect(url, &options).await?,
            ScratchPlace::Url(url) => connect(url, &options).await?,
            ScratchPlace::Local(settings) => start(settings, &options).await?,
        };
        let server = Self {
            options,
            ground,
            made: 0,
            warnings: Vec::new(),
        };
        server.check_version()?;
        Ok(server)
    }

    fn check_version(&self) -> Result<(), ScratchError> {
        let (Ground::Server { session, .. }, Some(live)) = (&self.ground, &self.options.likeness)
        else {
            return Ok(());
        };
        let (live, scratch) = (&live.version, session.version());
        if live.dialect == scratch.dialect && live.major == scratch.major {
            return Ok(());
        }
        Err(ScratchError::OtherVersion {
            dialect: self.options.dialect,
            live: live.full.clone(),
            scratch: scratch.full.clone(),
        })
    }

    /// The release of the server; `None` for databases in memory, which are a part of the program.
    pub fn version(&self) -> Option<&ServerVersion> {
        match &self.ground {
            Ground::Memory => None,
            Ground::Server { session, .. } => Some(session.version()),
        }
    }

    /// Whether the server is ours alone, so that what a declaration lacks there may be made up.
    pub const fn is_local(&self) -> bool {
        matches!(
            self.ground,
            Ground::Memory
                | Ground::Server {
                    owned: Owned::Cluster(_),
                    ..
                }
        )
    }

    /// What a scratch database shall be like.
    pub const fn options(&self) -> &ScratchOptions {
        &self.options
    }

    /// Makes a scratch database and opens a session in it.
    ///
    /// # Errors
    /// [`ScratchError`] where the server refuses.
    pub async fn create(&mut self) -> Result<Scratch, ScratchError> {
        let pins = Pins {
            default_schema: self.options.default_schema.clone(),
            ..Pins::default()
        };
        let Ground::Server { session, owned } = &mut self.ground else {
            let url = DatabaseUrl::sqlite_memory();
            let session = Session::connect(&url, &pins, Access::Create).await?;
            return Ok(Scratch::new(session, url, None));
        };
        let name = next_name(session, self.options.started, &mut self.made).await?;
        let server = session.url().clone();
        let duty = match owned {
            Owned::Cluster(_) => None,
            Owned::Session(_) => Some(duty::take_on(Duty::Drop {
                server: server.clone(),
                name: name.clone(),
            })),
        };
        let made = create_database(session, &self.options, &name).await;
        match made {
            Ok(warning) => self
                .warnings
                .extend(warning.filter(|warning| !self.warnings.contains(warning))),
            Err(error) => {
                duty.map(duty::strike_out);
                return Err(error);
            }
        }
        if let Err(error) = keep_inside(session, &name).await {
            duty.and_then(duty::strike_out).map(duty::fulfil_blocking);
            return Err(error);
        }
        let url = server.with_database(name.as_str());
        let session = Session::connect(&url, &pins, Access::Write).await;
        let mut scratch = match session {
            Ok(session) => Scratch::new(session, url, duty.map(|number| (name, number))),
            Err(error) => {
                duty.and_then(duty::strike_out).map(duty::fulfil_blocking);
                return Err(error.into());
            }
        };
        create_default_schema(&mut scratch).await?;
        Ok(scratch)
    }

    /// What went differently from what was asked so far, taken.
    pub fn take_warnings(&mut self) -> Vec<ScratchWarning> {
        std::mem::take(&mut self.warnings)
    }

    /// Ends the session that holds the locks, and stops a server that was started.
    ///
    /// # Errors
    /// A warning where a server is still running.
    pub async fn close(mut self) -> Result<(), ScratchWarning> {
        let Ground::Server { session, owned } = std::mem::replace(&mut self.ground, Ground::Memory)
        else {
            return Ok(());
        };
        session.close().await;
        match owned {
            Owned::Session(_ended) => Ok(()),
            Owned::Cluster(number) => {
                duty::strike_out(number).map_or(Ok(()), duty::fulfil_blocking)
            }
        }
    }
}

impl Drop for ScratchServer {
    fn drop(&mut self) {
        match &self.ground {
            Ground::Memory => {}
            Ground::Server {
                owned: Owned::Session(_),
                ..
            } => {}
            Ground::Server {
                owned: Owned::Cluster(number),
                ..
            } => {
                // Whoever wants to hear of a failure calls `close`; the next run tries again.
                let _unheard = duty::strike_out(*number).map(duty::fulfil_blocking);
            }
        }
    }
}

async fn connect(url: &DatabaseUrl, options: &ScratchOptions) -> Result<Ground, ScratchError> {
    if url.dialect() != options.dialect {
        return Err(ScratchError::OtherDialect {
            wanted: options.dialect,
            found: url.dialect(),
        });
    }
    match url.dialect() {
        Dialect::Sqlite => return Ok(Ground::Memory),
        Dialect::Postgres | Dialect::Mysql => {}
    }
    let mut session = match Session::connect(url, &Pins::default(), Access::Write).await {
        Ok(session) => session,
        Err(ConnectError::Standby { .. }) => return Err(ScratchError::Standby),
        Err(error) => return Err(error.into()),
    };
    leftover::drop_leftovers(&mut session)
        .await
        .map_err(|source| refused("look for scratch databases that were left", url, source))?;
    let owned = Owned::Session(Interruptible::new(&session));
    Ok(Ground::Server {
        session: Box::new(session),
        owned,
    })
}

async fn start(settings: &LocalSettings, options: &ScratchOptions) -> Result<Ground, ScratchError> {
    // From the duty on it is stopped and removed, whatever happens.
    let (number, started) = match options.dialect {
        Dialect::Sqlite => return Ok(Ground::Memory),
        Dialect::Mysql => {
            let run = local::mysql::prepare(settings)?;
            let number = duty::take_on(Duty::StopMysql(run.clone()));
            (number, local::mysql::start(&run).await)
        }
        Dialect::Postgres => {
            let major = options.likeness.as_ref().map(|live| live.version.major);
            let cluster = local::prepare(settings, major)?;
            let number = duty::take_on(Duty::Stop(cluster.clone()));
            (number, local::start(&cluster).await)
        }
    };
    match started {
        Ok(session) => Ok(Ground::Server {
            session: Box::new(session),
            owned: Owned::Cluster(number),
        }),
        Err(error) => {
            // The error says more than a failure to stop would.
            let _unheard = duty::strike_out(number).map(duty::fulfil_blocking);
            Err(error)
        }
    }
}

/// Finds a name that is free, and locks it.
async fn next_name(
    session: &mut Session,
    started: u64,
    made: &mut u32,
) -> Result<Ident, ScratchError> {
    // The server's own number for us: no two machines share it.
    let process = session.process().unwrap_or_default();
    loop {
        let name = Ident::from_server(format!("{}{started}_{process}_{made}", leftover::PREFIX));
        *made += 1;
        let mut script = Script::new(session.dialect());
        script
            .keyword(match session.dialect() {
                Dialect::Postgres | Dialect::Sqlite => {
                    "SELECT FROM pg_catalog.pg_database WHERE datname = "
                }
                Dialect::Mysql => "SELECT 1 FROM information_schema.schemata WHERE schema_name = ",
            })
            .literal(name.as_str());
        let what = "name a scratch database";
        let url = session.url().clone();
        let locked = leftover::lock(session, &name)
            .await
            .map_err(|source| refused(what, &url, source))?;
        let taken = session
            .query(script.as_str())
            .await
            .map_err(|source| refused(what, &url, source))?;
        if locked && taken.is_empty() {
            return Ok(name);
        }
        if locked {
            leftover::unlock(session, &name)
                .await
                .map_err(|source| refused(what, &url, source))?;
        }
    }
}

async fn create_database(
    session: &mut Session,
    options: &ScratchOptions,
    name: &Ident,
) -> Result<Option<ScratchWarning>, ScratchError> {
    match session.dialect() {
        Dialect::Postgres | Dialect::Sqlite => {}
        Dialect::Mysql => return create_mysql_database(session, options, name).await,
    }
    if let Some(template) = &options.template {
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("CREATE DATABASE ")
            .ident(name)
            .keyword(" TEMPLATE ")
            .ident(template);
        return match session.execute(script.as_str()).await {
            Ok(_) => Ok(None),
            Err(error) => Err(no_right(session, error).await),
        };
    }
    let major = session.version().major;
    let wanted = options
        .likeness
        .as_ref()
        .and_then(|live| live.locale.clone())
        .unwrap_or_else(Locale::plain);
    match session.execute(&wanted.create_database(name, major)).await {
        Ok(_) => Ok(None),
        // wrong_object_type and invalid_parameter_value: the system lacks the locale.
        Err(error) if matches!(error.code.as_deref(), Some("42809" | "22023" | "0A000")) => {
            let used = Locale {
                encoding: wanted.encoding.clone(),
                ..Locale::plain()
            };
            match session.execute(&used.create_database(name, major)).await {
                Ok(_) => Ok(Some(ScratchWarning::OtherLocale {
                    wanted: wanted.title().to_owned(),
                    used: used.title().to_owned(),
                })),
                Err(_) => Err(no_right(session, error).await),
            }
        }
        Err(error) => Err(no_right(session, error).await),
    }
}

async fn create_mysql_database(
    session: &mut Session,
    options: &ScratchOptions,
    name: &Ident,
) -> Result<Option<ScratchWarning>, ScratchError> {
    let live = options.likeness.as_ref();
    let wanted = live
        .and_then(|live| live.locale.clone())
        .unwrap_or_else(Locale::plain_mysql);
    match session.execute(&wanted.create_mysql_database(name)).await {
        Ok(_) => Ok(None),
        Err(error) => Err(no_right(session, error).await),
    }
}

/// Lets nobody in the database read or write what another server holds.
async fn keep_inside(session: &mut Session, name: &Ident) -> Result<(), ScratchError> {
    match session.dialect() {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return Ok(()),
    }
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("ALTER DATABASE ")
        .ident(name)
        .keyword(" SET restrict_nonsystem_relation_kind = 'foreign-table'");
    match session.execute(script.as_str()).await {
        Ok(_) => Ok(()),
        // undefined_object: releases before August 2024 do not know it. Nothing of ours reads such a table.
        Err(error) if error.code.as_deref() == Some("42704") => Ok(()),
        Err(error) => Err(refused("make a scratch database", session.url(), error)),
    }
}

/// Tells a missing right from other reasons.
async fn no_right(session: &mut Session, source: StatementError) -> ScratchError {
    // ER_DBACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR.
    if matches!(source.number, Some(1044 | 1227)) {
        let user = session.query("SELECT current_user()").await.ok();
        let user = user.and_then(|rows| rows.first().map(|row| row.text(0).to_owned()));
        return ScratchError::NoGrant {
            user: user.unwrap_or_default(),
            place: session.url().redacted(),
            source,
        };
    }
    if source.code.as_deref() != Some("42501") {
        return refused("make a scratch database", session.url(), source);
    }
    let user = session.query("SELECT quote_ident(current_user)").await;
    let user = user
        .ok()
        .and_then(|rows| rows.first().map(|row| row.text(0).to_owned()));
    ScratchError::NoRight {
        user: user.unwrap_or_default(),
        place: session.url().redacted(),
        source,
    }
}

async fn create_default_schema(scratch: &mut Scratch) -> Result<(), ScratchError> {
    let Some(schema) = scratch.session.default_schema().cloned() else {
        return Ok(());
    };
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("CREATE SCHEMA IF NOT EXISTS ")
        .ident(&schema);
    let url = scratch.url().clone();
    let made = scratch.session.execute(script.as_str()).await;
    made.map(drop)
        .map_err(|source| refused("make the default schema", &url, source))
}

fn refused(what: &'static str, url: &DatabaseUrl, source: StatementError) -> ScratchError {
    ScratchError::Server {
        what,
        place: url.redacted(),
        source,
    }
}
