use schemist::Model;

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Places {
    #[column(primary_key)]
    pub id: i32,
    pub address: ipnetwork::IpNetwork,
    #[column(type = "cidr")]
    pub net: ipnetwork::IpNetwork,
    pub card: mac_address::MacAddress,
    #[column(type = "bit(3)")]
    pub few: bit_vec::BitVec,
    pub bits: bit_vec::BitVec,
    pub path: sqlx::postgres::types::PgLTree,
    pub pairs: sqlx::postgres::types::PgHstore,
    pub corner: sqlx::postgres::types::PgCube,
    pub identity: sqlx::postgres::types::Oid,
    pub here: sqlx::postgres::types::PgPoint,
    pub straight: sqlx::postgres::types::PgLine,
    pub part: sqlx::postgres::types::PgLSeg,
    pub frame: sqlx::postgres::types::PgBox,
    pub way: sqlx::postgres::types::PgPath,
    pub area: sqlx::postgres::types::PgPolygon,
    pub round: sqlx::postgres::types::PgCircle,
    pub span: sqlx::postgres::types::PgRange<i32>,
    pub wide: sqlx::postgres::types::PgRange<i64>,
    pub amounts: sqlx::postgres::types::PgRange<rust_decimal::Decimal>,
    pub period: sqlx::postgres::types::PgRange<chrono::DateTime<chrono::Utc>>,
    pub hours: sqlx::postgres::types::PgRange<chrono::NaiveDateTime>,
    pub days: sqlx::postgres::types::PgRange<chrono::NaiveDate>,
}
