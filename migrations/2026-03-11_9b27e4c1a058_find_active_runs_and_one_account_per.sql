-- schemist revision
-- id: 9b27e4c1a058
-- parent: 3f1c09a7d2b4
-- message: find active runs and one account per address
-- created: 2026-03-11T15:02:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite 785d9409 → df687a2e, postgres15 0c787af1 → 3340084d

-- [up sqlite]
CREATE INDEX "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE status IN ('INITIAL', 'RUNNING');
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE status IN ('FAILED', 'UPSTREAM_FAILED');
CREATE INDEX "live_token" ON "access_token" ("user_id", "expires_at") WHERE revoked_at IS NULL;
CREATE INDEX "log_of_errors" ON "run_log" ("logged_at") WHERE level = 'error';
CREATE INDEX "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE status = 'active';
CREATE UNIQUE INDEX "one_account_of_an_address" ON "user_account" (lower(email));

-- [up postgres]
CREATE INDEX "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE (status = ANY (ARRAY['INITIAL'::pipelinerunstatus, 'RUNNING'::pipelinerunstatus]));
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE (status = ANY (ARRAY['FAILED'::blockrunstatus, 'UPSTREAM_FAILED'::blockrunstatus]));
CREATE INDEX "live_token" ON "access_token" ("user_id", "expires_at") WHERE (revoked_at IS NULL);
CREATE INDEX "log_of_errors" ON "run_log" ("logged_at") WHERE (level = 'error'::loglevel);
CREATE INDEX "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE (status = 'active'::schedulestatus);
CREATE UNIQUE INDEX "one_account_of_an_address" ON "user_account" (lower(email));

-- [down]
DROP INDEX "active_pipeline_run";
DROP INDEX "failed_block_run";
DROP INDEX "live_token";
DROP INDEX "log_of_errors";
DROP INDEX "next_schedule";
DROP INDEX "one_account_of_an_address";
