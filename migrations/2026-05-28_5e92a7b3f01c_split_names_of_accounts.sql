-- schemist revision
-- id: 5e92a7b3f01c
-- parent: c40d8f6e1b93
-- message: split names of accounts
-- created: 2026-05-28T13:30:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite 15a57fa1 → 111d1f8e, postgres15 345b974a → b8e1e280

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

-- [up postgres]
ALTER TABLE "user_account" ADD COLUMN "first_name" text;
UPDATE "user_account" SET "first_name" = split_part(full_name, ' ', 1);
ALTER TABLE "user_account" ALTER COLUMN "first_name" SET NOT NULL;
ALTER TABLE "user_account" ADD COLUMN "last_name" text;
UPDATE "user_account" SET "last_name" = substr(full_name, length(split_part(full_name, ' ', 1)) + 2);
ALTER TABLE "user_account" ALTER COLUMN "last_name" SET NOT NULL;

-- hazard column_dropped: column "full_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "full_name";

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
-- The way back puts the two names together again; this line and the next are written by hand.
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

-- [down postgres]
-- The way back puts the two names together again; these three statements are written by hand.
ALTER TABLE "user_account" ADD COLUMN "full_name" text;
UPDATE "user_account" SET "full_name" = rtrim("first_name" || ' ' || "last_name");
ALTER TABLE "user_account" ALTER COLUMN "full_name" SET NOT NULL;

-- hazard column_dropped: column "first_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "first_name";

-- hazard column_dropped: column "last_name" of table "user_account" is dropped with all of its values
ALTER TABLE "user_account" DROP COLUMN "last_name";
