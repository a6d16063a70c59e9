//! Range types over a type of values. PostgreSQL alone has them. Nothing of one can be altered but its comment. Where a table holds its values it is replaced by a new one under its name; the functions that make its values bear that name, too, and step aside with it.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema, type_swap};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// A range type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RangeType {
    /// Its name.
    pub name: QualifiedName,
    /// The type of its values in the server's words.
    pub subtype: String,
    /// The object that the type of its values is, where it is one of the database.
    pub base: Option<ObjectId>,
    /// The operator class that sorts its values, where it is not the type's default.
    pub operator_class: Option<String>,
    /// The collation that sorts its values, where it is not the type's own.
    pub collation: Option<String>,
    /// The function that gives equal ranges one form.
    pub canonical: Option<String>,
    /// The function that tells how far two values are apart.
    pub subtype_diff: Option<String>,
    /// The name of the type of several ranges (14 and later).
    pub multirange: Option<QualifiedName>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl RangeType {
    /// The id of the type of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::RangeType, name.clone())
    }

    /// Whether the server would choose this name for the type of several ranges.
    fn would_choose(name: &Ident, multirange: &Ident) -> bool {
        let name = name.as_str();
        let chosen = match name.split_once("range") {
            Some((first, rest)) => format!("{first}multirange{rest}"),
            None => format!("{name}_multirange"),
        };
        multirange.as_str() == chosen
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TYPE ", &self.name.quoted(dialect))
    }
}

impl Definition for RangeType {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        references.extend(self.base.clone().map(|object| Reference {
            object,
            part: Part::Whole,
        }));
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE TYPE ")
            .name(&self.name)
            .keyword(" AS RANGE (SUBTYPE = ")
            .expression(&self.subtype);
        let further = [
            (", SUBTYPE_OPCLASS = ", &self.operator_class),
            (", COLLATION = ", &self.collation),
            (", CANONICAL = ", &self.canonical),
            (", SUBTYPE_DIFF = ", &self.subtype_diff),
        ];
        for (words, value) in further {
            if let Some(value) = value {
                script.keyword(words).expression(value);
            }
        }
        let chosen = |multirange: &&QualifiedName| {
            multirange.schema == self.name.schema
                && Self::would_choose(&self.name.name, &multirange.name)
        };
        if let Some(multirange) = self.multirange.as_ref().filter(|name| !chosen(name)) {
            script.keyword(", MULTIRANGE_TYPE_NAME = ").name(multirange);
        }
        script.keyword(")");
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP TYPE ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let silent = |side: &Self| Self {
            comment: None,
            ..side.clone()
        };
        let falls = context.has(Effect::Removed) || context.has(Effect::Swapped);
        if falls || pair.map(silent).differs() {
            return if type_swap::is_stored(&pair.after.id(), context) {
                swap(pair, context.dialect)
            } else {
                Alteration::Recreate
            };
        }
        Alteration::steps(comment::on_alter(
            context.dialect,
            &pair.after.comment_target(context.dialect),
            pair.map(|side| side.comment.as_deref()),
        ))
    }
}

/// Puts the type aside with the one of several ranges and the functions that make values of them.
fn swap(pair: Pair<&RangeType>, dialect: Dialect) -> Alteration {
    let before = pair.before;
    let mut swap = type_swap::swap(dialect, "TYPE", &before.name, Vec::new());
    let Alteration::InPlace(plan) = &mut swap else {
        return swap;
    };
    let step_aside = |word: &'static str, name: &QualifiedName, arguments: &str| {
        let mut script = Script::new(dialect);
        script
            .keyword(word)
            .name(name)
            .expression(arguments)
            .keyword(" RENAME TO ")
            .ident(&type_swap::name_aside(name).name);
        Step::new(script.into_text())
    };
    let subtype = &before.subtype;
    for arguments in [
        format!("({subtype}, {subtype})"),
        format!("({subtype}, {subtype}, text)"),
    ] {
        plan.main
            .push(step_aside("ALTER FUNCTION ", &before.name, &arguments));
    }
    if let Some(multirange) = &before.multirange {
        plan.main.push(step_aside("ALTER TYPE ", multirange, ""));
        let range = type_swap::name_aside(&before.name).quoted(dialect);
        for arguments in [
            "()".to_owned(),
            format!("({range})"),
            format!("(VARIADIC {range}[])"),
        ] {
            plan.main
                .push(step_aside("ALTER FUNCTION ", multirange, &arguments));
        }
    }
    plan.main.extend(pair.after.create(dialect));
    swap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_chooses_the_name_of_several_ranges() {
        let chosen = |name: &str, multirange: &str| {
            RangeType::would_choose(&Ident::from_server(name), &Ident::from_server(multirange))
        };
        assert!(chosen("price_range", "price_multirange"));
        assert!(chosen("span", "span_multirange"));
        assert!(!chosen("price_range", "price_ranges"));
    }
}
