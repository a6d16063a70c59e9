//! Owners: the role that may do everything with an object, where that is another one than who is connected. PostgreSQL alone has them. Like privileges they are a side of the object, and they are read only where the settings ask for it.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Script};

use crate::hazard::rights;
use crate::{
    Alteration, Catalog, Context, Definition, Hazard, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// The owner of one object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Owner {
    /// What is owned.
    pub on: ObjectId,
    /// The owner; `None` for whoever is connected.
    pub role: Option<Ident>,
}

impl Owner {
    /// The id of the owner of an object.
    pub fn id_of(on: &ObjectId) -> ObjectId {
        ObjectId::side_of(Kind::Owner, on)
    }

    fn say(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("ALTER ");
        self.write_object(&mut script);
        script.keyword(" OWNER TO ");
        match &self.role {
            Some(role) => script.ident(role),
            None => script.keyword("CURRENT_USER"),
        };
        Step::new(script.into_text())
    }
}

impl Owner {
    fn write_object(&self, script: &mut Script) {
        let (on, name) = (&self.on, &self.on.name);
        match (on.kind, &on.arguments) {
            (Kind::BaseType | Kind::Enum | Kind::CompositeType | Kind::RangeType, _) => {
                script.keyword("TYPE ").name(name);
            }
            // The word serves functions, procedures and aggregates.
            (Kind::Function | Kind::Aggregate, Some(arguments)) => {
                script.keyword("ROUTINE ").name(name).keyword("(");
                script.expression(arguments).keyword(")");
            }
            (Kind::Operator, Some(arguments)) => {
                script.keyword("OPERATOR ");
                if let Some(schema) = &name.schema {
                    script.ident(schema).keyword(".");
                }
                script.expression(name.name.as_str()).keyword("(");
                script.expression(arguments).keyword(")");
            }
            (kind, further) => {
                let word = kind.word().to_uppercase();
                script.expression(&word).keyword(" ").name(name);
                // An operator class or family is one of an access method.
                if let Some(method) = further {
                    script.keyword(" USING ").ident(&Ident::from_server(method));
                }
            }
        }
    }
}

impl Definition for Owner {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.on)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::from([Reference {
            object: self.on.clone(),
            part: Part::Whole,
        }])
    }

    fn roles(&self) -> BTreeSet<Ident> {
        self.role.iter().cloned().collect()
    }

    fn absence(&self, catalogs: Pair<&Catalog>) -> Option<Self> {
        let stands = catalogs.map(|catalog| catalog.get(&self.on).is_some());
        (!stands.differs()).then(|| Self {
            role: None,
            ..self.clone()
        })
    }

    fn adapted(&self, catalog: &Catalog) -> Option<Self> {
        catalog.get(&self.on).map(|_| self.clone())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        self.role.iter().map(|_| self.say(dialect)).collect()
    }

    fn drop(&self, _dialect: Dialect) -> Vec<Step> {
        // It goes with what it owns.
        Vec::new()
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let is_remade = context.disturbed.iter().any(|disturbance| {
            disturbance.object == pair.after.on && disturbance.part == Part::Whole
        });
        if is_remade {
            return Alteration::Recreate;
        }
        if !pair.differs() {
            return Alteration::nothing();
        }
        let who = match &pair.after.role {
            Some(role) => format!("role {role}"),
            None => "who runs this".to_owned(),
        };
        let hazard = Hazard::new(
            &rights::OWNER_CHANGED,
            format!("{} belongs to {who} from now on", pair.after.on),
        );
        Alteration::steps(vec![pair.after.say(context.dialect).with(hazard)])
    }
}
