//! Structs where the database is such that structs can say it, and SQL for the rest.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::{Catalog, Forms, Hints, Kind, ObjectId, Pair};
use schemist_diff::{Plan, plan};
use schemist_model::structs::{self, Choices, Spread, Structs, WrongName};
use schemist_model::{Comments, NamedPart, Options, Source};
use schemist_sql::Dialect;

use super::layout::Layout;
use super::text::texts;
use crate::error::ProjectError;
use crate::prove::bench::BenchError;

/// What a database becomes.
pub(super) struct Models {
    /// The structs, where there are any.
    pub structs: Option<Structs>,
    /// What makes the rest.
    pub rest: Plan,
}

/// Hazards of statements that no model is to begin with: the table is better said by SQL alone.
const DROPS: &[&str] = &["table_dropped", "column_dropped"];

/// Everything as SQL.
pub(super) fn as_sql(catalog: &Catalog) -> Result<Models, BenchError> {
    let nothing = Catalog::new(catalog.dialect());
    Ok(Models {
        structs: None,
        rest: beyond(&nothing, catalog)?,
    })
}

/// What structs can say as structs, and the rest as SQL.
///
/// A table of which a struct cannot say everything is added to by SQL, where that is possible without
/// taking anything back.
pub(super) fn as_structs(catalog: &Catalog, choices: &Choices) -> Result<Models, ProjectError> {
    let mut whole: BTreeSet<ObjectId> = BTreeSet::new();
    loop {
        let structs = structs::write(catalog, choices, &whole)
            .map_err(|wrong| ProjectError::refused(wrong.to_string(), remedy(&wrong)))?;
        let rest = beyond(&structs.declared, catalog)?;
        let taken_back: BTreeSet<ObjectId> = rest
            .steps
            .iter()
            .filter(|planned| {
                planned
                    .step
                    .hazards
                    .iter()
                    .any(|it| DROPS.contains(&it.code))
            })
            .map(|planned| planned.object.clone())
            .filter(|id| id.kind == Kind::Table && structs.declared.get(id).is_some())
            .collect();
        if taken_back.is_empty() {
            return Ok(Models {
                structs: Some(structs),
                rest,
            });
        }
        whole.extend(taken_back);
    }
}

const fn remedy(wrong: &WrongName) -> &'static str {
    match wrong {
        WrongName::Unknown { .. } => {
            "name a table, a table.column or a type as the database has it: `--rename book.type:kind`"
        }
        WrongName::NoIdentifier { .. } => {
            "choose a name that begins with a letter and holds letters, digits and `_`"
        }
        WrongName::Taken { .. } => "choose another name",
        WrongName::NoDerive(_) => "name it as Rust does: `--derive serde::Serialize`",
    }
}

/// The statements that lead from what is declared already to the whole.
///
/// Default privileges come before everything that is made, wherever they stand, so that what a struct makes
/// has what they give: its own privileges are said as of something new.
fn beyond(declared: &Catalog, catalog: &Catalog) -> Result<Plan, BenchError> {
    let hints = Hints {
        forms: Forms::Offline,
        ..Hints::default()
    };
    let mut rest = plan(Pair::new(declared, catalog), &hints)?;
    let mut kinds = catalog.objects().keys().map(|id| id.kind);
    if !declared.is_empty() && kinds.any(|kind| kind == Kind::DefaultPrivileges) {
        let nothing = Catalog::new(catalog.dialect());
        let anew = plan(Pair::new(&nothing, catalog), &hints)?;
        let is_of_struct = |id: &ObjectId| {
            let bearer = id.of.map(|kind| ObjectId {
                kind,
                of: None,
                ..id.clone()
            });
            let bearer = bearer.filter(|_| id.kind == Kind::Privileges);
            bearer.is_some_and(|bearer| declared.get(&bearer).is_some())
        };
        rest.steps.retain(|planned| !is_of_struct(&planned.object));
        let own = anew.steps.into_iter();
        rest.steps
            .extend(own.filter(|planned| is_of_struct(&planned.object)));
    }
    Ok(rest)
}

/// The choices that follow from how the models of a project are read.
pub(super) fn settled(choices: &Choices, options: &Options, layout: Layout) -> Choices {
    Choices {
        spread: match layout {
            Layout::Several => Spread::Several,
            Layout::One => Spread::One,
        },
        default_schema: options.default_schema.as_str().to_owned(),
        comments: options.comments,
        enum_checks: options.enum_checks,
        named: options
            .naming
            .keys()
            .copied()
            .collect::<BTreeSet<NamedPart>>(),
        ..choices.clone()
    }
}

/// What declares a catalog in SQL, as sources of models.
///
/// # Errors
/// [`BenchError`] where objects need each other in a way that no statement can break.
pub fn declaring(catalog: &Catalog, layout: Layout) -> Result<Vec<Source>, BenchError> {
    let rest = as_sql(catalog)?.rest;
    Ok(sources(texts(catalog, &rest, layout)))
}

/// What declares a catalog in structs as far as that goes, as sources of models that are read by these
/// options.
///
/// # Errors
/// Where objects need each other in a way that no statement can break, or a name cannot be given.
pub fn declaring_structs(
    catalog: &Catalog,
    choices: &Choices,
    options: &Options,
    layout: Layout,
) -> Result<Vec<Source>, ProjectError> {
    let choices = settled(choices, options, layout);
    let models = as_structs(catalog, &choices)?;
    let mut all = sources(texts(catalog, &models.rest, layout));
    let structs = models.structs.into_iter().flat_map(|structs| structs.files);
    all.extend(structs.map(|(file, text)| Source::new(format!("models/{file}"), text)));
    Ok(all)
}

fn sources(texts: BTreeMap<String, String>) -> Vec<Source> {
    let source = |(file, text)| Source::new(format!("models/{file}.sql"), text);
    texts.into_iter().map(source).collect()
}

/// What is to be known of structs: the crates that they need, and types that are text in them.
pub(super) fn notes(structs: &Structs, dialect: Dialect, comments: Comments) -> Vec<String> {
    let mut notes = Vec::new();
    if !structs.makeshift.is_empty() {
        let types: Vec<&str> = structs.makeshift.iter().map(String::as_str).collect();
        let types = types.join(", ");
        let asked = match dialect {
            // sqlx takes nothing else for text.
            Dialect::Postgres if !structs.sqlx_features.is_empty() => {
                "; a query gives them to sqlx as `found::text AS found`"
            }
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => "",
        };
        notes.push(format!(
            "columns of these types are `String` in Rust, which has nothing like them: {types}{asked}"
        ));
    }
    let has_comments = match dialect {
        Dialect::Postgres | Dialect::Mysql => comments == Comments::Written,
        Dialect::Sqlite => false,
    };
    if has_comments
        && structs
            .files
            .values()
            .any(|text| text.contains("comment = \""))
    {
        notes.push(
            "comments of the database are `comment = \"…\"`; with `comments = true` in the settings they are documentation"
                .to_owned(),
        );
    }
    notes
}
