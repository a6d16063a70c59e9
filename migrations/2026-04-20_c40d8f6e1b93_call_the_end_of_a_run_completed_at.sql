-- schemist revision
-- id: c40d8f6e1b93
-- parent: 9b27e4c1a058
-- message: call the end of a run completed_at
-- created: 2026-04-20T08:47:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 7678e61b → 538880c6, sqlite 6699d939 → 77e3decb, mysql1011 e74d9bc7 → bd8ef6cb

-- [up postgres, sqlite]
ALTER TABLE "pipeline_run" RENAME COLUMN "finished_at" TO "completed_at";
ALTER TABLE "block_run" RENAME COLUMN "finished_at" TO "completed_at";

-- [up mysql]
ALTER TABLE `pipeline_run` RENAME COLUMN `finished_at` TO `completed_at`;
ALTER TABLE `block_run` RENAME COLUMN `finished_at` TO `completed_at`;

-- [down postgres, sqlite]
ALTER TABLE "block_run" RENAME COLUMN "completed_at" TO "finished_at";
ALTER TABLE "pipeline_run" RENAME COLUMN "completed_at" TO "finished_at";

-- [down mysql]
ALTER TABLE `block_run` RENAME COLUMN `completed_at` TO `finished_at`;
ALTER TABLE `pipeline_run` RENAME COLUMN `completed_at` TO `finished_at`;
