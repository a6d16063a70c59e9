//! Tables that are written anew keep everything: each test is something that was lost elsewhere.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use schemist_catalog::object::Table;
use schemist_catalog::{Hints, Kind, Pair, TextValue, ValueFate};
use schemist_sql::{Ident, QualifiedName};

use crate::check::{migrate, migrate_up, migrate_with};

const PARENT_AND_CHILD: &str = "
    CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE);
    CREATE VIEW both AS SELECT name, child.id FROM parent JOIN child ON parent_id = parent.id;
    CREATE TRIGGER on_child AFTER INSERT ON child BEGIN UPDATE parent SET name = 'x' WHERE id = new.parent_id; END;
";

#[test]
fn children_with_cascade_keep_their_rows() {
    let migrated = migrate(
        PARENT_AND_CHILD,
        "INSERT INTO parent VALUES (1, 'a'), (7, 'b'); INSERT INTO child VALUES (1, 1), (2, 7)",
        &PARENT_AND_CHILD.replace("name TEXT", "name TEXT NOT NULL"),
        "SELECT * FROM both ORDER BY id",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_parent" (
        "id" INTEGER PRIMARY KEY,
        "name" TEXT NOT NULL
    );
    -- table_rewritten: table "parent" is written anew with all of its rows, while nobody else can write
    -- not_null_set: rows of table "parent" with no "name" make this fail
    INSERT OR ABORT INTO "schemist_new_parent" ("id", "name")
    SELECT "id", "name"
    FROM "parent";
    DROP TABLE "parent";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_parent" RENAME TO "parent";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    x|1
    x|2
    ");
}

#[test]
fn the_counter_goes_on_where_it_was() {
    let migrated = migrate(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
        "INSERT INTO t VALUES (1, 'a'), (50, 'b'); DELETE FROM t WHERE id = 50",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL)",
        "SELECT name, seq, (SELECT group_concat(id) FROM t) FROM sqlite_sequence",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "id" INTEGER PRIMARY KEY AUTOINCREMENT,
        "a" TEXT NOT NULL
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- not_null_set: rows of table "t" with no "a" make this fail
    INSERT OR ABORT INTO "schemist_new_t" ("id", "a")
    SELECT "id", "a"
    FROM "t";
    DELETE FROM sqlite_sequence WHERE name = 'schemist_new_t';
    INSERT INTO sqlite_sequence (name, seq)
    SELECT 'schemist_new_t', seq FROM sqlite_sequence WHERE name = 't';
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"t|50|1");
}

#[test]
fn what_no_pragma_tells_stays() {
    let before = "
        CREATE TABLE parent (id INTEGER PRIMARY KEY);
        CREATE TABLE t (
            id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, b INT, CHECK (b > 0),
            c TEXT UNIQUE ON CONFLICT REPLACE, d INT NOT NULL ON CONFLICT IGNORE DEFAULT 3,
            e INT REFERENCES parent ON UPDATE CASCADE ON DELETE SET NULL, f AS (b + d) STORED, UNIQUE (a DESC));
        CREATE INDEX by_expression ON t (lower(a) DESC, b + 1) WHERE c <> '';
        CREATE INDEX by_a ON t (a COLLATE RTRIM DESC);
        CREATE TRIGGER guard BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;
    "
    .replace(", CHECK (b > 0),", " CHECK (b > 0),");
    let migrated = migrate(
        &before,
        "INSERT INTO parent VALUES (1); INSERT INTO t (id, a, b, c, e) VALUES (3, 'x', 1, 'y', 1), (5, 'z', 2, '', NULL)",
        &before.replace("b INT CHECK", "b INT NOT NULL CHECK"),
        "SELECT *, (SELECT count(*) FROM sqlite_master WHERE tbl_name = 't') AS objects FROM t WHERE a = 'X' OR f > 4",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "id" INTEGER PRIMARY KEY,
        "a" TEXT COLLATE NOCASE,
        "b" INT NOT NULL CHECK (b > 0),
        "c" TEXT UNIQUE ON CONFLICT REPLACE,
        "d" INT NOT NULL ON CONFLICT IGNORE DEFAULT 3,
        "e" INT REFERENCES "parent" ON UPDATE CASCADE ON DELETE SET NULL,
        "f" GENERATED ALWAYS AS (b + d) STORED,
        UNIQUE ("a" DESC)
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- not_null_set: rows of table "t" with no "b" make this fail
    INSERT OR ABORT INTO "schemist_new_t" ("id", "a", "b", "c", "d", "e")
    SELECT "id", "a", "b", "c", "d", "e"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    CREATE INDEX "by_a" ON "t" ("a" COLLATE RTRIM DESC);
    CREATE INDEX "by_expression" ON "t" (lower(a) DESC, b + 1) WHERE c <> '';
    CREATE TRIGGER "guard" BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;
    "#);
    assert_snapshot!(migrated.rows, @"
    3|x|1|y|3|1|4|6
    5|z|2||3|NULL|5|6
    ");
}

#[test]
fn rowids_are_not_renumbered() {
    let migrated = migrate(
        "CREATE TABLE t (a TEXT PRIMARY KEY, rowid TEXT)",
        "INSERT INTO t (_rowid_, a) VALUES (10, 'x'), (20, 'y')",
        "CREATE TABLE t (a TEXT PRIMARY KEY COLLATE NOCASE, rowid TEXT)",
        "SELECT _rowid_, a FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "a" TEXT PRIMARY KEY COLLATE NOCASE,
        "rowid" TEXT
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_t" (_rowid_, "a", "rowid")
    SELECT _rowid_, "a", "rowid"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    10|x
    20|y
    ");
}

#[test]
fn a_new_integer_key_shows_the_rowids() {
    let migrated = migrate(
        "CREATE TABLE t (a TEXT)",
        "INSERT INTO t (rowid, a) VALUES (10, 'x'), (20, 'y')",
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT)",
        "SELECT id, a FROM t",
    );
    assert_snapshot!(migrated.rows, @"
    10|x
    20|y
    ");
}

#[test]
fn conflict_clauses_swallow_no_row() {
    let migrated = migrate(
        "CREATE TABLE t (a INT, b INT) ; CREATE TABLE u (a INT)",
        "INSERT INTO t VALUES (1, 1), (2, 2)",
        "CREATE TABLE t (a INT UNIQUE ON CONFLICT REPLACE, b INT NOT NULL ON CONFLICT IGNORE) ; CREATE TABLE u (a INT)",
        "SELECT * FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "a" INT UNIQUE ON CONFLICT REPLACE,
        "b" INT NOT NULL ON CONFLICT IGNORE
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- not_null_set: rows of table "t" with no "b" make this fail
    -- unique_added: rows of table "t" that are equal in the key make this fail
    INSERT OR ABORT INTO "schemist_new_t" (rowid, "a", "b")
    SELECT rowid, "a", "b"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    1|1
    2|2
    ");
}

#[test]
fn columns_come_and_go_in_place_where_that_is_exact() {
    let migrated = migrate(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, old TEXT CHECK (old <> ''));
         CREATE INDEX by_old ON t (old); CREATE VIEW v AS SELECT id, old FROM t; CREATE VIEW w AS SELECT id FROM v",
        "INSERT INTO t VALUES (1, 2, 'x')",
        "CREATE TABLE t (b TEXT NOT NULL DEFAULT 'new' CONSTRAINT filled CHECK (b <> ''), id INTEGER PRIMARY KEY, a INT,
            c REFERENCES t, d AS (a + 1), e REAL COLLATE NOCASE DEFAULT -1.5);
         CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v",
        "SELECT * FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    DROP VIEW "w";
    DROP VIEW "v";
    DROP INDEX "by_old";
    -- check_added: table "t" is scanned, and rows that break the condition make this fail
    ALTER TABLE "t" ADD COLUMN "b" TEXT NOT NULL DEFAULT 'new' CONSTRAINT "filled" CHECK (b <> '');
    ALTER TABLE "t" ADD COLUMN "c" REFERENCES "t";
    ALTER TABLE "t" ADD COLUMN "d" GENERATED ALWAYS AS (a + 1) VIRTUAL;
    ALTER TABLE "t" ADD COLUMN "e" REAL COLLATE NOCASE DEFAULT -1.5;
    -- column_dropped: column "old" of table "t" is dropped with all of its values
    ALTER TABLE "t" DROP COLUMN "old";
    CREATE VIEW "v" AS SELECT id FROM t;
    CREATE VIEW "w" AS SELECT id FROM v;
    "#);
    assert_snapshot!(migrated.rows, @"1|2|new|NULL|3|-1.5");
}

#[test]
fn what_cannot_be_added_in_place_is_added_anew() {
    let migrated = migrate(
        "CREATE TABLE t (a INT)",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE t (b TEXT DEFAULT (upper('x')), a INT, c INT NOT NULL DEFAULT 5, d AS (a * 2) STORED, UNIQUE (a, c))",
        "SELECT rowid, * FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "b" TEXT DEFAULT (upper('x')),
        "a" INT,
        "c" INT NOT NULL DEFAULT 5,
        "d" GENERATED ALWAYS AS (a * 2) STORED,
        UNIQUE ("a", "c")
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- unique_added: rows of table "t" that are equal in the key make this fail
    INSERT OR ABORT INTO "schemist_new_t" (rowid, "a")
    SELECT rowid, "a"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"1|X|1|5|2");
}

#[test]
fn types_convert_as_the_column_does() {
    let migrated = migrate(
        "CREATE TABLE t (a TEXT, b INT, c TEXT) ",
        "INSERT INTO t VALUES ('12', 3, 'x'), ('1x', 4, 'y')",
        "CREATE TABLE t (a INT, b TEXT, c VARCHAR(10))",
        "SELECT a, typeof(a), b, typeof(b), c FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "a" INT,
        "b" TEXT,
        "c" VARCHAR(10)
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- column_retyped: values of column "a" of table "t" are stored as integers where SQLite can read them so, and stay as they are where not
    -- column_retyped: values of column "b" of table "t" are stored as text where SQLite can read them so, and stay as they are where not
    INSERT OR ABORT INTO "schemist_new_t" (rowid, "a", "b", "c")
    SELECT rowid, "a", "b", "c"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    12|integer|3|text|x
    1x|text|4|text|y
    ");
}

#[test]
fn without_rowid_and_strict_come_and_go() {
    let migrated = migrate(
        "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a))",
        "INSERT INTO t VALUES (2, 'x'), (1, 'y')",
        "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a)) WITHOUT ROWID, STRICT",
        "SELECT * FROM t",
    );
    assert_snapshot!(migrated.rows, @"
    1|y
    2|x
    ");
}

#[test]
fn a_backfill_gives_first_values() {
    let table = Table::id_of(&QualifiedName::unqualified(Ident::from_server("t")));
    assert_eq!(table.kind, Kind::Table);
    let fill = |column: &str, value: &str| (Ident::from_server(column), value.to_owned());
    let hints = Hints {
        backfills: BTreeMap::from([(
            table,
            BTreeMap::from([fill("b", "a * 10"), fill("c", "'none'")]),
        )]),
        ..Hints::default()
    };
    let migrated = migrate_with(
        "CREATE TABLE t (a INT, c TEXT)",
        "INSERT INTO t VALUES (1, 'x'), (2, NULL)",
        "CREATE TABLE t (a INT, b INT NOT NULL, c TEXT NOT NULL)",
        "SELECT * FROM t",
        &hints,
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "a" INT,
        "b" INT NOT NULL,
        "c" TEXT NOT NULL
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_t" (rowid, "a", "b", "c")
    SELECT rowid, "a", a * 10, coalesce("c", 'none')
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    1|10|x
    2|20|none
    ");
}

#[test]
fn keys_to_each_other_and_to_oneself_stay() {
    let before = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b, a INT REFERENCES a ON DELETE CASCADE);
        CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a ON DELETE CASCADE)";
    let migrated = migrate(
        before,
        "INSERT INTO a VALUES (1, NULL, 1); INSERT INTO b VALUES (1, 1); UPDATE a SET b = 1",
        &before.replace(
            "id INTEGER PRIMARY KEY",
            "id INTEGER PRIMARY KEY CHECK (id > 0)",
        ),
        "SELECT * FROM a JOIN b",
    );
    assert_snapshot!(migrated.rows, @"1|1|1|1|1");
}

#[test]
fn a_table_that_others_refer_to_goes_alone() {
    let migrated = migrate_up(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INT REFERENCES parent ON DELETE CASCADE)",
        "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1)",
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INT)",
        "SELECT * FROM child",
    );
    assert_snapshot!(migrated.rows, @"1|1");
}

#[test]
fn a_broken_view_does_not_stand_in_the_way() {
    let migrated = migrate(
        "CREATE TABLE t (a INT); CREATE VIEW broken AS SELECT * FROM missing",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE t (a INT NOT NULL); CREATE VIEW broken AS SELECT * FROM missing",
        "SELECT * FROM t",
    );
    assert_snapshot!(migrated.rows, @"1");
}

#[test]
fn rows_without_a_number_get_one_and_that_is_said() {
    let migrated = migrate(
        "CREATE TABLE t (id INTEGER, a TEXT)",
        "INSERT INTO t VALUES (7, 'x'), (NULL, 'y')",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
        "SELECT * FROM t",
    );
    assert_snapshot!(migrated.up, @r#"
    CREATE TABLE "schemist_new_t" (
        "id" INTEGER PRIMARY KEY,
        "a" TEXT
    );
    -- table_rewritten: table "t" is written anew with all of its rows, while nobody else can write
    -- null_numbered: rows of table "t" with no "id" get a number of SQLite's choice
    -- unique_added: rows of table "t" that are equal in the key make this fail
    INSERT OR ABORT INTO "schemist_new_t" ("id", "a")
    SELECT "id", "a"
    FROM "t";
    DROP TABLE "t";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_t" RENAME TO "t";
    PRAGMA legacy_alter_table = OFF;
    "#);
    assert_snapshot!(migrated.rows, @"
    7|x
    8|y
    ");
}

#[test]
fn a_value_with_another_name_is_replaced_in_the_rows() {
    let table = Table::id_of(&QualifiedName::unqualified(Ident::from_server("t")));
    let value = |before: &str, after: &str, fate| TextValue {
        values: Pair::new(before.to_owned(), after.to_owned()),
        fate,
    };
    let values = vec![
        value("off", "paused", ValueFate::Renamed),
        value("gone", "on", ValueFate::Removed),
    ];
    let hints = Hints {
        text_values: BTreeMap::from([(table, BTreeMap::from([(Ident::from_server("a"), values)]))]),
        ..Hints::default()
    };
    let migrated = migrate_with(
        "CREATE TABLE t (a TEXT CHECK (a IN ('on', 'off', 'gone')))",
        "INSERT INTO t VALUES ('on'), ('off'), ('gone'), (NULL)",
        "CREATE TABLE t (a TEXT CHECK (a IN ('on', 'paused')))",
        "SELECT a FROM t",
        &hints,
    );
    assert_snapshot!(migrated.rows, @"
    on
    paused
    on
    NULL
    ");
}
