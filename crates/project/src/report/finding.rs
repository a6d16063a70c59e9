//! What a check found, ready to be told: each difference with why it is there.

use schemist_catalog::{Object, ObjectId, Pair};
use schemist_diff::{Change, PlannedStep};
use schemist_revision::RevisionId;
use schemist_sql::Dialect;
use sha2::{Digest, Sha256};

use crate::generate::wording::{Difference, differences};
use crate::queries::Failing;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// The path, from the project's folder.
    pub path: String,
    /// The line, counted from one.
    pub line: usize,
    /// The column, counted from one.
    pub column: usize,
}

/// The revision that made something what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Its id.
    pub id: RevisionId,
    /// What its author said.
    pub message: String,
    /// The day on which it was written.
    pub date: Option<String>,
    /// The statement.
    pub place: SourceLine,
}

/// Why the two sides are what they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// Where the models say it.
    pub declared: Option<SourceLine>,
    /// The last revision that touched it.
    pub since: Option<Since>,
}

/// A statement, with what to know before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its words, without the `;`.
    pub sql: String,
    /// The code and the sentence of each hazard.
    pub hazards: Vec<(&'static str, String)>,
}

impl From<&PlannedStep> for Statement {
    fn from(planned: &PlannedStep) -> Self {
        let hazards = planned.step.hazards.iter();
        Self {
            sql: planned.step.sql.clone(),
            hazards: hazards
                .map(|hazard| (hazard.code, hazard.sentence.clone()))
                .collect(),
        }
    }
}

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What would happen to it: `create`, `drop`, `alter`.
    pub verb: &'static str,
    /// The word for its kind.
    pub kind: &'static str,
    /// Its kind and name, as people read them.
    pub object: String,
    /// The object under which it is told: the table that it stands on, or itself.
    pub group: String,
    /// What differs inside it.
    pub differences: Vec<Difference>,
    /// The statements that are for it.
    pub statements: Vec<Statement>,
    /// Why it differs.
    pub why: Why,
}

impl Finding {
    /// Puts a change together with its statements.
    pub fn new(change: &Change, sides: Pair<&str>, steps: &[PlannedStep], why: Why) -> Self {
        let id = change.id();
        let own = steps.iter().filter(|planned| planned.object == id);
        Self {
            verb: change.verb(),
            kind: id.kind.word(),
            object: id.to_string(),
            group: owner(object_of(change))
                .map_or_else(|| id.to_string(), |owner| owner.to_string()),
            differences: differences(change, sides),
            statements: own.map(Statement::from).collect(),
            why,
        }
    }

    /// A query that does not work on the second side.
    pub fn of_query(failing: &Failing) -> Self {
        let place = &failing.query.place;
        let object = format!("query {}:{}", place.path, place.line);
        Self {
            verb: "break",
            kind: "query",
            group: object.clone(),
            object,
            differences: failing.words.lines().map(Difference::line).collect(),
            statements: Vec::new(),
            why: Why {
                declared: Some(place.clone()),
                since: None,
            },
        }
    }

    /// The name of the rule that it breaks: `alter-materialized-view`.
    pub fn rule(&self) -> String {
        format!("{}-{}", self.verb, self.kind.replace(' ', "-"))
    }

    /// What is wrong, in a sentence without its period.
    pub fn sentence(&self, sides: Pair<&str>) -> String {
        match self.verb {
            "create" => format!("{} is only in {}", self.object, sides.after),
            "drop" => format!("{} is only in {}", self.object, sides.before),
            "break" => format!("{} does not work with {}", self.object, sides.after),
            _ => format!(
                "{} is not the same in {} and {}",
                self.object, sides.before, sides.after
            ),
        }
    }

    /// The sentence, and a line for each thing that differs inside.
    pub fn message(&self, sides: Pair<&str>) -> String {
        let mut lines = vec![self.sentence(sides)];
        lines.extend(
            self.differences
                .iter()
                .map(|difference| difference.line.clone()),
        );
        lines.join("\n")
    }

    /// The line to which a pipeline's remark is tied: where it is declared, or else the revision.
    pub fn place(&self) -> Option<&SourceLine> {
        let since = self.why.since.as_ref().map(|since| &since.place);
        self.why.declared.as_ref().or(since)
    }
}

/// The object that a change is about.
pub(crate) fn object_of(change: &Change) -> &Object {
    match change {
        Change::Create(object) | Change::Drop(object) => object,
        Change::Alter(pair) => &pair.after,
    }
}

/// What an object stands on: its table, or what it is a side of.
pub(crate) fn owner(object: &Object) -> Option<ObjectId> {
    let id = object.id();
    if let Some(of) = id.of {
        return Some(ObjectId {
            kind: of,
            of: None,
            ..id
        });
    }
    if let Object::Index(index) = object {
        return Some(ObjectId::new(index.on, index.table.clone()));
    }
    let table = id.table()?;
    Some(schemist_catalog::object::Table::id_of(&table))
}

/// What a check of one database found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What the database is called in the settings.
    pub name: String,
    /// The question that was asked: `models`, `history`, `database`.
    pub question: &'static str,
    /// What the two sides are called.
    pub sides: Pair<&'static str>,
    /// The dialect in whose words they were compared.
    pub dialect: Dialect,
    /// How many objects were compared.
    pub objects: usize,
    /// What differs, what belongs together in one place.
    pub findings: Vec<Finding>,
    /// Every statement that makes the first side the second, in order.
    pub statements: Vec<Statement>,
    /// The statements for objects that do not differ themselves.
    pub others: Vec<Statement>,
    /// What to tell beside.
    pub notes: Vec<String>,
    /// The folder from which a pipeline counts paths to the project's, with a slash at its end.
    pub base: String,
    /// The file to which is tied what is in no other.
    pub settings: String,
}

impl Report {
    /// Whether both sides are the same.
    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The place of a finding as a pipeline sees it.
    pub fn place(&self, finding: &Finding) -> SourceLine {
        let place = finding.place().cloned().unwrap_or_else(|| SourceLine {
            path: self.settings.clone(),
            line: 1,
            column: 1,
        });
        SourceLine {
            path: format!("{}{}", self.base, place.path),
            ..place
        }
    }

    /// What tells a finding from all others, and stays the same when lines move.
    pub fn fingerprint(&self, finding: &Finding) -> String {
        let parts = [self.question, &self.name, finding.verb, &finding.object];
        let digest = Sha256::digest(parts.join("\0"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A check that came to no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the database is called in the settings.
    pub name: String,
    /// What it failed of.
    pub message: String,
}

/// How the check of one database ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    /// Both sides were compared.
    Compared(Report),
    /// Something was in the way.
    Failed(Failure),
}

impl Looked {
    /// What was found, where the check came to its end.
    pub const fn report(&self) -> Option<&Report> {
        match self {
            Self::Compared(report) => Some(report),
            Self::Failed(_) => None,
        }
    }
}
