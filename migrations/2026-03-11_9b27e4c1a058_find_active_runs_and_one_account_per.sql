-- schemist revision
-- id: 9b27e4c1a058
-- parent: 3f1c09a7d2b4
-- message: find active runs and one account per address
-- created: 2026-03-11T15:02:00Z
-- dialects: postgres, sqlite, mysql
-- proven: postgres 15.18, sqlite 3.51.3, mysql 10.11.14
-- catalog: postgres15 4413d684 → 7678e61b, sqlite 4a7f6194 → 6699d939, mysql1011 a11b6d7e → e74d9bc7
-- not_atomic: up postgres, down postgres

-- [up postgres, no transaction]
CREATE INDEX CONCURRENTLY "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE (status = ANY (ARRAY['INITIAL'::pipelinerunstatus, 'RUNNING'::pipelinerunstatus]));
CREATE INDEX CONCURRENTLY "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE (status = ANY (ARRAY['FAILED'::blockrunstatus, 'UPSTREAM_FAILED'::blockrunstatus]));
CREATE INDEX CONCURRENTLY "live_token" ON "access_token" ("user_id", "expires_at") WHERE (revoked_at IS NULL);
CREATE INDEX CONCURRENTLY "log_of_errors" ON "run_log" ("level", "logged_at") WHERE (level = 'error'::loglevel);
CREATE INDEX CONCURRENTLY "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE (status = 'active'::schedulestatus);

-- hazard unique_added: duplicates in table "user_account" make this fail
CREATE UNIQUE INDEX CONCURRENTLY "one_account_of_an_address" ON "user_account" (lower(email));

-- [up sqlite]
CREATE INDEX "active_pipeline_run" ON "pipeline_run" ("pipeline_id") WHERE status IN ('INITIAL', 'RUNNING');
CREATE INDEX "failed_block_run" ON "block_run" ("block_id", "created_at" DESC) WHERE status IN ('FAILED', 'UPSTREAM_FAILED');
CREATE INDEX "live_token" ON "access_token" ("user_id", "expires_at") WHERE revoked_at IS NULL;
CREATE INDEX "log_of_errors" ON "run_log" ("level", "logged_at") WHERE level = 'error';
CREATE INDEX "next_schedule" ON "pipeline_schedule" ("next_run_at") WHERE status = 'active';
CREATE UNIQUE INDEX "one_account_of_an_address" ON "user_account" (lower(email));

-- [up mysql]
ALTER TABLE `access_token`
    DROP INDEX `user_id`,
    ADD KEY `live_token` (`user_id`, `expires_at`);

ALTER TABLE `run_log` ADD KEY `log_of_errors` (`level`, `logged_at`);

-- hazard unique_added: rows of table "user_account" that are equal in "one_account_of_an_address" make this fail
ALTER TABLE `user_account` ADD UNIQUE KEY `one_account_of_an_address` (`email`);

-- [down postgres, no transaction]
DROP INDEX CONCURRENTLY "active_pipeline_run";
DROP INDEX CONCURRENTLY "failed_block_run";
DROP INDEX CONCURRENTLY "live_token";
DROP INDEX CONCURRENTLY "log_of_errors";
DROP INDEX CONCURRENTLY "next_schedule";
DROP INDEX CONCURRENTLY "one_account_of_an_address";

-- [down sqlite]
DROP INDEX "active_pipeline_run";
DROP INDEX "failed_block_run";
DROP INDEX "live_token";
DROP INDEX "log_of_errors";
DROP INDEX "next_schedule";
DROP INDEX "one_account_of_an_address";

-- [down mysql]
ALTER TABLE `access_token`
    DROP INDEX `live_token`,
    ADD KEY `user_id` (`user_id`);

ALTER TABLE `run_log` DROP INDEX `log_of_errors`;
ALTER TABLE `user_account` DROP INDEX `one_account_of_an_address`;
