//! Dialects and SQL text: names, quoting, tokens, statements with their spans.
//!
//! It stands apart because everything else writes or reads SQL and must agree on what a name, a
//! string and a statement are. It does no input or output, knows no kind of object, and deliberately
//! does not understand SQL: a statement is a run of tokens, never a tree.

mod body;
mod dialect;
mod ident;
mod keywords;
mod lexer;
mod line;
mod lock_mode;
mod name;
mod normal;
mod publisher;
mod script;
mod secret;
mod signature;
mod statement;
mod subject;
mod token;
mod words;

pub use dialect::{Dialect, UnknownDialect};
pub use ident::{BadIdent, Ident, QualifiedName};
pub use lexer::{Tokens, tokens};
pub use line::{Lines, in_one_line};
pub use lock_mode::LockMode;
pub use normal::{normal_form, normal_form_among, significant_text, strip_outer_parentheses};
pub use publisher::{PublisherWatch, created_unconnected, without_connecting};
pub use script::Script;
pub use secret::without_secrets;
pub use statement::{SplitError, Statement, StatementKind, statements};
pub use subject::{Guard, Subject, Verb, subject};
pub use token::{Span, Token, TokenKind, Unclosed, line_column};
pub use words::{Word, Words, leading_words, mentioned_names, words};
