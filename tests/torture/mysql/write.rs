//! A schema of MySQL made by chance as SQL, in an order in which a server takes it.

use std::fmt::Write as _;

use super::item::{Filling, ForeignKey, Form, Function, Id, Trigger, View, What};
use super::schema::{MysqlSchema, quoted};
use super::write_table::condition;
use crate::value::chosen;

impl MysqlSchema {
    /// The statements that make it.
    pub(crate) fn sql(&self) -> String {
        let mut standing: Vec<(u8, Id)> = self
            .items
            .iter()
            .filter(|(id, _)| self.stands(**id))
            .map(|(id, item)| (stage(&item.what), *id))
            .collect();
        standing.sort_unstable();
        let mut sql = String::new();
        for (_, id) in standing {
            let Some(item) = self.items.get(&id) else {
                continue;
            };
            let name = self.name(id);
            let statement = match &item.what {
                What::Table(table) => self.table_sql(id, table),
                What::ForeignKey(key) => self.foreign_key_sql(&name, key),
                What::View(view) => self.view_sql(id, view),
                What::Trigger(trigger) => self.trigger_sql(id, trigger),
                What::Function(function) => self.function_sql(&name, function),
                What::Procedure(form) => procedure_sql(&name, *form),
                What::Event(form) => event_sql(&name, *form),
                What::Sequence(form) => sequence_sql(&name, *form),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(sql, "{statement};");
        }
        sql
    }

    fn foreign_key_sql(&self, name: &str, key: &ForeignKey) -> String {
        let (Some(own), Some(other)) = (self.column(key.from, key.column), self.key(key.to)) else {
            return String::new();
        };
        let actions = [
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON UPDATE CASCADE",
            " ON DELETE NO ACTION",
            " ON DELETE RESTRICT ON UPDATE RESTRICT",
        ];
        let named = if key.is_named {
            format!("CONSTRAINT {name} ")
        } else {
            String::new()
        };
        format!(
            "ALTER TABLE {} ADD {named}FOREIGN KEY ({}) REFERENCES {} ({}){}",
            self.name(key.from),
            quoted(&own.name),
            self.name(key.to),
            quoted(&other.name),
            chosen(&actions, key.form).unwrap_or_default(),
        )
    }

    fn view_sql(&self, id: Id, view: &View) -> String {
        let columns = self.columns(id);
        let list: Vec<_> = columns.iter().map(|column| quoted(&column.name)).collect();
        let can_check = self.is_checkable(id);
        let (head, distinct, tail) = match view.form {
            1 if self.is_updatable(view.of) => ("ALGORITHM=MERGE ", "", ""),
            2 => ("ALGORITHM=TEMPTABLE ", "", ""),
            3 => ("SQL SECURITY INVOKER ", "", ""),
            4 if can_check => ("", "", " WITH CASCADED CHECK OPTION"),
            5 if can_check => ("", "", " WITH LOCAL CHECK OPTION"),
            6 => ("", "", " ORDER BY 1"),
            7 => ("", "DISTINCT ", ""),
            _ => ("", "", ""),
        };
        let mut sql = format!(
            "CREATE {head}VIEW {} AS SELECT {distinct}{} FROM {}",
            self.name(id),
            list.join(", "),
            self.name(view.of)
        );
        let mut conditions = Vec::new();
        if let Some((column, form)) = view.only_where
            && let Some(column) = self.column(view.of, column)
        {
            conditions.push(condition(column, &quoted(&column.name), form));
        }
        if let Some(function) = view.calls {
            conditions.push(format!("{}(1) IS NOT NULL", self.name(function)));
        }
        if let Some(relation) = view.besides {
            let relation = self.name(relation);
            conditions.push(format!("EXISTS (SELECT 1 FROM {relation} AS other)"));
        }
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        sql.push_str(tail);
        sql
    }

    fn trigger_sql(&self, id: Id, trigger: &Trigger) -> String {
        let (time, event) = moment(trigger.form);
        let row = if event == "DELETE" { "OLD" } else { "NEW" };
        let Some(column) = self.column(trigger.on, trigger.column) else {
            return String::new();
        };
        let is_given = self
            .table(trigger.on)
            .is_some_and(|table| self.filling(table, column) == Filling::Nothing);
        let name = quoted(&column.name);
        let body = match trigger.form / 6 {
            0 => "SET @seen = 1".to_owned(),
            1 if is_given && time == "BEFORE" && row == "NEW" => {
                format!("SET NEW.{name} = NEW.{name}")
            }
            2 => format!("BEGIN\n  -- what; was\n  SET @seen = {row}.{name};\nEND"),
            _ => format!(
                "IF {row}.{name} IS NULL THEN SET @seen = 'it''s;'; ELSE SET @seen = 2; END IF"
            ),
        };
        let follows = trigger
            .behind
            .filter(|other| self.is_before(*other, id, trigger))
            .map_or_else(String::new, |other| {
                format!("FOLLOWS {} ", self.name(other))
            });
        format!(
            "CREATE TRIGGER {} {time} {event} ON {} FOR EACH ROW {follows}{body}",
            self.name(id),
            self.name(trigger.on)
        )
    }

    /// Whether another trigger of the same moment is written before this one.
    fn is_before(&self, other: Id, id: Id, trigger: &Trigger) -> bool {
        let item = self.items.get(&other);
        other < id
            && self.stands(other)
            && matches!(item.map(|item| &item.what), Some(What::Trigger(other))
                if other.on == trigger.on && moment(other.form) == moment(trigger.form))
    }

    fn function_sql(&self, name: &str, function: &Function) -> String {
        if let Some(table) = function.reads {
            let table = self.name(table);
            return format!(
                "CREATE FUNCTION {name}(x int) RETURNS bigint READS SQL DATA RETURN (SELECT count(*) + x FROM {table})"
            );
        }
        let forms = [
            "(x int) RETURNS int DETERMINISTIC RETURN x + 1",
            "(x int) RETURNS int NO SQL RETURN x + 2",
            "(x int) RETURNS varchar(20) CHARSET latin1 DETERMINISTIC SQL SECURITY INVOKER COMMENT 'it''s' RETURN 'a'",
            "(x int) RETURNS bigint(20) unsigned DETERMINISTIC BEGIN DECLARE y int; SET y = x; /* ; */ RETURN y; END",
            "(`odd name` decimal(10,2)) RETURNS decimal(10,2) DETERMINISTIC RETURN `odd name`",
            "(x int) RETURNS enum('a','b') CHARSET utf8mb4 DETERMINISTIC RETURN 'a'",
        ];
        let form = chosen(&forms, function.form).unwrap_or_default();
        format!("CREATE FUNCTION {name}{form}")
    }
}

fn procedure_sql(name: &str, form: Form) -> String {
    let forms = [
        "() SELECT 1",
        "(IN x int, OUT y varchar(10) CHARSET latin1) SET y = x",
        "(INOUT x int) SQL SECURITY INVOKER COMMENT 'it''s' BEGIN SET x = x + 1; END",
        "() BEGIN DECLARE done int DEFAULT 0; WHILE done < 3 DO SET done = done + 1; END WHILE; END",
        "() MODIFIES SQL DATA BEGIN IF 1 THEN SELECT ';'; END IF; END",
        "() label1: LOOP LEAVE label1; END LOOP",
        "() BEGIN CASE 1 WHEN 1 THEN BEGIN END; ELSE SELECT 2; END CASE; END",
        "(x json) COMMENT 'a\\\\b' SELECT x",
    ];
    let form = chosen(&forms, form).unwrap_or_default();
    format!("CREATE PROCEDURE {name}{form}")
}

fn event_sql(name: &str, form: Form) -> String {
    let forms = [
        "EVERY 1 DAY DO SELECT 1",
        "EVERY 1 DAY STARTS '2036-01-01 00:00:00' DO SELECT 1",
        "EVERY 2 HOUR STARTS '2036-01-01 00:00:00' ENDS '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO BEGIN SELECT 1; SELECT 2; END",
        "AT '2036-01-01 00:00:00' DO SELECT 1",
        "AT '2036-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO SELECT 1",
        "EVERY 1 DAY COMMENT 'it''s' DO SELECT ' STARTS ''x'' '",
        "EVERY '1:30' HOUR_MINUTE DISABLE DO SELECT 1",
        "EVERY 1 MONTH DISABLE ON SLAVE DO SELECT 1",
    ];
    let form = chosen(&forms, form).unwrap_or_default();
    format!("CREATE EVENT {name} ON SCHEDULE {form}")
}

fn sequence_sql(name: &str, form: Form) -> String {
    let forms = [
        "",
        " START WITH 5 INCREMENT BY 2 MAXVALUE 100 CYCLE",
        " INCREMENT BY -1",
        " CACHE 5",
        " MINVALUE 3 NOCACHE",
        " START WITH -10 MINVALUE -10 MAXVALUE 10",
        " INCREMENT BY 0",
        " COMMENT 'it''s'",
    ];
    let form = chosen(&forms, form).unwrap_or_default();
    format!("CREATE SEQUENCE {name}{form}")
}

const fn moment(form: Form) -> (&'static str, &'static str) {
    match form % 6 {
        0 => ("BEFORE", "INSERT"),
        1 => ("BEFORE", "UPDATE"),
        2 => ("BEFORE", "DELETE"),
        3 => ("AFTER", "INSERT"),
        4 => ("AFTER", "UPDATE"),
        _ => ("AFTER", "DELETE"),
    }
}

/// What is written before what: the first need none of the others.
const fn stage(what: &What) -> u8 {
    match what {
        What::Sequence(_) => 0,
        What::Table(_) => 1,
        What::ForeignKey(_) => 2,
        What::Function(_) => 3,
        What::View(_) => 4,
        What::Trigger(_) => 5,
        What::Procedure(_) => 6,
        What::Event(_) => 7,
    }
}
