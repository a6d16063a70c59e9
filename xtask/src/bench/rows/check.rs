//! `check` on PostgreSQL: with compiled models, without, after a restore, and against the order of dependencies.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::list::Measured;
use crate::bench::alembic::Alembic;
use crate::bench::contest::{Contestant, hold};
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, Peers, Postgres, Project, finish, put, said};
use crate::bench::queries;
use crate::bench::schema::{Checks, Product, Schema};
use crate::bench::server_log::{self, Noted};

/// A project whose database is what its models say.
pub struct Clean<'a> {
    /// The server.
    pub postgres: &'a Postgres,
    /// The name of the database.
    pub database: String,
    /// The project.
    pub project: Project,
    /// A file with the models.
    pub ddl: PathBuf,
    /// A file with the queries that read the catalog.
    pub queries: PathBuf,
}

impl<'a> Clean<'a> {
    /// Makes the database and the project of a schema.
    ///
    /// # Errors
    /// In the server's words.
    pub fn make(ground: &'a Ground, name: &str, ddl: &str) -> Result<Self, String> {
        let postgres = ground.postgres()?;
        let database = format!("bench_{name}");
        let project = ground.project(&database, ddl)?;
        let file = put(&project.folder, "load.sql", ddl)?;
        postgres.make(&database)?;
        postgres.load(&database, &file)?;
        postgres.ask(&database, "ANALYZE")?;
        let script = queries::script(postgres, &database)?;
        let queries = put(&project.folder, "queries.sql", &script)?;
        Ok(Self {
            postgres,
            database,
            project,
            ddl: file,
            queries,
        })
    }

    /// A command of ours on it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let url = self.postgres.url(&self.database);
        self.project.command(&url, arguments)
    }

    /// Compiles the models.
    ///
    /// # Errors
    /// Where anything differs.
    pub fn warm_up(&self) -> Result<(), String> {
        finish(&mut self.command(&["check"]))
    }

    /// The queries alone.
    pub fn ask(&self) -> Command {
        let mut psql = self.postgres.psql(&self.database);
        psql.args(["-A", "-t", "-o", "/dev/null", "-f"])
            .arg(&self.queries);
        psql
    }

    /// An empty database beside it.
    fn empty(&self) -> String {
        format!("{}_empty", self.database)
    }

    /// Loading the models into an empty database, and two readings of the catalog.
    fn load_and_ask(&self) -> Command {
        let mut psql = self.postgres.psql(&self.empty());
        psql.args(["-A", "-t", "-o", "/dev/null"]);
        for file in [&self.ddl, &self.queries, &self.queries] {
            psql.arg("-f").arg(file);
        }
        psql
    }
}

/// A project of Alembic's beside ours, with the same schema.
///
/// # Errors
/// Why there is none.
pub fn beside(
    ground: &Ground,
    folder: &Path,
    schema: &Schema,
) -> Result<(Alembic, PathBuf), String> {
    let alembic = ground.alembic()?.clone();
    let folder = folder.join("alembic");
    Alembic::project(&folder, &schema.classes())?;
    Ok((alembic, folder))
}

/// How often a slow peer is run at most.
const FEW: usize = 3;

/// The models are compiled.
pub fn warm(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables, Product::Postgres, Checks::Bounds);
    let clean = Clean::make(ground, "warm", &schema.ddl())?;
    clean.warm_up()?;
    let mut contestants = vec![
        Contestant::new("schemist check", || clean.command(&["check"])),
        Contestant::new("psql, the catalog queries alone", || clean.ask()),
        Contestant::new("schemist check, of a database that it never saw", || {
            clean.command(&["check"])
        })
        .before(|| clean.project.forget_databases()),
    ];
    let mut notes = vec![
        "A database that was found to be what the models say is known by a hash of what it answers; where it answers otherwise, it is compared."
            .to_owned(),
    ];
    let url = clean.postgres.alchemy("+psycopg", &clean.database);
    match beside(ground, &clean.project.folder, &schema) {
        Ok((alembic, folder)) => contestants.push(
            Contestant::new("alembic check", move || {
                alembic.command(&folder, &url, &["check"])
            })
            .at_most(FEW),
        ),
        Err(reason) => notes.push(format!("{reason}.")),
    }
    let others = others(ground, &clean)?;
    for other in &others {
        contestants.push(
            Contestant::new(other.name, || other.command(&clean))
                .ending_with(&[0, 2])
                .at_most(FEW),
        );
    }
    let taken = hold(ground, &contestants)?;
    let mut goals = vec![
        Goal::times_of(1.5, &taken[0], &taken[1]),
        Goal::mebibytes(60.0, &taken[0]),
    ];
    if let Some(alembic) = taken.iter().find(|taken| taken.name == "alembic check") {
        goals.push(Goal::faster_than(40.0, &taken[0], alembic));
    }
    if !others.is_empty() {
        notes.push(
            "Tools that compare two databases got one in which the models were loaded before."
                .to_owned(),
        );
    }
    Ok(Measured {
        taken,
        goals,
        notes,
    })
}

/// Another tool that compares schemas: it is measured where it is installed.
struct Other {
    name: &'static str,
    program: &'static str,
    /// Its arguments; `{live}`, `{declared}` and `{empty}` are databases, `{models}` a file.
    arguments: &'static [&'static str],
}

/// The tools that we know a command line of.
const OTHERS: [Other; 2] = [
    Other {
        name: "migra",
        program: "migra",
        arguments: &["{live}", "{declared}"],
    },
    Other {
        name: "atlas schema diff",
        program: "atlas",
        arguments: &[
            "schema",
            "diff",
            "--from",
            "{live}",
            "--to",
            "file://{models}",
            "--dev-url",
            "{empty}",
        ],
    },
];

impl Other {
    fn command(&self, clean: &Clean<'_>) -> Command {
        let url = |database: &str| clean.postgres.alchemy("", database);
        let mut command = Command::new(self.program);
        for argument in self.arguments {
            let argument = argument
                .replace("{live}", &url(&clean.database))
                .replace("{declared}", &url(&declared(clean)))
                .replace("{empty}", &url(&clean.empty()))
                .replace("{models}", &clean.ddl.display().to_string());
            command.arg(argument);
        }
        command
    }
}

fn declared(clean: &Clean<'_>) -> String {
    format!("{}_declared", clean.database)
}

/// The other tools that are installed, with the databases that they need.
fn others(ground: &Ground, clean: &Clean<'_>) -> Result<Vec<&'static Other>, String> {
    let is_there = |other: &&Other| {
        ground.peers() == Peers::Measured && said(Command::new(other.program).arg("--help")).is_ok()
    };
    let found: Vec<&Other> = OTHERS.iter().filter(is_there).collect();
    if !found.is_empty() {
        clean.postgres.make(&clean.empty())?;
        clean.postgres.make(&declared(clean))?;
        clean.postgres.load(&declared(clean), &clean.ddl)?;
    }
    Ok(found)
}

/// The models were never compiled.
pub fn cold(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables, Product::Postgres, Checks::Bounds);
    let clean = Clean::make(ground, "cold", &schema.ddl())?;
    let mut contestants = vec![
        Contestant::new("schemist check", || clean.command(&["check"]))
            .before(|| clean.project.forget()),
        Contestant::new("psql, the models and two catalog reads", || {
            clean.load_and_ask()
        })
        .before(|| clean.postgres.make(&clean.empty())),
    ];
    let mut notes = vec![
        "What `psql` runs is in a database that was made before; ours makes and drops one."
            .to_owned(),
    ];
    let url = clean.postgres.alchemy("+psycopg", &clean.database);
    match beside(ground, &clean.project.folder, &schema) {
        Ok((alembic, folder)) => contestants.push(
            Contestant::new("alembic check", move || {
                alembic.command(&folder, &url, &["check"])
            })
            .at_most(FEW),
        ),
        Err(reason) => notes.push(format!("{reason}.")),
    }
    let taken = hold(ground, &contestants)?;
    let mut goals = vec![Goal::times_of(1.25, &taken[0], &taken[1])];
    if let Some(alembic) = taken.get(2) {
        goals.push(Goal::faster_than(3.0, &taken[0], alembic));
    }
    Ok(Measured {
        taken,
        goals,
        notes,
    })
}

/// The database was restored from a dump, so that the server prints its checks otherwise.
pub fn restored(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables, Product::Postgres, Checks::Lists);
    let clean = Clean::make(ground, "restored", &schema.ddl())?;
    let dump = clean.project.folder.join("dump.sql");
    let mut pg_dump = clean.postgres.program("pg_dump");
    finish(pg_dump.arg(&clean.database).arg("-f").arg(&dump))?;
    clean.postgres.make(&clean.database)?;
    clean.postgres.load(&clean.database, &dump)?;
    clean.postgres.ask(&clean.database, "ANALYZE")?;
    clean.warm_up()?;
    let taken = hold(
        ground,
        &[
            Contestant::new("schemist check", || clean.command(&["check"])),
            Contestant::new("psql, the catalog queries alone", || clean.ask()),
        ],
    )?;
    let start = server_log::end(clean.postgres)?;
    server_log::note_statements(clean.postgres, Noted::All)?;
    clean.warm_up()?;
    server_log::note_statements(clean.postgres, Noted::None)?;
    let made = server_log::since(clean.postgres, start)?.databases;
    Ok(Measured {
        goals: vec![
            Goal::times_of(1.5, &taken[0], &taken[1]),
            Goal::mebibytes(60.0, &taken[0]),
            Goal::count("scratch databases", 0.0, made),
        ],
        taken,
        notes: Vec::new(),
    })
}

/// Everything is declared before what it depends on.
pub fn order(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables / 2, Product::Postgres, Checks::Bounds);
    // Half of the objects are views, each of the one before it or of a table.
    let views: Vec<String> = schema
        .tables
        .iter()
        .enumerate()
        .map(|(number, table)| {
            let under = match number % 10 {
                0 => table.name.clone(),
                _ => format!("view_{}", number - 1),
            };
            format!("CREATE VIEW view_{number} AS SELECT id, state FROM {under};\n")
        })
        .collect();
    let along = schema.ddl() + &views.concat();
    let views: Vec<String> = views.into_iter().rev().collect();
    let against = views.concat() + &schema.ddl_backwards();
    let against = Clean::make_in_order(ground, "against", &against, &along)?;
    let along = Clean::make(ground, "along", &along)?;
    let taken = hold(
        ground,
        &[
            Contestant::new("schemist check, against the order", || {
                against.command(&["check"])
            })
            .before(|| against.project.forget()),
            Contestant::new("schemist check, along the order", || {
                along.command(&["check"])
            })
            .before(|| along.project.forget()),
        ],
    )?;
    Ok(Measured {
        goals: vec![Goal::times_of(1.2, &taken[0], &taken[1])],
        taken,
        notes: Vec::new(),
    })
}

impl<'a> Clean<'a> {
    /// The same, where the models cannot be loaded as they are written.
    fn make_in_order(
        ground: &'a Ground,
        name: &str,
        models: &str,
        ordered: &str,
    ) -> Result<Self, String> {
        let clean = Self::make(ground, name, ordered)?;
        put(&clean.project.folder, "models/schema.sql", models)?;
        Ok(clean)
    }
}
