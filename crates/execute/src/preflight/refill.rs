//! Which tables that are dropped get their rows back: they are made again and filled in the same run.

use schemist_sql::Dialect;

use super::words::Words;

/// What a run does to the tables that it makes again.
#[derive(Debug, Default)]
pub(super) struct Refills {
    created: Vec<(usize, String)>,
    filled: Vec<(usize, String)>,
    /// A partition and the table that it is taken from.
    detached: Vec<(String, String)>,
}

impl Refills {
    /// Reads the statements of a run, in their order.
    pub(super) fn of<'s>(dialect: Dialect, statements: impl Iterator<Item = &'s str>) -> Self {
        let mut refills = Self::default();
        for (place, sql) in statements.enumerate() {
            refills.note(&Words::of(dialect, sql), place);
        }
        refills
    }

    fn note(&mut self, words: &Words<'_>, place: usize) {
        let name = |at: usize| words.name(at).map(|(name, _)| name.to_owned());
        if words.says(0, &["create"]) {
            let at = words.past(1, &["virtual"]);
            let at = words.past(at, &["unlogged"]);
            if words.says(at, &["table"]) {
                let at = words.past(at + 1, &["if", "not", "exists"]);
                self.created.extend(name(at).map(|name| (place, name)));
            }
        } else if words.says(0, &["insert"]) {
            let into = words.find(0, words.len().min(4), &["into"]);
            let filled = into.and_then(|into| name(into + 1));
            self.filled.extend(filled.map(|name| (place, name)));
        } else if words.says(0, &["alter", "table"]) {
            let Some((parent, at)) = words.name(words.past(2, &["only"])) else {
                return;
            };
            if words.says(at, &["detach", "partition"]) {
                let part = name(at + 2).map(|part| (part, parent.to_owned()));
                self.detached.extend(part);
            }
        }
    }

    /// Whether a table that is dropped at a place is made again and filled after it, by itself or through
    /// the table that it is a partition of.
    pub(super) fn bring_back(&self, place: usize, table: &str) -> bool {
        let after = |known: &[(usize, String)]| {
            known
                .iter()
                .any(|(other, name)| *other > place && name == table)
        };
        after(&self.created)
            && (after(&self.filled)
                || self
                    .detached
                    .iter()
                    .any(|(part, parent)| part == table && self.bring_back(place, parent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &[&'static str]) -> Refills {
        Refills::of(Dialect::Postgres, sql.iter().copied())
    }

    #[test]
    fn a_table_that_is_only_made_again_is_empty() {
        let remade = ["DROP TABLE a", "CREATE TABLE a (b int)"];
        assert!(!of(&remade).bring_back(0, "a"));
        let filled = [
            "DROP TABLE a",
            "CREATE VIRTUAL TABLE a USING fts5(b)",
            "INSERT INTO a (a) VALUES ('rebuild')",
        ];
        assert!(of(&filled).bring_back(0, "a"));
        let before = [
            "INSERT INTO a VALUES (1)",
            "DROP TABLE a",
            "CREATE TABLE a (b int)",
        ];
        assert!(!of(&before).bring_back(1, "a"));
    }

    #[test]
    fn a_partition_is_filled_through_the_tables_above_it() {
        let all = [
            "ALTER TABLE \"b\" DETACH PARTITION \"c\"",
            "DROP TABLE \"c\"",
            "ALTER TABLE \"a\" DETACH PARTITION \"b\"",
            "DROP TABLE \"b\"",
            "DROP TABLE \"a\"",
            "CREATE TABLE \"a\" (x int) PARTITION BY LIST (x)",
            "CREATE TABLE \"b\" PARTITION OF \"a\" DEFAULT PARTITION BY LIST (x)",
            "CREATE TABLE \"c\" PARTITION OF \"b\" DEFAULT",
            "INSERT INTO \"a\" (\"x\") SELECT \"x\" FROM \"schemist_rows_a\"",
        ];
        let refills = of(&all);
        assert!(refills.bring_back(1, "\"c\""));
        assert!(refills.bring_back(3, "\"b\""));
        assert!(!of(&all[..8]).bring_back(1, "\"c\""));
    }
}
