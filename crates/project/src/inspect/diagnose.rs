//! Everything that can be said of a database without changing it.

use schemist_connect::{Access, ConnectError};
use schemist_introspect::{Activity, read_activity};

use super::{guide, server_check};
use crate::error::ProjectError;
use crate::inspect::drift::{self, DriftReport};
pub use crate::inspect::guide::GuideStep;
pub use crate::inspect::server_check::{Remark, Verdict};
use crate::inspect::status::{self, Condition, Drift, Status, patient_for_little};
use crate::project::Entry;

/// A part of a diagnosis that is made only where it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What differs from the history: needs a scratch database.
    Drift,
    /// What the server and the user bring along.
    Server,
    /// The way out, step by step.
    Guide,
}

/// Everything that can be said of a database.
#[derive(Debug)]
pub struct Diagnosis {
    /// How it stands.
    pub status: Status,
    /// Whether nothing can be changed on its server.
    pub is_standby: bool,
    /// Who is at work in it.
    pub activity: Activity,
    /// What to know, and to do, besides what the findings say.
    pub recommendations: Vec<String>,
    /// What differs from the history, or why that cannot be told.
    pub drift: Option<Result<DriftReport, ProjectError>>,
    /// What the server and the user bring along.
    pub server: Option<Vec<Remark>>,
    /// The way out, step by step.
    pub guide: Option<Vec<GuideStep>>,
}

/// Asks the database of an entry for everything that is asked for.
///
/// # Errors
/// Where there is no connection, or the journal cannot be read.
pub async fn diagnose(entry: &Entry, parts: &[Part]) -> Result<Diagnosis, ProjectError> {
    let status = status::read(entry).await?;
    let mut diagnosis = Diagnosis {
        recommendations: Vec::new(),
        is_standby: false,
        activity: Activity::default(),
        drift: None,
        server: None,
        guide: None,
        status,
    };
    match entry.connect(Access::Read).await {
        Ok(mut session) => {
            patient_for_little(&mut session).await;
            diagnosis.is_standby = session.is_standby();
            // Whoever may not see it is told by `schemist locks`.
            diagnosis.activity = read_activity(&mut session).await.unwrap_or_default();
            if parts.contains(&Part::Server) {
                diagnosis.server = Some(server_check::look(entry, &mut session).await);
            }
            session.close().await;
        }
        Err(ProjectError::Connect(ConnectError::NoFile { .. })) => {}
        Err(error) => return Err(error),
    }
    if parts.contains(&Part::Drift) {
        diagnosis.drift = Some(drift::read(entry).await);
    }
    if parts.contains(&Part::Guide) {
        let dialect = entry.url()?.dialect();
        diagnosis.guide = Some(guide::guide(&diagnosis.status, dialect));
    }
    recommend(&mut diagnosis);
    Ok(diagnosis)
}

/// For how long a transaction may be idle before it is told.
const LONG_IDLE_SECONDS: u64 = 60;

fn recommend(diagnosis: &mut Diagnosis) {
    let mut recommendations = Vec::new();
    if diagnosis.is_standby {
        recommendations
            .push("this is a standby: whatever changes something is run on its primary".to_owned());
    }
    let waits = !diagnosis.status.pending.is_empty();
    for worker in &diagnosis.activity.sessions {
        let seconds = worker.transaction_seconds.unwrap_or_default();
        if worker.is_idle_in_transaction && seconds >= LONG_IDLE_SECONDS {
            let consequence = if waits {
                "an upgrade may wait for it in vain"
            } else {
                "it keeps others waiting"
            };
            recommendations.push(format!(
                "process {} of user {} holds a transaction open for {seconds} s and does nothing: {consequence}; `schemist locks` shows what it has",
                worker.process, worker.user
            ));
        }
    }
    let is_settled = matches!(
        diagnosis.status.condition(),
        Condition::UpToDate | Condition::Behind
    );
    if diagnosis.status.drift == Drift::Unknown
        && diagnosis.drift.is_none()
        && is_settled
        && !diagnosis.status.completed.is_empty()
    {
        recommendations.push(
            "nobody noted what the last revision left: `schemist diagnose --drift` compares with the files"
                .to_owned(),
        );
    }
    match &diagnosis.drift {
        Some(Ok(report)) if !report.changes.is_empty() => recommendations.push(
            "declare what should stay in the models, and undo the rest: `schemist revision --autogenerate --from live|history`"
                .to_owned(),
        ),
        Some(Ok(_) | Err(_)) | None => {}
    }
    if diagnosis.guide.is_none() && diagnosis.status.condition() > Condition::Locked && !is_settled
    {
        recommendations
            .push("`schemist diagnose --guide` leads through it step by step".to_owned());
    }
    recommendations.dedup();
    diagnosis.recommendations = recommendations;
}
