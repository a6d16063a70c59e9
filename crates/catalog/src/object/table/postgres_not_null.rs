//! `NOT NULL` as a constraint with a name, which it is from PostgreSQL 18 on.
//!
//! Before, it is a property of the column and has none of what is written here: names are `None`, and
//! nothing is special.

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::{alter_table, constraint_target};
use super::postgres_column::ColumnPair;
use super::{Column, Table};
use crate::generated_name::first_choice;
use crate::object::comment;
use crate::{NameLabel, Pair, Rare, Step};

/// The name that the server would give.
fn own_choice(table: &Table, column: &Column) -> Ident {
    let columns = [column.name.as_str()];
    Ident::from_server(first_choice(&table.name.name, &columns, NameLabel::NotNull))
}

/// The name that has to be written.
fn written_name<'a>(table: &Table, column: &'a Column) -> Option<&'a Ident> {
    let name = column.not_null_name.as_ref()?;
    (*name != own_choice(table, column)).then_some(name)
}

/// Writes `NOT NULL` as it stands in a column, where it does: a key brings it along.
pub(super) fn write(script: &mut Script, table: &Table, column: &Column) {
    let name = written_name(table, column);
    let is_brought = table.is_key(&column.name) && name.is_none();
    if column.nullable || column.not_null.not_valid || is_brought {
        return;
    }
    if let Some(name) = name {
        script.keyword(" CONSTRAINT ").ident(name);
    }
    script.keyword(" NOT NULL");
    script.keyword(if column.not_null.no_inherit {
        " NO INHERIT"
    } else {
        ""
    });
}

/// Writes the name of a `NOT NULL` that `serial` brings along, where it is not the server's own choice.
pub(super) fn write_beside_serial(script: &mut Script, table: &Table, column: &Column) {
    if written_name(table, column).is_some() {
        write(script, table, column);
    }
}

/// What cannot stand in a column: a constraint that rows may break, and what is said of one.
pub(super) fn create(table: &Table, column: &Column, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    if column.not_null.not_valid {
        steps.push(add(table, column, dialect));
    }
    if let Some(name) = &column.not_null_name {
        let target = constraint_target(table, name, dialect);
        let text = column.not_null.comment.as_deref();
        steps.extend(comment::on_create(dialect, &target, text));
    }
    steps
}

fn add(table: &Table, column: &Column, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("ADD ");
    if let Some(name) = written_name(table, column) {
        script.keyword("CONSTRAINT ").ident(name).keyword(" ");
    }
    script.keyword("NOT NULL ").ident(&column.name);
    if column.not_null.no_inherit {
        script.keyword(" NO INHERIT");
    }
    if column.not_null.not_valid {
        script.keyword(" NOT VALID");
    }
    Step::new(script.into_text())
}

/// What changes about a `NOT NULL` that the column has in the end; where it is new, it was set without
/// anything special.
pub(super) fn alter(pair: &ColumnPair<'_>) -> Vec<Step> {
    let after = pair.columns.after;
    let Some(name) = after.not_null_name.as_ref().filter(|_| !after.nullable) else {
        return Vec::new();
    };
    let (table, dialect) = (pair.table, pair.dialect);
    let is_new = pair.columns.before.nullable;
    if is_new && after.not_null.not_valid {
        return create(table, after, dialect);
    }
    let (old_name, before) = if is_new {
        (own_choice(table, after), Rare::plain())
    } else {
        let before = pair.columns.before;
        let name = before.not_null_name.clone();
        (
            name.unwrap_or_else(|| own_choice(table, after)),
            before.not_null.clone(),
        )
    };
    let mut steps = Vec::new();
    let say = |words: &'static str, name: &Ident| {
        let mut script = alter_table(table, dialect);
        script.keyword(words).ident(name);
        script
    };
    // Children would keep as their own what is only no longer inherited.
    let is_taken_back = !before.no_inherit && after.not_null.no_inherit;
    if is_taken_back || !before.not_valid && after.not_null.not_valid {
        steps.push(Step::new(say("DROP CONSTRAINT ", &old_name).into_text()));
        if !after.not_null.not_valid {
            steps.push(add(table, after, dialect));
        }
        steps.extend(create(table, after, dialect));
        return steps;
    }
    if old_name != *name {
        let mut script = say("RENAME CONSTRAINT ", &old_name);
        script.keyword(" TO ").ident(name);
        steps.push(Step::new(script.into_text()));
    }
    if before.not_valid && !after.not_null.not_valid {
        steps.push(Step::new(say("VALIDATE CONSTRAINT ", name).into_text()));
    }
    if before.no_inherit && !after.not_null.no_inherit {
        let mut script = say("ALTER CONSTRAINT ", name);
        script.keyword(" INHERIT");
        steps.push(Step::new(script.into_text()));
    }
    steps.extend(comment::on_alter(
        dialect,
        &constraint_target(table, name, dialect),
        Pair::new(before.comment.as_deref(), after.not_null.comment.as_deref()),
    ));
    steps
}
