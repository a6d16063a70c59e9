-- schemist revision
-- id: 3f1c09a7d2b4
-- parent: none
-- message: first schema
-- created: 2026-02-03T09:14:00Z
-- dialects: postgres, sqlite
-- proven: sqlite 3.51.3, postgres 15.18
-- catalog: sqlite e3b0c442 → 785d9409, postgres15 e3b0c442 → 0c787af1

-- [up sqlite]
CREATE TABLE "access_token" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "user_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('session', 'api', 'password_reset')),
    "digest" BLOB NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "revoked_at" DATETIME,
    UNIQUE ("digest"),
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE
);

CREATE TABLE "audit_event" (
    "id" BLOB PRIMARY KEY NOT NULL,
    "user_id" INTEGER,
    "action" TEXT NOT NULL CHECK ("action" IN ('create', 'update', 'delete', 'sign_in')),
    "entity" TEXT NOT NULL,
    "entity_id" INTEGER,
    "details" TEXT NOT NULL DEFAULT '{}',
    "happened_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE SET NULL
);

CREATE TABLE "block" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('LOADER', 'TRANSFORMER', 'EXPORTER', 'SENSOR', 'CONDITION')),
    "source" TEXT NOT NULL,
    "configuration" TEXT NOT NULL DEFAULT '{}',
    "position" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "one_block_of_a_name" UNIQUE ("pipeline_id", "name"),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

CREATE TABLE "block_dependency" (
    "block_id" INTEGER NOT NULL,
    "upstream_id" INTEGER NOT NULL,
    PRIMARY KEY ("block_id", "upstream_id"),
    CONSTRAINT "no_block_waits_for_itself" CHECK (block_id <> upstream_id),
    FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("upstream_id") REFERENCES "block" ("id") ON DELETE CASCADE
);

CREATE TABLE "block_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_run_id" INTEGER NOT NULL,
    "block_id" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1 CHECK (attempt > 0),
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED')),
    "metrics" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "finished_at" DATETIME,
    CONSTRAINT "one_run_of_a_block" UNIQUE ("pipeline_run_id", "block_id", "attempt"),
    CONSTRAINT "block_run_ends_late" CHECK (finished_at >= started_at),
    FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE
);

CREATE TABLE "event_matcher" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "pattern" TEXT NOT NULL,
    CONSTRAINT "one_matcher_of_a_name" UNIQUE ("name")
);

CREATE TABLE "event_matcher_schedule" (
    "event_matcher_id" INTEGER NOT NULL,
    "schedule_id" INTEGER NOT NULL,
    PRIMARY KEY ("event_matcher_id", "schedule_id"),
    FOREIGN KEY ("event_matcher_id") REFERENCES "event_matcher" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE CASCADE
);

CREATE TABLE "notification_channel" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('mail', 'webhook', 'chat')),
    "address" TEXT NOT NULL,
    "only_failures" BOOLEAN NOT NULL DEFAULT false,
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

CREATE TABLE "pipeline" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "uuid" BLOB NOT NULL DEFAULT (randomblob(16)),
    "name" TEXT NOT NULL CONSTRAINT "pipeline_has_name" CHECK (length(name) > 0),
    "description" TEXT,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('BATCH', 'STREAMING', 'INTEGRATION')),
    "settings" TEXT NOT NULL DEFAULT '{}',
    "retries" INTEGER NOT NULL DEFAULT 0 CONSTRAINT "retries_in_bounds" CHECK (retries BETWEEN 0 AND 10),
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE ("uuid")
);

CREATE TABLE "pipeline_member" (
    "pipeline_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    PRIMARY KEY ("pipeline_id", "user_id"),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE
);

CREATE TABLE "pipeline_run" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "schedule_id" INTEGER,
    "triggered_by" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'INITIAL' CHECK ("status" IN ('INITIAL', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    "execution_date" DATE NOT NULL,
    "variables" TEXT NOT NULL DEFAULT '{}',
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" DATETIME,
    "finished_at" DATETIME,
    CONSTRAINT "run_ends_late" CHECK (finished_at >= started_at),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE SET NULL
);

CREATE TABLE "pipeline_schedule" (
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

CREATE TABLE "pipeline_tag" (
    "pipeline_id" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    PRIMARY KEY ("pipeline_id", "tag"),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

CREATE TABLE "pipeline_version" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL CHECK (number > 0),
    "definition" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "one_version_of_a_number" UNIQUE ("pipeline_id", "number"),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_log" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "block_run_id" INTEGER NOT NULL,
    "level" TEXT NOT NULL DEFAULT 'info' CHECK ("level" IN ('debug', 'info', 'warning', 'error')),
    "message" TEXT NOT NULL,
    "logged_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY ("block_run_id") REFERENCES "block_run" ("id") ON DELETE CASCADE
);

CREATE TABLE "run_output" (
    "block_run_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "row_count" INTEGER CONSTRAINT "no_negative_rows" CHECK (row_count >= 0),
    "digest" BLOB,
    PRIMARY KEY ("block_run_id", "name"),
    FOREIGN KEY ("block_run_id") REFERENCES "block_run" ("id") ON DELETE CASCADE
);

CREATE TABLE "secret" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "pipeline_id" INTEGER,
    "name" TEXT NOT NULL,
    "value" BLOB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    "updated_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "one_secret_of_a_name" UNIQUE ("pipeline_id", "name"),
    FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE
);

CREATE TABLE "user_account" (
    "id" INTEGER PRIMARY KEY NOT NULL,
    "email" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" DATETIME
);

CREATE INDEX "audit_event_entity_entity_id_happened_at_idx" ON "audit_event" ("entity", "entity_id", "happened_at" DESC);
CREATE INDEX "audit_event_user_id_idx" ON "audit_event" ("user_id");
CREATE INDEX "block_dependency_upstream_id_idx" ON "block_dependency" ("upstream_id");
CREATE INDEX "block_run_block_id_idx" ON "block_run" ("block_id");
CREATE INDEX "event_matcher_schedule_schedule_id_idx" ON "event_matcher_schedule" ("schedule_id");
CREATE INDEX "notification_channel_pipeline_id_idx" ON "notification_channel" ("pipeline_id");
CREATE INDEX "pipeline_member_user_id_idx" ON "pipeline_member" ("user_id");
CREATE INDEX "pipeline_run_pipeline_id_execution_date_idx" ON "pipeline_run" ("pipeline_id", "execution_date" DESC);
CREATE INDEX "pipeline_schedule_pipeline_id_idx" ON "pipeline_schedule" ("pipeline_id");
CREATE INDEX "pipeline_tag_tag_idx" ON "pipeline_tag" ("tag");
CREATE INDEX "run_log_block_run_id_logged_at_idx" ON "run_log" ("block_run_id", "logged_at");

-- [up postgres]
CREATE TYPE "auditaction" AS ENUM ('create', 'update', 'delete', 'sign_in');
CREATE TYPE "blockkind" AS ENUM ('LOADER', 'TRANSFORMER', 'EXPORTER', 'SENSOR', 'CONDITION');
CREATE TYPE "blockrunstatus" AS ENUM ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED');
CREATE TYPE "channelkind" AS ENUM ('mail', 'webhook', 'chat');
CREATE TYPE "loglevel" AS ENUM ('debug', 'info', 'warning', 'error');
CREATE TYPE "pipelinekind" AS ENUM ('BATCH', 'STREAMING', 'INTEGRATION');
CREATE TYPE "pipelinerunstatus" AS ENUM ('INITIAL', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');
CREATE TYPE "schedulekind" AS ENUM ('time', 'api', 'event');
CREATE TYPE "schedulestatus" AS ENUM ('active', 'inactive');
CREATE TYPE "tokenkind" AS ENUM ('session', 'api', 'password_reset');

CREATE TABLE "access_token" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "user_id" bigint NOT NULL,
    "kind" tokenkind NOT NULL,
    "digest" bytea NOT NULL,
    "expires_at" timestamp with time zone NOT NULL,
    "revoked_at" timestamp with time zone,
    CONSTRAINT "access_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "access_token_digest_key" UNIQUE ("digest")
);

CREATE TABLE "audit_event" (
    "id" uuid,
    "user_id" bigint,
    "action" auditaction NOT NULL,
    "entity" text NOT NULL,
    "entity_id" bigint,
    "details" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "happened_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "block" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint NOT NULL,
    "name" text NOT NULL,
    "kind" blockkind NOT NULL,
    "source" text NOT NULL,
    "configuration" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    CONSTRAINT "block_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "one_block_of_a_name" UNIQUE ("pipeline_id", "name")
);

CREATE TABLE "block_dependency" (
    "block_id" bigint,
    "upstream_id" bigint,
    CONSTRAINT "block_dependency_pkey" PRIMARY KEY ("block_id", "upstream_id"),
    CONSTRAINT "no_block_waits_for_itself" CHECK ((block_id <> upstream_id))
);

CREATE TABLE "block_run" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_run_id" bigint NOT NULL,
    "block_id" bigint NOT NULL,
    "attempt" integer DEFAULT 1 NOT NULL,
    "status" blockrunstatus DEFAULT 'INITIAL'::blockrunstatus NOT NULL,
    "metrics" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "started_at" timestamp with time zone,
    "finished_at" timestamp with time zone,
    CONSTRAINT "block_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "one_run_of_a_block" UNIQUE ("pipeline_run_id", "block_id", "attempt"),
    CONSTRAINT "block_run_attempt_check" CHECK ((attempt > 0)),
    CONSTRAINT "block_run_ends_late" CHECK ((finished_at >= started_at))
);

CREATE TABLE "event_matcher" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "name" text NOT NULL,
    "source" text NOT NULL,
    "pattern" jsonb NOT NULL,
    CONSTRAINT "event_matcher_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "one_matcher_of_a_name" UNIQUE ("name")
);

CREATE TABLE "event_matcher_schedule" (
    "event_matcher_id" bigint,
    "schedule_id" bigint,
    CONSTRAINT "event_matcher_schedule_pkey" PRIMARY KEY ("event_matcher_id", "schedule_id")
);

CREATE TABLE "notification_channel" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint NOT NULL,
    "kind" channelkind NOT NULL,
    "address" text NOT NULL,
    "only_failures" boolean DEFAULT false NOT NULL,
    CONSTRAINT "notification_channel_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "pipeline" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
    "name" text NOT NULL,
    "description" text,
    "kind" pipelinekind NOT NULL,
    "settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "retries" integer DEFAULT 0 NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "pipeline_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "pipeline_uuid_key" UNIQUE ("uuid"),
    CONSTRAINT "pipeline_has_name" CHECK ((length(name) > 0)),
    CONSTRAINT "retries_in_bounds" CHECK (((retries >= 0) AND (retries <= 10)))
);

CREATE TABLE "pipeline_member" (
    "pipeline_id" bigint,
    "user_id" bigint,
    CONSTRAINT "pipeline_member_pkey" PRIMARY KEY ("pipeline_id", "user_id")
);

CREATE TABLE "pipeline_run" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint NOT NULL,
    "schedule_id" bigint,
    "triggered_by" bigint,
    "status" pipelinerunstatus DEFAULT 'INITIAL'::pipelinerunstatus NOT NULL,
    "execution_date" date NOT NULL,
    "variables" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "started_at" timestamp with time zone,
    "finished_at" timestamp with time zone,
    CONSTRAINT "pipeline_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "run_ends_late" CHECK ((finished_at >= started_at))
);

CREATE TABLE "pipeline_schedule" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint NOT NULL,
    "name" text NOT NULL,
    "kind" schedulekind NOT NULL,
    "status" schedulestatus DEFAULT 'inactive'::schedulestatus NOT NULL,
    "schedule_interval" text,
    "token" uuid,
    "variables" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "next_run_at" timestamp with time zone,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "pipeline_schedule_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "pipeline_schedule_token_key" UNIQUE ("token"),
    CONSTRAINT "time_has_interval" CHECK (((kind <> 'time'::schedulekind) OR (schedule_interval IS NOT NULL)))
);

CREATE TABLE "pipeline_tag" (
    "pipeline_id" bigint,
    "tag" text,
    CONSTRAINT "pipeline_tag_pkey" PRIMARY KEY ("pipeline_id", "tag")
);

CREATE TABLE "pipeline_version" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint NOT NULL,
    "number" integer NOT NULL,
    "definition" jsonb NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "pipeline_version_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "one_version_of_a_number" UNIQUE ("pipeline_id", "number"),
    CONSTRAINT "pipeline_version_number_check" CHECK ((number > 0))
);

CREATE TABLE "run_log" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "block_run_id" bigint NOT NULL,
    "level" loglevel DEFAULT 'info'::loglevel NOT NULL,
    "message" text NOT NULL,
    "logged_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "run_log_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "run_output" (
    "block_run_id" bigint,
    "name" text,
    "location" text NOT NULL,
    "row_count" bigint,
    "digest" bytea,
    CONSTRAINT "run_output_pkey" PRIMARY KEY ("block_run_id", "name"),
    CONSTRAINT "no_negative_rows" CHECK ((row_count >= 0))
);

CREATE TABLE "secret" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "pipeline_id" bigint,
    "name" text NOT NULL,
    "value" bytea NOT NULL,
    "version" integer DEFAULT 1 NOT NULL,
    "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT "secret_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "one_secret_of_a_name" UNIQUE ("pipeline_id", "name"),
    CONSTRAINT "secret_version_check" CHECK ((version > 0))
);

CREATE TABLE "user_account" (
    "id" bigint GENERATED BY DEFAULT AS IDENTITY,
    "email" text NOT NULL,
    "full_name" text NOT NULL,
    "password_hash" text,
    "is_active" boolean DEFAULT true NOT NULL,
    "created_at" timestamp with time zone DEFAULT now() NOT NULL,
    "last_login_at" timestamp with time zone,
    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "audit_event_entity_entity_id_happened_at_idx" ON "audit_event" ("entity", "entity_id", "happened_at" DESC);
CREATE INDEX "audit_event_user_id_idx" ON "audit_event" ("user_id");
CREATE INDEX "block_dependency_upstream_id_idx" ON "block_dependency" ("upstream_id");
CREATE INDEX "block_run_block_id_idx" ON "block_run" ("block_id");
CREATE INDEX "event_matcher_schedule_schedule_id_idx" ON "event_matcher_schedule" ("schedule_id");
CREATE INDEX "notification_channel_pipeline_id_idx" ON "notification_channel" ("pipeline_id");
CREATE INDEX "pipeline_member_user_id_idx" ON "pipeline_member" ("user_id");
CREATE INDEX "pipeline_run_pipeline_id_execution_date_idx" ON "pipeline_run" ("pipeline_id", "execution_date" DESC);
CREATE INDEX "pipeline_schedule_pipeline_id_idx" ON "pipeline_schedule" ("pipeline_id");
CREATE INDEX "pipeline_tag_tag_idx" ON "pipeline_tag" ("tag");
CREATE INDEX "run_log_block_run_id_logged_at_idx" ON "run_log" ("block_run_id", "logged_at");
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE;
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE SET NULL;
ALTER TABLE "block_dependency" ADD CONSTRAINT "block_dependency_block_id_fkey" FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE;
ALTER TABLE "block_dependency" ADD CONSTRAINT "block_dependency_upstream_id_fkey" FOREIGN KEY ("upstream_id") REFERENCES "block" ("id") ON DELETE CASCADE;
ALTER TABLE "block" ADD CONSTRAINT "block_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "block_run" ADD CONSTRAINT "block_run_block_id_fkey" FOREIGN KEY ("block_id") REFERENCES "block" ("id") ON DELETE CASCADE;
ALTER TABLE "block_run" ADD CONSTRAINT "block_run_pipeline_run_id_fkey" FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE;
ALTER TABLE "event_matcher_schedule" ADD CONSTRAINT "event_matcher_schedule_event_matcher_id_fkey" FOREIGN KEY ("event_matcher_id") REFERENCES "event_matcher" ("id") ON DELETE CASCADE;
ALTER TABLE "event_matcher_schedule" ADD CONSTRAINT "event_matcher_schedule_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE CASCADE;
ALTER TABLE "notification_channel" ADD CONSTRAINT "notification_channel_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_member" ADD CONSTRAINT "pipeline_member_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_member" ADD CONSTRAINT "pipeline_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_run" ADD CONSTRAINT "pipeline_run_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_run" ADD CONSTRAINT "pipeline_run_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "pipeline_schedule" ("id") ON DELETE SET NULL;
ALTER TABLE "pipeline_schedule" ADD CONSTRAINT "pipeline_schedule_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_tag" ADD CONSTRAINT "pipeline_tag_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "pipeline_version" ADD CONSTRAINT "pipeline_version_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;
ALTER TABLE "run_log" ADD CONSTRAINT "run_log_block_run_id_fkey" FOREIGN KEY ("block_run_id") REFERENCES "block_run" ("id") ON DELETE CASCADE;
ALTER TABLE "run_output" ADD CONSTRAINT "run_output_block_run_id_fkey" FOREIGN KEY ("block_run_id") REFERENCES "block_run" ("id") ON DELETE CASCADE;
ALTER TABLE "secret" ADD CONSTRAINT "secret_pipeline_id_fkey" FOREIGN KEY ("pipeline_id") REFERENCES "pipeline" ("id") ON DELETE CASCADE;

-- [down sqlite, foreign keys off]
DROP INDEX "audit_event_entity_entity_id_happened_at_idx";
DROP INDEX "audit_event_user_id_idx";
DROP INDEX "block_dependency_upstream_id_idx";
DROP INDEX "block_run_block_id_idx";
DROP INDEX "event_matcher_schedule_schedule_id_idx";
DROP INDEX "notification_channel_pipeline_id_idx";
DROP INDEX "pipeline_member_user_id_idx";
DROP INDEX "pipeline_run_pipeline_id_execution_date_idx";
DROP INDEX "pipeline_schedule_pipeline_id_idx";
DROP INDEX "pipeline_tag_tag_idx";
DROP INDEX "run_log_block_run_id_logged_at_idx";

-- hazard table_dropped: table "access_token" is dropped with all of its rows
DROP TABLE "access_token";

-- hazard table_dropped: table "audit_event" is dropped with all of its rows
DROP TABLE "audit_event";

-- hazard table_dropped: table "block" is dropped with all of its rows
DROP TABLE "block";

-- hazard table_dropped: table "block_dependency" is dropped with all of its rows
DROP TABLE "block_dependency";

-- hazard table_dropped: table "block_run" is dropped with all of its rows
DROP TABLE "block_run";

-- hazard table_dropped: table "event_matcher" is dropped with all of its rows
DROP TABLE "event_matcher";

-- hazard table_dropped: table "event_matcher_schedule" is dropped with all of its rows
DROP TABLE "event_matcher_schedule";

-- hazard table_dropped: table "notification_channel" is dropped with all of its rows
DROP TABLE "notification_channel";

-- hazard table_dropped: table "pipeline" is dropped with all of its rows
DROP TABLE "pipeline";

-- hazard table_dropped: table "pipeline_member" is dropped with all of its rows
DROP TABLE "pipeline_member";

-- hazard table_dropped: table "pipeline_run" is dropped with all of its rows
DROP TABLE "pipeline_run";

-- hazard table_dropped: table "pipeline_schedule" is dropped with all of its rows
DROP TABLE "pipeline_schedule";

-- hazard table_dropped: table "pipeline_tag" is dropped with all of its rows
DROP TABLE "pipeline_tag";

-- hazard table_dropped: table "pipeline_version" is dropped with all of its rows
DROP TABLE "pipeline_version";

-- hazard table_dropped: table "run_log" is dropped with all of its rows
DROP TABLE "run_log";

-- hazard table_dropped: table "run_output" is dropped with all of its rows
DROP TABLE "run_output";

-- hazard table_dropped: table "secret" is dropped with all of its rows
DROP TABLE "secret";

-- hazard table_dropped: table "user_account" is dropped with all of its rows
DROP TABLE "user_account";

-- [down postgres]
ALTER TABLE "access_token" DROP CONSTRAINT "access_token_user_id_fkey";
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_user_id_fkey";
ALTER TABLE "block_dependency" DROP CONSTRAINT "block_dependency_block_id_fkey";
ALTER TABLE "block_dependency" DROP CONSTRAINT "block_dependency_upstream_id_fkey";
ALTER TABLE "block" DROP CONSTRAINT "block_pipeline_id_fkey";
ALTER TABLE "block_run" DROP CONSTRAINT "block_run_block_id_fkey";
ALTER TABLE "block_run" DROP CONSTRAINT "block_run_pipeline_run_id_fkey";
ALTER TABLE "event_matcher_schedule" DROP CONSTRAINT "event_matcher_schedule_event_matcher_id_fkey";
ALTER TABLE "event_matcher_schedule" DROP CONSTRAINT "event_matcher_schedule_schedule_id_fkey";
ALTER TABLE "notification_channel" DROP CONSTRAINT "notification_channel_pipeline_id_fkey";
ALTER TABLE "pipeline_member" DROP CONSTRAINT "pipeline_member_pipeline_id_fkey";
ALTER TABLE "pipeline_member" DROP CONSTRAINT "pipeline_member_user_id_fkey";
ALTER TABLE "pipeline_run" DROP CONSTRAINT "pipeline_run_pipeline_id_fkey";
ALTER TABLE "pipeline_run" DROP CONSTRAINT "pipeline_run_schedule_id_fkey";
ALTER TABLE "pipeline_schedule" DROP CONSTRAINT "pipeline_schedule_pipeline_id_fkey";
ALTER TABLE "pipeline_tag" DROP CONSTRAINT "pipeline_tag_pipeline_id_fkey";
ALTER TABLE "pipeline_version" DROP CONSTRAINT "pipeline_version_pipeline_id_fkey";
ALTER TABLE "run_log" DROP CONSTRAINT "run_log_block_run_id_fkey";
ALTER TABLE "run_output" DROP CONSTRAINT "run_output_block_run_id_fkey";
ALTER TABLE "secret" DROP CONSTRAINT "secret_pipeline_id_fkey";
DROP INDEX "audit_event_entity_entity_id_happened_at_idx";
DROP INDEX "audit_event_user_id_idx";
DROP INDEX "block_dependency_upstream_id_idx";
DROP INDEX "block_run_block_id_idx";
DROP INDEX "event_matcher_schedule_schedule_id_idx";
DROP INDEX "notification_channel_pipeline_id_idx";
DROP INDEX "pipeline_member_user_id_idx";
DROP INDEX "pipeline_run_pipeline_id_execution_date_idx";
DROP INDEX "pipeline_schedule_pipeline_id_idx";
DROP INDEX "pipeline_tag_tag_idx";
DROP INDEX "run_log_block_run_id_logged_at_idx";

-- hazard table_dropped: table "access_token" is dropped with all of its rows
DROP TABLE "access_token";

DROP TYPE "tokenkind";

-- hazard table_dropped: table "audit_event" is dropped with all of its rows
DROP TABLE "audit_event";

DROP TYPE "auditaction";

-- hazard table_dropped: table "block" is dropped with all of its rows
DROP TABLE "block";

DROP TYPE "blockkind";

-- hazard table_dropped: table "block_dependency" is dropped with all of its rows
DROP TABLE "block_dependency";

-- hazard table_dropped: table "block_run" is dropped with all of its rows
DROP TABLE "block_run";

DROP TYPE "blockrunstatus";

-- hazard table_dropped: table "event_matcher" is dropped with all of its rows
DROP TABLE "event_matcher";

-- hazard table_dropped: table "event_matcher_schedule" is dropped with all of its rows
DROP TABLE "event_matcher_schedule";

-- hazard table_dropped: table "notification_channel" is dropped with all of its rows
DROP TABLE "notification_channel";

DROP TYPE "channelkind";

-- hazard table_dropped: table "pipeline" is dropped with all of its rows
DROP TABLE "pipeline";

DROP TYPE "pipelinekind";

-- hazard table_dropped: table "pipeline_member" is dropped with all of its rows
DROP TABLE "pipeline_member";

-- hazard table_dropped: table "pipeline_run" is dropped with all of its rows
DROP TABLE "pipeline_run";

DROP TYPE "pipelinerunstatus";

-- hazard table_dropped: table "pipeline_schedule" is dropped with all of its rows
DROP TABLE "pipeline_schedule";

DROP TYPE "schedulekind";
DROP TYPE "schedulestatus";

-- hazard table_dropped: table "pipeline_tag" is dropped with all of its rows
DROP TABLE "pipeline_tag";

-- hazard table_dropped: table "pipeline_version" is dropped with all of its rows
DROP TABLE "pipeline_version";

-- hazard table_dropped: table "run_log" is dropped with all of its rows
DROP TABLE "run_log";

DROP TYPE "loglevel";

-- hazard table_dropped: table "run_output" is dropped with all of its rows
DROP TABLE "run_output";

-- hazard table_dropped: table "secret" is dropped with all of its rows
DROP TABLE "secret";

-- hazard table_dropped: table "user_account" is dropped with all of its rows
DROP TABLE "user_account";
