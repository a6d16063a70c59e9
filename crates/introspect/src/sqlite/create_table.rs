//! What SQLite keeps of a table only as the text that was typed: constraints, conflict clauses, collations, defaults, generated columns.
//!
//! A parser of its own and not a general one: it must read everything that SQLite takes, and nothing else.
//! Expressions stay text. The grammar is SQLite's `parse.y`: <https://www.sqlite.org/lang_createtable.html>.

use schemist_catalog::Expr;
use schemist_catalog::object::{
    Check, Column, ColumnSource, Deferrable, ForeignKey, Generated, GeneratedKind, Key, KeyAction,
    KeyMatch, KeyPart, Place, Table,
};
use schemist_sql::{Ident, QualifiedName, TokenKind};

use super::cursor::{Cursor, Unread};

/// Reads a stored `CREATE TABLE`; names in it are spelled as they were typed.
pub(super) fn read_create_table(text: &str) -> Result<Table, Unread> {
    let mut cursor = Cursor::new(text);
    cursor.expect(&["CREATE"])?;
    let _temporary = cursor.eat(&["TEMP"]) || cursor.eat(&["TEMPORARY"]);
    cursor.expect(&["TABLE"])?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    let name = QualifiedName::unqualified(cursor.qualified_name()?);
    let mut reader = Reader {
        cursor,
        table: Table::new(name),
    };
    reader.body()?;
    reader.options()?;
    Ok(reader.table)
}

/// Words with which a constraint starts, so that they end a type.
const CONSTRAINT_WORDS: [&str; 11] = [
    "CONSTRAINT",
    "DEFAULT",
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "AS",
    "DEFERRABLE",
];

struct Reader<'a> {
    cursor: Cursor<'a>,
    table: Table,
}

impl Reader<'_> {
    fn body(&mut self) -> Result<(), Unread> {
        self.cursor.expect_sign('(')?;
        loop {
            if self.is_at_table_constraint() {
                self.table_constraints()?;
                return Ok(());
            }
            self.column()?;
            if self.cursor.eat_sign(')') {
                return Ok(());
            }
            self.cursor.expect_sign(',')?;
        }
    }

    fn is_at_table_constraint(&self) -> bool {
        self.cursor.peek().is_some_and(|word| {
            word.is_one_of(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"])
        })
    }

    fn options(&mut self) -> Result<(), Unread> {
        while self.cursor.peek().is_some() {
            if self.cursor.eat(&["WITHOUT", "ROWID"]) {
                self.table.without_rowid = true;
            } else if self.cursor.eat(&["STRICT"]) {
                self.table.strict = true;
            } else if !self.cursor.eat_sign(',') && !self.cursor.eat_sign(';') {
                return Err(self.cursor.unread());
            }
        }
        Ok(())
    }

    /// The constraints behind the columns; SQLite lets the commas between them be left out.
    fn table_constraints(&mut self) -> Result<(), Unread> {
        let mut name = None;
        loop {
            if self.cursor.eat_sign(')') {
                return Ok(());
            }
            if self.cursor.eat_sign(',') {
                name = None;
            } else if self.cursor.eat(&["CONSTRAINT"]) {
                name = Some(self.cursor.name()?);
            } else {
                self.table_constraint(name.take())?;
            }
        }
    }

    fn table_constraint(&mut self, name: Option<Ident>) -> Result<(), Unread> {
        if self.cursor.eat(&["PRIMARY", "KEY"]) {
            let key = self.table_key(name)?;
            self.table.primary_key = Some(key);
        } else if self.cursor.eat(&["UNIQUE"]) {
            let key = self.table_key(name)?;
            self.table.uniques.push(key);
        } else if self.cursor.eat(&["CHECK"]) {
            let expression = Expr::from_server(self.cursor.parentheses()?);
            // SQLite reads a conflict clause here and forgets it.
            self.conflict()?;
            self.table.checks.push(Check::new(name, expression));
        } else {
            self.cursor.expect(&["FOREIGN", "KEY"])?;
            let columns = self.names()?;
            self.cursor.expect(&["REFERENCES"])?;
            self.reference(name, columns, Place::default())?;
            self.deferrable();
        }
        Ok(())
    }

    fn table_key(&mut self, name: Option<Ident>) -> Result<Key, Unread> {
        let mut key = Key::new(name, []);
        self.cursor.expect_sign('(')?;
        loop {
            let mut part = KeyPart {
                column: self.cursor.name()?,
                collation: None,
                descending: false,
            };
            while self.cursor.eat(&["COLLATE"]) {
                part.collation = Some(self.cursor.collation()?);
            }
            part.descending = self.is_descending();
            key.parts.push(part);
            if self.cursor.eat(&["AUTOINCREMENT"]) {
                self.table.autoincrement = true;
            }
            if self.cursor.eat_sign(')') {
                break;
            }
            self.cursor.expect_sign(',')?;
        }
        key.conflict = self.conflict()?;
        Ok(key)
    }

    fn is_descending(&mut self) -> bool {
        self.cursor.eat(&["DESC"]) || {
            self.cursor.eat(&["ASC"]);
            false
        }
    }

    fn conflict(&mut self) -> Result<Option<String>, Unread> {
        if !self.cursor.eat(&["ON", "CONFLICT"]) {
            return Ok(None);
        }
        let word = self.cursor.name()?;
        Ok(Some(word.as_str().to_ascii_uppercase()))
    }

    fn names(&mut self) -> Result<Vec<Ident>, Unread> {
        let mut names = Vec::new();
        self.cursor.expect_sign('(')?;
        loop {
            names.push(self.cursor.name()?);
            // Old versions let a collation and an order stand here, without a meaning.
            if self.cursor.eat(&["COLLATE"]) {
                self.cursor.name()?;
            }
            self.is_descending();
            if self.cursor.eat_sign(')') {
                return Ok(names);
            }
            self.cursor.expect_sign(',')?;
        }
    }

    fn reference(
        &mut self,
        name: Option<Ident>,
        columns: Vec<Ident>,
        place: Place,
    ) -> Result<(), Unread> {
        let target = QualifiedName::unqualified(self.cursor.name()?);
        let is_list = self.cursor.peek().is_some_and(|word| word.is_punct('('));
        let target_columns = if is_list { self.names()? } else { Vec::new() };
        let mut key = ForeignKey::new(self.table.name.clone(), columns, target, target_columns);
        key.name = name;
        key.place = place;
        loop {
            if self.cursor.eat(&["ON", "DELETE"]) {
                key.on_delete = self.action()?;
            } else if self.cursor.eat(&["ON", "UPDATE"]) {
                key.on_update = self.action()?;
            } else if self.cursor.eat(&["ON", "INSERT"]) {
                // Read and forgotten.
                self.action()?;
            } else if self.cursor.eat(&["MATCH"]) {
                let word = self.cursor.name()?.as_str().to_ascii_uppercase();
                key.matching = match word.as_str() {
                    "FULL" => KeyMatch::Full,
                    "PARTIAL" => KeyMatch::Partial,
                    _ => KeyMatch::Simple,
                };
            } else {
                break;
            }
        }
        self.table.foreign_keys.push(key);
        Ok(())
    }

    fn action(&mut self) -> Result<KeyAction, Unread> {
        const ACTIONS: [(&[&str], KeyAction); 5] = [
            (&["SET", "NULL"], KeyAction::SetNull),
            (&["SET", "DEFAULT"], KeyAction::SetDefault),
            (&["CASCADE"], KeyAction::Cascade),
            (&["RESTRICT"], KeyAction::Restrict),
            (&["NO", "ACTION"], KeyAction::NoAction),
        ];
        for (words, action) in ACTIONS {
            if self.cursor.eat(words) {
                return Ok(action);
            }
        }
        Err(self.cursor.unread())
    }

    /// Says of the last foreign key when it is checked, if that is what comes next.
    fn deferrable(&mut self) -> bool {
        let is_never = self.cursor.eat(&["NOT", "DEFERRABLE"]);
        if !is_never && !self.cursor.eat(&["DEFERRABLE"]) {
            return false;
        }
        let is_deferred = self.cursor.eat(&["INITIALLY", "DEFERRED"]);
        self.cursor.eat(&["INITIALLY", "IMMEDIATE"]);
        if let Some(key) = self.table.foreign_keys.last_mut() {
            key.deferrable = match (is_never, is_deferred) {
                (true, _) => Deferrable::Never,
                (false, true) => Deferrable::InitiallyDeferred,
                (false, false) => Deferrable::InitiallyImmediate,
            };
        }
        true
    }

    fn column(&mut self) -> Result<(), Unread> {
        let name = self.cursor.name()?;
        let data_type = self.data_type()?;
        let mut column = Column::new(name, data_type);
        let mut constraint = None;
        loop {
            let is_end = self
                .cursor
                .peek()
                .is_none_or(|word| word.is_punct(',') || word.is_punct(')'));
            if is_end {
                break;
            }
            if self.cursor.eat(&["CONSTRAINT"]) {
                constraint = Some(self.cursor.name()?);
            } else {
                self.column_constraint(&mut column, constraint.take())?;
            }
        }
        self.table.columns.push(column);
        Ok(())
    }

    /// The type as it was typed, on one line.
    fn data_type(&mut self) -> Result<String, Unread> {
        let start = self.cursor.position();
        while let Some(word) = self.cursor.peek() {
            let is_generated = self.cursor.is_at(&["GENERATED", "ALWAYS"]);
            let ends = is_generated || word.is_one_of(&CONSTRAINT_WORDS);
            match word.token.kind {
                TokenKind::Word | TokenKind::QuotedName | TokenKind::String if !ends => {
                    self.cursor.next();
                }
                TokenKind::Punct('(') if self.cursor.position() > start => {
                    self.cursor.parentheses()?;
                    break;
                }
                _ => break,
            }
        }
        let typed = self.cursor.taken_since(start);
        let is_plain = !typed.contains(['\n', '\r', '\t']) && !typed.contains("/*");
        if is_plain {
            return Ok(typed.to_owned());
        }
        let words: Vec<_> = schemist_sql::words(schemist_sql::Dialect::Sqlite, typed)
            .map(|word| word.text)
            .collect();
        Ok(words.join(" "))
    }

    fn column_constraint(
        &mut self,
        column: &mut Column,
        name: Option<Ident>,
    ) -> Result<(), Unread> {
        let place = Place(Some(column.name.clone()));
        if self.cursor.eat(&["PRIMARY", "KEY"]) {
            let key = self.column_key(column, name)?;
            self.table.primary_key = Some(key);
            self.table.autoincrement |= self.cursor.eat(&["AUTOINCREMENT"]);
        } else if self.cursor.eat(&["UNIQUE"]) {
            let key = self.column_key(column, name)?;
            self.table.uniques.push(key);
        } else if self.cursor.eat(&["NOT", "NULL"]) {
            column.nullable = false;
            column.not_null_name = name;
            column.not_null_conflict = self.conflict()?;
        } else if self.cursor.eat(&["NULL"]) {
            self.conflict()?;
        } else if self.cursor.eat(&["DEFAULT"]) {
            column.source = ColumnSource::Default(self.default()?);
        } else if self.cursor.eat(&["COLLATE"]) {
            column.collation = Some(self.cursor.collation()?);
        } else if self.cursor.eat(&["CHECK"]) {
            let expression = Expr::from_server(self.cursor.parentheses()?);
            self.conflict()?;
            let check = Check::new(name, expression);
            self.table.checks.push(Check { place, ..check });
        } else if self.cursor.eat(&["REFERENCES"]) {
            self.reference(name, vec![column.name.clone()], place)?;
        } else if self.cursor.eat(&["GENERATED", "ALWAYS", "AS"]) || self.cursor.eat(&["AS"]) {
            column.source = ColumnSource::Generated(self.generated()?);
        } else if !self.deferrable() {
            return Err(self.cursor.unread());
        }
        Ok(())
    }

    fn column_key(&mut self, column: &Column, name: Option<Ident>) -> Result<Key, Unread> {
        let mut key = Key::new(name, [column.name.clone()]);
        key.place = Place(Some(column.name.clone()));
        let descending = self.is_descending();
        for part in &mut key.parts {
            part.descending = descending;
        }
        key.conflict = self.conflict()?;
        Ok(key)
    }

    /// A default as it was typed: an expression in parentheses, a literal with or without a sign, a word.
    fn default(&mut self) -> Result<Expr, Unread> {
        let start = self.cursor.position();
        let Some(word) = self.cursor.next() else {
            return Err(self.cursor.unread());
        };
        match word.token.kind {
            TokenKind::Punct('(') => {
                let mut depth = 1;
                while depth > 0 {
                    let Some(word) = self.cursor.next() else {
                        return Err(self.cursor.unread());
                    };
                    depth += usize::from(word.is_punct('('));
                    depth -= usize::from(word.is_punct(')'));
                }
            }
            TokenKind::Operator => {
                self.cursor.next();
            }
            _ => {}
        }
        Ok(Expr::from_server(self.cursor.taken_since(start)))
    }

    fn generated(&mut self) -> Result<Generated, Unread> {
        let expression = Expr::from_server(self.cursor.parentheses()?);
        let kind = if self.cursor.eat(&["STORED"]) {
            GeneratedKind::Stored
        } else {
            self.cursor.eat(&["VIRTUAL"]);
            GeneratedKind::Virtual
        };
        Ok(Generated { expression, kind })
    }
}
