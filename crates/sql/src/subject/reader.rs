//! Reads the first words of a statement of the DDL.

use std::iter::Peekable;

use super::{Guard, Subject, Verb};
use crate::signature::signature;
use crate::{Dialect, Ident, TokenKind, Word, Words, words};

/// What a statement is about, where it is a `CREATE`, an `ALTER`, a `DROP` or a `COMMENT ON`.
pub fn subject(dialect: Dialect, statement: &str) -> Option<Subject> {
    let mut reader = Reader {
        dialect,
        words: words(dialect, statement).peekable(),
        statement,
    };
    let verb = reader.verb()?;
    let mut guard = Guard::None;
    reader.adjectives(&mut guard);
    let kind = reader.kind()?;
    reader.guards(&mut guard);
    let mut subject = Subject {
        verb,
        kind,
        name: Vec::new(),
        others: Vec::new(),
        signature: None,
        on: Vec::new(),
        guard,
    };
    reader.names(&mut subject);
    Some(subject)
}

/// The words of a statement, as far as they are not read.
struct Reader<'a> {
    dialect: Dialect,
    words: Peekable<Words<'a>>,
    statement: &'a str,
}

/// Words that tell kinds of one kind apart, or how an object is made.
const ADJECTIVES: [&str; 19] = [
    "temp",
    "temporary",
    "global",
    "local",
    "unlogged",
    "unique",
    "fulltext",
    "spatial",
    "vector",
    "recursive",
    "constraint",
    "virtual",
    "trusted",
    "procedural",
    "aggregate",
    "online",
    "offline",
    "ignore",
    "force",
];

/// Kinds of more than one word.
const LONG_KINDS: [&[&str]; 16] = [
    &["materialized", "view"],
    &["foreign", "table"],
    &["foreign", "data", "wrapper"],
    &["event", "trigger"],
    &["text", "search", "configuration"],
    &["text", "search", "dictionary"],
    &["text", "search", "parser"],
    &["text", "search", "template"],
    &["operator", "class"],
    &["operator", "family"],
    &["access", "method"],
    &["user", "mapping"],
    &["default", "privileges"],
    &["large", "object"],
    &["resource", "group"],
    &["package", "body"],
];

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<Word<'a>> {
        self.words.peek().copied()
    }

    fn take(&mut self, keyword: &str) -> bool {
        self.words.next_if(|word| word.is(keyword)).is_some()
    }

    fn take_punct(&mut self, sign: char) -> bool {
        self.words.next_if(|word| word.is_punct(sign)).is_some()
    }

    /// Whether these keywords come next.
    fn sees(&self, keywords: &[&str]) -> bool {
        let mut ahead = self.words.clone();
        keywords
            .iter()
            .all(|keyword| ahead.next().is_some_and(|word| word.is(keyword)))
    }

    fn verb(&mut self) -> Option<Verb> {
        let first = self.words.next()?;
        if first.is("create") {
            return Some(Verb::Create);
        }
        if first.is("alter") {
            return Some(Verb::Alter);
        }
        if first.is("drop") {
            return Some(Verb::Drop);
        }
        (first.is("comment") && self.take("on")).then_some(Verb::Comment)
    }

    fn adjectives(&mut self, guard: &mut Guard) {
        while let Some(word) = self.peek() {
            if self.sees(&["or", "replace"]) {
                *guard = Guard::OrReplace;
                self.words.nth(1);
            } else if word.is("definer") {
                self.words.nth(1);
                self.account();
            } else if word.is("algorithm") || self.sees(&["sql", "security"]) {
                self.words.nth(2);
            } else if self.is_adjective(word) {
                self.words.next();
            } else {
                return;
            }
        }
    }

    fn is_adjective(&self, word: Word<'_>) -> bool {
        if word.is("constraint") {
            return self.sees(&["constraint", "trigger"]);
        }
        if word.is("aggregate") {
            return self.sees(&["aggregate", "function"]);
        }
        word.is_one_of(&ADJECTIVES)
    }

    /// Reads `user`, `'user'@'host'` or `CURRENT_USER()`.
    fn account(&mut self) {
        self.words.next();
        if self.take_punct('(') {
            self.words.next();
        }
        if self.words.next_if(|word| word.text == "@").is_some() {
            self.words.next();
        } else {
            self.words
                .next_if(|word| word.token.kind == TokenKind::Parameter);
        }
    }

    fn kind(&mut self) -> Option<String> {
        let long = LONG_KINDS.iter().find(|kind| self.sees(kind));
        let length = long.map_or(1, |kind| kind.len());
        let kind: Vec<String> = self
            .words
            .by_ref()
            .take(length)
            .filter(|word| word.token.kind == TokenKind::Word)
            .map(|word| word.text.to_ascii_uppercase())
            .collect();
        (!kind.is_empty()).then(|| kind.join(" "))
    }

    fn guards(&mut self, guard: &mut Guard) {
        loop {
            if self.sees(&["if", "not", "exists"]) {
                *guard = Guard::IfNotExists;
                self.words.nth(2);
            } else if self.sees(&["if", "exists"]) {
                *guard = Guard::IfExists;
                self.words.nth(1);
            } else if !self.take("concurrently") && !self.take("only") {
                return;
            }
        }
    }

    fn names(&mut self, subject: &mut Subject) {
        match subject.kind.as_str() {
            "DEFAULT PRIVILEGES" | "SYSTEM" | "LARGE OBJECT" => return,
            "CAST" => {
                subject.signature = self.parentheses();
                return;
            }
            "INDEX"
                if subject.verb == Verb::Create
                    && self.peek().is_some_and(|word| word.is("on")) => {}
            "SCHEMA" => {
                self.take("authorization");
                subject.name = self.name();
            }
            "USER MAPPING" | "TRANSFORM" => {
                self.take("for");
                subject.name = self.name();
            }
            "OPERATOR" => subject.name = self.operator(),
            _ => subject.name = self.name(),
        }
        subject.signature = self.signature(subject);
        if subject.verb == Verb::Drop {
            while self.take_punct(',') {
                subject.others.push(self.name());
                self.signature(subject);
            }
        }
        subject.on = self.on(subject);
        if let (Dialect::Postgres, "INDEX", [schema, _], [_]) = (
            self.dialect,
            subject.kind.as_str(),
            &*subject.on,
            &*subject.name,
        ) {
            // An index is made in the schema of its table.
            subject.name.insert(0, schema.clone());
        }
    }

    fn name(&mut self) -> Vec<Ident> {
        let mut parts = Vec::new();
        loop {
            let dialect = self.dialect;
            let Some(name) = self.peek().and_then(|word| word.name(dialect)) else {
                return parts;
            };
            self.words.next();
            parts.push(name);
            if !self.take_punct('.') {
                return parts;
            }
        }
    }

    fn operator(&mut self) -> Vec<Ident> {
        let mut parts = self.name();
        if let Some(operator) = self
            .words
            .next_if(|word| word.token.kind == TokenKind::Operator)
        {
            parts.push(Ident::from_server(operator.text));
        }
        parts
    }

    fn signature(&mut self, subject: &Subject) -> Option<String> {
        match self.dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return None,
        }
        match subject.kind.as_str() {
            "FUNCTION" | "PROCEDURE" | "AGGREGATE" | "ROUTINE" => {
                Some(signature(&self.parentheses()?))
            }
            "OPERATOR" if subject.verb == Verb::Create => Some(operands(&self.parentheses()?)),
            "OPERATOR" => Some(signature(&self.parentheses()?)),
            _ => None,
        }
    }

    /// What stands between the parentheses that come next.
    fn parentheses(&mut self) -> Option<String> {
        let opening = self.words.next_if(|word| word.is_punct('('))?;
        let mut depth = 1;
        for word in self.words.by_ref() {
            match word.token.kind {
                TokenKind::Punct('(') => depth += 1,
                TokenKind::Punct(')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(
                    self.statement[opening.token.span.end..word.start()]
                        .trim()
                        .to_owned(),
                );
            }
        }
        None
    }

    /// The table behind `ON`, or what stands in its place.
    fn on(&mut self, subject: &Subject) -> Vec<Ident> {
        let preposition = match subject.kind.as_str() {
            "TRIGGER" | "INDEX" | "POLICY" | "CONSTRAINT" => "on",
            "RULE" if subject.verb == Verb::Create => "to",
            "RULE" => "on",
            "OPERATOR CLASS" | "OPERATOR FAMILY" => "using",
            "USER MAPPING" => "server",
            _ => return Vec::new(),
        };
        let is_end = |word: &Word<'a>| word.is(preposition) || word.is_punct('(');
        let found = self
            .words
            .find(is_end)
            .is_some_and(|word| word.is(preposition));
        if !found {
            return Vec::new();
        }
        self.take("only");
        if subject.kind == "CONSTRAINT" {
            self.take("domain");
        }
        self.name()
    }
}

/// The types of the operands in the definition of an operator.
fn operands(definition: &str) -> String {
    let operand = |side: &str| {
        let mut words = words(Dialect::Postgres, definition);
        words.find(|word| word.is(side))?;
        let from = words.next()?.token.span.end;
        let end = words
            .find(|word| word.is_punct(','))
            .map_or(definition.len(), Word::start);
        Some(signature(&definition[from..end]))
    };
    [operand("leftarg"), operand("rightarg")]
        .map(|operand| operand.unwrap_or_else(|| "none".to_owned()))
        .join(", ")
}
