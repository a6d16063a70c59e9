//! Results with colours: SQL, differences, revisions. Where colours are not wanted they are taken away on
//! the way out, so that nothing here asks.

use anstyle::{AnsiColor, Style};
use schemist_project::report::{Line, Role, shown};
use schemist_project::{Dialect, TokenKind, tokens};

const KEYWORD: Style = AnsiColor::Blue.on_default();
const STRING: Style = AnsiColor::Green.on_default();
const ASIDE: Style = Style::new().dimmed();
const HAZARD: Style = AnsiColor::Yellow.on_default();
const SECTION: Style = Style::new().bold();
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const ID: Style = AnsiColor::Yellow.on_default();
const MARK: Style = AnsiColor::Cyan.on_default();

/// Text whose control characters are ours alone: whatever else was in it is shown escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Painted(String);

impl Painted {
    /// Text without colours.
    pub fn plain(text: &str) -> Self {
        Self(shown(text))
    }

    /// Statements.
    pub fn sql(dialect: Dialect, text: &str) -> Self {
        Self(sql(dialect, &shown(text)))
    }

    /// A revision file, whose sections may be of several dialects.
    pub fn file(text: &str) -> Self {
        let text = shown(text);
        let mut painted = String::new();
        let mut section = String::new();
        let mut dialect = Dialect::Postgres;
        for line in text.split_inclusive('\n') {
            if line.starts_with("-- [") {
                painted.push_str(&sql(dialect, &section));
                section.clear();
                let named = |it: &Dialect| line.contains(it.name());
                dialect = Dialect::ALL.into_iter().find(named).unwrap_or(dialect);
            }
            section.push_str(line);
        }
        painted.push_str(&sql(dialect, &section));
        Self(painted)
    }

    /// What a check found.
    pub fn report(dialect: Dialect, lines: &[Line]) -> Self {
        let mut texts = Vec::new();
        for chunk in lines.chunk_by(|one, next| one.role == Role::Sql && next.role == Role::Sql) {
            let Some(first) = chunk.first() else { continue };
            let whole: Vec<&str> = chunk.iter().map(|line| line.text.as_str()).collect();
            let text = shown(&whole.join("\n"));
            texts.push(match first.role {
                Role::Title => title(&text),
                Role::Difference => text,
                Role::Beside(mark) => beside(mark, &text),
                Role::Why => coloured(ASIDE, &text),
                Role::Sql => sql(dialect, &text),
            });
        }
        Self(texts.join("\n"))
    }

    /// Lines about revisions: ids and marks such as `(head)` stand out.
    pub fn revisions(text: &str) -> Self {
        let text = shown(text);
        let lines: Vec<String> = text.split('\n').map(revision).collect();
        Self(lines.join("\n"))
    }

    /// The text with its colours.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without them.
    pub fn without_colours(&self) -> String {
        anstream::adapter::strip_str(&self.0).to_string()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with words before every line.
    #[must_use]
    pub fn prefixed(&self, prefix: &str) -> Self {
        let lines = self.0.lines().map(|line| format!("{prefix}{line}"));
        Self(lines.collect::<Vec<_>>().join("\n"))
    }

    /// Adds it below, as lines of their own.
    pub fn append(&mut self, below: &Self) {
        self.0.push_str(below.0.trim_end_matches('\n'));
        self.0.push('\n');
    }
}

fn coloured(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{text}{style:#}")
}

/// Each line in itself, so that a pager which is in the middle of them shows the colour.
fn coloured_lines(style: Style, text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| coloured(style, line)).collect();
    lines.join("\n")
}

/// Words in capitals are keywords: all SQL that we write has them so, and names in quotes.
fn sql(dialect: Dialect, text: &str) -> String {
    let mut painted = String::new();
    for token in tokens(dialect, text) {
        let piece = token.span.slice(text);
        let style = match token.kind {
            TokenKind::Comment if piece.starts_with("-- hazard ") => HAZARD,
            TokenKind::Comment if piece.starts_with("-- [") => SECTION,
            TokenKind::Comment => ASIDE,
            TokenKind::String => STRING,
            TokenKind::Word if is_keyword(piece) => KEYWORD,
            TokenKind::Word
            | TokenKind::Space
            | TokenKind::Executable
            | TokenKind::QuotedName
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punct(_)
            | TokenKind::Operator
            | TokenKind::Unclosed(_) => {
                painted.push_str(piece);
                continue;
            }
        };
        painted.push_str(&coloured_lines(style, piece));
    }
    painted
}

fn is_keyword(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// `create table "book"`: what comes is green, what goes is red, what changes is yellow.
fn title(text: &str) -> String {
    let Some((verb, object)) = text.split_once(' ') else {
        return text.to_owned();
    };
    let style = match verb {
        "create" => ADDED,
        "drop" => REMOVED,
        "alter" | "rename" => CHANGED,
        _ => return coloured(SECTION, text),
    };
    format!(
        "{} {}",
        coloured(style.bold(), verb),
        coloured(SECTION, object)
    )
}

fn beside(mark: char, text: &str) -> String {
    match mark {
        '<' => coloured(REMOVED, text),
        '>' => coloured(ADDED, text),
        '|' => coloured(CHANGED, text),
        _ => text.to_owned(),
    }
}

fn revision(line: &str) -> String {
    let is_id = |word: &str| {
        word.len() == 12 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut has_id = false;
    let words: Vec<String> = line
        .split(' ')
        .map(|word| match word {
            word if is_id(word) && !has_id => {
                has_id = true;
                coloured(ID, word)
            }
            word if has_id && word.starts_with('(') && word.ends_with(')') => coloured(MARK, word),
            word => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colours as words.
    fn seen(painted: &Painted) -> String {
        let mut text = painted.as_str().replace("\x1b[0m", "}");
        for (code, word) in [
            ("1", "bold"),
            ("2", "dim"),
            ("31", "red"),
            ("32", "green"),
            ("33", "yellow"),
            ("34", "blue"),
            ("36", "cyan"),
        ] {
            text = text.replace(&format!("\x1b[{code}m"), &format!("{{{word} "));
        }
        text
    }

    const TEXT: &str = "-- a remark\n-- hazard rows_lost: all go\nCREATE TABLE \"a b\" (c text DEFAULT 'FROM \x1b[31m');";

    #[test]
    fn keywords_strings_and_hazards_stand_out() {
        let painted = Painted::sql(Dialect::Postgres, TEXT);
        insta::assert_snapshot!(seen(&painted), @r#"
        {dim -- a remark}
        {yellow -- hazard rows_lost: all go}
        {blue CREATE} {blue TABLE} "a b" (c text {blue DEFAULT} {green 'FROM \u{1b}[31m'});
        "#);
        assert_eq!(painted.without_colours(), shown(TEXT));
    }

    #[test]
    fn each_section_is_read_as_its_dialect() {
        let file = "-- id: 1\n-- [up mysql]\nSELECT 'a\\'b', `c`;\n-- [down]\nSELECT 1;\n";
        let painted = Painted::file(file);
        insta::assert_snapshot!(seen(&painted), @r#"
        {dim -- id: 1}
        {bold -- [up mysql]}
        {blue SELECT} {green 'a\'b'}, `c`;
        {bold -- [down]}
        {blue SELECT} 1;
        "#);
        assert_eq!(painted.without_colours(), file);
    }

    #[test]
    fn ids_and_marks_stand_out() {
        let line = "◉  0123456789ab 2026-11-20 drop 0123456789ab (head) (current)";
        let painted = Painted::revisions(line);
        insta::assert_snapshot!(seen(&painted), @"◉  {yellow 0123456789ab} 2026-11-20 drop 0123456789ab {cyan (head)} {cyan (current)}");
        assert_eq!(painted.without_colours(), line);
    }

    #[test]
    fn what_comes_and_what_goes_are_told_apart() {
        let line = |role, text: &str| Line {
            role,
            text: text.to_owned(),
        };
        let painted = Painted::report(
            Dialect::Sqlite,
            &[
                line(Role::Title, "drop view \"v\""),
                line(Role::Beside('<'), "    a <"),
                line(Role::Beside(' '), "    a   a"),
                line(Role::Why, "  declared in a.sql:1"),
                line(Role::Sql, "    DROP VIEW"),
                line(Role::Sql, "      \"v\";"),
            ],
        );
        insta::assert_snapshot!(seen(&painted), @r#"
        {bold {red drop} {bold view "v"}
        {red     a <}
            a   a
        {dim   declared in a.sql:1}
            {blue DROP} {blue VIEW}
              "v";
        "#);
    }
}
