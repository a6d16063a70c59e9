//! Functions and procedures. PostgreSQL tells them apart by their name and the types of what goes in. `CREATE OR REPLACE` keeps all that hangs on one, but changes neither what comes out of it nor the names of what goes in; a body that is a string is kept as it was typed, and what it names is nobody's dependency.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, comment, in_schema, keeping_results};
use crate::hazard::rights;
use crate::{
    Alteration, Catalog, Context, Definition, Expr, Hazard, Kind, ObjectId, Pair, Reference, Step,
};

/// What calls a routine.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Routine {
    /// An expression.
    Function,
    /// `CALL`.
    Procedure,
    /// An expression with `OVER`.
    Window,
}

/// Which way the value of a parameter goes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum ParameterMode {
    /// In.
    In,
    /// Out.
    Out,
    /// In and out.
    InOut,
    /// In, any number of times.
    Variadic,
    /// Out, as a column of the table that is returned.
    Table,
}

/// One parameter of a routine.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Parameter {
    /// Which way its value goes.
    pub mode: ParameterMode,
    /// Its name, where it has one.
    pub name: Option<Ident>,
    /// Its type, as the server prints it.
    pub data_type: String,
    /// Whether a call can leave it out.
    pub has_default: bool,
}

impl Parameter {
    const fn goes_in(&self) -> bool {
        match self.mode {
            ParameterMode::In | ParameterMode::InOut | ParameterMode::Variadic => true,
            ParameterMode::Out | ParameterMode::Table => false,
        }
    }

    const fn comes_out(&self) -> bool {
        match self.mode {
            ParameterMode::Out | ParameterMode::InOut | ParameterMode::Table => true,
            ParameterMode::In | ParameterMode::Variadic => false,
        }
    }
}

/// A function or a procedure.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Function {
    /// Its name.
    pub name: QualifiedName,
    /// The types of what goes in, with commas between, as the server prints them.
    pub arguments: String,
    /// What calls it.
    pub routine: Routine,
    /// Its parameters in order; they are written in the definition.
    pub parameters: Vec<Parameter>,
    /// The type that it returns, as the server prints it; a procedure has none.
    pub returns: Option<String>,
    /// Everything after the name, as the server prints it: `(…) RETURNS …` to the end.
    pub definition: Expr,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Function {
    const fn word(&self) -> &'static str {
        match self.routine {
            Routine::Function | Routine::Window => "FUNCTION ",
            Routine::Procedure => "PROCEDURE ",
        }
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        let name = self.name.quoted(dialect);
        comment::target(self.word(), &format!("{name}({})", self.arguments))
    }

    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .keyword(self.word())
            .name(&self.name)
            .expression(self.definition.as_str());
        let step = Step::new(script.into_text());
        if self.trusts_any_search_path() {
            return step.with(Hazard::new(
                &rights::SECURITY_DEFINER_WITHOUT_SEARCH_PATH,
                format!(
                    "{} runs with its owner's rights and finds names where the caller's search_path says, because it sets none",
                    self.id()
                ),
            ));
        }
        step
    }

    /// Whether its body runs with the owner's rights, on whatever objects the caller puts in the way.
    fn trusts_any_search_path(&self) -> bool {
        let text = self.definition.as_str();
        let head = text.split_once("\nAS ").map_or(text, |(head, _)| head);
        let is_body_bound = head.contains("\nBEGIN ATOMIC") || head.contains("\nRETURN ");
        head.contains(" SECURITY DEFINER") && !head.contains(" SET search_path ") && !is_body_bound
    }

    /// Whether `CREATE OR REPLACE` makes one of the other.
    fn can_replace(pair: Pair<&Self>) -> bool {
        let inward = pair.map(|side| side.parameters.iter().filter(|one| one.goes_in()));
        let same_inward = inward.before.zip(inward.after).all(|(before, after)| {
            before.mode == after.mode
                && (before.name.is_none() || before.name == after.name)
                && (!before.has_default || after.has_default)
        });
        let outward = pair.map(|side| {
            let outward = side.parameters.iter().filter(|one| one.comes_out());
            outward
                .map(|one| (one.mode, &one.name, &one.data_type))
                .collect::<Vec<_>>()
        });
        same_inward
            && !outward.differs()
            && !pair.map(|side| side.routine).differs()
            && !pair.map(|side| &side.returns).differs()
    }

    /// The statement that replaces the body, with what keeps the results of the one before.
    fn replace(&self, context: &Context<'_>) -> Step {
        let step = self.statement(context.dialect, "CREATE OR REPLACE ");
        keeping_results(step, &self.id(), context)
    }
}

impl Definition for Function {
    fn id(&self) -> ObjectId {
        ObjectId {
            arguments: Some(self.arguments.clone()),
            ..ObjectId::new(Kind::Function, self.name.clone())
        }
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn mentions(&self) -> Option<&str> {
        Some(self.definition.as_str())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.statement(dialect, "CREATE ")];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("DROP ")
            .keyword(self.word())
            .name(&self.name);
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {
                script.keyword("(").expression(&self.arguments).keyword(")");
            }
            Dialect::Mysql => {}
        }
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let changes = pair.map(|side| &side.definition).differs();
        let can_replace = match context.dialect {
            Dialect::Postgres | Dialect::Sqlite => Self::can_replace(pair),
            // Only MariaDB replaces one.
            Dialect::Mysql => false,
        };
        if !context.disturbed.is_empty() || changes && !can_replace {
            return Alteration::Recreate;
        }
        let mut main = Vec::new();
        if changes {
            main.push(pair.after.replace(context));
        }
        main.extend(comment::on_alter(
            context.dialect,
            &pair.after.comment_target(context.dialect),
            pair.map(|side| side.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        Self {
            definition: f(&self.definition, &other.definition),
            ..self.clone()
        }
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn without_expressions(&self) -> Self {
        Self {
            definition: Expr::from_server(""),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(parameters: &[(ParameterMode, &str, bool)], returns: &str) -> Function {
        let parameters = parameters
            .iter()
            .map(|(mode, name, has_default)| Parameter {
                mode: *mode,
                name: Ident::parse(*name).ok(),
                data_type: "integer".to_owned(),
                has_default: *has_default,
            });
        Function {
            name: QualifiedName::unqualified(Ident::from_server("f")),
            arguments: String::new(),
            routine: Routine::Function,
            parameters: parameters.collect(),
            returns: Some(returns.to_owned()),
            definition: Expr::from_server("()"),
            comment: None,
        }
    }

    fn can_replace(before: &Function, after: &Function) -> bool {
        Function::can_replace(Pair::new(before, after))
    }

    #[test]
    fn what_goes_in_keeps_its_name_and_its_default() {
        let plain = function(&[(ParameterMode::In, "a", false)], "text");
        let nameless = function(&[(ParameterMode::In, "", false)], "text");
        let renamed = function(&[(ParameterMode::In, "b", false)], "text");
        let optional = function(&[(ParameterMode::In, "a", true)], "text");
        assert!(can_replace(&nameless, &plain));
        assert!(!can_replace(&plain, &nameless));
        assert!(!can_replace(&plain, &renamed));
        assert!(can_replace(&plain, &optional));
        assert!(!can_replace(&optional, &plain));
    }

    #[test]
    fn what_comes_out_stays() {
        let text = function(&[], "text");
        assert!(!can_replace(&text, &function(&[], "integer")));
        let one = function(&[(ParameterMode::Table, "a", false)], "record");
        let other = function(&[(ParameterMode::Table, "b", false)], "record");
        assert!(!can_replace(&one, &other));
        let procedure = Function {
            routine: Routine::Procedure,
            ..text.clone()
        };
        assert!(!can_replace(&text, &procedure));
    }

    #[test]
    fn rights_of_the_owner_want_a_search_path() {
        let trusts = |definition: &str| {
            let definition = Expr::from_server(definition);
            Function {
                definition,
                ..function(&[], "text")
            }
            .trusts_any_search_path()
        };
        let end = "AS $function$ select 1 $function$";
        assert!(trusts(&format!(
            "()\n RETURNS text\n LANGUAGE sql\n STABLE SECURITY DEFINER\n{end}"
        )));
        assert!(!trusts(&format!(
            "()\n RETURNS text\n LANGUAGE sql\n SECURITY DEFINER\n SET search_path TO ''\n{end}"
        )));
        assert!(!trusts(&format!("()\n RETURNS text\n LANGUAGE sql\n{end}")));
    }
}
