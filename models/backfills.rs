//! Runs of a pipeline for days that have passed.

use chrono::{DateTime, NaiveDate, Utc};
use schemist::{DbEnum, Model};
use serde_json::Value;
use sqlx::types::Json;

use crate::pipelines::Pipeline;
use crate::users::UserAccount;

/// How far a backfill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "backfillstatus", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BackfillStatus {
    Initial,
    Running,
    Completed,
    Cancelled,
}

/// One run of a pipeline for each day between two.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(check(name = "days_in_order", "first_day <= last_day"))]
pub struct Backfill {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(index, references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    #[column(references(UserAccount::id, on_delete = "set_null"))]
    pub started_by: Option<i64>,
    #[column(default = "'INITIAL'")]
    pub status: BackfillStatus,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    #[column(default = "'{}'")]
    pub variables: Json<Value>,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
}
