//! What is gone afterwards, and no way down brings back.

use schemist_sql::Dialect;

use super::rule::mode::AE;
use super::rule::{Example, Work, hazards, schema_diff, squawk};

hazards! {
    COLUMN_DROPPED = "column_dropped", Danger, "a column goes with its values" {
        what: "The column is gone with all of its values; a way down makes it again, empty. A program that names it, also by a SELECT list, an INSERT or a cached plan, fails from that moment.",
        safe: "Deploy programs that no longer use the column first. Then drop it, when a backup or a copy of its values exists.",
        examples: &[
            Example::postgres("ALTER TABLE book DROP COLUMN note", &[("book", AE)]),
            Example::of(Dialect::Sqlite, "ALTER TABLE book DROP COLUMN title"),
            Example::of(Dialect::Mysql, "ALTER TABLE book DROP COLUMN title, ALGORITHM=INSTANT"),
        ],
        elsewhere: &[squawk("ban-drop-column"), schema_diff("DELETES_DATA")],
    }
    TABLE_DROPPED = "table_dropped", Danger, "a table goes with its rows" {
        what: "The table is gone with all of its rows, indexes, triggers and privileges. PostgreSQL also locks every table that its foreign keys refer to.",
        safe: "Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.",
        examples: &[
            Example::postgres("DROP TABLE draft", &[("draft", AE), ("author", AE)]),
            Example::of(Dialect::Sqlite, "DROP TABLE book"),
            Example::of(Dialect::Mysql, "DROP TABLE book"),
        ],
        elsewhere: &[squawk("ban-drop-table"), schema_diff("DELETES_DATA")],
    }
    VIRTUAL_TABLE_DROPPED = "virtual_table_dropped", Danger, "a virtual table goes with what its module holds" {
        what: "A virtual table of SQLite is gone, and with it what its module stored, unless it only looks at another table.",
        safe: "Look whether the rows are kept elsewhere, as in an index over another table.",
    }
    DATABASE_DROPPED = "database_dropped", Danger, "a whole database goes" {
        what: "The database is gone with everything in it, and every program that is connected to it fails.",
        safe: "Do not do this in a revision: a revision changes the database in which it runs.",
        examples: &[Example::of(Dialect::Mysql, "DROP DATABASE library")],
        elsewhere: &[squawk("ban-drop-database"), schema_diff("DELETES_DATA")],
    }
    SCHEMA_DROPPED = "schema_dropped", Danger, "a schema goes" {
        what: "The schema is gone. With CASCADE everything in it goes with it, whatever that is at the time.",
        safe: "Drop what is in it by name first, and leave CASCADE out, so that the server refuses where something was forgotten.",
        examples: &[Example::of(Dialect::Postgres, "DROP SCHEMA archive")],
        elsewhere: &[squawk("ban-drop-schema")],
    }
    DROPPED_WITH_DEPENDENTS = "dropped_with_dependents", Warning, "what hangs on it goes too" {
        what: "CASCADE drops everything that depends on the object, and everything that depends on that: views, foreign keys, defaults, functions. What it is, is known only when it happens.",
        safe: "Leave CASCADE out, and drop what depends on it by name before.",
        examples: &[Example::postgres("DROP VIEW titles CASCADE", &[])],
        elsewhere: &[schema_diff("HAS_UNTRACKABLE_DEPENDENCIES")],
    }
    TABLE_TRUNCATED = "table_truncated", Danger, "a table loses all of its rows" {
        what: "All rows are gone at once, no trigger FOR EACH ROW fires, and the table is locked.",
        safe: "Delete what shall go with a WHERE and in batches, or say why all of it may go.",
        examples: &[
            Example::postgres("TRUNCATE draft", &[("draft", AE)]).that(Work::Rewrites),
            Example::of(Dialect::Mysql, "TRUNCATE TABLE book"),
        ],
        elsewhere: &[schema_diff("DELETES_DATA")],
    }
    TRUNCATED_WITH_DEPENDENTS = "truncated_with_dependents", Danger, "TRUNCATE reaches other tables" {
        what: "TRUNCATE … CASCADE empties every table that refers to this one, and those that refer to them.",
        safe: "Name the tables that shall be empty, and leave CASCADE out.",
        examples: &[Example::postgres("TRUNCATE author CASCADE", &[("author", AE), ("book", AE), ("draft", AE)]).that(Work::Rewrites)],
        elsewhere: &[squawk("ban-truncate-cascade"), schema_diff("DELETES_DATA")],
    }
    ALL_ROWS_CHANGED = "all_rows_changed", Warning, "every row is changed in one statement" {
        what: "An UPDATE or DELETE without WHERE reaches every row. In PostgreSQL each row is written again, all of them stay locked until the transaction ends, and the table grows to twice its size.",
        safe: "Say which rows with a WHERE, and go through large tables in batches in a section without a transaction.",
        examples: &[
            Example::postgres("UPDATE book SET pages = 1", &[]).that(Work::Scans).better("UPDATE book SET pages = 1 WHERE pages IS NULL"),
            Example::of(Dialect::Sqlite, "DELETE FROM book"),
            Example::of(Dialect::Mysql, "DELETE FROM book"),
        ],
        elsewhere: &[schema_diff("IMPACTS_DATABASE_PERFORMANCE")],
    }
    ENUM_VALUE_REMOVED = "enum_value_removed", Danger, "a value of an enum goes" {
        what: "Rows that hold the value make the statement fail, or have to get another one. A program that still writes the value fails.",
        safe: "Say what becomes of the rows: `#[db_enum(removed(…))]` in the models, `--map` on the command line, or an UPDATE in the revision.",
        elsewhere: &[schema_diff("DELETES_DATA")],
    }
    COLUMN_REFILLED = "column_refilled", Warning, "a way down gives rows a made-up value" {
        what: "A required column comes back on the way down. The values that it had are lost, so rows get a constant.",
        safe: "Keep a copy of the values before the way up, where they matter.",
        is_heavy: true,
    }
    HISTORY_DROPPED = "history_dropped", Danger, "a versioned table loses its past" {
        what: "The rows of the past of a system-versioned table of MariaDB are gone.",
        safe: "Copy `FOR SYSTEM_TIME ALL` elsewhere before.",
    }
    TABLE_MADE_ANEW = "table_made_anew", Danger, "a table is dropped and made again around its rows" {
        what: "What a table is divided by cannot change in place: the table is locked, its rows are copied out and in again.",
        safe: "Make a second table, fill it while the first one is in use, and swap their names.",
        is_heavy: true,
    }
    SEQUENCE_POSITION_LOST = "sequence_position_lost", Notice, "a sequence goes with its position" {
        what: "The sequence is gone; made again, it begins at its start, and may give out numbers that are in use.",
        safe: "Note `last_value` before, and set it with `setval` after it is made again.",
        examples: &[Example::of(Dialect::Postgres, "DROP SEQUENCE numbers")],
        elsewhere: &[squawk("ban-drop-sequence"), schema_diff("DELETES_DATA")],
    }
    SEQUENCE_STARTS_AGAIN = "sequence_starts_again", Warning, "a sequence begins anew" {
        what: "The change makes MariaDB begin the sequence at its start: numbers that are in use come again.",
        safe: "Set the position with `SETVAL` in the same revision.",
    }
}
