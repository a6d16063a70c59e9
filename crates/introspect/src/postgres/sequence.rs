//! Reads sequences, those behind serial and identity columns among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemist_catalog::object::{Sequence, SequenceOptions};
use schemist_catalog::{ObjectId, Part};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table::Tables;
use crate::{IntrospectError, Omission};

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("sequences", include_str!("sequence.sql"))
    .if_any("pg_catalog.pg_sequence WHERE seqrelid >= 16384");

/// A sequence, and what only the server calls it by.
#[derive(Debug, Clone)]
pub(super) struct ReadSequence {
    /// Its number.
    pub(super) number: u32,
    /// The sequence, without its owner.
    pub(super) sequence: Sequence,
    /// Whether it is a part of an identity column.
    pub(super) is_identity: bool,
    /// Whether it survives a crash where its table does, as the sequence of a serial column.
    pub(super) survives_as_owner: bool,
    /// The default that takes its next value, as the server prints it; only where a column owns it.
    pub(super) next_value: Option<String>,
}

/// All sequences that are read, until it is known what becomes of each.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    owned: BTreeMap<(u32, i16), Vec<ReadSequence>>,
    free: Vec<ReadSequence>,
}

impl Sequences {
    /// The sequences of a column.
    pub(super) fn of(&self, table: u32, column: i16) -> &[ReadSequence] {
        self.owned
            .get(&(table, column))
            .map_or(&[], |sequences| sequences)
    }

    /// Takes out a sequence that is a part of its column, and says where it is kept.
    pub(super) fn take(
        &mut self,
        reading: &mut Reading<'_>,
        place: (u32, i16),
        column: (&Arc<ObjectId>, &Ident),
        number: u32,
    ) {
        if let Some(sequences) = self.owned.get_mut(&place) {
            sequences.retain(|sequence| sequence.number != number);
        }
        let address = Address::whole(class::RELATION, number);
        let part = Part::Column(column.1.clone());
        reading.addresses.add(address, Arc::clone(column.0), part);
    }

    /// Puts all that are left into the catalog; those of tables that are not read go with them.
    pub(super) fn insert(self, reading: &mut Reading<'_>, tables: &Tables) {
        for sequence in self.free {
            insert(reading, sequence);
        }
        for ((table, column), sequences) in self.owned {
            let Some(owner) = tables.get(table) else {
                continue;
            };
            let Some(column) = owner.column(column) else {
                continue;
            };
            for mut sequence in sequences {
                let owner = (owner.table.name.clone(), column.clone());
                sequence.sequence.owned_by = Some(owner);
                insert(reading, sequence);
            }
        }
    }
}

fn insert(reading: &mut Reading<'_>, read: ReadSequence) {
    let id = Sequence::id_of(&read.sequence.name);
    // One that a column owns goes with its table.
    let omission = reading.omission(id.kind, &id.name);
    let follows = read.sequence.owned_by.is_some() && omission == Some(Omission::NotIncluded);
    if follows || !reading.omits(class::RELATION, read.number, &id) {
        reading.insert(class::RELATION, read.number, read.sequence);
    }
}

/// Reads sequences.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<Sequences, IntrospectError> {
    let mut sequences = Sequences::default();
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        if reading.is_member(class::RELATION, number) {
            continue;
        }
        let data_type: String = row.get("data_type")?;
        let read = ReadSequence {
            number,
            is_identity: row.get::<Option<bool>>("is_identity")? == Some(true),
            survives_as_owner: row.get::<Option<bool>>("survives_as_owner")? == Some(true),
            next_value: row.get("next_value")?,
            sequence: Sequence {
                name: reading.name(&row)?,
                options: options(&row, &data_type)?,
                data_type,
                owned_by: None,
                unlogged: row.get("unlogged")?,
                engine: None,
                comment: reading.comment(class::RELATION, number),
            },
        };
        let owner = row.get::<Option<Oid>>("owner")?;
        match (owner, row.get::<Option<i32>>("owner_column")?) {
            (Some(Oid(table)), Some(column)) => {
                let column = i16::try_from(column).unwrap_or_default();
                let place = sequences.owned.entry((table, column)).or_default();
                place.push(read);
            }
            _ => sequences.free.push(read),
        }
    }
    Ok(sequences)
}

/// What differs from what the server takes by itself, for the type and the direction.
fn options(row: &Answer, data_type: &str) -> Result<SequenceOptions, IntrospectError> {
    let (lowest, highest) = match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let increment: i64 = row.get("increment")?;
    let minimum: i64 = row.get("minimum")?;
    let maximum: i64 = row.get("maximum")?;
    let (own_minimum, own_maximum, own_start) = if increment > 0 {
        (1, highest, minimum)
    } else {
        (lowest, -1, maximum)
    };
    let unless = |value: i64, own: i64| (value != own).then_some(value);
    Ok(SequenceOptions {
        start: unless(row.get("start")?, own_start),
        increment: unless(increment, 1),
        minimum: unless(minimum, own_minimum),
        maximum: unless(maximum, own_maximum),
        cache: unless(row.get("cache")?, 1),
        cycles: row.get("cycles")?,
    })
}
