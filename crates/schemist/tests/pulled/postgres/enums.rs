use schemist::DbEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum Mood {
    #[db_enum(rename = "happy")]
    Happy,
    #[db_enum(rename = "SAD")]
    Sad,
    #[db_enum(rename = "so-so")]
    SoSo,
    #[db_enum(rename = "")]
    Value,
    #[db_enum(rename = "Self")]
    ValueSelf,
    #[db_enum(rename = "1st")]
    Value1st,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[db_enum(name = "State", schema = "shop")]
#[db_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Open,
    InWork,
    Done,
}
