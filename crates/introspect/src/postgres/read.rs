//! Reads a whole database, in one snapshot.

use schemist_sql::Ident;
use sqlx::PgConnection;
use sqlx::Row;

use super::query::{Answers, Query, Sources, take_print};
use super::reading::Reading;
use super::{
    access_method, aggregate, base_type, cast, collation, composite_type, conversion, dependency,
    domain, enum_type, event_trigger, extension, foreign_data_wrapper, foreign_key, function,
    index, language, materialized_view, member, operator, operator_class, operator_family,
    privileges, publication, range_type, reading, row_security, rule, schema, sequence, server,
    statistics, subscription, table, table_column, table_constraint, text_search_configuration,
    text_search_dictionary, text_search_parser, text_search_template, transform, trigger,
    unmanaged, user_mapping, view,
};
use crate::fingerprint::Print;
use crate::read::take;
use crate::{Found, IntrospectError, Known, Owners, Scope};

/// What the session is like. In a transaction that is open already, its start is not the statement's own;
/// and a schema that the user may not use is left out of the search path in silence.
const ASK_STATE: &str = "SELECT pg_catalog.now() <> pg_catalog.statement_timestamp() AS in_transaction, \
     pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major, \
     pg_catalog.current_schemas(false)::pg_catalog.text[] AS path, \
     pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') AS reads_connections, \
     ARRAY(SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace AS n \
     WHERE NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')) AS closed";

/// The oldest major version whose system tables we know.
const OLDEST: u32 = 13;

/// What is asked of the server, in the order in which [`read_all`] takes the answers.
const QUERIES: &[Query] = &[
    extension::QUERY,
    member::QUERY,
    reading::COMMENTS,
    reading::HIDDEN,
    base_type::QUERY,
    enum_type::QUERY,
    composite_type::QUERY,
    domain::QUERY,
    domain::CHECKS,
    range_type::QUERY,
    composite_type::ATTRIBUTES,
    foreign_data_wrapper::QUERY,
    server::QUERY,
    user_mapping::QUERY,
    sequence::QUERY,
    table::QUERY,
    table_column::QUERY,
    table_constraint::QUERY,
    row_security::QUERY,
    materialized_view::QUERY,
    index::PARTS,
    index::QUERY,
    foreign_key::QUERY,
    view::QUERY,
    function::QUERY,
    aggregate::QUERY,
    language::QUERY,
    access_method::QUERY,
    collation::QUERY,
    text_search_parser::QUERY,
    text_search_template::QUERY,
    text_search_dictionary::QUERY,
    text_search_configuration::QUERY,
    operator::QUERY,
    operator_family::QUERY,
    operator_class::QUERY,
    cast::QUERY,
    conversion::QUERY,
    transform::QUERY,
    trigger::QUERY,
    rule::QUERY,
    statistics::QUERY,
    publication::QUERY,
    publication::ITEMS,
    subscription::QUERY,
    subscription::TERMS,
    event_trigger::QUERY,
    unmanaged::QUERY,
    dependency::QUERY,
    privileges::INITIAL,
    privileges::DEFAULTS,
    privileges::QUERY,
];

/// Begins a reading.
///
/// To compile our queries costs the server more than to run them. Workers, and scans that join one under
/// way (<https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-SYNCHRONIZE-SEQSCANS>),
/// would send the rows of a large catalog in another order each time, and the same answers would not be
/// known again.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; \
    SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL synchronize_seqscans = off";

/// Reads everything in scope.
///
/// The session is one of ours: its search path is the default schema alone, because the server leaves
/// out of what it prints the schemas in it.
///
/// # Errors
/// [`IntrospectError`] where the server refuses a query, or returns what we do not understand.
pub async fn read<K>(
    connection: &mut PgConnection,
    scope: &Scope,
    known: impl Future<Output = Known<K>>,
) -> Result<Found<K>, IntrospectError> {
    let failed = || IntrospectError::query("settings");
    let state = sqlx::raw_sql(ASK_STATE)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed())?;
    let mut print = Print::default();
    take_print(&mut print, &state).map_err(failed())?;
    let major: i32 = state.try_get("major").map_err(failed())?;
    let major = u32::try_from(major).unwrap_or_default();
    if major < OLDEST {
        return Err(IntrospectError::unreadable(
            format!("PostgreSQL {major}"),
            format!("{OLDEST} is the oldest version that we know"),
        ));
    }
    let is_default = |schema: &&String| {
        let default = scope.default_schema.as_ref();
        default.map(Ident::as_str) == Some(schema)
    };
    let path: Vec<String> = state.try_get("path").map_err(failed())?;
    if let Some(schema) = path.iter().find(|schema| !is_default(schema)) {
        let reason =
            format!("its search path has the schema \"{schema}\", which is not the default one");
        return Err(IntrospectError::unreadable("the session's words", reason));
    }
    let closed: Vec<String> = state.try_get("closed").map_err(failed())?;
    if let Some(schema) = closed.iter().find(is_default) {
        let reason = format!("its user has no USAGE on the schema \"{schema}\"");
        return Err(IntrospectError::unreadable("the session's words", reason));
    }
    let mut queries = QUERIES.to_vec();
    if !state
        .try_get::<bool, _>("reads_connections")
        .map_err(failed())?
    {
        for query in queries
            .iter_mut()
            .filter(|query| **query == subscription::TERMS)
        {
            *query = subscription::NO_TERMS;
        }
    }
    if state.try_get("in_transaction").map_err(failed())? {
        return read_all(connection, major, scope, queries, print, known).await;
    }
    command(connection, BEGIN).await?;
    let found = read_all(connection, major, scope, queries, print, known).await;
    command(connection, "ROLLBACK").await?;
    found
}

async fn command(connection: &mut PgConnection, sql: &'static str) -> Result<(), IntrospectError> {
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(|_| ()).map_err(IntrospectError::query("settings"))
}

/// Asks, and makes a catalog of the answers unless they are known.
async fn read_all<K>(
    connection: &mut PgConnection,
    major: u32,
    scope: &Scope,
    mut queries: Vec<Query>,
    mut print: Print,
    known: impl Future<Output = Known<K>>,
) -> Result<Found<K>, IntrospectError> {
    match scope.owners {
        Owners::LeftAlone => {}
        Owners::Compared => queries.push(privileges::OWNERS),
    }
    let first = vec![
        schema::QUERY.for_server(major, &[], &Sources::default()),
        Sources::question(&queries),
    ];
    let mut answers = Answers::to(&mut *connection, first, &mut print);
    let (schemas, left_out) = schema::choose(&answers.next(schema::QUERY.what()).await?, scope)?;
    let sources = Sources::read(&queries, &answers.next(Sources::WHAT).await?)?;
    drop(answers);
    let numbers: Vec<_> = schemas.keys().copied().collect();
    let questions = queries
        .iter()
        .map(|query| query.for_server(major, &numbers, &sources))
        .collect();
    let mut answers = Answers::to(connection, questions, &mut print);
    answers.begin().await;
    let known = known.await;
    if !known.is_empty() {
        let fingerprint = answers.hold().await?;
        if let Some(known) = take(known, fingerprint) {
            return Ok(Found::Known(known));
        }
    }
    let mut reading = Reading::new(answers, scope, schemas);
    for words in left_out {
        reading.catalog.note_unmanaged(words);
    }
    take_all(&mut reading).await?;
    let Reading {
        catalog, answers, ..
    } = reading;
    Ok(Found::Read(catalog.packed(), answers.fingerprint()))
}

/// Takes the answers kind after kind: what is needed to understand another comes before it.
async fn take_all(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    extension::read(reading).await?;
    member::read(reading).await?;
    reading.read_comments().await?;
    reading.read_hidden().await?;
    schema::insert(reading);
    base_type::read(reading).await?;
    enum_type::read(reading).await?;
    let types = composite_type::find(reading).await?;
    domain::read(reading).await?;
    range_type::read(reading).await?;
    composite_type::read(reading, types).await?;
    foreign_data_wrapper::read(reading).await?;
    server::read(reading).await?;
    user_mapping::read(reading).await?;
    let mut sequences = sequence::read(reading).await?;
    let mut tables = table::read(reading, &mut sequences).await?;
    sequences.insert(reading, &tables);
    tables.insert(reading);
    row_security::read(reading, &tables).await?;
    let materialized_views = materialized_view::read(reading).await?;
    index::read(reading, &tables, &materialized_views).await?;
    foreign_key::read(reading, &tables).await?;
    view::read(reading).await?;
    function::read(reading).await?;
    aggregate::read(reading).await?;
    language::read(reading).await?;
    access_method::read(reading).await?;
    collation::read(reading).await?;
    text_search_parser::read(reading).await?;
    text_search_template::read(reading).await?;
    text_search_dictionary::read(reading).await?;
    text_search_configuration::read(reading).await?;
    operator::read(reading).await?;
    operator_family::read(reading).await?;
    operator_class::read(reading).await?;
    cast::read(reading).await?;
    conversion::read(reading).await?;
    transform::read(reading).await?;
    trigger::read(reading).await?;
    rule::read(reading).await?;
    statistics::read(reading).await?;
    publication::read(reading).await?;
    subscription::read(reading).await?;
    event_trigger::read(reading).await?;
    unmanaged::read(reading).await?;
    dependency::read(reading).await?;
    privileges::read(reading).await?;
    match reading.scope.owners {
        Owners::LeftAlone => {}
        Owners::Compared => privileges::read_owners(reading).await?,
    }
    Ok(())
}
