//! Events: statements that run at times of the clock. MySQL and MariaDB have them. Every change makes one anew: what its schedule counts from begins again anyway.

use schemist_sql::{Dialect, QualifiedName, Script};

use super::ExprPairing;
use crate::{Alteration, Context, Definition, Expr, Kind, ObjectId, Pair, Step};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Its name.
    pub name: QualifiedName,
    /// Everything after the name, as the server prints it: `ON SCHEDULE …` to the end. A time that the
    /// server put in because none was written is left out.
    pub definition: Expr,
}

impl Definition for Event {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::Event, self.name.clone())
    }

    fn mentions(&self) -> Option<&str> {
        Some(self.definition.as_str())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE EVENT ")
            .name(&self.name)
            .keyword(" ")
            .expression(self.definition.as_str());
        vec![Step::new(script.into_text())]
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP EVENT ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, _context: &Context<'_>) -> Alteration {
        if pair.differs() {
            return Alteration::Recreate;
        }
        Alteration::nothing()
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
    use insta::assert_snapshot;
    use schemist_sql::Ident;

    use super::*;

    #[test]
    fn an_event_is_written_with_its_schedule() {
        let event = Event {
            name: QualifiedName::unqualified(Ident::from_server("tidy")),
            definition: Expr::from_server("ON SCHEDULE EVERY 1 DAY DO delete from log"),
        };
        let steps = event
            .create(Dialect::Mysql)
            .into_iter()
            .chain(event.drop(Dialect::Mysql));
        let text: Vec<_> = steps.map(|step| step.sql).collect();
        assert_snapshot!(text.join(";\n"), @"
        CREATE EVENT `tidy` ON SCHEDULE EVERY 1 DAY DO delete from log;
        DROP EVENT `tidy`
        ");
    }
}
