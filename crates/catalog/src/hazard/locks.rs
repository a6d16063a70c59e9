//! Statements for which others wait: what is locked, and for how long.

use schemist_sql::Dialect;

use super::rule::mode::{AE, S, SRE, SUE};
use super::rule::{Example, Work, hazards, schema_diff, squawk};

hazards! {
    INDEX_BUILT_IN_PLACE = "index_built_in_place", Warning, "writes wait while an index is built" {
        what: "CREATE INDEX takes SHARE on the table: nobody can write to it until the index is built.",
        safe: "CREATE INDEX CONCURRENTLY in a section with `no transaction`. For a partitioned table: on each partition, then `ON ONLY` on the parent and ATTACH PARTITION.",
        is_heavy: true,
        examples: &[
            Example::postgres("CREATE INDEX book_pages ON book (pages)", &[("book", S)])
                .that(Work::Builds)
                .better("-- [up postgres, no transaction]\nCREATE INDEX CONCURRENTLY book_pages ON book (pages)"),
        ],
        elsewhere: &[squawk("require-concurrent-index-creation"), schema_diff("ACQUIRES_SHARE_LOCK"), schema_diff("INDEX_BUILD")],
    }
    INDEX_DROPPED_IN_PLACE = "index_dropped_in_place", Warning, "everybody waits for an index that goes" {
        what: "DROP INDEX takes ACCESS EXCLUSIVE on the table. It is over at once, but it waits for every transaction that uses the table, and everybody else waits behind it.",
        safe: "DROP INDEX CONCURRENTLY in a section with `no transaction`.",
        examples: &[
            Example::postgres("DROP INDEX book_title", &[("book", AE)])
                .better("-- [up postgres, no transaction]\nDROP INDEX CONCURRENTLY book_title"),
        ],
        elsewhere: &[squawk("require-concurrent-index-deletion"), schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    REINDEXED_IN_PLACE = "reindexed_in_place", Warning, "writes wait while indexes are built again" {
        what: "REINDEX takes SHARE on the table and ACCESS EXCLUSIVE on the index: nobody can write, and whoever would read through the index waits.",
        safe: "REINDEX … CONCURRENTLY in a section with `no transaction`.",
        is_heavy: true,
        examples: &[
            Example::postgres("REINDEX TABLE book", &[("book", S)])
                .that(Work::Builds)
                .better("-- [up postgres, no transaction]\nREINDEX TABLE CONCURRENTLY book"),
        ],
        elsewhere: &[squawk("require-concurrent-reindex")],
    }
    TABLE_REWRITTEN = "table_rewritten", Warning, "a table is written anew" {
        what: "Every row is written again, and every index is built again, while nobody can read or write the table. It needs room for a second copy.",
        safe: "Expand and contract: add a new column without a default, write both, fill it in batches, switch the programs, drop the old one. A constant default and now() cost nothing.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE book ALTER COLUMN pages TYPE bigint", &[("book", AE)]).that(Work::Rewrites),
            Example::postgres("ALTER TABLE book ADD COLUMN token uuid DEFAULT gen_random_uuid()", &[("book", AE)])
                .that(Work::Rewrites)
                .better("ALTER TABLE book ADD COLUMN token uuid"),
            Example::postgres("ALTER TABLE author ADD COLUMN number bigserial", &[("author", AE)]).that(Work::Rewrites),
            Example::postgres("ALTER TABLE author ADD COLUMN loud text GENERATED ALWAYS AS (upper(name)) STORED", &[("author", AE)])
                .that(Work::Rewrites),
            Example::postgres("ALTER TABLE book SET UNLOGGED", &[("book", AE)]).that(Work::Rewrites),
            Example::postgres("CLUSTER book USING book_pkey", &[("book", AE)]).that(Work::Rewrites),
            Example::of(Dialect::Mysql, "ALTER TABLE book MODIFY title text"),
            Example::of(Dialect::Mysql, "ALTER TABLE book CONVERT TO CHARACTER SET utf8mb4"),
        ],
        elsewhere: &[
            squawk("changing-column-type"),
            squawk("adding-field-with-default"),
            squawk("adding-serial-primary-key-field"),
            squawk("ban-alter-generated-expression"),
            squawk("prefer-repack"),
            schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK"),
            schema_diff("IMPACTS_DATABASE_PERFORMANCE"),
        ],
    }
    TABLE_SCANNED = "table_scanned", Warning, "everybody waits while a table is read" {
        what: "A column that comes with a check makes PostgreSQL read every row under ACCESS EXCLUSIVE, also where the column is NULL in all of them.",
        safe: "Add the column alone; add the check NOT VALID and VALIDATE it in a later transaction.",
        is_heavy: true,
        examples: &[
            Example::postgres("ALTER TABLE book ADD COLUMN year integer CHECK (year > 1400)", &[("book", AE)])
                .that(Work::Scans)
                .better("ALTER TABLE book ADD COLUMN year integer"),
        ],
        elsewhere: &[squawk("constraint-missing-not-valid")],
    }
    BRIEF_LOCK = "brief_lock", Notice, "a table is locked for a moment" {
        what: "The statement itself is quick, but it waits for every transaction that uses the table, and everybody who comes later waits behind it.",
        safe: "Run it with a short `lock_timeout` and try again, as `schemist upgrade` does, and keep the transaction short.",
        examples: &[
            Example::postgres("ALTER TABLE author ADD COLUMN note text", &[("author", AE)]),
            Example::postgres("ALTER TABLE book ALTER COLUMN pages SET DEFAULT 1", &[("book", AE)]),
            Example::postgres("ALTER TABLE book ADD CONSTRAINT short CHECK (pages < 900) NOT VALID", &[("book", AE)]),
            Example::postgres("CREATE TRIGGER kept BEFORE UPDATE ON shelf FOR EACH ROW EXECUTE FUNCTION log_it()", &[("shelf", SRE)]),
            Example::postgres("DROP TRIGGER logged ON author", &[("author", AE)]),
            Example::postgres("CREATE TABLE review (book_id bigint REFERENCES book (id))", &[("book", SRE)]),
        ],
        elsewhere: &[
            schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK"),
            schema_diff("ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK"),
            squawk("ban-add-column"),
            squawk("ban-set-default"),
            squawk("ban-drop-default"),
            squawk("ban-disable-trigger"),
            squawk("ban-drop-trigger"),
            squawk("ban-replace-view-function"),
        ],
    }
    FOREIGN_KEY_DROPPED = "foreign_key_dropped", Warning, "two tables are locked while a foreign key goes" {
        what: "Dropping a foreign key takes ACCESS EXCLUSIVE on both tables, also on the one that is only referred to. From then on rows may refer to nothing.",
        safe: "Run it with a short `lock_timeout` and try again; do it in a transaction of its own.",
        examples: &[Example::postgres("ALTER TABLE book DROP CONSTRAINT book_author_fkey", &[("book", AE), ("author", AE)])],
        elsewhere: &[squawk("ban-drop-constraint"), schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    VALIDATED_AT_ONCE = "validated_at_once", Warning, "a constraint is validated in the transaction that added it" {
        what: "The lock that ADD CONSTRAINT … NOT VALID took is held until the transaction ends, and so through the reading of all rows by VALIDATE.",
        safe: "Put VALIDATE CONSTRAINT in a section of its own: `-- [up postgres, new transaction]`.",
        is_heavy: true,
        examples: &[
            Example::postgres(
                "ALTER TABLE book ADD CONSTRAINT short CHECK (pages < 900) NOT VALID; ALTER TABLE book VALIDATE CONSTRAINT short",
                &[("book", AE)],
            )
            .that(Work::Scans)
            .better("ALTER TABLE book VALIDATE CONSTRAINT short"),
        ],
        elsewhere: &[squawk("constraint-missing-not-valid")],
    }
    PARTITION_ATTACHED = "partition_attached", Warning, "a table becomes a partition" {
        what: "The table is locked and read, and so is the default partition, whose rows must not belong into the new one. The parent takes no other change meanwhile.",
        safe: "Give the table a validated CHECK that says what the partition says, and the default partition one that says the contrary: then nothing is read.",
        is_heavy: true,
        examples: &[
            Example::postgres(
                "ALTER TABLE loan ATTACH PARTITION loan_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
                &[("loan", SUE), ("loan_2026", AE)],
            )
            .that(Work::Scans),
        ],
        elsewhere: &[schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    PARTITION_DETACHED = "partition_detached", Warning, "a partition is taken out" {
        what: "DETACH takes ACCESS EXCLUSIVE on the parent and the partition: everybody who uses the partitioned table waits.",
        safe: "DETACH PARTITION … CONCURRENTLY in a section with `no transaction`, where the table has no default partition.",
        examples: &[
            Example::postgres("ALTER TABLE loan DETACH PARTITION loan_2025", &[("loan", AE), ("loan_2025", AE)])
                .better("-- [up postgres, no transaction]\nALTER TABLE loan DETACH PARTITION loan_2025 CONCURRENTLY"),
        ],
        elsewhere: &[squawk("require-concurrent-partition-detach"), squawk("ban-detach-inheritance"), schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    PARTITION_CREATED = "partition_created", Notice, "a partition is made under its parent" {
        what: "CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the partitioned table, and reads its default partition.",
        safe: "Make the table by itself and ATTACH it, which lets others go on.",
        examples: &[
            Example::postgres(
                "CREATE TABLE loan_2027 PARTITION OF loan FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
                &[("loan", AE)],
            ),
        ],
        elsewhere: &[schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
    MATERIALIZED_VIEW_REFRESHED = "materialized_view_refreshed", Warning, "nobody reads a materialized view while it is filled" {
        what: "REFRESH takes ACCESS EXCLUSIVE on the materialized view for as long as its query takes.",
        safe: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which wants a unique index on it.",
        is_heavy: true,
        examples: &[
            Example::postgres("REFRESH MATERIALIZED VIEW prices", &[("prices", AE)])
                .that(Work::Rewrites)
                .better("REFRESH MATERIALIZED VIEW CONCURRENTLY prices"),
        ],
        elsewhere: &[squawk("require-concurrent-refresh-matview")],
    }
    MATERIALIZED_VIEW_FILLED = "materialized_view_filled", Notice, "a materialized view is filled" {
        what: "It is filled by its query, which takes as long as the query does, in the transaction of the revision.",
        safe: "Make it WITH NO DATA and fill it afterwards, where the query takes long.",
        is_heavy: true,
        examples: &[Example::postgres("CREATE MATERIALIZED VIEW long AS SELECT id FROM book WHERE pages > 500", &[]).that(Work::Scans)],
        elsewhere: &[schema_diff("IMPACTS_DATABASE_PERFORMANCE")],
    }
    TABLE_LOCKED = "table_locked", Warning, "a table is locked by name" {
        what: "LOCK TABLE holds the table until the transaction ends.",
        safe: "Leave it out, or name the weakest mode that does, and keep the transaction short.",
        examples: &[
            Example::postgres("LOCK TABLE book", &[("book", AE)]),
            Example::of(Dialect::Mysql, "LOCK TABLES book WRITE"),
        ],
        elsewhere: &[schema_diff("ACQUIRES_ACCESS_EXCLUSIVE_LOCK")],
    }
}
