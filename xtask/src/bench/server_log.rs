//! What a server says of the statements that it was sent: how many, and how long they took it.

use std::fs;
use std::time::Duration;

use super::ground::{Postgres, cannot_write};

/// What stands in the log since a point in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// How long all statements took the server.
    pub time: Duration,
    /// How many databases were made.
    pub databases: usize,
}

/// Lets the server note each statement with its time, or no more.
///
/// # Errors
/// In the server's words.
pub fn note_statements(postgres: &Postgres, noted: Noted) -> Result<(), String> {
    let least = match noted {
        Noted::All => "0",
        Noted::None => "-1",
    };
    let set = format!("ALTER SYSTEM SET log_min_duration_statement = {least}");
    postgres.ask("postgres", &set)?;
    postgres.ask("postgres", "SELECT pg_reload_conf(), pg_sleep(0.2)")?;
    Ok(())
}

/// Which statements are noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// All.
    All,
    /// None.
    None,
}

/// How long the log is.
///
/// # Errors
/// Where it cannot be read.
pub fn end(postgres: &Postgres) -> Result<usize, String> {
    Ok(fs::read(postgres.log()).map_err(cannot_write)?.len())
}

/// What stands behind a point in the log.
///
/// # Errors
/// Where it cannot be read.
pub fn since(postgres: &Postgres, start: usize) -> Result<Heard, String> {
    let log = fs::read(postgres.log()).map_err(cannot_write)?;
    let text = String::from_utf8_lossy(log.get(start..).unwrap_or_default()).into_owned();
    Ok(heard(&text))
}

fn heard(text: &str) -> Heard {
    let mut micros = 0.0;
    let mut databases = 0;
    for line in text.lines() {
        let Some((_, rest)) = line.split_once("LOG:  duration: ") else {
            continue;
        };
        let Some((millis, statement)) = rest.split_once(" ms") else {
            continue;
        };
        micros += millis.parse::<f64>().unwrap_or(0.0) * 1e3;
        databases += usize::from(statement.contains("CREATE DATABASE"));
    }
    Heard {
        time: Duration::from_secs_f64(micros / 1e6),
        databases,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_summed_and_databases_are_counted() {
        let log = "2026-01-01 [7] LOG:  duration: 1.500 ms  statement: SELECT 1\n\
                   2026-01-01 [7] LOG:  duration: 20.250 ms  statement: CREATE DATABASE \"a\"\n\
                   \tTEMPLATE template0\n2026-01-01 [7] LOG:  received SIGHUP\n";
        let heard = heard(log);
        assert_eq!(heard.time, Duration::from_micros(21_750));
        assert_eq!(heard.databases, 1);
    }
}
