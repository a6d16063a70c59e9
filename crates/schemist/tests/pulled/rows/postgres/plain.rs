use schemist::Model;

use super::{Mood, Trade};

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Plain {
    #[column(primary_key, identity = "always")]
    pub id: i64,
    pub flag: bool,
    pub tiny: i8,
    pub small: i16,
    pub whole: i32,
    pub short: f32,
    pub long: f64,
    #[column(type = "numeric(12,4)")]
    pub exact: rust_decimal::Decimal,
    pub price: sqlx::postgres::types::PgMoney,
    pub words: String,
    #[column(type = "character varying(20)")]
    pub r#type: String,
    #[column(type = "character(3)")]
    pub code: String,
    #[column(type = "name")]
    pub called: String,
    #[column(type = "citext")]
    pub folded: String,
    #[column(type = "mail")]
    pub mail: String,
    #[column(type = "little")]
    pub age: i32,
    #[column(type = "temper")]
    pub temper: Mood,
    pub raw: Vec<u8>,
    pub key: uuid::Uuid,
    pub document: serde_json::Value,
    #[column(type = "json")]
    pub written: serde_json::Value,
    pub feels: Mood,
    pub trade: Trade,
    #[sqlx(rename = "Two Words")]
    pub two_words: Option<String>,
}
