use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(strict)]
#[model(without_rowid)]
#[model(primary_key(a, b))]
pub struct Keyed {
    pub a: String,
    pub b: String,
    #[column(generated("upper(a)", virtual))]
    pub up: Option<String>,
}
