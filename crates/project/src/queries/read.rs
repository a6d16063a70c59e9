//! Reading queries: from sqlx's data, and from files of SQL.

use std::fs;
use std::path::Path;

use schemist_sql::{Dialect, line_column, statements};
use serde::Deserialize;

use super::at_ref;
use crate::error::ProjectError;
use crate::folder::{read_text, shown};
use crate::project::Entry;
use crate::report::SourceLine;

/// A column of what a query gave when its data was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its name, as the query spells it.
    pub name: String,
    /// Whether it was known to be never NULL.
    pub is_required: bool,
}

/// A statement of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The file; that of a git ref has the ref before it.
    pub place: SourceLine,
    /// The statement.
    pub sql: String,
    /// The dialect that it is written for, where that is known.
    pub dialect: Option<Dialect>,
    /// What it gave when its data was written.
    pub recorded: Vec<Recorded>,
}

/// What a file of sqlx's data says.
#[derive(Deserialize)]
struct Prepared {
    db_name: String,
    query: String,
    #[serde(default)]
    describe: Option<Describe>,
}

#[derive(Deserialize)]
struct Describe {
    #[serde(default)]
    columns: Vec<DescribedColumn>,
    #[serde(default)]
    nullable: Vec<Option<bool>>,
}

#[derive(Deserialize)]
struct DescribedColumn {
    name: String,
}

/// The queries that the settings name, for one dialect: as they are, or as they were at a git ref.
///
/// # Errors
/// Every file that cannot be read, and what git refuses.
pub fn queries(
    entry: &Entry,
    dialect: Dialect,
    at: Option<&str>,
) -> Result<Vec<Query>, ProjectError> {
    if at.is_some() && entry.settings.queries.is_empty() {
        return Err(ProjectError::refused(
            "find the queries of the deployed code: the settings name none",
            "write `queries = [\".sqlx\"]` into schemist.toml",
        ));
    }
    let mut found = Vec::new();
    for path in &entry.settings.queries {
        let files = match at {
            Some(place) => {
                let files = at_ref::files(&entry.environment, &entry.root, place, path)?;
                let named = files.into_iter().filter(|(name, _)| is_query(name));
                let named: Vec<_> = named
                    .map(|(name, text)| (format!("{place}:{name}"), text))
                    .collect();
                // Older code may keep them elsewhere; that it has none is worth an error.
                if named.is_empty() {
                    return Err(ProjectError::refused(
                        format!("find queries in {path} at {place}: there are none"),
                        "are they committed? sqlx keeps them in .sqlx: `cargo sqlx prepare`",
                    ));
                }
                named
            }
            None => files(entry, path)?,
        };
        for (name, text) in files {
            found.extend(of_file(&name, &text)?);
        }
    }
    found.retain(|query| query.dialect.is_none_or(|own| own == dialect));
    found.sort_by(|one, other| (&one.place, &one.sql).cmp(&(&other.place, &other.sql)));
    found.dedup();
    Ok(found)
}

/// Whether a file holds queries, by its name.
fn is_query(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".sql") || (name.starts_with("query-") && name.ends_with(".json"))
}

fn files(entry: &Entry, path: &str) -> Result<Vec<(String, String)>, ProjectError> {
    let whole = entry.environment.absolute(Path::new(path));
    let whole = if whole.exists() {
        whole
    } else {
        entry.root.join(path)
    };
    if !whole.exists() {
        return Err(ProjectError::refused(
            format!("find queries in {path}: there is no such file or folder"),
            "correct `queries` in the settings, or make it: `cargo sqlx prepare` writes .sqlx",
        ));
    }
    let mut paths = Vec::new();
    if whole.is_dir() {
        walk(&whole, &entry.root, &mut paths)?;
    } else {
        paths.push(whole);
    }
    let read =
        |path: std::path::PathBuf| Ok((shown(&path, &entry.root), read_text(&path, &entry.root)?));
    paths.into_iter().map(read).collect()
}

fn walk(
    folder: &Path,
    root: &Path,
    paths: &mut Vec<std::path::PathBuf>,
) -> Result<(), ProjectError> {
    let refused = |source| ProjectError::File {
        what: "read",
        path: shown(folder, root),
        source,
    };
    let mut entries = Vec::new();
    for found in fs::read_dir(folder).map_err(refused)? {
        entries.push(found.map_err(refused)?.path());
    }
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, root, paths)?;
        } else if is_query(&path.to_string_lossy().replace('\\', "/")) {
            paths.push(path);
        }
    }
    Ok(())
}

fn of_file(name: &str, text: &str) -> Result<Vec<Query>, ProjectError> {
    if name.ends_with(".json") {
        return Ok(vec![of_data(name, text)?]);
    }
    let dialect = name
        .strip_suffix(".sql")
        .and_then(|stem| stem.rsplit_once('.'))
        .and_then(|(_, word)| word.parse::<Dialect>().ok());
    // Where every dialect is meant, any lexer tells statements apart.
    let lexer = dialect.unwrap_or(Dialect::Postgres);
    let cut = statements(lexer, text).map_err(|error| {
        ProjectError::refused(
            format!("read the queries in {name}: {error}"),
            "correct the file, or leave it out of `queries` in the settings",
        )
    })?;
    let query = |statement: &schemist_sql::Statement| {
        let (line, column) = line_column(text, statement.span.start);
        Query {
            place: SourceLine {
                path: name.to_owned(),
                line,
                column,
            },
            sql: statement.span.slice(text).trim_end_matches(';').to_owned(),
            dialect,
            recorded: Vec::new(),
        }
    };
    Ok(cut.iter().map(query).collect())
}

fn of_data(name: &str, text: &str) -> Result<Query, ProjectError> {
    const REMEDY: &str = "write it anew: `cargo sqlx prepare`";
    let data: Prepared = serde_json::from_str(text).map_err(|error| {
        ProjectError::refused(format!("read the query in {name}: {error}"), REMEDY)
    })?;
    let dialect = match data.db_name.as_str() {
        "PostgreSQL" => Dialect::Postgres,
        "SQLite" => Dialect::Sqlite,
        "MySQL" => Dialect::Mysql,
        other => {
            return Err(ProjectError::refused(
                format!(
                    "read the query in {name}: its db_name is `{other}`, which is none of PostgreSQL, SQLite and MySQL"
                ),
                REMEDY,
            ));
        }
    };
    let line = text
        .lines()
        .position(|line| line.trim_start().starts_with("\"query\""));
    let recorded = data.describe.into_iter().flat_map(|describe| {
        let nullable = describe.nullable.into_iter().chain(std::iter::repeat(None));
        let columns = describe.columns.into_iter().zip(nullable);
        columns.map(|(column, nullable)| Recorded {
            name: column.name,
            is_required: nullable == Some(false),
        })
    });
    Ok(Query {
        place: SourceLine {
            path: name.to_owned(),
            line: line.map_or(1, |line| line + 1),
            column: 1,
        },
        sql: data.query,
        dialect: Some(dialect),
        recorded: recorded.collect(),
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const DATA: &str = r#"{
  "db_name": "PostgreSQL",
  "query": "SELECT id FROM book",
  "describe": {
    "columns": [{"ordinal": 0, "name": "id", "type_info": "Int8"}],
    "parameters": {"Left": []},
    "nullable": [false]
  },
  "hash": "0a"
}"#;

    #[test]
    fn data_of_sqlx_is_a_query_with_its_columns() {
        let read = of_file(".sqlx/query-0a.json", DATA).unwrap();
        let [query] = read.as_slice() else { panic!() };
        assert_eq!(
            (query.place.line, query.sql.as_str()),
            (3, "SELECT id FROM book")
        );
        assert_eq!(query.dialect, Some(Dialect::Postgres));
        assert_eq!(
            query.recorded,
            [Recorded {
                name: "id".into(),
                is_required: true
            }]
        );
    }

    #[test]
    fn a_file_of_sql_is_a_query_for_each_statement() {
        let text = "-- all of them\nSELECT 1;\n\nSELECT ';' ;\n";
        let read = of_file("queries/a.mysql.sql", text).unwrap();
        let lines: Vec<_> = read
            .iter()
            .map(|query| (query.place.line, query.sql.trim()))
            .collect();
        assert_eq!(lines, [(2, "SELECT 1"), (4, "SELECT ';'")]);
        assert_eq!(read[0].dialect, Some(Dialect::Mysql));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_file() {
        let wrong = |text: &str| {
            of_file(".sqlx/query-0a.json", text)
                .unwrap_err()
                .to_string()
        };
        assert_snapshot!(wrong("{"), @"read the query in .sqlx/query-0a.json: EOF while parsing an object at line 1 column 1");
        assert_snapshot!(wrong("{\"db_name\": \"PostgreSQL\"}"), @"read the query in .sqlx/query-0a.json: missing field `query` at line 1 column 25");
        assert_snapshot!(wrong(&DATA.replace("PostgreSQL", "Oracle")), @"read the query in .sqlx/query-0a.json: its db_name is `Oracle`, which is none of PostgreSQL, SQLite and MySQL");
        let open = of_file("a.sql", "SELECT 'x").unwrap_err().to_string();
        assert!(open.starts_with("read the queries in a.sql: "), "{open}");
    }
}
