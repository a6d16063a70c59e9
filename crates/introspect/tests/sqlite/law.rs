//! What is read, made anew in an empty database and read again is the same.

use insta::assert_snapshot;

use crate::check::{check_law, is_same, written};

/// One of everything that a table can have.
const EVERYTHING: &str = r#"
    CREATE TABLE parent (a INTEGER PRIMARY KEY, b TEXT, c TEXT, UNIQUE (b, c));
    CREATE TABLE "the ""table""" (
        id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, -- the key
        [plain] /* no type */,
        `many words` unsigned   big int DEFAULT -1,
        money decimal(10, 2) CONSTRAINT nn NOT NULL ON CONFLICT FAIL DEFAULT (1 + 2),
        name VARCHAR(20) COLLATE NOCASE CONSTRAINT "u n" UNIQUE ON CONFLICT IGNORE CHECK (length(name) > 1),
        at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        note TEXT DEFAULT 'it''s, (ok)' CONSTRAINT ck CHECK ("the ""table""".note <> ')'),
        flag BOOLEAN DEFAULT false,
        blob BLOB DEFAULT x'0AFF',
        total INTEGER GENERATED ALWAYS AS (id * 2 + coalesce(money, 0)) STORED,
        upper_name AS (upper("name")),
        parent_id INTEGER CONSTRAINT fk REFERENCES Parent (A) ON DELETE CASCADE ON UPDATE SET NULL
            DEFERRABLE INITIALLY DEFERRED,
        other REFERENCES parent,
        CONSTRAINT u2 UNIQUE (plain DESC, name COLLATE rtrim) ON CONFLICT ROLLBACK,
        UNIQUE (flag),
        CHECK (money > 0), CHECK (money > 0 OR
            flag),
        CONSTRAINT fk2 FOREIGN KEY (note, name) REFERENCES parent (b, c) MATCH FULL ON DELETE RESTRICT
        FOREIGN KEY (flag) REFERENCES missing NOT DEFERRABLE
    );
"#;

#[test]
fn everything_that_a_table_can_have() {
    check_law(EVERYTHING);
    assert_snapshot!(written(EVERYTHING), @r#"
    CREATE TABLE "parent" (
        "a" INTEGER PRIMARY KEY,
        "b" TEXT,
        "c" TEXT,
        UNIQUE ("b", "c")
    );
    CREATE TABLE "the ""table""" (
        "id" INTEGER CONSTRAINT "pk" PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT,
        "plain",
        "many words" unsigned   big int DEFAULT -1,
        "money" decimal(10, 2) CONSTRAINT "nn" NOT NULL ON CONFLICT FAIL DEFAULT (1 + 2),
        "name" VARCHAR(20) CONSTRAINT "u n" UNIQUE ON CONFLICT IGNORE COLLATE NOCASE CHECK (length(name) > 1),
        "at" TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        "note" TEXT DEFAULT 'it''s, (ok)' CONSTRAINT "ck" CHECK (note <> ')'),
        "flag" BOOLEAN DEFAULT false,
        "blob" BLOB DEFAULT x'0AFF',
        "total" INTEGER GENERATED ALWAYS AS (id * 2 + coalesce(money, 0)) STORED,
        "upper_name" GENERATED ALWAYS AS (upper("name")) VIRTUAL,
        "parent_id" INTEGER CONSTRAINT "fk" REFERENCES "parent" ("a") ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        "other" REFERENCES "parent",
        UNIQUE ("flag"),
        CONSTRAINT "u2" UNIQUE ("plain" DESC, "name" COLLATE rtrim) ON CONFLICT ROLLBACK,
        CHECK (money > 0),
        CHECK (money > 0 OR
                flag),
        FOREIGN KEY ("flag") REFERENCES "missing",
        CONSTRAINT "fk2" FOREIGN KEY ("note", "name") REFERENCES "parent" ("b", "c") MATCH FULL ON DELETE RESTRICT
    )
    "#);
}

#[test]
fn tables_without_rowid_and_strict_ones() {
    let sql = "
        CREATE TABLE a (x TEXT, y TEXT NOT NULL, PRIMARY KEY (y DESC, x COLLATE nocase) ON CONFLICT IGNORE) WITHOUT ROWID;
        CREATE TABLE b (x INTEGER PRIMARY KEY, y ANY, z INT DEFAULT 1) STRICT;
        CREATE TABLE c (x ANY, PRIMARY KEY (x)) WITHOUT ROWID, STRICT;
        CREATE TABLE d (x INTEGER PRIMARY KEY DESC, y);
        CREATE TABLE e (x INTEGER, y, PRIMARY KEY (x AUTOINCREMENT));
        CREATE TABLE f (x INTEGER, PRIMARY KEY (x DESC));
        CREATE TABLE g (x INTEGER NOT NULL PRIMARY KEY, y TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE h (x INT NOT NULL PRIMARY KEY) STRICT;
    ";
    check_law(sql);
    assert_snapshot!(written(sql), @r#"
    CREATE TABLE "a" (
        "x" TEXT,
        "y" TEXT,
        PRIMARY KEY ("y" DESC, "x" COLLATE nocase) ON CONFLICT IGNORE
    ) WITHOUT ROWID;
    CREATE TABLE "b" (
        "x" INTEGER PRIMARY KEY,
        "y" ANY,
        "z" INT DEFAULT 1
    ) STRICT;
    CREATE TABLE "c" (
        "x" ANY,
        PRIMARY KEY ("x")
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE "d" (
        "x" INTEGER PRIMARY KEY DESC,
        "y"
    );
    CREATE TABLE "e" (
        "x" INTEGER,
        "y",
        PRIMARY KEY ("x" AUTOINCREMENT)
    );
    CREATE TABLE "f" (
        "x" INTEGER,
        PRIMARY KEY ("x")
    );
    CREATE TABLE "g" (
        "x" INTEGER PRIMARY KEY NOT NULL,
        "y" TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE "h" (
        "x" INT PRIMARY KEY
    ) STRICT
    "#);
}

#[test]
fn indexes_views_and_triggers() {
    let sql = r#"
        CREATE TABLE Book (id INTEGER PRIMARY KEY, title TEXT COLLATE NOCASE, [the year] INT, price REAL);
        CREATE UNIQUE INDEX IF NOT EXISTS by_title ON book (Title COLLATE BINARY DESC, "the year" ASC);
        CREATE INDEX by_case ON Book (title COLLATE nocase);
        CREATE INDEX by_expression ON Book (lower(title) COLLATE RTRIM DESC, (price * 2), price + 1);
        CREATE INDEX partial ON Book (id, price DESC) WHERE title IS NOT NULL AND [the year] > 2000;
        CREATE VIEW IF NOT EXISTS "new books" (a, b) AS SELECT id, title FROM Book -- all of it
            WHERE [the year] > 2000;
        CREATE VIEW main.titles AS WITH x AS (SELECT * FROM "new books") SELECT b FROM x;
        CREATE TRIGGER main.keep BEFORE DELETE ON book FOR EACH ROW WHEN old.price > 10 BEGIN
            SELECT RAISE(ABORT, 'END; it''s dear');
            UPDATE Book SET title = CASE WHEN 1 THEN 'x' END;
        END;
        CREATE TRIGGER into_view INSTEAD OF INSERT ON "new books" BEGIN INSERT INTO Book (title) VALUES (new.b); END;
    "#;
    check_law(sql);
    assert_snapshot!(written(sql), @r#"
    CREATE TABLE "Book" (
        "id" INTEGER PRIMARY KEY,
        "title" TEXT COLLATE NOCASE,
        "the year" INT,
        "price" REAL
    );
    CREATE INDEX "by_case" ON "Book" ("title");
    CREATE INDEX "by_expression" ON "Book" (lower(title) COLLATE RTRIM DESC, (price * 2), price + 1);
    CREATE UNIQUE INDEX "by_title" ON "Book" ("title" COLLATE BINARY DESC, "the year");
    CREATE INDEX "partial" ON "Book" ("id", "price" DESC) WHERE title IS NOT NULL AND [the year] > 2000;
    CREATE VIEW "new books" (a, b) AS SELECT id, title FROM Book -- all of it
                WHERE [the year] > 2000;
    CREATE VIEW "titles" AS WITH x AS (SELECT * FROM "new books") SELECT b FROM x;
    CREATE TRIGGER "into_view" INSTEAD OF INSERT ON "new books" BEGIN INSERT INTO Book (title) VALUES (new.b); END;
    CREATE TRIGGER "keep" BEFORE DELETE ON book FOR EACH ROW WHEN old.price > 10 BEGIN
                SELECT RAISE(ABORT, 'END; it''s dear');
                UPDATE Book SET title = CASE WHEN 1 THEN 'x' END;
            END
    "#);
}

#[test]
fn tables_that_were_altered_and_made_from_queries() {
    check_law(
        r#"
        CREATE TABLE a AS SELECT 1 AS x, 'y' AS "the y";
        CREATE TABLE b (id INTEGER PRIMARY KEY, x -- the last
        );
        ALTER TABLE b ADD COLUMN y TEXT DEFAULT 'a' CHECK (y <> '') REFERENCES a (x);
        ALTER TABLE b RENAME COLUMN x TO "x y";
        ALTER TABLE b RENAME TO "c d";
        ALTER TABLE "c d" ADD z INT AS ("x y" || 1) VIRTUAL;
    "#,
    );
}

#[test]
fn spelling_says_nothing() {
    assert!(is_same(
        "CREATE TABLE book (id integer primary key, title varchar(20) not null default 'a' check (title>''), n int references book(id));
         CREATE INDEX by_title ON book (title) WHERE n>1; CREATE VIEW v AS SELECT id FROM book;
         CREATE TRIGGER t AFTER INSERT ON book BEGIN SELECT 1; END",
        r#"CREATE TABLE IF NOT EXISTS Book ("ID" INTEGER, [Title] VARCHAR (20) DEFAULT ('a') NOT NULL, N int, /* c */
             PRIMARY KEY (id), CHECK ((TITLE > '')), FOREIGN KEY (n) REFERENCES BOOK ("Id"));
           CREATE INDEX BY_TITLE ON book("title") WHERE (n > 1); CREATE VIEW V as select ID from Book;
           CREATE TRIGGER T after insert on BOOK begin select 1; end"#,
    ));
}

#[test]
fn what_says_something_is_seen() {
    let before = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)";
    for after in [
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT FAIL, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INT PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'X' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'Y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t ON DELETE CASCADE)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CONSTRAINT k CHECK (b <> 'y'), c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x', c REFERENCES t)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'x' CHECK (b <> 'y'), c REFERENCES t, UNIQUE (c DESC))",
    ] {
        assert!(!is_same(before, after), "{after}");
    }
}
