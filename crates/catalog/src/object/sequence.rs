//! Sequences that stand alone. PostgreSQL and MariaDB have them. A sequence behind a `serial` or identity column is a part of that column; one that is owned by a column but made by hand stands here.

mod mariadb;

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{Table, comment, in_schema};
use crate::hazard::loss;
use crate::{
    Alteration, Catalog, Context, Definition, Hazard, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// How a sequence counts. `None` is what the server takes by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SequenceOptions {
    /// Its first value.
    pub start: Option<i64>,
    /// The step between values.
    pub increment: Option<i64>,
    /// The smallest value.
    pub minimum: Option<i64>,
    /// The largest value.
    pub maximum: Option<i64>,
    /// How many values a session takes at once.
    pub cache: Option<i64>,
    /// Whether it starts again after its last value.
    pub cycles: bool,
}

impl SequenceOptions {
    /// The options that differ from the server's own, each with a space before it.
    pub fn write(&self, script: &mut Script) {
        for (words, value) in self.numbers() {
            if let Some(value) = value {
                script.keyword(words).number(value);
            }
        }
        if self.cycles {
            script.keyword(" CYCLE");
        }
    }

    fn numbers(&self) -> [(&'static str, Option<i64>); 5] {
        [
            (" INCREMENT BY ", self.increment),
            (" MINVALUE ", self.minimum),
            (" MAXVALUE ", self.maximum),
            (" START WITH ", self.start),
            (" CACHE ", self.cache),
        ]
    }

    /// What `ALTER SEQUENCE` needs to get from one to the other, each with `prefix` before it.
    pub fn write_change(script: &mut Script, pair: Pair<&Self>, prefix: &'static str) {
        let defaults = [
            " INCREMENT BY 1",
            " NO MINVALUE",
            " NO MAXVALUE",
            " START WITH 1",
            " CACHE 1",
        ];
        for ((before, (words, after)), default) in pair
            .before
            .numbers()
            .into_iter()
            .zip(pair.after.numbers())
            .zip(defaults)
        {
            if before.1 == after {
                continue;
            }
            next_option(script, prefix);
            match after {
                Some(value) => script.keyword(words).number(value),
                None => script.keyword(default),
            };
        }
        if pair.map(|options| options.cycles).differs() {
            next_option(script, prefix);
            script.keyword(if pair.after.cycles {
                " CYCLE"
            } else {
                " NO CYCLE"
            });
        }
    }
}

/// Writes the word that stands before an option, apart from the one before it.
fn next_option(script: &mut Script, prefix: &'static str) {
    if !prefix.is_empty() && !script.as_str().ends_with(' ') {
        script.keyword(" ");
    }
    script.keyword(prefix);
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its values, as the server prints it.
    pub data_type: String,
    /// How it counts.
    pub options: SequenceOptions,
    /// The table and column that it goes away with.
    pub owned_by: Option<(QualifiedName, Ident)>,
    /// Whether it survives no crash (PostgreSQL 15 and later).
    pub unlogged: bool,
    /// The engine that keeps it, where it is not InnoDB (MariaDB).
    pub engine: Option<String>,
    /// What is said of it.
    pub comment: Option<String>,
}

impl Sequence {
    /// The id of the sequence of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::Sequence, name.clone())
    }

    fn own(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER SEQUENCE ")
            .name(&self.name)
            .keyword(" OWNED BY ");
        match &self.owned_by {
            Some((table, column)) => script.name(table).keyword(".").ident(column),
            None => script.keyword("NONE"),
        };
        Step::new(script.into_text())
    }
}

impl Definition for Sequence {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        // Its owner is no reference: the owner's default needs the sequence first, and ownership is
        // attached at the end.
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword(if self.unlogged {
                "CREATE UNLOGGED SEQUENCE "
            } else {
                "CREATE SEQUENCE "
            })
            .name(&self.name);
        if self.data_type != "bigint" {
            script.keyword(" AS ").expression(&self.data_type);
        }
        self.options.write(&mut script);
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            Dialect::Mysql => {
                mariadb::write_table_options(&mut script, self);
                return vec![Step::new(script.into_text())];
            }
        }
        let mut steps = vec![Step::new(script.into_text())];
        let target = comment::target("SEQUENCE ", &self.name.quoted(dialect));
        steps.extend(comment::on_create(
            dialect,
            &target,
            self.comment.as_deref(),
        ));
        steps
    }

    fn attach(&self, dialect: Dialect) -> Vec<Step> {
        self.owned_by.iter().map(|_| self.own(dialect)).collect()
    }

    fn ties(&self) -> BTreeSet<Reference> {
        self.owned_by
            .iter()
            .map(|(table, column)| Reference {
                object: Table::id_of(table),
                part: Part::Column(column.clone()),
            })
            .collect()
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        // A sequence goes away with its owner: without IF EXISTS the order of the two would matter.
        let mut script = Script::new(dialect);
        script
            .keyword("DROP SEQUENCE ")
            .keyword(if self.owned_by.is_some() {
                "IF EXISTS "
            } else {
                ""
            });
        script.name(&self.name);
        vec![Step::new(script.into_text()).with(Hazard::new(
            &loss::SEQUENCE_POSITION_LOST,
            format!(
                "sequence {} and its position are gone after this",
                self.name
            ),
        ))]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            Dialect::Mysql => return Alteration::steps(mariadb::alter(pair)),
        }
        let name = &pair.after.name;
        let mut release = Vec::new();
        let mut main = Vec::new();
        let mut restore = Vec::new();
        let mut script = Script::new(dialect);
        script.keyword("ALTER SEQUENCE ").name(name);
        let unchanged = script.as_str().len();
        if pair.map(|sequence| &sequence.data_type).differs() {
            script.keyword(" AS ").expression(&pair.after.data_type);
        }
        SequenceOptions::write_change(&mut script, pair.map(|sequence| &sequence.options), "");
        if script.as_str().len() > unchanged {
            main.push(Step::new(script.into_text()));
        }
        if pair.map(|sequence| sequence.unlogged).differs() {
            let mut script = Script::new(dialect);
            script.keyword("ALTER SEQUENCE ").name(name);
            script.keyword(if pair.after.unlogged {
                " SET UNLOGGED"
            } else {
                " SET LOGGED"
            });
            main.push(Step::new(script.into_text()));
        }
        if pair.map(|sequence| &sequence.owned_by).differs() {
            if pair.before.owned_by.is_some() {
                // Let go first, or it goes away with its owner.
                release.push(
                    Self {
                        owned_by: None,
                        ..pair.after.clone()
                    }
                    .own(dialect),
                );
            }
            if pair.after.owned_by.is_some() {
                restore.push(pair.after.own(dialect));
            }
        }
        let target = comment::target("SEQUENCE ", &name.quoted(dialect));
        main.extend(comment::on_alter(
            dialect,
            &target,
            pair.map(|sequence| sequence.comment.as_deref()),
        ));
        Alteration::InPlace(crate::InPlace {
            release,
            main,
            restore,
            ..crate::InPlace::default()
        })
    }
}
