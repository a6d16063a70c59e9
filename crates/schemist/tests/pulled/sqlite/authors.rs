use schemist::{DbEnum, Model};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[db_enum(rename_all = "lowercase")]
pub enum AuthorsMood {
    Happy,
    Sad,
}

#[derive(Debug, Clone, Model)]
pub struct Authors {
    #[column(primary_key, nullable, autoincrement)]
    pub id: i64,
    #[column(type = "varchar(20)", unique, collate = "NOCASE")]
    pub name: String,
    #[column(default = "'sad'")]
    pub mood: AuthorsMood,
}
