//! What is held of a fixture on one server.
//!
//! The plan is made from the two schemas as the server reads them and run on a live database: up must
//! give the schema after, down the one before, and up again the one after.

use schemist_catalog::{Catalog, Hints, Pair};
use schemist_connect::{Access, DatabaseUrl, Link, Pins, Session};
use schemist_diff::{Section, SectionMode, compare, plan, sections};
use schemist_introspect::{Scope, postgres};
use schemist_sql::Dialect;
use schemist_testkit::{Database, Fixture};

/// What the next person reads about a fixture: changes, up, down, hazards.
pub struct Snapshot {
    /// The text, the same in every run.
    pub text: String,
}

/// Runs a fixture on an empty database and holds the laws of catalogs and plans on it.
///
/// `None` is nothing to show.
///
/// # Errors
/// The law that broke, with what differs.
pub fn check(
    fixture: &Fixture,
    dialect: Dialect,
    database: &Database,
) -> Result<Option<Snapshot>, String> {
    let other = Database::of(dialect).ok_or("the server of a fixture went away")?;
    database
        .try_execute(&fixture.before)
        .map_err(|words| format!("before: {words}"))?;
    other
        .try_execute(&fixture.after)
        .map_err(|words| format!("after: {words}"))?;
    match dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return Ok(None),
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut declared = connect(other.url()).await?;
        let declared = read(&mut declared).await?;
        hold_laws(&mut connect(database.url()).await?, &declared)
            .await
            .map(Some)
    })
}

async fn hold_laws(live: &mut Session, declared: &Catalog) -> Result<Snapshot, String> {
    let dialect = live.dialect();
    let before = read(live).await?;
    let after = declared.settle(&before);
    same("a schema compared with itself", &before, &before)?;
    let up = way(Pair::new(&before, &after), dialect)?;
    let down = way(Pair::new(&after, &before), dialect)?;
    run(live, &up)
        .await
        .map_err(|words| format!("up: {words}"))?;
    same("after up", &read(live).await?, &after)?;
    run(live, &down)
        .await
        .map_err(|words| format!("down: {words}"))?;
    same("after down", &read(live).await?, &before)?;
    run(live, &up)
        .await
        .map_err(|words| format!("up again: {words}"))?;
    same("after up again", &read(live).await?, &after)?;
    let changes: String = compare(Pair::new(&before, &after))
        .iter()
        .map(|change| format!("{} {}\n", change.verb(), change.id()))
        .collect();
    let text = format!(
        "{changes}\n## up\n{}\n## down\n{}",
        shown(&up),
        shown(&down)
    );
    Ok(Snapshot { text })
}

async fn connect(url: &str) -> Result<Session, String> {
    let url = DatabaseUrl::parse(url).map_err(|error| error.to_string())?;
    Session::connect(&url, &Pins::default(), Access::Write)
        .await
        .map_err(|error| error.to_string())
}

async fn read(session: &mut Session) -> Result<Catalog, String> {
    let scope = Scope {
        default_schema: session.default_schema().cloned(),
        schemas: vec![schemist_sql::Ident::from_server("archive")],
        ..Scope::default()
    };
    match session.link() {
        Link::Postgres(connection) => postgres::read(connection, &scope)
            .await
            .map_err(|error| error.to_string()),
        Link::Sqlite(_) => Err("not yet".to_owned()),
    }
}

fn way(catalogs: Pair<&Catalog>, dialect: Dialect) -> Result<Vec<Section>, String> {
    let plan = plan(catalogs, &Hints::default()).map_err(|error| error.to_string())?;
    Ok(sections(&plan, dialect))
}

/// Holds that nothing differs, and that planning finds nothing to do.
fn same(when: &str, live: &Catalog, wanted: &Catalog) -> Result<(), String> {
    let wanted = wanted.settle(live);
    let changes = compare(Pair::new(live, &wanted));
    if changes.is_empty() && way(Pair::new(live, &wanted), Dialect::Postgres)?.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{when}, this differs: {changes:#?}\nis:\n{}\nshould be:\n{}",
        live.canonical_text(),
        wanted.canonical_text()
    ))
}

async fn run(session: &mut Session, sections: &[Section]) -> Result<(), String> {
    for section in sections {
        let (begin, end) = match section.mode {
            SectionMode::Transaction => (&["BEGIN"][..], &["COMMIT"][..]),
            SectionMode::NoTransaction => (&[][..], &[][..]),
            SectionMode::ForeignKeysOff => (
                &["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"][..],
                &[
                    "PRAGMA foreign_key_check",
                    "COMMIT",
                    "PRAGMA foreign_keys = ON",
                ][..],
            ),
        };
        let steps = section
            .steps
            .iter()
            .map(|planned| planned.step.sql.as_str());
        for sql in begin
            .iter()
            .copied()
            .chain(steps)
            .chain(end.iter().copied())
        {
            session
                .execute(sql)
                .await
                .map_err(|error| format!("{error}\n{}\nin: {sql}", shown(sections)))?;
        }
    }
    Ok(())
}

/// The statements as a revision has them.
fn shown(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        match section.mode {
            SectionMode::Transaction => text.push_str("-- in a transaction\n"),
            SectionMode::NoTransaction => text.push_str("-- no transaction\n"),
            SectionMode::ForeignKeysOff => text.push_str("-- foreign keys off\n"),
        }
        for planned in &section.steps {
            for hazard in &planned.step.hazards {
                text.push_str(&format!("-- hazard {}: {}\n", hazard.code, hazard.sentence));
            }
            text.push_str(&format!("{};\n", planned.step.sql));
        }
    }
    text
}
