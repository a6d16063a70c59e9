use schemist::DbEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "mood")]
pub enum Mood {
    #[sqlx(rename = "happy")]
    Happy,
    #[sqlx(rename = "so-so")]
    SoSo,
    #[sqlx(rename = "SAD")]
    Sad,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type)]
#[sqlx(type_name = "shop.\"Trade\"")]
#[sqlx(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trade {
    Buy,
    Sell,
}
