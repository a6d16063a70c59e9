//! What starts a pipeline: schedules, calls and events.

use chrono::{DateTime, Utc};
use schemist::{DbEnum, Model};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::pipelines::Pipeline;

/// What a schedule listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "schedulekind", rename_all = "lowercase")]
pub enum ScheduleKind {
    Time,
    Api,
    Event,
}

/// Whether a schedule starts anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "schedulestatus", rename_all = "lowercase")]
pub enum ScheduleStatus {
    Active,
    Paused,
}

/// When and how a pipeline starts.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(check(
    name = "time_has_interval",
    "kind <> 'time' OR schedule_interval IS NOT NULL"
))]
#[model(index(
    name = "next_schedule",
    columns(next_run_at),
    where = "status = 'active'",
    dialects("postgres", "sqlite")
))]
pub struct PipelineSchedule {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(index, references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    pub name: String,
    pub kind: ScheduleKind,
    #[column(default = "'paused'")]
    pub status: ScheduleStatus,
    pub schedule_interval: Option<String>,
    #[column(unique)]
    pub token: Option<Uuid>,
    #[column(default = "'{}'")]
    pub variables: Json<Value>,
    pub next_run_at: Option<DateTime<Utc>>,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
}

/// A pattern that events are compared with.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct EventMatcher {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(unique(name = "one_matcher_of_a_name"))]
    pub name: String,
    pub source: String,
    pub pattern: Json<Value>,
}

/// A schedule that a matching event starts.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct EventMatcherSchedule {
    #[column(primary_key, references(EventMatcher::id, on_delete = "cascade"))]
    pub event_matcher_id: i64,
    #[column(
        primary_key,
        index,
        references(PipelineSchedule::id, on_delete = "cascade")
    )]
    pub schedule_id: i64,
}
