//! A made-up schema of any size, the same on every machine.
//!
//! It has the proportions of an application's: tables with a dozen columns, a key, an enum, one or two
//! foreign keys, a unique constraint, a check and two indexes; some are partial, some descending, some on an expression.

use std::fmt::Write as _;

/// Whose words the schema is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
    /// MariaDB or MySQL.
    Mysql,
}

/// What the checks of the tables say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// That a number is not negative.
    Bounds,
    /// That a text is one of a list, which PostgreSQL prints anew each time that it is stored.
    Lists,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// The key, which the server counts.
    Key,
    /// A reference to the key of a table.
    Reference,
    /// A value of an enum, by its number.
    Label(usize),
    /// A short text of at most so many characters.
    Name(u16),
    /// Any text.
    Text,
    /// A small number.
    Number,
    /// A large number.
    Count,
    /// An amount of money.
    Amount,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// A point in time.
    Moment,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Type,
    /// Whether each row has it.
    pub required: bool,
    /// Its default, as SQL.
    pub default: Option<String>,
}

/// A foreign key of one column.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The column.
    pub column: String,
    /// The table that it refers to.
    pub table: String,
    /// What happens when the row there is deleted.
    pub on_delete: Option<&'static str>,
}

/// How an index is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// On columns.
    Plain,
    /// On the rows that are not closed.
    Partial,
    /// The largest first.
    Descending,
    /// On an expression.
    Expression,
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How it is made.
    pub shape: Shape,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, the key first.
    pub columns: Vec<Column>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// The columns of its unique constraint.
    pub unique: Vec<String>,
    /// Its checks: the names and the conditions.
    pub checks: Vec<(String, String)>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// What is said of it.
    pub comment: Option<String>,
}

/// A schema.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Whose words it is written in.
    pub product: Product,
    /// The enums: the names and the values.
    pub enums: Vec<(String, Vec<&'static str>)>,
    /// The tables, each behind those that it refers to.
    pub tables: Vec<Table>,
}

const SUBJECTS: [&str; 16] = [
    "parcel", "meter", "garden", "bridge", "letter", "signal", "harbour", "lesson", "recipe",
    "ticket", "vessel", "voucher", "sample", "circuit", "orchard", "ledger",
];

const ASPECTS: [&str; 12] = [
    "entry", "holder", "event", "rule", "window", "share", "visit", "plan", "draft", "reading",
    "account", "batch",
];

const VALUES: [&str; 14] = [
    "new", "open", "waiting", "active", "held", "sent", "received", "closed", "refused", "gone",
    "low", "normal", "high", "unknown",
];

/// What a column may be: its name, what it holds, whether it is required, and its default.
const STOCK: [(&str, Type, bool, Option<&str>); 22] = [
    ("title", Type::Name(200), true, None),
    ("weight", Type::Number, true, Some("0")),
    ("remark", Type::Text, false, None),
    ("is_public", Type::Flag, true, Some("false")),
    ("price", Type::Amount, true, Some("0")),
    ("language", Type::Name(8), true, Some("'en'")),
    ("due_on", Type::Day, false, None),
    ("seen_at", Type::Moment, false, None),
    ("hits", Type::Count, true, Some("0")),
    ("street", Type::Name(120), false, None),
    ("city", Type::Name(80), false, None),
    ("rank", Type::Number, false, None),
    ("is_final", Type::Flag, false, None),
    ("currency", Type::Name(3), true, Some("'EUR'")),
    ("discount", Type::Amount, false, None),
    ("summary", Type::Text, false, None),
    ("born_on", Type::Day, false, None),
    ("sent_at", Type::Moment, false, None),
    ("bytes", Type::Count, false, None),
    ("phone", Type::Name(40), false, None),
    ("attempts", Type::Number, true, Some("0")),
    ("footnote", Type::Text, false, None),
];

/// The names of what each table has.
pub const KEY: &str = "id";
const STATE: &str = "state";
const CODE: &str = "code";
const TOTAL: &str = "total";
const MADE: &str = "made_at";
const CLOSED: &str = "closed_at";

/// How far back a foreign key reaches at most.
const REACH: usize = 300;

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // Constants of Knuth's generator MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or_default();
        high % end.max(1)
    }
}

impl Schema {
    /// Makes a schema of so many tables up.
    pub fn made_up(tables: usize, product: Product, checks: Checks) -> Self {
        let mut dice = Dice(0x5eed);
        let mut schema = Self {
            product,
            enums: (0..(tables / 20).clamp(1, 50)).map(made_up_enum).collect(),
            tables: Vec::new(),
        };
        for number in 0..tables {
            let table = schema.made_up_table(number, checks, &mut dice);
            schema.tables.push(table);
        }
        schema
    }

    fn made_up_table(&self, number: usize, checks: Checks, dice: &mut Dice) -> Table {
        let subject = SUBJECTS[dice.below(SUBJECTS.len())];
        let aspect = ASPECTS[dice.below(ASPECTS.len())];
        let name = format!("{subject}_{aspect}_{number}");
        let mut table = Table {
            columns: vec![column(KEY, Type::Key, true, None)],
            foreign_keys: Vec::new(),
            unique: vec![CODE.to_owned()],
            checks: Vec::new(),
            indexes: Vec::new(),
            comment: (number.is_multiple_of(5) && self.product != Product::Sqlite)
                .then(|| format!("each {aspect} of a {subject}")),
            name,
        };
        let label = number % self.enums.len();
        let first = format!("'{}'", self.enums[label].1[0]);
        table
            .columns
            .push(column(STATE, Type::Label(label), true, Some(&first)));
        table.columns.push(column(CODE, Type::Name(64), true, None));
        table
            .columns
            .push(column(TOTAL, Type::Amount, true, Some("0")));
        for reference in 0..1 + usize::from(number.is_multiple_of(3)) {
            self.refer(&mut table, reference, number, dice);
        }
        let start = dice.below(STOCK.len());
        let wanted = 10 - table.columns.len();
        for at in 0..wanted {
            let (name, holds, required, default) = STOCK[(start + at) % STOCK.len()];
            table.columns.push(column(name, holds, required, default));
        }
        let now = match self.product {
            Product::Postgres => "now()",
            Product::Sqlite | Product::Mysql => "CURRENT_TIMESTAMP",
        };
        table
            .columns
            .push(column(MADE, Type::Moment, true, Some(now)));
        table
            .columns
            .push(column(CLOSED, Type::Moment, false, None));
        let condition = match checks {
            Checks::Bounds => format!("{TOTAL} >= 0"),
            Checks::Lists => format!("{CODE} IN ('a', 'b', 'c')"),
        };
        table
            .checks
            .push((format!("{}_sound", table.name), condition));
        self.index(&mut table, number);
        table
    }

    fn refer(&self, table: &mut Table, reference: usize, number: usize, dice: &mut Dice) {
        let back = 1 + dice.below(number.min(REACH));
        let target = match number.checked_sub(back) {
            Some(other) => self.tables[other].name.clone(),
            None => table.name.clone(),
        };
        let on_delete = [None, Some("CASCADE"), Some("SET NULL")][dice.below(3)];
        let name = ["owner_id", "source_id"][reference];
        let required = number > 0 && on_delete != Some("SET NULL");
        table
            .columns
            .push(column(name, Type::Reference, required, None));
        table.foreign_keys.push(ForeignKey {
            column: name.to_owned(),
            table: target,
            on_delete,
        });
    }

    fn index(&self, table: &mut Table, number: usize) {
        let shape = match (number % 8, self.product) {
            (3, Product::Postgres | Product::Sqlite) => Shape::Partial,
            (5, Product::Postgres) => Shape::Expression,
            (7, Product::Postgres) => Shape::Descending,
            _ => Shape::Plain,
        };
        let owner: Vec<String> = table
            .foreign_keys
            .iter()
            .map(|key| key.column.clone())
            .collect();
        let columns = match shape {
            Shape::Expression => vec![CODE.to_owned()],
            Shape::Partial | Shape::Descending => vec![MADE.to_owned()],
            Shape::Plain => vec![STATE.to_owned(), MADE.to_owned()],
        };
        table.indexes.push(Index {
            name: format!("{}_owner", table.name),
            columns: owner,
            shape: Shape::Plain,
        });
        table.indexes.push(Index {
            name: format!("{}_found", table.name),
            columns,
            shape,
        });
    }

    /// The same schema with so many changes, of ten sorts in turn, each on a table of its own.
    #[must_use]
    pub fn changed(&self, changes: usize) -> Self {
        let mut schema = self.clone();
        let distance = (self.tables.len() / changes.max(1)).max(1);
        for change in 0..changes {
            let at = (change * distance + 1) % self.tables.len();
            schema.change(change, at);
        }
        schema
    }

    fn change(&mut self, change: usize, at: usize) {
        let table = &mut self.tables[at];
        let name = table.name.clone();
        match change % 10 {
            0 => table
                .columns
                .push(column("added", Type::Number, true, Some("7"))),
            1 => drop(table.columns.remove(7)),
            2 => alter(table, Type::Name(200), |column| {
                column.holds = Type::Name(255);
            }),
            3 => table.indexes.push(Index {
                name: format!("{name}_closed"),
                columns: vec![CLOSED.to_owned()],
                shape: Shape::Plain,
            }),
            4 => drop(table.indexes.pop()),
            5 => table
                .checks
                .push((format!("{name}_ordered"), format!("{CLOSED} >= {MADE}"))),
            6 => alter(table, Type::Amount, |column| {
                column.default = Some("1".to_owned());
            }),
            7 => {
                let mut made = table.clone();
                made.name = format!("{name}_more");
                for (check, _) in &mut made.checks {
                    *check = format!("{check}_more");
                }
                for index in &mut made.indexes {
                    index.name = format!("{}_more", index.name);
                }
                self.tables.insert(at + 1, made);
            }
            8 => {
                let key = &mut table.foreign_keys[0];
                key.on_delete = match key.on_delete {
                    Some("CASCADE") => None,
                    _ => Some("CASCADE"),
                };
            }
            _ => table.unique.push(STATE.to_owned()),
        }
    }
}

fn column(name: &str, holds: Type, required: bool, default: Option<&str>) -> Column {
    Column {
        name: name.to_owned(),
        holds,
        required,
        default: default.map(str::to_owned),
    }
}

/// Alters the first column that holds this, or the total where none does.
fn alter(table: &mut Table, holds: Type, by: impl FnOnce(&mut Column)) {
    if let Some(column) = table
        .columns
        .iter_mut()
        .find(|column| column.holds == holds)
    {
        by(column);
    } else if let Some(total) = table.columns.iter_mut().find(|column| column.name == TOTAL) {
        total.default = Some("2".to_owned());
    }
}

fn made_up_enum(number: usize) -> (String, Vec<&'static str>) {
    let values = 3 + number % 5;
    let mut name = String::new();
    // Writing to a text does not fail.
    let _written = write!(name, "{}_state_{number}", SUBJECTS[number % SUBJECTS.len()]);
    let values = (0..values).map(|at| VALUES[(number * 3 + at) % VALUES.len()]);
    (name, values.collect())
}
