//! Which queries a revision breaks, and by which of its statements.

use schemist_catalog::hazard::clients;
use schemist_catalog::object::Table;
use schemist_catalog::{Catalog, Hazard, Object, Pair};
use schemist_connect::{ResultColumn, Session};
use schemist_sql::{Dialect, Ident, QualifiedName, leading_words, mentioned_names};

use super::look::look;
use super::read::Query;
use crate::prove::bench::{Bench, BenchError, say};

/// A query that worked before a revision, and does not after it.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The query.
    pub query: Query,
    /// The server's words.
    pub words: String,
    /// The statement after which it works no more, counted from 0; `None` where that could not be told.
    pub statement: Option<usize>,
    /// How to change the same without breaking it.
    pub remedy: &'static str,
}

/// A query that works after a revision as before, and gives something else.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The query.
    pub query: Query,
    /// What is not the same any more, each as a sentence.
    pub differences: Vec<String>,
}

/// What a revision does to the queries of the application.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What works no more.
    pub broken: Vec<Broken>,
    /// What gives something else.
    pub changed: Vec<Changed>,
}

/// Prepares queries on a scratch copy of both ends of a revision.
///
/// A query that does not work at the lower end is not the revision's doing, and is passed over.
///
/// # Errors
/// Where no scratch copy of an end can be made.
pub async fn broken_by(
    bench: &mut Bench,
    ends: Pair<&Catalog>,
    statements: &[String],
    queries: &[Query],
) -> Result<Effects, BenchError> {
    let mut effects = Effects::default();
    if queries.is_empty() {
        return Ok(effects);
    }
    let before = results(bench, ends.before, queries).await?;
    let after = results(bench, ends.after, queries).await?;
    for ((query, before), after) in queries.iter().zip(before).zip(after) {
        match (before, after) {
            (Some(Ok(_)), Some(Err(words))) => effects.broken.push(Broken {
                query: query.clone(),
                words,
                statement: None,
                remedy: remedy(None, bench.dialect()),
            }),
            (Some(Ok(before)), Some(Ok(after))) => {
                let gives = Pair::new(before.as_slice(), after.as_slice());
                let differences = differences(gives, ends);
                if !differences.is_empty() {
                    effects.changed.push(Changed {
                        query: query.clone(),
                        differences,
                    });
                }
            }
            _ => {}
        }
    }
    find_statements(bench, ends.before, statements, &mut effects.broken).await?;
    Ok(effects)
}

type Outcome = Option<Result<Vec<ResultColumn>, String>>;

async fn results(
    bench: &mut Bench,
    catalog: &Catalog,
    queries: &[Query],
) -> Result<Vec<Outcome>, BenchError> {
    let (mut scratch, _) = bench.build(catalog).await?;
    let mut results = Vec::new();
    for query in queries {
        results.push(look(&mut scratch.session, query).await?);
    }
    Ok(results)
}

/// Runs the statements one by one, and notes after which of them each query works no more.
///
/// A statement that needs others around it may be refused here; what was not found until then stays so.
async fn find_statements(
    bench: &mut Bench,
    before: &Catalog,
    statements: &[String],
    broken: &mut [Broken],
) -> Result<(), BenchError> {
    if broken.is_empty() {
        return Ok(());
    }
    let dialect = bench.dialect();
    let (mut scratch, _) = bench.build(before).await?;
    match dialect {
        Dialect::Sqlite => say(&mut scratch.session, "PRAGMA foreign_keys = OFF").await?,
        Dialect::Postgres | Dialect::Mysql => {}
    }
    let mut failed: Vec<Option<usize>> = vec![None; broken.len()];
    for (number, sql) in statements.iter().enumerate() {
        if say(&mut scratch.session, sql).await.is_err() {
            return Ok(());
        }
        for (own, failed) in broken.iter().zip(&mut failed) {
            match (works(&mut scratch.session, &own.query).await?, &failed) {
                (true, _) => *failed = None,
                (false, None) => *failed = Some(number),
                (false, Some(_)) => {}
            }
        }
    }
    for (own, failed) in broken.iter_mut().zip(failed) {
        own.statement = failed;
        let sql = failed.and_then(|number| statements.get(number));
        own.remedy = remedy(sql.map(String::as_str), dialect);
    }
    Ok(())
}

async fn works(session: &mut Session, query: &Query) -> Result<bool, BenchError> {
    Ok(!matches!(look(session, query).await?, Some(Err(_))))
}

/// How to change the same in two releases.
fn remedy(sql: Option<&str>, dialect: Dialect) -> &'static str {
    let words = sql.map(|sql| mentioned_names(dialect, &sql.to_lowercase()));
    let has = |word: &str| words.as_ref().is_some_and(|words| words.contains(word));
    let first = sql
        .map(|sql| leading_words(dialect, sql, 1))
        .unwrap_or_default();
    let drops = has("drop") || first.iter().any(|word| word.eq_ignore_ascii_case("drop"));
    if has("rename") {
        "expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision"
    } else if drops {
        "expand and contract: deploy code that does without it first, and drop it in a later revision"
    } else {
        "expand and contract: add the new form beside the old one, deploy code that uses it, and drop the old one in a later revision"
    }
}

/// What a query gives otherwise than before; columns that are only new are none of it.
fn differences(gives: Pair<&[ResultColumn]>, ends: Pair<&Catalog>) -> Vec<String> {
    let mut found = Vec::new();
    for before in gives.before {
        let name = &before.name;
        let Some(after) = gives.after.iter().find(|column| column.name == *name) else {
            found.push(format!("it has no column \"{name}\" any more"));
            continue;
        };
        if before.type_name != after.type_name {
            found.push(format!(
                "its column \"{name}\" is {} instead of {}",
                after.type_name, before.type_name
            ));
        }
        let was = nullable(ends.before, before);
        let is = nullable(ends.after, after);
        if let (Some(false), Some(true)) = (was, is) {
            found.push(format!("its column \"{name}\" may be NULL now"));
        }
    }
    found
}

/// Whether the column of a table that a result is read from takes NULL.
fn nullable(catalog: &Catalog, column: &ResultColumn) -> Option<bool> {
    let (schema, table, name) = column.origin.as_ref()?;
    let plain = QualifiedName::unqualified(Ident::from_server(table.clone()));
    let qualified = QualifiedName {
        schema: schema.clone().map(Ident::from_server),
        name: plain.name.clone(),
    };
    let found = [qualified, plain]
        .into_iter()
        .find_map(|name| catalog.get(&Table::id_of(&name)));
    let Some(Object::Table(table)) = found else {
        return None;
    };
    let column = table.columns.get(&Ident::from_server(name.clone()))?;
    Some(column.nullable)
}

/// The queries whose data says that a column is never NULL, though it may be now: a note each.
///
/// # Errors
/// Where the connection is gone.
pub async fn stale(
    session: &mut Session,
    catalog: &Catalog,
    queries: &[Query],
) -> Result<Vec<String>, BenchError> {
    let mut notes = Vec::new();
    for query in queries.iter().filter(|query| !query.recorded.is_empty()) {
        let Some(Ok(columns)) = look(session, query).await? else {
            continue;
        };
        for (recorded, column) in query.recorded.iter().zip(&columns) {
            // A query that says itself whether a value is NULL writes `!` or `?` behind the name.
            let is_own_word = recorded.name.contains(['!', '?']);
            if recorded.is_required && !is_own_word && nullable(catalog, column) == Some(true) {
                notes.push(format!(
                    "the query at {}:{} was written where its column \"{}\" was never NULL, which it may be: `cargo sqlx prepare` writes it anew",
                    query.place.path, query.place.line, column.name
                ));
            }
        }
    }
    Ok(notes)
}

impl Broken {
    /// What to know before the revision runs.
    pub fn hazard(&self) -> Hazard {
        let place = &self.query.place;
        Hazard::new(
            &clients::BREAKS_RUNNING_QUERY,
            format!(
                "the query at {}:{} works no more ({}); {}",
                place.path, place.line, self.words, self.remedy
            ),
        )
    }
}

impl Changed {
    /// What to know before the revision runs.
    pub fn hazard(&self) -> Hazard {
        let place = &self.query.place;
        Hazard::new(
            &clients::CHANGES_RUNNING_QUERY,
            format!(
                "the query at {}:{} gives something else: {}",
                place.path,
                place.line,
                self.differences.join(", ")
            ),
        )
    }
}
