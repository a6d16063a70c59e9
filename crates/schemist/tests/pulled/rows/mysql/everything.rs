use schemist::{DbEnum, Model};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum EverythingFeels {
    #[db_enum(rename = "happy")]
    Happy,
    #[db_enum(rename = "so-so")]
    SoSo,
    #[db_enum(rename = "SAD")]
    Sad,
}
impl sqlx::Type<sqlx::MySql> for EverythingFeels {
    fn type_info() -> sqlx::mysql::MySqlTypeInfo {
        <str as sqlx::Type<sqlx::MySql>>::type_info()
    }
    fn compatible(found: &sqlx::mysql::MySqlTypeInfo) -> bool {
        <str as sqlx::Type<sqlx::MySql>>::compatible(found)
    }
}
impl<'r> sqlx::Decode<'r, sqlx::MySql> for EverythingFeels {
    fn decode(
        value: sqlx::mysql::MySqlValueRef<'r>,
    ) -> Result<Self, sqlx::error::BoxDynError> {
        let label = <&str as sqlx::Decode<sqlx::MySql>>::decode(value)?;
        Self::from_label(label).ok_or_else(|| format!("unknown value {label:?}").into())
    }
}
impl<'q> sqlx::Encode<'q, sqlx::MySql> for EverythingFeels {
    fn encode_by_ref(
        &self,
        buffer: &mut Vec<u8>,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        <&str as sqlx::Encode<sqlx::MySql>>::encode(self.label(), buffer)
    }
}

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Everything {
    #[column(primary_key, identity)]
    pub id: u64,
    pub flag: bool,
    pub tiny: i8,
    pub utiny: u8,
    pub small: i16,
    pub usmall: u16,
    #[column(type = "mediumint(9)")]
    pub medium: i32,
    pub whole: i32,
    pub uwhole: u32,
    pub large: i64,
    pub short: f32,
    pub long: f64,
    #[column(type = "decimal(12,4)")]
    pub exact: rust_decimal::Decimal,
    #[column(type = "text")]
    pub words: String,
    #[column(type = "varchar(20)")]
    pub r#type: String,
    #[column(type = "char(3)")]
    pub code: String,
    pub raw: Vec<u8>,
    #[column(type = "binary(4)")]
    pub fixed: Vec<u8>,
    #[column(type = "bit(12)")]
    pub few: u64,
    pub key: uuid::Uuid,
    pub document: serde_json::Value,
    pub feels: EverythingFeels,
    #[column(type = "timestamp(3)", default = "current_timestamp(3)")]
    pub moment: chrono::DateTime<chrono::Utc>,
    #[column(type = "datetime")]
    pub civil: chrono::NaiveDateTime,
    pub day: chrono::NaiveDate,
    #[column(type = "time")]
    pub wakes: chrono::NaiveTime,
    #[column(type = "year(4)")]
    pub since: u16,
    #[column(type = "text")]
    #[sqlx(rename = "Two Words")]
    pub two_words: Option<String>,
}
