use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(options(postgres = "PARTITION BY RANGE (at)"))]
pub struct Event {
    pub at: chrono::DateTime<chrono::Utc>,
    pub what: Option<String>,
}
