//! Tells which `;` belong to the body of a routine, a trigger or a rule.

use crate::{Dialect, Token, TokenKind, Word};

/// What has been read of a statement, as far as its body is concerned.
#[derive(Debug)]
pub(crate) enum Body {
    Postgres(PostgresBody),
    Sqlite(SqliteBody),
    Mysql(MysqlBody),
}

impl Body {
    pub(crate) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(PostgresBody::default()),
            Dialect::Sqlite => Self::Sqlite(SqliteBody::default()),
            Dialect::Mysql => Self::Mysql(MysqlBody::default()),
        }
    }

    /// Takes the next significant token of the statement.
    pub(crate) fn read(&mut self, token: Token, text: &str) {
        let word = Word::new(token, text);
        match self {
            Self::Postgres(body) => body.read(word),
            Self::Sqlite(body) => body.read(word),
            Self::Mysql(body) => body.read(word),
        }
    }

    /// Whether a `;` that came now would belong to the body.
    pub(crate) fn holds_semicolon(&self) -> bool {
        self.opening().is_some()
    }

    /// Where the body starts that is still open.
    pub(crate) fn opening(&self) -> Option<usize> {
        match self {
            Self::Postgres(body) => body.blocks.first().copied(),
            Self::Sqlite(body) => body.opening(),
            Self::Mysql(body) => body.blocks.first().map(|(_, at)| *at),
        }
    }
}

/// The kind of statement, found in its first words.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Nothing read yet.
    #[default]
    Start,
    /// `CREATE`, with words behind it that leave the kind open.
    Create,
    /// `EXPLAIN`, before what it explains.
    Explain,
    Routine,
    Trigger,
    Event,
    Rule,
    /// The body itself.
    Body,
    Other,
}

/// `BEGIN ATOMIC … END`, and the parentheses of `CREATE RULE … DO (…; …)`.
#[derive(Debug, Default)]
pub(crate) struct PostgresBody {
    head: Head,
    previous: Previous,
    /// Where the blocks start that are open.
    blocks: Vec<usize>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Previous {
    #[default]
    Other,
    Begin(usize),
    /// A `.` or `AS`, behind which every word is a name.
    Qualifier,
}

impl PostgresBody {
    fn read(&mut self, word: Word<'_>) {
        match self.head {
            Head::Start if word.is("create") => self.head = Head::Create,
            Head::Create if word.is_one_of(&["or", "replace"]) => {}
            Head::Create if word.is_one_of(&["function", "procedure"]) => self.head = Head::Routine,
            Head::Create if word.is("rule") => self.head = Head::Rule,
            Head::Routine => self.routine(word),
            Head::Rule => match word.token.kind {
                TokenKind::Punct('(') => self.blocks.push(word.start()),
                TokenKind::Punct(')') => drop(self.blocks.pop()),
                _ => {}
            },
            Head::Start
            | Head::Create
            | Head::Explain
            | Head::Trigger
            | Head::Event
            | Head::Body
            | Head::Other => {
                self.head = Head::Other;
            }
        }
    }

    fn routine(&mut self, word: Word<'_>) {
        let previous = std::mem::take(&mut self.previous);
        if word.token.kind == TokenKind::Punct('.') || word.is("as") {
            self.previous = Previous::Qualifier;
            return;
        }
        if previous == Previous::Qualifier {
            return;
        }
        if word.is("begin") {
            self.previous = Previous::Begin(word.start());
        } else if let (Previous::Begin(start), true) = (previous, word.is("atomic")) {
            self.blocks.push(start);
        } else if !self.blocks.is_empty() && word.is("case") {
            self.blocks.push(word.start());
        } else if word.is("end") {
            self.blocks.pop();
        }
    }
}

/// The body of a trigger, which ends at `; END` as SQLite's own shell finds it:
/// <https://www.sqlite.org/c3ref/complete.html>.
#[derive(Debug, Default)]
pub(crate) struct SqliteBody {
    head: Head,
    start: usize,
    end: SqliteEnd,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum SqliteEnd {
    #[default]
    Far,
    Semicolon,
    Reached,
}

impl SqliteBody {
    fn read(&mut self, word: Word<'_>) {
        match self.head {
            Head::Start if word.is("create") => self.head = Head::Create,
            Head::Start if word.is("explain") => self.head = Head::Explain,
            Head::Explain if word.is_one_of(&["query", "plan"]) => {}
            Head::Explain if word.is("create") => self.head = Head::Create,
            Head::Create if word.is_one_of(&["temp", "temporary"]) => {}
            Head::Create if word.is("trigger") => {
                self.head = Head::Trigger;
                self.start = word.start();
            }
            Head::Trigger => {
                self.end = match self.end {
                    _ if word.token.kind == TokenKind::Punct(';') => SqliteEnd::Semicolon,
                    SqliteEnd::Semicolon if word.is("end") => SqliteEnd::Reached,
                    SqliteEnd::Far | SqliteEnd::Semicolon | SqliteEnd::Reached => SqliteEnd::Far,
                };
            }
            Head::Start
            | Head::Create
            | Head::Explain
            | Head::Routine
            | Head::Event
            | Head::Rule
            | Head::Body
            | Head::Other => self.head = Head::Other,
        }
    }

    fn opening(&self) -> Option<usize> {
        (self.head == Head::Trigger && self.end != SqliteEnd::Reached).then_some(self.start)
    }
}

/// The blocks of MySQL's and MariaDB's stored programs.
#[derive(Debug, Default)]
pub(crate) struct MysqlBody {
    head: Head,
    place: Place,
    /// How many are open before the body.
    parentheses: usize,
    /// The blocks that are open, with the place where each starts.
    blocks: Vec<(Block, usize)>,
}

/// What stands before the current token.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Within,
    /// A statement of the body starts here.
    Start,
    /// A word that is a label if `:` follows.
    Label,
    /// The body of a trigger starts here, or its place among others is told.
    Row,
    /// `FOLLOWS` or `PRECEDES`, behind which the name of a trigger stands.
    Order,
    /// `END`, behind which the kind of block may be repeated.
    End,
    /// The word `PROCEDURE` or `FUNCTION`, behind which `IF NOT EXISTS` may stand.
    Kind,
    /// Something behind which every word is a name.
    Qualifier,
    /// A `BEGIN` that opens a body if `NOT ATOMIC` follows, and else a transaction.
    Begin(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// A block of statements.
    Statements,
    /// `CASE` within an expression.
    Expression,
}

/// The words that open a block where a statement starts.
const BLOCKS: [&str; 6] = ["if", "case", "loop", "while", "repeat", "for"];

/// The words with which a body without a block starts.
const SIMPLE: [&str; 12] = [
    "select", "set", "call", "return", "insert", "update", "delete", "replace", "with", "truncate",
    "do", "signal",
];

/// The words that may stand between `CREATE` and the kind of a stored program.
const BEFORE_KIND: [&str; 9] = [
    "or",
    "replace",
    "definer",
    "aggregate",
    "sql",
    "security",
    "invoker",
    "current_user",
    "current_role",
];

impl MysqlBody {
    fn read(&mut self, word: Word<'_>) {
        let place = std::mem::take(&mut self.place);
        match word.token.kind {
            TokenKind::Executable => self.place = place,
            TokenKind::Punct('.') => self.place = Place::Qualifier,
            TokenKind::Word if place == Place::Qualifier => {}
            _ if self.head == Head::Body => self.body(word, place),
            TokenKind::Punct('(') => self.parentheses += 1,
            TokenKind::Punct(')') => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Operator if matches!(word.text, "=" | "@") => self.place = Place::Qualifier,
            TokenKind::Word if self.parentheses == 0 => self.head(word, place),
            _ => {}
        }
    }

    /// Finds out what is created and where its body starts.
    fn head(&mut self, word: Word<'_>, place: Place) {
        match self.head {
            Head::Start if word.is_one_of(&["create", "alter"]) => self.head = Head::Create,
            Head::Start if word.is("begin") => {
                self.head = Head::Routine;
                self.place = Place::Begin(word.start());
            }
            Head::Create if word.is_one_of(&["procedure", "function"]) => {
                self.head = Head::Routine;
                self.place = Place::Kind;
            }
            Head::Create if word.is("trigger") => self.head = Head::Trigger,
            Head::Create if word.is("event") => self.head = Head::Event,
            Head::Create if word.is_one_of(&BEFORE_KIND) => {}
            Head::Trigger if word.is("row") => self.start_body(Place::Row),
            Head::Event if word.is("do") => self.start_body(Place::Start),
            Head::Routine => self.routine(word, place),
            Head::Trigger | Head::Event => {}
            Head::Start | Head::Create | Head::Explain | Head::Rule | Head::Body | Head::Other => {
                self.head = Head::Other;
            }
        }
    }

    fn start_body(&mut self, place: Place) {
        self.head = Head::Body;
        self.place = place;
    }

    fn routine(&mut self, word: Word<'_>, place: Place) {
        match place {
            Place::Begin(start) if word.is("not") => {
                self.blocks.push((Block::Statements, start));
                self.start_body(Place::Qualifier);
            }
            Place::Begin(_) => self.head = Head::Other,
            Place::Kind if word.is("if") => self.place = Place::Qualifier,
            _ if word.is("begin") || word.is_one_of(&BLOCKS) => {
                self.head = Head::Body;
                self.body(word, Place::Start);
            }
            _ if word.is_one_of(&SIMPLE) => self.start_body(Place::Within),
            _ => {}
        }
    }

    fn body(&mut self, word: Word<'_>, place: Place) {
        let place = match place {
            Place::Row if word.is_one_of(&["follows", "precedes"]) => {
                self.place = Place::Order;
                return;
            }
            Place::Order => {
                self.place = Place::Start;
                return;
            }
            Place::Row => Place::Start,
            place => place,
        };
        let in_expression = matches!(self.blocks.last(), Some((Block::Expression, _)));
        self.place = match word.token.kind {
            TokenKind::Punct(';') => Place::Start,
            TokenKind::Operator if word.text == ":" && place == Place::Label => Place::Start,
            TokenKind::QuotedName if place == Place::Start => Place::Label,
            TokenKind::Word if word.is_one_of(&BLOCKS) && place == Place::End => Place::Within,
            TokenKind::Word if word.is("begin") => self.open(Block::Statements, word),
            TokenKind::Word if word.is_one_of(&BLOCKS) && place == Place::Start => {
                let within = self.open(Block::Statements, word);
                if word.is_one_of(&["loop", "repeat"]) {
                    within
                } else {
                    Place::Within
                }
            }
            TokenKind::Word if word.is("case") => {
                self.open(Block::Expression, word);
                Place::Within
            }
            TokenKind::Word if word.is("end") => {
                self.blocks.pop();
                Place::End
            }
            TokenKind::Word if word.is_one_of(&["then", "else"]) && !in_expression => Place::Start,
            TokenKind::Word if place == Place::Start => Place::Label,
            TokenKind::Word if word.is("do") && !in_expression => Place::Start,
            _ => Place::Within,
        };
    }

    fn open(&mut self, block: Block, word: Word<'_>) -> Place {
        self.blocks.push((block, word.start()));
        Place::Start
    }
}
