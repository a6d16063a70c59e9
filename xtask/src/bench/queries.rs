//! The queries by which the tool reads a catalog, for `psql`: what no tool that asks them can be faster than.

use std::fs;

use super::ground::{Postgres, cannot_write};

/// Queries that are asked only where the settings want it.
const LEFT_OUT: &str = "owner.sql";

/// All queries as one script, for the schemas of a database.
///
/// # Errors
/// Where the server or a file cannot be read.
pub fn script(postgres: &Postgres, database: &str) -> Result<String, String> {
    let schemas = "SELECT string_agg(oid::text, ',') FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";
    of_schemas(postgres, &postgres.ask(database, schemas)?)
}

/// The same for these schemas, by their numbers.
///
/// # Errors
/// Where a file cannot be read.
pub fn of_schemas(postgres: &Postgres, numbers: &str) -> Result<String, String> {
    let major = postgres.version.split(['.', ' ']).next();
    let major = major.and_then(|major| major.parse().ok()).unwrap_or(0);
    let folder = crate::root().join("crates/introspect/src/postgres");
    let entries = fs::read_dir(folder).map_err(cannot_write)?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let schemas = format!("'{{{numbers}}}'::pg_catalog.oid[]");
    let mut script = "SET search_path = public;\nBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET LOCAL jit = off;\n".to_owned();
    for path in paths {
        let is_query = path.extension().is_some_and(|ending| ending == "sql");
        if !is_query || path.ends_with(LEFT_OUT) {
            continue;
        }
        let sql = fs::read_to_string(&path).map_err(cannot_write)?;
        script.push_str(&for_version(&sql, major).replace("$1", &schemas));
        script.push_str("\n;\n");
    }
    script.push_str("ROLLBACK;\n");
    Ok(script)
}

/// The lines that a version is asked; see the reader of the queries in `introspect`.
fn for_version(sql: &str, major: u32) -> String {
    let is_for = |line: &&str| {
        let Some((_, note)) = line.rsplit_once("-- ") else {
            return true;
        };
        let words: Vec<&str> = note.split_whitespace().collect();
        let mut bounds = words.chunks(2).map(|pair| match pair {
            ["from", first] => first.parse().ok().map(|first: u32| major >= first),
            ["before", end] => end.parse().ok().map(|end: u32| major < end),
            _ => None,
        });
        bounds.all(|holds| holds != Some(false))
    };
    let lines: Vec<&str> = sql.lines().filter(is_for).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_for_versions() {
        let sql = "SELECT a, -- the first\n    b -- from 15\n    c -- before 15";
        assert_eq!(
            for_version(sql, 15),
            "SELECT a, -- the first\n    b -- from 15"
        );
        assert_eq!(
            for_version(sql, 14),
            "SELECT a, -- the first\n    c -- before 15"
        );
    }
}
