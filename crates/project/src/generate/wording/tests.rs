//! Differences are told as SQL or English has it.

use schemist_catalog::object::{
    AccessMethodUse, CastContext, CastMethod, Check, CollationProvider, Column, ColumnSource,
    Deferrable, ForeignKey, Generated, GeneratedKind, GrantOption, Grantee, Identity, IdentityKind,
    Key, KeyAction, KeyMatch, MysqlIndexClass, Options, ParameterMode, PolicyCommand, PolicyMode,
    PrivilegeClass, ReplicaIdentity, Routine, SequenceOptions, StatisticsKind, Table, TriggerState,
};
use schemist_catalog::{Expr, Kind};
use schemist_sql::{Ident, QualifiedName};

use super::*;

fn ident(name: &str) -> Ident {
    Ident::parse(name).unwrap()
}

#[test]
fn columns_are_named_with_what_is_different_about_them() {
    let table = |columns: Vec<Column>| {
        let mut table = Table::new(QualifiedName::unqualified(ident("book")));
        for column in columns {
            table.columns.push(column);
        }
        Object::Table(table)
    };
    let before = table(vec![
        Column::new(ident("id"), "integer"),
        Column::new(ident("old"), "text"),
    ]);
    let after = table(vec![
        Column::new(ident("id"), "bigint"),
        Column {
            nullable: true,
            ..Column::new(ident("new"), "text")
        },
    ]);
    let change = Change::Alter(Box::new(Pair::new(before, after)));
    let titles = Pair::new("the database", "the models");
    insta::assert_snapshot!(details(&change, titles).join("\n"), @r#"
    column "id" data type: integer → bigint
    column "old" is only in the database
    column "new" is only in the models
    "#);
}

fn told(value: &(impl serde::Serialize + std::fmt::Debug)) -> (String, String) {
    (format!("{value:?}"), shown(&Told::of(value).unwrap()))
}

/// Every word of ours that a catalog may hold is SQL or English where it is told.
#[test]
fn no_word_is_told_as_it_is_written_in_rust() {
    let mut all = Vec::new();
    macro_rules! words {
        ($($of:ident: $($name:ident)*;)*) => { $($(all.push(told(&$of::$name));)*)* };
    }
    words! {
        ColumnSource: Given;
        KeyAction: NoAction Restrict Cascade SetNull SetDefault;
        KeyMatch: Simple Full Partial;
        Deferrable: Never InitiallyImmediate InitiallyDeferred;
        ReplicaIdentity: PrimaryKey Full Nothing Index;
        GeneratedKind: Stored Virtual;
        IdentityKind: Always ByDefault;
        StatisticsKind: Distinct Dependencies MostCommon;
        Routine: Function Procedure Window;
        ParameterMode: In Out InOut Variadic Table;
        Grantee: Owner Public;
        GrantOption: Without With;
        AccessMethodUse: Index Table;
        CollationProvider: Libc Icu Builtin;
        CastMethod: Binary Text;
        CastContext: Explicit Assignment Implicit;
        TriggerState: Disabled Replica Always;
        PolicyCommand: All Select Insert Update Delete;
        PolicyMode: Permissive Restrictive;
        PrivilegeClass: Tables Sequences Functions Types Schemas LargeObjects;
        MysqlIndexClass: Primary Unique Plain Fulltext Spatial;
    }
    all.extend(Kind::ALL.iter().map(told));
    let is_rust = |text: &str| {
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let next = letters.peek();
            if letter.is_ascii_uppercase() && next.is_some_and(char::is_ascii_lowercase) {
                return true;
            }
        }
        false
    };
    for (written, said) in all {
        assert!(is_rust(&written) && !is_rust(&said), "{written}: {said}");
    }
}

fn altered(before: Table, after: Table) -> String {
    let pair = Pair::new(Object::Table(before), Object::Table(after));
    let titles = Pair::new("the database", "the models");
    details(&Change::Alter(Box::new(pair)), titles).join("\n")
}

#[test]
fn attributes_of_columns_are_words_of_sql() {
    let identity = |kind, start| {
        ColumnSource::Identity(Box::new(Identity {
            kind,
            sequence: QualifiedName::unqualified(ident("book_id_seq")),
            options: SequenceOptions {
                start,
                ..SequenceOptions::default()
            },
        }))
    };
    let generated = |kind| {
        ColumnSource::Generated(Generated {
            expression: Expr::from_server("a + 1"),
            kind,
        })
    };
    let default = |text: &str| ColumnSource::Default(Expr::from_server(text));
    let sides = [
        ("kind", ColumnSource::Given, default("'a'")),
        ("pages", default("1"), default("2")),
        ("id", default("1"), identity(IdentityKind::ByDefault, None)),
        (
            "count",
            identity(IdentityKind::ByDefault, None),
            identity(IdentityKind::Always, Some(5)),
        ),
        (
            "sum",
            generated(GeneratedKind::Virtual),
            generated(GeneratedKind::Stored),
        ),
    ];
    let table = |after: bool| {
        let mut table = Table::new(QualifiedName::unqualified(ident("book")));
        for (name, one, other) in &sides {
            let mut column = Column::new(ident(name), "integer");
            column.source = if after { other.clone() } else { one.clone() };
            table.columns.push(column);
        }
        table
    };
    insta::assert_snapshot!(altered(table(false), table(true)), @r#"
    column "kind" value: nothing → DEFAULT 'a'
    column "pages" value: DEFAULT 1 → DEFAULT 2
    column "id" value: DEFAULT 1 → GENERATED BY DEFAULT AS IDENTITY
    column "count" value: GENERATED BY DEFAULT AS IDENTITY → GENERATED ALWAYS AS IDENTITY (start 5)
    column "sum" value: GENERATED ALWAYS AS (a + 1) VIRTUAL → GENERATED ALWAYS AS (a + 1) STORED
    "#);
}

#[test]
fn attributes_of_keys_and_checks_are_words_of_sql() {
    let named = |name: &str| Some(ident(name));
    let before = {
        let mut table = Table::new(QualifiedName::unqualified(ident("book")));
        let target = QualifiedName::unqualified(ident("shelf"));
        let mut key = ForeignKey::new(
            table.name.clone(),
            vec![ident("shelf")],
            target,
            vec![ident("id")],
        );
        key.name = named("book_shelf");
        table.foreign_keys.push(key);
        table.uniques.push(Key::new(named("one"), [ident("a")]));
        table
            .checks
            .push(Check::new(None, Expr::from_server("pages > 0")));
        table.options = [("fillfactor".to_owned(), "70".to_owned())]
            .into_iter()
            .collect::<Options>()
            .into();
        table
    };
    let mut after = before.clone();
    let key = &mut after.foreign_keys[0];
    key.on_delete = KeyAction::SetNull;
    key.deferrable = Deferrable::InitiallyDeferred;
    after.uniques[0] = Key::new(named("one"), [ident("a"), ident("b")]);
    after.uniques.push(Key::new(None, [ident("c")]));
    after.checks[0] = Check::new(None, Expr::from_server("pages > 1"));
    after.options = [("fillfactor".to_owned(), "80".to_owned())]
        .into_iter()
        .collect::<Options>()
        .into();
    after.storage.replica_identity = ReplicaIdentity::Full;
    insta::assert_snapshot!(altered(before, after), @r#"
    unique "one" parts: (a) → (a, b)
    unique (c) is only in the models
    check (pages > 0) is only in the database
    check (pages > 1) is only in the models
    foreign key "book_shelf" ON DELETE: NO ACTION → SET NULL
    foreign key "book_shelf" deferrability: NOT DEFERRABLE → DEFERRABLE INITIALLY DEFERRED
    option "fillfactor": 70 → 80
    replica identity: DEFAULT → FULL
    "#);
}
