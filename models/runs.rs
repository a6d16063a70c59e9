//! Runs of pipelines and of their blocks, with what they leave behind.

use chrono::{DateTime, Utc};
use schemist::{DbEnum, Model};
use serde_json::Value;
use sqlx::types::Json;

use crate::backfills::Backfill;
use crate::pipelines::{Block, Pipeline};
use crate::triggers::PipelineSchedule;
use crate::users::UserAccount;

/// How far a run of a pipeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "pipelinerunstatus", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PipelineRunStatus {
    Initial,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// How far a run of a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "blockrunstatus", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockRunStatus {
    Initial,
    Queued,
    Running,
    Completed,
    Failed,
    ConditionFailed,
    Cancelled,
    UpstreamFailed,
}

/// How much a line of a log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "loglevel", rename_all = "lowercase")]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

/// One run of one pipeline.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(pipeline_id, execution_date desc))]
#[model(check(name = "run_ends_late", "completed_at >= started_at"))]
#[model(index(
    name = "active_pipeline_run",
    columns(pipeline_id),
    where = "status IN ('INITIAL', 'RUNNING')",
    dialects("postgres", "sqlite")
))]
pub struct PipelineRun {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    #[column(references(PipelineSchedule::id, on_delete = "set_null"))]
    pub schedule_id: Option<i64>,
    #[column(index, references(Backfill::id, on_delete = "set_null"))]
    pub backfill_id: Option<i64>,
    #[column(index, references(UserAccount::id, on_delete = "set_null"))]
    pub triggered_by: Option<i64>,
    #[column(default = "'INITIAL'")]
    pub status: PipelineRunStatus,
    pub execution_date: DateTime<Utc>,
    #[column(default = "'{}'")]
    pub variables: Json<Value>,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
}

/// One run of one block.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(unique(
    name = "one_run_of_a_block",
    columns(pipeline_run_id, block_id, attempt)
))]
#[model(check(name = "block_run_ends_late", "completed_at >= started_at"))]
#[model(index(
    name = "failed_block_run",
    columns(block_id, created_at desc),
    where = "status IN ('FAILED', 'UPSTREAM_FAILED')",
    dialects("postgres", "sqlite")
))]
pub struct BlockRun {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(PipelineRun::id, on_delete = "cascade"))]
    pub pipeline_run_id: i64,
    #[column(index, references(Block::id, on_delete = "cascade"))]
    pub block_id: i64,
    #[column(default = 1, check("attempt > 0"))]
    pub attempt: i32,
    #[column(default = "'INITIAL'")]
    pub status: BlockRunStatus,
    #[column(default = "'{}'")]
    pub metrics: Json<Value>,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
}

/// One line that a run of a block wrote.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(block_run_id, logged_at))]
#[model(index(
    name = "log_of_errors",
    columns(level, logged_at),
    where(postgres = "level = 'error'", sqlite = "level = 'error'")
))]
pub struct RunLog {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(BlockRun::id, on_delete = "cascade"))]
    pub block_run_id: i64,
    #[column(default = "'info'")]
    pub level: LogLevel,
    #[column(type(mysql = "text"))]
    pub message: String,
    #[column(default = "now()")]
    pub logged_at: DateTime<Utc>,
}

/// A table or a file that a run of a block made.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(primary_key(columns(block_run_id, name)))]
pub struct RunOutput {
    #[column(references(BlockRun::id, on_delete = "cascade"))]
    pub block_run_id: i64,
    pub name: String,
    pub location: String,
    #[column(check(name = "no_negative_rows", "row_count >= 0"))]
    pub row_count: Option<i64>,
    pub digest: Option<Vec<u8>>,
}
