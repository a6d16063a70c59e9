-- schemist revision
-- id: a86e05d4c9f2
-- parent: 1d7f3b8c2e64
-- message: know who started a run
-- created: 2026-07-16T16:21:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite ec81076e → b2f610cc, postgres15 d12e5579 → c7137983

-- [up sqlite, foreign keys off]
DROP INDEX "active_pipeline_run";
DROP INDEX "pipeline_run_backfill_id_idx";
DROP INDEX "pipeline_run_pipeline_id_execution_date_idx";

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
-- hazard foreign_key_added: rows of table "pipeline_run" that refer to no row make the revision fail before it is committed
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
CREATE INDEX "pipeline_run_triggered_by_idx" ON "pipeline_run" ("triggered_by");
ALTER TABLE "pipeline_run" ADD CONSTRAINT "pipeline_run_triggered_by_fkey" FOREIGN KEY ("triggered_by") REFERENCES "user_account" ("id") ON DELETE SET NULL;

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
    FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE SET NULL
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

-- [down postgres]
ALTER TABLE "pipeline_run" DROP CONSTRAINT "pipeline_run_triggered_by_fkey";
DROP INDEX "pipeline_run_triggered_by_idx";
