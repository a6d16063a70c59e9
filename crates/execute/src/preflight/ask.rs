//! Asking a database what its rows stand against.

use std::collections::BTreeMap;

use schemist_connect::{Row, Session, StatementError};
use schemist_sql::{Dialect, Script, without_secrets};

use super::question::{Need, Question, questions};
use super::refill::Refills;
use super::words::Words;
use crate::run::{Passage, RunStatement};

/// How many keys are shown.
const KEYS: &str = "5";

/// How many rows are tried one by one, where only that tells which of them fail.
const TRIED: &str = "100000";

/// Puts stretches together that are SQL already: the revision's own words, and ours around them.
fn sql(dialect: Dialect, stretches: &[&str]) -> String {
    let mut script = Script::new(dialect);
    for stretch in stretches {
        script.expression(stretch);
    }
    script.into_text()
}

/// What the rows that are there will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They make the statement fail.
    Fails,
    /// They are lost.
    Loses,
}

/// Something that the rows stand against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of the statement in its file.
    pub line: usize,
    /// What will happen.
    pub verdict: Verdict,
    /// What is the matter: `rows of table t have no a`.
    pub what: String,
    /// How many rows, values or keys.
    pub count: u64,
    /// Some of them, up to five.
    pub keys: Vec<String>,
}

/// Asks what stands against the statements of a passage; changes nothing.
///
/// A table that the passage itself changes before the statement is not asked about: nobody knows what it
/// will hold then.
///
/// # Errors
/// [`StatementError`] where the connection is lost; what cannot be asked otherwise is left out.
pub async fn preflight(
    session: &mut Session,
    passage: &Passage,
) -> Result<Vec<Finding>, StatementError> {
    preflight_after(session, passage, &mut Earlier::default()).await
}

/// Statements that will have been run before a passage begins.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Their texts, in lower case.
    texts: Vec<String>,
    /// Which of them hold a word, so that a large revision is not read again for each of its tables.
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Earlier {
    fn add(&mut self, dialect: Dialect, sql: &str) {
        let words = Words::of(dialect, sql);
        if words.says(0, &["create", "index"]) || words.says(0, &["create", "unique"]) {
            return;
        }
        let text = sql.to_lowercase();
        let place = self.texts.len();
        for word in text
            .split(|c| !is_of_word(c))
            .filter(|word| !word.is_empty())
        {
            let places = self.by_word.entry(word.to_owned()).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        self.texts.push(text);
    }

    /// Whether one of them may change what a question is about.
    fn may_mend(&self, question: &Question) -> bool {
        let table = bare(&question.table);
        let may = |text: &String| text_may_mend(text, question);
        if table.chars().all(is_of_word) {
            let places = self.by_word.get(&table);
            return places
                .is_some_and(|places| places.iter().any(|place| may(&self.texts[*place])));
        }
        // Bodies are one token, so the text is looked at.
        self.texts
            .iter()
            .filter(|text| text.contains(&table))
            .any(may)
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The same for a passage that others will be run before; adds what it changes itself.
///
/// # Errors
/// As for [`preflight`].
pub async fn preflight_after(
    session: &mut Session,
    passage: &Passage,
    before: &mut Earlier,
) -> Result<Vec<Finding>, StatementError> {
    let dialect = session.dialect();
    let mut findings: Vec<Finding> = Vec::new();
    let statements: Vec<_> = passage
        .sections
        .iter()
        .flat_map(|section| &section.statements)
        .collect();
    let texts = statements.iter().map(|statement| statement.sql.as_str());
    let refills = Refills::of(dialect, texts);
    for (place, statement) in statements.into_iter().enumerate() {
        if is_guard(dialect, &statement.sql) {
            findings.extend(ask_guard(session, statement).await?);
            continue;
        }
        for question in questions(dialect, &statement.sql) {
            if before.may_mend(&question)
                || (question.need == Need::NoRows && refills.bring_back(place, &question.table))
            {
                continue;
            }
            for mut finding in ask(session, &question).await? {
                finding.line = statement.line;
                if !findings.iter().any(|known| known.what == finding.what) {
                    findings.push(finding);
                }
            }
        }
        if changes(dialect, &statement.sql) {
            before.add(dialect, &statement.sql);
        }
    }
    Ok(findings)
}

/// Whether a statement makes a table or changes its rows.
fn changes(dialect: Dialect, sql: &str) -> bool {
    let words = Words::of(dialect, sql);
    let begins = |first: &str| words.says(0, &[first]);
    [
        "insert", "update", "delete", "merge", "replace", "truncate", "do", "call", "with",
    ]
    .into_iter()
    .any(begins)
        || words.says(0, &["create", "table"])
        || words.find(0, words.len(), &["rename"]).is_some()
}

/// Whether a statement that speaks of the table may change what a question is about.
fn text_may_mend(text: &str, question: &Question) -> bool {
    let changes_columns_alone = text.contains("update")
        && !["delete", "insert", "truncate", "merge", "rename"]
            .into_iter()
            .any(|word| text.contains(word));
    if !changes_columns_alone {
        return true;
    }
    let columns = match &question.need {
        Need::NotNull { column } | Need::NoValues { column } | Need::Casts { column, .. } => column,
        Need::Unique { columns, .. } | Need::Key { columns } | Need::Reference { columns, .. } => {
            columns
        }
        Need::Holds { .. } | Need::NoRows => return true,
    };
    columns
        .split(',')
        .any(|column| text.contains(&bare(column.trim())))
}

/// The last part of a name, without quotes, in lower case.
fn bare(name: &str) -> String {
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    last.trim_matches(['"', '`', '[', ']']).to_lowercase()
}

/// Whether a statement only looks at rows and raises an error: those that we write ourselves.
fn is_guard(dialect: Dialect, sql: &str) -> bool {
    match dialect {
        Dialect::Postgres => {
            sql.starts_with("DO $schemist$\nDECLARE\n    held bigint;") && !sql.contains("COMMIT;")
        }
        Dialect::Sqlite | Dialect::Mysql => false,
    }
}

async fn ask_guard(
    session: &mut Session,
    statement: &RunStatement,
) -> Result<Option<Finding>, StatementError> {
    let Some(refused) = or_nothing(session.execute(&statement.sql).await.map(|_| ()).err()) else {
        return Ok(None);
    };
    let refused = refused?;
    let number: String = refused
        .message
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let Ok(count) = number.parse() else {
        return Ok(None);
    };
    Ok(Some(Finding {
        line: statement.line,
        verdict: Verdict::Fails,
        what: refused.message[number.len()..]
            .trim_start()
            .trim_end_matches('.')
            .to_owned(),
        count,
        keys: Vec::new(),
    }))
}

/// An error that is an answer; one that ends everything stays one.
fn or_nothing(error: Option<StatementError>) -> Option<Result<StatementError, StatementError>> {
    let error = error?;
    Some(if error.is_connection_lost() {
        Err(error)
    } else {
        Ok(error)
    })
}

/// Runs a query; `None` where the server refuses it, since it may be about what is not there yet.
async fn rows(session: &mut Session, sql: &str) -> Result<Option<Vec<Row>>, StatementError> {
    match session.query(sql).await {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if error.is_connection_lost() => Err(error),
        Err(_) => Ok(None),
    }
}

async fn ask(session: &mut Session, question: &Question) -> Result<Vec<Finding>, StatementError> {
    let dialect = session.dialect();
    let table = &question.table;
    if has_rows_elsewhere(session, table).await? {
        return Ok(Vec::new());
    }
    let shown = format!("table {table}");
    let from = Script::new(dialect)
        .keyword(" FROM ")
        .expression(table)
        .as_str()
        .to_owned();
    let key = key_of(session, table).await?;
    let (filter, columns, what, verdict) = match &question.need {
        Need::NotNull { column } => (
            format!("{column} IS NULL"),
            key,
            format!("rows of {shown} have no {column}"),
            Verdict::Fails,
        ),
        Need::Holds { expression } => (
            format!("NOT ({expression})"),
            key,
            format!("rows of {shown} are against the check ({expression})"),
            Verdict::Fails,
        ),
        Need::Reference { columns, to, keys } => {
            let Some(filter) = orphans(session, table, columns, to, keys.as_deref()).await? else {
                return Ok(Vec::new());
            };
            (
                filter,
                Some(columns.clone()),
                format!("rows of {shown} point at nothing in table {to}, by ({columns})"),
                Verdict::Fails,
            )
        }
        Need::NoRows => (
            "1 = 1".to_owned(),
            None,
            format!("rows of {shown} are lost with it"),
            Verdict::Loses,
        ),
        Need::NoValues { column } => (
            format!("{column} IS NOT NULL"),
            None,
            format!("values of {column} in {shown} are lost with it"),
            Verdict::Loses,
        ),
        Need::Unique { columns, filter } => {
            let duplicates = duplicates(session, table, columns, filter.as_deref()).await?;
            return Ok(duplicates.into_iter().collect());
        }
        Need::Key { columns } => {
            let mut found: Vec<Finding> = duplicates(session, table, columns, None)
                .await?
                .into_iter()
                .collect();
            for column in columns.split(',') {
                let column = column.trim().to_owned();
                let question = Question {
                    table: table.clone(),
                    need: Need::NotNull { column },
                };
                found.extend(Box::pin(ask(session, &question)).await?);
            }
            return Ok(found);
        }
        Need::Casts { column, expression } => {
            let failing = casts(session, table, column, expression).await?;
            return Ok(failing.into_iter().collect());
        }
    };
    let count = sql(dialect, &["SELECT count(*)", &from, " WHERE ", &filter]);
    let keys = columns.map(|columns| {
        let filtered = ["SELECT DISTINCT ", &columns, &from, " WHERE ", &filter];
        let few = [" ORDER BY ", &columns, " LIMIT ", KEYS];
        sql(dialect, &[filtered.as_slice(), few.as_slice()].concat())
    });
    let found = counted(session, &count, keys.as_deref(), what, verdict).await?;
    Ok(found.into_iter().collect())
}

async fn counted(
    session: &mut Session,
    count: &str,
    keys: Option<&str>,
    what: String,
    verdict: Verdict,
) -> Result<Option<Finding>, StatementError> {
    let Some(counts) = rows(session, count).await? else {
        return Ok(None);
    };
    let count: u64 = counts
        .first()
        .and_then(|row| row.text(0).parse().ok())
        .unwrap_or_default();
    if count == 0 {
        return Ok(None);
    }
    let found = match keys {
        Some(keys) => rows(session, keys).await?.unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Some(Finding {
        line: 0,
        verdict,
        what: without_secrets(session.dialect(), &what),
        count,
        keys: found.iter().map(shown_row).collect(),
    }))
}

fn shown_row(row: &Row) -> String {
    let values: Vec<&str> = row
        .values()
        .iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect();
    match values.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("({})", several.join(", ")),
    }
}

async fn duplicates(
    session: &mut Session,
    table: &str,
    columns: &str,
    filter: Option<&str>,
) -> Result<Option<Finding>, StatementError> {
    let mut conditions: Vec<String> = columns
        .split(',')
        .map(|column| format!("{} IS NOT NULL", column.trim()))
        .collect();
    conditions.extend(filter.map(|filter| format!("({filter})")));
    let conditions = conditions.join(" AND ");
    let dialect = session.dialect();
    let groups = [
        " FROM ",
        table,
        " WHERE ",
        &conditions,
        " GROUP BY ",
        columns,
        " HAVING count(*) > 1",
    ];
    let groups = sql(dialect, &groups);
    let count = [
        "SELECT count(*) FROM (SELECT ",
        columns,
        &groups,
        ") AS schemist_groups",
    ];
    let keys = [
        "SELECT ",
        columns,
        &groups,
        " ORDER BY ",
        columns,
        " LIMIT ",
        KEYS,
    ];
    counted(
        session,
        &sql(dialect, &count),
        Some(&sql(dialect, &keys)),
        format!("values of ({columns}) stand in several rows of table {table}"),
        Verdict::Fails,
    )
    .await
}

/// The condition of rows that point at nothing; `None` where the other table's key is not known.
async fn orphans(
    session: &mut Session,
    table: &str,
    columns: &str,
    to: &str,
    keys: Option<&str>,
) -> Result<Option<String>, StatementError> {
    let keys = match keys {
        Some(keys) => Some(keys.to_owned()),
        None => key_of(session, to).await?,
    };
    let Some(keys) = keys else {
        return Ok(None);
    };
    let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
    let keys: Vec<&str> = keys.split(',').map(str::trim).collect();
    if columns.len() != keys.len() {
        return Ok(None);
    }
    let own = |column: &str| format!("{table}.{column}");
    let mut conditions: Vec<String> = columns
        .iter()
        .map(|column| format!("{} IS NOT NULL", own(column)))
        .collect();
    let pairs: Vec<String> = columns
        .iter()
        .zip(&keys)
        .map(|(column, key)| format!("schemist_parent.{key} = {}", own(column)))
        .collect();
    conditions.push(format!(
        "NOT EXISTS (SELECT 1 FROM {to} AS schemist_parent WHERE {})",
        pairs.join(" AND ")
    ));
    Ok(Some(conditions.join(" AND ")))
}

/// Whether rows of a table are kept by another server, which is neither asked nor waited for: it is a foreign
/// table, or one of its partitions or children is.
async fn has_rows_elsewhere(session: &mut Session, table: &str) -> Result<bool, StatementError> {
    match session.dialect() {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return Ok(false),
    }
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("WITH RECURSIVE member AS (SELECT to_regclass(")
        .literal(table)
        .keyword(
            ")::oid AS oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i \
             JOIN member ON member.oid = i.inhparent) \
             SELECT 1 FROM pg_catalog.pg_class c JOIN member USING (oid) WHERE c.relkind = 'f' LIMIT 1",
        );
    let found = rows(session, script.as_str()).await?;
    Ok(found.is_some_and(|rows| !rows.is_empty()))
}

/// The columns of a table's primary key, as they are written.
async fn key_of(session: &mut Session, table: &str) -> Result<Option<String>, StatementError> {
    let dialect = session.dialect();
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => script
            .keyword("SELECT quote_ident(a.attname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid = to_regclass(")
            .literal(table)
            .keyword(") ORDER BY array_position(i.indkey::smallint[], a.attnum)"),
        Dialect::Sqlite => script
            .keyword("SELECT '\"' || name || '\"' FROM pragma_table_info(")
            .literal(&unquoted(table))
            .keyword(") WHERE pk > 0 ORDER BY pk"),
        Dialect::Mysql => script
            .keyword("SELECT concat('`', column_name, '`') FROM information_schema.key_column_usage WHERE constraint_name = 'PRIMARY' AND table_schema = database() AND table_name = ")
            .literal(&unquoted(table))
            .keyword(" ORDER BY ordinal_position"),
    };
    let found = rows(session, script.as_str()).await?.unwrap_or_default();
    let columns: Vec<&str> = found.iter().map(|row| row.text(0)).collect();
    Ok((!columns.is_empty()).then(|| columns.join(", ")))
}

fn unquoted(name: &str) -> String {
    name.trim_matches(['"', '`']).to_owned()
}

/// The values that cannot be made ones of another type (PostgreSQL).
async fn casts(
    session: &mut Session,
    table: &str,
    column: &str,
    expression: &str,
) -> Result<Option<Finding>, StatementError> {
    let all = sql(
        Dialect::Postgres,
        &["SELECT count((", expression, ")) FROM ", table],
    );
    let refused = match session.query(&all).await {
        Ok(_) => return Ok(None),
        Err(error) if error.is_connection_lost() => return Err(error),
        Err(error) if !error.is_about_data() => return Ok(None),
        Err(error) => error,
    };
    let found = failing_values(session, table, column, expression).await?;
    let mut count = 1;
    let mut keys = Vec::new();
    if let Some(row) = found.first() {
        count = row.text(0).parse().unwrap_or(1).max(1);
        keys = row.text(1).lines().map(str::to_owned).collect();
    }
    Ok(Some(Finding {
        line: 0,
        verdict: Verdict::Fails,
        what: format!(
            "values of {column} in table {table} cannot be converted: {}",
            refused.message
        ),
        count,
        keys,
    }))
}

/// Tries the rows one by one, by a function that is gone with its transaction.
async fn failing_values(
    session: &mut Session,
    table: &str,
    column: &str,
    expression: &str,
) -> Result<Vec<Row>, StatementError> {
    let body = format!(
        "BEGIN PERFORM ({expression}) FROM {table} WHERE ctid = schemist_row; RETURN false; \
         EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN RETURN true; END"
    );
    let mut function = Script::new(Dialect::Postgres);
    function
        .keyword("CREATE FUNCTION pg_temp.schemist_fails(schemist_row tid) RETURNS boolean LANGUAGE plpgsql AS ")
        .literal(&body);
    let asked = [
        "SELECT count(*), array_to_string((array_agg(DISTINCT value))[1:",
        KEYS,
        "], E'\\n') FROM (SELECT ",
        column,
        "::text AS value, ctid AS place FROM ",
        table,
        " WHERE ",
        column,
        " IS NOT NULL LIMIT ",
        TRIED,
        ") AS tried WHERE pg_temp.schemist_fails(place)",
    ];
    let asked = sql(Dialect::Postgres, &asked);
    let mut found = Vec::new();
    // The session may be one that only looks; the function is gone with the transaction.
    if session.execute("BEGIN READ WRITE").await.is_ok() {
        if session.execute(function.as_str()).await.is_ok() {
            found = session.query(&asked).await.unwrap_or_default();
        }
        session.execute("ROLLBACK").await?;
    }
    Ok(found)
}
