//! A schema made by chance as SQL, in an order in which a server takes it.

use std::fmt::Write as _;

use schemist_sql::Dialect;

use crate::item::{Domain, ForeignKey, Function, Id, Index, Item, Policy, Trigger, View, What};
use crate::schema::Schema;
use crate::value::{chosen, literal};

/// What comments say.
const COMMENTS: &[&str] = &["Plain.", "It's \\n 100 %", "-- no\n/* comment */"];

impl Schema {
    /// The statements that make it.
    pub(super) fn sql(&self) -> String {
        // There a key is a part of its table.
        let is_inside = |item: &Item| {
            self.dialect == Dialect::Sqlite && matches!(item.what, What::ForeignKey(_))
        };
        let mut standing: Vec<(u8, Id)> = self
            .items
            .iter()
            .filter(|(id, item)| self.stands(**id) && !is_inside(item))
            .map(|(id, item)| (stage(&item.what), *id))
            .collect();
        standing.sort_unstable();
        let mut sql = String::new();
        for (_, id) in standing {
            if let Some(item) = self.items.get(&id) {
                self.write_item(id, item, &mut sql);
            }
        }
        sql
    }

    fn write_item(&self, id: Id, item: &Item, sql: &mut String) {
        let name = self.name(id);
        let statement = match &item.what {
            What::Space => format!("CREATE SCHEMA {name}"),
            What::Enum(labels) => {
                let labels: Vec<_> = labels.iter().map(|label| literal(label)).collect();
                format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
            }
            What::Domain(domain) => self.domain(&name, domain),
            What::Composite(attributes) => {
                let parts: Vec<_> = attributes
                    .iter()
                    .filter(|one| self.has_type(&one.of))
                    .map(|one| format!("{} {}", self.quoted(&one.name), self.type_words(&one.of)))
                    .collect();
                format!("CREATE TYPE {name} AS ({})", parts.join(", "))
            }
            What::Sequence(form) => {
                let options = [
                    "",
                    " INCREMENT BY 5",
                    " START 7 CACHE 3",
                    " AS smallint CYCLE",
                ];
                format!(
                    "CREATE SEQUENCE {name}{}",
                    chosen(&options, *form).unwrap_or_default()
                )
            }
            What::Function(function) => self.function_sql(&name, function),
            What::Table(table) => self.table_sql(id, &name, table),
            What::Index(index) => self.index_sql(&item.name, index),
            What::ForeignKey(key) => format!(
                "ALTER TABLE {} ADD {}",
                self.name(key.from),
                self.foreign_key_sql(&item.name, key)
            ),
            What::View(view) => self.view_sql(id, &name, view),
            What::Trigger(trigger) => self.trigger_sql(&item.name, trigger),
            What::Policy(policy) => self.policy_sql(&item.name, policy),
            What::Range(of) => {
                format!(
                    "CREATE TYPE {name} AS RANGE (subtype = {})",
                    self.type_words(of)
                )
            }
            What::Rule(rule) => self.rule_sql(&item.name, rule),
            What::Statistics(statistics) => self.statistics_sql(&name, statistics),
            What::Publication(publication) => self.publication_sql(&item.name, publication),
            What::Grant(grant) => self.grant_sql(grant),
            What::VirtualTable(table) => self.virtual_table_sql(&name, table),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(sql, "{statement};");
        let target = self.comment_target(id, item);
        if let (Dialect::Postgres, Some(form), Some(target)) = (self.dialect, item.comment, target)
        {
            let words = chosen(COMMENTS, form).unwrap_or_default();
            let _ = writeln!(sql, "COMMENT ON {target} IS {};", literal(words));
        }
        if let What::Table(table) = &item.what {
            self.write_rest_of_table(id, table, sql);
        }
    }

    fn comment_target(&self, id: Id, item: &Item) -> Option<String> {
        let name = self.name(id);
        let own = self.quoted(&item.name);
        Some(match &item.what {
            What::Space => format!("SCHEMA {name}"),
            What::Enum(_) | What::Composite(_) => format!("TYPE {name}"),
            What::Domain(_) => format!("DOMAIN {name}"),
            What::Sequence(_) => format!("SEQUENCE {name}"),
            What::Function(function) => {
                let arguments = match function {
                    Function::Judge { of, .. } => self.type_words(of),
                    Function::Maker { .. } | Function::Reaction(_) | Function::Reader { .. } => {
                        String::new()
                    }
                };
                format!("FUNCTION {name}({arguments})")
            }
            What::Table(_) => format!("TABLE {name}"),
            What::View(view) if view.is_stored => format!("MATERIALIZED VIEW {name}"),
            What::View(_) => format!("VIEW {name}"),
            What::Trigger(trigger) => format!("TRIGGER {own} ON {}", self.name(trigger.on)),
            What::Policy(policy) => format!("POLICY {own} ON {}", self.name(policy.on)),
            What::Range(_) => format!("TYPE {name}"),
            What::Rule(rule) => format!("RULE {own} ON {}", self.name(rule.on)),
            What::Statistics(_) => format!("STATISTICS {name}"),
            What::Publication(_) => format!("PUBLICATION {own}"),
            What::Index(_) | What::ForeignKey(_) | What::Grant(_) | What::VirtualTable(_) => {
                return None;
            }
        })
    }

    fn write_rest_of_table(&self, id: Id, table: &crate::item::Table, sql: &mut String) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        let name = self.name(id);
        if let Some(form) = table.security {
            let _ = writeln!(sql, "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;");
            if form > 0 {
                let _ = writeln!(sql, "ALTER TABLE {name} FORCE ROW LEVEL SECURITY;");
            }
        }
        if table.part_of.is_some() {
            return;
        }
        for column in self.columns(id) {
            if let Some(form) = column.comment {
                let words = literal(chosen(COMMENTS, form).unwrap_or_default());
                let column = self.quoted(&column.name);
                let _ = writeln!(sql, "COMMENT ON COLUMN {name}.{column} IS {words};");
            }
        }
    }

    fn domain(&self, name: &str, domain: &Domain) -> String {
        let mut sql = format!("CREATE DOMAIN {name} AS {}", self.type_words(&domain.base));
        if let Some(form) = domain.default {
            let _ = write!(sql, " DEFAULT {}", self.value(&domain.base, form));
        }
        if let Some(form) = domain.condition {
            let condition = self.condition(&domain.base, "VALUE", form);
            let _ = write!(sql, " CHECK ({condition})");
        }
        sql
    }

    fn function_sql(&self, name: &str, function: &Function) -> String {
        match function {
            Function::Judge { of, form } => {
                let condition = self.condition(of, "$1", *form);
                let words = self.type_words(of);
                format!(
                    "CREATE FUNCTION {name}({words}) RETURNS boolean LANGUAGE sql IMMUTABLE AS $body$SELECT {condition}$body$"
                )
            }
            Function::Maker { of, form } => {
                let (value, words) = (self.value(of, *form), self.type_words(of));
                format!(
                    "CREATE FUNCTION {name}() RETURNS {words} LANGUAGE sql STABLE AS $body$SELECT ({value})::{words}$body$"
                )
            }
            Function::Reaction(form) => {
                let bodies = [
                    "RETURN NEW;",
                    "RETURN NULL;",
                    "RAISE NOTICE '%', TG_OP; RETURN NEW;",
                    "-- nothing; to see\nRETURN NEW;",
                ];
                let body = chosen(&bodies, *form).unwrap_or_default();
                format!(
                    "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$BEGIN {body} END$body$"
                )
            }
            Function::Reader { of, form } => {
                let relation = self.name(*of);
                let limits = ["", " LIMIT 1", " OFFSET 0", " ORDER BY 1"];
                let limit = chosen(&limits, *form).unwrap_or_default();
                format!(
                    "CREATE FUNCTION {name}() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM {relation}{limit}; END"
                )
            }
        }
    }

    fn index_sql(&self, name: &str, index: &Index) -> String {
        let mut columns = Vec::new();
        for column in &index.columns {
            let Some(column) = self.column(index.on, *column) else {
                continue;
            };
            let quoted = self.quoted(&column.name);
            let words = self.type_words(&column.of).to_lowercase();
            columns.push(match index.form {
                1 => format!("{quoted} DESC"),
                2 if words == "text" => format!("lower({quoted})"),
                2 if words == "integer" => format!("({quoted} + 1)"),
                3 if self.dialect == Dialect::Postgres => format!("{quoted} NULLS FIRST"),
                3 if self.dialect == Dialect::Sqlite => format!("{quoted} COLLATE NOCASE DESC"),
                6 if self.dialect == Dialect::Sqlite => format!("{quoted} COLLATE RTRIM"),
                _ => quoted,
            });
        }
        let unique = if index.form == 4 && self.may_be_unique(index) {
            "UNIQUE "
        } else {
            ""
        };
        let name = self.quoted(name);
        let on = self.name(index.on);
        let mut sql = format!(
            "CREATE {unique}INDEX {name} ON {on} ({})",
            columns.join(", ")
        );
        if self.dialect == Dialect::Postgres {
            if let Some(column) = index
                .includes
                .and_then(|column| self.column(index.on, column))
            {
                let _ = write!(sql, " INCLUDE ({})", self.quoted(&column.name));
            }
            if index.form == 5 {
                sql.push_str(" WITH (fillfactor = 70)");
            }
        }
        if let Some((column, form)) = index.only_where
            && let Some(column) = self.column(index.on, column)
            && self.builtin(&column.of).is_some()
        {
            let condition = self.condition(&column.of, &self.quoted(&column.name), form);
            let _ = write!(sql, " WHERE {condition}");
        }
        sql
    }

    /// A unique index on a partitioned table must have the column that tells its parts apart.
    fn may_be_unique(&self, index: &Index) -> bool {
        let split_by = self.table(index.on).and_then(|table| table.split_by);
        split_by.is_none_or(|column| index.columns.contains(&column))
    }

    pub(super) fn foreign_key_sql(&self, name: &str, key: &ForeignKey) -> String {
        let (Some(own), Some(other)) = (self.column(key.from, key.column), self.key(key.to)) else {
            return String::new();
        };
        let actions = [
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON UPDATE CASCADE",
            " DEFERRABLE INITIALLY DEFERRED",
            " ON DELETE RESTRICT DEFERRABLE",
        ];
        let named = if key.is_named {
            format!("CONSTRAINT {} ", self.quoted(name))
        } else {
            String::new()
        };
        format!(
            "{named}FOREIGN KEY ({}) REFERENCES {} ({}){}",
            self.quoted(&own.name),
            self.name(key.to),
            self.quoted(&other.name),
            chosen(&actions, key.form).unwrap_or_default(),
        )
    }

    fn view_sql(&self, id: Id, name: &str, view: &View) -> String {
        let columns = self.columns(id);
        let list: Vec<_> = columns
            .iter()
            .map(|column| self.quoted(&column.name))
            .collect();
        let kind = if view.is_stored {
            "MATERIALIZED VIEW"
        } else {
            "VIEW"
        };
        let options = match (self.dialect, view.is_stored, view.form) {
            (Dialect::Postgres, false, 1) => " WITH (security_barrier)",
            _ => "",
        };
        let source = self.name(view.of);
        let mut sql = format!(
            "CREATE {kind} {name}{options} AS SELECT {} FROM {source}",
            list.join(", ")
        );
        let mut conditions = Vec::new();
        if let Some((column, form)) = view.only_where
            && let Some(column) = self.column(view.of, column)
        {
            conditions.push(self.condition(&column.of, &self.quoted(&column.name), form));
        }
        if let Some(judge) = view.judge
            && self.stands(judge)
            && let Some(column) = self
                .columns(view.of)
                .into_iter()
                .find(|column| self.judges(judge, &column.of))
        {
            conditions.push(format!(
                "{}({})",
                self.name(judge),
                self.quoted(&column.name)
            ));
        }
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        if view.form == 2 {
            sql.push_str(" ORDER BY 1");
        }
        if view.form == 3 && columns.iter().all(|column| self.is_comparable(column)) {
            let _ = write!(sql, " GROUP BY {}", list.join(", "));
        }
        sql
    }

    fn is_comparable(&self, column: &crate::item::Column) -> bool {
        self.can(&column.of, crate::builtin::Ability::Sorted)
    }

    fn trigger_sql(&self, name: &str, trigger: &Trigger) -> String {
        let column = trigger
            .column
            .and_then(|column| self.column(trigger.on, column));
        let events = match (trigger.form % 3, column) {
            (0, _) => "INSERT".to_owned(),
            (1, Some(column)) => format!("UPDATE OF {}", self.quoted(&column.name)),
            _ => "DELETE".to_owned(),
        };
        let time = match (self.view(trigger.on), trigger.form) {
            (Some(_), _) => "INSTEAD OF",
            (None, 0..3) => "BEFORE",
            (None, _) => "AFTER",
        };
        let (name, on) = (self.quoted(name), self.name(trigger.on));
        let row = if events == "DELETE" { "OLD" } else { "NEW" };
        let when = column
            .filter(|_| trigger.form > 1)
            .map_or_else(String::new, |column| {
                let value = format!("{row}.{}", self.quoted(&column.name));
                format!(
                    " WHEN ({})",
                    self.condition(&column.of, &value, trigger.form)
                )
            });
        match trigger.calls {
            _ if self.dialect == Dialect::Sqlite => {
                let body = self.body_sql(trigger);
                format!("CREATE TRIGGER {name} {time} {events} ON {on} FOR EACH ROW{when} {body}")
            }
            Some(function) => format!(
                "CREATE TRIGGER {name} {time} {events} ON {on} FOR EACH ROW{when} EXECUTE FUNCTION {}()",
                self.name(function)
            ),
            None => format!(
                "CREATE TRIGGER {name} {time} {events} ON {on} FOR EACH ROW{when} BEGIN SELECT 1; END"
            ),
        }
    }

    fn policy_sql(&self, name: &str, policy: &Policy) -> String {
        let Some(column) = self.column(policy.on, policy.column) else {
            return String::new();
        };
        let condition = self.condition(&column.of, &self.quoted(&column.name), policy.condition);
        let forms = [
            "",
            " FOR SELECT",
            " AS RESTRICTIVE",
            " TO pg_monitor",
            " FOR DELETE",
            "",
        ];
        format!(
            "CREATE POLICY {} ON {}{} USING ({condition})",
            self.quoted(name),
            self.name(policy.on),
            chosen(&forms, policy.form).unwrap_or_default(),
        )
    }
}

/// What is written before what: the first need none of the others.
const fn stage(what: &What) -> u8 {
    match what {
        What::Space => 0,
        What::Enum(_) => 1,
        What::Domain(_) => 2,
        What::Composite(_) => 3,
        What::Sequence(_) => 4,
        What::Function(Function::Reader { .. }) => 11,
        What::Function(_) => 5,
        What::Table(table) if table.part_of.is_some() => 7,
        What::Table(_) => 6,
        What::View(_) => 8,
        What::Index(_) => 9,
        What::ForeignKey(_) => 10,
        What::Trigger(_) => 12,
        What::VirtualTable(_) => 7,
        What::Policy(_) => 13,
        What::Range(_) => 1,
        What::Rule(_) | What::Statistics(_) => 14,
        What::Publication(_) | What::Grant(_) => 15,
    }
}
