//! Reads SQL files, statement by statement.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Span, Statement, StatementKind, statements};

use crate::declaration::{Declaration, Declared, Origin, PassedOver};
use crate::error::{Place, Problem, ReadError};
use crate::source::Options;
use crate::sql::directive::Directive;
use crate::sql::refusal::{self, Verdict};
use crate::sql::{Words, dump, hint, sqlite_own};

/// Reads every file of a declaration that is no Rust.
pub(crate) fn read(
    declaration: &mut Declaration,
    errors: &mut Vec<ReadError>,
    dialect: Dialect,
    options: &Options,
) {
    let mut files = std::mem::take(&mut declaration.files);
    for (number, file) in files.iter_mut().enumerate() {
        if file.source.is_rust() {
            continue;
        }
        let text = file.source.text.as_str();
        let mut reader = Reader {
            dialect,
            schema: &options.default_schema,
            file: number,
            text,
            declaration,
            errors,
            shadows: BTreeSet::new(),
            is_dump: false,
        };
        if !reader.is_for_us(file.source.dialect()) {
            continue;
        }
        match statements(dialect, text) {
            Ok(statements) => {
                file.dump = dump::recognise(dialect, text, &statements);
                match dialect {
                    Dialect::Sqlite => {
                        reader.shadows = sqlite_own::shadows(text, &statements);
                        reader.is_dump = file.dump.is_some();
                    }
                    Dialect::Postgres | Dialect::Mysql => {}
                }
                reader.statements(&statements);
            }
            Err(error) => {
                let label = format!("this {} is never closed", error.unclosed.title());
                reader.refuse(error.into(), error.span, label, "close it");
            }
        }
    }
    declaration.files = files;
}

/// One file that is being read, and where its declarations and errors go.
pub(super) struct Reader<'a> {
    pub(super) dialect: Dialect,
    pub(super) schema: &'a Ident,
    pub(super) file: usize,
    pub(super) text: &'a str,
    pub(super) declaration: &'a mut Declaration,
    pub(super) errors: &'a mut Vec<ReadError>,
    /// The tables of virtual tables of SQLite.
    shadows: BTreeSet<String>,
    /// Whether SQLite's shell wrote it.
    is_dump: bool,
}

impl Reader<'_> {
    pub(super) fn origin(&self, span: Span) -> Origin {
        Origin {
            file: self.file,
            span,
        }
    }

    pub(super) fn refuse(
        &mut self,
        problem: Problem,
        span: Span,
        label: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let place = Place::new(self.file, span, label);
        self.errors
            .push(ReadError::new(problem, place).with_remedy(remedy));
    }

    fn pass_over(&mut self, what: impl Into<String>, why: impl Into<String>, span: Span) {
        let passed = PassedOver {
            what: what.into(),
            why: why.into(),
            origin: self.origin(span),
        };
        self.declaration.passed_over.push(passed);
    }

    /// Whether the file's name and its first line leave it to this dialect.
    fn is_for_us(&mut self, named: Option<Dialect>) -> bool {
        let first = self
            .text
            .trim_start_matches('\u{feff}')
            .lines()
            .next()
            .unwrap_or_default();
        let on_first_line = match Directive::parse(first.trim()) {
            Some(Ok(Directive::Dialects(dialects))) => Some(dialects),
            _ => None,
        };
        let dialects = on_first_line.or_else(|| named.map(|dialect| vec![dialect]));
        let Some(others) = dialects.filter(|dialects| !dialects.contains(&self.dialect)) else {
            return true;
        };
        self.pass_over("the file", for_others(&others), Span::new(0, first.len()));
        false
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            for comment in &statement.detached {
                self.stray(*comment);
            }
            let directives = self.directives(&statement.comments);
            let others = directives
                .iter()
                .find_map(|(directive, _)| match directive {
                    Directive::Dialects(dialects) if !dialects.contains(&self.dialect) => {
                        Some(dialects)
                    }
                    _ => None,
                });
            let text = statement.text(self.text);
            let words = Words::of(self.dialect, text);
            match others {
                Some(others) => self.pass_over(head(&words), for_others(others), statement.span),
                None => self.statement(statement, &words, &directives),
            }
        }
    }

    /// Refuses a line for us that has a blank line between itself and what is below.
    fn stray(&mut self, comment: Span) {
        let is_first_line = self.text[..comment.start]
            .trim_start_matches('\u{feff}')
            .is_empty();
        let Some(directive) = Directive::parse(comment.slice(self.text)) else {
            return;
        };
        if is_first_line && matches!(directive, Ok(Directive::Dialects(_))) {
            return;
        }
        let problem = directive.err().unwrap_or_else(|| Problem::Directive {
            directive: word(comment.slice(self.text)),
            reason: "it stands above nothing".to_owned(),
        });
        self.refuse(
            problem,
            comment,
            "this line",
            "put it directly above what it is about",
        );
    }

    pub(super) fn directives(&mut self, comments: &[Span]) -> Vec<(Directive, Span)> {
        let mut found = Vec::new();
        for comment in comments {
            match Directive::parse(comment.slice(self.text)) {
                Some(Ok(directive)) => found.push((directive, *comment)),
                Some(Err(problem)) => {
                    self.refuse(problem, *comment, "this line", "mend or remove it");
                }
                None => {}
            }
        }
        found
    }

    fn statement(
        &mut self,
        statement: &Statement,
        words: &Words<'_>,
        directives: &[(Directive, Span)],
    ) {
        let text = statement.text(self.text);
        let verdict = match statement.kind {
            StatementKind::MetaCommand => refusal::judge_command(text),
            StatementKind::Sql | StatementKind::Copy { .. } => {
                let known = self
                    .default_schema(words)
                    .or_else(|| self.made_by_sqlite(words));
                known.unwrap_or_else(|| refusal::judge(self.dialect, words))
            }
        };
        let what = match statement.kind {
            StatementKind::MetaCommand => word(text),
            StatementKind::Sql | StatementKind::Copy { .. } => head(words),
        };
        match verdict {
            Verdict::PassOver(why) => self.pass_over(what, why, statement.span),
            Verdict::Refuse { reason, remedy } => {
                let problem = Problem::Refused {
                    statement: what,
                    reason,
                };
                self.refuse(problem, statement.span, "not in a declaration", remedy);
            }
            Verdict::Run => {
                hint::read(self, statement, words, directives);
                let smuggled = self.is_dump.then(|| sqlite_own::smuggled(words)).flatten();
                let sql =
                    smuggled.unwrap_or_else(|| without_concurrently(self.dialect, text, words));
                let origin = self.origin(statement.span);
                self.declaration.statements.push(Declared {
                    sql,
                    origin,
                    parts: Vec::new(),
                });
            }
        }
    }

    /// What the shell of SQLite prints, and what nobody has to declare.
    fn made_by_sqlite(&self, words: &Words<'_>) -> Option<Verdict> {
        match self.dialect {
            Dialect::Sqlite => {}
            Dialect::Postgres | Dialect::Mysql => return None,
        }
        if self.is_dump && words.are(0, "PRAGMA WRITABLE_SCHEMA") {
            return Some(Verdict::PassOver("a virtual table is made as any other"));
        }
        if self.is_dump && sqlite_own::smuggled(words).is_some() {
            return Some(Verdict::Run);
        }
        sqlite_own::judge(words, &self.shadows)
    }

    /// A dump creates the default schema, which we have created already.
    fn default_schema(&self, words: &Words<'_>) -> Option<Verdict> {
        if !words.are(0, "CREATE SCHEMA") {
            return None;
        }
        let at = words.after(2, "IF NOT EXISTS");
        let is_bare = words.is_end(at + 1) || words.is(at + 1, "AUTHORIZATION");
        let is_default = words.ident(at).as_ref() == Some(self.schema);
        (is_bare && is_default).then_some(Verdict::PassOver("the default schema is always there"))
    }
}

/// A declaration is loaded in transactions, where nothing can be built concurrently; the word is
/// blanked out, so that every offset stays.
fn without_concurrently(dialect: Dialect, text: &str, words: &Words<'_>) -> String {
    const WORD: &str = "CONCURRENTLY";
    let mut sql = text.to_owned();
    match dialect {
        Dialect::Postgres => {}
        Dialect::Sqlite | Dialect::Mysql => return sql,
    }
    let unique = words.after(1, "UNIQUE");
    if words.is_any(0, &["CREATE", "DROP"])
        && words.is(unique, "INDEX")
        && words.is(unique + 1, WORD)
    {
        sql.replace_range(words.span(unique + 1).range(), &" ".repeat(WORD.len()));
    }
    sql
}

/// The first words of a statement, for messages.
fn head(words: &Words<'_>) -> String {
    let shown: Vec<_> = (0..4)
        .map(|at| words.text(at))
        .take_while(|text| (1..40).contains(&text.len()))
        .collect();
    shown.join(" ")
}

/// The first word of a line, without the marks of a comment.
fn word(line: &str) -> String {
    let text = line.trim_start_matches(['-', '/', '*', '#', ' ', '@']);
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn for_others(dialects: &[Dialect]) -> String {
    let titles: Vec<_> = dialects.iter().map(|dialect| dialect.title()).collect();
    format!("it is for {}", titles.join(" and "))
}
