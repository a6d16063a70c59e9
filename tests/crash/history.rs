//! The history that is applied: twelve revisions, each with an effect that shows when it happens twice.

use std::fs;
use std::path::Path;

use schemist_sql::Dialect;
use schemist_testkit::postgres_version;
use tempfile::TempDir;

/// Asks whether the statement ran of which nothing else can tell.
pub(crate) const IN_DOUBT: &str = "SELECT count(*) FROM effect WHERE what = 'called'";

/// A folder of revision files.
pub(crate) struct History {
    pub(crate) dialect: Dialect,
    folder: TempDir,
    texts: Vec<String>,
}

impl History {
    /// Writes the history of a dialect.
    pub(crate) fn of(dialect: Dialect) -> Option<Self> {
        let folder = TempDir::with_prefix("schemist-crash-").ok()?;
        let ways = match dialect {
            Dialect::Postgres => POSTGRES,
            Dialect::Sqlite => SQLITE,
            Dialect::Mysql => MYSQL,
        };
        let mut texts = Vec::new();
        for (place, up) in ways.iter().enumerate() {
            let id = format!("r{:02}", place + 1);
            let parent = match place {
                0 => String::new(),
                _ => format!("-- parent: r{place:02}\n"),
            };
            // It came with PostgreSQL 14.
            let up = if postgres_version().is_some_and(|major| major < 14) {
                up.replace("part_2 CONCURRENTLY", "part_2")
            } else {
                (*up).to_owned()
            };
            let text = format!(
                "-- schemist revision\n-- id: {id}\n{parent}-- message: step {}\n\n{}\n\n-- [down]\n-- not tried here\n",
                place + 1,
                up.trim()
            );
            fs::write(folder.path().join(format!("{id}.sql")), &text).ok()?;
            texts.push(text);
        }
        Some(Self {
            dialect,
            folder,
            texts,
        })
    }

    /// Where the files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many revisions there are.
    pub(crate) const fn len(&self) -> usize {
        self.texts.len()
    }

    /// The text of all files.
    pub(crate) fn text(&self) -> String {
        self.texts.join("\n")
    }
}

const POSTGRES: &[&str] = &[
    "-- [up]
CREATE TABLE effect (what text NOT NULL);
CREATE TABLE item (id integer PRIMARY KEY, name text, n integer NOT NULL DEFAULT 0);
INSERT INTO item (id, name) SELECT n, 'item ' || n FROM generate_series(1, 500) AS n;
INSERT INTO effect VALUES ('r01');",
    "-- [up]
ALTER TABLE item ADD COLUMN note text;
UPDATE item SET n = n + 1;
-- [up, new transaction]
UPDATE item SET n = n * 2;
INSERT INTO effect SELECT 'r02' FROM pg_sleep(0.01);",
    "-- [up, no transaction]
CREATE INDEX CONCURRENTLY item_name ON item (name);
CREATE UNIQUE INDEX CONCURRENTLY item_key ON item (id, name);",
    "-- [up, no transaction]
UPDATE item SET n = n + 1;
INSERT INTO effect SELECT 'r04' FROM pg_sleep(0.01);",
    "-- [up]
CREATE TYPE mood AS ENUM ('sad');
-- [up, no transaction]
ALTER TYPE mood ADD VALUE 'glad';
-- [up]
ALTER TABLE item ADD COLUMN mood mood NOT NULL DEFAULT 'glad';",
    "-- [up]
CREATE PROCEDURE tick() LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(0.005); INSERT INTO effect VALUES ('called'); COMMIT; PERFORM pg_sleep(0.005); END $$;
-- [up, no transaction]
CALL tick();",
    "-- [up, no transaction]
-- repeatable
DO $$ BEGIN
  FOR i IN 0..4 LOOP UPDATE item SET note = 'none' WHERE note IS NULL AND id % 5 = i; COMMIT; END LOOP;
END $$;",
    "-- [up]
ALTER TABLE item ADD CONSTRAINT noted CHECK (note IS NOT NULL) NOT VALID;
-- [up, new transaction]
ALTER TABLE item VALIDATE CONSTRAINT noted;
-- [up, new transaction]
ALTER TABLE item ALTER COLUMN note SET NOT NULL;
ALTER TABLE item DROP CONSTRAINT noted;
INSERT INTO effect VALUES ('r08');",
    "-- [up, no transaction]
DROP INDEX CONCURRENTLY item_name;
VACUUM item;",
    "-- [up]
CREATE TABLE part (id integer) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20);
INSERT INTO part SELECT generate_series(0, 19);
-- [up, no transaction]
ALTER TABLE part DETACH PARTITION part_2 CONCURRENTLY;",
    "-- [up]
CREATE VIEW named AS SELECT id, name FROM item;
DELETE FROM item WHERE id = 7;
INSERT INTO item (id, name, note) VALUES (7, 'again', 'new');
INSERT INTO effect VALUES ('r11');",
    "-- [up, no transaction]
CREATE INDEX CONCURRENTLY item_mood ON item (mood);
-- [up]
UPDATE item SET n = n + 1 WHERE id > 250;
INSERT INTO effect VALUES ('r12');",
];

const MYSQL: &[&str] = &[
    "-- [up]
CREATE TABLE effect (what varchar(20) NOT NULL);
CREATE TABLE item (id int PRIMARY KEY, name varchar(50), n int NOT NULL DEFAULT 0);
INSERT INTO item (id, name) WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 500) SELECT n, concat('item ', n) FROM s;
INSERT INTO effect VALUES ('r01');",
    "-- [up]
ALTER TABLE item ADD COLUMN note varchar(50);
UPDATE item SET n = n + 1;
UPDATE item SET n = n * 2;
INSERT INTO effect SELECT 'r02' FROM (SELECT sleep(0.01)) AS s;",
    "-- [up]
CREATE INDEX item_name ON item (name);
CREATE UNIQUE INDEX item_key ON item (id, name);",
    "-- [up, no transaction]
UPDATE item SET n = n + 1;
INSERT INTO effect SELECT 'r04' FROM (SELECT sleep(0.01)) AS s;",
    "-- [up]
ALTER TABLE item ADD COLUMN mood enum('sad') NOT NULL DEFAULT 'sad';
ALTER TABLE item MODIFY COLUMN mood enum('sad', 'glad') NOT NULL DEFAULT 'glad';",
    "-- [up]
CREATE PROCEDURE tick() BEGIN DO sleep(0.005); INSERT INTO effect VALUES ('called'); DO sleep(0.005); END;
CALL tick();",
    "-- [up]
UPDATE item SET note = 'none' WHERE note IS NULL;
ALTER TABLE item ENGINE = InnoDB;",
    "-- [up]
ALTER TABLE item MODIFY COLUMN note varchar(50) NOT NULL;
INSERT INTO effect VALUES ('r08');",
    "-- [up]
DROP INDEX item_name ON item;
CREATE TABLE other (id int PRIMARY KEY, item_id int NOT NULL);
RENAME TABLE other TO belonging;",
    "-- [up]
ALTER TABLE belonging ADD CONSTRAINT belonging_item FOREIGN KEY (item_id) REFERENCES item (id);
INSERT INTO belonging SELECT id, id FROM item;
CREATE TRIGGER counted BEFORE INSERT ON belonging FOR EACH ROW SET NEW.id = NEW.id;",
    "-- [up]
CREATE VIEW named AS SELECT id, name FROM item;
INSERT INTO item (id, name, note) VALUES (501, 'more', 'new');
INSERT INTO effect VALUES ('r11');",
    "-- [up]
CREATE INDEX item_mood ON item (mood);
UPDATE item SET n = n + 1 WHERE id > 250;
INSERT INTO effect VALUES ('r12');",
];

const SQLITE: &[&str] = &[
    "-- [up]
CREATE TABLE effect (what text NOT NULL);
CREATE TABLE item (id integer PRIMARY KEY, name text, n integer NOT NULL DEFAULT 0);
INSERT INTO item (id, name) WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 5000) SELECT n, 'item ' || n FROM s;
INSERT INTO effect VALUES ('r01');",
    "-- [up]
ALTER TABLE item ADD COLUMN note text;
UPDATE item SET n = n + 1;
-- [up, new transaction]
UPDATE item SET n = n * 2;
INSERT INTO effect VALUES ('r02');",
    "-- [up]
CREATE INDEX item_name ON item (name);
CREATE UNIQUE INDEX item_key ON item (id, name);",
    "-- [up, no transaction]
UPDATE item SET n = n + 1;
INSERT INTO effect VALUES ('r04');",
    "-- [up]
CREATE TABLE child (id integer PRIMARY KEY, item integer NOT NULL REFERENCES item (id) ON DELETE CASCADE);
INSERT INTO child SELECT id, id FROM item;",
    "-- [up sqlite, foreign keys off]
CREATE TABLE schemist_item (id integer PRIMARY KEY, name text NOT NULL, n integer NOT NULL DEFAULT 0, note text);
INSERT INTO schemist_item SELECT id, name, n, note FROM item;
DROP TABLE item;
ALTER TABLE schemist_item RENAME TO item;
CREATE INDEX item_name ON item (name);",
    "-- [up, no transaction]
UPDATE item SET note = 'none' WHERE note IS NULL;
VACUUM;
INSERT INTO effect VALUES ('r07');",
    "-- [up]
CREATE TRIGGER counted AFTER INSERT ON child BEGIN INSERT INTO effect VALUES ('child'); END;
INSERT INTO child SELECT max(id) + 1, 1 FROM child;",
    "-- [up]
DROP INDEX item_name;
ALTER TABLE item RENAME COLUMN name TO title;",
    "-- [up, no transaction]
PRAGMA user_version = 7;
DELETE FROM child WHERE id = 9;",
    "-- [up]
CREATE VIEW named AS SELECT id, title FROM item;
-- [up, new transaction]
INSERT INTO item (id, title, note) VALUES (5001, 'more', 'new');
INSERT INTO effect VALUES ('r11');",
    "-- [up]
CREATE INDEX item_note ON item (note);
UPDATE item SET n = n + 1 WHERE id > 250;
INSERT INTO effect VALUES ('r12');",
];
