//! Finding the table that was meant.

use schemist_catalog::{Catalog, Kind, ObjectId};
use schemist_connect::Access;
use schemist_introspect::Scope;
use schemist_sql::Ident;

use super::draw::{Portrait, draw};
use crate::error::ProjectError;
use crate::inspect::status::patient_for_little;
use crate::project::Entry;

/// What can be looked at.
const KINDS: [Kind; 3] = [Kind::Table, Kind::View, Kind::MaterializedView];

/// Reads what there is to know of a table or a view.
///
/// `name` may have its schema before a dot; `schema` names it apart.
///
/// # Errors
/// Where there is no connection, or no such table; near names are told then.
pub async fn portrait(
    entry: &Entry,
    name: &str,
    schema: Option<&str>,
) -> Result<Portrait, ProjectError> {
    let mut session = entry.connect(Access::Read).await?;
    patient_for_little(&mut session).await;
    let dialect = session.dialect();
    let scope = Scope {
        default_schema: entry.default_schema(dialect),
        ..Scope::default()
    };
    let catalog = schemist_introspect::read(&mut session, &scope).await;
    session.close().await;
    let catalog = catalog?;
    let id = find(&catalog, &scope, name, schema)
        .ok_or_else(|| missing(&catalog, &scope, name, schema))?;
    Ok(draw(&catalog, &id, scope.default_schema.as_ref()))
}

/// The object that a name means; letters may be of the other case where nothing else fits.
fn find(catalog: &Catalog, scope: &Scope, name: &str, schema: Option<&str>) -> Option<ObjectId> {
    let fits = |id: &ObjectId, equal: fn(&str, &str) -> bool| {
        let own = id.name.schema.as_ref().or(scope.default_schema.as_ref());
        let own = own.map(Ident::as_str);
        let in_schema = |wanted: &str| own.is_some_and(|own| equal(own, wanted));
        match (schema, name.split_once('.')) {
            (Some(schema), _) => in_schema(schema) && equal(id.name.name.as_str(), name),
            (None, Some((schema, table))) if in_schema(schema) => {
                equal(id.name.name.as_str(), table)
            }
            (None, _) => id.name.schema.is_none() && equal(id.name.name.as_str(), name),
        }
    };
    let candidates = || {
        let ids = catalog.objects().keys();
        ids.filter(|id| KINDS.contains(&id.kind))
    };
    candidates()
        .find(|id| fits(id, |own, wanted| own == wanted))
        .or_else(|| candidates().find(|id| fits(id, str::eq_ignore_ascii_case)))
        .cloned()
}

fn missing(catalog: &Catalog, scope: &Scope, name: &str, schema: Option<&str>) -> ProjectError {
    let shown = |id: &ObjectId| match &id.name.schema {
        Some(schema) => format!("{}.{}", schema.as_str(), id.name.name.as_str()),
        None => id.name.name.as_str().to_owned(),
    };
    let all: Vec<String> = catalog
        .objects()
        .keys()
        .filter(|id| KINDS.contains(&id.kind))
        .map(shown)
        .collect();
    let wanted = match schema {
        Some(schema) if scope.default_schema.as_ref().map(Ident::as_str) != Some(schema) => {
            format!("{schema}.{name}")
        }
        Some(_) | None => name.to_owned(),
    };
    let mut near: Vec<(usize, &String)> = all
        .iter()
        .map(|other| {
            let last = other.rsplit('.').next().unwrap_or(other);
            let by_name = strsim::damerau_levenshtein(
                &last.to_lowercase(),
                &name.rsplit('.').next().unwrap_or(name).to_lowercase(),
            );
            let whole = strsim::damerau_levenshtein(&other.to_lowercase(), &wanted.to_lowercase());
            (by_name.min(whole), other)
        })
        .filter(|(distance, _)| *distance <= (name.len() / 3).clamp(1, 3))
        .collect();
    near.sort();
    let near: Vec<&str> = near.iter().take(3).map(|(_, name)| name.as_str()).collect();
    let remedy = if !near.is_empty() {
        format!("did you mean {}?", near.join(", "))
    } else if all.is_empty() {
        "the database has no table; is it the right one? `schemist status` says which it is"
            .to_owned()
    } else if all.len() <= 12 {
        format!("there are {}", all.join(", "))
    } else {
        format!(
            "there are {} tables and views, such as {}; one of another schema is named with it",
            all.len(),
            all[..5].join(", ")
        )
    };
    let unmanaged = catalog.unmanaged().iter();
    let quoted = format!("\"{name}\"");
    match unmanaged.clone().find(|what| what.contains(&quoted)) {
        Some(what) => ProjectError::refused(format!("show {what}"), remedy),
        None => ProjectError::refused(
            format!("find a table or view {wanted} in the database"),
            remedy,
        ),
    }
}
