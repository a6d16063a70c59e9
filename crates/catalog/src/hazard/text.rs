//! What is wrong with a file, its sections and its transactions.

use schemist_sql::Dialect;

use super::rule::{Example, Standing, hazards, schema_diff, squawk};

hazards! {
    CONCURRENTLY_IN_TRANSACTION = "concurrently_in_transaction", Danger, "the server refuses this inside a transaction" {
        what: "CREATE and DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, DETACH … CONCURRENTLY, VACUUM and a few others fail in the transaction of their section.",
        safe: "Put it in a section with `no transaction`.",
        examples: &[
            Example::of(Dialect::Postgres, "-- [up postgres]\nCREATE INDEX CONCURRENTLY book_pages ON book (pages)")
                .better("-- [up postgres, no transaction]\nCREATE INDEX CONCURRENTLY book_pages ON book (pages)"),
        ],
        elsewhere: &[squawk("ban-concurrent-index-creation-in-transaction")],
    }
    NESTED_TRANSACTION = "nested_transaction", Danger, "a transaction within the transaction" {
        what: "A section is a transaction already. BEGIN only warns, and COMMIT ends the section's transaction too early: what fails afterwards is half-applied.",
        safe: "Leave BEGIN, COMMIT and ROLLBACK out; divide the file with section markers.",
        examples: &[Example::of(Dialect::Postgres, "-- [up postgres]\nBEGIN; CREATE TABLE t (id bigint); COMMIT")],
        elsewhere: &[squawk("transaction-nesting")],
    }
    UNCOMMITTED = "uncommitted", Danger, "a transaction is begun and never ended" {
        what: "The file begins a transaction and does not end it: what it does is undone when the connection closes.",
        safe: "Add COMMIT, or leave BEGIN out.",
        examples: &[Example::of(Dialect::Postgres, "BEGIN; CREATE TABLE t (id bigint)")],
        elsewhere: &[squawk("ban-uncommitted-transaction")],
    }
    INVALID_INDEX_KEPT = "invalid_index_kept", Warning, "an invalid index would be taken for the new one" {
        what: "A concurrent build that failed leaves an invalid index of that name; IF NOT EXISTS then passes over it, and the index is never usable.",
        safe: "Leave IF NOT EXISTS out: `schemist upgrade` drops an invalid index and builds it again by itself.",
        examples: &[
            Example::of(Dialect::Postgres, "-- [up postgres, no transaction]\nCREATE INDEX CONCURRENTLY IF NOT EXISTS book_pages ON book (pages)")
                .better("-- [up postgres, no transaction]\nCREATE INDEX CONCURRENTLY book_pages ON book (pages)"),
        ],
        elsewhere: &[schema_diff("INDEX_BUILD")],
    }
    ENUM_VALUE_USED_AT_ONCE = "enum_value_used_at_once", Danger, "a new value is used in the transaction that added it" {
        what: "PostgreSQL refuses to use a value of an enum before the transaction that added it has ended.",
        safe: "Put ADD VALUE in a section with `no transaction`, before.",
        examples: &[
            Example::of(Dialect::Postgres, "-- [up postgres]\nALTER TYPE mood ADD VALUE 'calm' AFTER 'sad'; UPDATE edition SET mood = 'calm' WHERE mood = 'sad'"),
        ],
    }
    NOT_REPEATABLE = "not_repeatable", Notice, "nobody can tell whether it ran" {
        what: "A statement outside of a transaction that writes data cannot be undone or looked up: where a run is cut off in the middle, somebody must decide whether it ran.",
        safe: "Write it so that running it twice does no harm, and say so: `-- repeatable` above it.",
        examples: &[
            Example::of(Dialect::Postgres, "-- [up postgres, no transaction]\nINSERT INTO draft (title) VALUES ('a')")
                .better("-- [up postgres, no transaction]\n-- repeatable\nUPDATE draft SET words = 0 WHERE words IS NULL"),
        ],
        elsewhere: &[squawk("prefer-robust-stmts")],
    }
    NOT_GUARDED = "not_guarded", Notice, "no IF EXISTS, no IF NOT EXISTS" {
        what: "Outside of a transaction, a statement that ran already fails when the file is run again.",
        safe: "Add IF NOT EXISTS or IF EXISTS. Revisions that `schemist upgrade` applies need it not: what ran is passed over.",
        standing: Standing::OptIn,
        examples: &[
            Example::of(Dialect::Postgres, "-- [up postgres, no transaction]\nCREATE TABLE t (id bigint)")
                .better("-- [up postgres, no transaction]\nCREATE TABLE IF NOT EXISTS t (id bigint)"),
        ],
        elsewhere: &[squawk("prefer-robust-stmts")],
    }
    NO_LOCK_TIMEOUT = "no_lock_timeout", Notice, "nothing limits the wait for a lock" {
        what: "A statement that waits for a lock keeps everybody waiting who comes after it. `schemist upgrade` sets a limit by itself; other programs do not.",
        safe: "SET lock_timeout = '3s' at the head of the file.",
        standing: Standing::OptIn,
        examples: &[Example::of(Dialect::Postgres, "ALTER TABLE book ADD COLUMN year integer").better("SET lock_timeout = '3s'; ALTER TABLE book ADD COLUMN year integer")],
        elsewhere: &[squawk("require-timeout-settings")],
    }
    NAME_TOO_LONG = "name_too_long", Warning, "a name is longer than the server keeps" {
        what: "PostgreSQL cuts names after 63 bytes and says so only in a notice; MySQL refuses more than 64 characters. Two names that begin alike become one.",
        safe: "Choose a shorter name.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE a_name_that_goes_on_and_on_until_nobody_can_tell_where_it_might_end (id bigint)"),
        ],
        elsewhere: &[squawk("identifier-too-long")],
    }
    UNREAD = "unread", Notice, "a statement that was not understood" {
        what: "The rules say nothing of this statement, because they cannot read it: it may do anything. So may a DO block and whatever it executes.",
        safe: "Read it yourself, and say so: `-- ignore unread: <what you saw>`.",
        examples: &[Example::of(Dialect::Postgres, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'book'; END $$")],
        elsewhere: &[schema_diff("IS_USER_GENERATED"), schema_diff("HAS_UNTRACKABLE_DEPENDENCIES")],
    }
    NO_WAY_DOWN = "no_way_down", Notice, "a revision that cannot be undone" {
        what: "The revision changes something and has no section `down`: `schemist downgrade` stops at it.",
        safe: "Write the way down, or say `-- irreversible: <why>` in the header.",
    }
    SEVERAL_HEADS = "several_heads", Danger, "the history has several heads" {
        what: "Two revisions come after the same one, and neither knows the other: `schemist upgrade` refuses to choose.",
        safe: "`schemist rebase` puts one on top of the other; `schemist merge` joins them.",
    }
    HISTORY_BROKEN = "history_broken", Danger, "the history cannot be read" {
        what: "A file among the revisions has no header, or its header or sections are wrong, or the files make no history together: every command that reads them stops there.",
        safe: "Correct what the sentence names; a file that is no revision belongs in another folder.",
    }
    UNUSED_IGNORE = "unused_ignore", Warning, "a comment ignores nothing" {
        what: "The hazard that it speaks of is not there, or no longer.",
        safe: "Remove the comment.",
        examples: &[Example::of(Dialect::Postgres, "-- ignore table_dropped: it was empty\nCREATE TABLE t (id bigint)")],
        elsewhere: &[squawk("unused-ignore")],
    }
    IGNORE_WITHOUT_REASON = "ignore_without_reason", Danger, "a comment ignores a hazard and does not say why" {
        what: "Nobody can tell later whether the reason still holds. The hazard is reported as if the comment were not there.",
        safe: "Write `-- ignore <code>: <reason>`.",
        examples: &[Example::of(Dialect::Postgres, "-- ignore table_dropped\nDROP TABLE draft")],
    }
    UNKNOWN_IGNORE = "unknown_ignore", Warning, "a comment ignores a hazard that does not exist" {
        what: "No hazard has that code.",
        safe: "Look the code up in this page.",
        examples: &[Example::of(Dialect::Postgres, "-- ignore tabel_dropped: it was empty\nDROP TABLE draft")],
    }
}
