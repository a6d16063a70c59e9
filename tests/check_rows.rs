//! The rows of a fixture: what both sides have room for is the same after every way.

use schemist_catalog::object::Table;
use schemist_catalog::{Catalog, Object, Pair};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};
use schemist_testkit::{Database, Fixture};

/// The rows of a database, each value in its own type, as far as both sides of a fixture have them.
#[derive(PartialEq, Eq)]
pub struct Rows(Vec<String>);

impl Rows {
    /// Looks at a database, where the fixture has rows.
    pub fn of(database: &Database, ends: Pair<&Catalog>, fixture: &Fixture) -> Self {
        let dialect = database.dialect();
        let mut lines = Vec::new();
        if fixture.rows.is_empty() {
            return Self(lines);
        }
        for (id, before) in ends.before.objects() {
            let Some(after) = ends.after.get(id) else {
                continue;
            };
            let Some(columns) = common(dialect, Pair::new(before, after)) else {
                continue;
            };
            let rows = database.rows(&query(dialect, &id.name, &columns));
            let mut rows: Vec<_> = rows.iter().map(|row| format!("{id}: {row}")).collect();
            rows.sort();
            lines.extend(rows);
        }
        for (id, before) in ends.before.objects() {
            if counts(Some(before)) && counts(ends.after.get(id)) {
                let mut script = Script::new(dialect);
                script
                    .keyword("SELECT seq FROM sqlite_sequence WHERE name = ")
                    .literal(id.name.name.as_str());
                let counter = database.rows(script.as_str());
                lines.push(format!("counter of {id}: {}", counter.join(", ")));
            }
        }
        Self(lines)
    }

    /// Holds that these rows are those of another moment.
    ///
    /// # Errors
    /// Both, where they differ, or where there is nothing to compare.
    pub fn hold(&self, now: &Self, fixture: &Fixture) -> Result<(), String> {
        if self.0.is_empty() && !fixture.rows.is_empty() {
            return Err("no row is there on both sides".to_owned());
        }
        if self == now {
            return Ok(());
        }
        Err(format!(
            "the rows were\n{}\nand are\n{}",
            self.0.join("\n"),
            now.0.join("\n")
        ))
    }
}

/// The columns that a table has on both sides, and the number of a row where nobody sees it otherwise.
fn common(dialect: Dialect, sides: Pair<&Object>) -> Option<Vec<String>> {
    let quoted = |name: &Ident| name.quoted(dialect);
    match (sides.before, sides.after) {
        // The rows of a foreign table are another server's.
        (Object::Table(before), Object::Table(_)) if before.foreign.is_some() => None,
        (Object::Table(before), Object::Table(after)) => {
            let mut columns: Vec<_> = written(before)
                .filter(|name| written(after).any(|other| other == *name))
                .map(quoted)
                .collect();
            let has_rowid = match dialect {
                Dialect::Sqlite => !before.without_rowid && !after.without_rowid,
                Dialect::Postgres | Dialect::Mysql => false,
            };
            columns.extend(has_rowid.then(|| "rowid".to_owned()));
            (!columns.is_empty()).then_some(columns)
        }
        (Object::VirtualTable(before), Object::VirtualTable(after)) => {
            let kept = |name: &&Ident| after.columns.contains(*name);
            let columns = before.columns.iter().filter(kept).map(quoted);
            Some(columns.chain(["rowid".to_owned()]).collect())
        }
        _ => None,
    }
}

fn written(table: &Table) -> impl Iterator<Item = &Ident> {
    let columns = table.columns.iter();
    columns
        .filter(|column| column.generated().is_none())
        .map(|column| &column.name)
}

fn query(dialect: Dialect, table: &QualifiedName, columns: &[String]) -> String {
    let mut script = Script::new(dialect);
    script.keyword("SELECT ");
    if columns.is_empty() {
        // Its rows are counted all the same.
        script.keyword("1");
    }
    for (place, column) in columns.iter().enumerate() {
        script.keyword(if place > 0 { ", " } else { "" });
        match dialect {
            // A number is not the text of it.
            Dialect::Sqlite => script.keyword("quote(").expression(column).keyword(")"),
            Dialect::Postgres | Dialect::Mysql => script.expression(column),
        };
    }
    script.keyword(" FROM ").name(table);
    script.into_text()
}

fn counts(object: Option<&Object>) -> bool {
    matches!(object, Some(Object::Table(table)) if table.autoincrement)
}
