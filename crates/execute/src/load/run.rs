//! Running the work list to its end.

use std::collections::BTreeMap;

use schemist_connect::{ServerWords, Session, StatementError};
use schemist_sql::{Dialect, Ident, Script};

use super::error::{LoadErrors, LoadFailure};
use super::forecast::Forecast;
use super::list::WorkList;
use super::meaning::{Meaning, meaning, missing};
use super::shape::{OPERATOR_CLASS, OPERATOR_FAMILY, Role, Shape, Turn, Words};
use super::state::{Entered, States};
use super::{LoadOptions, LoadStatement, Loaded, MissingRoles, Order, validate};

/// A transaction of more statements would hold more locks than the server's table has by default.
const STATEMENTS_PER_TRANSACTION: usize = 200;

/// Keeps what ran so far. The savepoint stands before the next statement is sent: the server reads
/// all that it is sent before it runs any, so one sent along would not hold against a syntax error.
const NEXT: &str = "RELEASE s; SAVEPOINT s";

/// The whole of one loading.
pub(super) struct Loading<'a> {
    pub(super) session: &'a mut Session,
    pub(super) statements: &'a [LoadStatement<'a>],
    pub(super) options: &'a LoadOptions,
    pub(super) shapes: Vec<Shape>,
    pub(super) states: States,
    list: WorkList,
    pub(super) failures: Vec<LoadFailure>,
    // What is waiting, with what the server said the last time.
    errors: BTreeMap<usize, StatementError>,
    pub(super) created: Vec<usize>,
    succeeded: usize,
    in_transaction: usize,
    loaded: Loaded,
}

/// Loads a declaration into an empty scratch database.
///
/// # Errors
/// Every statement that cannot be loaded; those whose own fault it is come first.
pub async fn load(
    session: &mut Session,
    statements: &[LoadStatement<'_>],
    options: &LoadOptions,
) -> Result<Loaded, LoadErrors> {
    let mut loading = Loading::new(session, statements, options);
    match loading.run().await {
        Ok(()) => {}
        Err((statement, error)) => {
            loading.failures.push(LoadFailure {
                statement,
                error,
                follows: None,
                first: None,
            });
        }
    }
    let Loading {
        failures, loaded, ..
    } = loading;
    LoadErrors::from_failures(failures).map_or(Ok(loaded), Err)
}

/// An error that ends everything, at a statement.
type Fatal = (usize, StatementError);

impl<'a> Loading<'a> {
    fn new(
        session: &'a mut Session,
        statements: &'a [LoadStatement<'a>],
        options: &'a LoadOptions,
    ) -> Self {
        let dialect = session.dialect();
        let order = |file: usize| options.orders.get(file).copied().unwrap_or_default();
        let mut shapes = Vec::with_capacity(statements.len());
        let mut states = States::new();
        let mut forecast = Forecast::default();
        let mut turns = Vec::new();
        let (mut file, mut above) = (None, Vec::new());
        for (number, statement) in statements.iter().enumerate() {
            if file != Some(statement.file) {
                file = Some(statement.file);
                above.clear();
            }
            let words = Words::of(dialect, statement.sql);
            let shape = match order(statement.file) {
                Order::Free => Shape::of(&words),
                Order::Own => Shape::of_dump(&words),
            };
            states.push_place(&above);
            match shape.role {
                Role::Nothing => {}
                Role::State => above.push(number),
                Role::Run(turn) => {
                    turns.push((turn, number));
                    if turn == Turn::Usual {
                        forecast.add(number, &words, shape.creates.as_ref());
                    }
                }
            }
            shapes.push(shape);
        }
        let mut places: Vec<_> = (0..statements.len()).collect();
        for (place, number) in forecast.sorted().into_iter().enumerate() {
            places[number] = place;
        }
        let mut list = WorkList::new(places);
        for (turn, number) in turns {
            list.add(turn, number);
        }
        Self {
            session,
            statements,
            options,
            shapes,
            states,
            list,
            failures: Vec::new(),
            errors: BTreeMap::new(),
            created: Vec::new(),
            succeeded: 0,
            in_transaction: 0,
            loaded: Loaded::default(),
        }
    }

    async fn run(&mut self) -> Result<(), Fatal> {
        self.name_versions().await.map_err(|error| (0, error))?;
        self.begin().await.map_err(|error| (0, error))?;
        loop {
            while let Some((turn, number)) = self.list.next() {
                // It would fire on all that is still to come.
                if turn == Turn::EventTrigger && self.list.wake_untried(self.succeeded) {
                    self.list.add(turn, number);
                    continue;
                }
                self.attempt(turn, number)
                    .await
                    .map_err(|error| (number, error))?;
            }
            if !self.list.wake_untried(self.succeeded) {
                break;
            }
        }
        self.commit().await.map_err(|error| (0, error))?;
        self.settle_failures();
        if self.failures.is_empty() {
            validate::bodies(self).await?;
        }
        self.states
            .leave(self.session)
            .await
            .map_err(|error| (0, error))
    }

    /// Gives extensions without a version that of the live database.
    async fn name_versions(&mut self) -> Result<(), StatementError> {
        let dialect = self.session.dialect();
        let mut available = None;
        for shape in &mut self.shapes {
            let Some(("extension", name)) = shape
                .creates
                .as_ref()
                .map(|(kind, name)| (kind.as_str(), name))
            else {
                continue;
            };
            let Some(version) = self.options.extensions.get(name) else {
                continue;
            };
            if Words::of(dialect, &shape.sql).names().contains("version") {
                continue;
            }
            if available.is_none() {
                let sql = "SELECT name, version FROM pg_catalog.pg_available_extension_versions";
                available = Some(self.session.query(sql).await?);
            }
            let mut rows = available.iter().flatten();
            if rows.any(|row| row.text(0) == name && row.text(1) == version) {
                let mut script = Script::new(dialect);
                script.keyword("\nVERSION ").literal(version);
                shape.sql.push_str(script.as_str());
            }
        }
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), StatementError> {
        self.in_transaction = 0;
        self.in_transactions("BEGIN; SAVEPOINT s").await
    }

    async fn commit(&mut self) -> Result<(), StatementError> {
        self.in_transactions("COMMIT").await
    }

    /// Runs what parts or keeps transactions, where the dialect's DDL is in one.
    async fn in_transactions(&mut self, sql: &str) -> Result<(), StatementError> {
        if self.session.dialect().has_transactional_ddl() {
            self.session.execute(sql).await?;
        }
        Ok(())
    }

    /// Tries a statement once; only what ends everything is an error.
    async fn attempt(&mut self, turn: Turn, number: usize) -> Result<(), StatementError> {
        let statements = self.statements;
        let entered = self
            .states
            .enter(self.session, number, |at| statements[at].sql.to_owned())
            .await;
        match entered {
            Ok(Entered::Before) => {}
            // What fails next takes only itself back, not the SETs of its place.
            Ok(Entered::Anew) => self.in_transactions(NEXT).await?,
            Err((at, error)) => return self.fail_state(number, at, error).await,
        }
        self.loaded.attempts += 1;
        let sql = self.shapes[number].sql.clone();
        let error = match self.send(&sql).await {
            Ok(()) => return self.succeed(number).await,
            Err(error) => error,
        };
        if error.is_connection_lost() {
            return Err(error);
        }
        self.judge(turn, number, error).await
    }

    /// Notes that the state of a statement's place cannot be entered.
    async fn fail_state(
        &mut self,
        number: usize,
        at: Option<usize>,
        error: StatementError,
    ) -> Result<(), StatementError> {
        if error.is_connection_lost() {
            return Err(error);
        }
        self.in_transactions("ROLLBACK TO s").await?;
        // One SET may keep many statements from running; they only follow from it.
        let at = at.unwrap_or(number);
        if at != number {
            let error = (*error).clone().into();
            self.failures.push(LoadFailure {
                statement: number,
                error,
                follows: Some(at),
                first: None,
            });
        }
        self.fail(at, error);
        Ok(())
    }

    /// Sends a statement, and the savepoint for the next one with it.
    async fn send(&mut self, sql: &str) -> Result<(), StatementError> {
        match self.session.dialect() {
            Dialect::Sqlite | Dialect::Mysql => self.session.query(sql).await.map(drop),
            Dialect::Postgres => {
                // The line end closes a comment at the statement's end.
                let whole = format!("{sql}\n; {NEXT}");
                let Err(error) = self.session.query(&whole).await else {
                    return Ok(());
                };
                if error.is_connection_lost() {
                    return Err(error);
                }
                self.session.execute("ROLLBACK TO s").await?;
                let position = error.position.map(|at| at.min(sql.len()));
                Err(ServerWords {
                    position,
                    ..(*error).clone()
                }
                .into())
            }
        }
    }

    async fn succeed(&mut self, number: usize) -> Result<(), StatementError> {
        self.succeeded += 1;
        self.in_transaction += 1;
        self.errors.remove(&number);
        let shape = &self.shapes[number];
        if shape.creates.is_some() {
            self.created.push(number);
        }
        self.list.wake(&shape.makes);
        if shape.commits || self.in_transaction >= STATEMENTS_PER_TRANSACTION {
            self.commit().await?;
            self.begin().await?;
        }
        Ok(())
    }

    /// Decides what a failure means: fatal for the statement, or a reason to wait.
    async fn judge(
        &mut self,
        turn: Turn,
        number: usize,
        error: StatementError,
    ) -> Result<(), StatementError> {
        match meaning(self.session.dialect(), &error) {
            Meaning::Duplicate => self.judge_duplicate(number, error).await,
            Meaning::Own => {
                self.fail(number, error);
                Ok(())
            }
            Meaning::Crowded if self.in_transaction > 0 => {
                self.commit().await?;
                self.begin().await?;
                self.list.add(turn, number);
                Ok(())
            }
            Meaning::Alone => self.run_alone(number).await,
            Meaning::Waits | Meaning::Crowded => {
                if self.make_role(&error).await? || self.make_tablespace(&error).await? {
                    self.list.add(turn, number);
                    return Ok(());
                }
                let names = missing(self.session.dialect(), &self.shapes[number].sql, &error);
                self.list.wait(turn, number, names, self.succeeded);
                self.errors.insert(number, error);
                Ok(())
            }
        }
    }

    /// Something of this name is there: from the start, which is fine, or from another statement.
    async fn judge_duplicate(
        &mut self,
        number: usize,
        error: StatementError,
    ) -> Result<(), StatementError> {
        let creates = self.shapes[number].creates.clone();
        let first = creates.as_ref().and_then(|wanted| {
            self.created
                .iter()
                .copied()
                .find(|other| self.shapes[*other].creates.as_ref() == Some(wanted))
        });
        let kind = creates.as_ref().map_or("", |(kind, _)| kind.as_str());
        if first.is_none() && kind == OPERATOR_FAMILY && self.came_with_a_class(creates.as_ref()) {
            return Ok(());
        }
        if first.is_none() && matches!(kind, "schema" | "extension" | "language") {
            return Ok(());
        }
        if first.is_none()
            && let Some(tolerant) = self.shapes[number].tolerant.clone()
        {
            return match self.send(&tolerant).await {
                Ok(()) => self.succeed(number).await,
                Err(error) if error.is_connection_lost() => Err(error),
                Err(error) => {
                    self.fail(number, error);
                    Ok(())
                }
            };
        }
        self.failures.push(LoadFailure {
            statement: number,
            error,
            follows: None,
            first,
        });
        Ok(())
    }

    /// Whether an operator family was made along with the class of its name, which found none.
    fn came_with_a_class(&self, family: Option<&(String, String)>) -> bool {
        let shapes = self.created.iter().map(|number| &self.shapes[*number]);
        let mut classes = shapes
            .filter_map(|shape| shape.creates.as_ref())
            .filter(|(kind, _)| kind == OPERATOR_CLASS);
        classes.any(|(_, name)| family.is_some_and(|(_, family)| family == name))
    }

    /// Runs a statement that refuses to be in a transaction.
    async fn run_alone(&mut self, number: usize) -> Result<(), StatementError> {
        let sql = self.shapes[number].sql.clone();
        self.commit().await?;
        let done = self.session.query(&sql).await;
        self.begin().await?;
        match done {
            Ok(_) => self.succeed(number).await,
            Err(error) if error.is_connection_lost() => Err(error),
            Err(error) => {
                self.fail(number, error);
                Ok(())
            }
        }
    }

    /// Makes the role that a statement misses, where that is allowed.
    async fn make_role(&mut self, error: &StatementError) -> Result<bool, StatementError> {
        if self.options.missing_roles == MissingRoles::Refused
            || error.code.as_deref() != Some("42704")
        {
            return Ok(false);
        }
        // A server of ours speaks English, see its settings.
        let name = error
            .message
            .strip_prefix("role \"")
            .and_then(|rest| rest.strip_suffix("\" does not exist"));
        let Some(name) = name.filter(|name| !self.loaded.roles.iter().any(|made| made == name))
        else {
            return Ok(false);
        };
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("CREATE ROLE ")
            .ident(&Ident::from_server(name))
            .keyword(" NOLOGIN");
        let made = self.send(script.as_str()).await;
        self.loaded.roles.push(name.to_owned());
        match made {
            Ok(()) => Ok(true),
            Err(error) if error.is_connection_lost() => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Makes the tablespace that a statement misses, where that is allowed: a folder within the server's own.
    async fn make_tablespace(&mut self, error: &StatementError) -> Result<bool, StatementError> {
        if self.options.missing_roles == MissingRoles::Refused
            || error.code.as_deref() != Some("42704")
        {
            return Ok(false);
        }
        let name = error
            .message
            .strip_prefix("tablespace \"")
            .and_then(|rest| rest.strip_suffix("\" does not exist"));
        let Some(name) = name else {
            return Ok(false);
        };
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("CREATE TABLESPACE ")
            .ident(&Ident::from_server(name))
            .keyword(" LOCATION ''");
        self.commit().await?;
        // https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-ALLOW-IN-PLACE-TABLESPACES
        let mut made = Ok(());
        for sql in [
            "SET allow_in_place_tablespaces = on",
            script.as_str(),
            "RESET allow_in_place_tablespaces",
        ] {
            made = made.and(self.session.query(sql).await.map(|_| ()));
        }
        self.begin().await?;
        match made {
            Ok(()) => Ok(true),
            Err(error) if error.is_connection_lost() => Err(error),
            Err(_) => Ok(false),
        }
    }

    fn fail(&mut self, statement: usize, error: StatementError) {
        self.errors.remove(&statement);
        if !self
            .failures
            .iter()
            .any(|failure| failure.statement == statement)
        {
            self.failures.push(LoadFailure {
                statement,
                error,
                follows: None,
                first: None,
            });
        }
    }

    /// Turns what still waits into failures, and tells which of them only follow from others.
    fn settle_failures(&mut self) {
        let errors = std::mem::take(&mut self.errors);
        let own: Vec<_> = self
            .failures
            .iter()
            .map(|failure| failure.statement)
            .collect();
        let makes = |statement: usize, name: &str| self.shapes[statement].makes.contains(name);
        let mut waiting = Vec::new();
        for (statement, error) in &errors {
            let names = self.list.names_of(*statement).cloned().unwrap_or_default();
            let others = own
                .iter()
                .chain(errors.keys())
                .copied()
                .filter(|other| other != statement);
            let follows = others.into_iter().find(|other| {
                names
                    .iter()
                    .any(|name| self.shapes[*other].creates.is_some() && makes(*other, name))
            });
            waiting.push((*statement, error, follows));
        }
        // In a circle everybody follows somebody, and nobody would be told first.
        let is_circle = own.is_empty() && waiting.iter().all(|(_, _, follows)| follows.is_some());
        let failures: Vec<_> = waiting
            .into_iter()
            .map(|(statement, error, follows)| LoadFailure {
                statement,
                error: (**error).clone().into(),
                follows: follows.filter(|_| !is_circle),
                first: None,
            })
            .collect();
        self.failures.extend(failures);
    }
}
