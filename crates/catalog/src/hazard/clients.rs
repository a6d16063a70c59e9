//! What breaks programs that run while the schema changes, or makes their queries slow or wrong.

use schemist_sql::Dialect;

use super::rule::mode::AE;
use super::rule::{Example, Standing, hazards, schema_diff, squawk};

hazards! {
    TABLE_RENAMED = "table_renamed", Danger, "a table gets another name" {
        what: "Programs that run use the old name and fail from that moment, until all of them are new.",
        safe: "Make a view of the old name in the same transaction, and drop it when no program uses it.",
        examples: &[
            Example::postgres("ALTER TABLE draft RENAME TO sketch", &[("draft", AE)]),
            Example::of(Dialect::Sqlite, "ALTER TABLE book RENAME TO tome"),
            Example::of(Dialect::Mysql, "RENAME TABLE book TO tome"),
        ],
        elsewhere: &[squawk("renaming-table"), squawk("renaming-object"), squawk("ban-set-schema")],
    }
    COLUMN_RENAMED = "column_renamed", Danger, "a column gets another name" {
        what: "Programs that run use the old name and fail from that moment, until all of them are new.",
        safe: "Expand and contract: add the new column, write both, switch the readers, drop the old one.",
        examples: &[
            Example::postgres("ALTER TABLE draft RENAME COLUMN words TO length", &[("draft", AE)]),
            Example::of(Dialect::Sqlite, "ALTER TABLE book RENAME COLUMN title TO name"),
            Example::of(Dialect::Mysql, "ALTER TABLE book RENAME COLUMN title TO name, ALGORITHM=INSTANT"),
        ],
        elsewhere: &[squawk("renaming-column")],
    }
    BREAKS_RUNNING_QUERY = "breaks_running_query", Danger, "a query of the program that runs fails" {
        what: "A query that the deployed program sends can no longer be prepared after this revision.",
        safe: "Expand and contract: first a revision that both programs can live with, then the program, then a revision that takes the rest away.",
    }
    CHANGES_RUNNING_QUERY = "changes_running_query", Notice, "a query of the program that runs gives something else" {
        what: "A query that the deployed program sends still works, and gives a column of another type, one that may be NULL now, or lacks one.",
        safe: "Deploy programs that take both first, or add the new form beside the old one.",
    }
    CONSTRAINT_DROPPED = "constraint_dropped", Warning, "a constraint goes" {
        what: "From then on rows may be written that it would have refused. Where it comes back, they are in the way.",
        safe: "Say in the revision why the rule no longer holds; look for rows that broke it before it comes back.",
        examples: &[
            Example::postgres("ALTER TABLE book DROP CONSTRAINT paged", &[("book", AE)]),
            Example::of(Dialect::Mysql, "ALTER TABLE book DROP CONSTRAINT paged, ALGORITHM=INSTANT"),
        ],
        elsewhere: &[squawk("ban-drop-constraint"), schema_diff("CORRECTNESS")],
    }
    NOT_NULL_DROPPED = "not_null_dropped", Notice, "a column need no longer have a value" {
        what: "Programs that read the column may meet a NULL that they do not expect.",
        safe: "Deploy programs that can read NULL first.",
        examples: &[Example::postgres("ALTER TABLE loan_2026 ALTER COLUMN day DROP NOT NULL", &[("loan_2026", AE)])],
        elsewhere: &[squawk("ban-drop-not-null")],
    }
    INDEX_DROPPED = "index_dropped", Notice, "an index goes" {
        what: "Queries that used it become slow.",
        safe: "Look at `pg_stat_user_indexes.idx_scan` (PostgreSQL) or make it invisible first (MySQL), and drop it when nobody missed it.",
        examples: &[
            Example::of(Dialect::Postgres, "DROP INDEX CONCURRENTLY book_title"),
            Example::of(Dialect::Sqlite, "DROP INDEX book_title"),
            Example::of(Dialect::Mysql, "DROP INDEX book_title ON book"),
        ],
        elsewhere: &[squawk("ban-drop-index"), schema_diff("INDEX_DROPPED"), schema_diff("IMPACTS_DATABASE_PERFORMANCE")],
    }
    VIEW_DROPPED = "view_dropped", Notice, "a view or a function goes" {
        what: "Programs that use it fail.",
        safe: "Drop it when no program uses it any more.",
        examples: &[
            Example::postgres("DROP VIEW titles", &[]),
            Example::of(Dialect::Sqlite, "DROP VIEW titles"),
            Example::of(Dialect::Mysql, "DROP PROCEDURE count_books"),
        ],
        elsewhere: &[squawk("ban-drop-view"), squawk("ban-drop-function"), squawk("ban-drop-type"), squawk("ban-drop-domain")],
    }
    FOREIGN_KEY_WITHOUT_INDEX = "foreign_key_without_index", Notice, "no index serves a foreign key" {
        what: "Deleting or changing a row of the referenced table reads the whole referring table, once for each row.",
        safe: "Make an index whose first columns are those of the foreign key, in the same revision.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE review (id bigint PRIMARY KEY, book_id bigint REFERENCES book (id))")
                .better("CREATE TABLE review (book_id bigint PRIMARY KEY REFERENCES book (id))"),
        ],
    }
    DUPLICATE_INDEX = "duplicate_index", Notice, "two indexes do the work of one" {
        what: "An index whose columns another one begins with costs time at every write and serves no query that the other would not.",
        safe: "Keep the longer one.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE review (id bigint, day date); CREATE INDEX a ON review (id, day); CREATE INDEX b ON review (id)"),
        ],
    }
    JSON_COLUMN = "json_column", Notice, "a column of type json" {
        what: "The type json has no equality: DISTINCT, GROUP BY and UNION over the column fail, and so do queries that did so before.",
        safe: "Use jsonb.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE note (body json)").better("CREATE TABLE note (body jsonb)"),
        ],
    }
    ENUM_VALUE_UNPLACED = "enum_value_unplaced", Notice, "a value of an enum comes without a place" {
        what: "It is put at the end, which decides how values sort; another database that gets it at another time may sort otherwise.",
        safe: "Say BEFORE or AFTER which value.",
        examples: &[
            Example::postgres("ALTER TYPE mood ADD VALUE 'calm'", &[]).better("ALTER TYPE mood ADD VALUE 'calm' AFTER 'sad'"),
        ],
        elsewhere: &[squawk("require-enum-value-ordering"), squawk("ban-add-enum-value")],
    }
    ENUM_VALUE_RENAMED = "enum_value_renamed", Danger, "a value of an enum gets another name" {
        what: "Programs that write or compare the old name fail from that moment.",
        safe: "Add the new value, move the rows and the programs, and let the old one go later.",
        examples: &[Example::postgres("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", &[])],
        elsewhere: &[squawk("renaming-object")],
    }
    NOT_DETERMINISTIC = "not_deterministic", Warning, "a text that means something else on another day" {
        what: "The value is computed once, when the statement runs: `DEFAULT 'now'` keeps the moment at which the table was made, and bounds of partitions from today's date differ from database to database.",
        safe: "Write `now()` or CURRENT_TIMESTAMP as a default, and dates as constants in bounds.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE visit (at timestamptz DEFAULT 'now')")
                .better("CREATE TABLE visit (at timestamptz DEFAULT now())"),
        ],
    }
    IDENTITY_CHANGED = "identity_changed", Notice, "numbers come from elsewhere" {
        what: "Another identity, default or sequence gives the numbers: programs that give their own may be refused, and numbers may come twice.",
        safe: "Look that the sequence stands behind the largest number in use.",
        examples: &[Example::postgres("ALTER SEQUENCE IF EXISTS numbers RESTART WITH 1", &[])],
        elsewhere: &[squawk("ban-alter-identity"), squawk("ban-alter-sequence-values"), squawk("ban-drop-generated-expression")],
    }
    RESULTS_KEPT = "results_kept", Notice, "results of the old definition stay" {
        what: "An index or a materialized view keeps what a function or a query gave before it changed.",
        safe: "REINDEX or REFRESH what was computed with it.",
    }
    DOMAIN_WITH_CHECK = "domain_with_check", Notice, "a domain with a condition" {
        what: "A condition on a domain can be changed only by looking through every table that uses it.",
        safe: "Put the check on the columns.",
        standing: Standing::OptIn,
        examples: &[Example::postgres("CREATE DOMAIN positive AS integer CHECK (value > 0)", &[])],
        elsewhere: &[squawk("ban-create-domain-with-constraint")],
    }
}
