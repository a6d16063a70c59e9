use schemist::Model;

use super::{Books, Mood};

/// who writes
#[derive(Debug, Clone, Model)]
#[model(check("balance >= (0)::numeric"))]
#[model(check(name = "named_check", "(small > '-1'::integer) AND (ratio < share)"))]
pub struct Authors {
    #[column(primary_key, identity = "always")]
    pub id: i64,
    /// as it is printed,
    /// with accents
    #[column(unique)]
    pub name: String,
    #[column(type = "email")]
    pub mail: Option<String>,
    #[column(references(Self::id, on_delete = "set_null"))]
    pub boss: Option<i64>,
    #[column(references(Books::id, initially_deferred))]
    pub favourite: Option<i32>,
    pub born: Option<chrono::NaiveDate>,
    #[column(default = "now()")]
    pub seen: chrono::DateTime<chrono::Utc>,
    pub wakes: Option<chrono::NaiveTime>,
    #[column(type = "timestamp(3) without time zone")]
    pub local: Option<chrono::NaiveDateTime>,
    #[column(type = "numeric(10,2)", default = 0)]
    pub balance: rust_decimal::Decimal,
    #[column(default = "'{}'::jsonb")]
    pub data: serde_json::Value,
    #[column(type = "json")]
    pub old: Option<serde_json::Value>,
    pub picture: Option<Vec<u8>>,
    #[column(default = "gen_random_uuid()")]
    pub key: uuid::Uuid,
    #[column(default = "'{}'::text[]")]
    pub tags: Vec<String>,
    pub moods: Option<Vec<Mood>>,
    #[column(type = "tsvector")]
    pub found: Option<String>,
    #[column(type = "character(3)")]
    pub code: Option<String>,
    #[column(default = true)]
    pub flag: bool,
    pub small: Option<i16>,
    pub ratio: Option<f32>,
    pub share: Option<f64>,
}
