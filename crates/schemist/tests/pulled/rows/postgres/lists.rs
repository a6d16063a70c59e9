use schemist::Model;

use super::{Mood, Trade};

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Lists {
    #[column(primary_key)]
    pub id: i32,
    pub flags: Vec<bool>,
    pub numbers: Vec<i32>,
    pub exact: Vec<rust_decimal::Decimal>,
    pub words: Vec<String>,
    #[column(type = "character varying(5)[]")]
    pub codes: Vec<String>,
    pub raws: Vec<Vec<u8>>,
    pub keys: Vec<uuid::Uuid>,
    pub documents: Vec<serde_json::Value>,
    pub moods: Vec<Mood>,
    pub trades: Vec<Trade>,
    pub moments: Vec<chrono::DateTime<chrono::Utc>>,
    pub days: Vec<chrono::NaiveDate>,
    pub addresses: Vec<ipnetwork::IpNetwork>,
    pub cards: Vec<mac_address::MacAddress>,
    pub strings: Vec<bit_vec::BitVec>,
    pub prices: Vec<sqlx::postgres::types::PgMoney>,
    pub lasts: Vec<sqlx::postgres::types::PgInterval>,
    pub corners: Vec<sqlx::postgres::types::PgCube>,
    pub paths: Vec<sqlx::postgres::types::PgLTree>,
    pub spots: Vec<sqlx::postgres::types::PgPoint>,
    pub spans: Vec<sqlx::postgres::types::PgRange<i32>>,
    #[column(type = "citext[]")]
    pub folded: Vec<String>,
    #[column(type = "mail[]")]
    pub mails: Option<Vec<String>>,
    #[column(type = "age[]")]
    pub ages: Option<Vec<i32>>,
    pub none: Option<Vec<String>>,
}
