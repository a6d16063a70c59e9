-- schemist revision
-- id: 8d41f6c2a9e0
-- parent: 4ac81f6e2d95
-- message: allow CONDITION_FAILED block runs
-- created: 2026-11-20T10:12:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 193fc40a → 41b193f4, sqlite 9e6feaff → 9bdb72ad, mysql1011 219b3538 → 9e270e85
-- not_atomic: up postgres

-- [up postgres, no transaction]
ALTER TYPE "blockrunstatus" ADD VALUE 'CONDITION_FAILED' AFTER 'FAILED';

-- [up sqlite, foreign keys off]
DROP INDEX "block_run_block_id_idx";
DROP INDEX "failed_block_run";

CREATE TABLE "schemist_new_block_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_run_id" INTEGER NOT NULL,
    "block_id" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1 CHECK (attempt > 0),
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CONDITION_FAILED', 'CANCELLED', 'UPSTREAM_FAILED')),
    "metrics" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "completed_at" DATETIME,
    CONSTRAINT "one_run_of_a_block" UNIQUE ("pipeline_run_id", "block_id", "attempt"),
    CONSTRAINT "block_run_ends_late" CHECK (completed_at >= started_at),
    FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE
);

-- hazard table_rewritten: table "block_run" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_block_run" ("id", "pipeline_run_id", "block_id", "attempt", "status", "metrics", "created_at", "started_at", "completed_at")
SELECT "id", "pipeline_run_id", "block_id", "attempt", "status", "metrics", "created_at", "started_at", "completed_at"
FROM "block_run";

DROP TABLE "block_run";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_block_run" RENAME TO "block_run";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "block_run_block_id_idx" ON "block_run" ("block_id");
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE status IN ('FAILED', 'UPSTREAM_FAILED');

-- [up mysql]
ALTER TABLE `block_run` MODIFY COLUMN `status` enum('INITIAL','QUEUED','RUNNING','COMPLETED','FAILED','CONDITION_FAILED','CANCELLED','UPSTREAM_FAILED') NOT NULL DEFAULT 'INITIAL';

-- [down postgres]
DO $schemist$
DECLARE
    held bigint;
BEGIN
    SELECT count(*) INTO held FROM "block_run" WHERE "status"::text IN ('CONDITION_FAILED');
    IF held > 0 THEN
        RAISE EXCEPTION '% rows of "block_run" hold a value of "status" that is removed: CONDITION_FAILED', held
            USING ERRCODE = 'check_violation', HINT = 'Give these rows another value first: UPDATE "block_run" SET "status" = … WHERE "status"::text IN (''CONDITION_FAILED'');';
    END IF;
END
$schemist$;

DROP VIEW "pipeline_run_summary";
DROP INDEX "failed_block_run";

-- hazard enum_value_removed: rows that hold CONDITION_FAILED must be mapped first
ALTER TYPE "blockrunstatus" RENAME TO "schemist_old_blockrunstatus";

CREATE TYPE "blockrunstatus" AS ENUM ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED');
ALTER TABLE "block_run" ALTER COLUMN "status" DROP DEFAULT;

-- hazard table_rewritten: table "block_run" is locked and written anew while column "status" becomes blockrunstatus
ALTER TABLE "block_run" ALTER COLUMN "status" TYPE blockrunstatus USING "status"::text::blockrunstatus;

ALTER TABLE "block_run" ALTER COLUMN "status" SET DEFAULT 'INITIAL'::blockrunstatus;
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE (status = ANY (ARRAY['FAILED'::blockrunstatus, 'UPSTREAM_FAILED'::blockrunstatus]));

CREATE VIEW "pipeline_run_summary" AS
SELECT r.id AS pipeline_run_id,
    p.name AS pipeline_name,
    r.status,
    r.execution_date,
    count(b.id) AS block_runs,
    sum(
        CASE
            WHEN (b.status = 'COMPLETED'::blockrunstatus) THEN 1
            ELSE 0
        END) AS completed_block_runs,
    max(b.completed_at) AS completed_at
   FROM ((pipeline_run r
     JOIN pipeline p ON ((p.id = r.pipeline_id)))
     LEFT JOIN block_run b ON ((b.pipeline_run_id = r.id)))
  GROUP BY r.id, p.name, r.status, r.execution_date;

DROP TYPE "schemist_old_blockrunstatus";

-- [down sqlite, foreign keys off]
DROP INDEX "block_run_block_id_idx";
DROP INDEX "failed_block_run";

CREATE TABLE "schemist_new_block_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_run_id" INTEGER NOT NULL,
    "block_id" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1 CHECK (attempt > 0),
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED')),
    "metrics" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "completed_at" DATETIME,
    CONSTRAINT "one_run_of_a_block" UNIQUE ("pipeline_run_id", "block_id", "attempt"),
    CONSTRAINT "block_run_ends_late" CHECK ("completed_at" >= started_at),
    FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE
);

-- hazard table_rewritten: table "block_run" is written anew with all of its rows, while nobody else can write
-- hazard enum_value_removed: rows of table "block_run" that hold 'CONDITION_FAILED' make this fail and must be mapped first
INSERT OR ABORT INTO "schemist_new_block_run" ("id", "pipeline_run_id", "block_id", "attempt", "status", "metrics", "created_at", "started_at", "completed_at")
SELECT "id", "pipeline_run_id", "block_id", "attempt", "status", "metrics", "created_at", "started_at", "completed_at"
FROM "block_run";

DROP TABLE "block_run";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_block_run" RENAME TO "block_run";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "block_run_block_id_idx" ON "block_run" ("block_id");
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE status IN ('FAILED', 'UPSTREAM_FAILED');

-- [down mysql]
-- hazard enum_value_removed: rows of table "block_run" that hold 'CONDITION_FAILED' make this fail and must be mapped first
ALTER TABLE `block_run` MODIFY COLUMN `status` enum('INITIAL','QUEUED','RUNNING','COMPLETED','FAILED','CANCELLED','UPSTREAM_FAILED') NOT NULL DEFAULT 'INITIAL';
