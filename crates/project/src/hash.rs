//! The hash of a catalog, as it stands in a revision's header and in the journal.

use schemist_catalog::Catalog;
use schemist_connect::ServerVersion;
use schemist_sql::Dialect;
use sha2::{Digest, Sha256};

/// The hash of a catalog: eight hexadecimal digits, equal for equal catalogs.
pub fn catalog_hash(catalog: &Catalog) -> String {
    let digest = Sha256::digest(catalog.canonical_text().as_bytes());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
