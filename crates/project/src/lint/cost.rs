//! What a statement of PostgreSQL locks and does with rows, by the rules: no server is asked.

use schemist_catalog::hazard::Work;
use schemist_sql::LockMode;

use super::act::{
    Act, Action, Column, ColumnRule, Constraint, ConstraintKind, Manner, Name, Origin, Validity,
};

/// A table that is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The table; `None` where the statement does not name it.
    pub table: Option<Name>,
    /// Its lock.
    pub mode: LockMode,
    /// What is done with its rows.
    pub work: Work,
}

impl Cost {
    const fn new(table: Option<Name>, mode: LockMode, work: Work) -> Self {
        Self { table, mode, work }
    }
}

fn of(table: &Name, mode: LockMode, work: Work) -> Cost {
    Cost::new(Some(table.clone()), mode, work)
}

const SUE: LockMode = LockMode::ShareUpdateExclusive;
const SRE: LockMode = LockMode::ShareRowExclusive;
const AE: LockMode = LockMode::AccessExclusive;

/// The locks of a statement; `text` is its own text.
pub fn cost(act: &Act, text: &str) -> Vec<Cost> {
    match act {
        Act::CreateTable(table) => {
            let columns = table.columns.iter().filter_map(Column::references);
            let constraints = table.constraints.iter().filter_map(referenced);
            let referenced = columns.chain(constraints);
            let mut costs: Vec<_> = referenced
                .filter(|other| **other != table.name)
                .map(|other| of(other, SRE, Work::None))
                .collect();
            let parent = table.parent.iter();
            costs.extend(parent.map(|parent| of(parent, AE, Work::None)));
            costs
        }
        Act::AlterTable { table, actions, .. } => actions
            .iter()
            .flat_map(|(action, _)| of_action(table, action, text))
            .collect(),
        Act::CreateIndex(index) => {
            let mode = match index.manner {
                Manner::InPlace => LockMode::Share,
                Manner::Concurrently => SUE,
            };
            let work = if index.is_on_only {
                Work::None
            } else {
                Work::Builds
            };
            vec![of(&index.table, mode, work)]
        }
        Act::DropIndex { on, manner, .. } => {
            let mode = match manner {
                Manner::InPlace => AE,
                Manner::Concurrently => SUE,
            };
            vec![Cost::new(on.clone(), mode, Work::None)]
        }
        Act::Drop {
            kind, names, on, ..
        } => match kind.as_str() {
            "TABLE" | "FOREIGN TABLE" | "MATERIALIZED VIEW" => {
                let names = names.iter();
                names.map(|name| of(name, AE, Work::None)).collect()
            }
            "TRIGGER" | "POLICY" | "RULE" => vec![Cost::new(on.clone(), AE, Work::None)],
            _ => Vec::new(),
        },
        Act::Create { kind, on, .. } => match (kind.as_str(), on) {
            ("TRIGGER", Some(on)) => vec![of(on, SRE, Work::None)],
            ("POLICY" | "RULE", Some(on)) => vec![of(on, AE, Work::None)],
            ("PUBLICATION", Some(on)) => vec![of(on, SUE, Work::None)],
            _ => Vec::new(),
        },
        Act::AlterPolicy(on) => vec![Cost::new(on.clone(), AE, Work::None)],
        Act::Refresh(view, Manner::InPlace) => vec![of(view, AE, Work::Rewrites)],
        Act::Refresh(view, Manner::Concurrently) => {
            vec![of(view, LockMode::Exclusive, Work::Scans)]
        }
        Act::Truncate(tables, _) => {
            let tables = tables.iter();
            tables.map(|name| of(name, AE, Work::Rewrites)).collect()
        }
        Act::Reindex(_, name, manner) => {
            let mode = match manner {
                Manner::InPlace => LockMode::Share,
                Manner::Concurrently => SUE,
            };
            vec![Cost::new(name.clone(), mode, Work::Builds)]
        }
        Act::WriteAnew(table) => vec![Cost::new(table.clone(), AE, Work::Rewrites)],
        Act::LockTables(tables, mode) => {
            let mode = LockMode::parse(mode).unwrap_or(AE);
            let tables = tables.iter();
            tables.map(|name| of(name, mode, Work::None)).collect()
        }
        Act::DomainCheck(_, Validity::Validated) | Act::DomainNotNull(_) => {
            vec![Cost::new(None, LockMode::Share, Work::Scans)]
        }
        Act::Rename(kind, name) if kind == "INDEX" => {
            vec![Cost::new(name.clone(), SUE, Work::None)]
        }
        Act::DomainCheck(_, Validity::NotValid)
        | Act::FillMaterializedView(_)
        | Act::Outside(_)
        | Act::OpenFunction(_)
        | Act::AddEnumValue { .. }
        | Act::RenameEnumValue(..)
        | Act::DomainWithCheck(_)
        | Act::Rename(..)
        | Act::UpdateExtension(_)
        | Act::ChangeOwner(..)
        | Act::MoveSequence(_)
        | Act::Grant
        | Act::Revoke
        | Act::DefaultPrivileges
        | Act::Begin
        | Act::Commit
        | Act::Rollback
        | Act::Set(_)
        | Act::ForeignKeysPragma
        | Act::ChangeAllRows(..)
        | Act::Write
        | Act::Dynamic
        | Act::Harmless
        | Act::OtherChange => Vec::new(),
    }
}

const fn referenced(constraint: &Constraint) -> Option<&Name> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(table) => Some(table),
        ConstraintKind::PrimaryKey
        | ConstraintKind::Unique
        | ConstraintKind::Check
        | ConstraintKind::NotNull
        | ConstraintKind::Exclude => None,
    }
}

fn of_action(table: &Name, action: &Action, text: &str) -> Vec<Cost> {
    let own = |mode, work| vec![of(table, mode, work)];
    match action {
        Action::AddColumn(column) => {
            let mut costs = own(AE, column_work(column, text));
            let other = column.references().filter(|other| *other != table);
            costs.extend(other.map(|other| of(other, SRE, Work::None)));
            costs
        }
        Action::AddConstraint(constraint) => of_constraint(table, constraint),
        Action::ChangeType { ty, .. } if is_free(ty) => own(AE, Work::None),
        Action::ChangeType { .. }
        | Action::SetExpression(_)
        | Action::WriteAnew(_)
        | Action::Modify(..) => own(AE, Work::Rewrites),
        Action::SetNotNull(_) => own(AE, Work::Scans),
        Action::Validate(_) => own(SUE, Work::Scans),
        Action::Attach(child, _) => vec![of(table, SUE, Work::None), of(child, AE, Work::Scans)],
        Action::Detach(child, Manner::InPlace) => {
            vec![of(table, AE, Work::None), of(child, AE, Work::None)]
        }
        Action::Detach(..) | Action::Quiet => own(SUE, Work::None),
        Action::DropColumn(..)
        | Action::SetDefault(..)
        | Action::DropNotNull(_)
        | Action::ChangeIdentity(_)
        | Action::DropConstraint(..)
        | Action::RenameTable(_)
        | Action::RenameColumn(..)
        | Action::RenamePart
        | Action::RowSecurity(_)
        | Action::Owner
        | Action::ReplicaIdentity
        | Action::AddIndex { .. }
        | Action::DropIndex
        | Action::Brief
        | Action::Unknown => own(AE, Work::None),
    }
}

fn of_constraint(table: &Name, constraint: &Constraint) -> Vec<Cost> {
    let work = match (constraint.validity, constraint.uses_index) {
        (Validity::NotValid, _) | (_, true) => Work::None,
        (Validity::Validated, false) => match constraint.kind {
            ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::Exclude => {
                Work::Builds
            }
            ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::ForeignKey(_) => {
                Work::Scans
            }
        },
    };
    match &constraint.kind {
        ConstraintKind::ForeignKey(other) if other == table => vec![of(table, SRE, work)],
        ConstraintKind::ForeignKey(other) => {
            vec![of(table, SRE, work), of(other, SRE, Work::None)]
        }
        ConstraintKind::PrimaryKey
        | ConstraintKind::Unique
        | ConstraintKind::Check
        | ConstraintKind::NotNull
        | ConstraintKind::Exclude => vec![of(table, AE, work)],
    }
}

/// What adding a column does with the rows that are there.
pub fn column_work(column: &Column, text: &str) -> Work {
    let is_serial = column.ty.ends_with("serial");
    let is_volatile = column
        .default
        .is_some_and(|span| is_volatile(span.slice(text)));
    if is_serial || is_volatile || matches!(column.origin, Origin::Counted | Origin::Stored) {
        return Work::Rewrites;
    }
    if column.has(&ColumnRule::PrimaryKey) || column.has(&ColumnRule::Unique) {
        return Work::Builds;
    }
    let is_required = column.has(&ColumnRule::NotNull) && column.default.is_none();
    if column.has(&ColumnRule::Check) || is_required {
        return Work::Scans;
    }
    Work::None
}

/// Whether an expression gives another value for each row, as far as its words tell: a function that is
/// not known to be stable may.
fn is_volatile(expression: &str) -> bool {
    const STABLE: [&str; 14] = [
        "now",
        "current_timestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "current_setting",
        "make_interval",
        "make_date",
        "to_timestamp",
        "lower",
        "upper",
        "coalesce",
        "array",
        "jsonb_build_object",
        "row",
    ];
    let words: Vec<_> = schemist_sql::words(schemist_sql::Dialect::Postgres, expression).collect();
    words.windows(2).any(|pair| {
        let is_call = pair[1].is_punct('(') && pair[0].token.kind == schemist_sql::TokenKind::Word;
        // A type with a length behind `::` looks the same.
        let is_type =
            pair[0].is_one_of(&["varchar", "char", "numeric", "decimal", "bit", "character"]);
        is_call && !is_type && !pair[0].is_one_of(&STABLE)
    })
}

/// Types that a text of any kind becomes without its rows being written.
pub fn is_free(ty: &str) -> bool {
    matches!(
        ty,
        "text" | "varchar" | "character varying" | "numeric" | "decimal"
    )
}
