use schemist::Model;

#[derive(Debug, Clone, Model, sqlx::FromRow)]
pub struct Odd {
    #[column(primary_key)]
    pub id: i32,
    #[column(type = "tsvector")]
    pub found: String,
    #[column(type = "xml")]
    pub document: Option<String>,
}
