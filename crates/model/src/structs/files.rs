//! From what can be said to the texts of files.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use schemist_catalog::object::Check;
use schemist_catalog::{Catalog, ObjectId};
use schemist_sql::{Dialect, Ident as SqlIdent, QualifiedName};
use syn::{Ident, Path};

use super::choices::{Choices, Spread, Sqlx, WrongName};
use super::enumeration::{self, Enumeration};
use super::names::{self, Fields, Items, Wanted};
use super::sayable::{self, Said, SaidTable};
use super::table::{self, Context, Naming};

/// Structs and enums, and what is not in them.
#[derive(Debug, Clone)]
pub struct Structs {
    /// The texts of the files, by their paths.
    pub files: BTreeMap<String, String>,
    /// Exactly what they declare.
    pub declared: Catalog,
    /// The packages that they need, beside schemist and sqlx, as `cargo add` takes them.
    pub crates: BTreeSet<String>,
    /// The features of sqlx that they need; none where they are not for it.
    pub sqlx_features: BTreeSet<String>,
    /// SQL types for which text stands, because no type of Rust is like them.
    pub makeshift: BTreeSet<String>,
}

/// Writes what can be said of a catalog; the tables of `whole` are left to SQL.
///
/// # Errors
/// [`WrongName`] where a name that was asked for cannot be given.
pub fn write(
    catalog: &Catalog,
    choices: &Choices,
    whole: &BTreeSet<ObjectId>,
) -> Result<Structs, WrongName> {
    let said = sayable::of(catalog, choices, whole);
    let derives = derives(choices)?;
    let names = Names::of(&said, choices)?;
    let mut enums: Vec<TokenStream> = Vec::new();
    let mut texts = Texts::new(choices.spread);
    let mut makeshift = BTreeSet::new();
    for enum_type in &said.enums {
        let ident = names.enums[&enum_type.name].clone();
        let written = Enumeration::of_type(ident, enum_type);
        enums.push(written.tokens(choices, &derives));
    }
    for said_table in &said.tables {
        let own = &names.tables[&said_table.table.name];
        let context = Context {
            dialect: catalog.dialect(),
            catalog,
            choices,
            own,
            tables: &names.tables,
            enums: &names.enums,
        };
        let of_columns = of_columns(&context, said_table);
        let checks: Vec<&Check> = of_columns.iter().filter_map(|found| found.check).collect();
        let mut items: Vec<TokenStream> = of_columns
            .iter()
            .map(|found| found.enumeration.tokens(choices, &derives))
            .collect();
        let written = table::write(&context, said_table, &checks, &derives);
        items.push(written.tokens);
        makeshift.extend(written.makeshift);
        let idents = of_columns
            .iter()
            .map(|found| found.enumeration.ident.clone());
        let idents = idents.chain([own.ident.clone()]).collect();
        texts.add(&own.module, items, written.uses, idents);
    }
    let idents = said.enums.iter().map(|own| names.enums[&own.name].clone());
    texts.add_enums(enums, idents.collect());
    let files = texts.finish();
    Ok(Structs {
        crates: packages(&files, choices.sqlx),
        sqlx_features: match choices.sqlx {
            Sqlx::Absent => BTreeSet::new(),
            Sqlx::Derived => sqlx_features(&files, catalog.dialect()),
        },
        files,
        declared: said.catalog,
        makeshift,
    })
}

/// Every name that is given.
struct Names {
    tables: BTreeMap<QualifiedName, Naming>,
    enums: BTreeMap<QualifiedName, Ident>,
}

impl Names {
    fn of(said: &Said, choices: &Choices) -> Result<Self, WrongName> {
        let mut wanted = Wanted::new(&choices.names);
        let mut items = Items::default();
        let mut tables: BTreeMap<QualifiedName, Naming> = BTreeMap::new();
        let mut enums = BTreeMap::new();
        for SaidTable { table, .. } in &said.tables {
            let ident = items.table(&mut wanted, &table.name, choices.number)?;
            let mut fields = Fields::new(choices.case);
            let mut named: BTreeMap<SqlIdent, Ident> = BTreeMap::new();
            // Columns that keep their names come first, so that no other takes one of them.
            let (kept, other): (Vec<_>, Vec<_>) = table.columns.iter().partition(|column| {
                let name = column.name.as_str();
                names::ident(name).is_some() && name == name.to_lowercase()
            });
            for column in kept.into_iter().chain(other) {
                let field = fields.field(&mut wanted, &table.name, column.name.as_str())?;
                named.insert(column.name.clone(), field);
            }
            let naming = Naming {
                module: items.module(&ident),
                ident,
                fields: named,
                enums: BTreeMap::new(),
            };
            tables.insert(table.name.clone(), naming);
        }
        for enum_type in &said.enums {
            let ident = items.enumeration(&mut wanted, &enum_type.name)?;
            enums.insert(enum_type.name.clone(), ident);
        }
        let dialect = said.catalog.dialect();
        for SaidTable { table, .. } in &said.tables {
            let Some(naming) = tables.get_mut(&table.name) else {
                continue;
            };
            for column in table.columns.iter() {
                if enumeration::of_column(dialect, table, column, choices).is_some() {
                    let ident = items.of_column(&naming.ident, column.name.as_str());
                    naming.enums.insert(column.name.clone(), ident);
                }
            }
        }
        wanted.finish()?;
        Ok(Self { tables, enums })
    }
}

/// An enum that is a column's, and the check that makes it one.
struct OfColumn<'a> {
    enumeration: Enumeration,
    check: Option<&'a Check>,
}

fn of_columns<'a>(context: &Context<'_>, said: &'a SaidTable) -> Vec<OfColumn<'a>> {
    let table = &said.table;
    let columns = table.columns.iter();
    let found = columns.filter_map(|column| {
        let ident = context.own.enums.get(&column.name)?.clone();
        let (labels, check) =
            enumeration::of_column(context.dialect, table, column, context.choices)?;
        let enumeration = Enumeration {
            dialect: context.dialect,
            ident,
            type_name: None,
            labels,
            comment: None,
        };
        Some(OfColumn { enumeration, check })
    });
    found.collect()
}

fn derives(choices: &Choices) -> Result<Vec<Path>, WrongName> {
    const OWN: &[&str] = &[
        "Debug",
        "Clone",
        "Copy",
        "PartialEq",
        "Eq",
        "Model",
        "DbEnum",
    ];
    let parse =
        |text: &String| syn::parse_str::<Path>(text).map_err(|_| WrongName::NoDerive(text.clone()));
    let mut derives = Vec::new();
    for text in &choices.derives {
        let path = parse(text)?;
        let is_own = OWN.iter().any(|own| path.is_ident(own));
        if !is_own && !derives.contains(&path) {
            derives.push(path);
        }
    }
    Ok(derives)
}

/// The items of each file.
struct Texts {
    spread: Spread,
    files: BTreeMap<String, (Vec<TokenStream>, BTreeSet<String>)>,
    modules: Vec<(String, Vec<Ident>)>,
}

impl Texts {
    const fn new(spread: Spread) -> Self {
        Self {
            spread,
            files: BTreeMap::new(),
            modules: Vec::new(),
        }
    }

    fn add(
        &mut self,
        module: &str,
        items: Vec<TokenStream>,
        uses: BTreeSet<String>,
        idents: Vec<Ident>,
    ) {
        let (file, uses) = match self.spread {
            Spread::Several => {
                self.modules.push((module.to_owned(), idents));
                (module, uses)
            }
            Spread::One => ("schema", BTreeSet::new()),
        };
        let (own, own_uses) = self.files.entry(file.to_owned()).or_default();
        own.extend(items);
        own_uses.extend(uses);
    }

    fn add_enums(&mut self, items: Vec<TokenStream>, idents: Vec<Ident>) {
        if items.is_empty() {
            return;
        }
        match self.spread {
            Spread::Several => self.add("enums", items, BTreeSet::new(), idents),
            Spread::One => {
                let (own, _) = self.files.entry("schema".to_owned()).or_default();
                own.splice(..0, items);
            }
        }
    }

    fn finish(mut self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (module, (items, uses)) in &self.files {
            texts.insert(format!("{module}.rs"), text(items, uses));
        }
        self.modules.sort();
        for (_, idents) in &mut self.modules {
            idents.sort();
        }
        if !self.modules.is_empty() {
            let each = self.modules.iter().map(|(module, idents)| {
                let module = names::ident(module);
                quote!(mod #module; pub use #module::{#(#idents),*};)
            });
            texts.insert("mod.rs".to_owned(), printed(&quote!(#(#each)*)));
        }
        texts
    }
}

fn text(items: &[TokenStream], uses: &BTreeSet<String>) -> String {
    let all: String = items.iter().map(ToString::to_string).collect();
    // Each item derives one of the two.
    let derives = [("DbEnum", "pub enum "), ("Model", "pub struct ")];
    let derives = derives.iter().filter(|(_, item)| all.contains(item));
    let derives: Vec<Ident> = derives.filter_map(|(name, _)| names::ident(name)).collect();
    let derives = match derives.as_slice() {
        [one] => quote!(use schemist::#one;),
        several => quote!(use schemist::{#(#several),*};),
    };
    let uses: Vec<Ident> = uses.iter().filter_map(|name| names::ident(name)).collect();
    let uses = match uses.as_slice() {
        [] => quote!(),
        [one] => quote!(use super::#one;),
        several => quote!(use super::{#(#several),*};),
    };
    let mut text = printed(&derives);
    let uses = printed(&uses);
    if !uses.is_empty() {
        // As rustfmt has them: what is beside comes in a paragraph of its own.
        text.push('\n');
        text.push_str(&uses);
    }
    for item in items {
        text.push('\n');
        text.push_str(&printed(item));
    }
    text
}

/// The tokens as people write them; as they are where that fails, which the compiler tells then.
fn printed(tokens: &TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}

/// A package whose types structs may have.
struct Package {
    /// How paths name it.
    path: &'static str,
    /// What `cargo add` is given where sqlx does not say which version.
    name: &'static str,
    /// What it is given where the types are to be those that sqlx reads.
    for_sqlx: &'static str,
    /// The feature of sqlx that reads its types.
    feature: Option<&'static str>,
}

const fn package(path: &'static str, feature: &'static str) -> Package {
    Package {
        path,
        name: path,
        for_sqlx: path,
        feature: Some(feature),
    }
}

const PACKAGES: &[Package] = &[
    Package {
        name: "bit-vec",
        // The newest is not the one that sqlx has.
        for_sqlx: "bit-vec@0.8",
        ..package("bit_vec", "bit-vec")
    },
    package("chrono", "chrono"),
    package("ipnetwork", "ipnetwork"),
    Package {
        feature: None,
        ..package("jiff", "")
    },
    Package {
        name: "jiff-sqlx",
        for_sqlx: "jiff-sqlx",
        feature: None,
        ..package("jiff_sqlx", "")
    },
    package("mac_address", "mac_address"),
    package("rust_decimal", "rust_decimal"),
    package("serde_json", "json"),
    package("time", "time"),
    package("uuid", "uuid"),
];

/// The packages that paths in the files begin with.
fn used(files: &BTreeMap<String, String>) -> impl Iterator<Item = &'static Package> + '_ {
    let is_used = move |package: &&Package| {
        let path = format!("{}::", package.path);
        let begins = |text: &String| {
            text.match_indices(&path).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            })
        };
        files.values().any(begins)
    };
    PACKAGES.iter().filter(is_used)
}

/// What `cargo add` is given for the types of the files.
fn packages(files: &BTreeMap<String, String>, sqlx: Sqlx) -> BTreeSet<String> {
    let name = |package: &Package| match sqlx {
        Sqlx::Absent => package.name.to_owned(),
        Sqlx::Derived => package.for_sqlx.to_owned(),
    };
    used(files).map(name).collect()
}

/// The features of sqlx that read the types of the files, and speak to the server.
fn sqlx_features(files: &BTreeMap<String, String>, dialect: Dialect) -> BTreeSet<String> {
    let features = used(files).filter_map(|package| package.feature);
    let all = features.chain([dialect.name()]);
    all.map(str::to_owned).collect()
}
