//! Base types: values that only their own functions understand (PostgreSQL). The functions that read and write a value need the type before it is complete, and it needs them: they are parts of it. Where a table holds its values it is replaced by a new one under its name, through the text of each value.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, in_schema, type_swap};
use crate::hazard::loss;
use crate::{
    Alteration, Catalog, Context, Definition, Hazard, Kind, ObjectId, Pair, Reference, Step,
};

/// A function that comes with a base type: it reads or writes a value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TypeFunction {
    /// Its name.
    pub name: QualifiedName,
    /// The types of what goes in, as the server prints them.
    pub arguments: String,
    /// Everything after the name, as the server prints it.
    pub definition: String,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl TypeFunction {
    fn signature(&self, dialect: Dialect) -> String {
        format!("{}({})", self.name.quoted(dialect), self.arguments)
    }

    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .name(&self.name)
            .expression(&self.definition);
        Step::new(script.into_text())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("FUNCTION ", &self.signature(dialect))
    }

    fn put_aside(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER FUNCTION ")
            .expression(&self.signature(dialect))
            .keyword(" RENAME TO ")
            .ident(&type_swap::name_aside(&self.name).name);
        Step::new(script.into_text())
    }
}

/// A base type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BaseType {
    /// Its name.
    pub name: QualifiedName,
    /// The functions that come with it.
    pub functions: Vec<TypeFunction>,
    /// What it is put together from, each `KEY = value` or a word, in the order in which they are written.
    pub parts: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl BaseType {
    /// The id of the type of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::BaseType, name.clone())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TYPE ", &self.name.quoted(dialect))
    }

    /// The type without what its functions do, which changes in place.
    fn fixed(&self) -> Self {
        let bare = |function: &TypeFunction| TypeFunction {
            definition: String::new(),
            comment: None,
            ..function.clone()
        };
        Self {
            functions: self.functions.iter().map(bare).collect(),
            comment: None,
            ..self.clone()
        }
    }

    /// The statement that drops a type with the functions that come with it; nothing else hangs on it by now.
    fn drop_with_functions(name: &QualifiedName, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("DROP TYPE ").name(name).keyword(" CASCADE");
        Step::new(script.into_text()).with(Hazard::new(
            &loss::DROPPED_WITH_DEPENDENTS,
            format!(
                "type {name} is dropped with the functions that read and write it, and with anything that hangs on it and is not managed"
            ),
        ))
    }
}

impl Definition for BaseType {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        for function in &self.functions {
            references.extend(in_schema(function.name.schema.as_ref()));
        }
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut shell = Script::new(dialect);
        shell.keyword("CREATE TYPE ").name(&self.name);
        let mut steps = vec![Step::new(shell.into_text())];
        for function in &self.functions {
            steps.push(function.statement(dialect, "CREATE FUNCTION "));
        }
        let words = "CREATE TYPE ";
        steps.push(super::create_from_parts(
            dialect,
            words,
            &self.name,
            &self.parts,
        ));
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        for function in &self.functions {
            let target = function.comment_target(dialect);
            let text = function.comment.as_deref();
            steps.extend(comment::on_create(dialect, &target, text));
        }
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        vec![Self::drop_with_functions(&self.name, dialect)]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        if !context.disturbed.is_empty() || pair.map(Self::fixed).differs() {
            return if type_swap::is_stored(&pair.after.id(), context) {
                swap(pair, context.dialect)
            } else {
                Alteration::Recreate
            };
        }
        let dialect = context.dialect;
        let mut main = comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|side| side.comment.as_deref()),
        );
        for (before, after) in pair.before.functions.iter().zip(&pair.after.functions) {
            if before.definition != after.definition {
                main.push(after.statement(dialect, "CREATE OR REPLACE FUNCTION "));
            }
            let comments = Pair::new(before.comment.as_deref(), after.comment.as_deref());
            let target = after.comment_target(dialect);
            main.extend(comment::on_alter(dialect, &target, comments));
        }
        Alteration::steps(main)
    }
}

/// Puts the type aside with its functions, and makes its successor.
fn swap(pair: Pair<&BaseType>, dialect: Dialect) -> Alteration {
    let before = pair.before;
    let successor = pair.after.create(dialect);
    let mut swap = type_swap::swap(dialect, "TYPE", &before.name, successor);
    if let Alteration::InPlace(plan) = &mut swap {
        // Under the names that their arguments have as long as the type has its own.
        let functions = before.functions.iter();
        let aside: Vec<_> = functions
            .map(|function| function.put_aside(dialect))
            .collect();
        plan.main.splice(0..0, aside);
        let waiting = type_swap::name_aside(&before.name);
        plan.finish = vec![BaseType::drop_with_functions(&waiting, dialect)];
    }
    swap
}
