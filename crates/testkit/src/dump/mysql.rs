//! What MySQL and MariaDB say of each object: the statements that would make it.

use schemist_sql::{Dialect, Ident, Script};

use crate::Database;

/// Tables, views and sequences, with what they are.
const RELATIONS: &str = "SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'schemist\\_%'";

/// Functions and procedures, with what they are.
const ROUTINES: &str = "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES
    WHERE ROUTINE_SCHEMA = DATABASE()";

/// Triggers with their place in the order, and not with when they were made.
const TRIGGERS: &str = "SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING,
    EVENT_MANIPULATION, ACTION_ORDER, ACTION_STATEMENT FROM information_schema.TRIGGERS
    WHERE EVENT_OBJECT_SCHEMA = DATABASE()";

/// Events; one that begins when it was made does not say when that was.
const EVENTS: &str = "SELECT 'event', EVENT_NAME, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE,
    INTERVAL_FIELD, IF(ABS(TIMESTAMPDIFF(SECOND, STARTS, CREATED)) <= 1, 'made', STARTS), ENDS,
    STATUS, ON_COMPLETION, EVENT_COMMENT, EVENT_DEFINITION FROM information_schema.EVENTS
    WHERE EVENT_SCHEMA = DATABASE()";

/// Everything that a database holds, a text each.
pub(super) fn statements(database: &Database) -> Vec<String> {
    let own = database.rows("SELECT DATABASE()").join("");
    let mut found = Vec::new();
    for listed in [RELATIONS, ROUTINES] {
        for row in database.rows(listed) {
            let Some((kind, name)) = row.split_once(" | ") else {
                continue;
            };
            let words = match kind {
                "VIEW" => "VIEW",
                "SEQUENCE" => "SEQUENCE",
                "FUNCTION" => "FUNCTION",
                "PROCEDURE" => "PROCEDURE",
                _ => "TABLE",
            };
            let mut script = Script::new(Dialect::Mysql);
            script.keyword("SHOW CREATE ").keyword(words).keyword(" ");
            script.ident(&Ident::from_server(name));
            let answers = database.rows(script.as_str());
            found.extend(answers.iter().map(|answer| statement(words, answer, &own)));
        }
    }
    found.extend(database.rows(TRIGGERS));
    found.extend(database.rows(EVENTS));
    found
}

/// The statement in an answer, without what is data or belongs to the session that made the object.
fn statement(words: &str, answer: &str, database: &str) -> String {
    let values: Vec<_> = answer.split(" | ").collect();
    let (first, behind) = match words {
        "VIEW" => (1, 2),
        "FUNCTION" | "PROCEDURE" => (2, 3),
        _ => (1, 0),
    };
    let text = values
        .get(first..values.len() - behind)
        .map(|values| values.join(" | "))
        .unwrap_or_default();
    let text = text.replace(&format!("`{database}`."), "");
    if words != "TABLE" {
        return text;
    }
    let mut lines: Vec<_> = text
        .lines()
        .map(|line| without_counter(line.trim_end_matches(',')))
        .collect();
    // Columns and indexes stay where they were.
    lines.sort_unstable();
    lines.join("\n")
}

/// A line without where the numbers of the table go on.
fn without_counter(line: &str) -> String {
    let Some((before, rest)) = line.split_once(" AUTO_INCREMENT=") else {
        return line.to_owned();
    };
    if !line.starts_with(')') {
        return line.to_owned();
    }
    let rest = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
    format!("{before}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_nothing_of_its_counter() {
        let answer = "t | CREATE TABLE `t` (\n  `b` int(11),\n  `a` int(11)\n) ENGINE=InnoDB AUTO_INCREMENT=7 COMMENT='a | b'";
        assert_eq!(
            statement("TABLE", answer, "d"),
            "  `a` int(11)\n  `b` int(11)\n) ENGINE=InnoDB COMMENT='a | b'\nCREATE TABLE `t` ("
        );
        let answer = "v | CREATE VIEW `d`.`v` AS select 1 | utf8mb4 | utf8mb4_general_ci";
        assert_eq!(
            statement("VIEW", answer, "d"),
            "CREATE VIEW `v` AS select 1"
        );
    }
}
