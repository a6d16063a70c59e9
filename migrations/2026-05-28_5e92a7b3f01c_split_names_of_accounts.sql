-- schemist revision
-- id: 5e92a7b3f01c
-- parent: c40d8f6e1b93
-- message: split names of accounts
-- created: 2026-05-28T13:30:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 538880c6 → 0b6bf112, sqlite 77e3decb → d84e0bc4, mysql1011 bd8ef6cb → 773f2eb9
-- not_atomic: up postgres

-- [up postgres]
ALTER TABLE "user_account" ADD COLUMN "first_name" text;
ALTER TABLE "user_account" ADD COLUMN "last_name" text;

-- [up postgres, no transaction]
-- repeatable
DO $schemist$
DECLARE
    schemist_page bigint := 0;
BEGIN
    WHILE schemist_page <= pg_relation_size('"user_account"') / current_setting('block_size')::bigint LOOP
        PERFORM set_config('application_name', format('schemist: page %s of %s', schemist_page, pg_relation_size('"user_account"') / current_setting('block_size')::bigint), true);
        UPDATE ONLY "user_account" SET "first_name" = split_part(full_name, ' ', 1)
        WHERE "first_name" IS NULL
            AND ctid >= format('(%s,0)', schemist_page)::tid
            AND ctid < format('(%s,0)', schemist_page + 1000)::tid;
        COMMIT;
        schemist_page := schemist_page + 1000;
    END LOOP;
END
$schemist$;

-- repeatable
DO $schemist$
DECLARE
    schemist_page bigint := 0;
BEGIN
    WHILE schemist_page <= pg_relation_size('"user_account"') / current_setting('block_size')::bigint LOOP
        PERFORM set_config('application_name', format('schemist: page %s of %s', schemist_page, pg_relation_size('"user_account"') / current_setting('block_size')::bigint), true);
        UPDATE ONLY "user_account" SET "last_name" = substr(full_name, length(split_part(full_name, ' ', 1)) + 2)
        WHERE "last_name" IS NULL
            AND ctid >= format('(%s,0)', schemist_page)::tid
            AND ctid < format('(%s,0)', schemist_page + 1000)::tid;
        COMMIT;
        schemist_page := schemist_page + 1000;
    END LOOP;
END
$schemist$;

-- [up postgres]
ALTER TABLE "user_account" ADD CONSTRAINT "schemist_required_first_name" CHECK ("first_name" IS NOT NULL) NOT VALID;
ALTER TABLE "user_account" ADD CONSTRAINT "schemist_required_last_name" CHECK ("last_name" IS NOT NULL) NOT VALID;

-- [up postgres, no transaction]
UPDATE "user_account" SET "first_name" = split_part(full_name, ' ', 1) WHERE "first_name" IS NULL;
UPDATE "user_account" SET "last_name" = substr(full_name, length(split_part(full_name, ' ', 1)) + 2) WHERE "last_name" IS NULL;

-- [up postgres]
-- hazard not_null_set: rows of table "user_account" with no "first_name" make this fail
ALTER TABLE "user_account" VALIDATE CONSTRAINT "schemist_required_first_name";

-- hazard not_null_set: rows of table "user_account" with no "last_name" make this fail
ALTER TABLE "user_account" VALIDATE CONSTRAINT "schemist_required_last_name";

-- [up postgres, new transaction]
ALTER TABLE "user_account" ALTER COLUMN "first_name" SET NOT NULL;
ALTER TABLE "user_account" DROP CONSTRAINT "schemist_required_first_name";
ALTER TABLE "user_account" ALTER COLUMN "last_name" SET NOT NULL;
ALTER TABLE "user_account" DROP CONSTRAINT "schemist_required_last_name";

-- hazard column_dropped: column "full_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "full_name";

-- [up sqlite, foreign keys off]
DROP INDEX "one_account_of_an_address";

CREATE TABLE "schemist_new_user_account" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "email" TEXT NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" DATETIME
);

-- hazard table_rewritten: table "user_account" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_user_account" ("id", "email", "first_name", "last_name", "password_hash", "is_active", "created_at", "last_login_at")
SELECT "id", "email", substr(full_name, 1, instr(full_name || ' ', ' ') - 1), substr(full_name, instr(full_name || ' ', ' ') + 1), "password_hash", "is_active", "created_at", "last_login_at"
FROM "user_account";

-- hazard column_dropped: column "full_name" of table "user_account" is dropped with all of its values
DROP TABLE "user_account";

PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_user_account" RENAME TO "user_account";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "one_account_of_an_address" ON "user_account" (lower(email));

-- [up mysql]
ALTER TABLE `user_account` ADD COLUMN `first_name` varchar(255) AFTER `email`;
UPDATE `user_account` SET `first_name` = substring_index(full_name, ' ', 1);
ALTER TABLE `user_account` ADD COLUMN `last_name` varchar(255) AFTER `first_name`;
UPDATE `user_account` SET `last_name` = substr(full_name, char_length(substring_index(full_name, ' ', 1)) + 2);

-- hazard column_dropped: column "full_name" of table "user_account" is dropped with all of its values
ALTER TABLE `user_account`
    DROP COLUMN `full_name`,
    MODIFY COLUMN `first_name` varchar(255) NOT NULL,
    MODIFY COLUMN `last_name` varchar(255) NOT NULL;

-- [down postgres]
-- The way back puts the two names together again; these three statements are written by hand.
ALTER TABLE "user_account" ADD COLUMN "full_name" text;
UPDATE "user_account" SET "full_name" = rtrim("first_name" || ' ' || "last_name");
ALTER TABLE "user_account" ALTER COLUMN "full_name" SET NOT NULL;

-- hazard column_dropped: column "first_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "first_name";

-- hazard column_dropped: column "last_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "last_name";

-- [down sqlite, foreign keys off]
DROP INDEX "one_account_of_an_address";

CREATE TABLE "schemist_new_user_account" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "email" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" DATETIME
);

-- hazard table_rewritten: table "user_account" is written anew with all of its rows, while nobody else can write
-- The way back puts the two names together again; the names in the next two lines are written by hand.
INSERT OR ABORT INTO "schemist_new_user_account" ("id", "email", "full_name", "password_hash", "is_active", "created_at", "last_login_at")
SELECT "id", "email", rtrim("first_name" || ' ' || "last_name"), "password_hash", "is_active", "created_at", "last_login_at"
FROM "user_account";

-- hazard column_dropped: column "first_name" of table "user_account" is dropped with all of its values
-- hazard column_dropped: column "last_name" of table "user_account" is dropped with all of its values
DROP TABLE "user_account";

PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_user_account" RENAME TO "user_account";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "one_account_of_an_address" ON "user_account" (lower(email));

-- [down mysql]
-- The way back puts the two names together again; these two statements are written by hand.
ALTER TABLE `user_account` ADD COLUMN `full_name` varchar(255) AFTER `email`;
UPDATE `user_account` SET `full_name` = rtrim(concat(`first_name`, ' ', `last_name`));

-- hazard column_dropped: column "first_name" of table "user_account" is dropped with all of its values
-- hazard column_dropped: column "last_name" of table "user_account" is dropped with all of its values
ALTER TABLE `user_account`
    DROP COLUMN `first_name`,
    DROP COLUMN `last_name`,
    MODIFY COLUMN `full_name` varchar(255) NOT NULL;
