//! Who may do what.

use chrono::{DateTime, Utc};
use schemist::{DbEnum, Model};

use crate::pipelines::Pipeline;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "tokenkind", rename_all = "snake_case")]
pub enum TokenKind {
    Session,
    Api,
    PasswordReset,
}

/// What a permission is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "permissionentity", rename_all = "snake_case")]
pub enum PermissionEntity {
    Global,
    Project,
    Pipeline,
}

/// Somebody who signs in.
///
/// Upper and lower case of an address are the same: MySQL compares it so anyway.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(
    name = "one_account_of_an_address",
    expressions("lower(email)"),
    unique,
    dialects("postgres", "sqlite")
))]
#[model(index(
    name = "one_account_of_an_address",
    columns(email),
    unique,
    dialect = "mysql"
))]
pub struct UserAccount {
    #[column(primary_key, identity)]
    pub id: i64,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub password_hash: Option<String>,
    #[column(default = true)]
    pub is_active: bool,
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
    pub last_login_at: Option<DateTime<Utc>>,
}

/// What proves that somebody signed in.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(
    name = "live_token",
    columns(user_id, expires_at),
    where(postgres = "revoked_at IS NULL", sqlite = "revoked_at IS NULL")
))]
pub struct AccessToken {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(UserAccount::id, on_delete = "cascade"))]
    pub user_id: i64,
    pub kind: TokenKind,
    #[column(unique, type(mysql = "varbinary(32)"))]
    pub digest: Vec<u8>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A member of a pipeline's team.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct PipelineMember {
    #[column(primary_key, references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: i64,
    #[column(primary_key, index, references(UserAccount::id, on_delete = "cascade"))]
    pub user_id: i64,
}

/// A set of permissions that accounts have.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Role {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(unique)]
    pub name: String,
    #[column(references(Role::id, on_delete = "set_null"))]
    pub inherits_from: Option<i64>,
}

/// One thing that may be done.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
#[model(index(
    unique,
    name = "one_permission_of_an_action",
    columns(entity, action),
    where = "pipeline_id IS NULL",
    dialects("postgres", "sqlite")
))]
#[model(check(
    name = "pipeline_is_named",
    "entity <> 'pipeline' OR pipeline_id IS NOT NULL"
))]
pub struct Permission {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(default = "'global'")]
    pub entity: PermissionEntity,
    #[column(index, references(Pipeline::id, on_delete = "cascade"))]
    pub pipeline_id: Option<i64>,
    pub action: String,
}

/// A permission that a role gives.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct RolePermission {
    #[column(primary_key, references(Role::id, on_delete = "cascade"))]
    pub role_id: i64,
    #[column(primary_key, index, references(Permission::id, on_delete = "cascade"))]
    pub permission_id: i64,
}

/// A role that an account has.
#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct UserRole {
    #[column(primary_key, references(UserAccount::id, on_delete = "cascade"))]
    pub user_id: i64,
    #[column(primary_key, index, references(Role::id, on_delete = "restrict"))]
    pub role_id: i64,
    #[column(default = "now()")]
    pub granted_at: DateTime<Utc>,
}
