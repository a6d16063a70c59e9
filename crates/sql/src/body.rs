//! Tells which `;` belong to the body of a routine, a trigger or a rule.

use crate::{Dialect, Token, TokenKind};

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
        let piece = Piece {
            token,
            text: token.span.slice(text),
        };
        match self {
            Self::Postgres(body) => body.read(piece),
            Self::Sqlite(body) => body.read(piece),
            Self::Mysql(body) => body.read(piece),
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

/// A token with its text.
#[derive(Clone, Copy)]
struct Piece<'a> {
    token: Token,
    text: &'a str,
}

impl Piece<'_> {
    fn is(self, word: &str) -> bool {
        self.token.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_one_of(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    const fn start(self) -> usize {
        self.token.span.start
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
    fn read(&mut self, piece: Piece<'_>) {
        match self.head {
            Head::Start if piece.is("create") => self.head = Head::Create,
            Head::Create if piece.is_one_of(&["or", "replace"]) => {}
            Head::Create if piece.is_one_of(&["function", "procedure"]) => {
                self.head = Head::Routine
            }
            Head::Create if piece.is("rule") => self.head = Head::Rule,
            Head::Routine => self.routine(piece),
            Head::Rule => match piece.token.kind {
                TokenKind::Punct('(') => self.blocks.push(piece.start()),
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

    fn routine(&mut self, piece: Piece<'_>) {
        let previous = std::mem::take(&mut self.previous);
        if piece.token.kind == TokenKind::Punct('.') || piece.is("as") {
            self.previous = Previous::Qualifier;
            return;
        }
        if previous == Previous::Qualifier {
            return;
        }
        if piece.is("begin") {
            self.previous = Previous::Begin(piece.start());
        } else if let (Previous::Begin(start), true) = (previous, piece.is("atomic")) {
            self.blocks.push(start);
        } else if !self.blocks.is_empty() && piece.is("case") {
            self.blocks.push(piece.start());
        } else if piece.is("end") {
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
    fn read(&mut self, piece: Piece<'_>) {
        match self.head {
            Head::Start if piece.is("create") => self.head = Head::Create,
            Head::Start if piece.is("explain") => self.head = Head::Explain,
            Head::Explain if piece.is_one_of(&["query", "plan"]) => {}
            Head::Explain if piece.is("create") => self.head = Head::Create,
            Head::Create if piece.is_one_of(&["temp", "temporary"]) => {}
            Head::Create if piece.is("trigger") => {
                self.head = Head::Trigger;
                self.start = piece.start();
            }
            Head::Trigger => {
                self.end = match self.end {
                    _ if piece.token.kind == TokenKind::Punct(';') => SqliteEnd::Semicolon,
                    SqliteEnd::Semicolon if piece.is("end") => SqliteEnd::Reached,
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
    fn read(&mut self, piece: Piece<'_>) {
        let place = std::mem::take(&mut self.place);
        match piece.token.kind {
            TokenKind::Executable => self.place = place,
            TokenKind::Punct('.') => self.place = Place::Qualifier,
            TokenKind::Word if place == Place::Qualifier => {}
            _ if self.head == Head::Body => self.body(piece, place),
            TokenKind::Punct('(') => self.parentheses += 1,
            TokenKind::Punct(')') => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Operator if matches!(piece.text, "=" | "@") => self.place = Place::Qualifier,
            TokenKind::Word if self.parentheses == 0 => self.head(piece, place),
            _ => {}
        }
    }

    /// Finds out what is created and where its body starts.
    fn head(&mut self, piece: Piece<'_>, place: Place) {
        match self.head {
            Head::Start if piece.is_one_of(&["create", "alter"]) => self.head = Head::Create,
            Head::Start if piece.is("begin") => {
                self.head = Head::Routine;
                self.place = Place::Begin(piece.start());
            }
            Head::Create if piece.is_one_of(&["procedure", "function"]) => {
                self.head = Head::Routine;
                self.place = Place::Kind;
            }
            Head::Create if piece.is("trigger") => self.head = Head::Trigger,
            Head::Create if piece.is("event") => self.head = Head::Event,
            Head::Create if piece.is_one_of(&BEFORE_KIND) => {}
            Head::Trigger if piece.is("row") => self.start_body(Place::Start),
            Head::Event if piece.is("do") => self.start_body(Place::Start),
            Head::Routine => self.routine(piece, place),
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

    fn routine(&mut self, piece: Piece<'_>, place: Place) {
        match place {
            Place::Begin(start) if piece.is("not") => {
                self.blocks.push((Block::Statements, start));
                self.start_body(Place::Qualifier);
            }
            Place::Begin(_) => self.head = Head::Other,
            Place::Kind if piece.is("if") => self.place = Place::Qualifier,
            _ if piece.is("begin") || piece.is_one_of(&BLOCKS) => {
                self.head = Head::Body;
                self.body(piece, Place::Start);
            }
            _ if piece.is_one_of(&SIMPLE) => self.start_body(Place::Within),
            _ => {}
        }
    }

    fn body(&mut self, piece: Piece<'_>, place: Place) {
        let in_expression = matches!(self.blocks.last(), Some((Block::Expression, _)));
        self.place = match piece.token.kind {
            TokenKind::Punct(';') => Place::Start,
            TokenKind::Operator if piece.text == ":" && place == Place::Label => Place::Start,
            TokenKind::QuotedName if place == Place::Start => Place::Label,
            TokenKind::Word if piece.is_one_of(&BLOCKS) && place == Place::End => Place::Within,
            TokenKind::Word if piece.is("begin") => self.open(Block::Statements, piece),
            TokenKind::Word if piece.is_one_of(&BLOCKS) && place == Place::Start => {
                let within = self.open(Block::Statements, piece);
                if piece.is_one_of(&["loop", "repeat"]) {
                    within
                } else {
                    Place::Within
                }
            }
            TokenKind::Word if piece.is("case") => {
                self.open(Block::Expression, piece);
                Place::Within
            }
            TokenKind::Word if piece.is("end") => {
                self.blocks.pop();
                Place::End
            }
            TokenKind::Word if piece.is_one_of(&["then", "else"]) && !in_expression => Place::Start,
            TokenKind::Word if place == Place::Start => Place::Label,
            TokenKind::Word if piece.is("do") && !in_expression => Place::Start,
            _ => Place::Within,
        };
    }

    fn open(&mut self, block: Block, piece: Piece<'_>) -> Place {
        self.blocks.push((block, piece.start()));
        Place::Start
    }
}
