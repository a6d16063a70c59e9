use schemist::Model;

use super::OptionRow;

#[derive(Debug, Clone, Model)]
#[model(table = "2 fast")]
#[model(
    foreign_key(
        columns(b, a),
        references(OptionRow::b, OptionRow::a),
        on_update = "cascade"
    )
)]
pub struct Table2Fast {
    pub a: Option<i32>,
    pub b: Option<i32>,
    #[column(name = "ID")]
    pub id: Option<i32>,
}
