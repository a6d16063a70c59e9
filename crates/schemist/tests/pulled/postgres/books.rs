use schemist::Model;

use super::{Authors, State};

#[derive(Debug, Clone, Model)]
#[model(
    index(
        where = "state <> 'DONE'::shop.\"State\"",
        columns(title desc nulls_last, state)
    )
)]
#[model(
    index(
        name = "by_lower",
        expressions("lower((title)::text)" operator_class = "text_pattern_ops"),
        columns(author_id)
    )
)]
pub struct Books {
    #[column(primary_key, serial)]
    pub id: i32,
    #[column(references(Authors::id, on_delete = "cascade"))]
    pub author_id: i64,
    #[column(default = "'OPEN'::shop.\"State\"")]
    pub state: State,
    #[column(type = "character varying(100)", collate = "C")]
    pub title: String,
    #[column(index(unique, include(state)), generated("lower((title)::text)"))]
    pub slug: Option<String>,
}
