//! What is held of a fixture on one server.

#[path = "check_rows.rs"]
mod rows;

use std::fmt::Write as _;

use schemist_catalog::{Catalog, Forms, Hints, Pair};
use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_diff::{Plan, compare};
use schemist_execute::load::{LoadOptions, LoadStatement, Order, load};
use schemist_execute::scratch::{ScratchOptions, ScratchPlace, ScratchServer};
use schemist_introspect::{Owners, Scope};
use schemist_model::{Declaration, Options, Source};
use schemist_project::compile::cache::Cache;
use schemist_project::generate::compose::{Draft, compose};
use schemist_project::generate::{hints, renames};
use schemist_project::prove::bench::{Bench, BenchError};
use schemist_project::prove::replay::run_file;
use schemist_project::prove::{ProofError, Proven, Task, prove};
use schemist_project::pull::{Choices, Layout, declaring, declaring_structs};
use schemist_revision::{Direction, Header, RevisionFile, RevisionId};
use schemist_sql::{Dialect, Ident};
use schemist_testkit::{Database, Dump, Fixture, Ownership, postgres_version};
use tokio::runtime::Runtime;

use self::rows::Rows;

/// What the next person reads about a fixture: changes, up, down, hazards.
pub struct Snapshot {
    /// The text, the same in every run.
    pub text: String,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Runs a fixture on an empty database and holds the laws of catalogs and plans on it.
///
/// # Errors
/// The law that broke, with what differs.
pub fn check(fixture: &Fixture, dialect: Dialect, database: &Database) -> Result<Snapshot, String> {
    for name in &fixture.tablespaces {
        database.make_tablespace(name);
    }
    database
        .try_execute(&fixture.before)
        .map_err(|words| format!("before: {words}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut held = runtime
        .block_on(hold(fixture, dialect, database))
        .map_err(|error| whole(&*error))?;
    if !fixture.rows.is_empty() {
        database
            .try_execute(&fixture.rows)
            .map_err(|words| format!("rows: {words}"))?;
    }
    let ends = held.ends.clone();
    let rows = Rows::of(database, ends.as_ref(), fixture);
    for direction in [Direction::Up, Direction::Down, Direction::Up] {
        runtime
            .block_on(step(&mut held, database, direction))
            .map_err(|error| whole(&*error))?;
        if !fixture.rows.is_empty() {
            rows.hold(&Rows::of(database, ends.as_ref(), fixture), fixture)
                .map_err(|difference| format!("after {direction}: {difference}"))?;
        }
        let fresh = match direction {
            Direction::Up => &fixture.after,
            Direction::Down => &fixture.before,
        };
        if held.is_comparable {
            dumps_like(&runtime, database, fixture, dialect, fresh)
                .map_err(|difference| format!("after {direction}: {difference}"))?;
        }
    }
    Ok(Snapshot { text: held.text })
}

/// A fixture that the laws hold for, with its revision.
struct Held {
    bench: Bench,
    file: RevisionFile,
    ends: Pair<Catalog>,
    /// Whether a fresh load gives every name that the live database has: made-up names stay as they were.
    is_comparable: bool,
    text: String,
}

/// Holds that `pg_dump`, or the server of MySQL, says the same of a database as of one that the SQL was loaded into.
fn dumps_like(
    runtime: &Runtime,
    database: &Database,
    fixture: &Fixture,
    dialect: Dialect,
    sql: &str,
) -> Result<(), String> {
    let prints_otherwise_again = match dialect {
        Dialect::Postgres => true,
        Dialect::Mysql => false,
        // What SQLite keeps is the text of each statement, which a rewritten table has in our words.
        Dialect::Sqlite => return Ok(()),
    };
    let fresh = Database::of(dialect).ok_or("the server of a fixture went away")?;
    runtime
        .block_on(load_models(&fresh, sql, dialect))
        .map_err(|error| whole(&*error))?;
    let (Some(live), Some(wanted)) = (
        Dump::of(database, fixture.ownership),
        Dump::of(&fresh, fixture.ownership),
    ) else {
        return Ok(());
    };
    if live.statements == wanted.statements {
        return Ok(());
    }
    if !prints_otherwise_again {
        return Err(live.difference(&wanted));
    }
    // Some expressions are printed in another way once they were dumped and restored.
    let (live, wanted) = (
        restored(dialect, &live, fixture.ownership)?,
        restored(dialect, &wanted, fixture.ownership)?,
    );
    if live.statements == wanted.statements {
        Ok(())
    } else {
        Err(live.difference(&wanted))
    }
}

/// Loads models as they are loaded everywhere: in whatever order works.
async fn load_models(database: &Database, sql: &str, dialect: Dialect) -> Outcome<()> {
    let url = DatabaseUrl::parse(database.url())?;
    let mut session = Session::connect(&url, &Pins::default(), Access::Write).await?;
    let declaration = read(sql, dialect)?;
    let statements: Vec<_> = declaration
        .statements
        .iter()
        .map(|statement| LoadStatement {
            sql: &statement.sql,
            file: statement.origin.file,
        })
        .collect();
    let orders = declaration.files.iter().map(|file| match file.dump {
        Some(_) => Order::Own,
        None => Order::Free,
    });
    let options = LoadOptions {
        orders: orders.collect(),
        ..LoadOptions::default()
    };
    load(&mut session, &statements, &options).await?;
    Ok(())
}

fn restored(dialect: Dialect, dump: &Dump, ownership: Ownership) -> Result<Dump, String> {
    let database = Database::of(dialect).ok_or("the server of a fixture went away")?;
    let sql: Vec<_> = dump
        .text
        .lines()
        .filter(|line| !line.starts_with('\\') && !line.starts_with("CREATE SCHEMA public"))
        .collect();
    database.try_execute(&sql.join("\n"))?;
    Dump::of(&database, ownership).ok_or_else(|| "pg_dump went away".to_owned())
}

/// An error with all of its causes, and what still differs where a proof failed for it.
fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    if let Some(ProofError::Different { changes, .. }) = error.downcast_ref() {
        let _ = write!(text, ": {changes:#?}");
    }
    if let Some(BenchError::Load(errors)) = error.downcast_ref() {
        for failure in errors.failures() {
            let _ = write!(text, ": {failure:?}");
        }
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// Holds the laws, and proves what leads from one side to the other.
async fn hold(fixture: &Fixture, dialect: Dialect, database: &Database) -> Outcome<Held> {
    let mut bench = bench(fixture, dialect, database).await?;
    let sides = Pair::new(
        read(&fixture.before, dialect)?,
        read(&fixture.after, dialect)?,
    );
    let catalogs = Pair::new(
        bench.compile(&sides.before).await?,
        bench.compile(&sides.after).await?,
    );
    hold_laws(&mut bench, &catalogs).await?;
    // Once is enough: no version of a server changes how models are written.
    let is_reference = match dialect {
        Dialect::Postgres => postgres_version() == Some(fixture.reference_version()),
        Dialect::Sqlite | Dialect::Mysql => true,
    };
    if is_reference {
        hold_declared(&mut bench, &catalogs.after).await?;
    }

    let told: Vec<_> = sides
        .after
        .renames
        .iter()
        .map(|hint| hint.what.clone())
        .collect();
    let renames = renames::resolve(
        catalogs.as_ref(),
        default_schema(dialect).as_ref(),
        &told,
        &[],
    );
    let hints = hints::from_declaration(&sides.after, Forms::Online);
    let task = Task {
        catalogs: catalogs.as_ref(),
        renames: &renames.effective,
        hints: &hints,
    };
    let proven = prove(&mut bench, task).await?;
    let file = written(&proven, dialect)?;

    let mut text = String::new();
    for rename in &proven.renames {
        writeln!(text, "{rename}")?;
    }
    for change in &proven.changes {
        writeln!(text, "{} {}", change.verb(), change.id())?;
    }
    for (marker, sql) in compose(&[draft(&proven, dialect)]) {
        write!(text, "\n{marker}\n{sql}\n")?;
    }
    Ok(Held {
        bench,
        file,
        is_comparable: proven.ends.after == catalogs.after,
        ends: proven.ends,
        text,
    })
}

async fn bench(fixture: &Fixture, dialect: Dialect, database: &Database) -> Outcome<Bench> {
    let place = match dialect {
        Dialect::Sqlite => ScratchPlace::Memory,
        Dialect::Postgres | Dialect::Mysql => {
            ScratchPlace::Url(DatabaseUrl::parse(database.url())?)
        }
    };
    let default_schema = default_schema(dialect);
    let options = ScratchOptions {
        dialect,
        likeness: None,
        default_schema: default_schema.clone(),
        template: None,
        started: 0,
    };
    let server = ScratchServer::open(&place, options).await?;
    Ok(Bench::new(
        server,
        Scope {
            default_schema,
            owners: match fixture.ownership {
                Ownership::Omitted => Owners::LeftAlone,
                Ownership::Told => Owners::Compared,
            },
            ..Scope::default()
        },
        Cache::none(),
    ))
}

fn default_schema(dialect: Dialect) -> Option<Ident> {
    dialect.has_schemas().then(|| Ident::from_server("public"))
}

fn read(sql: &str, dialect: Dialect) -> Outcome<Declaration> {
    Ok(Declaration::from_sources(
        vec![Source::new("models/schema.sql", sql)],
        dialect,
        &options(dialect),
    )?)
}

/// A catalog differs from itself in nothing, and what is written reads back as what it was.
async fn hold_laws(bench: &mut Bench, catalogs: &Pair<Catalog>) -> Outcome<()> {
    for catalog in [&catalogs.before, &catalogs.after] {
        if !compare(Pair::new(catalog, catalog)).is_empty() {
            return Err("a catalog differs from itself".into());
        }
        let (_scratch, built) = bench.build(catalog).await?;
        let settled = schemist_project::compile::settle::settle(bench, catalog, &built).await?;
        let changes = compare(Pair::new(catalog, &settled));
        if let Some(change) = changes.first() {
            return Err(format!(
                "{} does not read back as it was written: {change:#?}",
                change.id()
            )
            .into());
        }
    }
    let there = schemist_diff::plan(catalogs.as_ref(), &Hints::default())?;
    let unchanged = catalogs.before == catalogs.after;
    if unchanged && !there.is_empty() {
        return Err("equal catalogs have something to do".into());
    }
    Ok(())
}

/// The models that are written of a database declare what it holds.
async fn hold_declared(bench: &mut Bench, catalog: &Catalog) -> Outcome<()> {
    let options = options(catalog.dialect());
    let as_sql = declaring(catalog, Layout::Several)?;
    hold_sources(bench, catalog, as_sql.clone(), &options).await?;
    let as_structs = declaring_structs(catalog, &Choices::default(), &options, Layout::Several)?;
    // What no struct says anything of is the same once more.
    if as_structs != as_sql {
        hold_sources(bench, catalog, as_structs, &options).await?;
    }
    Ok(())
}

async fn hold_sources(
    bench: &mut Bench,
    catalog: &Catalog,
    sources: Vec<Source>,
    options: &Options,
) -> Outcome<()> {
    let dialect = catalog.dialect();
    let declaration = Declaration::from_sources(sources, dialect, options)?;
    let pulled = bench.compile(&declaration).await?;
    let settled = schemist_project::compile::settle::settle(bench, catalog, &pulled).await?;
    match compare(Pair::new(catalog, &settled)).first() {
        None => Ok(()),
        Some(change) => {
            Err(format!("{} is not declared as it is: {change:#?}", change.id()).into())
        }
    }
}

fn options(dialect: Dialect) -> Options {
    Options::new(default_schema(dialect).unwrap_or_else(|| Ident::from_server("main")))
}

/// Without what the statements lock, which differs from version to version of a server.
fn draft(proven: &Proven, dialect: Dialect) -> Draft {
    let unlocked = |plan: &Plan| {
        let mut plan = plan.clone();
        for planned in &mut plan.steps {
            planned.step.locks.clear();
        }
        plan
    };
    Draft {
        dialect,
        up: unlocked(&proven.up),
        down: unlocked(&proven.down),
    }
}

fn written(proven: &Proven, dialect: Dialect) -> Outcome<RevisionFile> {
    let mut header = Header::new(RevisionId::parse("0123456789ab")?);
    header.dialects.insert(dialect);
    Ok(RevisionFile::compose(
        "migrations/fixture.sql",
        &header,
        &compose(&[draft(proven, dialect)]),
    )?)
}

/// Runs the file one way on a database that got its tables from elsewhere, and looks.
async fn step(held: &mut Held, database: &Database, direction: Direction) -> Outcome<()> {
    let url = DatabaseUrl::parse(database.url())?;
    let mut session = Session::connect(&url, &Pins::default(), Access::Write).await?;
    let wanted = match direction {
        Direction::Up => &held.ends.after,
        Direction::Down => &held.ends.before,
    };
    run_file(&mut session, &held.file, direction).await?;
    let live = held.bench.read(&mut session).await?;
    let settled = schemist_project::compile::settle::settle(&mut held.bench, &live, wanted).await?;
    match compare(Pair::new(&live, &settled)).first() {
        None => Ok(()),
        Some(change) => Err(format!(
            "after {direction}: {} is not as it should be: {change:#?}",
            change.id()
        )
        .into()),
    }
}
