use schemist::Model;

#[derive(Debug, Clone, Model)]
pub struct Kept {
    #[column(primary_key)]
    pub id: i32,
    pub body: Option<String>,
}
