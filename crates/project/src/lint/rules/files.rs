//! Transactions, names, and what cannot be read.

use schemist_catalog::hazard::text;
use schemist_sql::{Dialect, TokenKind, words};

use crate::lint::act::{Act, Action, Guard, Manner, Name};
use crate::lint::scene::{Found, Mode, Scene, Statement};

const fn is_postgres(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => true,
        Dialect::Sqlite | Dialect::Mysql => false,
    }
}

/// What fails inside a transaction, or cannot be repeated outside of one.
pub fn transactions(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let statement = scene.statement;
    let Some(act) = &statement.act else {
        return;
    };
    let is_revision = statement.direction.is_some();
    match (act, statement.mode) {
        (Act::Begin | Act::Commit | Act::Rollback, Mode::Transaction | Mode::ForeignKeysOff) => {
            let sentence = "the section is a transaction already, and this ends it or does nothing";
            found.push(scene.found(&text::NESTED_TRANSACTION, sentence));
        }
        (Act::Begin | Act::Commit | Act::Rollback, Mode::Alone) if is_revision => {
            let sentence = "each statement of this section stands for itself; another section can be a transaction";
            found.push(scene.found(&text::NESTED_TRANSACTION, sentence));
        }
        (act, Mode::Transaction) if is_postgres(statement.dialect) => {
            if let Some(words) = outside_alone(act) {
                let sentence =
                    format!("the server refuses {words} in the transaction of its section");
                found.push(scene.found(&text::CONCURRENTLY_IN_TRANSACTION, sentence));
            }
        }
        (act, Mode::Plain) if is_postgres(statement.dialect) && begins(scene) => {
            if let Some(words) = outside_alone(act) {
                let sentence = format!("the server refuses {words} between BEGIN and COMMIT");
                found.push(scene.found(&text::CONCURRENTLY_IN_TRANSACTION, sentence));
            }
        }
        _ => {}
    }
    alone(scene, act, found);
    used_at_once(scene, found);
}

/// Whether a transaction is open at this place of a plain file.
fn begins(scene: &Scene<'_>) -> bool {
    let ends = scene.earlier().iter().rev();
    let last = ends
        .filter_map(|statement| statement.act.as_ref())
        .find(|act| matches!(act, Act::Begin | Act::Commit | Act::Rollback));
    matches!(last, Some(Act::Begin))
}

/// What the server refuses inside a transaction.
fn outside_alone(act: &Act) -> Option<String> {
    let words = match act {
        Act::CreateIndex(index) if index.manner == Manner::Concurrently => {
            "CREATE INDEX CONCURRENTLY"
        }
        Act::DropIndex {
            manner: Manner::Concurrently,
            ..
        } => "DROP INDEX CONCURRENTLY",
        Act::Reindex(_, _, Manner::Concurrently) => "REINDEX CONCURRENTLY",
        Act::WriteAnew(None) => "this for every table",
        Act::Outside(words) => words,
        Act::AlterTable { actions, .. } => {
            let detaches =
                |action: &Action| matches!(action, Action::Detach(_, Manner::Concurrently));
            if !actions.iter().any(|(action, _)| detaches(action)) {
                return None;
            }
            "DETACH PARTITION CONCURRENTLY"
        }
        Act::Create { kind, .. } | Act::Drop { kind, .. }
            if matches!(kind.as_str(), "DATABASE" | "TABLESPACE") =>
        {
            return Some(kind.clone());
        }
        _ => return None,
    };
    Some(words.to_owned())
}

/// Statements outside of transactions: whether they can be repeated.
fn alone(scene: &Scene<'_>, act: &Act, found: &mut Vec<Found>) {
    let statement = scene.statement;
    let is_repeatable = statement
        .comments
        .contains(&schemist_revision::Comment::Repeatable);
    if let Act::CreateIndex(index) = act
        && index.manner == Manner::Concurrently
        && index.guard == Guard::Guarded
    {
        let sentence = "an invalid index that a failed build left would be taken for this one";
        found.push(scene.found(&text::INVALID_INDEX_KEPT, sentence));
    }
    if statement.mode != Mode::Alone {
        return;
    }
    match act {
        Act::Write | Act::ChangeAllRows(..) if !is_repeatable => {
            let sentence =
                "where a run is cut off here, nobody can tell whether the rows were written";
            found.push(scene.found(&text::NOT_REPEATABLE, sentence));
        }
        Act::CreateTable(table) if table.guard == Guard::None => {
            let sentence = format!(
                "table {} may be there already when this is run again",
                table.name
            );
            found.push(scene.found(&text::NOT_GUARDED, sentence));
        }
        Act::Create {
            guard: Guard::None,
            kind,
            ..
        } => {
            let sentence = format!(
                "the {} may be there already when this is run again",
                kind.to_ascii_lowercase()
            );
            found.push(scene.found(&text::NOT_GUARDED, sentence));
        }
        _ => {}
    }
}

/// A value of an enum that is used in the transaction that added it.
fn used_at_once(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let statement = scene.statement;
    if statement.mode != Mode::Transaction {
        return;
    }
    let added = scene.beside().filter_map(|earlier| match &earlier.act {
        Some(Act::AddEnumValue { value, .. }) => Some(value),
        _ => None,
    });
    for value in added {
        let is_used = words(statement.dialect, &statement.sql)
            .any(|word| word.token.kind == TokenKind::String && word.text == value);
        let adds = matches!(statement.act, Some(Act::AddEnumValue { .. }));
        if is_used && !adds {
            let sentence = format!(
                "value {value} cannot be used before the transaction that added it has ended"
            );
            found.push(scene.found(&text::ENUM_VALUE_USED_AT_ONCE, sentence));
        }
    }
}

/// Names that the server cuts or refuses.
pub fn names(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let statement = scene.statement;
    let dialect = statement.dialect;
    let is_ddl = !matches!(
        statement.act,
        Some(Act::Write | Act::Harmless | Act::Dynamic | Act::ChangeAllRows(..)) | None
    );
    if !is_ddl {
        return;
    }
    let (most, length): (usize, fn(&str) -> usize) = match dialect {
        Dialect::Postgres => (63, str::len),
        Dialect::Mysql => (64, |name| name.chars().count()),
        Dialect::Sqlite => return,
    };
    for word in words(dialect, &statement.sql) {
        let Some(name) = word.name(dialect) else {
            continue;
        };
        // What the server keeps of it is shorter.
        let long = length(word.text.trim_matches(['"', '`']));
        if long > most {
            let sentence = format!(
                "the name {name} has {long} bytes or characters, and the server keeps {most}"
            );
            found.push(scene.found_at(word.token.span, &text::NAME_TOO_LONG, sentence));
        }
    }
}

/// Statements that nobody can read before they run.
pub fn unread(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        None => {
            let words =
                schemist_sql::leading_words(scene.statement.dialect, &scene.statement.sql, 3);
            let sentence = format!(
                "this was not understood ({} …), so that nothing is said of it",
                words.join(" ")
            );
            found.push(scene.found(&text::UNREAD, sentence));
        }
        Some(Act::Dynamic) => {
            let sentence = "what this block does is known only when it runs";
            found.push(scene.found(&text::UNREAD, sentence));
        }
        Some(Act::AlterTable { table, actions, .. }) => {
            for (action, span) in actions {
                let is_refused = match scene.statement.dialect {
                    // Another rule says that it is refused.
                    Dialect::Sqlite => true,
                    Dialect::Postgres | Dialect::Mysql => false,
                };
                if *action == Action::Unknown && !is_refused {
                    let sentence = format!("this part of ALTER TABLE {table} was not understood");
                    found.push(scene.found_at(*span, &text::UNREAD, sentence));
                }
            }
        }
        _ => {}
    }
}

/// A transaction that is begun and never ended.
pub fn uncommitted(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    let mut open = None;
    for (place, statement) in all.iter().enumerate() {
        if statement.mode != Mode::Plain {
            return;
        }
        match statement.act {
            Some(Act::Begin) => open = Some(place),
            Some(Act::Commit | Act::Rollback) => open = None,
            _ => {}
        }
    }
    if let Some(place) = open {
        let scene = scene_of(all, place);
        let sentence = "nothing ends this transaction, and what it does is undone";
        found.push((place, scene.found(&text::UNCOMMITTED, sentence)));
    }
}

/// A file whose statements wait for locks without an end.
pub fn lock_timeout(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    for (place, statement) in all.iter().enumerate() {
        match &statement.act {
            Some(Act::Set(name)) if name == "lock_timeout" => return,
            Some(act) if is_postgres(statement.dialect) => {
                let costs = crate::lint::cost::cost(act, &statement.sql);
                if costs.iter().any(|cost| cost.mode.keeps_others_waiting()) {
                    let sentence = "whoever runs this outside of schemist may wait for its lock for ever, and others behind";
                    let scene = scene_of(all, place);
                    found.push((place, scene.found(&text::NO_LOCK_TIMEOUT, sentence)));
                    return;
                }
            }
            _ => {}
        }
    }
}

static NOTHING: std::collections::BTreeSet<Name> = std::collections::BTreeSet::new();

/// A statement for a rule about all of them, which looks at what was made by itself.
pub(super) fn scene_of(all: &[Statement], place: usize) -> Scene<'_> {
    Scene {
        statement: &all[place],
        place,
        all,
        made: &NOTHING,
    }
}
