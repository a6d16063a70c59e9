//! A lint from its request to its report.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemist_catalog::hazard::text::HISTORY_BROKEN;
use schemist_connect::Access;
use schemist_revision::RevisionFile;
use schemist_sql::Dialect;

use super::baseline::Baseline;
use super::engine::lint_file;
use super::live::Live;
use super::models::of_models;
use super::project::{broken, of_project};
use super::remark::{LintReport, Remark};
use super::source::{LintFile, read_file};
use crate::check::base;
use crate::error::ProjectError;
use crate::folder::{read_text, shown};
use crate::git::Git;
use crate::project::Entry;
use crate::prove::bench::BenchError;
use crate::settings::{LintLevel, ValueSource};

/// Whether a database is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tables {
    /// None is.
    #[default]
    Unknown,
    /// It says how large its tables are.
    Asked,
}

/// What is asked of a lint.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders; none: every revision of the project.
    pub paths: Vec<PathBuf>,
    /// Only files that are not as they were at this git ref; `None`: all of them.
    pub since: Option<String>,
    /// How files that are no revisions are read; `None`: as the project's dialects do.
    pub dialect: Option<Dialect>,
    /// Whether a database is asked.
    pub tables: Tables,
}

/// Looks at files.
///
/// # Errors
/// Where a file cannot be read, or a database that was to be asked does not answer.
pub async fn lint(entry: &Entry, request: &Request) -> Result<LintReport, ProjectError> {
    let mut report = LintReport {
        base: base(entry),
        ..LintReport::default()
    };
    let live = match request.tables {
        Tables::Unknown => None,
        Tables::Asked => {
            let mut session = entry.connect(Access::Read).await?;
            let asked = Live::read(&mut session).await;
            Some(asked.map_err(BenchError::from_server("ask how large tables are"))?)
        }
    };
    let (files, unreadable) = files(entry, request)?;
    report.files += unreadable.len();
    report.remarks.extend(unreadable.into_iter().flatten());
    for file in files {
        let found = lint_file(&file, &entry.settings.lint, live.as_ref());
        report.files += 1;
        report.statements += found.statements;
        report.ignored += found.ignored;
        report.remarks.extend(found.remarks);
    }
    if request.paths.is_empty() {
        let of_models = of_models(entry, &dialects(entry, request));
        let beside = of_project(entry).into_iter();
        let models = match of_models {
            Ok(remarks) => remarks,
            Err(error) => {
                let first = error.complaints().into_iter().next();
                let why = first.map(|complaint| complaint.message).unwrap_or_default();
                report
                    .notes
                    .push(format!("the models were not looked at: cannot {why}"));
                Vec::new()
            }
        };
        for mut remark in beside.chain(models) {
            match entry.settings.lint.levels.get(remark.rule.code) {
                Some(LintLevel::Off) => continue,
                Some(LintLevel::At(severity)) => remark.severity = *severity,
                None => {}
            }
            let mut told = report.remarks.iter();
            if !told.any(|it| it.fingerprint == remark.fingerprint) {
                report.remarks.push(remark);
            }
        }
    }
    leave_out_known(entry, request, &mut report)?;
    Ok(report)
}

/// What the rules say of one revision, as its project's settings have it; no database is asked.
///
/// # Errors
/// Where its sections are broken.
pub(crate) fn of_revision(
    entry: &Entry,
    file: &RevisionFile,
    dialects: &BTreeSet<Dialect>,
) -> Result<Vec<Remark>, ProjectError> {
    let file = read_file(file.path(), file.to_text(), dialects)?;
    Ok(lint_file(&file, &entry.settings.lint, None).remarks)
}

/// The dialects in which files that are no revisions are read, as far as that is known without a secret.
fn dialects(entry: &Entry, request: &Request) -> BTreeSet<Dialect> {
    if let Some(dialect) = request.dialect {
        return BTreeSet::from([dialect]);
    }
    let mut known = entry.settings.dialects.clone();
    for connection in [&entry.settings.connection, &entry.settings.base] {
        known.extend(connection.client);
        if let Some(ValueSource::Written(template)) = &connection.url {
            let url = template.resolve(&entry.environment.variables);
            known.extend(url.ok().and_then(|url| scheme(&url)));
        }
    }
    known.extend(entry.choice().url.as_deref().and_then(scheme));
    if known.is_empty() {
        return BTreeSet::from([Dialect::Postgres]);
    }
    known
}

/// The dialect that a url begins with.
fn scheme(url: &str) -> Option<Dialect> {
    let (scheme, _) = url.split_once(':')?;
    scheme.parse().ok()
}

/// The files, and what is wrong with those that cannot be read as revisions.
fn files(
    entry: &Entry,
    request: &Request,
) -> Result<(Vec<LintFile>, Vec<Vec<Remark>>), ProjectError> {
    let mut paths = Vec::new();
    if request.paths.is_empty() {
        paths.extend(sql_files(entry.folder()?.path())?);
    }
    for path in &request.paths {
        let path = entry.environment.absolute(path);
        if path.is_dir() {
            paths.extend(sql_files(&path)?);
        } else {
            paths.push(path);
        }
    }
    if let Some(name) = &request.since {
        let git = Git::new(&entry.environment, &entry.root);
        let changed = git.changed_since(name)?;
        paths.retain(|path| changed.contains(path));
    }
    let dialects = dialects(entry, request);
    let mut files = Vec::new();
    let mut unreadable = Vec::new();
    for path in paths {
        let text = read_text(&path, &entry.root)?;
        match read_file(&shown(&path, &entry.root), &text, &dialects) {
            Ok(file) => files.push(file),
            Err(error) => unreadable.push(broken(&error).ok_or(error)?),
        }
    }
    Ok((files, unreadable))
}

/// The SQL files of a folder, by name; none where it is missing.
fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(ProjectError::File {
                what: "read",
                path: folder.to_string_lossy().into_owned(),
                source,
            });
        }
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Leaves out what the baseline knows.
fn leave_out_known(
    entry: &Entry,
    request: &Request,
    report: &mut LintReport,
) -> Result<(), ProjectError> {
    let Some(name) = &entry.settings.lint.baseline else {
        return Ok(());
    };
    let path = entry.root.join(name);
    if !path.exists() {
        let note = format!("{name} is not there yet: `schemist lint --write-baseline` writes it");
        report.notes.push(note);
        return Ok(());
    }
    let text = read_text(&path, &entry.root)?;
    let baseline = Baseline::parse(&text).map_err(|why| {
        ProjectError::refused(
            format!("read the baseline {name}: {why}"),
            "write it anew: `schemist lint --write-baseline`",
        )
    })?;
    let (known, gone) = baseline.without(&mut report.remarks);
    report.known = known;
    // What was not looked at may well be there.
    let is_whole = request.paths.is_empty() && request.since.is_none();
    if gone > 0 && is_whole {
        let plural = if gone == 1 { "" } else { "s" };
        let note = format!(
            "{name} knows {gone} remark{plural} that are no more: `schemist lint --write-baseline` forgets them"
        );
        report.notes.push(note);
    }
    Ok(())
}

/// Writes what is there now as the baseline, and returns where and how many remarks it holds.
///
/// # Errors
/// Where the settings name no file, or it cannot be written.
pub async fn write_baseline(
    entry: &Entry,
    request: &Request,
) -> Result<(String, usize), ProjectError> {
    let Some(name) = entry.settings.lint.baseline.clone() else {
        return Err(ProjectError::refused(
            "write a baseline: the settings name no file for it",
            "add `baseline = \"lint-baseline.json\"` below `[lint]` in schemist.toml",
        ));
    };
    let mut bare = entry.clone();
    bare.settings.lint.baseline = None;
    let mut report = lint(&bare, request).await?;
    // Nobody lives with a history that cannot be read.
    report
        .remarks
        .retain(|remark| remark.rule.code != HISTORY_BROKEN.code);
    let text = Baseline::of(&report.remarks).to_text();
    let path = entry.root.join(&name);
    fs::write(&path, text).map_err(|source| ProjectError::File {
        what: "write",
        path: name.clone(),
        source,
    })?;
    Ok((name, report.remarks.len()))
}
