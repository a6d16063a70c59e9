//! Owners: the role that may do everything with an object, where that is another one than who is connected. PostgreSQL alone has them. Like privileges they are a side of the object, and they are read only where the settings ask for it.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Script};

use super::privileges::write_object;
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
        match self.on.kind {
            Kind::View => {
                script.keyword("VIEW ").name(&self.on.name);
            }
            Kind::MaterializedView => {
                script.keyword("MATERIALIZED VIEW ").name(&self.on.name);
            }
            Kind::Domain => {
                script.keyword("DOMAIN ").name(&self.on.name);
            }
            Kind::Statistics => {
                script.keyword("STATISTICS ").name(&self.on.name);
            }
            Kind::Publication => {
                script.keyword("PUBLICATION ").name(&self.on.name);
            }
            Kind::Server => {
                script.keyword("SERVER ").name(&self.on.name);
            }
            Kind::ForeignDataWrapper => {
                script.keyword("FOREIGN DATA WRAPPER ").name(&self.on.name);
            }
            Kind::EventTrigger => {
                script.keyword("EVENT TRIGGER ").name(&self.on.name);
            }
            _ => write_object(&self.on, &mut script),
        }
        script.keyword(" OWNER TO ");
        match &self.role {
            Some(role) => script.ident(role),
            None => script.keyword("CURRENT_USER"),
        };
        Step::new(script.into_text())
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
        let hazard = Hazard::warning(
            "owner_changed",
            format!("{} belongs to {who} from now on", pair.after.on),
        );
        Alteration::steps(vec![pair.after.say(context.dialect).with(hazard)])
    }
}
