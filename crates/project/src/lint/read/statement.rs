//! A statement by its first words.

use schemist_sql::Dialect;

use super::cursor::Cursor;
use super::unknown::is_known;
use super::{alter, create};
use crate::lint::act::{Act, Action, Manner, Name, Reach};

/// What a statement does; `None` where nobody can read it.
pub fn read(dialect: Dialect, sql: &str) -> Option<Act> {
    let mut cursor = Cursor::new(dialect, sql);
    let Some(first) = cursor.peek() else {
        return Some(Act::Harmless);
    };
    let word = first.text.to_ascii_uppercase();
    let found = match word.as_str() {
        "CREATE" => create::create(&mut cursor),
        "ALTER" => alter::alter(&mut cursor),
        "DROP" => drop(&mut cursor),
        "RENAME" => rename(&mut cursor),
        "TRUNCATE" => truncate(&mut cursor),
        "REINDEX" => reindex(&mut cursor),
        "REFRESH" => refresh(&mut cursor),
        "CLUSTER" => {
            cursor.next();
            cursor.take("VERBOSE");
            Some(Act::WriteAnew(cursor.name().map(Name::new)))
        }
        "VACUUM" => Some(vacuum(&mut cursor)),
        "LOCK" => lock(&mut cursor),
        "UPDATE" | "DELETE" => change_rows(&mut cursor),
        "INSERT" | "REPLACE" | "MERGE" | "COPY" | "LOAD" => Some(Act::Write),
        "WITH" => Some(with(&cursor)),
        "BEGIN" | "START" => Some(Act::Begin),
        "COMMIT" | "END" => Some(Act::Commit),
        "ROLLBACK" if !cursor.sees("ROLLBACK TO") => Some(Act::Rollback),
        "ABORT" => Some(Act::Rollback),
        "SET" => Some(set(&mut cursor)),
        "PRAGMA" => Some(pragma(&mut cursor)),
        "GRANT" => Some(Act::Grant),
        "REVOKE" => Some(Act::Revoke),
        "DO" | "CALL" | "EXECUTE" | "PREPARE" => Some(Act::Dynamic),
        "SELECT" | "VALUES" | "TABLE" | "EXPLAIN" | "SHOW" | "ANALYZE" | "ANALYSE" | "COMMENT"
        | "RESET" | "DISCARD" | "SAVEPOINT" | "RELEASE" | "ROLLBACK" | "NOTIFY" | "LISTEN"
        | "UNLISTEN" | "USE" | "DELIMITER" | "UNLOCK" | "FLUSH" | "OPTIMIZE" | "SECURITY"
        | "CHECKPOINT" | "DECLARE" | "FETCH" | "CLOSE" | "DEALLOCATE" => Some(Act::Harmless),
        _ => None,
    };
    found.or_else(|| is_known(dialect, sql).then_some(Act::OtherChange))
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    while cursor
        .take_any(&["TEMPORARY", "TEMP", "ONLINE", "OFFLINE"])
        .is_some()
    {}
    let kind = create::kind(cursor)?;
    let manner = manner(cursor);
    cursor.take("IF EXISTS");
    let names = if kind == "OWNED" {
        Vec::new()
    } else {
        cursor.names().into_iter().map(Name::new).collect()
    };
    let reach = if cursor.has("CASCADE") {
        Reach::Cascade
    } else {
        Reach::Itself
    };
    let on = cursor.take("ON").then(|| cursor.name()).flatten();
    let on = on.map(Name::new);
    if kind == "INDEX" {
        return Some(Act::DropIndex {
            names,
            on,
            manner,
            reach,
        });
    }
    Some(Act::Drop {
        kind,
        names,
        on,
        reach,
    })
}

pub(super) fn manner(cursor: &mut Cursor<'_>) -> Manner {
    if cursor.take("CONCURRENTLY") {
        Manner::Concurrently
    } else {
        Manner::InPlace
    }
}

/// MySQL's `RENAME TABLE a TO b`.
fn rename(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    let is_table = cursor.take("TABLE");
    let span = cursor.span();
    let table = Name::new(cursor.name()?);
    let to = cursor.take("TO").then(|| cursor.name()).flatten();
    if !is_table {
        return Some(Act::OtherChange);
    }
    Some(Act::AlterTable {
        table,
        actions: vec![(
            Action::RenameTable(to.and_then(|name| name.last().cloned())),
            span,
        )],
        says_how: true,
    })
}

fn truncate(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    cursor.take("TABLE");
    let tables: Vec<_> = cursor.names().into_iter().map(Name::new).collect();
    let reach = if cursor.has("CASCADE") {
        Reach::Cascade
    } else {
        Reach::Itself
    };
    (!tables.is_empty()).then_some(Act::Truncate(tables, reach))
}

fn reindex(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    let is_said = cursor
        .parentheses()
        .is_some_and(|options| options.has("CONCURRENTLY"));
    let kinds = ["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"];
    let kind = cursor.take_any(&kinds).unwrap_or("INDEX");
    let manner = match manner(cursor) {
        Manner::InPlace if is_said => Manner::Concurrently,
        other => other,
    };
    let name = cursor.name().map(Name::new);
    Some(Act::Reindex(kind.to_owned(), name, manner))
}

fn refresh(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    if !cursor.take("MATERIALIZED VIEW") {
        return None;
    }
    let manner = manner(cursor);
    let name = Name::new(cursor.name()?);
    if cursor.has("WITH NO DATA") {
        return Some(Act::OtherChange);
    }
    Some(Act::Refresh(name, manner))
}

fn vacuum(cursor: &mut Cursor<'_>) -> Act {
    cursor.next();
    match cursor.dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return Act::Outside("VACUUM"),
    }
    let options = cursor.parentheses();
    let is_full = options.is_some_and(|options| options.has("FULL")) || cursor.take("FULL");
    if !is_full {
        return Act::Outside("VACUUM");
    }
    while cursor.take_any(&["FREEZE", "VERBOSE", "ANALYZE"]).is_some() {}
    Act::WriteAnew(cursor.name().map(Name::new))
}

fn lock(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    cursor.take_any(&["TABLES", "TABLE"]);
    let tables: Vec<_> = cursor.names().into_iter().map(Name::new).collect();
    let mode = if cursor.take("IN") {
        let words = cursor.rest().take_while(|word| !word.is("MODE"));
        let words: Vec<_> = words.map(|word| word.text.to_ascii_uppercase()).collect();
        words.join(" ")
    } else {
        "ACCESS EXCLUSIVE".to_owned()
    };
    (!tables.is_empty()).then_some(Act::LockTables(tables, mode))
}

fn change_rows(cursor: &mut Cursor<'_>) -> Option<Act> {
    let verb = if cursor.take("UPDATE") {
        "UPDATE"
    } else {
        cursor.next();
        cursor.take("FROM");
        "DELETE"
    };
    cursor.take("ONLY");
    let table = cursor.name().map(Name::new);
    if cursor.has("WHERE") || cursor.has("LIMIT") {
        return Some(Act::Write);
    }
    Some(Act::ChangeAllRows(verb, table))
}

fn with(cursor: &Cursor<'_>) -> Act {
    let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"];
    let is_written = cursor.rest().any(|word| word.is_one_of(&writes));
    if is_written {
        Act::Write
    } else {
        Act::Harmless
    }
}

fn set(cursor: &mut Cursor<'_>) -> Act {
    cursor.next();
    cursor.take_any(&["LOCAL", "SESSION", "GLOBAL"]);
    let name = cursor.next().map(|word| word.text.to_ascii_lowercase());
    Act::Set(name.unwrap_or_default())
}

fn pragma(cursor: &mut Cursor<'_>) -> Act {
    cursor.next();
    let name = cursor.name().and_then(|parts| parts.last().cloned());
    let is_keys = name.is_some_and(|name| name.as_str() == "foreign_keys");
    if is_keys && !cursor.is_done() {
        return Act::ForeignKeysPragma;
    }
    Act::Harmless
}
