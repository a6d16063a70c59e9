//! The only way out: results to stdout, everything else to stderr.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use schemist_project::report::shown;
use schemist_project::{Dialect, Exit, ProjectError};
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

use crate::arguments::{Format, Global};
use crate::pager::Pager;
use crate::paint::Painted;
use crate::table::terminal;
use crate::{error, gauge, json};

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::BrightGreen.on_default().bold();
const HINT: Style = AnsiColor::BrightCyan.on_default().bold();

/// Where results and messages go.
pub struct Ui {
    format: Format,
    talk: Talk,
    /// What stands before every line, where the work is for one of several databases.
    prefix: String,
    said: Mutex<Summary>,
    // How many of how many databases are done.
    reached: Mutex<Option<(usize, usize)>>,
    // How far the work was when a line last said it.
    pace: Mutex<String>,
    held: Mutex<Option<Held>>,
}

/// What is kept back until it is known how long it is.
#[derive(Debug, Default)]
struct Held {
    results: String,
    /// What was said after the first of them.
    rest: String,
}

/// What one of several databases has to say at the end.
#[derive(Debug, Default)]
pub struct Summary {
    /// The last thing that was said.
    pub last: String,
    /// Databases of one kind need not be told apart.
    pub kind: String,
    /// The JSON document.
    pub document: Value,
    /// The results, as they are written for people.
    pub results: Painted,
}

/// How many databases are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// So few that each may say what it does.
    Small,
    /// So many that nobody reads that.
    Large,
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    Little,
    Usual,
    Much,
}

impl Ui {
    /// Takes the global options.
    pub fn new(global: &Global) -> Self {
        global.color.choose();
        let talk = match (global.quiet, global.verbose) {
            (true, _) => Talk::Little,
            (false, false) => Talk::Usual,
            (false, true) => Talk::Much,
        };
        Self {
            format: global.format,
            talk,
            prefix: String::new(),
            said: Mutex::default(),
            reached: Mutex::default(),
            pace: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// The same for one of several databases; where there are too many to read what each says, they say
    /// nothing but what went wrong.
    #[must_use]
    pub fn beside(&self, name: &str, crowd: Crowd) -> Self {
        let talk = match (crowd, self.talk) {
            (Crowd::Large, Talk::Usual) => Talk::Little,
            (Crowd::Small | Crowd::Large, talk) => talk,
        };
        Self {
            format: self.format,
            talk,
            prefix: format!("{name}: "),
            said: Mutex::default(),
            reached: Mutex::default(),
            pace: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// What was said and kept for the end.
    pub fn taken(&self) -> Summary {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *said)
    }

    /// Says something in the table at the end alone, where there will be one; databases of the same kind
    /// are counted there where there are too many.
    pub fn sum_up(&self, kind: &str, sentence: &str) {
        self.note_last(sentence);
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        kind.clone_into(&mut said.kind);
    }

    fn note_last(&self, sentence: &str) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        sentence.clone_into(&mut said.last);
    }

    fn prefixed<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.prefix.is_empty() {
            return Cow::Borrowed(text);
        }
        let lines = text.lines().map(|line| format!("{}{line}", self.prefix));
        Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
    }

    /// Whether results are JSON.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// How results are written.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether more is said than usual.
    pub fn is_verbose(&self) -> bool {
        self.talk == Talk::Much
    }

    /// Keeps results back until the end, so that long ones can be shown page by page.
    pub fn hold_back(&self) {
        if self.format == Format::Human && std::io::stdout().is_terminal() {
            *self.kept() = Some(Held::default());
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows what was kept back: through the pager where it is long, then what was said after it.
    pub fn release(&self, pager: impl FnOnce() -> Option<Pager>) {
        let Some(held) = self.kept().take() else {
            return;
        };
        let fits = terminal().is_none_or(|size| fits(&held, size));
        let pager = if fits { None } else { pager() };
        if !pager.is_some_and(|pager| self.is_paged(&pager, &held.results)) {
            self.write_out(&held.results);
        }
        if !held.rest.is_empty() {
            self.write_err(&held.rest);
        }
    }

    fn is_paged(&self, pager: &Pager, results: &str) -> bool {
        let shown = pager.show(&as_wanted(results));
        if let Err(Some(sentence)) = &shown {
            self.warning(sentence);
        }
        shown.is_ok()
    }

    /// Writes a result for people, as it is.
    pub fn result(&self, text: &str) {
        self.painted(&Painted::plain(text));
    }

    /// Writes statements as a result for people, who may well put them into a file.
    pub fn sql(&self, dialect: Dialect, text: &str) {
        self.shown(&Painted::sql(dialect, text), |text| Cow::Borrowed(text));
    }

    /// Writes a result with colours for people.
    pub fn painted(&self, text: &Painted) {
        self.shown(text, harmless);
    }

    fn shown(&self, text: &Painted, made: fn(&str) -> Cow<'_, str>) {
        if self.format != Format::Human || text.is_empty() {
            return;
        }
        let first = text.without_colours();
        self.note_last(first.lines().next().unwrap_or_default());
        if !self.prefix.is_empty() {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            return said.results.append(text);
        }
        self.write_out(&made(text.as_str()));
    }

    /// Writes a result as JSON, where that was asked for.
    pub fn json(&self, command: &str, fields: Value) {
        if !self.is_json() {
            return;
        }
        let mut document = Map::new();
        document.insert("version".to_owned(), json::VERSION.into());
        document.insert("command".to_owned(), command.into());
        if let Value::Object(fields) = fields {
            document.extend(fields);
        }
        let document = Value::Object(document);
        if !self.prefix.is_empty() {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            said.document = document;
            return;
        }
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        self.write_out(&(text + "\n"));
    }

    /// Writes a text for people, with its colours, that is no part of a summary.
    pub fn told(&self, text: &str) {
        self.write_out(&harmless(text));
    }

    /// Writes a text that is a result in every format, such as a script.
    pub fn raw(&self, text: &str) {
        self.write_out(text);
    }

    fn write_out(&self, text: &str) {
        if let Some(held) = &mut *self.kept() {
            held.results.push_str(text);
            if !text.ends_with('\n') {
                held.results.push('\n');
            }
            return;
        }
        let line_end = if text.ends_with('\n') { "" } else { "\n" };
        // Left to the stream, colours are taken out piece by piece, and each line is written by itself.
        let text = as_wanted(text);
        let written = gauge::beside(|| {
            let mut out = anstream::stdout().lock();
            write!(out, "{text}{line_end}").and_then(|()| out.flush())
        });
        if written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            // Nobody reads on. Whoever closed the pipe has what they wanted.
            gauge::end();
            schemist_project::sweep();
            process::exit(Exit::Done.code().into());
        }
    }

    /// Says what is going on.
    pub fn status(&self, sentence: &str) {
        self.note_last(sentence.lines().next().unwrap_or_default());
        if self.talk != Talk::Little {
            let lines = shown(sentence);
            let lines: Vec<String> = lines.split('\n').map(with_word).collect();
            self.write_err(&lines.join("\n"));
        }
    }

    /// Remembers how many of several databases are done, for whoever stops the work.
    pub fn reach(&self, done: usize, total: usize) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = Some((done, total));
    }

    /// Says how far the work came that is stopped.
    pub fn stopped(&self) {
        self.end_gauge();
        let reached = *self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((done, total)) = reached {
            self.status(&format!(
                "Stopped after {done} of {total} databases; run the same command again for the others"
            ));
        }
    }

    /// Begins to show how far work is that has so many parts: on a terminal alone, and for one thing at a
    /// time.
    pub fn begin_gauge(&self, what: &str, total: usize) {
        let is_heard = self.talk != Talk::Little && self.prefix.is_empty();
        if is_heard && gauge::is_possible() {
            gauge::begin(what, u64::try_from(total).unwrap_or(u64::MAX));
        }
    }

    /// Shows how many parts of it are done.
    pub fn advance_gauge(&self, done: usize) {
        if self.prefix.is_empty() {
            gauge::advance(u64::try_from(done).unwrap_or(u64::MAX));
        }
    }

    /// Shows what is being done now, where something is drawn.
    pub fn doing(&self, sentence: &str) {
        if self.prefix.is_empty() {
            gauge::doing(&shown(sentence));
        }
    }

    /// Takes away what is drawn.
    pub fn end_gauge(&self) {
        if self.prefix.is_empty() {
            gauge::end();
        }
    }

    /// Says how far long work is that is seen often; as a line only where it came a good deal further.
    pub fn paced(&self, pace: &str, sentence: &str) {
        let mut before = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let is_drawn = self.prefix.is_empty() && gauge::doing(&shown(sentence));
        if !is_drawn && *before != pace {
            pace.clone_into(&mut before);
            self.progress(sentence);
        }
    }

    /// Says how far long work is: in what is drawn, else as a line.
    pub fn progress(&self, sentence: &str) {
        if self.prefix.is_empty() && gauge::doing(&shown(sentence)) {
            return;
        }
        if self.talk != Talk::Little {
            self.write_err(&shown(sentence));
        }
    }

    /// Says more, where that was asked for.
    pub fn detail(&self, sentence: &str) {
        if self.is_verbose() {
            self.write_err(sentence);
        }
    }

    /// Says something beside the results; what is left out of them only where more was asked for.
    pub fn note(&self, sentence: &str) {
        let is_left_out = ["not managed", "left alone", "passed over"]
            .iter()
            .any(|words| sentence.starts_with(words));
        if is_left_out {
            return self.detail(&with_word(&format!("note: {sentence}")));
        }
        self.status(&format!("note: {sentence}"));
    }

    /// Says that something went otherwise than it should.
    pub fn warning(&self, sentence: &str) {
        self.write_err(&format!("{WARNING}warning{WARNING:#}: {sentence}"));
    }

    /// Says why the command failed, and what to do.
    pub fn error(&self, error: &ProjectError) {
        if self.is_json() {
            let text = serde_json::to_string_pretty(&json::error(error)).unwrap_or_default();
            return self.write_err(&text);
        }
        self.write_err(&error::text(error));
    }

    fn write_err(&self, text: &str) {
        // Where stderr is closed there is nobody to tell.
        let text = self.prefixed(text.trim_end());
        let text = without_typed_passwords(&text);
        let text = harmless(&text);
        if let Some(held) = &mut *self.kept()
            && !held.results.is_empty()
        {
            held.rest.push_str(&text);
            held.rest.push('\n');
            return;
        }
        let _unheard = gauge::beside(|| writeln!(AutoStream::auto(std::io::stderr()), "{text}"));
    }

    /// Who answers yes or no: a person on a terminal, where there is one.
    pub fn asker(&self) -> Option<fn(&str) -> bool> {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        (is_terminal && !self.is_json()).then_some(ask_once as fn(&str) -> bool)
    }

    /// Asks on a terminal; `None` where there is none, or no answer comes.
    pub fn ask(&self, question: &str) -> Option<String> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return None;
        }
        inquire::Text::new(question).prompt().ok()
    }
}

/// Says what is wrong with what was typed.
pub fn usage(error: &clap::Error) {
    let text = error.render().ansi().to_string();
    let text = without_typed_passwords(&text);
    // Where stderr is closed there is nobody to tell.
    let _unheard = write!(AutoStream::auto(std::io::stderr()), "{text}");
}

/// Says that the program itself is wrong, in place of the language's own words.
pub fn say_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let words = panic.payload_as_str().unwrap_or("no words");
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = format!(
            "{WARNING}panic{WARNING:#}: this is a mistake of schemist, not yours: {words} ({place})\n  \
             hint: run the command again with RUST_BACKTRACE=1 and report what it says; `schemist status` shows how the database stands"
        );
        let text = without_typed_passwords(&text);
        let _unheard = writeln!(AutoStream::auto(std::io::stderr()), "{text}");
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            let _unheard = writeln!(AutoStream::auto(std::io::stderr()), "{trace}");
        }
    }));
}

/// What was typed may hold a password, also where none belongs; it is not repeated.
fn without_typed_passwords(text: &str) -> Cow<'_, str> {
    static LOGINS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let logins = LOGINS.get_or_init(|| {
        std::env::args()
            .filter_map(|word| login_in(&word))
            .collect()
    });
    let mut shown = Cow::Borrowed(text);
    for (login, hidden) in logins {
        if shown.contains(login.as_str()) {
            shown = Cow::Owned(shown.replace(login, hidden));
        }
    }
    shown
}

/// A text for people in which nothing is a command of GitHub, whose log takes a line that begins with `::`, or
/// holds `##[`, for one: names and messages may have lines of their own.
fn harmless(text: &str) -> Cow<'_, str> {
    static IS_READ: OnceLock<bool> = OnceLock::new();
    let is_read = IS_READ.get_or_init(|| std::env::var_os("GITHUB_ACTIONS").is_some());
    if *is_read && (text.contains("::") || text.contains("##[")) {
        return Cow::Owned(without_commands(text));
    }
    Cow::Borrowed(text)
}

fn without_commands(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let line = line.replace("##[", "\\u{23}#[");
        let begun = anstream::adapter::strip_str(&line).to_string();
        if begun.trim_start().starts_with("::") {
            return line.replacen("::", "\\u{3a}:", 1);
        }
        line
    });
    lines.collect()
}

/// The login of a url with a password, and the same without it.
fn login_in(word: &str) -> Option<(String, String)> {
    let (_, rest) = word.split_once("://")?;
    let (login, _) = rest.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    (!password.is_empty()).then(|| (format!("{login}@"), format!("{user}:***@")))
}

/// Whether everything can be seen at once, with a line for what is typed next.
fn fits(held: &Held, (columns, lines): (u16, u16)) -> bool {
    let columns = usize::from(columns.max(1));
    let text = anstream::adapter::strip_str(&held.results).to_string();
    let rest = anstream::adapter::strip_str(&held.rest).to_string();
    let taken = text.lines().chain(rest.lines());
    let taken = taken.map(|line| line.width().div_ceil(columns).max(1));
    taken.sum::<usize>() < usize::from(lines)
}

/// A line in which a word such as `hint:` in front stands out.
fn with_word(line: &str) -> String {
    for (word, style) in [("note", NOTE), ("hint", HINT)] {
        if let Some(rest) = line.strip_prefix(word)
            && rest.starts_with(": ")
        {
            return format!("{style}{word}{style:#}{rest}");
        }
    }
    line.to_owned()
}

/// Asks a question, which is the same for every dialect, a single time.
fn ask_once(question: &str) -> bool {
    static ANSWERS: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = answers.get(question) {
        return *answer;
    }
    let asked = gauge::beside(|| inquire::Confirm::new(question).with_default(false).prompt());
    let answer = asked.unwrap_or(false);
    answers.insert(question.to_owned(), answer);
    answer
}

/// A result with its colours where they are wanted.
fn as_wanted(results: &str) -> Cow<'_, str> {
    match AutoStream::choice(&std::io::stdout()) {
        ColorChoice::Never => Cow::Owned(anstream::adapter::strip_str(results).to_string()),
        ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => Cow::Borrowed(results),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_of_github() {
        let text = "create table \"a\n  ::error::b\"\nx::text ##[error]c\n";
        insta::assert_snapshot!(without_commands(text), @r#"
        create table "a
          \u{3a}:error::b"
        x::text \u{23}#[error]c
        "#);
    }

    #[test]
    fn a_typed_login_is_known_by_its_password() {
        let pair = |word| login_in(word).map(|(login, hidden)| format!("{login} {hidden}"));
        assert_eq!(
            pair("--url=postgres://app:a@b:c@db/shop").as_deref(),
            Some("app:a@b:c@ app:***@")
        );
        assert_eq!(pair("postgres://app@db/shop"), None);
        assert_eq!(pair("head"), None);
    }
}
