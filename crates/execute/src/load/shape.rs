//! What loading must know about a statement before it is sent, read from its tokens.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Token, TokenKind, created_unconnected, tokens};

/// What is done with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Passed over: BEGIN, COMMIT and their kin, and what holds no token.
    Nothing,
    /// Changes the session, for the statements below it in the same file.
    State,
    /// Is run, in its turn.
    Run(Turn),
}

/// When a statement's turn comes among those that can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// Statements of a dump, in their own order.
    Dump,
    /// Default privileges hold for what is made after them only.
    DefaultPrivileges,
    /// Schemas and extensions, on which the most waits.
    Ground,
    /// Everything else.
    Usual,
    /// Event triggers would fire on everything after them.
    EventTrigger,
}

/// A statement as loading sees it.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) role: Role,
    /// What is sent: as long as the statement up to its end, so that positions stay.
    pub(super) sql: String,
    /// Sent instead where `sql` would make what the database had from the start.
    pub(super) tolerant: Option<String>,
    /// The names that it makes, or where that is not plain, every name in it.
    pub(super) makes: BTreeSet<String>,
    /// What it creates, where that is plain: its kind and name.
    pub(super) creates: Option<(String, String)>,
    /// Whether what it makes can be used only after a commit.
    pub(super) commits: bool,
}

/// Words that begin a statement that loading passes over.
const PASSED_OVER: &[&str] = &[
    "begin",
    "commit",
    "end",
    "rollback",
    "abort",
    "savepoint",
    "release",
    "start",
];

/// Kinds whose name comes right after the kind's words.
const NAMED: &[&str] = &[
    "table",
    "view",
    "sequence",
    "type",
    "domain",
    "schema",
    "extension",
    "function",
    "procedure",
    "aggregate",
    "role",
    "collation",
    "index",
    "trigger",
    "policy",
    "rule",
    "language",
    "publication",
    "subscription",
    "server",
    "statistics",
    "conversion",
    "event",
];

/// The kinds that `CREATE OPERATOR` makes beside operators.
pub(super) const OPERATOR_CLASS: &str = "operator class";
pub(super) const OPERATOR_FAMILY: &str = "operator family";

impl Shape {
    pub(super) fn of(words: &Words<'_>) -> Self {
        let mut shape = Self {
            role: Role::Run(Turn::Usual),
            sql: words.sql.to_owned(),
            tolerant: None,
            makes: BTreeSet::new(),
            creates: None,
            commits: false,
        };
        match words.word(0) {
            None => shape.role = Role::Nothing,
            Some(first) if PASSED_OVER.contains(&first) => shape.role = Role::Nothing,
            // What a dump fences its rows with.
            Some("lock" | "unlock") if words.is_mysql() => shape.role = Role::Nothing,
            Some("set" | "reset" | "discard") => {
                let passed_over = matches!(words.word(1), Some("transaction" | "constraints"));
                shape.role = if passed_over {
                    Role::Nothing
                } else {
                    Role::State
                };
            }
            Some("pragma") => shape.role = Role::State,
            Some("select") if words.is_set_config() => shape.role = Role::State,
            Some("alter") => shape.read_alter(words),
            Some("create") => shape.read_create(words),
            Some("drop") => shape.blank(words, &["concurrently"], 3),
            Some("refresh") => shape.role = Role::Nothing,
            Some(_) => {}
        }
        if shape.makes.is_empty() {
            shape.makes = words.names();
        }
        shape
    }

    /// A statement of a dump: as it is, at its place.
    pub(super) fn of_dump(words: &Words<'_>) -> Self {
        let shape = Self::of(words);
        let role = match shape.role {
            Role::Run(Turn::EventTrigger) => Role::Run(Turn::EventTrigger),
            Role::Run(_) => Role::Run(Turn::Dump),
            role => role,
        };
        let kept = shape.tolerant.unwrap_or(shape.sql);
        Self {
            role,
            sql: kept,
            tolerant: None,
            ..shape
        }
    }

    fn read_alter(&mut self, words: &Words<'_>) {
        match (words.word(1), words.word(2)) {
            (Some("default"), Some("privileges")) => self.role = Role::Run(Turn::DefaultPrivileges),
            (Some("event"), Some("trigger")) => self.role = Role::Run(Turn::EventTrigger),
            (Some("type"), _) => self.commits = words.contains(&["add", "value"]),
            _ => {}
        }
    }

    fn read_create(&mut self, words: &Words<'_>) {
        let mut at = 1;
        while let Some(
            "or" | "replace" | "unique" | "temporary" | "temp" | "unlogged" | "recursive"
            | "trusted" | "constraint" | "foreign" | "event" | "materialized" | "procedural"
            | "virtual" | "global" | "local" | "default" | "fulltext" | "spatial",
        ) = words.word(at)
        {
            if words.is_mysql() && words.word(at) == Some("event") {
                break;
            }
            at += 1;
        }
        at = words.after_definer(at);
        let Some(kind) = words.word(at) else { return };
        if kind == "operator" {
            self.read_operator_class(words, at + 1);
        }
        let before: Vec<_> = (1..at).filter_map(|i| words.word(i)).collect();
        at += 1;
        match kind {
            "schema" | "extension" => self.role = Role::Run(Turn::Ground),
            // It says that the type will come: its functions would say so, too, if they came first.
            "type" if words.is_name_alone(at) => self.role = Role::Run(Turn::Ground),
            "trigger" if before.contains(&"event") => self.role = Role::Run(Turn::EventTrigger),
            "view" if before.contains(&"materialized") => self.leave_empty(words),
            "index" => self.blank(words, &["concurrently"], at + 1),
            // One that connects would start to copy somebody's rows.
            "subscription" => self.sql = created_unconnected(words.dialect, &self.sql),
            _ => {}
        }
        while let Some("concurrently" | "if" | "not" | "exists") = words.word(at) {
            at += 1;
        }
        if NAMED.contains(&kind)
            && let Some(name) = words.name_at(at)
        {
            // A schema may hold its elements in the same statement; a foreign key may wait for a
            // unique index, whose table and columns are all that its message tells.
            if !matches!(kind, "schema" | "index") {
                self.makes = BTreeSet::from([name.clone()]);
            }
            self.creates = Some((kind.to_owned(), words.with_table(kind, name)));
        }
        if !matches!(kind, "schema" | "extension") {
            self.tell_duplicates(words);
        }
    }

    /// Operator classes and families; operators themselves have signs for names.
    fn read_operator_class(&mut self, words: &Words<'_>, at: usize) {
        let kind = match words.word(at) {
            Some("class") => OPERATOR_CLASS,
            Some("family") => OPERATOR_FAMILY,
            _ => return,
        };
        let using = (at..words.tokens.len()).find(|at| words.word(*at) == Some("using"));
        let method = using.and_then(|using| words.name_at(using + 1));
        if let (Some(name), Some(method)) = (words.name_at(at + 1), method) {
            self.creates = Some((kind.to_owned(), format!("{name} using {method}")));
        }
    }

    /// Blanks OR REPLACE and IF NOT EXISTS, behind which a second object of the same name would hide.
    fn tell_duplicates(&mut self, words: &Words<'_>) {
        let kept = self.sql.clone();
        if words.word(1) == Some("or") && words.word(2) == Some("replace") {
            self.blank_tokens(words, 1..3);
        }
        for at in 2..7 {
            if words.word(at) == Some("if")
                && words.word(at + 1) == Some("not")
                && words.word(at + 2) == Some("exists")
            {
                self.blank_tokens(words, at..at + 3);
                break;
            }
        }
        if kept != self.sql {
            self.tolerant = Some(kept);
        }
    }

    fn blank(&mut self, words: &Words<'_>, wanted: &[&str], up_to: usize) {
        for at in 1..up_to {
            if words.word(at).is_some_and(|word| wanted.contains(&word)) {
                self.blank_tokens(words, at..at + 1);
            }
        }
    }

    fn blank_tokens(&mut self, words: &Words<'_>, range: std::ops::Range<usize>) {
        for token in &words.tokens[range] {
            self.sql
                .replace_range(token.span.range(), &" ".repeat(token.span.len()));
        }
    }

    /// A materialized view is never filled here: its query may read what only the live database has.
    fn leave_empty(&mut self, words: &Words<'_>) {
        let end = words.tokens.len();
        let last = |back: usize| end.checked_sub(back).and_then(|at| words.word(at));
        if last(1) == Some("data") && last(2) == Some("no") && last(3) == Some("with") {
            return;
        }
        if last(1) == Some("data") && last(2) == Some("with") {
            self.blank_tokens(words, end - 2..end);
        }
        self.sql.push_str("\nWITH NO DATA");
    }
}

/// The significant tokens of a statement, with keywords in lower case.
pub(super) struct Words<'a> {
    dialect: Dialect,
    sql: &'a str,
    tokens: Vec<Token>,
    lower: Vec<Option<String>>,
}

impl<'a> Words<'a> {
    pub(super) fn of(dialect: Dialect, sql: &'a str) -> Self {
        let tokens: Vec<_> = tokens(dialect, sql)
            // What MySQL hides from others in a comment counts for it.
            .filter(|token| token.is_significant() && token.kind != TokenKind::Executable)
            .collect();
        let lower = tokens
            .iter()
            .map(|token| match token.kind {
                TokenKind::Word => Some(token.span.slice(sql).to_lowercase()),
                _ => None,
            })
            .collect();
        Self {
            dialect,
            sql,
            tokens,
            lower,
        }
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        self.lower.get(at)?.as_deref()
    }

    fn contains(&self, wanted: &[&str]) -> bool {
        (0..self.tokens.len()).any(|at| {
            wanted
                .iter()
                .enumerate()
                .all(|(i, word)| self.word(at + i) == Some(word))
        })
    }

    fn is_mysql(&self) -> bool {
        match self.dialect {
            Dialect::Mysql => true,
            Dialect::Postgres | Dialect::Sqlite => false,
        }
    }

    /// Passes over what MySQL puts before the kind: `ALGORITHM = x DEFINER = u@h SQL SECURITY x`.
    fn after_definer(&self, at: usize) -> usize {
        if !self.is_mysql() || !matches!(self.word(at), Some("algorithm" | "definer" | "sql")) {
            return at;
        }
        let is_kind = |at: &usize| {
            matches!(
                self.word(*at),
                Some("view" | "procedure" | "function" | "trigger" | "event" | "aggregate")
            )
        };
        (at..self.tokens.len()).find(is_kind).unwrap_or(at)
    }

    fn is_set_config(&self) -> bool {
        let at = if self.word(1) == Some("pg_catalog") {
            3
        } else {
            1
        };
        self.word(at) == Some("set_config")
    }

    /// The last part of the dotted name that begins at a token.
    pub(super) fn name_at(&self, mut at: usize) -> Option<String> {
        let mut name = self.name(at)?;
        while self
            .tokens
            .get(at + 1)
            .is_some_and(|token| token.kind == TokenKind::Punct('.'))
        {
            at += 2;
            name = self.name(at)?;
        }
        Some(name)
    }

    /// Whether nothing follows the dotted name that begins at a token.
    fn is_name_alone(&self, at: usize) -> bool {
        let count = self.tokens.len();
        let is_dot = |at: usize| self.tokens[at].kind == TokenKind::Punct('.');
        match count.checked_sub(at) {
            Some(1) => true,
            Some(3) => is_dot(at + 1),
            _ => false,
        }
    }

    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let text = token.span.slice(self.sql);
        match token.kind {
            TokenKind::Word => self.lower.get(at).cloned().flatten(),
            TokenKind::QuotedName => Some(match self.dialect {
                Dialect::Postgres => unquoted(text),
                // SQLite takes `Book` and "book" for one name, and MySQL may.
                Dialect::Sqlite | Dialect::Mysql => unquoted(text).to_lowercase(),
            }),
            _ => None,
        }
    }

    /// Adds the table to names that are names only within one.
    fn with_table(&self, kind: &str, name: String) -> String {
        let is_within = match self.dialect {
            Dialect::Postgres => matches!(kind, "trigger" | "policy" | "rule"),
            Dialect::Mysql => kind == "index",
            Dialect::Sqlite => false,
        };
        if !is_within {
            return name;
        }
        let preposition = if kind == "rule" { "to" } else { "on" };
        let on = (0..self.tokens.len()).find(|at| self.word(*at) == Some(preposition));
        let table = on.and_then(|on| self.name_at(on + 1));
        table.map_or(name.clone(), |table| format!("{name} on {table}"))
    }

    /// Every name, keyword and operator in the statement.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Operator => {
                    names.insert(token.span.slice(self.sql).to_owned());
                }
                _ => names.extend(self.name(at)),
            }
        }
        names
    }

    /// The parts of the dotted name at a byte of the statement.
    pub(super) fn names_at_byte(&self, byte: usize) -> BTreeSet<String> {
        let Some(mut at) = self
            .tokens
            .iter()
            .position(|token| token.span.range().contains(&byte))
        else {
            return BTreeSet::new();
        };
        let mut names = BTreeSet::from_iter(self.name(at));
        while self
            .tokens
            .get(at + 1)
            .is_some_and(|token| token.kind == TokenKind::Punct('.'))
        {
            at += 2;
            names.extend(self.name(at));
        }
        names
    }
}

fn unquoted(text: &str) -> String {
    let mut chars = text.chars();
    let (Some(open), Some(close)) = (chars.next(), chars.next_back()) else {
        return text.to_owned();
    };
    let doubled = format!("{close}{close}");
    let inner = &text[open.len_utf8()..text.len() - close.len_utf8()];
    inner.replace(&doubled, &close.to_string())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn shown(sql: &str) -> String {
        let shape = Shape::of(&Words::of(Dialect::Postgres, sql));
        format!("{:?} {:?} {}", shape.role, shape.creates, shape.sql)
    }

    #[test]
    fn a_statement_is_sent_so_that_nothing_hides() {
        assert_snapshot!(shown("CREATE OR REPLACE VIEW a.\"B\"\"c\" AS SELECT 1"), @r#"Run(Usual) Some(("view", "B\"c")) CREATE            VIEW a."B""c" AS SELECT 1"#);
        assert_snapshot!(shown("CREATE TABLE IF NOT EXISTS Shop.Book (id int)"), @r#"Run(Usual) Some(("table", "book")) CREATE TABLE               Shop.Book (id int)"#);
        assert_snapshot!(shown("CREATE EXTENSION IF NOT EXISTS citext"), @r#"Run(Ground) Some(("extension", "citext")) CREATE EXTENSION IF NOT EXISTS citext"#);
        assert_snapshot!(shown("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"), @r#"Run(Usual) Some(("index", "i")) CREATE UNIQUE INDEX                            i ON t (a)"#);
        assert_snapshot!(shown("CREATE MATERIALIZED VIEW m AS SELECT 1 WITH DATA -- all"), @r#"
        Run(Usual) Some(("view", "m")) CREATE MATERIALIZED VIEW m AS SELECT 1           -- all
        WITH NO DATA
        "#);
        assert_snapshot!(shown("CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (enabled = true, slot_name = 'a')"), @r#"Run(Usual) Some(("subscription", "s")) CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = false, slot_name = 'a')"#);
        assert_snapshot!(shown("CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p"), @r#"
        Run(Usual) Some(("subscription", "s")) CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p
        WITH (connect = false)
        "#);
    }

    #[test]
    fn operator_classes_and_families_are_known_by_their_method() {
        assert_snapshot!(shown("CREATE OPERATOR FAMILY s.\"F\" USING btree"), @r#"Run(Usual) Some(("operator family", "F using btree")) CREATE OPERATOR FAMILY s."F" USING btree"#);
        assert_snapshot!(shown("CREATE OPERATOR CLASS c DEFAULT FOR TYPE int USING Gist FAMILY f AS OPERATOR 1 <"), @r#"Run(Usual) Some(("operator class", "c using gist")) CREATE OPERATOR CLASS c DEFAULT FOR TYPE int USING Gist FAMILY f AS OPERATOR 1 <"#);
        assert_snapshot!(shown("CREATE OPERATOR === (FUNCTION = f)"), @"Run(Usual) None CREATE OPERATOR === (FUNCTION = f)");
        assert_snapshot!(shown("CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM f"), @r#"Run(Usual) Some(("conversion", "c")) CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM f"#);
    }

    #[test]
    fn what_is_not_run_is_told_from_what_is() {
        let roles: Vec<_> = [
            "BEGIN",
            "/* nothing */",
            "SET search_path = a",
            "SET CONSTRAINTS ALL DEFERRED",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "SELECT 1",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
            "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
            "CREATE SCHEMA s",
            "CREATE TYPE s.shell",
            "CREATE TYPE s.shell (INPUT = f)",
        ]
        .iter()
        .map(|sql| {
            format!(
                "{:?}: {sql}",
                Shape::of(&Words::of(Dialect::Postgres, sql)).role
            )
        })
        .collect();
        assert_snapshot!(roles.join("\n"), @r"
        Nothing: BEGIN
        Nothing: /* nothing */
        State: SET search_path = a
        Nothing: SET CONSTRAINTS ALL DEFERRED
        State: SELECT pg_catalog.set_config('search_path', '', false)
        Run(Usual): SELECT 1
        Run(DefaultPrivileges): ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x
        Run(EventTrigger): CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()
        Run(Ground): CREATE SCHEMA s
        Run(Ground): CREATE TYPE s.shell
        Run(Usual): CREATE TYPE s.shell (INPUT = f)
        ");
    }
}
