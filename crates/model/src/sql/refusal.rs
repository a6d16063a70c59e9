//! What a declaration may not do, by the first words of a statement.
//!
//! A declaration runs in a scratch database, often on the server of the live one: whatever reaches
//! beyond that database is refused before anything runs.

use schemist_sql::{Dialect, TokenKind};

use crate::sql::Words;

/// Why statements about rows do not count.
pub const ROWS: &str = "rows are no part of a schema";

/// What becomes of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The server gets it.
    Run,
    /// It changes nothing that is declared.
    PassOver(&'static str),
    /// It must not run.
    Refuse {
        /// Why.
        reason: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
}

impl Verdict {
    const OUTSIDE: Self = Self::Refuse {
        reason: "it reaches outside of the database that is declared",
        remedy: "remove it: databases, roles and servers are set up by those who run them",
    };
    const ROWS: Self = Self::PassOver(ROWS);
    const COPY: Self = Self::Refuse {
        reason: "a declaration holds no rows, and neither reads nor writes files",
        remedy: "remove it; a dump is made without rows by `pg_dump --schema-only`",
    };
    const CLIENT: Self = Self::Refuse {
        reason: "it is a command for another program",
        remedy: "remove it; another file is read where `models` names it",
    };
    const CONNECTS: Self = Self::Refuse {
        reason: "it connects to another server",
        remedy: "write `WITH (connect = false)`, as `pg_dump` does",
    };
    const TRANSACTION: Self = Self::PassOver("transactions are ours to begin and to end");
    const UPKEEP: Self = Self::PassOver("it changes rows' storage, and nothing that is declared");
    const SETTING: Self = Self::PassOver("a setting of the connection is no part of the schema");
    const COUNTER: Self = Self::PassOver("how far a sequence has counted is no part of the schema");
}

/// Judges a line for a client, such as `\connect` of `psql`.
pub(crate) fn judge_command(line: &str) -> Verdict {
    const HARMLESS: [&str; 19] = [
        "\\restrict",
        "\\unrestrict",
        "\\.",
        "\\echo",
        "\\qecho",
        "\\warn",
        "\\set",
        "\\unset",
        "\\pset",
        "\\timing",
        "\\encoding",
        ".print",
        ".echo",
        ".headers",
        ".mode",
        ".timer",
        ".bail",
        ".width",
        ".changes",
    ];
    let word = line.split_whitespace().next().unwrap_or_default();
    if HARMLESS.contains(&word) {
        return Verdict::PassOver("it says something to another program only");
    }
    Verdict::CLIENT
}

/// Judges a statement.
pub(crate) fn judge(dialect: Dialect, words: &Words<'_>) -> Verdict {
    let own = match dialect {
        Dialect::Postgres => judge_postgres(words),
        Dialect::Sqlite => judge_sqlite(words),
        Dialect::Mysql => judge_mysql(words),
    };
    if own != Verdict::Run {
        return own;
    }
    if begins(words, &["COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]) {
        return Verdict::TRANSACTION;
    }
    if begins(
        words,
        &["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE"],
    ) {
        return Verdict::ROWS;
    }
    if words.is(0, "WITH")
        && words
            .find(1, &["INSERT", "UPDATE", "DELETE", "MERGE"])
            .is_some()
    {
        return Verdict::ROWS;
    }
    Verdict::Run
}

/// Whether the statement begins with one of those phrases.
fn begins(words: &Words<'_>, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| words.are(0, phrase))
}

fn judge_postgres(words: &Words<'_>) -> Verdict {
    if is_of_cluster(words) || is_grant_outside(words) {
        return Verdict::OUTSIDE;
    }
    let outside = [
        "ALTER SYSTEM",
        "DROP OWNED",
        "REASSIGN OWNED",
        "LOAD",
        "IMPORT FOREIGN SCHEMA",
    ];
    if begins(words, &outside) {
        return Verdict::OUTSIDE;
    }
    if words.are(0, "CREATE SUBSCRIPTION")
        && !words.phrase(0, words.len()).contains("connect = false")
    {
        return Verdict::CONNECTS;
    }
    if words.is_any(0, &["ALTER", "DROP"]) && words.is(1, "SUBSCRIPTION") {
        // As every dump says whose it is.
        let is_owner = words.is(0, "ALTER") && words.is(3, "OWNER");
        return if is_owner {
            Verdict::Run
        } else {
            Verdict::OUTSIDE
        };
    }
    if words.is(0, "COPY") {
        return Verdict::COPY;
    }
    if begins(
        words,
        &[
            "PREPARE TRANSACTION",
            "COMMIT PREPARED",
            "ROLLBACK PREPARED",
        ],
    ) {
        return Verdict::OUTSIDE;
    }
    if begins(
        words,
        &[
            "BEGIN",
            "START TRANSACTION",
            "END",
            "ABORT",
            "SET TRANSACTION",
        ],
    ) {
        return Verdict::TRANSACTION;
    }
    let upkeep = [
        "VACUUM",
        "ANALYZE",
        "ANALYSE",
        "REINDEX",
        "CHECKPOINT",
        "LOCK",
        "LISTEN",
        "NOTIFY",
    ];
    if begins(words, &upkeep) || begins(words, &["UNLISTEN", "REFRESH MATERIALIZED VIEW"]) {
        return Verdict::UPKEEP;
    }
    if begins(words, &["DISCARD"]) {
        return Verdict::SETTING;
    }
    let after = if words.are(0, "SELECT PG_CATALOG") {
        3
    } else {
        1
    };
    if words.is(0, "SELECT") && words.is(after, "SETVAL") && words.is_punct(after + 1, '(') {
        return Verdict::COUNTER;
    }
    Verdict::Run
}

/// Whether a statement is about what all databases of a server share.
fn is_of_cluster(words: &Words<'_>) -> bool {
    const SHARED: [&str; 6] = [
        "DATABASE",
        "ROLE",
        "USER",
        "GROUP",
        "TABLESPACE",
        "PARAMETER",
    ];
    let at = if words.is_any(0, &["CREATE", "ALTER", "DROP"]) {
        Some(1)
    } else if words.are(0, "COMMENT ON") {
        Some(2)
    } else if words.are(0, "SECURITY LABEL") {
        words.find(2, &["ON"]).map(|on| on + 1)
    } else {
        None
    };
    at.is_some_and(|at| words.is_any(at, &SHARED) && !words.are(at, "USER MAPPING"))
}

/// Whether a grant is one of roles, or of rights on what all databases share.
fn is_grant_outside(words: &Words<'_>) -> bool {
    if !words.is_any(0, &["GRANT", "REVOKE"]) {
        return false;
    }
    let Some(at) = words.find(1, &["ON", "TO", "FROM"]) else {
        return false;
    };
    !words.is(at, "ON") || words.is_any(at + 1, &["DATABASE", "TABLESPACE", "PARAMETER"])
}

fn judge_sqlite(words: &Words<'_>) -> Verdict {
    const EXTENSION: &str = "load_extension";
    let is_call = |at: usize| {
        let name = words.text(at).trim_matches(['"', '`', '[', ']']);
        name.eq_ignore_ascii_case(EXTENSION) && words.is_punct(at + 1, '(')
    };
    let calls_extension = words.has_letters(EXTENSION) && (0..words.len()).any(is_call);
    if calls_extension || begins(words, &["ATTACH", "DETACH"]) {
        return Verdict::OUTSIDE;
    }
    if words.is(0, "VACUUM") && words.find(1, &["INTO"]).is_some() {
        return Verdict::OUTSIDE;
    }
    if words.is(0, "PRAGMA") {
        let name = if words.is_punct(2, '.') { 3 } else { 1 };
        return if words.is(name, "WRITABLE_SCHEMA") {
            Verdict::OUTSIDE
        } else {
            Verdict::SETTING
        };
    }
    // A dump sets the counters of its AUTOINCREMENT tables, and its statistics, by hand.
    if words.is_any(0, &["INSERT", "DELETE"])
        && let Some(at) = words.find(1, &["INTO", "FROM"])
    {
        let table = words.text(at + 1).trim_matches('"').to_lowercase();
        if table == "sqlite_sequence" || table.starts_with("sqlite_stat") {
            return Verdict::COUNTER;
        }
    }
    if begins(words, &["BEGIN", "END"]) {
        return Verdict::TRANSACTION;
    }
    if begins(words, &["VACUUM", "ANALYZE", "REINDEX"]) {
        return Verdict::UPKEEP;
    }
    Verdict::Run
}

fn judge_mysql(words: &Words<'_>) -> Verdict {
    const SHARED: [&str; 8] = [
        "DATABASE",
        "SCHEMA",
        "USER",
        "ROLE",
        "TABLESPACE",
        "SERVER",
        "INSTANCE",
        "LOGFILE",
    ];
    const OUTSIDE: [&str; 18] = [
        "USE",
        "GRANT",
        "REVOKE",
        "LOAD",
        "INSTALL",
        "UNINSTALL",
        "SET GLOBAL",
        "SET PERSIST",
        "SET PASSWORD",
        "SET ROLE",
        "RENAME USER",
        "FLUSH",
        "RESET",
        "SHUTDOWN",
        "KILL",
        "CHANGE",
        "PURGE",
        "IMPORT TABLE",
    ];
    let shared = words.is_any(0, &["CREATE", "ALTER", "DROP"])
        && (words.is_any(1, &SHARED) || words.are(1, "OR REPLACE") && words.is_any(3, &SHARED));
    let writes_file = words.find(0, &["OUTFILE", "DUMPFILE"]).is_some();
    let replicates = words.is_any(0, &["START", "STOP"]) && !words.are(0, "START TRANSACTION");
    let sets_global = words.is(0, "SET")
        && (0..words.len()).any(|at| {
            words.kind(at) == Some(TokenKind::Parameter)
                && words.text(at).to_lowercase().starts_with("@@global")
        });
    if shared || writes_file || replicates || sets_global || begins(words, &OUTSIDE) {
        return Verdict::OUTSIDE;
    }
    if begins(words, &["BEGIN", "START TRANSACTION", "SET AUTOCOMMIT"]) {
        return Verdict::TRANSACTION;
    }
    if begins(
        words,
        &[
            "LOCK",
            "UNLOCK",
            "ANALYZE",
            "OPTIMIZE",
            "REPAIR",
            "CHECK TABLE",
        ],
    ) {
        return Verdict::UPKEEP;
    }
    Verdict::Run
}
