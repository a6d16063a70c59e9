//! What the fields and the words of a catalog are called where people read them: as SQL has it where it has a
//! word, and as English otherwise.

use super::told::{Told, Word};

/// What a field of a type is called; empty where its parts are told as if they were the owner's.
pub(super) fn label(of: &str, field: &str) -> String {
    let known = match (of, field) {
        ("Column" | "Table", "mysql") | ("Table", "storage") => "",
        ("Column", "source") => "value",
        ("Column", "not_null_name" | "not_null_conflict" | "not_null") => {
            return field.replace('_', " ").replacen("not null", "NOT NULL", 1);
        }
        ("Table", "overrides") => "inherited columns",
        ("Table", "without_rowid") => "WITHOUT ROWID",
        ("Table", "strict") => "STRICT",
        ("Table", "autoincrement") => "AUTOINCREMENT",
        ("MysqlColumn", "auto_increment") => "AUTO_INCREMENT",
        ("MysqlColumn", "on_update") => "ON UPDATE",
        ("MysqlColumn" | "MysqlIndex", "words") => "attributes",
        ("MysqlTable", "is_versioned") => "system versioning",
        ("MysqlIndex", "class") => "kind",
        ("IndexPart", "nulls_reversed") => "NULLS at the other end",
        ("Index" | "Key", "nulls_not_distinct") => "NULLS NOT DISTINCT",
        ("Index", "predicate") | ("PublishedTable", "filter") => "WHERE",
        ("Index", "include") | ("Key", "include") => "INCLUDE",
        ("Index", "only_parent") => "on the parent only",
        ("Index", "role") | ("Key" | "Exclusion", "role") => "",
        ("IndexRole", "identifies") => "is the replica identity",
        ("IndexRole", "clusters") => "is clustered by",
        ("Key", "conflict") => "ON CONFLICT",
        ("Check", "no_inherit") | ("NotNull", "no_inherit") => "NO INHERIT",
        ("Check" | "ForeignKey", "validated") => "validated",
        ("ForeignKey", "on_delete") => "ON DELETE",
        ("ForeignKey", "on_update") => "ON UPDATE",
        ("ForeignKey", "on_delete_columns") => "columns set by ON DELETE",
        ("ForeignKey", "matching") => "MATCH",
        ("ForeignKey", "deferrable") | ("Key", "deferrable") => "deferrability",
        ("Policy", "using") => "USING",
        ("Policy", "with_check") => "WITH CHECK",
        ("RowSecurity", "enabled") => "row security enabled",
        ("RowSecurity", "forced") => "row security forced on the owner",
        ("AccessMethod", "keeps") => "type",
        ("Publication", "via_root") => "publish_via_partition_root",
        ("Publication", "all_tables") => "FOR ALL TABLES",
        ("Publication", "stored_generated") => "publish_generated_columns",
        ("SequenceOptions", "cycles") => "CYCLE",
        ("Partition", "bound") => "bounds",
        ("Grant", "option") => "grant option",
        _ => return field.strip_prefix("is_").unwrap_or(field).replace('_', " "),
    };
    known.to_owned()
}

/// Fields that only follow from others, so that they are told where nothing else is different.
pub(super) fn follows(of: &str, field: &str) -> bool {
    // What begins so is no part of the comparison, nor is what an extension's package or the server gave.
    field.starts_with('_')
        || matches!(
            (of, field),
            ("Column" | "Attribute", "user_type")
                | ("Domain" | "RangeType", "base")
                | ("Privileges", "initial" | "is_on_default_schema" | "within")
        )
}

/// What the absence of a field's value means.
pub(super) fn absence(of: &str, field: &str) -> &'static str {
    match (of, field) {
        ("Trigger" | "Rule" | "EventTrigger", "state") => "enabled",
        _ => "nothing",
    }
}

/// One of several: `columns` is `column`.
pub(super) fn singular(label: &str) -> String {
    if let Some(stem) = label.strip_suffix("ies") {
        return format!("{stem}y");
    }
    label
        .strip_suffix("ses")
        .map(|stem| format!("{stem}s"))
        .or_else(|| label.strip_suffix('s').map(str::to_owned))
        .unwrap_or_else(|| label.to_owned())
}

/// A word of ours, as SQL or English has it.
fn word(word: Word) -> String {
    let known = match (word.of, word.name) {
        ("ColumnSource", "Given") => "nothing",
        ("KeyAction", "NoAction") => "NO ACTION",
        ("KeyAction", "SetNull") => "SET NULL",
        ("KeyAction", "SetDefault") => "SET DEFAULT",
        ("Deferrable", "Never") => "NOT DEFERRABLE",
        ("Deferrable", "InitiallyImmediate") => "DEFERRABLE INITIALLY IMMEDIATE",
        ("Deferrable", "InitiallyDeferred") => "DEFERRABLE INITIALLY DEFERRED",
        ("ReplicaIdentity", "PrimaryKey") => "DEFAULT",
        ("ReplicaIdentity", "Index") => "USING INDEX",
        ("IdentityKind", "ByDefault") => "BY DEFAULT",
        ("StatisticsKind", "Distinct") => "ndistinct",
        ("StatisticsKind", "MostCommon") => "mcv",
        ("Routine", "Window") => "window function",
        ("Grantee", "Owner") => "the owner",
        ("GrantOption", "Without") => "no",
        ("GrantOption", "With") => "yes",
        ("CollationProvider", name) => return name.to_lowercase(),
        ("CastMethod", "Binary") => "WITHOUT FUNCTION",
        ("CastMethod", "Text") => "WITH INOUT",
        ("CastContext", "Explicit") => "in a cast that is written",
        ("CastContext", "Assignment") => "AS ASSIGNMENT",
        ("CastContext", "Implicit") => "AS IMPLICIT",
        ("TriggerState", "Disabled") => "disabled",
        ("TriggerState", "Replica") => "enabled on replicas alone",
        ("TriggerState", "Always") => "always enabled",
        ("MysqlIndexClass", "Plain") => "INDEX",
        ("MysqlIndexClass", "Primary") => "PRIMARY KEY",
        ("PrivilegeClass", "LargeObjects") => "LARGE OBJECTS",
        // These are words of SQL as they are.
        (
            "KeyAction" | "KeyMatch" | "ReplicaIdentity" | "GeneratedKind" | "IdentityKind"
            | "ParameterMode" | "PolicyCommand" | "PolicyMode" | "MysqlIndexClass"
            | "PrivilegeClass" | "AccessMethodUse" | "Grantee",
            name,
        ) => return name.to_uppercase(),
        (_, name) => return in_english(name),
    };
    known.to_owned()
}

/// `MaterializedView` is `materialized view`.
fn in_english(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// A value as a person reads it: what is empty, or not so, goes unsaid.
pub(super) fn shown(value: &Told) -> String {
    match value {
        Told::Nothing => "nothing".to_owned(),
        Told::Flag(true) => "yes".to_owned(),
        Told::Flag(false) => "no".to_owned(),
        Told::Text(text) => text.clone(),
        Told::Expression(expression) => expression.text.clone(),
        Told::Word(own) => word(*own),
        Told::With(own, inner) => with(*own, inner),
        Told::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("({})", items.join(", "))
        }
        Told::Named(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(name, value)| format!("{name} {}", shown(value)));
            format!("({})", pairs.collect::<Vec<_>>().join(", "))
        }
        Told::Fields(of, fields) => of_fields(of, fields, value),
    }
}

/// A word with what belongs to it.
fn with(own: Word, inner: &Told) -> String {
    let field = |name: &str| inner.field(name).map(shown).unwrap_or_default();
    match (own.of, own.name) {
        ("ColumnSource", "Default") => format!("DEFAULT {}", shown(inner)),
        ("ColumnSource", "Generated") => format!(
            "GENERATED ALWAYS AS ({}) {}",
            field("expression"),
            field("kind")
        ),
        ("ColumnSource", "Identity") => {
            let options = inner.field("options").map(said).unwrap_or_default();
            let options = if options.is_empty() {
                options
            } else {
                format!(" ({options})")
            };
            format!("GENERATED {} AS IDENTITY{options}", field("kind"))
        }
        ("ColumnSource", "Serial") => format!("serial (sequence {})", shown(inner)),
        ("CastMethod", "Function") => format!("WITH FUNCTION {}", shown(inner)),
        ("IndexSource" | "Grantee", _) => shown(inner),
        _ => format!("{} {}", word(own), shown(inner)),
    }
}

fn of_fields(of: &str, fields: &[(&'static str, Told)], value: &Told) -> String {
    let field = |name: &str| value.field(name).map(shown).unwrap_or_default();
    let has = |name: &str| value.field(name).is_some_and(|it| *it != Told::Nothing);
    match of {
        "QualifiedName" if has("schema") => format!("{}.{}", field("schema"), field("name")),
        "QualifiedName" => field("name"),
        "ObjectId" => format!("{} {}", field("kind"), field("name")),
        "KeyPart" => {
            let rest = fields.iter().filter(|(key, _)| *key != "column");
            after(field("column"), of, rest)
        }
        "IndexPart" => {
            let rest = fields.iter().filter(|(key, _)| *key != "source");
            after(field("source"), of, rest)
        }
        "Check" => {
            let rest = fields
                .iter()
                .filter(|(key, value)| *key != "expression" && *value != Told::Flag(true));
            after(format!("({})", field("expression")), of, rest)
        }
        "Key" => {
            let rest = fields.iter().filter(|(key, _)| *key != "parts");
            after(field("parts"), of, rest)
        }
        "ForeignKey" => format!(
            "{} REFERENCES {} {}",
            field("columns"),
            field("target"),
            field("target_columns")
        ),
        _ => said(value),
    }
}

/// A text, and what else is said of it.
fn after<'t>(
    first: String,
    of: &str,
    rest: impl Iterator<Item = &'t (&'static str, Told)>,
) -> String {
    let rest = rest.filter_map(|(key, value)| said_field(of, key, value));
    std::iter::once(first)
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The fields that say something.
fn said(value: &Told) -> String {
    let Told::Fields(of, fields) = value else {
        return shown(value);
    };
    let said = fields
        .iter()
        .filter_map(|(key, value)| said_field(of, key, value));
    said.collect::<Vec<_>>().join(" ")
}

fn said_field(of: &str, key: &str, value: &Told) -> Option<String> {
    if follows(of, key) || is_usual(value) {
        return None;
    }
    let label = label(of, key);
    Some(match value {
        Told::Flag(_) => label,
        // Names speak for themselves.
        Told::Text(_) if matches!(key, "name" | "data_type" | "definition" | "place") => {
            shown(value)
        }
        _ if label.is_empty() => shown(value),
        _ => format!("{label} {}", shown(value)),
    })
}

/// Whether a value says nothing: what is empty, or what is so where nobody says otherwise.
fn is_usual(value: &Told) -> bool {
    match value {
        Told::Nothing | Told::Flag(false) => true,
        Told::Flag(true) | Told::Text(_) | Told::Expression(_) | Told::With(..) => false,
        Told::List(items) => items.is_empty(),
        Told::Named(pairs) => pairs.is_empty(),
        Told::Fields(_, fields) => fields.iter().all(|(_, value)| is_usual(value)),
        Told::Word(own) => matches!(
            (own.of, own.name),
            ("Deferrable", "Never")
                | ("KeyAction", "NoAction")
                | ("KeyMatch", "Simple")
                | ("ReplicaIdentity", "PrimaryKey")
                | ("ColumnSource", "Given")
        ),
    }
}
