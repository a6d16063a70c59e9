//! Collations: how texts are sorted and compared. PostgreSQL makes them anew for anything but a name. Which version of its library sorted the rows is the database's own affair and no part of the schema. Where a table has columns of one, it is replaced by a new one under its name.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, in_schema, type_swap};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// Who knows how texts are sorted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum CollationProvider {
    /// The system's library.
    Libc,
    /// The library of the Unicode Consortium.
    Icu,
    /// The server itself (17 and later).
    Builtin,
}

impl CollationProvider {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Libc => "libc",
            Self::Icu => "icu",
            Self::Builtin => "builtin",
        }
    }
}

/// A collation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Collation {
    /// Its name.
    pub name: QualifiedName,
    /// Who knows how texts are sorted.
    pub provider: CollationProvider,
    /// The locale of ICU or of the server; the system's library has two.
    pub locale: Option<String>,
    /// The locale that sorts, of the system's library.
    pub lc_collate: Option<String>,
    /// The locale that tells letters from other signs, of the system's library.
    pub lc_ctype: Option<String>,
    /// Whether texts are equal only if they are the same bytes.
    pub deterministic: bool,
    /// Rules of sorting in addition to the locale's (ICU, 16 and later).
    pub rules: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Collation {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("COLLATION ", &self.name.quoted(dialect))
    }

    fn fixed(&self) -> Self {
        Self {
            comment: None,
            ..self.clone()
        }
    }
}

impl Definition for Collation {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::Collation, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE COLLATION ")
            .name(&self.name)
            .keyword(" (PROVIDER = ")
            .keyword(self.provider.keyword());
        let locales = if self.lc_collate == self.lc_ctype {
            let locale = self.locale.as_ref().or(self.lc_collate.as_ref());
            [(", LOCALE = ", locale), ("", None)]
        } else {
            [
                (", LC_COLLATE = ", self.lc_collate.as_ref()),
                (", LC_CTYPE = ", self.lc_ctype.as_ref()),
            ]
        };
        for (words, value) in locales {
            if let Some(value) = value {
                script.keyword(words).literal(value);
            }
        }
        if !self.deterministic {
            script.keyword(", DETERMINISTIC = false");
        }
        if let Some(rules) = &self.rules {
            script.keyword(", RULES = ").literal(rules);
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
        script.keyword("DROP COLLATION ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let alteration = comment::alter_or_recreate(
            pair.map(Self::fixed),
            pair.map(|side| side.comment.as_deref()),
            &pair.after.comment_target(dialect),
            context,
        );
        if alteration == Alteration::Recreate && type_swap::is_stored(&pair.after.id(), context) {
            let successor = pair.after.create(dialect);
            return type_swap::swap(dialect, "COLLATION", &pair.before.name, successor);
        }
        alteration
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Ident;

    use super::*;

    fn created(collation: &Collation) -> String {
        collation.create(Dialect::Postgres)[0].sql.clone()
    }

    #[test]
    fn each_library_has_locales_of_its_own() {
        let icu = Collation {
            name: QualifiedName::unqualified(Ident::from_server("de")),
            provider: CollationProvider::Icu,
            locale: Some("de-u-co-phonebk".to_owned()),
            lc_collate: None,
            lc_ctype: None,
            deterministic: false,
            rules: Some("&V << w".to_owned()),
            comment: None,
        };
        let libc = Collation {
            provider: CollationProvider::Libc,
            locale: None,
            lc_collate: Some("C".to_owned()),
            lc_ctype: Some("de_DE".to_owned()),
            deterministic: true,
            rules: None,
            ..icu.clone()
        };
        let same = Collation {
            lc_ctype: libc.lc_collate.clone(),
            ..libc.clone()
        };
        assert_snapshot!(created(&icu), @r#"CREATE COLLATION "de" (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = false, RULES = '&V << w')"#);
        assert_snapshot!(created(&libc), @r#"CREATE COLLATION "de" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'de_DE')"#);
        assert_snapshot!(created(&same), @r#"CREATE COLLATION "de" (PROVIDER = libc, LOCALE = 'C')"#);
    }
}
