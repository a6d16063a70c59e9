//! Virtual tables: tables whose rows a module keeps, such as `fts5` and `rtree`. SQLite has them. A module has no statement that changes one: it is made anew, and its rows are copied where the module gives them back. What a module keeps them in (its shadow tables) is the module's own.

use schemist_sql::{Dialect, Ident, QualifiedName, Script, words};

use super::ExprPairing;
use crate::Severity;
use crate::hazard::{locks, loss};
use crate::{
    Alteration, Context, Definition, Effect, Expr, Hazard, InPlace, Kind, ObjectId, Pair, Part,
    Step,
};

/// A virtual table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VirtualTable {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns in order, without those that the module hides.
    pub columns: Vec<Ident>,
    /// Everything after the name: `USING module (…)`.
    pub definition: Expr,
}

/// Where the rows of a virtual table come from, which decides what becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// The module keeps them, and gives back every value of every column.
    Own,
    /// They are an index over another table, from which the module can make them again.
    Indexed,
    /// The module keeps what it needs to find them, and gives no value back.
    Lost,
    /// They are a view into something else.
    Seen,
    /// Nobody knows.
    Unknown,
}

impl VirtualTable {
    fn contents(&self) -> Contents {
        match self.module().as_deref() {
            Some("rtree" | "rtree_i32" | "geopoly") => return Contents::Own,
            Some("fts3" | "fts4" | "fts5") => {}
            Some("fts5vocab" | "fts4aux" | "fts3tokenize") => return Contents::Seen,
            Some(_) | None => return Contents::Unknown,
        }
        match self.content().as_deref() {
            None => Contents::Own,
            Some("") => Contents::Lost,
            Some(_) => Contents::Indexed,
        }
    }

    /// The module that keeps it, folded.
    fn module(&self) -> Option<String> {
        let mut found = words(Dialect::Sqlite, self.definition.as_str());
        let name = found.nth(1)?.name(Dialect::Sqlite)?;
        Some(Dialect::Sqlite.folded(name.as_str()))
    }

    /// What the option `content` says, without its quotes.
    fn content(&self) -> Option<String> {
        let found: Vec<_> = words(Dialect::Sqlite, self.definition.as_str()).collect();
        found.windows(3).find_map(|three| match three {
            [option, equals, value] if option.is("content") && equals.text == "=" => {
                Some(unquoted(value.text))
            }
            _ => None,
        })
    }

    /// The name of the table whose rows it is an index over, or of the one that it looks into.
    pub fn reads(&self) -> Option<Ident> {
        let name = match self.contents() {
            Contents::Indexed => self.content()?,
            Contents::Seen => {
                let mut found = words(Dialect::Sqlite, self.definition.as_str());
                found.find(|word| word.is_punct('('))?;
                unquoted(found.next()?.text)
            }
            Contents::Own | Contents::Lost | Contents::Unknown => return None,
        };
        Some(Ident::from_server(name))
    }

    /// The columns that take a row's values, each with the one of the table before that gives them.
    fn kept(pair: Pair<&Self>) -> Vec<Pair<&Ident>> {
        let is_rtree = pair
            .after
            .module()
            .is_some_and(|name| name.starts_with("rtree"));
        let mut kept = Vec::new();
        for (place, column) in pair.after.columns.iter().enumerate() {
            let mut known = pair.before.columns.iter();
            let found = match (is_rtree, place) {
                // A row's number, whatever it is called.
                (true, 0) => known.next(),
                _ => known.find(|before| *before == column),
            };
            kept.extend(found.map(|before| Pair::new(before, column)));
        }
        kept
    }

    fn statement(&self, name: &QualifiedName) -> String {
        let mut script = Script::new(Dialect::Sqlite);
        script
            .keyword("CREATE VIRTUAL TABLE ")
            .name(name)
            .keyword(" ")
            .expression(self.definition.as_str());
        script.into_text()
    }

    /// Lets the module read the table that it is an index over.
    fn fill(&self) -> Option<Step> {
        if self.contents() != Contents::Indexed {
            return None;
        }
        let mut script = Script::new(Dialect::Sqlite);
        script
            .keyword("INSERT INTO ")
            .name(&self.name)
            .keyword(" (")
            .ident(&self.name.name)
            .keyword(") VALUES ('rebuild')");
        Some(Step::new(script.into_text()))
    }

    /// What is lost where it goes.
    fn loss(&self) -> Option<Hazard> {
        let name = &self.name;
        let rest = match self.contents() {
            Contents::Own => "is dropped with all of its rows",
            Contents::Indexed | Contents::Seen => return None,
            Contents::Lost => "is dropped with its index, and holds no text to make it from again",
            Contents::Unknown => "is dropped with whatever its module keeps for it",
        };
        Some(Hazard::new(
            &loss::VIRTUAL_TABLE_DROPPED,
            format!("virtual table {name} {rest}"),
        ))
    }

    fn drop_step(&self) -> Step {
        let mut script = Script::new(Dialect::Sqlite);
        script.keyword("DROP TABLE ").name(&self.name);
        Step::new(script.into_text())
    }
}

/// An argument as a module understands it, in whatever quotes.
fn unquoted(text: &str) -> String {
    let quotes = |c| matches!(c, '\'' | '"' | '`' | '[' | ']');
    text.trim_matches(quotes).to_owned()
}

/// Makes the table anew with its rows, as a table is: SQLite leaves views and triggers alone, which name
/// what is just not there.
fn refill(pair: Pair<&VirtualTable>) -> InPlace {
    let name = QualifiedName::unqualified(Ident::from_server(format!(
        "schemist_new_{}",
        pair.after.name.name.as_str()
    )));
    let kept = VirtualTable::kept(pair);
    let is_rtree = pair
        .after
        .module()
        .is_some_and(|name| name.starts_with("rtree"));
    let list = |side: fn(&Pair<&Ident>) -> Ident| {
        let mut list = Script::new(Dialect::Sqlite);
        // The number of a row of an rtree is its first column.
        let mut separator = if is_rtree { "" } else { "rowid, " };
        for names in &kept {
            list.keyword(separator).ident(&side(names));
            separator = ", ";
        }
        list.into_text()
    };
    let mut copy = Script::new(Dialect::Sqlite);
    copy.keyword("INSERT INTO ")
        .name(&name)
        .keyword(" (")
        .expression(&list(|names| names.after.clone()))
        .keyword(")\nSELECT ")
        .expression(&list(|names| names.before.clone()))
        .keyword("\nFROM ")
        .name(&pair.before.name);
    let mut rename = Script::new(Dialect::Sqlite);
    rename
        .keyword("ALTER TABLE ")
        .name(&name)
        .keyword(" RENAME TO ")
        .ident(&pair.after.name.name);
    let table = &pair.after.name;
    let mut copied = Step::new(copy.into_text()).with(Hazard::at(Severity::Notice, &locks::TABLE_REWRITTEN,
        format!("virtual table {table} is written anew with all of its rows, while nobody else can write"),
    ));
    for column in &pair.before.columns {
        if !kept.iter().any(|names| names.before == column) {
            copied = copied.with(Hazard::new(
                &loss::COLUMN_DROPPED,
                format!(
                    "column {column} of virtual table {table} is dropped with all of its values"
                ),
            ));
        }
    }
    InPlace {
        main: vec![
            Step::new(pair.after.statement(&name)),
            copied,
            pair.before.drop_step(),
            Step::new("PRAGMA legacy_alter_table = ON"),
            Step::new(rename.into_text()),
            Step::new("PRAGMA legacy_alter_table = OFF"),
        ],
        disturbs: [(Part::Whole, Effect::Rebuilt)].into(),
        ..InPlace::default()
    }
}

impl Definition for VirtualTable {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::VirtualTable, self.name.clone())
    }

    fn create(&self, _dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![Step::new(self.statement(&self.name))];
        steps.extend(self.fill());
        steps
    }

    fn drop(&self, _dialect: Dialect) -> Vec<Step> {
        let mut step = self.drop_step();
        step.hazards.extend(self.loss());
        vec![step]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let is_changed = pair.map(|table| &table.definition).differs();
        let sides = pair.map(VirtualTable::contents);
        let is_kept = sides == Pair::new(Contents::Own, Contents::Own)
            && !pair.map(VirtualTable::module).differs()
            && !Self::kept(pair).is_empty();
        if is_changed && is_kept {
            return Alteration::InPlace(refill(pair));
        }
        let depends = matches!(pair.after.contents(), Contents::Indexed | Contents::Seen);
        let is_cut_off = depends && context.has(Effect::Removed);
        if is_changed || is_cut_off {
            return Alteration::Recreate;
        }
        Alteration::nothing()
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        Self {
            definition: f(&self.definition, &other.definition),
            ..self.clone()
        }
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        let mut settled = self.zip_expressions(live, Expr::settle);
        if settled.definition == live.definition {
            // They follow from it, each in the spelling of its place.
            settled.columns.clone_from(&live.columns);
        }
        settled
    }

    fn without_expressions(&self) -> Self {
        Self {
            definition: Expr::from_server(""),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn table(definition: &str) -> VirtualTable {
        VirtualTable {
            name: QualifiedName::unqualified(Ident::from_server("find")),
            columns: vec![Ident::from_server("title")],
            definition: Expr::from_typed(definition, definition),
        }
    }

    fn text(steps: Vec<Step>) -> String {
        let hazards = |step: &Step| {
            let words = step.hazards.iter().map(|hazard| hazard.sentence.clone());
            words
                .map(|sentence| format!("-- {sentence}\n"))
                .collect::<String>()
        };
        let texts: Vec<_> = steps
            .iter()
            .map(|step| format!("{}{}", hazards(step), step.sql))
            .collect();
        texts.join(";\n")
    }

    #[test]
    fn an_index_over_another_table_is_filled_from_it() {
        let own = table("USING fts5(title)");
        let over = table("USING fts5(title, content='book', content_rowid=id)");
        assert_snapshot!(text(own.create(Dialect::Sqlite)), @r#"CREATE VIRTUAL TABLE "find" USING fts5(title)"#);
        assert_snapshot!(text(over.create(Dialect::Sqlite)), @r#"
        CREATE VIRTUAL TABLE "find" USING fts5(title, content='book', content_rowid=id);
        INSERT INTO "find" ("find") VALUES ('rebuild')
        "#);
        assert_eq!(over.reads(), Some(Ident::from_server("book")));
        assert_eq!(
            table("USING fts5vocab(main, row)").reads(),
            Some(Ident::from_server("main"))
        );
        assert_eq!(own.reads(), None);
    }

    #[test]
    fn what_is_lost_is_said_before() {
        let drop = |definition| text(table(definition).drop(Dialect::Sqlite));
        assert_snapshot!(drop("USING fts5(title)"), @r#"
        -- virtual table "find" is dropped with all of its rows
        DROP TABLE "find"
        "#);
        assert_snapshot!(drop("USING fts5(title, content='book')"), @r#"DROP TABLE "find""#);
        assert_snapshot!(drop("USING fts4(title, content=\"\")"), @r#"
        -- virtual table "find" is dropped with its index, and holds no text to make it from again
        DROP TABLE "find"
        "#);
        assert_snapshot!(drop("USING somebody(title)"), @r#"
        -- virtual table "find" is dropped with whatever its module keeps for it
        DROP TABLE "find"
        "#);
    }
}
