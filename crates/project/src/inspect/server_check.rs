//! What the server and the user bring along: versions, rights, time zones.

use schemist_connect::{Flavour, ServerVersion, Session};
use schemist_sql::{Dialect, Ident, Script};

use crate::project::Entry;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It may hurt later, or keeps a command from working.
    Warning,
}

/// Something about the server or the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What was looked at.
    pub subject: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to run or set, where something is missing.
    pub action: Option<String>,
}

impl Remark {
    fn good(subject: &'static str, says: impl Into<String>) -> Self {
        Self {
            subject,
            verdict: Verdict::Good,
            says: says.into(),
            action: None,
        }
    }

    fn warning(subject: &'static str, says: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            subject,
            verdict: Verdict::Warning,
            says: says.into(),
            action: Some(action.into()),
        }
    }
}

/// Looks at the server, and at what the user of the session may do.
pub(crate) async fn look(entry: &Entry, session: &mut Session) -> Vec<Remark> {
    let mut remarks = vec![version(session.version())];
    match session.dialect() {
        Dialect::Postgres => postgres(entry, session, &mut remarks).await,
        Dialect::Mysql => mysql(session, &mut remarks).await,
        Dialect::Sqlite => sqlite(entry, session, &mut remarks).await,
    }
    remarks
}

/// The oldest releases that are tested.
fn version(version: &ServerVersion) -> Remark {
    let oldest = match (version.dialect, version.flavour) {
        (Dialect::Postgres, _) => (13, "PostgreSQL 13"),
        (Dialect::Mysql, Flavour::MariaDb) => (1006, "MariaDB 10.6"),
        (Dialect::Mysql, Flavour::Namesake) => (800, "MySQL 8.0"),
        (Dialect::Sqlite, _) => (3, "SQLite 3"),
    };
    if version.major < oldest.0 {
        return Remark::warning(
            "version",
            format!(
                "{version} is older than {}, the oldest that is tested",
                oldest.1
            ),
            "upgrade the server",
        );
    }
    Remark::good("version", version.to_string())
}

/// The first row of an answer; empty where the server refuses the question.
async fn ask(session: &mut Session, sql: &str) -> Vec<String> {
    let rows = session.query(sql).await.unwrap_or_default();
    let first = rows.into_iter().next();
    first.map_or_else(Vec::new, |row| {
        let values = row.into_values().into_iter();
        values.map(Option::unwrap_or_default).collect()
    })
}

/// A statement with a name in it, or two.
fn statement(first: &'static str, name: &str, second: &'static str, other: &str) -> String {
    let mut script = Script::new(Dialect::Postgres);
    script.keyword(first).ident(&Ident::from_server(name));
    script.keyword(second);
    if !other.is_empty() {
        script.ident(&Ident::from_server(other));
    }
    script.keyword(";");
    script.into_text()
}

async fn postgres(entry: &Entry, session: &mut Session, remarks: &mut Vec<Remark>) {
    let schema = session
        .default_schema()
        .map_or("public", |schema| schema.as_str())
        .to_owned();
    let mut asked = Script::new(Dialect::Postgres);
    asked
        .keyword("SELECT current_user, current_database(), ")
        .literal(&schema)
        .keyword(", (SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
            (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = ")
        .literal(&schema)
        .keyword("), has_database_privilege(current_database(), 'CREATE'), has_table_privilege('pg_catalog.pg_database', 'SELECT'),
            pg_has_role('pg_read_all_stats', 'USAGE'), pg_catalog.getdatabaseencoding(), pg_is_in_recovery(),
            coalesce((SELECT setting FROM pg_catalog.pg_settings WHERE name = 'max_locks_per_transaction'), '')");
    let found = ask(session, asked.as_str()).await;
    let [
        user,
        database,
        schema,
        createdb,
        schema_create,
        database_create,
        reads_databases,
        reads_stats,
        encoding,
        standby,
        locks,
    ] = &found[..]
    else {
        remarks.push(Remark::warning(
            "rights",
            "the server does not tell what this user may do",
            "GRANT SELECT ON pg_database TO <user>;",
        ));
        return;
    };
    let is = |text: &str| text == "t";
    remarks.push(match (schema_create.as_str(), is(schema_create)) {
        ("", _) => Remark::warning(
            "schema",
            format!("schema {schema} is not there, and revisions are applied in it"),
            statement("CREATE SCHEMA ", schema, " AUTHORIZATION ", user),
        ),
        (_, true) => Remark::good("schema", format!("{user} may create in schema {schema}")),
        (_, false) => Remark::warning(
            "schema",
            format!("{user} may not create in schema {schema}: enough to look, not to upgrade"),
            statement("GRANT CREATE ON SCHEMA ", schema, " TO ", user),
        ),
    });
    if !is(database_create) {
        remarks.push(Remark::warning(
            "database",
            format!("{user} may not create schemas or extensions in {database}"),
            statement("GRANT CREATE ON DATABASE ", database, " TO ", user),
        ));
    }
    remarks.push(if is(createdb) {
        Remark::good("scratch", format!("{user} may create scratch databases"))
    } else {
        let needs_none = entry.settings.scratch.is_some() || !entry.settings.scratch_url.is_empty();
        if needs_none {
            Remark::good(
                "scratch",
                "scratch databases are made elsewhere, as the settings say",
            )
        } else {
            Remark::warning(
                "scratch",
                format!(
                    "{user} may not create scratch databases, which `revision` and `check` need"
                ),
                format!(
                    "{} or set scratch = \"local\" or scratch_url in schemist.toml",
                    statement("ALTER ROLE ", user, " CREATEDB", "")
                ),
            )
        }
    });
    remarks.push(if is(reads_databases) {
        Remark::good("databases", format!("{user} may list the databases"))
    } else {
        Remark::warning(
            "databases",
            format!("{user} may not list the databases, so that missing ones are found by trying"),
            statement("GRANT SELECT ON pg_database TO ", user, "", ""),
        )
    });
    if !is(reads_stats) {
        remarks.push(Remark::warning(
            "sessions",
            format!("{user} does not see what other users' sessions do"),
            statement("GRANT pg_read_all_stats TO ", user, "", ""),
        ));
    }
    remarks.push(if encoding == "UTF8" {
        Remark::good("encoding", "UTF8")
    } else {
        Remark::warning(
            "encoding",
            format!("the database's encoding is {encoding}: text outside of it fails"),
            "make the database anew with ENCODING 'UTF8'",
        )
    });
    if is(standby) {
        remarks.push(Remark::warning(
            "standby",
            "this server is a standby: nothing can be changed on it",
            "connect to its primary",
        ));
    }
    remarks.push(Remark::good(
        "locks",
        format!("max_locks_per_transaction is {locks}"),
    ));
    let asked =
        "SELECT coalesce(reset_val, setting) FROM pg_catalog.pg_settings WHERE name = 'TimeZone'";
    let zone = ask(session, asked).await.join("");
    remarks.push(time_zone(&zone));
}

/// Our own sessions are in UTC, so that a literal in a revision may mean another moment by hand.
fn time_zone(zone: &str) -> Remark {
    let is_utc = ["UTC", "Etc/UTC", "GMT", "+00:00", "Universal", "Zulu"].contains(&zone);
    if is_utc {
        return Remark::good("time zone", zone);
    }
    Remark::good(
        "time zone",
        format!("{zone}; our sessions are in UTC whatever it is, other programs' are not"),
    )
}

async fn mysql(session: &mut Session, remarks: &mut Vec<Remark>) {
    let user = ask(session, "SELECT current_user(), database()").await;
    let (user, database) = match &user[..] {
        [user, database] => (user.clone(), database.clone()),
        _ => (String::new(), String::new()),
    };
    let grants = session.query("SHOW GRANTS").await.unwrap_or_default();
    let grants: Vec<String> = grants
        .iter()
        .map(|row| row.text(0).to_uppercase())
        .collect();
    let may = |right: &str, place: &str| {
        grants.iter().any(|grant| {
            let fits = grant.contains("ON *.*")
                || grant.contains(&format!("ON `{}`.*", place.to_uppercase()));
            let (rights, _) = grant.split_once(" ON ").unwrap_or((grant, ""));
            fits && (rights.contains("ALL PRIVILEGES")
                || rights
                    .trim_start_matches("GRANT ")
                    .split(',')
                    .any(|own| own.trim() == right))
        })
    };
    for (right, what) in [
        ("CREATE", "make tables"),
        ("ALTER", "change tables"),
        ("DROP", "drop tables"),
        ("INDEX", "make indexes"),
        ("REFERENCES", "make foreign keys"),
    ] {
        if !may(right, &database) {
            remarks.push(Remark::warning(
                "rights",
                format!("{user} may not {what} in {database}: enough to look, not to upgrade"),
                grant(right, Some(&database), &user),
            ));
        }
    }
    for (right, what) in [
        ("PROCESS", "see what other users' sessions do"),
        ("SHOW DATABASES", "list the databases"),
    ] {
        if may(right, "*") {
            remarks.push(Remark::good("rights", format!("{user} may {what}")));
        } else {
            remarks.push(Remark::warning(
                "rights",
                format!("{user} may not {what}"),
                grant(right, None, &user),
            ));
        }
    }
    let asked = "SELECT @@global.time_zone, @@system_time_zone, @@global.sql_mode, @@lower_case_table_names, @@read_only";
    let found = ask(session, asked).await;
    let [zone, system, mode, case, read_only] = &found[..] else {
        return;
    };
    let zone = if zone == "SYSTEM" { system } else { zone };
    remarks.push(time_zone(zone));
    remarks.push(if mode.contains("STRICT_") {
        Remark::good("sql_mode", "strict")
    } else {
        Remark::warning(
            "sql_mode",
            "the server is not strict: other programs' values are cut to fit; our sessions are strict",
            "SET GLOBAL sql_mode = concat(@@sql_mode, ',STRICT_TRANS_TABLES');",
        )
    });
    remarks.push(Remark::good(
        "names",
        format!("lower_case_table_names is {case}"),
    ));
    if read_only == "1" {
        remarks.push(Remark::warning(
            "read_only",
            "the server is read-only: nothing can be changed on it",
            "connect to its primary",
        ));
    }
}

/// A statement that gives an account such as `me@%` a right, on a database or everywhere.
fn grant(right: &'static str, database: Option<&str>, current_user: &str) -> String {
    let (name, host) = current_user.rsplit_once('@').unwrap_or((current_user, "%"));
    let mut script = Script::new(Dialect::Mysql);
    script.keyword("GRANT ").keyword(right).keyword(" ON ");
    match database {
        Some(database) => script.ident(&Ident::from_server(database)).keyword(".*"),
        None => script.keyword("*.*"),
    };
    script
        .keyword(" TO ")
        .literal(name)
        .keyword("@")
        .literal(host);
    script.keyword(";");
    script.into_text()
}

async fn sqlite(entry: &Entry, session: &mut Session, remarks: &mut Vec<Remark>) {
    let mode = ask(session, "PRAGMA journal_mode").await.join("");
    remarks.push(match mode.as_str() {
        "wal" => Remark::good("journal", "wal: readers and one writer at a time"),
        other => Remark::good(
            "journal",
            format!(
                "{other}: a writer waits for readers; `PRAGMA journal_mode = wal` lets both work"
            ),
        ),
    });
    let encoding = ask(session, "PRAGMA encoding").await.join("");
    remarks.push(Remark::good("encoding", encoding));
    let url = entry.url();
    let path = url.as_ref().ok().and_then(|url| url.sqlite_path());
    let is_read_only = path
        .and_then(|path| std::fs::metadata(path).ok())
        .is_some_and(|file| file.permissions().readonly());
    remarks.push(if is_read_only {
        Remark::warning(
            "file",
            "the file may not be written to: enough to look, not to upgrade",
            "chmod u+w on the file",
        )
    } else {
        Remark::good("file", "may be written to")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_that_nobody_tests_are_warned_of() {
        let said = |dialect, flavour, full: &str, major| {
            let version = version(&ServerVersion {
                dialect,
                flavour,
                full: full.to_owned(),
                major,
            });
            (version.verdict, version.says)
        };
        let own = Flavour::Namesake;
        let good = |says: &str| (Verdict::Good, says.to_owned());
        let old = |says: &str| (Verdict::Warning, says.to_owned());
        assert_eq!(
            said(Dialect::Postgres, own, "13.23", 13),
            good("PostgreSQL 13.23")
        );
        assert_eq!(
            said(Dialect::Postgres, own, "12.9", 12),
            old("PostgreSQL 12.9 is older than PostgreSQL 13, the oldest that is tested")
        );
        assert_eq!(
            said(Dialect::Mysql, Flavour::MariaDb, "10.5.8", 1005),
            old("MariaDB 10.5.8 is older than MariaDB 10.6, the oldest that is tested")
        );
        assert_eq!(
            said(Dialect::Mysql, own, "5.7.44", 507),
            old("MySQL 5.7.44 is older than MySQL 8.0, the oldest that is tested")
        );
    }
}
