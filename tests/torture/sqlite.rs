//! What only SQLite has: options of tables, counters, conflict clauses, and tables that modules keep.

use schemist_sql::Dialect;

use crate::item::{Column, Demand, Filling, Form, Id, Table, Trigger, VirtualTable, What};
use crate::picks::Picks;
use crate::schema::Schema;
use crate::value::chosen;

/// Types that a strict table takes.
const STRICT: &[&str] = &["INTEGER", "TEXT", "REAL", "BLOB"];

impl Schema {
    const fn is_sqlite(&self) -> bool {
        matches!(self.dialect, Dialect::Sqlite)
    }

    /// The forms of a table's options: most have none.
    pub(super) fn new_options(&self, picks: &mut Picks<'_>) -> Form {
        if self.is_sqlite() { picks.below(8) } else { 0 }
    }

    /// What stands behind a table's columns.
    pub(super) fn options_sql(&self, id: Id, table: &Table) -> &'static str {
        let is_strict = matches!(table.options, 5 | 7)
            && self.columns(id).iter().all(|column| {
                self.builtin(&column.of)
                    .is_some_and(|builtin| STRICT.contains(&builtin.name))
            });
        match (is_strict, self.is_without_rowid(id)) {
            (false, false) => "",
            (true, false) => " STRICT",
            (false, true) => " WITHOUT ROWID",
            (true, true) => " STRICT, WITHOUT ROWID",
        }
    }

    /// A table without numbers of rows has a key instead.
    pub(super) fn is_without_rowid(&self, id: Id) -> bool {
        let Some(table) = self.table(id) else {
            return false;
        };
        let is_key = |demand: &Demand| matches!(demand, Demand::Primary(_));
        self.is_sqlite()
            && matches!(table.options, 6 | 7)
            && table
                .constraints
                .iter()
                .any(|one| is_key(&one.demand) && self.holds(id, &one.demand))
    }

    /// Whether the numbers of a key are counted.
    pub(super) fn is_counted(&self, id: Id, key: &[Id]) -> bool {
        let [key] = key else { return false };
        self.is_sqlite()
            && !self.is_without_rowid(id)
            && self.column(id, *key).is_some_and(|column| {
                matches!(column.filling, Filling::Identity(_))
                    && self
                        .builtin(&column.of)
                        .is_some_and(|builtin| builtin.name == "INTEGER")
            })
    }

    /// What happens to a row without a value; a column's comment, which SQLite does not have, says which.
    pub(super) fn conflict_sql(&self, column: &Column) -> &'static str {
        match (self.is_sqlite(), column.comment) {
            (true, Some(1)) => " ON CONFLICT REPLACE",
            (true, Some(2)) => " ON CONFLICT FAIL",
            _ => "",
        }
    }

    pub(super) fn new_virtual_table(&self, picks: &mut Picks<'_>) -> VirtualTable {
        let of = picks.one_of(&self.whole_tables());
        let columns: Vec<Id> = of
            .map(|of| self.columns(of).iter().map(|column| column.id).collect())
            .unwrap_or_default();
        VirtualTable {
            column: picks.one_of(&columns),
            of,
            form: picks.below(8),
        }
    }

    /// Whether the table that a virtual one reads is there and has numbers of rows.
    pub(super) fn virtual_table_stands(&self, name: &str, table: &VirtualTable) -> bool {
        match (table.form, table.of, table.column) {
            (6.., Some(of), Some(column)) => {
                self.stands(of)
                    && !self.is_without_rowid(of)
                    && self.column(of, column).is_some_and(|column| {
                        // Names that the module keeps for itself, or that hide the number of a row.
                        column.name != name
                            && !["rank", "rowid", "oid", "_rowid_"].contains(&column.name.as_str())
                    })
                    && self.columns(of).iter().all(|column| column.name != "rowid")
            }
            (6.., ..) => false,
            _ => true,
        }
    }

    pub(super) fn virtual_table_sql(&self, name: &str, table: &VirtualTable) -> String {
        let arguments = match (table.form, table.of, table.column) {
            (0, ..) => "fts5 (title, body)".to_owned(),
            (1, ..) => "fts5 (title, body UNINDEXED, tokenize = 'porter ascii')".to_owned(),
            (2, ..) => "fts5 (title, source, prefix = '2 3')".to_owned(),
            (3, ..) => "rtree (id, min_x, max_x)".to_owned(),
            (4, ..) => "rtree (id, min_x, max_x, min_y, max_y, +label TEXT)".to_owned(),
            (5, ..) => "fts4 (title, tokenize=porter)".to_owned(),
            (_, Some(of), Some(column)) => {
                let column = self.column(of, column);
                let column = column.map_or_else(String::new, |column| self.quoted(&column.name));
                let of = self
                    .items
                    .get(&of)
                    .map(|item| item.name.replace('\'', "''"));
                format!("fts5 ({column}, content = '{}')", of.unwrap_or_default())
            }
            (6.., ..) => String::new(),
        };
        format!("CREATE VIRTUAL TABLE {name} USING {arguments}")
    }

    /// What a trigger does there: it names another table, or nothing.
    pub(super) fn body_sql(&self, trigger: &Trigger) -> String {
        let Some(other) = trigger.calls else {
            return "BEGIN SELECT 1; END".to_owned();
        };
        let column = self
            .columns(other)
            .first()
            .map(|column| self.quoted(&column.name));
        let (column, other) = (column.unwrap_or_default(), self.name(other));
        let forms = [
            format!("SELECT count(*) FROM {other};"),
            format!("DELETE FROM {other} WHERE {column} = 1 AND 1 = 2;"),
            format!(
                "SELECT {column} FROM {other} LIMIT 1; -- an END; in a comment\nSELECT 'END;';"
            ),
        ];
        format!(
            "BEGIN {} END",
            chosen(&forms, trigger.form).unwrap_or_default()
        )
    }

    /// Views that triggers can stand in for.
    pub(super) fn views_with_triggers(&self) -> Vec<Id> {
        if self.is_sqlite() {
            self.of_kind(|what| matches!(what, What::View(_)))
        } else {
            Vec::new()
        }
    }
}
