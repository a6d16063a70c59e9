//! What happened, what is kept secret, and who is told.

use chrono::{DateTime, Utc};
use schemist::{DbEnum, Model};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::pipelines::Pipeline;
use crate::users::UserAccount;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "auditaction", rename_all = "snake_case")]
pub enum AuditAction {
    Create,
    Update,
    Delete,
    SignIn,
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "channelkind", rename_all = "lowercase")]
pub enum ChannelKind {
    Mail,
    Webhook,
    Chat,
}

/// One thing that somebody did.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(entity, entity_id, happened_at desc))]
pub struct AuditEvent {
    #[column(primary_key)]
    pub id: Uuid,
    #[column(index, references(UserAccount::id, on_delete = "set_null"))]
    pub user_id: Option<i64>,
    pub action: AuditAction,
    pub entity: String,
    pub entity_id: Option<i64>,
    #[column(default = "'{}'")]
    pub details: Json<Value>,
    #[column(default = "now()")]
    pub happened_at: DateTime<Utc>,
}

/// A value that only runs may read.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(unique(name = "one_secret_of_a_name", columns(pipeline_id, name)))]
pub struct Secret {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: Option<i64>,
    pub name: String,
    pub value: Vec<u8>,
    #[column(default = 1, check("version > 0"))]
    pub version: i32,
    #[column(default = "now()")]
    pub updated_at: DateTime<Utc>,
}

/// Where messages about runs go.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct NotificationChannel {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(index, references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    pub kind: ChannelKind,
    pub address: String,
    #[column(default = "false")]
    pub only_failures: bool,
}
