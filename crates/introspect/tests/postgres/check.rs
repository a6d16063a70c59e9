//! Checks that run statements in a database and look at the catalog that is read from it.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, ObjectId};
use schemist_connect::{Access, DatabaseUrl, Link, Pins, Session};
use schemist_introspect::{IntrospectError, Pattern, Scope, nothing_known, postgres};
use schemist_sql::{Dialect, Ident};
use schemist_testkit::Database;

/// What is read: two schemas beside the default one, without what is left out by name.
pub(crate) fn scope() -> Scope {
    Scope {
        default_schema: Some(Ident::from_server("public")),
        schemas: vec![
            Ident::from_server("app"),
            Ident::from_server("Odd \"Name\""),
        ],
        exclude: vec![Pattern::new("left_out*")],
        ..Scope::default()
    }
}

/// A session whose default schema is the scope's.
pub(crate) async fn connect(database: &Database, scope: &Scope) -> Session {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    let pins = Pins {
        default_schema: scope.default_schema.clone(),
        ..Pins::default()
    };
    Session::connect(&url, &pins, Access::Write).await.unwrap()
}

/// Reads through a session.
pub(crate) async fn try_read(
    session: &mut Session,
    scope: &Scope,
) -> Result<Catalog, IntrospectError> {
    let Link::Postgres(connection) = session.link() else {
        panic!("a session of PostgreSQL")
    };
    postgres::read(connection, scope, nothing_known())
        .await?
        .catalog()
}

async fn read_session(session: &mut Session) -> Catalog {
    try_read(session, &scope()).await.unwrap()
}

/// Waits for what is asynchronous.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// Reads a database.
pub(crate) fn read(database: &Database) -> Catalog {
    wait(async { read_session(&mut connect(database, &scope()).await).await })
}

/// The catalog of a database in which these statements were run; `None` without a server.
pub(crate) fn catalog_of(sql: &str) -> Option<Catalog> {
    let database = Database::postgres()?;
    database.execute(sql);
    Some(read(&database))
}

/// The server's major version.
pub(crate) fn major(database: &Database) -> u32 {
    let number = database.rows("SELECT current_setting('server_version_num')::int / 10000");
    number[0].parse().unwrap()
}

/// Checks that what is read, made anew in an empty database and read again is the same.
pub(crate) fn check_law(sql: &str) {
    check_law_from(0, sql);
}

/// As [`check_law`], for statements that came with a major version.
pub(crate) fn check_law_from(first: u32, sql: &str) {
    let Some(database) = Database::postgres() else {
        return;
    };
    if major(&database) < first {
        return;
    }
    database.execute(sql);
    let before = read(&database);
    assert!(!before.is_empty(), "nothing was read");
    let again = Database::postgres().unwrap();
    let after = wait(async {
        let mut session = connect(&again, &scope()).await;
        for statement in statements(&before) {
            if let Err(error) = session.execute(&statement).await {
                panic!("{error:?}\nin: {statement}");
            }
        }
        read_session(&mut session).await
    });
    for id in before.objects().keys().chain(after.objects().keys()) {
        assert_eq!(before.get(id), after.get(id), "{id}");
    }
    for id in before.objects().keys() {
        assert_eq!(
            before.references(id),
            after.references(id),
            "what {id} depends on"
        );
    }
}

/// Everything that makes a catalog's objects, what is needed first.
fn statements(catalog: &Catalog) -> Vec<String> {
    let mut done: BTreeSet<&ObjectId> = BTreeSet::new();
    let mut steps = Vec::new();
    while done.len() < catalog.objects().len() {
        let is_ready = |id: &&ObjectId| {
            let references = catalog.references(id);
            !done.contains(*id) && references.iter().all(|on| done.contains(&on.object))
        };
        let ready: Vec<_> = catalog.objects().keys().filter(is_ready).collect();
        assert!(
            !ready.is_empty(),
            "a cycle among {:?}",
            catalog.objects().keys()
        );
        for id in ready {
            steps.extend(catalog.objects()[id].create(Dialect::Postgres));
            done.insert(id);
        }
    }
    for object in catalog.objects().values() {
        steps.extend(object.attach(Dialect::Postgres));
    }
    steps.into_iter().map(|step| step.sql).collect()
}
