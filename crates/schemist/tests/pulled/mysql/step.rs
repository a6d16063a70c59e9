use schemist::Model;

use super::Run;

#[derive(Debug, Clone, Model)]
#[model(check("`id` > 0"))]
pub struct Step {
    #[column(primary_key)]
    pub id: i32,
    #[column(references(Run::id, name = "step_run", on_delete = "cascade"))]
    pub run_id: Option<u64>,
    #[column(references(Run::id, name = "step_other", on_delete = "no_action"))]
    pub other: Option<u64>,
}
