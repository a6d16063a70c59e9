//! Reads a whole database, in one snapshot.

use schemist_catalog::Catalog;
use schemist_sql::Ident;
use sqlx::PgConnection;
use sqlx::Row;

use super::query::{Answers, Query, Sources};
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
use crate::{IntrospectError, Owners, Scope};

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

/// Reads everything in scope.
///
/// The session is one of ours: its search path is the default schema alone, because the server leaves
/// out of what it prints the schemas in it.
///
/// # Errors
/// [`IntrospectError`] where the server refuses a query, or returns what we do not understand.
pub async fn read(
    connection: &mut PgConnection,
    scope: &Scope,
) -> Result<Catalog, IntrospectError> {
    let failed = || IntrospectError::query("settings");
    let state = sqlx::raw_sql(ASK_STATE)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed())?;
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
        return read_all(connection, major, scope, queries).await;
    }
    // To compile our queries costs the server more than to run them.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off";
    command(connection, begin).await?;
    let catalog = read_all(connection, major, scope, queries).await;
    command(connection, "ROLLBACK").await?;
    catalog
}

async fn command(connection: &mut PgConnection, sql: &'static str) -> Result<(), IntrospectError> {
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(|_| ()).map_err(IntrospectError::query("settings"))
}

/// Reads kind after kind: what is needed to understand another comes before it.
async fn read_all(
    connection: &mut PgConnection,
    major: u32,
    scope: &Scope,
    mut queries: Vec<Query>,
) -> Result<Catalog, IntrospectError> {
    match scope.owners {
        Owners::LeftAlone => {}
        Owners::Compared => queries.push(privileges::OWNERS),
    }
    let first = vec![
        schema::QUERY.for_server(major, &[], &Sources::default()),
        Sources::question(&queries),
    ];
    let mut answers = Answers::to(&mut *connection, first);
    let (schemas, left_out) = schema::choose(&answers.next(schema::QUERY.what()).await?, scope)?;
    let sources = Sources::read(&queries, &answers.next(Sources::WHAT).await?)?;
    drop(answers);
    let numbers: Vec<_> = schemas.keys().copied().collect();
    let questions = queries
        .iter()
        .map(|query| query.for_server(major, &numbers, &sources))
        .collect();
    let mut reading = Reading::new(Answers::to(connection, questions), scope, schemas);
    for words in left_out {
        reading.catalog.note_unmanaged(words);
    }
    let reading_all = &mut reading;
    extension::read(reading_all).await?;
    member::read(reading_all).await?;
    reading_all.read_comments().await?;
    reading_all.read_hidden().await?;
    schema::insert(reading_all);
    base_type::read(reading_all).await?;
    enum_type::read(reading_all).await?;
    let types = composite_type::find(reading_all).await?;
    domain::read(reading_all).await?;
    range_type::read(reading_all).await?;
    composite_type::read(reading_all, types).await?;
    foreign_data_wrapper::read(reading_all).await?;
    server::read(reading_all).await?;
    user_mapping::read(reading_all).await?;
    let mut sequences = sequence::read(reading_all).await?;
    let mut tables = table::read(reading_all, &mut sequences).await?;
    sequences.insert(reading_all, &tables);
    tables.insert(reading_all);
    row_security::read(reading_all, &tables).await?;
    let materialized_views = materialized_view::read(reading_all).await?;
    index::read(reading_all, &tables, &materialized_views).await?;
    foreign_key::read(reading_all, &tables).await?;
    view::read(reading_all).await?;
    function::read(reading_all).await?;
    aggregate::read(reading_all).await?;
    language::read(reading_all).await?;
    access_method::read(reading_all).await?;
    collation::read(reading_all).await?;
    text_search_parser::read(reading_all).await?;
    text_search_template::read(reading_all).await?;
    text_search_dictionary::read(reading_all).await?;
    text_search_configuration::read(reading_all).await?;
    operator::read(reading_all).await?;
    operator_family::read(reading_all).await?;
    operator_class::read(reading_all).await?;
    cast::read(reading_all).await?;
    conversion::read(reading_all).await?;
    transform::read(reading_all).await?;
    trigger::read(reading_all).await?;
    rule::read(reading_all).await?;
    statistics::read(reading_all).await?;
    publication::read(reading_all).await?;
    subscription::read(reading_all).await?;
    event_trigger::read(reading_all).await?;
    unmanaged::read(reading_all).await?;
    dependency::read(reading_all).await?;
    privileges::read(reading_all).await?;
    match scope.owners {
        Owners::LeftAlone => {}
        Owners::Compared => privileges::read_owners(reading_all).await?,
    }
    Ok(reading.catalog.packed())
}
