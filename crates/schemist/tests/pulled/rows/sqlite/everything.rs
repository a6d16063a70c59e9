use schemist::{DbEnum, Model};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
pub enum EverythingFeels {
    #[sqlx(rename = "happy")]
    Happy,
    #[sqlx(rename = "so-so")]
    SoSo,
    #[sqlx(rename = "SAD")]
    Sad,
}

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Everything {
    #[column(primary_key, nullable)]
    pub id: i64,
    pub flag: bool,
    pub whole: i64,
    pub ratio: f64,
    pub words: String,
    #[column(type = "VARCHAR(20)")]
    pub r#type: String,
    pub raw: Vec<u8>,
    #[column(type = "JSON")]
    pub document: serde_json::Value,
    pub feels: EverythingFeels,
    pub civil: chrono::NaiveDateTime,
    pub day: chrono::NaiveDate,
    pub wakes: chrono::NaiveTime,
    #[sqlx(rename = "Two Words")]
    pub two_words: Option<String>,
}
