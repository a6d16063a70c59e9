-- schemist revision
-- id: c40d8f6e1b93
-- parent: 9b27e4c1a058
-- message: call the end of a run completed_at
-- created: 2026-04-20T08:47:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite df687a2e → 15a57fa1, postgres15 3340084d → 345b974a

-- [up]
ALTER TABLE "pipeline_run" RENAME COLUMN "finished_at" TO "completed_at";
ALTER TABLE "block_run" RENAME COLUMN "finished_at" TO "completed_at";

-- [down]
ALTER TABLE "block_run" RENAME COLUMN "completed_at" TO "finished_at";
ALTER TABLE "pipeline_run" RENAME COLUMN "completed_at" TO "finished_at";
