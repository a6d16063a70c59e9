-- schemist revision
-- id: e03b9d7f4c18
-- parent: 1d7f3b8c2e64
-- message: say paused instead of inactive
-- created: 2026-09-30T14:12:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 32f34e20 → c3b02dd8, sqlite 45272169 → af267e70, mysql1011 3027cf50 → 1c30ba57

-- [up postgres]
ALTER TYPE "schedulestatus" RENAME VALUE 'inactive' TO 'paused';

-- [up sqlite, foreign keys off]
DROP INDEX "next_schedule";
DROP INDEX "pipeline_schedule_pipeline_id_idx";

CREATE TABLE "schemist_new_pipeline_schedule" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('time', 'api', 'event')),
    "status" TEXT NOT NULL DEFAULT 'paused' CHECK ("status" IN ('active', 'paused')),
    "schedule_interval" TEXT,
    "token" BLOB,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "next_run_at" DATETIME,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE ("token"),
    CONSTRAINT "time_has_interval" CHECK (kind <> 'time' OR schedule_interval IS NOT NULL),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

-- hazard table_rewritten: table "pipeline_schedule" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_pipeline_schedule" ("id", "pipeline_id", "name", "kind", "status", "schedule_interval", "token", "variables", "next_run_at", "created_at")
SELECT "id", "pipeline_id", "name", "kind", CASE "status" WHEN 'inactive' THEN 'paused' ELSE "status" END, "schedule_interval", "token", "variables", "next_run_at", "created_at"
FROM "pipeline_schedule";

DROP TABLE "pipeline_schedule";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_pipeline_schedule" RENAME TO "pipeline_schedule";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE status = 'active';
CREATE INDEX "pipeline_schedule_pipeline_id_idx" ON "pipeline_schedule" ("pipeline_id");

-- [up mysql]
ALTER TABLE `pipeline_schedule` MODIFY COLUMN `status` enum('active','inactive','paused') NOT NULL DEFAULT 'inactive';
UPDATE `pipeline_schedule` SET `status` = 'paused' WHERE `status` = 'inactive';
ALTER TABLE `pipeline_schedule` MODIFY COLUMN `status` enum('active','paused') NOT NULL DEFAULT 'paused';

-- [down postgres]
ALTER TYPE "schedulestatus" RENAME VALUE 'paused' TO 'inactive';

-- [down sqlite, foreign keys off]
DROP INDEX "next_schedule";
DROP INDEX "pipeline_schedule_pipeline_id_idx";

CREATE TABLE "schemist_new_pipeline_schedule" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('time', 'api', 'event')),
    "status" TEXT NOT NULL DEFAULT 'inactive' CHECK ("status" IN ('active', 'inactive')),
    "schedule_interval" TEXT,
    "token" BLOB,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "next_run_at" DATETIME,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE ("token"),
    CONSTRAINT "time_has_interval" CHECK (kind <> 'time' OR schedule_interval IS NOT NULL),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

-- hazard table_rewritten: table "pipeline_schedule" is written anew with all of its rows, while nobody else can write
INSERT OR ABORT INTO "schemist_new_pipeline_schedule" ("id", "pipeline_id", "name", "kind", "status", "schedule_interval", "token", "variables", "next_run_at", "created_at")
SELECT "id", "pipeline_id", "name", "kind", CASE "status" WHEN 'paused' THEN 'inactive' ELSE "status" END, "schedule_interval", "token", "variables", "next_run_at", "created_at"
FROM "pipeline_schedule";

DROP TABLE "pipeline_schedule";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "schemist_new_pipeline_schedule" RENAME TO "pipeline_schedule";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE status = 'active';
CREATE INDEX "pipeline_schedule_pipeline_id_idx" ON "pipeline_schedule" ("pipeline_id");

-- [down mysql]
ALTER TABLE `pipeline_schedule` MODIFY COLUMN `status` enum('active','paused','inactive') NOT NULL DEFAULT 'paused';
UPDATE `pipeline_schedule` SET `status` = 'inactive' WHERE `status` = 'paused';
ALTER TABLE `pipeline_schedule` MODIFY COLUMN `status` enum('active','inactive') NOT NULL DEFAULT 'inactive';
