//! The workbench: scratch databases of one dialect, and what is tried out in them.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::{Catalog, Hints, Kind, Pair, TableLock};
use schemist_connect::{ServerVersion, Session, StatementError};
use schemist_diff::{OrderError, Plan, Section, SectionMode, plan, sections};
use schemist_execute::load::{LoadErrors, LoadOptions, LoadStatement, MissingRoles, Order, load};
use schemist_execute::scratch::{Scratch, ScratchError, ScratchServer};
use schemist_introspect::{Fingerprint, IntrospectError, Scope};
use schemist_model::Declaration;
use schemist_sql::{Dialect, Ident, Script, without_secrets};

use crate::compile::cache::{Alike, Cache, ComparisonKey, Key, Recipe, running_tool};
use crate::prove::measure::Meter;

/// What can go wrong on the bench.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// No scratch database.
    #[error("make a scratch database")]
    Scratch(#[from] ScratchError),
    /// The server refused statements of the declaration.
    #[error("compile the models")]
    Load(Box<LoadErrors>),
    /// A catalog could not be read.
    #[error("read the catalog")]
    Read(#[from] IntrospectError),
    /// Objects that need each other.
    #[error("plan the change")]
    Order(#[from] OrderError),
    /// The server refused a statement of ours.
    #[error("run `{sql}`")]
    Refused {
        /// The statement.
        sql: String,
        /// The server's words.
        source: Box<StatementError>,
    },
    /// Foreign keys do not hold after a section that ran without them.
    #[error("keep foreign keys: {rows} rows refer to nothing")]
    ForeignKeys {
        /// How many rows.
        rows: usize,
    },
}

impl BenchError {
    /// A function that wraps what a server says to a statement.
    pub fn from_server(sql: &str) -> impl FnOnce(StatementError) -> Self {
        move |source| refused(sql, source)
    }
}

/// Scratch databases of one dialect.
#[derive(Debug)]
pub struct Bench {
    server: ScratchServer,
    scope: Scope,
    cache: Cache,
    unspoken: BTreeSet<Kind>,
}

/// What the server made of a declaration.
#[derive(Debug)]
pub struct Made {
    /// The catalog, without the kinds that the declaration does not speak of.
    pub catalog: Catalog,
    /// Under which key it is kept, where it is.
    pub key: Option<Key>,
}

impl Bench {
    /// A bench on a scratch server, which reads what the scope says and remembers what it compiled.
    pub const fn new(server: ScratchServer, scope: Scope, cache: Cache) -> Self {
        Self {
            server,
            scope,
            cache,
            unspoken: BTreeSet::new(),
        }
    }

    /// The same bench for a declaration that does not speak of these kinds: what the live database has
    /// of them stays as it is.
    #[must_use]
    pub fn leaving(self, unspoken: BTreeSet<Kind>) -> Self {
        Self { unspoken, ..self }
    }

    /// The kinds that the declaration does not speak of.
    pub const fn unspoken(&self) -> &BTreeSet<Kind> {
        &self.unspoken
    }

    /// What a live database has of the kinds that the declaration does not speak of, a note each.
    pub fn left_alone(&self, live: &Catalog) -> Vec<String> {
        let ids = live.objects().keys();
        let left = ids.filter(|id| self.unspoken.contains(&id.kind));
        left.map(|id| format!("left alone: {id} (the models do not speak of it)"))
            .collect()
    }

    /// The dialect of its databases.
    pub const fn dialect(&self) -> Dialect {
        self.server.options().dialect
    }

    /// The scratch server itself.
    pub const fn server(&mut self) -> &mut ScratchServer {
        &mut self.server
    }

    /// What is read.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// An empty scratch database.
    ///
    /// # Errors
    /// [`BenchError::Scratch`].
    pub async fn empty(&mut self) -> Result<Scratch, BenchError> {
        Ok(self.server.create().await?)
    }

    /// The release that compiles.
    ///
    /// # Errors
    /// [`BenchError::Scratch`].
    pub async fn version(&mut self) -> Result<ServerVersion, BenchError> {
        if let Some(version) = self.server.version() {
            return Ok(version.clone());
        }
        Ok(self.empty().await?.session.version().clone())
    }

    /// What the server makes of a declaration: from the cache, or loaded into a scratch database of its
    /// own and read back.
    ///
    /// # Errors
    /// What the server refuses, and what cannot be read.
    pub async fn compile(&mut self, declaration: &Declaration) -> Result<Catalog, BenchError> {
        Ok(self.make(declaration).await?.catalog)
    }

    /// The same, with where it is kept.
    ///
    /// # Errors
    /// What the server refuses, and what cannot be read.
    pub async fn make(&mut self, declaration: &Declaration) -> Result<Made, BenchError> {
        let statements = load_statements(declaration);
        let options = self.load_options(declaration);
        let key = self.key(&statements, &options);
        if let Some(catalog) = key.as_ref().and_then(|key| self.cache.get(key)) {
            return Ok(self.made(catalog, key));
        }
        let mut scratch = self.empty().await?;
        load(&mut scratch.session, &statements, &options)
            .await
            .map_err(|errors| BenchError::Load(Box::new(errors)))?;
        scratch
            .session
            .pin()
            .await
            .map_err(|source| refused("pin the session", source))?;
        let catalog = self.read(&mut scratch.session).await?;
        if let Some(key) = &key {
            self.cache.put(key, &catalog);
        }
        Ok(self.made(catalog, key))
    }

    fn made(&self, catalog: Catalog, key: Option<Key>) -> Made {
        let catalog = if self.unspoken.is_empty() {
            catalog
        } else {
            catalog.without(&self.unspoken)
        };
        Made { catalog, key }
    }

    /// Keeps what a declaration looks like when the server prints it once more, so that the server need not
    /// be asked again.
    pub fn remember(&self, key: &Key, printed_again: &Catalog) {
        if let Some(catalog) = self.cache.get(key) {
            self.cache.put(key, &catalog.with_forms(printed_again));
        }
    }

    /// The databases that were found to be what a declaration says, by what they answered.
    pub fn alike(&self, declaration: &Declaration) -> Vec<(Fingerprint, Alike)> {
        let key = self.key(
            &load_statements(declaration),
            &self.load_options(declaration),
        );
        key.map_or_else(Vec::new, |key| {
            self.cache.alike(&ComparisonKey::of(&key, &self.unspoken))
        })
    }

    /// Keeps that a database was found to be what is kept under a key.
    pub fn remember_alike(&self, key: &Key, fingerprint: Fingerprint, alike: Alike) {
        let key = ComparisonKey::of(key, &self.unspoken);
        self.cache.put_alike(&key, (fingerprint, alike));
    }

    fn load_options(&self, declaration: &Declaration) -> LoadOptions {
        let order = |file: &schemist_model::File| {
            if file.dump.is_some() {
                Order::Own
            } else {
                Order::Free
            }
        };
        let live = self.server.options().likeness.as_ref();
        LoadOptions {
            orders: declaration.files.iter().map(order).collect(),
            missing_roles: if self.server.is_local() {
                MissingRoles::Made
            } else {
                MissingRoles::Refused
            },
            extensions: live.map_or_else(BTreeMap::new, |live| live.extensions.clone()),
        }
    }

    /// The name of what these statements compile to; in memory it is done by the release that reads the live
    /// database.
    fn key(&self, statements: &[LoadStatement<'_>], options: &LoadOptions) -> Option<Key> {
        let scratch = self.server.options();
        let live = scratch.likeness.as_ref();
        let version = self.server.version();
        let recipe = Recipe {
            version: version.or_else(|| live.map(|live| &live.version))?,
            locale: live.and_then(|live| live.locale.as_ref()),
            extensions: &options.extensions,
            place: if self.server.is_local() {
                "local"
            } else {
                "server"
            },
            template: scratch.template.as_ref(),
            scope: &self.scope,
            statements,
            orders: &options.orders,
            tool: &running_tool(),
        };
        Some(Key::of(&recipe))
    }

    /// Reads the catalog of a database on the bench.
    ///
    /// # Errors
    /// [`BenchError::Read`].
    pub async fn read(&self, session: &mut Session) -> Result<Catalog, BenchError> {
        Ok(schemist_introspect::read(session, &self.scope).await?)
    }

    /// Makes the roles that a catalog names and that a server of our own lacks, without any rights.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn make_roles(
        &self,
        session: &mut Session,
        catalog: &Catalog,
    ) -> Result<(), BenchError> {
        let roles = catalog.roles();
        if roles.is_empty() || !self.server.is_local() {
            return Ok(());
        }
        let asked = "SELECT rolname FROM pg_catalog.pg_roles";
        let known = session.query(asked).await;
        let known = known.map_err(|source| refused(asked, source))?;
        let is_known = |role: &&Ident| known.iter().any(|row| row.text(0) == role.as_str());
        for role in roles.iter().filter(|role| !is_known(role)) {
            make_role(session, role).await?;
        }
        Ok(())
    }

    /// A scratch database with the objects of a catalog in it, and what the server says of them now.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn build(&mut self, catalog: &Catalog) -> Result<(Scratch, Catalog), BenchError> {
        let mut scratch = self.empty().await?;
        self.make_roles(&mut scratch.session, catalog).await?;
        let built = self.read(&mut scratch.session).await?;
        let from_nothing = plan(Pair::new(&built, catalog), &Hints::default())?;
        run(&mut scratch.session, &from_nothing).await?;
        let built = self.read(&mut scratch.session).await?;
        Ok((scratch, built))
    }
}

fn load_statements(declaration: &Declaration) -> Vec<LoadStatement<'_>> {
    let statements = declaration.statements.iter();
    let statements = statements.map(|statement| LoadStatement {
        sql: &statement.sql,
        file: statement.origin.file,
    });
    statements.collect()
}

/// Makes a role that may do nothing.
pub(crate) async fn make_role(session: &mut Session, role: &Ident) -> Result<(), BenchError> {
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("CREATE ROLE ")
        .ident(role)
        .keyword(" NOLOGIN");
    say(session, script.as_str()).await
}

/// Runs a plan section by section.
///
/// # Errors
/// [`BenchError::Refused`] with the statement; what ran in the same transaction is undone.
pub async fn run(session: &mut Session, plan: &Plan) -> Result<(), BenchError> {
    let dialect = session.dialect();
    for section in sections(plan, dialect) {
        run_section(session, &section, &mut None).await?;
    }
    Ok(())
}

/// Runs a plan section by section, and returns it with what its statements locked.
///
/// # Errors
/// The same, and where the server does not show its locks.
pub async fn run_measured(session: &mut Session, plan: &Plan) -> Result<Plan, BenchError> {
    let dialect = session.dialect();
    let meter = Meter::start(session).await;
    let mut record = meter
        .map_err(BenchError::from_server("list the tables"))?
        .map(Record::new);
    for section in sections(plan, dialect) {
        run_section(session, &section, &mut record).await?;
    }
    let mut plan = plan.clone();
    let locks = record.into_iter().flat_map(|record| record.locks);
    // Sections keep the order of the plan.
    for (planned, locks) in plan.steps.iter_mut().zip(locks) {
        planned.step.locks = locks;
    }
    Ok(plan)
}

/// What the statements that ran have locked, one entry for each.
struct Record {
    meter: Meter,
    locks: Vec<Vec<TableLock>>,
}

impl Record {
    const fn new(meter: Meter) -> Self {
        Self {
            meter,
            locks: Vec::new(),
        }
    }
}

async fn run_section(
    session: &mut Session,
    section: &Section,
    record: &mut Option<Record>,
) -> Result<(), BenchError> {
    if let Some(record) = record {
        record.meter.end_transaction();
    }
    match section.mode {
        SectionMode::NoTransaction => statements(session, section, record).await,
        SectionMode::Transaction | SectionMode::Apart => {
            in_transaction(session, section, record).await
        }
        SectionMode::ForeignKeysOff => {
            say(session, "PRAGMA foreign_keys = OFF").await?;
            let outcome = in_transaction(session, section, record).await;
            say(session, "PRAGMA foreign_keys = ON").await?;
            outcome?;
            let orphans = session
                .query("PRAGMA foreign_key_check")
                .await
                .map_err(|source| refused("PRAGMA foreign_key_check", source))?;
            if orphans.is_empty() {
                Ok(())
            } else {
                Err(BenchError::ForeignKeys {
                    rows: orphans.len(),
                })
            }
        }
    }
}

async fn in_transaction(
    session: &mut Session,
    section: &Section,
    record: &mut Option<Record>,
) -> Result<(), BenchError> {
    say(session, "BEGIN").await?;
    match statements(session, section, record).await {
        Ok(()) => say(session, "COMMIT").await,
        Err(error) => {
            say(session, "ROLLBACK").await?;
            Err(error)
        }
    }
}

async fn statements(
    session: &mut Session,
    section: &Section,
    record: &mut Option<Record>,
) -> Result<(), BenchError> {
    for planned in &section.steps {
        say(session, &planned.step.sql).await?;
        if let Some(Record { meter, locks }) = record {
            let seen = meter.read(session).await;
            locks.push(seen.map_err(BenchError::from_server("read the locks"))?);
        }
    }
    Ok(())
}

/// Runs one statement.
pub(crate) async fn say(session: &mut Session, sql: &str) -> Result<(), BenchError> {
    schemist_execute::run::say(session, sql)
        .await
        .map_err(|source| refused(sql, source))
}

fn refused(sql: &str, source: StatementError) -> BenchError {
    BenchError::Refused {
        sql: without_secrets(Dialect::Postgres, sql),
        source: Box::new(source),
    }
}
