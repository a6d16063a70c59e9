//! What the table says of locks, scans and rewrites, against a server.

use std::collections::BTreeMap;

use schemist_catalog::hazard::{Example, GROUND, Work, hazard_rules};
use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_sql::{Dialect, LockMode, statements};
use schemist_testkit::Database;

/// The tables of the ground, with how often they were read in this transaction.
const TABLES: &str = "SELECT c.relname, c.relfilenode, pg_stat_get_xact_numscans(c.oid)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')";

const LOCKS: &str = "SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'";

/// What is seen of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    file: String,
    scans: u64,
}

#[tokio::test]
async fn locks_scans_and_rewrites_are_those_of_the_server() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(GROUND);
    let url = DatabaseUrl::parse(database.url()).unwrap();
    let mut session = Session::connect(&url, &Pins::default(), Access::Write)
        .await
        .unwrap();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for rule in hazard_rules() {
        for example in rule.examples.iter().filter(|example| example.is_tried) {
            tried += 1;
            if let Err(why) = hold(&mut session, example).await {
                wrong.push(format!("{}: {}\n  {why}", rule.code, example.sql));
            }
            session.execute("ROLLBACK").await.unwrap();
        }
    }
    assert!(tried > 60, "only {tried} statements were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn hold(session: &mut Session, example: &Example) -> Result<(), String> {
    session.execute("BEGIN").await.unwrap();
    let before = tables(session).await;
    for statement in statements(Dialect::Postgres, example.sql).unwrap() {
        let sql = statement.text(example.sql);
        let done = session.execute(sql).await;
        done.map_err(|error| format!("the server refuses it: {error}"))?;
    }
    let after = tables(session).await;
    let mut locks = BTreeMap::new();
    for row in session.query(LOCKS).await.unwrap() {
        let mode = LockMode::from_server(row.text(1)).unwrap();
        if before.contains_key(row.text(0)) && mode >= LockMode::ShareUpdateExclusive {
            let held = locks.entry(row.text(0).to_owned()).or_insert(mode);
            *held = mode.max(*held);
        }
    }
    // What is dropped is in the server's list no more, but its lock is held.
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    for name in gone {
        locks.insert(name.clone(), LockMode::AccessExclusive);
    }
    let said = example.locks.iter();
    let said: BTreeMap<_, _> = said
        .map(|(name, mode)| ((*name).to_owned(), *mode))
        .collect();
    if locks != said {
        return Err(format!("it locks {locks:?}, and the table says {said:?}"));
    }
    let both = || {
        let both = before.iter();
        both.filter_map(|(name, before)| after.get(name).map(|after| (before, after)))
    };
    let is_rewritten = both().any(|(before, after)| before.file != after.file);
    let is_scanned = both().any(|(before, after)| before.scans < after.scans);
    let fits = match example.work {
        Work::None => !is_rewritten && !is_scanned,
        Work::Scans | Work::Builds => !is_rewritten && is_scanned,
        Work::Rewrites => is_rewritten,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "scanned: {is_scanned}, written anew: {is_rewritten}; the table says: {}",
        example.work.word()
    ))
}

async fn tables(session: &mut Session) -> BTreeMap<String, Seen> {
    let rows = session.query(TABLES).await.unwrap();
    let seen = rows.iter().map(|row| {
        let seen = Seen {
            file: row.text(1).to_owned(),
            scans: row.text(2).parse().unwrap_or_default(),
        };
        (row.text(0).to_owned(), seen)
    });
    seen.collect()
}
