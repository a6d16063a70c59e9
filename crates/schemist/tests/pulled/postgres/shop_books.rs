use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(table = "books", schema = "shop")]
#[model(unique(columns(unique, name)))]
pub struct ShopBooks {
    pub r#type: Option<String>,
    #[column(name = "Self")]
    pub _self: Option<String>,
    pub r#fn: Option<i32>,
    #[column(name = "two words")]
    pub two_words: Option<String>,
    #[column(name = "Größe")]
    pub größe: Option<i32>,
    #[column(name = "名前")]
    pub 名前: Option<String>,
    #[column(name = "1st")]
    pub _1st: Option<i32>,
    #[column(name = "Id")]
    pub id_2: Option<i32>,
    pub id: Option<i32>,
    pub name: Option<String>,
    pub unique: Option<String>,
}
