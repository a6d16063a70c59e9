//! Writing a revision, with its proof.

use super::check::Clean;
use super::list::Measured;
use crate::bench::contest::Taken;
use crate::bench::goal::Goal;
use crate::bench::ground::{Ground, put};
use crate::bench::measure::take;
use crate::bench::schema::{Checks, Product, Schema};
use crate::bench::server_log::{self, Noted};

/// How many changes there are.
const CHANGES: usize = 20;

/// Few changes in many tables; the models are new each time, so that they are compiled too.
pub fn twenty_changes(ground: &Ground) -> Result<Measured, String> {
    let schema = Schema::made_up(ground.tables, Product::Postgres, Checks::Bounds);
    let clean = Clean::make(ground, "revision", &schema.ddl())?;
    clean.warm_up()?;
    put(
        &clean.project.folder,
        "models/schema.sql",
        &schema.changed(CHANGES).ddl(),
    )?;
    let mut ours = Taken::by("schemist revision --autogenerate");
    let mut server = Taken::by("its statements on the server");
    server_log::note_statements(clean.postgres, Noted::All)?;
    for _ in 0..ground.runs {
        clean.project.forget()?;
        clean.project.without_revisions()?;
        let start = server_log::end(clean.postgres)?;
        let command = clean.command(&["revision", "--autogenerate", "-m", "changes"]);
        ours.add(&take(&command, &[0], ground.folder())?);
        server.add_time(server_log::since(clean.postgres, start)?.time);
        eprint!(".");
    }
    eprintln!();
    server_log::note_statements(clean.postgres, Noted::None)?;
    Ok(Measured {
        goals: vec![Goal::times_of(1.5, &ours, &server)],
        taken: vec![ours, server],
        notes: vec!["The server's time is what its log says of each statement of the same run; the models are compiled anew in each.".to_owned()],
    })
}
