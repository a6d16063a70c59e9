//! What a database holds, and how it is written as SQL.
//!
//! A [`Catalog`] is a value: models, SQL files and live databases all become the same one, in the
//! words of the database itself. It stands apart because everything else is about it: `introspect`
//! makes catalogs, `diff` compares them, and neither needs the other. Each kind of object has one file
//! under [`object`] that knows what the object is, how it is written, and how one state of it becomes
//! another. The crate does no input or output, and it deliberately does not order anything: which
//! object comes first is `diff`'s business.

mod alteration;
mod catalog;
mod expr;
mod generated_name;
pub mod hazard;
mod id;
mod letter_case;
pub mod object;
mod pair;
mod rare;
mod rename;
mod step;
mod stored;

pub use alteration::{
    Alteration, Context, Creation, Disturbance, Effect, FirstValue, Forms, Hints, InPlace,
    TextValue, ValueFate,
};
pub use catalog::{Catalog, Reference};
pub use expr::Expr;
pub use generated_name::{NameLabel, is_made_up};
pub use id::{ObjectId, Part};
pub use object::{Definition, Kind, Object};
pub use pair::Pair;
pub use rare::{Plain, Rare};
pub use rename::{Rename, broken_by};
pub use step::{Atomicity, Hazard, Severity, Step, TableLock};
