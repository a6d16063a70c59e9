use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(
    index(name = "late", where = "done", expressions("lower(body)"), columns(at desc))
)]
#[model(check("length(body) > 0"))]
pub struct Pages {
    #[column(primary_key, nullable)]
    pub id: i64,
    #[column(index, references("authors", on_delete = "cascade"))]
    pub author: i64,
    #[column(type = "")]
    pub body: Option<Vec<u8>>,
    #[column(default = "CURRENT_TIMESTAMP")]
    pub at: Option<chrono::NaiveDateTime>,
    #[column(default = 0)]
    pub done: bool,
}
