-- schemist revision
-- id: 72c5e19b0a3d
-- parent: a86e05d4c9f2
-- message: tell the time of an execution
-- created: 2026-08-25T11:58:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite b2f610cc → 374a8f22, postgres15 c7137983 → 13276a6d

-- [up sqlite, foreign keys off]
DROP INDEX "active_pipeline_run";
DROP INDEX "pipeline_run_backfill_id_idx";
DROP INDEX "pipeline_run_pipeline_id_execution_date_idx";
DROP INDEX "pipeline_run_triggered_by_idx";

CREATE TABLE "schemist_new_pipeline_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "schedule_id" INTEGER,
    "backfill_id" INTEGER,
    "triggered_by" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    "execution_date" DATETIME NOT NULL,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "completed_at" DATETIME,
    CONSTRAINT "run_ends_late" CHECK (completed_at >= started_at),
    FOREIGN KEY ("backfill_id") REFERENCES "backfill" ("id") ON DELETE SET NULL,
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE SET NULL,
    FOREIGN KEY ("triggered_by") REFERENCES "user_account" ("id") ON DELETE SET NULL
);

-- hazard table_rewritten: table "pipeline_run" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_pipeline_run" ("id", "pipeline_id", "schedule_id", "backfill_id", "triggered_by", "status", "execution_date", "variables", "created_at", "started_at", "completed_at")
SELECT "id", "pipeline_id", "schedule_id", "backfill_id", "triggered_by", "status", "execution_date", "variables", "created_at", "started_at", "completed_at"
FROM "pipeline_run";

DROP TABLE "pipeline_run";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_pipeline_run" RENAME TO "pipeline_run";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE status IN ('INITIAL', 'RUNNING');
CREATE INDEX "pipeline_run_backfill_id_idx" ON "pipeline_run" ("backfill_id");
CREATE INDEX "pipeline_run_pipeline_id_execution_date_idx" ON "pipeline_run" ("pipeline_id", "execution_date" DESC);
CREATE INDEX "pipeline_run_triggered_by_idx" ON "pipeline_run" ("triggered_by");

-- [up postgres]
DROP VIEW "pipeline_run_summary";

-- hazard table_rewritten: table "pipeline_run" is locked and written anew while column "execution_date" becomes timestamp with time zone
ALTER TABLE "pipeline_run" ALTER COLUMN "execution_date" TYPE timestamp with time zone;

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

-- [down sqlite, foreign keys off]
DROP INDEX "active_pipeline_run";
DROP INDEX "pipeline_run_backfill_id_idx";
DROP INDEX "pipeline_run_pipeline_id_execution_date_idx";
DROP INDEX "pipeline_run_triggered_by_idx";

CREATE TABLE "schemist_new_pipeline_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "schedule_id" INTEGER,
    "backfill_id" INTEGER,
    "triggered_by" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    "execution_date" DATE NOT NULL,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "completed_at" DATETIME,
    CONSTRAINT "run_ends_late" CHECK (completed_at >= started_at),
    FOREIGN KEY ("backfill_id") REFERENCES "backfill" ("id") ON DELETE SET NULL,
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE SET NULL,
    FOREIGN KEY ("triggered_by") REFERENCES "user_account" ("id") ON DELETE SET NULL
);

-- hazard table_rewritten: table "pipeline_run" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_pipeline_run" ("id", "pipeline_id", "schedule_id", "backfill_id", "triggered_by", "status", "execution_date", "variables", "created_at", "started_at", "completed_at")
SELECT "id", "pipeline_id", "schedule_id", "backfill_id", "triggered_by", "status", "execution_date", "variables", "created_at", "started_at", "completed_at"
FROM "pipeline_run";

DROP TABLE "pipeline_run";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_pipeline_run" RENAME TO "pipeline_run";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE status IN ('INITIAL', 'RUNNING');
CREATE INDEX "pipeline_run_backfill_id_idx" ON "pipeline_run" ("backfill_id");
CREATE INDEX "pipeline_run_pipeline_id_execution_date_idx" ON "pipeline_run" ("pipeline_id", "execution_date" DESC);
CREATE INDEX "pipeline_run_triggered_by_idx" ON "pipeline_run" ("triggered_by");

-- [down postgres]
DROP VIEW "pipeline_run_summary";

-- hazard table_rewritten: table "pipeline_run" is locked and written anew while column "execution_date" becomes date
ALTER TABLE "pipeline_run" ALTER COLUMN "execution_date" TYPE date;

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
