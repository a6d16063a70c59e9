//! A revision file: its header at once, its sections when somebody asks for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use schemist_sql::Dialect;

use crate::body::{Direction, Marker, Section, split};
use crate::header::{self, Header, HeaderLine, Key};
use crate::id::RevisionId;
use crate::place::{Place, Source};
use crate::problem::{FileErrors, FileProblem, ReadError};
use crate::usage::UseError;

/// One revision, as it stands in its file.
///
/// Reading a folder of thousands costs no more than reading their headers: the sections are cut
/// when they are first asked for.
#[derive(Debug, Clone)]
pub struct RevisionFile {
    source: Source,
    header: Header,
    lines: BTreeMap<Key, HeaderLine>,
    body: usize,
    sections: OnceLock<Result<Vec<Section>, FileErrors>>,
}

impl RevisionFile {
    /// Reads the header of a file; `path` is how the file is named in messages.
    ///
    /// # Errors
    /// Everything that is wrong with the header, and then with the sections too.
    pub fn parse(path: &str, text: &str) -> Result<Self, FileErrors> {
        let source = Source {
            path: path.into(),
            text: text.into(),
        };
        let read = header::read(&source);
        let mut problems = read.problems;
        if let Some(body) = read.body
            && !problems.is_empty()
        {
            problems.extend(split(&source, body, &read.header.dialects).1);
        }
        let Some(errors) = FileErrors::from_problems(problems) else {
            return Ok(Self {
                source,
                header: read.header,
                lines: read.lines,
                body: read.body.unwrap_or_default(),
                sections: OnceLock::new(),
            });
        };
        Err(errors)
    }

    /// Writes a new revision file.
    ///
    /// # Errors
    /// What a reader would find wrong with it, such as SQL with a line that opens a section.
    pub fn compose(
        path: &str,
        header: &Header,
        sections: &[(Marker, String)],
    ) -> Result<Self, FileErrors> {
        let mut text = header.to_text();
        text.push_str(&written(sections));
        Self::parse(path, &text)?.holding(sections)
    }

    /// Adds sections behind those that are there, and changes the header with them.
    ///
    /// # Errors
    /// What a reader would find wrong with the result.
    pub fn with_sections(
        &self,
        header: &Header,
        added: &[(Marker, String)],
    ) -> Result<Self, FileErrors> {
        let changed = self.with_header(header);
        let mut text = changed.to_text().trim_end().to_owned();
        text.push('\n');
        text.push_str(&written(added));
        let kept = self
            .sections()?
            .iter()
            .map(|section| (section.marker.clone(), section.text().to_owned()));
        let all: Vec<(Marker, String)> = kept.chain(added.iter().cloned()).collect();
        Self::parse(&self.source.path, &text)?.holding(&all)
    }

    /// Makes sure that a file which was written holds the sections that were meant.
    fn holding(self, sections: &[(Marker, String)]) -> Result<Self, FileErrors> {
        let found = self.sections()?;
        let wrong = found.iter().enumerate().find(|(i, section)| {
            sections.get(*i).is_none_or(|(marker, sql)| {
                *marker != section.marker || sql.trim() != section.text()
            })
        });
        let Some((i, section)) = wrong else {
            return Ok(self);
        };
        let place = found.get(i + 1).unwrap_or(section).marker_span;
        Err(FileProblem::new(&self.source, place, ReadError::MarkerInSql).into())
    }

    /// Changes what the header says, and no other byte of the file.
    #[must_use]
    pub fn with_header(&self, header: &Header) -> Self {
        let text = header::edited(&self.source.text, &self.lines, &self.header, header);
        let source = Source {
            path: Arc::clone(&self.source.path),
            text: text.into(),
        };
        let read = header::read(&source);
        Self {
            source,
            header: header.clone(),
            lines: read.lines,
            body: read.body.unwrap_or_default(),
            sections: OnceLock::new(),
        }
    }

    /// Puts the revision on top of other parents, and changes no other byte of the file.
    #[must_use]
    pub fn with_parents(&self, parents: &[RevisionId]) -> Self {
        self.with_header(&Header {
            parents: parents.to_vec(),
            ..self.header.clone()
        })
    }

    /// The text of the file.
    pub fn to_text(&self) -> &str {
        &self.source.text
    }

    /// How the file is named in messages.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// What the header says.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The revision's id.
    pub const fn id(&self) -> &RevisionId {
        &self.header.id
    }

    /// Where the header says it; the first line where it does not.
    pub fn place(&self, key: Key, label: impl Into<String>) -> Place {
        let first_line =
            schemist_sql::Span::new(0, self.source.text.lines().next().map_or(0, str::len));
        let span = self.lines.get(&key).map_or(first_line, |found| found.value);
        self.source.place(span, label)
    }

    /// Every section, in the order of the file.
    ///
    /// # Errors
    /// Everything that is wrong below the header.
    pub fn sections(&self) -> Result<&[Section], FileErrors> {
        let read = self.sections.get_or_init(|| {
            let (sections, problems) = split(&self.source, self.body, &self.header.dialects);
            FileErrors::from_problems(problems).map_or(Ok(sections), Err)
        });
        match read {
            Ok(sections) => Ok(sections),
            Err(errors) => Err(errors.clone()),
        }
    }

    /// The dialects that the revision serves: those listed, or those that its sections name, or all.
    ///
    /// # Errors
    /// Everything that is wrong below the header.
    pub fn dialects(&self) -> Result<BTreeSet<Dialect>, FileErrors> {
        if !self.header.dialects.is_empty() {
            return Ok(self.header.dialects.clone());
        }
        let sections = self.sections()?;
        if sections
            .iter()
            .any(|section| section.marker.dialects.is_empty())
            || sections.is_empty()
        {
            return Ok(Dialect::ALL.into());
        }
        Ok(sections
            .iter()
            .flat_map(|section| section.marker.dialects.iter().copied())
            .collect())
    }

    /// The sections to run for a dialect, in the order of the file; none where the revision passes
    /// the dialect over.
    ///
    /// # Errors
    /// [`UseError`] where the revision serves the dialect but has nothing to run for it.
    pub fn sections_for(
        &self,
        dialect: Dialect,
        direction: Direction,
    ) -> Result<Vec<&Section>, UseError> {
        let every = self.sections()?;
        if !self.dialects()?.contains(&dialect) {
            return Ok(Vec::new());
        }
        if let (Direction::Down, Some(reason)) = (direction, &self.header.irreversible) {
            let place = self.place(Key::Irreversible, "the revision says so here");
            return Err(UseError::Irreversible {
                id: self.id().clone(),
                reason: reason.clone(),
                place,
            });
        }
        let way: Vec<&Section> = every
            .iter()
            .filter(|section| section.marker.direction == direction)
            .collect();
        let own: Vec<&Section> = way
            .iter()
            .copied()
            .filter(|it| it.marker.dialects.contains(&dialect))
            .collect();
        let served = if own.is_empty() {
            way.into_iter()
                .filter(|section| section.marker.dialects.is_empty())
                .collect()
        } else {
            own
        };
        if let Some(empty) = served.iter().find(|section| section.text().is_empty()) {
            let place = empty.place("neither SQL nor a comment follows");
            return Err(UseError::EmptySection {
                id: self.id().clone(),
                direction,
                place,
            });
        }
        // A merge joins branches and has nothing of its own to do.
        if served.is_empty() && !(self.header.is_merge() && every.is_empty()) {
            let place = self.place(
                Key::Dialects,
                format!("no section `{direction}` for {dialect}"),
            );
            return Err(UseError::NoSection {
                id: self.id().clone(),
                dialect,
                direction,
                place,
            });
        }
        Ok(served)
    }
}

fn written(sections: &[(Marker, String)]) -> String {
    sections
        .iter()
        .map(|(marker, sql)| format!("\n{marker}\n{}\n", sql.trim()))
        .collect()
}

impl PartialEq for RevisionFile {
    /// Files are the same where they say the same and do the same.
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header && self.sections() == other.sections()
    }
}

impl Eq for RevisionFile {}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::header::{CatalogHashes, Message, Proof};
    use crate::sample::{ENUM_VALUE, show, show_all};

    fn parse(text: &str) -> RevisionFile {
        RevisionFile::parse("m/a.sql", text).unwrap()
    }

    fn id(text: &str) -> RevisionId {
        RevisionId::parse(text).unwrap()
    }

    fn parts(file: &RevisionFile) -> Vec<(Marker, String)> {
        file.sections()
            .unwrap()
            .iter()
            .map(|it| (it.marker.clone(), it.text().to_owned()))
            .collect()
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let file = parse(ENUM_VALUE);
        let written = RevisionFile::compose("m/a.sql", file.header(), &parts(&file)).unwrap();
        assert_eq!(written, file);
        assert_eq!(written.to_text(), ENUM_VALUE);
        assert_eq!(
            parse(&ENUM_VALUE.replace('\n', "\r\n")).header(),
            file.header()
        );
        assert_eq!(parse(&format!("\u{feff}{ENUM_VALUE}")), file);
    }

    #[test]
    fn every_shape_of_a_header_and_a_marker_reads_the_same() {
        let mut header = Header::new(id("a"));
        header.message = Message::from_text(" two\r\nlines: → and \t a tab ");
        header.parents = vec![id("b-2"), id("c")];
        header.proven = Proof::No(Some(Message::from_text("no (really)")));
        header.catalog = vec![CatalogHashes {
            server: "mysql8".into(),
            before: "0".into(),
            after: "1".into(),
        }];
        header.irreversible = Some(Message::from_text("gone"));
        let (dialect, direction) = (Dialect::Sqlite, Direction::Down);
        let sections = [
            (Marker::new(Direction::Up), String::new()),
            (
                Marker {
                    transaction: crate::Transaction::New,
                    ..Marker::new(Direction::Up)
                },
                "SELECT 1;".to_owned(),
            ),
            (
                Marker {
                    foreign_keys: crate::ForeignKeys::Off,
                    ..Marker::for_dialect(direction, dialect)
                },
                "-- x".to_owned(),
            ),
        ];
        let file = RevisionFile::compose("m/a.sql", &header, &sections).unwrap();
        assert_eq!(file.header(), &header);
        assert_eq!(parts(&file), sections);
        assert_snapshot!(file.to_text(), @"
        -- schemist revision
        -- id: a
        -- parent: b-2, c
        -- message: two lines: → and a tab
        -- proven: no (no (really))
        -- catalog: mysql8 0 → 1
        -- irreversible: gone

        -- [up]


        -- [up, new transaction]
        SELECT 1;

        -- [down sqlite, foreign keys off]
        -- x
        ");
    }

    #[test]
    fn sql_that_would_open_a_section_is_not_written() {
        let sql = "SELECT 1;\n-- [down]\nSELECT 2;".to_owned();
        let errors = RevisionFile::compose(
            "m/a.sql",
            &Header::new(id("a")),
            &[(Marker::new(Direction::Up), sql)],
        )
        .unwrap_err();
        assert_snapshot!(show_all(&errors), @"
        the SQL of a section holds a line that begins another section
          m/a.sql:8:1: `-- [down]` a marker
          help: reword the comment so that it does not begin with `[`
        ");
    }

    #[test]
    fn other_parents_change_one_line() {
        let crlf = ENUM_VALUE.replace('\n', "\r\n");
        let other = parse(&crlf).with_parents(&[id("x"), id("y")]);
        assert_eq!(
            other.to_text(),
            crlf.replace("parent: 5b7c0f3e1d22", "parent: x, y")
        );
        assert_eq!(other, parse(other.to_text()));
        let root = parse("-- schemist revision\n--id:a\n\n-- [up]\n");
        assert_snapshot!(root.with_parents(&[id("x")]).to_text(), @"
        -- schemist revision
        --id:a
        -- parent: x

        -- [up]
        ");
        assert_eq!(root.with_parents(&[]).to_text(), root.to_text());
    }

    #[test]
    fn a_dialect_is_added_behind_the_others() {
        let file = parse(ENUM_VALUE);
        let mut header = file.header().clone();
        header.dialects.insert(Dialect::Mysql);
        header.catalog.clear();
        let added = [(
            Marker::for_dialect(Direction::Up, Dialect::Mysql),
            "SELECT 1;".to_owned(),
        )];
        assert_snapshot!(file.with_sections(&header, &added).unwrap().to_text(), @r#"
        -- schemist revision
        -- id: 8d41f6c2a9e0
        -- parent: 5b7c0f3e1d22
        -- message: allow CONDITION_FAILED block runs
        -- created: 2026-11-20T10:12:00Z
        -- dialects: postgres, sqlite, mysql
        -- proven: postgres 15.18, sqlite 3.50.4

        -- [up postgres, no transaction]
        ALTER TYPE "blockrunstatus" ADD VALUE 'CONDITION_FAILED' AFTER 'FAILED';

        -- [up sqlite, foreign keys off]
        -- a text column needs no change

        -- [down postgres]
        -- hazard enum_value_removed: rows with status CONDITION_FAILED must be mapped first
        ALTER TYPE "blockrunstatus" RENAME TO "schemist_blockrunstatus";
        DROP TYPE "schemist_blockrunstatus";

        -- [down sqlite, foreign keys off]
        -- a text column needs no change

        -- [up mysql]
        SELECT 1;
        "#);
    }

    fn used(text: &str, dialect: Dialect, direction: Direction) -> String {
        match parse(text).sections_for(dialect, direction) {
            Ok(sections) if sections.is_empty() => "passes over".to_owned(),
            Ok(sections) => sections
                .iter()
                .map(|it| format!("{} {}", it.marker, it.text()))
                .collect::<Vec<_>>()
                .join(" | "),
            Err(error) => show(&error.places()[0], &error.to_string(), &error.remedy()),
        }
    }

    #[test]
    fn each_dialect_gets_its_own_sections_or_those_for_all() {
        let text = "-- schemist revision\n-- id: a\n-- dialects: postgres, sqlite\n\n\
            -- [up]\nSELECT 1;\n-- [up postgres]\nSELECT 2;\n-- [up, new transaction]\nSELECT 3;\n\
            -- [down postgres, sqlite]\n";
        assert_snapshot!(used(text, Dialect::Postgres, Direction::Up), @"-- [up postgres] SELECT 2;");
        assert_snapshot!(used(text, Dialect::Sqlite, Direction::Up), @"-- [up] SELECT 1; | -- [up, new transaction] SELECT 3;");
        assert_snapshot!(used(text, Dialect::Mysql, Direction::Up), @"passes over");
        assert_snapshot!(used(text, Dialect::Sqlite, Direction::Down), @"
        use revision a: its section `down` is empty
          m/a.sql:11:1: `-- [down postgres, sqlite]` neither SQL nor a comment follows
          help: write the SQL, or a comment that says why there is none, or `-- irreversible: <reason>` in the header
        ");
    }

    #[test]
    fn a_listed_dialect_needs_a_section() {
        assert_snapshot!(used(&ENUM_VALUE.replace("dialects: postgres", "dialects: mysql, postgres"), Dialect::Mysql, Direction::Up), @"
        use revision 8d41f6c2a9e0: it has no section `up` for mysql
          m/a.sql:6:14: `mysql, postgres, sqlite` no section `up` for mysql
          help: run `schemist revision --complete 8d41f6c2a9e0 --dialect mysql` if it is the head, write a section `-- [up mysql]`, or list in `dialects` only what the revision serves
        ");
    }

    #[test]
    fn a_way_back_may_be_missing_if_the_header_says_so() {
        let text = "-- schemist revision\n-- id: a\n-- irreversible: rows are gone\n\n-- [up]\nDELETE FROM a;\n";
        assert_snapshot!(used(text, Dialect::Postgres, Direction::Down), @"
        take revision a back: rows are gone
          m/a.sql:3:18: `rows are gone` the revision says so here
          help: restore a backup, or write a `down` section and remove `irreversible` from the header
        ");
        assert_snapshot!(used(&text.replace("irreversible", "message"), Dialect::Postgres, Direction::Down), @"
        use revision a: it has no section `down` for postgres
          m/a.sql:1:1: `-- schemist revision` no section `down` for postgres
          help: run `schemist revision --complete a --dialect postgres` if it is the head, write a section `-- [down postgres]`, or list in `dialects` only what the revision serves
        ");
    }

    #[test]
    fn a_merge_has_nothing_to_do() {
        assert_snapshot!(used("-- schemist revision\n-- id: a\n-- parent: b, c\n", Dialect::Postgres, Direction::Up), @"passes over");
        assert_snapshot!(used("-- schemist revision\n-- id: a\n-- parent: b\n", Dialect::Postgres, Direction::Up), @"
        use revision a: it has no section `up` for postgres
          m/a.sql:1:1: `-- schemist revision` no section `up` for postgres
          help: run `schemist revision --complete a --dialect postgres` if it is the head, write a section `-- [up postgres]`, or list in `dialects` only what the revision serves
        ");
    }
}
