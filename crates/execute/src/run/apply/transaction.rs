//! What runs in one transaction, together with the journal.

use std::collections::BTreeSet;

use schemist_revision::ForeignKeys;
use schemist_sql::Dialect;

use super::super::error::Failure;
use super::super::passage::{RunStatement, Unit};
use super::super::sqlite::{self, Dangling};
use super::{Running, Stop};

/// What is held of rows that point at rows that are not there.
enum Pointers<'a> {
    /// The server looks after them.
    Enforced,
    /// There may be none.
    Sound,
    /// There may be those that were there before.
    Known(&'a Dangling),
}

/// Why a transaction is not committed.
enum End {
    /// It failed.
    Stopped(Stop),
    /// Rows point at rows that are not there; they may have done so before.
    Unsettled {
        rows: Dangling,
        /// The names of all tables that may have changed.
        names: BTreeSet<String>,
    },
}

impl<S: Into<Stop>> From<S> for End {
    fn from(stop: S) -> Self {
        Self::Stopped(stop.into())
    }
}

impl Running<'_> {
    pub(super) async fn run_transaction(
        &mut self,
        unit: &Unit<'_>,
        keys: ForeignKeys,
    ) -> Result<(), Stop> {
        if sqlite::keys_in(self.lock.writer().dialect(), keys) == ForeignKeys::On {
            return match self.attempt(unit, Pointers::Enforced).await {
                Ok(()) => Ok(()),
                Err(End::Stopped(stop)) => Err(stop),
                Err(End::Unsettled { rows, .. }) => Err(rows.refusal().into()),
            };
        }
        sqlite::switch_foreign_keys_off(self.lock.session()).await?;
        let ran = self.run_without_keys(unit).await;
        let on = self.lock.session().pin().await;
        let on = on.map_err(|source| Failure::Server {
            what: "switch foreign keys on",
            source,
        });
        // What failed before says more.
        ran.and(on.map_err(Stop::Failed))
    }

    /// Looks for rows that point nowhere only afterwards: most databases have none, and looking takes as
    /// long as reading all tables concerned. Where some are found, it begins again and counts them before.
    async fn run_without_keys(&mut self, unit: &Unit<'_>) -> Result<(), Stop> {
        let (rows, names) = match self.attempt(unit, Pointers::Sound).await {
            Ok(()) => return Ok(()),
            Err(End::Stopped(stop)) => return Err(stop),
            Err(End::Unsettled { rows, names }) => (rows, names),
        };
        let before = sqlite::dangling(self.lock.session(), &names).await?;
        rows.beyond(&before)?;
        match self.attempt(unit, Pointers::Known(&before)).await {
            Ok(()) => Ok(()),
            Err(End::Stopped(stop)) => Err(stop),
            Err(End::Unsettled { rows, .. }) => Err(rows.refusal().into()),
        }
    }

    async fn attempt(&mut self, unit: &Unit<'_>, pointers: Pointers<'_>) -> Result<(), End> {
        let ran = self.run_in_transaction(unit, pointers).await;
        if ran.is_err() {
            self.roll_back().await;
        }
        ran
    }

    async fn run_in_transaction(
        &mut self,
        unit: &Unit<'_>,
        pointers: Pointers<'_>,
    ) -> Result<(), End> {
        self.begin_on_ground().await?;
        let known = match pointers {
            Pointers::Enforced => None,
            Pointers::Sound => Some(&Dangling::default()),
            Pointers::Known(before) => Some(before),
        };
        let mut names = BTreeSet::new();
        if known.is_some() {
            // Triggers may go meanwhile.
            names = self.named(unit).await?;
        }
        let (alone, last) = self.parted(unit);
        for (i, statement) in alone.iter().enumerate() {
            self.send(unit.first + i, statement).await?;
        }
        if let Some(before) = known {
            names.extend(self.named(unit).await?);
            let looked = sqlite::dangling(self.lock.session(), &names).await;
            let rows = looked.map_err(Stop::Failed)?;
            if rows.beyond(before).is_err() {
                return Err(End::Unsettled { rows, names });
            }
        }
        Ok(self.end_with_journal(unit.end(), last).await?)
    }

    /// Parts a unit into the statements that are sent alone, and the last one where it goes with the journal.
    fn parted<'u>(&self, unit: &'u Unit<'_>) -> (&'u [&'u RunStatement], Option<&'u RunStatement>) {
        match (self.lock.writer().dialect(), unit.statements.split_last()) {
            (Dialect::Postgres, Some((last, others))) => (others, Some(*last)),
            (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, _) => (&unit.statements, None),
        }
    }

    async fn named(&mut self, unit: &Unit<'_>) -> Result<BTreeSet<String>, Stop> {
        let names = sqlite::named(self.lock.session(), &unit.statements).await;
        names.map_err(Stop::Failed)
    }
}
