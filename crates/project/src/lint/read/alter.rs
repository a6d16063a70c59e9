//! `ALTER …`.

use super::column::{column, constraint, data_type, default};
use super::create::kind;
use super::cursor::Cursor;
use super::statement::manner;
use crate::lint::act::{Act, Action, Manner, Name, Reach, Validity};

pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Act> {
    cursor.next();
    while cursor.take_any(&["ONLINE", "OFFLINE", "IGNORE"]).is_some() {}
    let kind = kind(cursor)?;
    cursor.take("IF EXISTS");
    match kind.as_str() {
        "TABLE" | "FOREIGN TABLE" | "MATERIALIZED VIEW" => {
            cursor.take("ONLY");
            let table = Name::new(cursor.name()?);
            cursor.take_operator("*");
            Some(table_parts(cursor, table))
        }
        "TYPE" => enum_type(cursor),
        "DOMAIN" => domain(cursor),
        "DEFAULT PRIVILEGES" => Some(Act::DefaultPrivileges),
        "POLICY" => {
            cursor.name();
            let on = cursor.take("ON").then(|| cursor.name()).flatten();
            if cursor.sees("RENAME") {
                return Some(Act::OtherChange);
            }
            Some(Act::AlterPolicy(on.map(Name::new)))
        }
        "EXTENSION" => {
            let name = Name::new(cursor.name()?);
            if cursor.take("UPDATE") {
                return Some(Act::UpdateExtension(name));
            }
            Some(Act::OtherChange)
        }
        "SYSTEM" => Some(Act::Outside("ALTER SYSTEM")),
        _ => Some(other(cursor, kind)),
    }
}

fn other(cursor: &mut Cursor<'_>, kind: String) -> Act {
    let name = cursor.name().map(Name::new);
    if cursor.peek().is_some_and(|word| word.is_punct('(')) {
        cursor.parentheses();
    }
    if cursor.take("OWNER TO") {
        return Act::ChangeOwner(kind, name);
    }
    if cursor.sees("RENAME TO") || cursor.sees("SET SCHEMA") {
        return Act::Rename(kind, name);
    }
    let moves = [
        "RESTART",
        "START",
        "INCREMENT",
        "MINVALUE",
        "MAXVALUE",
        "CYCLE",
        "OWNED",
    ];
    if kind == "SEQUENCE" && cursor.rest().any(|word| word.is_one_of(&moves)) {
        return Act::MoveSequence(name);
    }
    if kind == "FUNCTION" && cursor.has("SECURITY DEFINER") && !cursor.has("SET SEARCH_PATH") {
        return Act::OpenFunction(name);
    }
    Act::OtherChange
}

fn enum_type(cursor: &mut Cursor<'_>) -> Option<Act> {
    let name = Name::new(cursor.name()?);
    if cursor.take("ADD VALUE") {
        cursor.take("IF NOT EXISTS");
        let value = cursor.next()?.text.to_owned();
        let is_placed = cursor.sees("BEFORE") || cursor.sees("AFTER");
        return Some(Act::AddEnumValue {
            name,
            value,
            is_placed,
        });
    }
    if cursor.take("RENAME VALUE") {
        return Some(Act::RenameEnumValue(name, cursor.next()?.text.to_owned()));
    }
    if cursor.take("OWNER TO") {
        return Some(Act::ChangeOwner("TYPE".to_owned(), Some(name)));
    }
    if cursor.sees("RENAME TO") || cursor.sees("SET SCHEMA") {
        return Some(Act::Rename("TYPE".to_owned(), Some(name)));
    }
    Some(Act::OtherChange)
}

fn domain(cursor: &mut Cursor<'_>) -> Option<Act> {
    let name = Name::new(cursor.name()?);
    if cursor.sees("ADD") {
        let validity = if cursor.has("NOT VALID") {
            Validity::NotValid
        } else {
            Validity::Validated
        };
        return Some(Act::DomainCheck(name, validity));
    }
    if cursor.take("VALIDATE") {
        return Some(Act::DomainCheck(name, Validity::Validated));
    }
    if cursor.take("SET NOT NULL") {
        return Some(Act::DomainNotNull(name));
    }
    if cursor.take("OWNER TO") {
        return Some(Act::ChangeOwner("DOMAIN".to_owned(), Some(name)));
    }
    if cursor.sees("RENAME TO") || cursor.sees("SET SCHEMA") {
        return Some(Act::Rename("DOMAIN".to_owned(), Some(name)));
    }
    Some(Act::OtherChange)
}

fn table_parts(cursor: &mut Cursor<'_>, table: Name) -> Act {
    let mut actions = Vec::new();
    let mut says_how = false;
    for mut item in cursor.items() {
        let span = item.span();
        if item.sees("ALGORITHM") || item.sees("LOCK") {
            says_how = true;
            continue;
        }
        actions.extend(action(&mut item).into_iter().map(|action| (action, span)));
    }
    Act::AlterTable {
        table,
        actions,
        says_how,
    }
}

fn action(item: &mut Cursor<'_>) -> Vec<Action> {
    if item.take("ADD") {
        return add(item);
    }
    if item.take("DROP") {
        return vec![drop(item)];
    }
    if item.sees("ALTER INDEX") || item.sees("ALTER CHECK") || item.sees("ALTER CONSTRAINT") {
        return vec![Action::Brief];
    }
    if item.take("ALTER") {
        item.take("COLUMN");
        return vec![alter_column(item).unwrap_or(Action::Unknown)];
    }
    if item.take("MODIFY") {
        item.take("COLUMN");
        item.take("IF EXISTS");
        let changed = column(item).map(|column| {
            let name = column.name.clone();
            Action::Modify(column, name)
        });
        return vec![changed.unwrap_or(Action::Unknown)];
    }
    if item.take("CHANGE") {
        item.take("COLUMN");
        item.take("IF EXISTS");
        return change(item);
    }
    if item.take("RENAME") {
        return vec![rename(item)];
    }
    vec![setting(item)]
}

fn add(item: &mut Cursor<'_>) -> Vec<Action> {
    if item.take("PARTITION") {
        return vec![Action::Quiet];
    }
    let mut ahead = item.clone();
    let is_unique = ahead.take("UNIQUE");
    let is_special = ahead.take_any(&["FULLTEXT", "SPATIAL"]).is_some();
    let is_key = ahead.take_any(&["INDEX", "KEY"]).is_some();
    if item.is_mysql() && (is_special || is_key || is_unique) {
        return vec![Action::AddIndex { is_unique }];
    }
    if let Some(constraint) = constraint(item) {
        return vec![Action::AddConstraint(constraint)];
    }
    item.take("COLUMN");
    item.take("IF NOT EXISTS");
    if let Some(mut inner) = item.parentheses() {
        // MySQL: several columns in parentheses.
        let columns = inner
            .items()
            .into_iter()
            .filter_map(|mut it| column(&mut it));
        return columns.map(Action::AddColumn).collect();
    }
    vec![column(item).map_or(Action::Unknown, Action::AddColumn)]
}

fn reach(item: &Cursor<'_>) -> Reach {
    if item.has("CASCADE") {
        Reach::Cascade
    } else {
        Reach::Itself
    }
}

fn drop(item: &mut Cursor<'_>) -> Action {
    if item.take("PARTITION") {
        return Action::WriteAnew("DROP PARTITION");
    }
    if item.take("PRIMARY KEY") {
        return Action::DropConstraint(None, Some("primary key"), Reach::Itself);
    }
    let kinds = ["FOREIGN KEY", "CONSTRAINT", "CHECK"];
    if let Some(kind) = item.take_any(&kinds) {
        item.take("IF EXISTS");
        let name = item.ident();
        let kind = (kind == "FOREIGN KEY").then_some("foreign key");
        return Action::DropConstraint(name, kind, reach(item));
    }
    if item.is_mysql() && item.take_any(&["INDEX", "KEY"]).is_some() {
        return Action::DropIndex;
    }
    item.take("COLUMN");
    item.take("IF EXISTS");
    match item.ident() {
        Some(name) => Action::DropColumn(name, reach(item)),
        None => Action::Unknown,
    }
}

fn alter_column(item: &mut Cursor<'_>) -> Option<Action> {
    let column = item.ident()?;
    if item.take_any(&["SET DATA TYPE", "TYPE"]).is_some() {
        let (ty, _) = data_type(item);
        return Some(Action::ChangeType { column, ty });
    }
    if item.take("SET DEFAULT") {
        let span = default(item).unwrap_or_else(|| item.span());
        return Some(Action::SetDefault(column, span));
    }
    if item.take("SET NOT NULL") {
        return Some(Action::SetNotNull(column));
    }
    if item.take("DROP NOT NULL") {
        return Some(Action::DropNotNull(column));
    }
    if item.sees("SET EXPRESSION") {
        return Some(Action::SetExpression(column));
    }
    let counts = [
        "ADD GENERATED",
        "SET GENERATED",
        "DROP IDENTITY",
        "DROP EXPRESSION",
        "RESTART",
        "SET INCREMENT",
        "SET START",
        "SET CACHE",
        "SET MAXVALUE",
        "SET MINVALUE",
    ];
    if counts.iter().any(|words| item.sees(words)) {
        return Some(Action::ChangeIdentity(column));
    }
    let quiet = ["SET STATISTICS", "RESET"];
    if quiet.iter().any(|words| item.sees(words)) || item.sees("SET") && item.has("N_DISTINCT") {
        return Some(Action::Quiet);
    }
    Some(Action::Brief)
}

fn change(item: &mut Cursor<'_>) -> Vec<Action> {
    let Some(old) = item.ident() else {
        return vec![Action::Unknown];
    };
    let Some(column) = column(item) else {
        return vec![Action::Unknown];
    };
    let mut actions = Vec::new();
    if column.name != old {
        actions.push(Action::RenameColumn(old.clone(), column.name.clone()));
    }
    actions.push(Action::Modify(column, old));
    actions
}

fn rename(item: &mut Cursor<'_>) -> Action {
    if item.take_any(&["TO", "AS"]).is_some() {
        return Action::RenameTable(item.name().and_then(|name| name.last().cloned()));
    }
    if item.take_any(&["CONSTRAINT", "INDEX", "KEY"]).is_some() {
        return Action::RenamePart;
    }
    item.take("COLUMN");
    let from = item.ident();
    let to = item.take("TO").then(|| item.ident()).flatten();
    match (from, to) {
        (Some(from), Some(to)) => Action::RenameColumn(from, to),
        // MySQL: RENAME new_name.
        (Some(to), None) => Action::RenameTable(Some(to)),
        (None, _) => Action::Unknown,
    }
}

/// Everything that begins with a word of its own.
fn setting(item: &mut Cursor<'_>) -> Action {
    if item.take("VALIDATE CONSTRAINT") {
        return item.ident().map_or(Action::Unknown, Action::Validate);
    }
    if item.take("ATTACH PARTITION") {
        let name = item.name().map(Name::new);
        let bounds = (!item.is_done()).then(|| item.span());
        return name.map_or(Action::Unknown, |name| Action::Attach(name, bounds));
    }
    if item.take("DETACH PARTITION") {
        let name = item.name().map(Name::new);
        let manner = if item.sees("FINALIZE") {
            Manner::Concurrently
        } else {
            manner(item)
        };
        return name.map_or(Action::Unknown, |name| Action::Detach(name, manner));
    }
    if item.sees("SET SCHEMA") {
        return Action::RenameTable(None);
    }
    if item.sees("OWNER TO") {
        return Action::Owner;
    }
    if item.sees("REPLICA IDENTITY") {
        return Action::ReplicaIdentity;
    }
    let security = [
        "ENABLE ROW LEVEL SECURITY",
        "DISABLE ROW LEVEL SECURITY",
        "NO FORCE ROW LEVEL SECURITY",
        "FORCE ROW LEVEL SECURITY",
    ];
    if let Some(words) = item.take_any(&security) {
        return Action::RowSecurity(words);
    }
    let anew = [
        "SET UNLOGGED",
        "SET LOGGED",
        "SET TABLESPACE",
        "SET ACCESS METHOD",
        "CONVERT TO",
        "ENGINE",
        "ORDER BY",
        "FORCE",
        "PARTITION BY",
        "REMOVE PARTITIONING",
    ];
    if let Some(words) = item.take_any(&anew) {
        return Action::WriteAnew(words);
    }
    let brief = [
        "ENABLE",
        "DISABLE",
        "INHERIT",
        "NO INHERIT",
        "OF",
        "NOT OF",
        "ENABLE TRIGGER",
        "DISABLE TRIGGER",
        "OPTIONS",
    ];
    if brief.iter().any(|words| item.sees(words)) {
        return Action::Brief;
    }
    let quiet = [
        "SET",
        "RESET",
        "CLUSTER ON",
        "COMMENT",
        "AUTO_INCREMENT",
        "DEFAULT",
        "CHARACTER SET",
        "CHARSET",
        "COLLATE",
        "ROW_FORMAT",
        "KEY_BLOCK_SIZE",
        "STATS_PERSISTENT",
        "REORGANIZE",
        "COALESCE",
        "EXCHANGE",
        "TRUNCATE",
        "ANALYZE",
        "CHECK",
        "OPTIMIZE",
        "WITH",
        "WITHOUT",
    ];
    if quiet.iter().any(|words| item.sees(words)) {
        return Action::Quiet;
    }
    Action::Unknown
}
