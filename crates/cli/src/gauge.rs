//! How far long work is, drawn on the last line of a terminal.
//!
//! A process has one terminal, so there is one gauge, whoever says something meanwhile: every line goes
//! above it.

use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

static GAUGE: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// How often it moves while nothing else happens.
const TICK: Duration = Duration::from_millis(200);

/// No colours: what is drawn is the same whatever the terminal can show.
const TEMPLATE: &str = "{spinner} {prefix} {pos} of {len} [{bar:20}] {elapsed} {wide_msg}";

/// Whether something may be drawn: stderr is a terminal that can move its cursor.
pub fn is_possible() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    std::io::stderr().is_terminal() && !is_dumb
}

/// Draws how far work is that has so many parts.
pub fn begin(what: &str, total: u64) {
    let style = ProgressStyle::with_template(TEMPLATE);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    bar.set_style(style.tick_chars("|/-\\ ").progress_chars("=> "));
    bar.set_prefix(what.to_owned());
    bar.enable_steady_tick(TICK);
    if let Some(before) = locked().replace(bar) {
        before.finish_and_clear();
    }
}

/// Says how many parts are done.
pub fn advance(done: u64) {
    if let Some(bar) = &*locked() {
        bar.set_position(done);
    }
}

/// Says what is being done; `false` where nothing is drawn.
pub fn doing(sentence: &str) -> bool {
    let gauge = locked();
    let Some(bar) = &*gauge else {
        return false;
    };
    bar.set_message(sentence.replace('\n', " "));
    true
}

/// Takes it away.
pub fn end() {
    if let Some(bar) = locked().take() {
        bar.finish_and_clear();
    }
}

/// Does something with the terminal, and draws the gauge again below it.
pub fn beside<T>(write: impl FnOnce() -> T) -> T {
    match &*locked() {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn locked() -> MutexGuard<'static, Option<ProgressBar>> {
    GAUGE.lock().unwrap_or_else(PoisonError::into_inner)
}
