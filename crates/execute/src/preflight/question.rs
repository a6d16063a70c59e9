//! What a statement needs of the rows, read from its words.

use schemist_sql::Dialect;

use super::words::Words;

/// What the rows of a table may stand against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// Every row has a value.
    NotNull { column: String },
    /// No two rows have the same values; `filter` limits which rows count.
    Unique {
        columns: String,
        filter: Option<String>,
    },
    /// The same, and every row has them.
    Key { columns: String },
    /// The expression holds for every row.
    Holds { expression: String },
    /// Every row points at one that is there.
    Reference {
        columns: String,
        to: String,
        keys: Option<String>,
    },
    /// Every value can be made one of another type.
    Casts { column: String, expression: String },
    /// No row is lost with the table.
    NoRows,
    /// No value is lost with the column.
    NoValues { column: String },
}

/// A need and the table that it is about, all as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) table: String,
    pub(super) need: Need,
}

/// What a statement needs.
pub(super) fn questions(dialect: Dialect, sql: &str) -> Vec<Question> {
    let words = Words::of(dialect, sql);
    let mut found = Vec::new();
    if words.says(0, &["drop", "table"]) {
        let at = words.past(2, &["if", "exists"]);
        for (from, _) in words.parts(at) {
            if let Some((table, _)) = words.name(from) {
                found.push(Question {
                    table: table.to_owned(),
                    need: Need::NoRows,
                });
            }
        }
        return found;
    }
    if words.says(0, &["create", "unique", "index"]) {
        return unique_index(&words).into_iter().collect();
    }
    if !words.says(0, &["alter", "table"]) {
        return found;
    }
    let at = words.past(words.past(2, &["if", "exists"]), &["only"]);
    let Some((table, at)) = words.name(at) else {
        return found;
    };
    for (from, to) in words.parts(at) {
        let need = action(dialect, &words, from, to);
        found.extend(need.map(|need| Question {
            table: table.to_owned(),
            need,
        }));
    }
    found
}

fn unique_index(words: &Words<'_>) -> Option<Question> {
    let at = words.past(3, &["concurrently"]);
    let at = words.past(at, &["if", "not", "exists"]);
    let (_, at) = words.name(at)?;
    if !words.says(at, &["on"]) {
        return None;
    }
    let (table, at) = words.name(words.past(at + 1, &["only"]))?;
    let at = if words.says(at, &["using"]) {
        at + 2
    } else {
        at
    };
    let (columns, end) = words.group(at)?;
    // NULLs that count as equal are another question.
    if words.find(end, words.len(), &["nulls", "not"]).is_some() {
        return None;
    }
    let filter = words
        .find(end, words.len(), &["where"])
        .and_then(|place| words.text(place + 1, words.len()));
    Some(Question {
        table: table.to_owned(),
        need: Need::Unique {
            columns: plain_columns(columns)?,
            filter: filter.map(str::to_owned),
        },
    })
}

/// One action of `ALTER TABLE`.
fn action(dialect: Dialect, words: &Words<'_>, from: usize, to: usize) -> Option<Need> {
    if words.says(from, &["drop", "column"]) {
        let (column, _) = words.name(words.past(from + 2, &["if", "exists"]))?;
        let column = column.to_owned();
        return Some(Need::NoValues { column });
    }
    if words.says(from, &["add"]) {
        return constraint(words, from + 1, to);
    }
    match dialect {
        Dialect::Postgres => column_of_postgres(words, from, to),
        Dialect::Mysql => {
            let at = if words.says(from, &["modify"]) {
                words.past(from + 1, &["column"])
            } else {
                return None;
            };
            let (column, at) = words.name(at)?;
            words.find(at, to, &["not", "null"])?;
            let column = column.to_owned();
            Some(Need::NotNull { column })
        }
        Dialect::Sqlite => None,
    }
}

fn column_of_postgres(words: &Words<'_>, from: usize, to: usize) -> Option<Need> {
    if !words.says(from, &["alter"]) {
        return None;
    }
    let (column, at) = words.name(words.past(from + 1, &["column"]))?;
    if words.says(at, &["set", "not", "null"]) {
        let column = column.to_owned();
        return Some(Need::NotNull { column });
    }
    let at = words.past(at, &["set", "data"]);
    if !words.says(at, &["type"]) {
        return None;
    }
    let expression = match words.find(at, to, &["using"]) {
        Some(using) => words.text(using + 1, to)?.to_owned(),
        None => {
            let end = words.find(at, to, &["collate"]).unwrap_or(to);
            let kind = words.text(at + 1, end)?;
            if let Some(expression) = fits(column, kind) {
                return Some(Need::Holds { expression });
            }
            format!("{column}::{kind}")
        }
    };
    Some(Need::Casts {
        column: column.to_owned(),
        expression,
    })
}

/// The condition under which a value is assigned to a type with a length: an assignment cuts nothing off and
/// fills nothing up, as a cast would.
fn fits(column: &str, kind: &str) -> Option<String> {
    let lower = kind.to_ascii_lowercase();
    let (name, rest) = lower.split_once('(')?;
    let length: u32 = rest.trim_end_matches(')').trim().parse().ok()?;
    match name.trim().trim_matches('"') {
        "varchar" | "character varying" | "char" | "character" | "bpchar" => {
            Some(format!("char_length({column}::text) <= {length}"))
        }
        "bit" => Some(format!("length({column}) = {length}")),
        "varbit" | "bit varying" => Some(format!("length({column}) <= {length}")),
        _ => None,
    }
}

fn constraint(words: &Words<'_>, at: usize, to: usize) -> Option<Need> {
    let at = if words.says(at, &["constraint"]) {
        words.name(at + 1)?.1
    } else {
        at
    };
    if words.says(at, &["check"]) {
        let (expression, _) = words.group(at + 1)?;
        let expression = expression.to_owned();
        return Some(Need::Holds { expression });
    }
    if words.says(at, &["primary", "key"]) {
        let (columns, _) = words.group(at + 2)?;
        let columns = plain_columns(columns)?;
        return Some(Need::Key { columns });
    }
    if words.says(at, &["unique"]) {
        let mut at = words.past(words.past(at + 1, &["key"]), &["index"]);
        if words.find(at, to, &["nulls", "not"]).is_some() {
            return None;
        }
        if words.group(at).is_none() {
            at = words.name(at)?.1;
        }
        let (columns, _) = words.group(at)?;
        return Some(Need::Unique {
            columns: plain_columns(columns)?,
            filter: None,
        });
    }
    if words.says(at, &["foreign", "key"]) {
        let mut at = at + 2;
        if words.group(at).is_none() {
            at = words.name(at)?.1;
        }
        let (columns, at) = words.group(at)?;
        if !words.says(at, &["references"]) {
            return None;
        }
        let (target, at) = words.name(at + 1)?;
        let keys = words.group(at).map(|(keys, _)| keys.to_owned());
        return Some(Need::Reference {
            columns: columns.to_owned(),
            to: target.to_owned(),
            keys,
        });
    }
    None
}

/// The columns of a key; `None` where they are expressions, lengths or orders of their own.
fn plain_columns(text: &str) -> Option<String> {
    let is_plain = text.split(',').all(|column| {
        let column = column.trim();
        !column.is_empty()
            && (column.starts_with(['"', '`'])
                || column.chars().all(|c| c.is_alphanumeric() || c == '_'))
            && !column.ends_with(')')
            && !column.contains(' ')
    });
    is_plain.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(dialect: Dialect, sql: &str) -> String {
        let found = questions(dialect, sql);
        let lines = found
            .iter()
            .map(|it| format!("{}: {:?}", it.table, it.need));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn needs_are_read_from_words() {
        let of = |sql| needs(Dialect::Postgres, sql);
        insta::assert_snapshot!(of("ALTER TABLE ONLY s.\"T\" ALTER COLUMN a SET NOT NULL, DROP COLUMN b, ALTER c TYPE int USING c::int"), @r#"
        s."T": NotNull { column: "a" }
        s."T": NoValues { column: "b" }
        s."T": Casts { column: "c", expression: "c::int" }
        "#);
        insta::assert_snapshot!(of("ALTER TABLE t ALTER a TYPE integer, ALTER b TYPE varchar(3), ALTER c TYPE bit(3)"), @r#"
        t: Casts { column: "a", expression: "a::integer" }
        t: Holds { expression: "char_length(b::text) <= 3" }
        t: Holds { expression: "length(c) = 3" }
        "#);
        insta::assert_snapshot!(of("ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p (x, y) NOT VALID, ADD CHECK (a > (1)), ADD UNIQUE (a), ADD PRIMARY KEY (id)"), @r#"
        t: Reference { columns: "a, b", to: "p", keys: Some("x, y") }
        t: Holds { expression: "a > (1)" }
        t: Unique { columns: "a", filter: None }
        t: Key { columns: "id" }
        "#);
        insta::assert_snapshot!(of("CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (a, \"B\") WHERE a > 0"), @r#"t: Unique { columns: "a, \"B\"", filter: Some("a > 0") }"#);
        insta::assert_snapshot!(of("DROP TABLE IF EXISTS a, s.b CASCADE"), @"
        a: NoRows
        s.b: NoRows
        ");
        assert_eq!(of("CREATE UNIQUE INDEX i ON t (lower(a))"), "");
        assert_eq!(
            of("ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i"),
            ""
        );
        insta::assert_snapshot!(needs(Dialect::Mysql, "ALTER TABLE `t` MODIFY COLUMN `a` int NOT NULL, ADD UNIQUE KEY `u` (`a`)"), @"
        `t`: NotNull { column: \"`a`\" }
        `t`: Unique { columns: \"`a`\", filter: None }
        ");
    }
}
