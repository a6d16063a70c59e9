use schemist::Model;

#[derive(Model, sqlx::FromRow)]
pub struct Book {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    pub pages: Option<i32>,
}
