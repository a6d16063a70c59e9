//! The ways in which sqlx and we turn a Rust name into a database's name.

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _,
    ToUpperCamelCase as _,
};

use crate::Text;

/// A way of writing names, as sqlx's `rename_all` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `lowercase`
    Lower,
    /// `snake_case`
    Snake,
    /// `UPPERCASE`
    Upper,
    /// `SCREAMING_SNAKE_CASE`
    ScreamingSnake,
    /// `kebab-case`
    Kebab,
    /// `camelCase`
    Camel,
    /// `PascalCase`
    Pascal,
}

impl Case {
    const ALL: [(&'static str, Self); 7] = [
        ("lowercase", Self::Lower),
        ("snake_case", Self::Snake),
        ("UPPERCASE", Self::Upper),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
    ];

    /// Reads the word that stands after `rename_all =`.
    ///
    /// # Errors
    /// A message at the word where it names no case.
    pub fn parse(word: &Text) -> syn::Result<Self> {
        let found = Self::ALL.iter().find(|(name, _)| *name == word.value);
        let Some((_, case)) = found else {
            let known = Self::ALL.map(|(name, _)| format!("`{name}`")).join(", ");
            return Err(syn::Error::new(
                word.span,
                format!("unknown case; known are {known}"),
            ));
        };
        Ok(*case)
    }

    /// Writes a Rust name this way.
    pub fn apply(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Snake => name.to_snake_case(),
            Self::Upper => name.to_uppercase(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Pascal => name.to_upper_camel_case(),
        }
    }
}
