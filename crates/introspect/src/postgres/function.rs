//! Reads functions and procedures.

use schemist_catalog::object::{Function, Parameter, ParameterMode, Routine};
use schemist_catalog::{Definition, Expr};
use schemist_sql::Ident;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("functions", include_str!("function.sql"))
    .if_any("pg_catalog.pg_proc WHERE oid >= 16384 AND prokind <> 'a'");

/// Reads functions and procedures.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let definition: String = row.get("definition")?;
        let function = Function {
            name: reading.findable_name(class::ROUTINE, &row)?,
            arguments: row.get("arguments")?,
            routine: match row.letter("routine")? {
                'p' => Routine::Procedure,
                'w' => Routine::Window,
                _ => Routine::Function,
            },
            parameters: parameters(&row)?,
            returns: row.get("returns")?,
            definition: Expr::from_server(definition.trim_end_matches('\n')),
            comment: reading.comment(class::ROUTINE, number),
        };
        if !reading.omits(class::ROUTINE, number, &function.id()) {
            reading.insert(class::ROUTINE, number, function);
        }
    }
    Ok(())
}

fn parameters(row: &Answer) -> Result<Vec<Parameter>, IntrospectError> {
    let types: Vec<String> = row.get("types")?;
    let names: Option<Vec<String>> = row.get("names")?;
    let modes: Option<Vec<String>> = row.get("modes")?;
    let mut parameters = Vec::new();
    for (place, data_type) in types.into_iter().enumerate() {
        let letter = modes.as_ref().and_then(|modes| modes.get(place));
        let name = names.as_ref().and_then(|names| names.get(place));
        parameters.push(Parameter {
            mode: match letter.map_or("i", String::as_str) {
                "o" => ParameterMode::Out,
                "b" => ParameterMode::InOut,
                "v" => ParameterMode::Variadic,
                "t" => ParameterMode::Table,
                _ => ParameterMode::In,
            },
            name: name.and_then(|name| Ident::parse(name.as_str()).ok()),
            data_type,
            has_default: false,
        });
    }
    // Only the last of those that go in can be left out.
    let defaults: i16 = row.get("defaults")?;
    let inward = parameters
        .iter_mut()
        .rev()
        .filter(|one| !matches!(one.mode, ParameterMode::Out | ParameterMode::Table));
    for parameter in inward.take(usize::try_from(defaults).unwrap_or_default()) {
        parameter.has_default = true;
    }
    Ok(parameters)
}
