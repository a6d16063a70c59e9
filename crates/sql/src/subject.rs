//! Finds out what a statement of the DDL is about, from its first words.

mod reader;

use crate::{Dialect, Ident};

pub use reader::subject;

/// What a statement creates, alters, drops or comments on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What is done to it.
    pub verb: Verb,
    /// Its kind in capitals: `TABLE`, `INDEX` (also a unique one), `MATERIALIZED VIEW`.
    pub kind: String,
    /// Its name with what qualifies it; empty where the statement gives none, as `CREATE INDEX ON t`.
    pub name: Vec<Ident>,
    /// The further names of a `DROP`.
    pub others: Vec<Vec<Ident>>,
    /// The types of its arguments where they tell it from others of its name (PostgreSQL).
    pub signature: Option<String>,
    /// The table of a trigger, an index, a policy, a rule or a constraint.
    pub on: Vec<Ident>,
    /// What the statement does where the object is there, or is not.
    pub guard: Guard,
}

/// What a statement does to its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `CREATE`.
    Create,
    /// `ALTER`.
    Alter,
    /// `DROP`.
    Drop,
    /// `COMMENT ON`.
    Comment,
}

/// What a statement does where its subject is there already, or is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It fails.
    None,
    /// `IF EXISTS`: it passes over a missing one.
    IfExists,
    /// `IF NOT EXISTS`: it passes over one that is there.
    IfNotExists,
    /// `OR REPLACE`: it replaces one that is there.
    OrReplace,
}

impl Subject {
    /// A text that two subjects share exactly where a database cannot hold them both; `None` where
    /// the statement gives no name.
    ///
    /// Names in `default_schema` count as unqualified.
    pub fn identity(&self, dialect: Dialect, default_schema: Option<&Ident>) -> Option<String> {
        if self.name.is_empty() && self.signature.is_none() {
            return None;
        }
        let name = |parts: &[Ident]| {
            let parts = match parts {
                [schema, rest @ ..] if !rest.is_empty() && Some(schema) == default_schema => rest,
                parts => parts,
            };
            let parts = parts
                .iter()
                .map(|part| format!("{:?}", dialect.folded(part.as_str())));
            parts.collect::<Vec<_>>().join(".")
        };
        let mut identity = format!("{} {}", self.namespace(dialect), name(&self.name));
        if let Some(signature) = &self.signature {
            identity.push_str(&format!("({signature})"));
        }
        if self.is_within_table(dialect) {
            identity.push_str(&format!(" on {}", name(&self.on)));
        }
        Some(identity)
    }

    /// The kinds that share their names with this one.
    fn namespace(&self, dialect: Dialect) -> &str {
        match (dialect, self.kind.as_str()) {
            (_, "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "FOREIGN TABLE" | "SEQUENCE") => {
                "RELATION"
            }
            (Dialect::Postgres | Dialect::Sqlite, "INDEX") => "RELATION",
            (Dialect::Postgres, "FUNCTION" | "PROCEDURE" | "AGGREGATE" | "ROUTINE") => "ROUTINE",
            (_, "TYPE" | "DOMAIN") => "TYPE",
            (_, kind) => kind,
        }
    }

    /// Whether another table may hold one of the same name.
    fn is_within_table(&self, dialect: Dialect) -> bool {
        match self.kind.as_str() {
            "INDEX" => match dialect {
                Dialect::Mysql => true,
                Dialect::Postgres | Dialect::Sqlite => false,
            },
            "TRIGGER" => match dialect {
                Dialect::Postgres => true,
                Dialect::Sqlite | Dialect::Mysql => false,
            },
            "POLICY" | "RULE" | "CONSTRAINT" | "OPERATOR CLASS" | "OPERATOR FAMILY"
            | "USER MAPPING" => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    /// The subject of each statement, one per line.
    fn check(dialect: Dialect, text: &str) -> String {
        let default_schema = Ident::parse("public").unwrap();
        let lines = text.lines().map(|statement| {
            let Some(subject) = subject(dialect, statement) else {
                return "nothing".to_owned();
            };
            let identity = subject
                .identity(dialect, Some(&default_schema))
                .unwrap_or_default();
            let others: Vec<_> = subject
                .others
                .iter()
                .flatten()
                .map(Ident::to_string)
                .collect();
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(" also {}", others.join(" "))
            };
            format!(
                "{:?} {}, {:?}: {identity}{others}",
                subject.verb, subject.kind, subject.guard
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn relations_share_their_names() {
        let text = r#"/* a */ create unlogged table if not exists Public.T (a int)
create table "T" (a int)
CREATE OR REPLACE TEMP RECURSIVE VIEW s.v (a) AS SELECT 1
create materialized view public.m as select 1
create unique index concurrently if not exists i on only s.t (a)
create index on t (a)
alter table if exists only t add column a int
drop index concurrently if exists i, s.j cascade
comment on column s.t.a is 'x'
select 1"#;
        assert_snapshot!(check(Dialect::Postgres, text), @r#"
        Create TABLE, IfNotExists: RELATION "t"
        Create TABLE, None: RELATION "T"
        Create VIEW, OrReplace: RELATION "s"."v"
        Create MATERIALIZED VIEW, None: RELATION "m"
        Create INDEX, IfNotExists: RELATION "s"."i"
        Create INDEX, None: 
        Alter TABLE, IfExists: RELATION "t"
        Drop INDEX, IfExists: RELATION "i" also "s" "j"
        Comment COLUMN, None: COLUMN "s"."t"."a"
        nothing
        "#);
    }

    #[test]
    fn functions_are_told_apart_by_their_arguments() {
        let text = "create or replace function f(a int default 1, out b text) returns text as ''
create procedure public.f(int4)
drop function if exists f(int), g, h(a text)
comment on aggregate a(*) is 'x'
alter function f rename to g
create operator s.=== (function = f, leftarg = int, rightarg = varchar)
drop operator s.=== (none, text)
create cast (a as b) without function";
        assert_snapshot!(check(Dialect::Postgres, text), @r#"
        Create FUNCTION, OrReplace: ROUTINE "f"(integer)
        Create PROCEDURE, None: ROUTINE "f"(integer)
        Drop FUNCTION, IfExists: ROUTINE "f"(integer) also "g" "h"
        Comment AGGREGATE, None: ROUTINE "a"(*)
        Alter FUNCTION, None: ROUTINE "f"
        Create OPERATOR, None: OPERATOR "s"."==="(integer, character varying)
        Drop OPERATOR, None: OPERATOR "s"."==="(none, text)
        Create CAST, None: CAST (a as b)
        "#);
    }

    #[test]
    fn some_names_count_within_their_table() {
        let text = "create constraint trigger a after update of b, c on s.t for each row execute function f()
drop trigger if exists a on public.t
create policy p on t using (true)
create rule r as on insert to t do nothing
comment on rule r on t is 'x'
comment on constraint c on domain d is 'x'
create operator class o default for type t using btree as storage t
create user mapping if not exists for u server s";
        assert_snapshot!(check(Dialect::Postgres, text), @r#"
        Create TRIGGER, None: TRIGGER "a" on "s"."t"
        Drop TRIGGER, IfExists: TRIGGER "a" on "t"
        Create POLICY, None: POLICY "p" on "t"
        Create RULE, None: RULE "r" on "t"
        Comment RULE, None: RULE "r" on "t"
        Comment CONSTRAINT, None: CONSTRAINT "c" on "d"
        Create OPERATOR CLASS, None: OPERATOR CLASS "o" on "btree"
        Create USER MAPPING, IfNotExists: USER MAPPING "u" on "s"
        "#);
    }

    #[test]
    fn other_kinds_of_postgres() {
        let text = r#"create schema authorization "joe"
create schema if not exists s authorization joe
create foreign data wrapper w
create text search configuration c (parser = p)
create event trigger e on ddl_command_end execute function f()
create trusted procedural language l
create extension if not exists "uuid-ossp" with schema public
alter default privileges grant select on tables to r
comment on large object 1 is 'x'
create domain d as int"#;
        assert_snapshot!(check(Dialect::Postgres, text), @r#"
        Create SCHEMA, None: SCHEMA "joe"
        Create SCHEMA, IfNotExists: SCHEMA "s"
        Create FOREIGN DATA WRAPPER, None: FOREIGN DATA WRAPPER "w"
        Create TEXT SEARCH CONFIGURATION, None: TEXT SEARCH CONFIGURATION "c"
        Create EVENT TRIGGER, None: EVENT TRIGGER "e"
        Create LANGUAGE, None: LANGUAGE "l"
        Create EXTENSION, IfNotExists: EXTENSION "uuid-ossp"
        Alter DEFAULT PRIVILEGES, None: 
        Comment LARGE OBJECT, None: 
        Create DOMAIN, None: TYPE "d"
        "#);
    }

    #[test]
    fn kinds_of_sqlite() {
        let text = "CREATE VIRTUAL TABLE Ft USING fts5(a)
create table 'my t' (a)
create temp trigger if not exists [Tr] instead of insert on v begin select 1; end
create index main.i on t (a)
drop view if exists v";
        assert_snapshot!(check(Dialect::Sqlite, text), @r#"
        Create TABLE, None: RELATION "ft"
        Create TABLE, None: RELATION "my t"
        Create TRIGGER, IfNotExists: TRIGGER "tr"
        Create INDEX, None: RELATION "main"."i"
        Drop VIEW, IfExists: RELATION "v"
        "#);
    }

    #[test]
    fn kinds_of_mysql() {
        let text = "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW `V` AS SELECT 1
/*!50003 CREATE*/ /*!50017 DEFINER=root@localhost*/ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1 */
create definer=current_user() aggregate function f returns int soname 'x'
create procedure if not exists f(a int) select 1
create fulltext index i using btree on t (a)
drop temporary table a, b.c
create definer='a'@'%' event e on schedule every 1 day do select 1";
        assert_snapshot!(check(Dialect::Mysql, text), @r#"
        Create VIEW, OrReplace: RELATION "v"
        Create TRIGGER, None: TRIGGER "t"
        Create FUNCTION, None: FUNCTION "f"
        Create PROCEDURE, IfNotExists: PROCEDURE "f"
        Create INDEX, None: INDEX "i" on "t"
        Drop TABLE, None: RELATION "a" also "b" "c"
        Create EVENT, None: EVENT "e"
        "#);
    }
}
