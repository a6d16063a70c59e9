//! Pipelines, their blocks and how the blocks hang together.

use chrono::{DateTime, Utc};
use schemist::{DbEnum, Model};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// What a pipeline does with its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "pipelinekind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PipelineKind {
    Batch,
    Streaming,
    Integration,
}

/// What a block does in its pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "blockkind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockKind {
    Loader,
    Transformer,
    Exporter,
    Sensor,
    Condition,
}

/// A graph of blocks that runs as one.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Pipeline {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(
        unique,
        default(
            postgres = "gen_random_uuid()",
            sqlite = "randomblob(16)",
            mysql = "random_bytes(16)"
        )
    )]
    pub uuid: Uuid,
    #[column(check(name = "pipeline_has_name", "length(name) > 0"))]
    pub name: String,
    pub description: Option<String>,
    pub kind: PipelineKind,
    #[column(default = "'{}'")]
    pub settings: Json<Value>,
    #[column(
        default = 0,
        check(name = "retries_in_bounds", "retries BETWEEN 0 AND 10")
    )]
    pub retries: i32,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
    #[column(default = "now()")]
    pub updated_at: DateTime<Utc>,
}

/// A word that pipelines are found by.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(primary_key(pipeline_id, tag))]
pub struct PipelineTag {
    #[column(references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    #[column(index)]
    pub tag: String,
}

/// A pipeline as it was when somebody saved it.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(unique(name = "one_version_of_a_number", columns(pipeline_id, number)))]
pub struct PipelineVersion {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    #[column(check("number > 0"))]
    pub number: i32,
    pub definition: Json<Value>,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
}

/// One step of a pipeline.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(unique(name = "one_block_of_a_name", columns(pipeline_id, name)))]
pub struct Block {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    pub name: String,
    pub kind: BlockKind,
    #[column(type(mysql = "mediumtext"))]
    pub source: String,
    #[column(default = "'{}'")]
    pub configuration: Json<Value>,
    #[column(default = 0)]
    pub position: i32,
}

/// A block that waits for another.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(check(name = "no_block_waits_for_itself", "block_id <> upstream_id"))]
pub struct BlockDependency {
    #[column(primary_key, references(Block::id, on_delete = "cascade"))]
    pub block_id: i64,
    #[column(primary_key, index, references(Block::id, on_delete = "cascade"))]
    pub upstream_id: i64,
}
