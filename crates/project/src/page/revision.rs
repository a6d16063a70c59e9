//! A revision as templates see it.

use minijinja::context;
use minijinja::value::Value;
use schemist_catalog::Severity;
use schemist_revision::Direction;
use schemist_sql::Dialect;

use super::sql::colored;
use crate::review::{Proven, Sheet, Stated, Told, Way, Ways};

/// Everything that is shown of a revision.
pub(super) fn sheet(sheet: &Sheet) -> Value {
    let proof = match &sheet.proof {
        Proven::No(None) => "not proven".to_owned(),
        Proven::No(Some(why)) => format!("not proven: {why}"),
        Proven::On(servers) => {
            let servers = servers
                .iter()
                .map(|(dialect, version)| format!("{} {version}", dialect.title()));
            format!("proven on {}", servers.collect::<Vec<_>>().join(", "))
        }
    };
    let parents: Vec<String> = sheet.parents.iter().map(ToString::to_string).collect();
    context! {
        id => sheet.id.as_str(),
        parents => parents,
        message => sheet.message.clone(),
        day => sheet.day(),
        path => sheet.path.clone(),
        marks => sheet.marks.clone(),
        is_proven => matches!(sheet.proof, Proven::On(_)),
        proof => proof,
        irreversible => sheet.irreversible.clone(),
        not_atomic => sheet.not_atomic.clone(),
        ways => sheet.ways.iter().map(|it| ways(sheet, it)).collect::<Vec<_>>(),
    }
}

fn ways(sheet: &Sheet, ways: &Ways) -> Value {
    let both = [(Direction::Up, &ways.up), (Direction::Down, &ways.down)];
    let count = |it: &Way| it.statements().count();
    context! {
        dialect => ways.dialect.name(),
        title => ways.dialect.title(),
        key => format!("{}-{}", sheet.id, ways.dialect),
        count => count(&ways.up) + count(&ways.down),
        worst => worst(both.iter().flat_map(|(_, it)| it.statements())),
        sides => both.map(|(direction, it)| way(ways.dialect, direction, it)),
    }
}

/// The worst severity among statements.
fn worst<'a>(statements: impl Iterator<Item = &'a Stated>) -> Option<&'static str> {
    let hazards = statements.flat_map(|it| &it.hazards);
    hazards.map(|told| told.severity).max().map(Severity::word)
}

fn way(dialect: Dialect, direction: Direction, way: &Way) -> Value {
    let stretches = way.stretches.iter().map(|stretch| {
        let statements = stretch.statements.iter().map(|it| stated(dialect, it));
        context! {
            conditions => stretch.conditions.clone(),
            statements => statements.collect::<Vec<_>>(),
        }
    });
    context! {
        direction => direction.name(),
        title => match direction { Direction::Up => "Up", Direction::Down => "Down" },
        missing => way.missing.clone(),
        stretches => stretches.collect::<Vec<_>>(),
    }
}

fn stated(dialect: Dialect, statement: &Stated) -> Value {
    context! {
        sql => Value::from_safe_string(colored(dialect, &format!("{};", statement.sql))),
        line => statement.line,
        remarks => statement.remarks.clone(),
        locks => statement.locks.clone(),
        worst => worst(std::iter::once(statement)),
        hazards => statement.hazards.iter().map(hazard).collect::<Vec<_>>(),
    }
}

fn hazard(told: &Told) -> Value {
    context! { code => told.code.clone(), severity => told.severity.word(), text => told.text.clone() }
}
