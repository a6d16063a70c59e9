use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(table = "Option")]
#[model(primary_key(b, a))]
pub struct OptionRow {
    pub a: i32,
    pub b: i32,
}
