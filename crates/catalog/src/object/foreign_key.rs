//! Foreign keys. All products have them; in SQLite they are a part of their table, which has no statement for them. They stand alone elsewhere because two tables may refer to each other.

mod mysql;

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{Object, Place, Table, comment};
use crate::hazard::rows;
use crate::{
    Alteration, Catalog, Context, Creation, Definition, Effect, Hazard, InPlace, Kind, NameLabel,
    ObjectId, Pair, Part, Reference, Step, is_made_up,
};

/// What happens to referring rows when the row that they refer to changes or goes.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum KeyAction {
    /// Refused, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refused at once.
    Restrict,
    /// They change or go as well.
    Cascade,
    /// Their columns become NULL.
    SetNull,
    /// Their columns get their defaults.
    SetDefault,
}

impl KeyAction {
    /// The words of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// How keys of several columns with NULLs in them are matched.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum KeyMatch {
    /// Any NULL makes the row refer to nothing.
    #[default]
    Simple,
    /// All columns are NULL or none is.
    Full,
    /// Parsed and ignored by SQLite.
    Partial,
}

/// When a constraint is checked.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Deferrable {
    /// At once, always.
    #[default]
    Never,
    /// At once, unless the transaction says otherwise.
    InitiallyImmediate,
    /// At the end of the transaction, unless it says otherwise.
    InitiallyDeferred,
}

impl Deferrable {
    /// The words of the language, with a space before them; nothing for the default.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::InitiallyImmediate => " DEFERRABLE",
            Self::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        }
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ForeignKey {
    /// Its name; `None` in SQLite where none is written.
    pub name: Option<Ident>,
    /// The table that refers.
    pub table: QualifiedName,
    /// The columns that refer.
    pub columns: Vec<Ident>,
    /// The table that is referred to.
    pub target: QualifiedName,
    /// The columns that are referred to; empty where SQLite takes the primary key.
    pub target_columns: Vec<Ident>,
    /// What happens when the row that is referred to goes.
    pub on_delete: KeyAction,
    /// The columns that `SET NULL` and `SET DEFAULT` touch, if not all (PostgreSQL 15 and later).
    pub on_delete_columns: Vec<Ident>,
    /// What happens when the key that is referred to changes.
    pub on_update: KeyAction,
    /// How NULLs are matched.
    pub matching: KeyMatch,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// The column that it is written on (SQLite).
    pub place: Place,
    /// Whether rows that were there before are known to hold it (PostgreSQL).
    pub validated: bool,
    /// Whether it is only said and never checked (PostgreSQL 18 and later).
    pub not_enforced: bool,
    /// Whether the last columns are ranges of time, and the rows that are referred to cover the whole of one
    /// together (PostgreSQL 18 and later).
    pub period: bool,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
}

impl ForeignKey {
    /// A foreign key with the server's own choices everywhere.
    pub fn new(
        table: QualifiedName,
        columns: Vec<Ident>,
        target: QualifiedName,
        target_columns: Vec<Ident>,
    ) -> Self {
        Self {
            name: None,
            table,
            columns,
            target,
            target_columns,
            on_delete: KeyAction::default(),
            on_delete_columns: Vec::new(),
            on_update: KeyAction::default(),
            matching: KeyMatch::default(),
            deferrable: Deferrable::default(),
            place: Place::default(),
            validated: true,
            not_enforced: false,
            period: false,
            comment: None,
        }
    }

    /// Writes `REFERENCES …` with everything after it.
    pub fn write_reference(&self, script: &mut Script) {
        script.keyword("REFERENCES ").name(&self.target);
        if !self.target_columns.is_empty() {
            self.write_columns(script, &self.target_columns);
        }
        script.keyword(match self.matching {
            KeyMatch::Simple => "",
            KeyMatch::Full => " MATCH FULL",
            KeyMatch::Partial => " MATCH PARTIAL",
        });
        let is_written = |action| match script.dialect() {
            Dialect::Postgres | Dialect::Sqlite => action != KeyAction::NoAction,
            // Both words mean the same, and MariaDB prints the one alone.
            Dialect::Mysql => action != KeyAction::Restrict,
        };
        let written = (is_written(self.on_update), is_written(self.on_delete));
        if written.0 {
            script
                .keyword(" ON UPDATE ")
                .keyword(self.on_update.keyword());
        }
        if written.1 {
            script
                .keyword(" ON DELETE ")
                .keyword(self.on_delete.keyword());
            if !self.on_delete_columns.is_empty() {
                script.keyword(" ").idents(&self.on_delete_columns);
            }
        }
        script.keyword(self.deferrable.keyword());
        script.keyword(if self.not_enforced {
            " NOT ENFORCED"
        } else {
            ""
        });
    }

    fn write_columns(&self, script: &mut Script, columns: &[Ident]) {
        script.keyword(" (");
        for (place, column) in columns.iter().enumerate() {
            script.keyword(if place > 0 { ", " } else { "" });
            if self.period && place + 1 == columns.len() {
                script.keyword("PERIOD ");
            }
            script.ident(column);
        }
        script.keyword(")");
    }

    /// Writes the constraint as it stands in a table: name, columns, reference.
    pub fn write(&self, script: &mut Script) {
        if let Some(name) = &self.name {
            script.keyword("CONSTRAINT ").ident(name).keyword(" ");
        }
        script.keyword("FOREIGN KEY");
        self.write_columns(script, &self.columns);
        script.keyword(" ");
        self.write_reference(script);
    }

    fn ident(&self) -> Ident {
        self.name.clone().unwrap_or_else(|| Ident::from_server(""))
    }

    fn alter_table(&self, dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script.keyword("ALTER TABLE ").name(&self.table);
        script
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target(
            "CONSTRAINT ",
            &format!(
                "{} ON {}",
                self.ident().quoted(dialect),
                self.table.quoted(dialect)
            ),
        )
    }

    /// The statement that looks for rows that refer to nothing, while others go on writing.
    fn validate(&self, dialect: Dialect) -> Step {
        let mut script = self.alter_table(dialect);
        script.keyword(" VALIDATE CONSTRAINT ").ident(&self.ident());
        Step::apart(script.into_text()).with(Hazard::new(
            &rows::FOREIGN_KEY_ADDED,
            format!(
                "rows of table {} that refer to nothing make this fail",
                self.table
            ),
        ))
    }

    /// Whether rows of a partitioned table, which alone takes no key that is not valid yet, are on a side.
    fn is_of_partitions(&self, context: &Context<'_>) -> bool {
        let is_partitioned =
            |name: &QualifiedName| match context.catalogs.after.get(&Table::id_of(name)) {
                Some(Object::Table(table)) => table.partition_by.is_some(),
                _ => false,
            };
        is_partitioned(&self.table) || is_partitioned(&self.target)
    }

    /// The key with everything taken out that can be altered in place.
    fn fixed(&self, pair: Pair<&Self>) -> Self {
        let validated = if pair.after.validated {
            true
        } else {
            self.validated
        };
        Self {
            deferrable: Deferrable::Never,
            not_enforced: false,
            comment: None,
            validated,
            ..self.clone()
        }
    }
}

impl Definition for ForeignKey {
    fn id(&self) -> ObjectId {
        ObjectId::on_table(Kind::ForeignKey, &self.table, self.ident())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let side = |table: &QualifiedName, columns: &[Ident]| -> Vec<Reference> {
            let object = Table::id_of(table);
            columns
                .iter()
                .map(|column| Reference {
                    object: object.clone(),
                    part: Part::Column(column.clone()),
                })
                .collect()
        };
        let mut references: BTreeSet<_> = side(&self.table, &self.columns).into_iter().collect();
        references.extend(side(&self.target, &self.target_columns));
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = self.alter_table(dialect);
        script.keyword(" ADD ");
        self.write(&mut script);
        script.keyword(if self.validated { "" } else { " NOT VALID" });
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn create_online(&self, context: &Context<'_>) -> Option<Creation> {
        match context.dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            Dialect::Mysql => return mysql::create(self, context),
        }
        let table = Table::id_of(&self.table);
        if !self.validated || !context.is_online(&table) || self.is_of_partitions(context) {
            return None;
        }
        let unchecked = Self {
            validated: false,
            ..self.clone()
        };
        Some(Creation {
            create: unchecked.create(context.dialect),
            seal: vec![self.validate(context.dialect)],
        })
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = self.alter_table(dialect);
        script.keyword(match dialect {
            Dialect::Postgres | Dialect::Sqlite => " DROP CONSTRAINT ",
            Dialect::Mysql => " DROP FOREIGN KEY ",
        });
        script.ident(&self.ident());
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let falls = context
            .disturbed
            .iter()
            .any(|disturbance| match disturbance.effect {
                Effect::Removed | Effect::Retyped | Effect::Swapped => true,
                Effect::Rebuilt => false,
            });
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            Dialect::Mysql if falls || pair.differs() => return mysql::replace(pair, context),
            Dialect::Mysql => return Alteration::nothing(),
        }
        if pair.map(|key| key.fixed(pair)).differs() && context.disturbed.is_empty() {
            return replace(pair, context).unwrap_or(Alteration::Recreate);
        }
        if falls || pair.map(|key| key.fixed(pair)).differs() {
            return Alteration::Recreate;
        }
        let mut main = Vec::new();
        if pair.map(|key| key.deferrable).differs() {
            match dialect {
                Dialect::Postgres => {}
                Dialect::Sqlite | Dialect::Mysql => return Alteration::Recreate,
            }
            let mut script = pair.after.alter_table(dialect);
            script
                .keyword(" ALTER CONSTRAINT ")
                .ident(&pair.after.ident());
            script.keyword(match pair.after.deferrable {
                Deferrable::Never => " NOT DEFERRABLE",
                Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
                Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
            });
            main.push(Step::new(script.into_text()));
        }
        if pair.map(|key| key.not_enforced).differs() {
            let mut script = pair.after.alter_table(dialect);
            script
                .keyword(" ALTER CONSTRAINT ")
                .ident(&pair.after.ident());
            script.keyword(if pair.after.not_enforced {
                " NOT ENFORCED"
            } else {
                " ENFORCED"
            });
            main.push(Step::new(script.into_text()));
        }
        if pair.map(|key| key.validated).differs() {
            let mut script = pair.after.alter_table(dialect);
            script
                .keyword(" VALIDATE CONSTRAINT ")
                .ident(&pair.after.ident());
            main.push(Step::new(script.into_text()));
        }
        let target = pair.after.comment_target(dialect);
        main.extend(comment::on_alter(
            dialect,
            &target,
            pair.map(|key| key.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn renamed_as(&self, live: &Self, dialect: Dialect) -> Option<Self> {
        let columns: Vec<_> = self.columns.iter().map(Ident::as_str).collect();
        let made_up = is_made_up(
            dialect,
            self.name.as_ref()?,
            &self.table.name,
            &columns,
            NameLabel::ForeignKey,
        );
        let renamed = Self {
            name: live.name.clone(),
            ..self.clone()
        };
        (made_up && &renamed == live).then_some(renamed)
    }
}

/// How a key becomes another of the same name, in one step; that rows hold it is looked up after it.
fn replace(pair: Pair<&ForeignKey>, context: &Context<'_>) -> Option<Alteration> {
    let Creation { create, seal } = pair.after.create_online(context)?;
    let mut main = pair.before.drop(context.dialect);
    main.extend(create);
    Some(Alteration::InPlace(InPlace {
        main,
        seal,
        ..InPlace::default()
    }))
}
