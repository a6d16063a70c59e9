//! Reads what belongs to extensions: it is theirs, and what depends on it depends on them.

use super::address::{Address, class};
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("members of extensions", include_str!("member.sql"));

/// Reads the members of all extensions.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let address = Address::whole(row.number("class")?, row.number("object")?);
        reading.members.insert(address);
        let extension = Address::whole(class::EXTENSION, row.number("extension")?);
        if let Some((id, part)) = reading.addresses.get(extension) {
            let (id, part) = (id.clone(), part.clone());
            reading.addresses.add(address, id, part);
        }
    }
    Ok(())
}
