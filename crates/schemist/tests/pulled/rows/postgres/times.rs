use schemist::Model;

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Times {
    #[column(primary_key)]
    pub id: i32,
    #[column(type = "timestamp(3) with time zone")]
    pub moment: chrono::DateTime<chrono::Utc>,
    pub civil: chrono::NaiveDateTime,
    pub day: chrono::NaiveDate,
    pub wakes: chrono::NaiveTime,
    pub there: sqlx::postgres::types::PgTimeTz<chrono::NaiveTime, chrono::FixedOffset>,
    pub lasts: sqlx::postgres::types::PgInterval,
    pub later: Option<chrono::DateTime<chrono::Utc>>,
}
