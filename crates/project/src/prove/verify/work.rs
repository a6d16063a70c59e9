//! The dialects, one after the other.

use std::collections::BTreeSet;

use schemist_revision::{History, RevisionFile, RevisionId};
use schemist_sql::Dialect;

use super::history::walk;
use super::report::{Looking, Report, Request, Verdict, Walk};
use super::revision::{Step, prove};
use super::seed::Seed;
use crate::compile::Compiled;
use crate::error::ProjectError;
use crate::generate::Reach;
use crate::project::Entry;
use crate::prove::bench::{Bench, make_role};
use crate::prove::replay::replay;
use crate::queries::{failing, queries};

/// Replays the history, or single revisions of it, on scratch databases of every dialect.
///
/// A dialect on which something is wrong does not keep the others from being looked at: each report is
/// told as soon as it is there.
///
/// # Errors
/// Where the files form no history, or a revision that was named is not in it.
pub async fn verify(
    entry: &Entry,
    request: &Request,
    mut tell: impl FnMut(&Report),
) -> Result<Vec<Report>, ProjectError> {
    let history = entry.history()?;
    let subjects = subjects(&history, request)?;
    let mut dialects = request.dialects.clone();
    if dialects.is_empty() {
        dialects.extend(entry.dialects()?);
    }
    let mut reports = Vec::new();
    for dialect in dialects {
        for report in on(entry, &history, dialect, &subjects, request).await {
            tell(&report);
            reports.push(report);
        }
    }
    Ok(reports)
}

/// The revisions to prove; `None` is the whole history.
fn subjects(history: &History, request: &Request) -> Result<Vec<Option<RevisionId>>, ProjectError> {
    let nothing = BTreeSet::new();
    if history.is_empty() {
        return Err(ProjectError::refused(
            "verify the history: there is no revision yet",
            "run `schemist revision --autogenerate -m \"…\"` first",
        ));
    }
    let Some(target) = &request.target else {
        return Ok(vec![None]);
    };
    let found = target.resolve_all(history, &nothing)?;
    if found.is_empty() {
        return Err(ProjectError::refused(
            format!("verify {target}: it is no revision"),
            "name a revision, or none for the whole history",
        ));
    }
    Ok(found.into_iter().map(Some).collect())
}

async fn on(
    entry: &Entry,
    history: &History,
    dialect: Dialect,
    subjects: &[Option<RevisionId>],
    request: &Request,
) -> Vec<Report> {
    let alone = |verdict| Report {
        dialect,
        version: None,
        revision: None,
        verdict,
    };
    let mut desk = match Desk::open(entry, dialect).await {
        Ok(desk) => desk,
        Err(ProjectError::Scratch(error)) if request.reach == Reach::OnlyAvailable => {
            return vec![alone(Verdict::LeftOut(format!("cannot {error}")))];
        }
        Err(error) => return vec![alone(Verdict::Failed(Box::new(error)))],
    };
    let mut reports = Vec::new();
    for subject in subjects {
        let outcome = desk.prove(entry, history, subject.as_ref(), request).await;
        reports.push(Report {
            dialect,
            version: Some(desk.version.clone()),
            revision: subject.clone(),
            verdict: match outcome {
                Ok(walk) => Verdict::Walked(Box::new(walk)),
                Err(error) => Verdict::Failed(Box::new(error)),
            },
        });
    }
    reports
}

/// What a dialect is looked at with.
struct Desk {
    bench: Bench,
    compiled: Compiled,
    version: String,
}

impl Desk {
    async fn open(entry: &Entry, dialect: Dialect) -> Result<Self, ProjectError> {
        let mut live = entry.likeness(dialect).await?;
        let mut bench = entry.bench(dialect, live.as_mut()).await?;
        drop(live);
        let compiled = entry.compile(&mut bench).await?;
        let scratch = bench.empty().await?;
        let version = scratch.session.version().full.clone();
        Ok(Self {
            bench,
            compiled,
            version,
        })
    }

    async fn prove(
        &mut self,
        entry: &Entry,
        history: &History,
        subject: Option<&RevisionId>,
        request: &Request,
    ) -> Result<Walk, ProjectError> {
        let seed = match &request.seed {
            Some(path) => Some(Seed::read(entry, path, self.bench.dialect())?),
            None => None,
        };
        let mut scratch = self.bench.empty().await?;
        let declared = self.compiled.catalog.clone();
        self.bench
            .make_roles(&mut scratch.session, &declared)
            .await?;
        let heads = history.heads();
        let targets: Vec<RevisionId> = match subject {
            Some(id) => vec![id.clone()],
            None => heads.iter().map(|head| head.id().clone()).collect(),
        };
        let path = history.upgrade_path(&BTreeSet::new(), &targets)?;
        let is_head = heads.len() == 1 && heads.first().map(|head| head.id()) == subject;
        let step = Step {
            path: &path,
            seed: seed.as_ref(),
            declared: is_head.then_some(&declared),
        };
        let mut made = BTreeSet::new();
        let mut walked = loop {
            let outcome = self.once(&path, subject.is_some().then_some(&step)).await;
            // A server of our own lacks the roles that older revisions name.
            let missing = match &outcome {
                Err(ProjectError::Replay(error)) => error.missing_role(),
                _ => None,
            };
            match missing {
                Some(role) if self.bench.server().is_local() && made.insert(role.clone()) => {
                    make_role(&mut scratch.session, &role).await?;
                }
                Some(_) | None => break outcome?,
            }
        };
        if request.queries == Looking::At {
            let queries = queries(entry, self.bench.dialect(), None)?;
            let (mut at_end, _) = replay(&mut self.bench, history, &targets).await?;
            walked.broken = failing(&mut at_end.session, &queries).await?;
        }
        Ok(walked)
    }

    async fn once(
        &mut self,
        path: &[&RevisionFile],
        step: Option<&Step<'_>>,
    ) -> Result<Walk, ProjectError> {
        match step {
            Some(step) => prove(&mut self.bench, step).await,
            None => walk(&mut self.bench, path, &self.compiled.catalog).await,
        }
    }
}
