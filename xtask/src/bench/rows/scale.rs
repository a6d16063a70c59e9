//! Whether time and memory grow no faster than the number of tables.

use super::check::Clean;
use super::list::Measured;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::Ground;
use crate::bench::schema::{Checks, Product, Schema};

/// How many times the usual number of tables there are.
const SIZES: [usize; 3] = [1, 5, 10];

/// How many times as much each table may take as one of the usual number.
const LIMIT: f64 = 1.3;

/// How often the slow ones are run at most.
const FEW: usize = 3;

/// `check` at each size, warm and cold.
pub fn scale(ground: &Ground) -> Result<Measured, String> {
    let mut places = Vec::new();
    for size in SIZES {
        let tables = ground.tables * size;
        let schema = Schema::made_up(tables, Product::Postgres, Checks::Bounds);
        let clean = Clean::make(ground, &format!("scale_{size}"), &schema.ddl())?;
        places.push((tables, clean));
    }
    let mut contestants = Vec::new();
    for (tables, clean) in &places {
        contestants.push(
            Contestant::new(format!("{tables} tables, cold"), || {
                clean.command(&["check"])
            })
            .before(|| clean.project.forget())
            .at_most(FEW),
        );
        contestants.push(Contestant::new(format!("{tables} tables, warm"), || {
            clean.command(&["check"])
        }));
        contestants.push(Contestant::new(
            format!("{tables} tables, the catalog queries alone"),
            || clean.ask(),
        ));
    }
    let taken = hold(ground, &contestants)?;
    let mut goals = Vec::new();
    for (at, size) in SIZES.iter().enumerate().skip(1) {
        for (kind, words) in ["cold", "warm"].iter().enumerate() {
            let (few, many) = (&taken[kind], &taken[3 * at + kind]);
            let tables = places[at].0;
            let times = f64::from(u32::try_from(*size).unwrap_or(1));
            goals.push(Goal::ratio(
                format!("time for each of {tables} tables, {words}"),
                LIMIT,
                many.median() / few.median() / times,
            ));
            goals.push(Goal::ratio(
                format!("memory for each of {tables} tables, {words}"),
                LIMIT,
                many.mebibytes() / few.mebibytes() / times,
            ));
        }
    }
    Ok(Measured {
        taken,
        goals,
        notes: vec![format!(
            "Times and memory for each table are those at {} tables times the figure.",
            ground.tables
        )],
    })
}
