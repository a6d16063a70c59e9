//! What is read of statements.

use insta::assert_snapshot;
use schemist_sql::Dialect;

use super::read;
use crate::lint::act::Act;

/// The first words of what each line is read as.
fn check(dialect: Dialect, text: &str) -> String {
    let lines = text.lines().map(|sql| match read(dialect, sql) {
        None => "unread".to_owned(),
        Some(Act::AlterTable { table, actions, .. }) => {
            let parts = actions.iter().map(|(action, span)| {
                let shown = format!("{action:?}");
                let name = shown.split(['(', ' ', '{']).next().unwrap_or_default();
                format!("{name} `{}`", span.slice(sql))
            });
            format!("{table}: {}", parts.collect::<Vec<_>>().join(", "))
        }
        Some(act) => {
            let shown = format!("{act:?}");
            let name = shown.split(['(', ' ', '{']).next().unwrap_or_default();
            name.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn parts_of_alter_table_have_their_places() {
    let text = "alter table only public.t add column a int, drop b cascade, alter c set not null
ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT y
ALTER TABLE t RENAME a TO b
ALTER TABLE t RENAME TO u
ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)
ALTER TABLE t DETACH PARTITION p CONCURRENTLY
ALTER TABLE t SET (fillfactor = 70)
ALTER TABLE t FROB";
    assert_snapshot!(check(Dialect::Postgres, text), @r#"
    "t": AddColumn `add column a int`, DropColumn `drop b cascade`, SetNotNull `alter c set not null`
    "t": AddConstraint `ADD CONSTRAINT x CHECK (a > 0) NOT VALID`, Validate `VALIDATE CONSTRAINT y`
    "t": RenameColumn `RENAME a TO b`
    "t": RenameTable `RENAME TO u`
    "t": Attach `ATTACH PARTITION p FOR VALUES IN (1)`
    "t": Detach `DETACH PARTITION p CONCURRENTLY`
    "t": Quiet `SET (fillfactor = 70)`
    "t": Unknown `FROB`
    "#);
}

#[test]
fn what_sqlparser_never_reads_is_read() {
    let text = "ALTER SEQUENCE s RESTART
DO $$ BEGIN END $$
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a
CREATE PROCEDURE p() LANGUAGE sql AS ''
ALTER DOMAIN d ADD CHECK (value > 0)
COMMENT ON TYPE t IS 'x'
REINDEX TABLE CONCURRENTLY t
create unique index concurrently if not exists i on only t using btree (a, lower(b)) where c
vacuum full t
frobnicate the table
MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE";
    assert_snapshot!(check(Dialect::Postgres, text), @"
    MoveSequence
    Dynamic
    DefaultPrivileges
    Create
    DomainCheck
    Harmless
    Reindex
    CreateIndex
    WriteAnew
    unread
    Write
    ");
}

#[test]
fn words_of_mysql_are_read() {
    let text = "ALTER TABLE t ADD COLUMN a int NOT NULL AFTER b, ADD UNIQUE KEY k (a), DROP PRIMARY KEY, ALGORITHM=INPLACE, LOCK=NONE
ALTER TABLE t CHANGE a b bigint, MODIFY c enum('x','y'), CONVERT TO CHARACTER SET utf8mb4
RENAME TABLE a TO b
CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1";
    assert_snapshot!(check(Dialect::Mysql, text), @r#"
    "t": AddColumn `ADD COLUMN a int NOT NULL AFTER b`, AddIndex `ADD UNIQUE KEY k (a)`, DropConstraint `DROP PRIMARY KEY`
    "t": RenameColumn `CHANGE a b bigint`, Modify `CHANGE a b bigint`, Modify `MODIFY c enum('x','y')`, WriteAnew `CONVERT TO CHARACTER SET utf8mb4`
    "a": RenameTable `a TO b`
    Create
    "#);
}
