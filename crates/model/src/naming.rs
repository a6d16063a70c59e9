//! Names for keys, checks and indexes whose struct gives them none.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Ident, QualifiedName};

/// How long a name may be: what PostgreSQL takes, on every dialect, so that names are the same on all.
const LONGEST: usize = 63;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedPart {
    /// A primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// An index.
    Index,
    /// A check.
    Check,
}

impl NamedPart {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] = [
        Self::PrimaryKey,
        Self::Unique,
        Self::ForeignKey,
        Self::Index,
        Self::Check,
    ];

    /// Its key in the settings.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PrimaryKey => "primary_key",
            Self::Unique => "unique",
            Self::ForeignKey => "foreign_key",
            Self::Index => "index",
            Self::Check => "check",
        }
    }

    /// What its template may hold.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::PrimaryKey | Self::Unique | Self::Index => &["table", "columns"],
            Self::ForeignKey => &["table", "columns", "target", "target_columns"],
            Self::Check => &["table", "n"],
        }
    }
}

/// A name with words in braces that stand for what it is about: `uq_{table}_{columns}`.
// Invariant: every word is one that the part has, and `table` is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate(String);

impl NameTemplate {
    /// Takes a template for a part.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(part: NamedPart, text: &str) -> Result<Self, String> {
        let mut rest = text;
        let mut has_table = false;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((word, behind)) = after.split_once('}') else {
                return Err("a `{` is not closed".to_owned());
            };
            if before.contains('}') || !part.words().contains(&word) {
                let known: Vec<String> = part
                    .words()
                    .iter()
                    .map(|word| format!("`{{{word}}}`"))
                    .collect();
                let known = known.join(", ");
                return Err(format!("`{{{word}}}` is unknown here; known are {known}"));
            }
            has_table |= word == "table";
            rest = behind;
        }
        if !has_table {
            return Err("`{table}` is missing: two tables would get the same name".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    fn filled(&self, words: &[(&str, String)]) -> String {
        let mut filled = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (word, behind) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            let value = words.iter().find(|(known, _)| *known == word);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

/// The templates of a project; a part without one is named by the server.
pub type NameTemplates = BTreeMap<NamedPart, NameTemplate>;

/// What a name is about.
#[derive(Debug, Default)]
pub(crate) struct About<'a> {
    /// Its columns; an expression is `expr`.
    pub(crate) columns: Vec<&'a str>,
    /// The table that a foreign key points at.
    pub(crate) target: Option<&'a Ident>,
    /// The columns that it points at.
    pub(crate) target_columns: &'a [Ident],
}

/// The names that were given in one table, so that no two are the same.
#[derive(Debug, Default)]
struct Given {
    names: BTreeSet<String>,
    checks: usize,
}

/// Gives names by the templates of a project.
#[derive(Debug)]
pub(crate) struct Namer<'a> {
    templates: &'a NameTemplates,
    given: BTreeMap<QualifiedName, Given>,
}

impl<'a> Namer<'a> {
    pub(crate) const fn new(templates: &'a NameTemplates) -> Self {
        Self {
            templates,
            given: BTreeMap::new(),
        }
    }

    /// The name of a part of a table, where there is a template for it. A name that the table has given
    /// already gets a number.
    pub(crate) fn name(
        &mut self,
        part: NamedPart,
        table: &QualifiedName,
        about: &About<'_>,
    ) -> Option<Ident> {
        let template = self.templates.get(&part)?;
        let given = self.given.entry(table.clone()).or_default();
        if part == NamedPart::Check {
            given.checks += 1;
        }
        let targets: Vec<&str> = about.target_columns.iter().map(Ident::as_str).collect();
        let name = template.filled(&[
            ("table", table.name.as_str().to_owned()),
            ("columns", about.columns.join("_")),
            (
                "target",
                about
                    .target
                    .map(Ident::as_str)
                    .unwrap_or_default()
                    .to_owned(),
            ),
            ("target_columns", targets.join("_")),
            ("n", given.checks.to_string()),
        ]);
        let mut free = short(&name);
        let mut number = 1;
        while !given.names.insert(free.clone()) {
            number += 1;
            free = short(&format!("{name}_{number}"));
        }
        Some(Ident::from_server(free))
    }
}

/// The name where it is short enough; else its beginning with a sum over all of it, so that two long
/// names that begin alike stay two.
fn short(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
    let sum = name.bytes().fold(0x811c_9dc5_u32, |sum, byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mut end = LONGEST - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{sum:08x}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(part: NamedPart, text: &str) -> NameTemplates {
        NameTemplates::from([(part, NameTemplate::parse(part, text).unwrap())])
    }

    fn book() -> QualifiedName {
        QualifiedName::unqualified(Ident::from_server("book"))
    }

    #[test]
    fn words_in_braces_stand_for_what_it_is_about() {
        let templates = template(
            NamedPart::ForeignKey,
            "fk_{table}_{columns}_{target}_{target_columns}",
        );
        let name = Namer::new(&templates).name(
            NamedPart::ForeignKey,
            &book(),
            &About {
                columns: vec!["a", "b"],
                target: Some(&Ident::from_server("author")),
                target_columns: &[Ident::from_server("x"), Ident::from_server("y")],
            },
        );
        assert_eq!(name.unwrap().as_str(), "fk_book_a_b_author_x_y");
    }

    #[test]
    fn two_of_a_table_do_not_become_one() {
        let templates = template(NamedPart::Index, "ix_{table}_{columns}");
        let mut namer = Namer::new(&templates);
        let mut name = |column: String| {
            let about = About {
                columns: vec![&column],
                ..About::default()
            };
            let name = namer.name(NamedPart::Index, &book(), &about).unwrap();
            name.as_str().to_owned()
        };
        assert_eq!(name("a".into()), "ix_book_a");
        assert_eq!(name("a".into()), "ix_book_a_2");
        let long = "é".repeat(40);
        let (one, other) = (name(format!("{long}1")), name(format!("{long}2")));
        assert!(one.len() <= 63 && other.len() <= 63);
        assert_eq!(one[..50], other[..50]);
        assert_ne!(one, other);
    }

    #[test]
    fn checks_are_counted() {
        let templates = template(NamedPart::Check, "ck_{table}_{n}");
        let mut namer = Namer::new(&templates);
        let mut name = || namer.name(NamedPart::Check, &book(), &About::default());
        assert_eq!(name().unwrap().as_str(), "ck_book_1");
        assert_eq!(name().unwrap().as_str(), "ck_book_2");
    }

    #[test]
    fn what_no_template_can_be_is_told() {
        let reason = |part, text| NameTemplate::parse(part, text).unwrap_err();
        assert_eq!(
            reason(NamedPart::Unique, "uq_{tabel}"),
            "`{tabel}` is unknown here; known are `{table}`, `{columns}`"
        );
        assert_eq!(
            reason(NamedPart::Unique, "uq_{table"),
            "a `{` is not closed"
        );
        assert_eq!(
            reason(NamedPart::Check, "ck_{n}"),
            "`{table}` is missing: two tables would get the same name"
        );
    }
}
