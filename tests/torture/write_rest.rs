//! What hangs on tables and only PostgreSQL has, made by chance, as SQL.

use crate::item::{Grant, Publication, Rule, Statistics};
use crate::schema::Schema;
use crate::value::chosen;

impl Schema {
    pub(super) fn rule_sql(&self, name: &str, rule: &Rule) -> String {
        let Some(column) = self.column(rule.on, rule.column) else {
            return String::new();
        };
        let (name, on) = (self.quoted(name), self.name(rule.on));
        let value = format!("OLD.{}", self.quoted(&column.name));
        let condition = self.condition(&column.of, &value, rule.form);
        let forms = [
            format!("ON DELETE TO {on} WHERE {condition} DO INSTEAD NOTHING"),
            format!("ON UPDATE TO {on} DO ALSO NOTHING"),
            format!("ON DELETE TO {on} DO INSTEAD NOTHING"),
        ];
        let form = chosen(&forms, rule.form).unwrap_or_default();
        format!("CREATE RULE {name} AS {form}")
    }

    pub(super) fn statistics_sql(&self, name: &str, statistics: &Statistics) -> String {
        let column = |id| {
            let column = self.column(statistics.on, id);
            column.map_or_else(String::new, |column| self.quoted(&column.name))
        };
        let kinds = ["", " (ndistinct)", " (mcv, dependencies)"];
        format!(
            "CREATE STATISTICS {name}{} ON {}, {} FROM {}",
            chosen(&kinds, statistics.form).unwrap_or_default(),
            column(statistics.columns.0),
            column(statistics.columns.1),
            self.name(statistics.on),
        )
    }

    pub(super) fn publication_sql(&self, name: &str, publication: &Publication) -> String {
        let name = self.quoted(name);
        let forms = [
            "",
            " WITH (publish = 'insert')",
            " WITH (publish_via_partition_root)",
        ];
        let options = chosen(&forms, publication.form).unwrap_or_default();
        let Some(of) = publication.of else {
            return format!("CREATE PUBLICATION {name}{options}");
        };
        let column = publication.only_where.and_then(|id| self.column(of, id));
        // A row filter knows the server's own types alone, and none stands on a partitioned table.
        let is_split = self.table(of).is_some_and(|table| table.split_by.is_some());
        let filter = column
            .filter(|column| self.builtin(&column.of).is_some() && !is_split)
            .map_or_else(String::new, |column| {
                format!(" WHERE ({} IS NOT NULL)", self.quoted(&column.name))
            });
        format!(
            "CREATE PUBLICATION {name} FOR TABLE {}{filter}{options}",
            self.name(of)
        )
    }

    pub(super) fn grant_sql(&self, grant: &Grant) -> String {
        let forms = ["SELECT", "INSERT", "UPDATE", "SELECT"];
        let what = chosen(&forms, grant.form).unwrap_or_default();
        let column = grant.column.and_then(|id| self.column(grant.on, id));
        let columns = column.map_or_else(String::new, |column| {
            format!(" ({})", self.quoted(&column.name))
        });
        let to = match grant.form {
            0 => "pg_monitor",
            1 => "PUBLIC",
            _ => "pg_read_all_stats WITH GRANT OPTION",
        };
        format!("GRANT {what}{columns} ON {} TO {to}", self.name(grant.on))
    }
}
