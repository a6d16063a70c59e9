//! What keeps the results of something that changes under it.

use crate::hazard::clients;
use crate::{Context, Hazard, Kind, ObjectId, Step};

/// The statement that changes `source`, with what keeps the results of its state before.
pub(crate) fn keeping_results(mut step: Step, source: &ObjectId, context: &Context<'_>) -> Step {
    for (dependent, references) in context.catalogs.before.dependencies() {
        let keeps = match dependent.kind {
            Kind::Index => "holds what it gave before, until it is built anew",
            Kind::Table => "is not checked or computed anew",
            _ => continue,
        };
        if references
            .iter()
            .any(|reference| reference.object == *source)
        {
            step = step.with(Hazard::new(
                &clients::RESULTS_KEPT,
                format!("{dependent} uses {source} and {keeps}"),
            ));
        }
    }
    step
}
