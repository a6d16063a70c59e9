//! What is one statement, for each dialect.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::*;

/// Every statement in brackets, with what it is and the comments that belong to it.
fn check(dialect: Dialect, text: &str) -> String {
    let found = match statements(dialect, text) {
        Ok(found) => found,
        Err(error) => return format!("cannot {error}: {}", error.span.slice(text)),
    };
    let mut lines = Vec::new();
    for statement in found {
        lines.extend(
            statement
                .detached
                .iter()
                .map(|c| format!("further up: {}", c.slice(text))),
        );
        lines.extend(
            statement
                .comments
                .iter()
                .map(|c| format!("above: {}", c.slice(text))),
        );
        let words = statement.text(text).replace('\r', "␍");
        lines.push(match statement.kind {
            StatementKind::Sql => format!("[{words}]"),
            StatementKind::MetaCommand => format!("client [{words}]"),
            StatementKind::Copy { data } => format!("[{words}] rows {:?}", data.slice(text)),
        });
    }
    lines.join("\n")
}

#[test]
fn quotes_and_comments_hide_semicolons() {
    let text = r#"select ';', E'\';', U&';', ";" /* ; /* ; */ ; */ -- ;
        ; select $a$ ; $b$ ; $a$, $$;$$;;  ; select 1"#;
    assert_snapshot!(check(Dialect::Postgres, text), @r#"
    [select ';', E'\';', U&';', ";"]
    [select $a$ ; $b$ ; $a$, $$;$$]
    [select 1]
    "#);
    assert_snapshot!(check(Dialect::Sqlite, "select ';', [;], `;`, \";\" /* ; /* ; */; select 2;"), @r#"
    [select ';', [;], `;`, ";"]
    [select 2]
    "#);
    assert_snapshot!(check(Dialect::Mysql, "select '\\';', \"\\\";\", `;` # ;\n-- ;\n; select 5--1;"), @r#"
    [select '\';', "\";", `;`]
    [select 5--1]
    "#);
}

#[test]
fn comments_belong_to_the_statement_below() {
    let text = "-- file\n\n/* one */\n-- two\ncreate a; -- behind a\n-- three\n\n\n-- four\ncreate -- within\nb -- end\n; -- lost";
    assert_snapshot!(check(Dialect::Postgres, text), @"
    further up: -- file
    above: /* one */
    above: -- two
    [create a]
    further up: -- three
    above: -- four
    [create -- within
    b]
    ");
}

#[test]
fn line_ends_and_marks_of_windows() {
    let text = "\u{feff}-- x\r\nselect 1;\r\n\r\n\u{feff}-- y\r\nselect\r\n2\r\n";
    assert_snapshot!(check(Dialect::Sqlite, text), @"
    above: -- x
    [select 1]
    above: -- y
    [select␍
    2]
    ");
}

#[test]
fn bodies_of_sql_standard_functions() {
    let text = "
        create or replace function f(a int) returns int begin atomic
          select case when a = 1 then 2 else 3 end as end;
          select t.begin, t.case from t;
        end;
        create function g() returns int return 1; begin; select 1; end;
        create table begin_atomic (a int)";
    assert_snapshot!(check(Dialect::Postgres, text), @"
    [create or replace function f(a int) returns int begin atomic
              select case when a = 1 then 2 else 3 end as end;
              select t.begin, t.case from t;
            end]
    [create function g() returns int return 1]
    [begin]
    [select 1]
    [end]
    [create table begin_atomic (a int)]
    ");
}

#[test]
fn rules_of_several_commands() {
    let text = "create rule r as on insert to t do also (insert into a values (1); delete from b); select (1; select 2";
    assert_snapshot!(check(Dialect::Postgres, text), @"
    [create rule r as on insert to t do also (insert into a values (1); delete from b)]
    [select (1]
    [select 2]
    ");
}

#[test]
fn lines_of_psql() {
    let text = "\\restrict aB1\n\nSET x = 1;\n\\connect foo; bar\r\nselect 1 \\gexec\nselect '\n\\n';\n\\unrestrict aB1\n";
    assert_snapshot!(check(Dialect::Postgres, text), @r"
    client [\restrict aB1]
    [SET x = 1]
    client [\connect foo; bar]
    [select 1]
    client [\gexec]
    [select '
    \n']
    client [\unrestrict aB1]
    ");
}

#[test]
fn rows_of_copy() {
    let text = "COPY public.t (a, b) FROM stdin;\n1\tit's;\n\\N\t\\\\.\n\\.\n\n\nCOPY t TO stdout; COPY t FROM '/f';\r\nCOPY t FROM stdin WITH (FORMAT csv);\r\n\\.\r\nselect 1;";
    assert_snapshot!(check(Dialect::Postgres, text), @r#"
    [COPY public.t (a, b) FROM stdin] rows "1\tit's;\n\\N\t\\\\.\n"
    [COPY t TO stdout]
    [COPY t FROM '/f']
    [COPY t FROM stdin WITH (FORMAT csv)] rows ""
    [select 1]
    "#);
    assert_snapshot!(check(Dialect::Postgres, "select 1;\nCOPY t FROM stdin;\n1\n2\n"), @r"cannot find the end of the rows of COPY, which miss a line `\.`: COPY t FROM stdin;");
}

#[test]
fn triggers_of_sqlite() {
    let text = "
        CREATE TEMP TRIGGER IF NOT EXISTS a AFTER INSERT ON t WHEN CASE WHEN 1 THEN 1 END BEGIN
          UPDATE t SET a = CASE a WHEN 1 THEN 2 END;
          DELETE FROM t; /* ; */ END -- done
        ;
        explain query plan create trigger b insert on t begin select 1; end; BEGIN; COMMIT; END;
        create table trigger (a)";
    assert_snapshot!(check(Dialect::Sqlite, text), @"
    [CREATE TEMP TRIGGER IF NOT EXISTS a AFTER INSERT ON t WHEN CASE WHEN 1 THEN 1 END BEGIN
              UPDATE t SET a = CASE a WHEN 1 THEN 2 END;
              DELETE FROM t; /* ; */ END]
    [explain query plan create trigger b insert on t begin select 1; end]
    [BEGIN]
    [COMMIT]
    [END]
    [create table trigger (a)]
    ");
}

#[test]
fn lines_of_sqlite3() {
    assert_snapshot!(check(Dialect::Sqlite, ".read x.sql; y\nselect a\n.b;\n"), @"
    client [.read x.sql; y]
    [select a
    .b]
    ");
}

#[test]
fn stored_programs_without_delimiter_lines() {
    let text = "
        CREATE DEFINER=`root`@`localhost` PROCEDURE IF NOT EXISTS p(IN a INT, `b` ENUM('x;'))
        SQL SECURITY INVOKER
        outer_loop: BEGIN
          DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END;
          IF IF(a, 1, 2) = 1 THEN SELECT 1; ELSEIF a THEN SELECT REPEAT('a', 2); ELSE IF b THEN SELECT 2; END IF; END IF;
          SET b = CASE WHEN a THEN IF(a, 1, 2) ELSE REPEAT('x', 2) END;
          CASE a WHEN 1 THEN IF a THEN SELECT 3; END IF; ELSE BEGIN END; END CASE;
          l: LOOP LEAVE l; END LOOP l;
          WHILE a < 3 DO SET a = a + 1; END WHILE;
          REPEAT SET a = 1; UNTIL a END REPEAT;
        END outer_loop;
        create function f() returns varchar(9) character set utf8 deterministic return if(1, repeat('a', 2), case 1 when 1 then 2 end);
        create trigger t before insert on u for each row if new.a then set new.b = 1; end if;
        create trigger w before insert on u for each row follows `if` if new.a then set new.b = 1; end if;
        create trigger v before insert on u for each row set new.b = if(1, 2, 3); select 1;
        alter event e on schedule every 1 day do begin select 1; end; begin; select 2; end;
        begin not atomic select 1; end; drop procedure if exists p; alter procedure p comment 'x'; select 3";
    assert_snapshot!(check(Dialect::Mysql, text), @"
    [CREATE DEFINER=`root`@`localhost` PROCEDURE IF NOT EXISTS p(IN a INT, `b` ENUM('x;'))
            SQL SECURITY INVOKER
            outer_loop: BEGIN
              DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END;
              IF IF(a, 1, 2) = 1 THEN SELECT 1; ELSEIF a THEN SELECT REPEAT('a', 2); ELSE IF b THEN SELECT 2; END IF; END IF;
              SET b = CASE WHEN a THEN IF(a, 1, 2) ELSE REPEAT('x', 2) END;
              CASE a WHEN 1 THEN IF a THEN SELECT 3; END IF; ELSE BEGIN END; END CASE;
              l: LOOP LEAVE l; END LOOP l;
              WHILE a < 3 DO SET a = a + 1; END WHILE;
              REPEAT SET a = 1; UNTIL a END REPEAT;
            END outer_loop]
    [create function f() returns varchar(9) character set utf8 deterministic return if(1, repeat('a', 2), case 1 when 1 then 2 end)]
    [create trigger t before insert on u for each row if new.a then set new.b = 1; end if]
    [create trigger w before insert on u for each row follows `if` if new.a then set new.b = 1; end if]
    [create trigger v before insert on u for each row set new.b = if(1, 2, 3)]
    [select 1]
    [alter event e on schedule every 1 day do begin select 1; end]
    [begin]
    [select 2]
    [end]
    [begin not atomic select 1; end]
    [drop procedure if exists p]
    [alter procedure p comment 'x']
    [select 3]
    ");
}

#[test]
fn delimiter_lines() {
    let text = "select 1;\nDELIMITER $$\ncreate procedure p() begin select '$$'; end$$\n\
        create procedure q() begin /* $$ */ select 2; END;\n$$\ndelimiter ;;\r\n\
        /*!50003 CREATE*/ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN SET @a = 1; END */;;\n\
        DELIMITER ;\nselect 3;\nDELIMITER //\nselect 4 // select 5";
    assert_snapshot!(check(Dialect::Mysql, text), @"
    [select 1]
    [create procedure p() begin select '$$'; end]
    [create procedure q() begin /* $$ */ select 2; END]
    [/*!50003 CREATE*/ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN SET @a = 1; END */]
    [select 3]
    [select 4]
    [select 5]
    ");
}

#[test]
fn executable_comments_are_statements() {
    let text = "/*M!999999\\- enable the sandbox mode */ \n-- dump\n/*!40101 SET a = 'x;' */;\n/*!50001 CREATE VIEW v AS SELECT 1; */;";
    assert_snapshot!(check(Dialect::Mysql, text), @r"
    above: /*M!999999\- enable the sandbox mode */
    above: -- dump
    [/*!40101 SET a = 'x;' */]
    [/*!50001 CREATE VIEW v AS SELECT 1; */]
    ");
}

#[test]
fn what_is_never_closed_is_named() {
    let (pg, lite, my) = (Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql);
    assert_snapshot!(check(pg, "select 1;\nselect 'it  \n;"), @"cannot find the end of the string: 'it");
    assert_snapshot!(check(pg, "select $f$ $$;\n;"), @"cannot find the end of the dollar-quoted string: $f$ $$;");
    assert_snapshot!(check(pg, "select \"a;"), @r#"cannot find the end of the quoted name: "a;"#);
    assert_snapshot!(check(pg, "/* a /* */;"), @"cannot find the end of the comment: /* a /* */;");
    assert_snapshot!(check(pg, "create function f() begin atomic\nselect case 1 end;"), @"cannot find the end of the body, which misses an END: begin atomic");
    assert_snapshot!(check(lite, "create trigger t\nbegin select 1;"), @"cannot find the end of the body, which misses an END: trigger t");
    assert_snapshot!(check(lite, "select [a"), @"cannot find the end of the quoted name: [a");
    assert_snapshot!(check(my, "create procedure p() begin if a then end;"), @"cannot find the end of the body, which misses an END: begin if a then end;");
    assert_snapshot!(check(my, "/*! a */ /*!40101 b\n;"), @"cannot find the end of the comment: /*!40101 b");
}

#[test]
fn large_texts_take_linear_time() {
    let unit = "/* a */ create function f() begin atomic select 'x' || $$y$$; end; ";
    let start = Instant::now();
    for dialect in Dialect::ALL {
        let text = unit.replace("begin atomic", "").repeat(10_000);
        assert_eq!(statements(dialect, &text).unwrap().len(), 20_000);
    }
    assert_eq!(
        statements(Dialect::Postgres, &unit.repeat(10_000))
            .unwrap()
            .len(),
        10_000
    );
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
