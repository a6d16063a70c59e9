//! Statements that fail on the rows that are there.

use schemist_catalog::hazard::{Work, locks, rows};
use schemist_sql::{Dialect, Ident, Span};

use crate::lint::act::{
    Act, Action, Column, ColumnRule, Constraint, ConstraintKind, Name, Origin, Validity,
};
use crate::lint::cost::{column_work, is_free};
use crate::lint::scene::{Found, Scene};

/// Columns that come, become required, or get another type.
pub fn columns(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let Some(Act::AlterTable { table, actions, .. }) = &scene.statement.act else {
        return;
    };
    if !scene.is_old(table) {
        return;
    }
    for (action, span) in actions {
        let spot = Spot {
            scene,
            table,
            span: *span,
        };
        match action {
            Action::AddColumn(column) => added(&spot, column, found),
            Action::SetNotNull(column) => required(&spot, column, found),
            Action::ChangeType { column, ty } => retyped(&spot, column, ty, found),
            Action::Modify(column, _) => modified(&spot, column, found),
            Action::AddIndex { is_unique: true } => {
                let sentence =
                    format!("rows of table {table} that are equal in the key make this fail");
                found.push(spot.found(&rows::UNIQUE_ADDED, sentence));
            }
            _ => {}
        }
    }
}

/// A part of `ALTER TABLE`.
struct Spot<'a> {
    scene: &'a Scene<'a>,
    table: &'a Name,
    span: Span,
}

impl Spot<'_> {
    fn found(
        &self,
        rule: &'static schemist_catalog::hazard::HazardRule,
        sentence: impl Into<String>,
    ) -> Found {
        self.scene
            .found_at(self.span, rule, sentence)
            .of(self.table)
    }

    const fn dialect(&self) -> Dialect {
        self.scene.statement.dialect
    }
}

fn added(spot: &Spot<'_>, column: &Column, found: &mut Vec<Found>) {
    let (table, name) = (spot.table, &column.name);
    let has_value = column.default.is_some()
        || column.origin != Origin::Written
        || column.ty.ends_with("serial");
    let fails = match spot.dialect() {
        Dialect::Postgres | Dialect::Sqlite => true,
        // It takes 0 or '' where nothing is said.
        Dialect::Mysql => false,
    };
    if column.has(&ColumnRule::NotNull) && !has_value && fails {
        let sentence =
            format!("this fails where table {table} has rows, because column {name} gets no value");
        found.push(spot.found(&rows::REQUIRED_COLUMN_ADDED, sentence));
    }
    let is_key = column.has(&ColumnRule::Unique) || column.has(&ColumnRule::PrimaryKey);
    if is_key {
        let sentence = format!("the index of column {name} is built while table {table} is locked");
        found.push(spot.found(&rows::UNIQUE_ADDED, sentence));
    }
    match spot.dialect() {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return,
    }
    if column_work(column, &spot.scene.statement.sql) == Work::Rewrites {
        let sentence =
            format!("table {table} is locked and written anew to give column {name} its values");
        found.push(spot.found(&locks::TABLE_REWRITTEN, sentence));
    } else if column.has(&ColumnRule::Check) {
        let sentence = format!("table {table} is locked and read for the check of column {name}");
        found.push(spot.found(&locks::TABLE_SCANNED, sentence));
    }
}

fn required(spot: &Spot<'_>, column: &Ident, found: &mut Vec<Found>) {
    if is_checked(spot.scene, spot.table, column) {
        return;
    }
    let table = spot.table;
    let sentence = format!("table {table} is scanned, and rows with no {column} make this fail");
    found.push(spot.found(&rows::NOT_NULL_SET, sentence));
}

/// Whether a check that was validated before says that the column has a value, so that nothing is read.
fn is_checked(scene: &Scene<'_>, table: &Name, column: &Ident) -> bool {
    let of_table = |act: &Option<Act>| match act {
        Some(Act::AlterTable {
            table: other,
            actions,
            ..
        }) if other == table => actions.clone(),
        _ => Vec::new(),
    };
    let mut checks = Vec::new();
    let mut validated = Vec::new();
    for statement in scene.earlier() {
        for (action, span) in of_table(&statement.act) {
            match action {
                Action::AddConstraint(Constraint {
                    name: Some(name),
                    kind: ConstraintKind::Check,
                    validity,
                    ..
                }) if says_not_null(statement.dialect, span.slice(&statement.sql), column) => {
                    if validity == Validity::Validated {
                        validated.push(name.clone());
                    }
                    checks.push(name);
                }
                Action::Validate(name) => validated.push(name),
                _ => {}
            }
        }
    }
    checks.iter().any(|check| validated.contains(check))
}

fn says_not_null(dialect: Dialect, text: &str, column: &Ident) -> bool {
    let words: Vec<_> = schemist_sql::words(dialect, text).collect();
    words.windows(4).any(|four| {
        four[0].name(dialect).as_ref() == Some(column)
            && four[1].is("IS")
            && four[2].is("NOT")
            && four[3].is("NULL")
    })
}

fn retyped(spot: &Spot<'_>, column: &Ident, ty: &str, found: &mut Vec<Found>) {
    let table = spot.table;
    match spot.dialect() {
        Dialect::Postgres => {}
        // It refuses the statement, which another rule says.
        Dialect::Sqlite => return,
        Dialect::Mysql => {}
    }
    let sentence =
        format!("values of column {column} of table {table} that are no {ty} make this fail");
    found.push(spot.found(&rows::TYPE_CHANGED, sentence));
    if !is_free(ty) {
        let sentence = format!(
            "table {table} is locked and written anew while column {column} becomes {ty}, unless the type only grows"
        );
        found.push(spot.found(&locks::TABLE_REWRITTEN, sentence));
    }
}

fn modified(spot: &Spot<'_>, column: &Column, found: &mut Vec<Found>) {
    let (table, name) = (spot.table, &column.name);
    let says_how = matches!(
        spot.scene.statement.act,
        Some(Act::AlterTable { says_how: true, .. })
    );
    if column.has(&ColumnRule::NotNull) {
        let sentence = format!("rows of table {table} that have no {name} make this fail");
        found.push(spot.found(&rows::NOT_NULL_SET, sentence));
    }
    if !says_how {
        let sentence = format!(
            "values of column {name} of table {table} that do not fit {} make this fail",
            column.ty
        );
        found.push(spot.found(&rows::TYPE_CHANGED, sentence));
        let sentence = format!("table {table} is locked while what it holds is copied");
        found.push(spot.found(&locks::TABLE_REWRITTEN, sentence));
    }
}

/// Constraints that come.
pub fn constraints(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                let spot = Spot {
                    scene,
                    table,
                    span: *span,
                };
                match action {
                    Action::AddConstraint(constraint) => constrained(&spot, constraint, found),
                    Action::Validate(name) => found.extend(looked_through(&spot, name)),
                    _ => {}
                }
            }
        }
        Some(Act::CreateIndex(index)) if index.is_unique && scene.is_old(&index.table) => {
            let sentence = format!("duplicates in table {} make this fail", index.table);
            let duplicates = scene.found(&rows::UNIQUE_ADDED, sentence);
            found.push(duplicates.of(&index.table));
        }
        _ => {}
    }
}

fn constrained(spot: &Spot<'_>, constraint: &Constraint, found: &mut Vec<Found>) {
    if constraint.validity == Validity::NotValid || constraint.uses_index {
        return;
    }
    let table = spot.table;
    let (rule, sentence) = match &constraint.kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => (
            &rows::UNIQUE_ADDED,
            format!(
                "table {table} is locked while the index is built, and duplicates make this fail"
            ),
        ),
        ConstraintKind::Check => (
            &rows::CHECK_ADDED,
            format!("table {table} is scanned, and rows that break the condition make this fail"),
        ),
        ConstraintKind::NotNull => (
            &rows::NOT_NULL_SET,
            format!("table {table} is scanned, and rows with no value make this fail"),
        ),
        ConstraintKind::ForeignKey(other) => (
            &rows::FOREIGN_KEY_ADDED,
            format!(
                "tables {table} and {other} take no writes while rows are looked through, and those that refer to nothing make this fail"
            ),
        ),
        ConstraintKind::Exclude => (
            &rows::EXCLUSION_ADDED,
            format!(
                "table {table} is locked while the index is built, and rows that exclude each other make this fail"
            ),
        ),
    };
    found.push(spot.found(rule, sentence));
}

/// What `VALIDATE` may fail on; what it was before tells whether it is a foreign key.
fn looked_through(spot: &Spot<'_>, name: &Ident) -> Option<Found> {
    let added = spot.scene.earlier().iter().find_map(|statement| {
        let Some(Act::AlterTable { table, actions, .. }) = &statement.act else {
            return None;
        };
        (table == spot.table).then_some(())?;
        actions.iter().find_map(|(action, _)| match action {
            Action::AddConstraint(constraint) if constraint.name.as_ref() == Some(name) => {
                Some(constraint.kind.clone())
            }
            _ => None,
        })
    });
    let table = spot.table;
    let (rule, sentence) = match added {
        Some(ConstraintKind::ForeignKey(_)) => (
            &rows::FOREIGN_KEY_ADDED,
            format!("rows of table {table} that refer to nothing make this fail"),
        ),
        _ => (
            &rows::CHECK_ADDED,
            format!("rows of table {table} that break constraint {name} make this fail"),
        ),
    };
    Some(spot.found(rule, sentence))
}

/// Conditions of domains, for which every table that uses them is read.
pub fn domains(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::DomainCheck(name, Validity::Validated)) => {
            let sentence = format!(
                "every table with a column of domain {name} is scanned, and rows that break the condition make this fail"
            );
            found.push(scene.found(&rows::CHECK_ADDED, sentence));
        }
        Some(Act::DomainNotNull(name)) => {
            let sentence = format!(
                "every table with a column of domain {name} is scanned, and rows with no value make this fail"
            );
            found.push(scene.found(&rows::NOT_NULL_SET, sentence));
        }
        _ => {}
    }
}
