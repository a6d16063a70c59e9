//! The hash of a catalog, as it stands in a revision's header and in the journal.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Kind};
use schemist_connect::ServerVersion;
use schemist_sql::Dialect;
use sha2::{Digest, Sha256};

use crate::settings::PrivilegesChoice;

/// The hash of a catalog: eight hexadecimal digits, equal for equal catalogs.
pub fn catalog_hash(catalog: &Catalog) -> String {
    let digest = Sha256::digest(catalog.canonical_text().as_bytes());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What the journal notes of a catalog: its hash, and behind it that of the catalog without privileges,
/// where it has any. Who may do what changes beside the revisions in many places, and is no drift there.
pub fn noted(catalog: &Catalog) -> String {
    let (whole, bare) = (catalog_hash(catalog), bare_hash(catalog));
    if whole == bare {
        return whole;
    }
    format!("{whole} {bare}")
}

/// Whether a catalog is what the journal, or a revision's header, notes; `compared` says whether
/// privileges count.
pub fn is_noted(noted: &str, catalog: &Catalog, compared: PrivilegesChoice) -> bool {
    let mut hashes = noted.split_whitespace();
    let whole = hashes.next().unwrap_or_default();
    let bare = hashes.next().unwrap_or(whole);
    match compared {
        PrivilegesChoice::Compared => whole == catalog_hash(catalog),
        PrivilegesChoice::LeftAlone => bare == bare_hash(catalog) || whole == catalog_hash(catalog),
    }
}

fn bare_hash(catalog: &Catalog) -> String {
    let kinds = BTreeSet::from([Kind::DefaultPrivileges, Kind::Privileges]);
    catalog_hash(&catalog.without(&kinds))
}

/// What tells catalogs of one product's releases apart: `postgres15`, `sqlite`.
pub fn server_label(version: &ServerVersion) -> String {
    match version.dialect {
        Dialect::Sqlite => version.dialect.name().to_owned(),
        Dialect::Postgres | Dialect::Mysql => {
            format!("{}{}", version.dialect.name(), version.major)
        }
    }
}
