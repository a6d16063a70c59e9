//! What a view or a trigger names: SQLite keeps no dependencies.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, TokenKind, Word, words};

/// The names of a text, folded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mentions {
    /// Everything that stands where only a table or a view can stand.
    pub(super) relations: BTreeSet<String>,
    /// Everything that can be a name.
    pub(super) names: BTreeSet<String>,
}

/// What stands between two parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Relations,
    Other,
}

/// Behind these words the list of relations of a query has ended.
const ENDS_LIST: [&str; 12] = [
    "SELECT",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "WINDOW",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "SET",
    "VALUES",
];

/// These may stand between `UPDATE` or `INTO` and the relation.
const PASSED: [&str; 7] = ["OR", "OF", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "IGNORE"];

/// Finds the names of a text.
pub(super) fn mentions(text: &str) -> Mentions {
    let mut found = Mentions::default();
    // What each open parenthesis holds, the outermost first.
    let mut lists = vec![Holds::Other];
    // Whether a relation comes next, and whether one could have stood where the last word does.
    let (mut expects, mut expected) = (false, false);
    for word in words(Dialect::Sqlite, text) {
        let is_list = lists.last() == Some(&Holds::Relations);
        let next_expects = if word.is_one_of(&["FROM", "JOIN"]) {
            enter(&mut lists, Holds::Relations);
            true
        } else if word.is_one_of(&["INTO", "UPDATE"]) {
            true
        } else if word.is_punct(',') {
            is_list
        } else if word.is_punct('(') {
            lists.push(if expects {
                Holds::Relations
            } else {
                Holds::Other
            });
            expects
        } else if word.is_punct(')') {
            lists.pop();
            false
        } else if word.is_punct('.') {
            // Behind a schema the relation itself follows.
            expected
        } else if word.is_one_of(&ENDS_LIST) {
            enter(&mut lists, Holds::Other);
            false
        } else {
            if let Some(name) = name(word) {
                if expects {
                    found.relations.insert(name.clone());
                }
                found.names.insert(name);
            }
            expects && word.is_one_of(&PASSED)
        };
        expected = expects;
        expects = next_expects;
    }
    found
}

/// Says what the innermost open parenthesis holds from here on.
fn enter(lists: &mut [Holds], holds: Holds) {
    if let Some(last) = lists.last_mut() {
        *last = holds;
    }
}

fn name(word: Word<'_>) -> Option<String> {
    let is_name = matches!(word.token.kind, TokenKind::Word | TokenKind::QuotedName);
    let name = word.name(Dialect::Sqlite).filter(|_| is_name)?;
    Some(Dialect::Sqlite.folded(name.as_str()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(text: &str) -> String {
        Vec::from_iter(mentions(text).relations).join(" ")
    }

    #[test]
    fn relations_stand_behind_from_and_join() {
        assert_snapshot!(check("(x) AS SELECT a, b FROM t1 AS q, main.t2 JOIN (t3, [T 4]) ON f(c, d) = e, t5 WHERE x IN (SELECT g, h FROM \"T6\") ORDER BY i, j"), @"main t 4 t1 t2 t3 t5 t6");
        assert_snapshot!(check("AS WITH x AS (SELECT 1 FROM t1) SELECT 'from t2' FROM (SELECT a, b FROM t3), x"), @"t1 t3 x");
    }

    #[test]
    fn triggers_write_relations() {
        assert_snapshot!(check("AFTER UPDATE OF a, b ON t0 BEGIN UPDATE OR REPLACE t1 SET a = 1, b = 2; INSERT OR IGNORE INTO t2 (a, b) VALUES (1, 2), (3, 4); DELETE FROM t3; END"), @"a of or replace t1 t2 t3");
    }
}
