//! How the maps of a catalog are written where it is stored: as lists.
//!
//! An object says its own id, so that no stored catalog can hold one under a name that is not its own;
//! and a format whose keys are texts, such as JSON, can hold a catalog too.

/// Objects without their ids.
pub(crate) mod objects {
    use std::collections::BTreeMap;
    use std::fmt;

    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserializer, Serializer};

    use crate::{Object, ObjectId};

    pub(crate) fn serialize<S: Serializer>(
        objects: &BTreeMap<ObjectId, Object>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(objects.values())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ObjectId, Object>, D::Error> {
        deserializer.deserialize_seq(Listed)
    }

    /// Takes objects as they come: a list of them beside the map would be as large as the map.
    struct Listed;

    impl<'de> Visitor<'de> for Listed {
        type Value = BTreeMap<ObjectId, Object>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<Self::Value, A::Error> {
            // What a damaged list says of its length is not believed.
            let mut listed = Vec::with_capacity(objects.size_hint().unwrap_or(0).min(MOST_AT_ONCE));
            while let Some(object) = objects.next_element::<Object>()? {
                listed.push((object.id(), object));
            }
            let count = listed.len();
            let objects: BTreeMap<_, _> = listed.into_iter().collect();
            if objects.len() < count {
                return Err(A::Error::custom("two objects have the same name"));
            }
            Ok(objects)
        }
    }

    /// For how many objects there is room from the start at most.
    const MOST_AT_ONCE: usize = 10_000;
}

/// What the database said that objects depend on.
pub(crate) mod dependencies {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::{ObjectId, Reference};

    pub(crate) fn serialize<S: Serializer>(
        dependencies: &BTreeMap<ObjectId, Vec<Reference>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(dependencies)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ObjectId, Vec<Reference>>, D::Error> {
        let listed = Vec::<(ObjectId, Vec<Reference>)>::deserialize(deserializer)?;
        Ok(listed.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use schemist_sql::{Dialect, Ident, QualifiedName};

    use crate::object::{Column, ColumnSource, Schema, Table};
    use crate::{Catalog, Expr, Part, Reference};

    fn catalog() -> Catalog {
        let mut catalog = Catalog::new(Dialect::Postgres);
        let app = Ident::from_server("app");
        let schema = catalog.insert(Schema {
            is_default: false,
            name: app.clone(),
            comment: None,
        });
        let mut table = Table::new(QualifiedName {
            schema: Some(app),
            name: Ident::from_server("book"),
        });
        let mut id = Column::new(Ident::from_server("id"), "integer");
        let seen_again = Expr::from_server("1 + 0");
        id.source = ColumnSource::Default(Expr::from_server("(1 + 0)").with_form(&seen_again));
        table.columns.push(id);
        let table = catalog.insert(table);
        catalog.depend(
            table,
            Reference {
                object: schema,
                part: Part::Whole,
            },
        );
        catalog.note_unmanaged("cast from a to b");
        catalog
    }

    #[test]
    fn a_catalog_comes_back_with_everything_that_equality_does_not_see() -> serde_json::Result<()> {
        let catalog = catalog();
        let stored = serde_json::to_string(&catalog)?;
        let back: Catalog = serde_json::from_str(&stored)?;
        assert_eq!(back.objects(), catalog.objects());
        assert_eq!(back.dependencies(), catalog.dependencies());
        assert_eq!(back.unmanaged(), catalog.unmanaged());
        assert_eq!(serde_json::to_string(&back)?, stored);
        assert!(stored.contains(r#""forms":["1 + 0"]"#), "{stored}");
        Ok(())
    }

    #[test]
    fn a_stored_catalog_that_cannot_be_is_refused() -> serde_json::Result<()> {
        let stored = serde_json::to_string(&catalog())?;
        let nameless = stored.replace(r#""id""#, r#""""#);
        let error = serde_json::from_str::<Catalog>(&nameless).unwrap_err();
        assert!(
            error.to_string().starts_with("a name is not empty"),
            "{error}"
        );
        let schema = r#"{"Schema":{"name":"app","comment":null,"is_default":false}}"#;
        let twice = stored.replace(schema, &format!("{schema},{schema}"));
        let error = serde_json::from_str::<Catalog>(&twice).unwrap_err();
        assert!(error.to_string().starts_with("two objects"), "{error}");
        Ok(())
    }
}
