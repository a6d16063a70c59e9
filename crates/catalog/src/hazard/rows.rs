//! Statements that fail on the rows that are there.

use schemist_sql::Dialect;

use super::rule::mode::{AE, S, SRE, SUE};
use super::rule::{Example, Work, hazards, schema_diff, squawk};

hazards! {
    REQUIRED_COLUMN_ADDED = "required_column_added", Warning, "a required column without a value" {
        what: "Where the table has rows, the statement fails, because the column is NULL in all of them. A running program that inserts rows without it fails afterwards.",
        safe: "Give it a default, or add it without NOT NULL, fill it, and then require it; `backfill` in the models writes that.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE draft ADD COLUMN author text NOT NULL", &[("draft", AE)])
                .that(Work::Scans)
                .better("ALTER TABLE draft ADD COLUMN author text NOT NULL DEFAULT ''"),
            Example::of(Dialect::Sqlite, "ALTER TABLE book ADD COLUMN pages integer NOT NULL")
                .better("ALTER TABLE book ADD COLUMN pages integer NOT NULL DEFAULT 0"),
        ],
        elsewhere: &[squawk("adding-required-field"), squawk("adding-not-nullable-field")],
    }
    NOT_NULL_SET = "not_null_set", Warning, "a column becomes required" {
        what: "Every row is read under ACCESS EXCLUSIVE, and a row without a value makes the statement fail.",
        safe: "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL, which reads nothing, and drop the check.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE draft ALTER COLUMN title SET NOT NULL", &[("draft", AE)]).that(Work::Scans),
            Example::postgres("ALTER DOMAIN isbn SET NOT NULL", &[("edition", S)]).that(Work::Scans),
            Example::of(Dialect::Mysql, "ALTER TABLE book MODIFY title varchar(100) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE"),
        ],
        elsewhere: &[squawk("adding-not-nullable-field"), schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    NOT_NULL_ADDED = "not_null_added", Warning, "a column becomes required (MySQL)" {
        what: "A row without a value makes the statement fail.",
        safe: "Fill the column before, in the same revision.",
        is_heavy: true,
    }
    CHECK_ADDED = "check_added", Warning, "a check comes" {
        what: "Every row is read under ACCESS EXCLUSIVE, and a row that breaks the condition makes the statement fail. Programs that write such rows fail afterwards.",
        safe: "ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in a later transaction, which lets others read and write.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE book ADD CONSTRAINT short CHECK (pages < 900)", &[("book", AE)])
                .that(Work::Scans)
                .better("ALTER TABLE book ADD CONSTRAINT short CHECK (pages < 900) NOT VALID"),
            Example::postgres("ALTER DOMAIN isbn ADD CHECK (value <> '')", &[("edition", S)])
                .that(Work::Scans)
                .better("ALTER DOMAIN isbn ADD CONSTRAINT filled CHECK (value <> '') NOT VALID"),
            Example::postgres("ALTER TABLE book VALIDATE CONSTRAINT cheap", &[("book", SUE)]).that(Work::Scans),
        ],
        elsewhere: &[
            squawk("constraint-missing-not-valid"),
            squawk("ban-alter-domain-with-add-constraint"),
            squawk("ban-new-write-restriction"),
            schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK"),
        ],
    }
    FOREIGN_KEY_ADDED = "foreign_key_added", Warning, "a foreign key comes" {
        what: "Nobody can write to either of the two tables while all rows are looked through, and a row that refers to nothing makes the statement fail.",
        safe: "ADD CONSTRAINT … FOREIGN KEY … NOT VALID, then VALIDATE CONSTRAINT in a later transaction. A partitioned child has no such form before PostgreSQL 18.",
        is_heavy: true,
        examples: &[
            Example::postgres(
                "ALTER TABLE shelf ADD CONSTRAINT shelf_book FOREIGN KEY (id) REFERENCES book (id)",
                &[("shelf", SRE), ("book", SRE)],
            )
            .that(Work::Scans)
            .better("ALTER TABLE shelf ADD CONSTRAINT shelf_book FOREIGN KEY (id) REFERENCES book (id) NOT VALID"),
            Example::of(Dialect::Mysql, "ALTER TABLE book ADD CONSTRAINT book_author FOREIGN KEY (author_id) REFERENCES author (id)"),
        ],
        elsewhere: &[squawk("adding-foreign-key-constraint"), schema_diff("ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK")],
    }
    UNIQUE_ADDED = "unique_added", Warning, "a key comes" {
        what: "The index is built while nobody can read or write the table, and two equal rows make the statement fail. A concurrent build fails on them too, and leaves an invalid index behind.",
        safe: "CREATE UNIQUE INDEX CONCURRENTLY in a section with `no transaction`, then ADD CONSTRAINT … UNIQUE USING INDEX (or PRIMARY KEY, with its columns NOT NULL before).",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE book ADD CONSTRAINT book_once UNIQUE (title)", &[("book", AE)])
                .that(Work::Builds)
                .better("ALTER TABLE book ADD CONSTRAINT book_once UNIQUE USING INDEX book_once"),
            Example::postgres("ALTER TABLE draft ADD PRIMARY KEY (title)", &[("draft", AE)]).that(Work::Builds),
            Example::postgres("CREATE UNIQUE INDEX book_once ON book (title)", &[("book", S)]).that(Work::Builds),
            Example::of(Dialect::Mysql, "ALTER TABLE book ADD UNIQUE (title), ALGORITHM=INPLACE, LOCK=NONE"),
            Example::of(Dialect::Sqlite, "CREATE UNIQUE INDEX book_once ON book (title)"),
        ],
        elsewhere: &[
            squawk("disallowed-unique-constraint"),
            squawk("adding-serial-primary-key-field"),
            schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK"),
            schema_diff("INDEX_BUILD"),
        ],
    }
    EXCLUSION_ADDED = "exclusion_added", Warning, "an exclusion constraint comes" {
        what: "The index is built while nobody can read or write the table; the server has no other form. Rows that exclude each other make it fail.",
        safe: "Do it while nobody works with the table.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE book ADD CONSTRAINT apart EXCLUDE (title WITH =)", &[("book", AE)]).that(Work::Builds),
        ],
        elsewhere: &[schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK"), schema_diff("INDEX_BUILD")],
    }
    TYPE_CHANGED = "type_changed", Warning, "a column gets another type" {
        what: "Values that do not fit make the statement fail, and a program that reads or writes the old type may fail. Some changes are free for the server (a longer varchar, varchar to text, a larger numeric of the same scale); all others write the table anew.",
        safe: "Where it writes the table anew: a new column, filled in batches, and a switch.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE author ALTER COLUMN name TYPE varchar", &[("author", AE)]),
            Example::postgres("ALTER TABLE book ALTER COLUMN note TYPE varchar(50)", &[("book", AE)]).that(Work::Rewrites),
            Example::of(Dialect::Mysql, "ALTER TABLE book MODIFY title varchar(50)"),
        ],
        elsewhere: &[squawk("changing-column-type"), schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    COLUMN_RETYPED = "column_retyped", Warning, "a column of SQLite gets another type" {
        what: "Values are stored as SQLite can read them in the new type; a STRICT table refuses what does not fit.",
        safe: "Look at the values first: `SELECT typeof(column), count(*) … GROUP BY 1`.",
        is_heavy: true,
    }
    NULL_NUMBERED = "null_numbered", Warning, "rows without a key get a number" {
        what: "A column becomes the INTEGER PRIMARY KEY of SQLite, which gives rows without a value a number of its choice.",
        safe: "Fill the column before.",
    }
    PARTITION_MISSING = "partition_missing", Warning, "rows may have no partition" {
        what: "Rows that no partition takes make the statement fail.",
        safe: "Add a partition for the rest, or delete the rows before.",
    }
}
