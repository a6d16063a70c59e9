//! What MySQL and MariaDB do in silence.

use schemist_sql::Dialect;

use super::rule::{Example, Work, hazards};

hazards! {
    WRITES_WAIT = "writes_wait", Warning, "writes wait" {
        what: "The server can change the table only while nobody writes to it (`LOCK=SHARED`).",
        safe: "Run it when few write.",
        is_heavy: true,
        examples: &[Example::of(Dialect::Mysql, "ALTER TABLE book ADD FULLTEXT (title), ALGORITHM=INPLACE, LOCK=SHARED").that(Work::Builds)],
    }
    NO_ALGORITHM = "no_algorithm", Notice, "the server may copy the whole table without a word" {
        what: "Without ALGORITHM and LOCK the server takes the best way it knows, and falls back to copying the table while everybody waits.",
        safe: "Add `ALGORITHM=INSTANT`, or `ALGORITHM=INPLACE, LOCK=NONE`: a server that cannot do so then refuses the statement at once.",
        examples: &[
            Example::of(Dialect::Mysql, "ALTER TABLE book ADD COLUMN pages integer")
                .better("ALTER TABLE book ADD COLUMN pages integer, ALGORITHM=INSTANT"),
        ],
    }
    REFERENCES_PASSED_OVER = "references_passed_over", Warning, "a foreign key that MySQL does not make" {
        what: "REFERENCES behind a column is read and forgotten by MySQL: there is no foreign key afterwards. MariaDB makes one.",
        safe: "Write FOREIGN KEY (…) REFERENCES … (…) as an item of its own.",
        examples: &[
            Example::of(Dialect::Mysql, "CREATE TABLE review (id bigint PRIMARY KEY, book_id bigint REFERENCES book (id))")
                .better("CREATE TABLE review (id bigint PRIMARY KEY, book_id bigint, FOREIGN KEY (book_id) REFERENCES book (id))"),
        ],
    }
    COMMITS_BY_ITSELF = "commits_by_itself", Notice, "a change of the schema commits what was written before it" {
        what: "MySQL and MariaDB commit before and after every change of the schema: rows that were written before it in the same section stay, also where the rest fails.",
        safe: "Put data and schema into revisions of their own.",
        examples: &[Example::of(Dialect::Mysql, "-- [up mysql]\nUPDATE book SET title = 'a' WHERE id = 1; ALTER TABLE book ADD COLUMN pages integer, ALGORITHM=INSTANT")],
    }
    PARTITIONS_COPIED = "partitions_copied", Notice, "rows move between partitions" {
        what: "The rows of the partitions that change are copied, and nobody writes to them meanwhile.",
        safe: "Run it when few write.",
    }
}
