//! What `proptest` makes: pairs.

use std::env;
use std::fmt;

use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use schemist_sql::Dialect;

use crate::edit::actions;
use crate::mysql::{self, MysqlSchema};
use crate::picks::Picks;
use crate::schema::Schema;

/// How many choices an edit can make.
const CHOICES: usize = 14;

/// How many choices an edit of a schema of MySQL can make.
const MYSQL_CHOICES: usize = 24;

/// How often a failing pair is run again to make it smaller; `PROPTEST_MAX_SHRINK_ITERS` says otherwise.
const SHRINKS: u32 = 120;

/// Two schemas of one dialect.
#[derive(Clone, PartialEq, Eq)]
pub struct RandomPair {
    /// What the database has.
    pub before: String,
    /// What is declared.
    pub after: String,
}

impl fmt::Debug for RandomPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-- [before]\n{}-- [after]\n{}", self.before, self.after)
    }
}

#[derive(Debug, Clone)]
struct Edit<A> {
    action: A,
    numbers: Vec<u16>,
}

/// Pairs that have most in common: both come from one schema by edits of their own.
pub fn pairs(dialect: Dialect) -> BoxedStrategy<RandomPair> {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => pairs_of(
            (actions(dialect), CHOICES),
            Schema::new(dialect),
            |schema, edit| schema.edit(edit.action, &mut Picks::new(&edit.numbers)),
            Schema::sql,
        ),
        Dialect::Mysql => pairs_of(
            (mysql::actions().to_vec(), MYSQL_CHOICES),
            MysqlSchema::default(),
            |schema, edit| schema.edit(edit.action, &mut Picks::new(&edit.numbers)),
            MysqlSchema::sql,
        ),
    }
}

/// Pairs of schemas that `make` makes by edits and `sql` writes.
fn pairs_of<S: Clone + 'static, A: Copy + fmt::Debug + 'static>(
    (actions, choices): (Vec<(u32, A)>, usize),
    empty: S,
    make: fn(&mut S, &Edit<A>),
    sql: fn(&S) -> String,
) -> BoxedStrategy<RandomPair> {
    let actions = actions
        .into_iter()
        .map(|(weight, action)| (weight, Just(action)));
    let action = prop::strategy::Union::new_weighted(actions.collect());
    let numbers = prop::collection::vec(any::<u16>(), choices);
    let edit = (action, numbers).prop_map(|(action, numbers)| Edit { action, numbers });
    let edits = |count: std::ops::Range<usize>| prop::collection::vec(edit.clone(), count);
    (edits(1..18), edits(0..4), edits(1..7))
        .prop_map(move |(common, before, after)| {
            let mut schema = empty.clone();
            for edit in &common {
                make(&mut schema, edit);
            }
            let side = |edits: &[Edit<A>]| {
                let mut side = schema.clone();
                for edit in edits {
                    make(&mut side, edit);
                }
                sql(&side)
            };
            RandomPair {
                before: side(&before),
                after: side(&after),
            }
        })
        .boxed()
}

/// Holds a property of the pair that a seed makes.
///
/// # Errors
/// The smallest pair found that breaks it, as text of a fixture, and how it does.
pub fn pair_of_seed(
    dialect: Dialect,
    seed: u64,
    property: impl Fn(&RandomPair) -> Result<(), String>,
) -> Result<(), String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut config = Config::default();
    if env::var_os("PROPTEST_MAX_SHRINK_ITERS").is_none() {
        config.max_shrink_iters = SHRINKS;
    }
    config.cases = 1;
    config.failure_persistence = None;
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    let outcome = runner.run(&pairs(dialect), |pair| {
        property(&pair).map_err(TestCaseError::fail)
    });
    outcome.map_err(|error| match error {
        TestError::Fail(reason, pair) => format!("seed {seed}: {reason}\n{pair:?}"),
        TestError::Abort(reason) => format!("seed {seed}: {reason}"),
    })
}
