//! What SQLite does in silence.

use schemist_sql::Dialect;

use super::rule::{Example, hazards};

hazards! {
    FOREIGN_KEYS_PRAGMA = "foreign_keys_pragma", Danger, "PRAGMA foreign_keys does nothing inside a transaction" {
        what: "SQLite passes over it without a word: foreign keys stay on, and DROP TABLE then deletes the rows of the tables that refer to it.",
        safe: "Write `-- [up sqlite, foreign keys off]` as the section's marker, which switches them off around the transaction.",
        examples: &[Example::of(Dialect::Sqlite, "-- [up sqlite]\nPRAGMA foreign_keys = OFF")],
    }
    DROP_REACHES_CHILDREN = "drop_reaches_children", Warning, "DROP TABLE deletes the rows of others" {
        what: "With foreign keys on, SQLite deletes all rows before it drops the table, and ON DELETE CASCADE or SET NULL reaches the tables that refer to it.",
        safe: "Put it in a section with `foreign keys off`.",
        examples: &[
            Example::of(Dialect::Sqlite, "-- [up sqlite]\nDROP TABLE author")
                .better("-- [up sqlite, foreign keys off]\nDROP TABLE author"),
        ],
    }
    NO_COLUMN_CHANGE = "no_column_change", Danger, "SQLite cannot change a column in place" {
        what: "ALTER TABLE of SQLite knows new names, added and dropped columns, and nothing else: the statement is refused.",
        safe: "Let `schemist revision --autogenerate` write the rebuild of the table, which keeps rows, indexes and triggers.",
        examples: &[Example::of(Dialect::Sqlite, "ALTER TABLE book ALTER COLUMN title TYPE integer")],
    }
}
