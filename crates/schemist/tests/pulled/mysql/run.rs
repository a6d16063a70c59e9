use schemist::{DbEnum, Model};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum RunStatus {
    #[db_enum(rename = "new")]
    New,
    #[db_enum(rename = "in work")]
    InWork,
    #[db_enum(rename = "done")]
    Done,
}

#[derive(Debug, Clone, Model)]
#[model(index(name = "by_size", columns(size desc, status)))]
#[model(comment = "what is run")]
pub struct Run {
    #[column(primary_key, identity)]
    pub id: u64,
    #[column(default = "'new'")]
    pub status: RunStatus,
    #[column(
        type = "varchar(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
        unique(name = "one")
    )]
    pub note: Option<String>,
    #[column(default = -1)]
    pub size: i32,
    #[column(default = 0)]
    pub done: bool,
    pub data: Option<serde_json::Value>,
    #[column(
        type = "timestamp",
        default = "current_timestamp() ON UPDATE current_timestamp()"
    )]
    pub made: chrono::DateTime<chrono::Utc>,
    #[column(type = "timestamp")]
    pub gone: Option<chrono::DateTime<chrono::Utc>>,
    #[column(type = "decimal(8,2)", comment = "in euros")]
    pub cost: Option<rust_decimal::Decimal>,
    pub raw: Option<uuid::Uuid>,
    #[column(type = "text")]
    pub r#type: Option<String>,
}
